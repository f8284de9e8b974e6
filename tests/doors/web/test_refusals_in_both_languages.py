"""What a page refuses it refuses in the reader's language: no text of an exception is shown raw."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

from chengnuo.cases.lodging import UnableToLodge, WrongFacts
from chengnuo.cases.outside import NotTaken, _why
from chengnuo.obligations.regulation import NoRegulation
from chengnuo.obligations.services import Refusal, RefusedByRule
from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.words import Text

HAN = re.compile(r"[一-鿿]")
SAID = Text("请核对电话", "Check the telephone")
WHOLE = Refusal("", Text("受理", "Intake"), Text("第五条", "Article 5"), SAID)
DOORS = [*(settings.PACKAGE / "doors" / d for d in ("web", "portal"))]
OWN_WORDS = {"NotSaid", "Wrong", "Unreadable", "NotAcceptable", "ValueError"}
"""Raised by the doors themselves, with words of the catalogue."""


def raw_texts(path: Path) -> list[str]:
    """`str(error)` of an exception that a room below has raised."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for handler in (n for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler)):
        kinds = (
            {n.id for n in ast.walk(handler.type) if isinstance(n, ast.Name)}
            if handler.type
            else set()
        )
        kinds |= (
            {n.attr for n in ast.walk(handler.type) if isinstance(n, ast.Attribute)}
            if handler.type
            else set()
        )
        for call in (n for n in ast.walk(handler) if isinstance(n, ast.Call)):
            is_str = isinstance(call.func, ast.Name) and call.func.id == "str" and call.args
            named = (
                is_str and isinstance(call.args[0], ast.Name) and call.args[0].id == handler.name
            )
            if named and not kinds & OWN_WORDS:
                found.append(f"{path.name}:{call.lineno} {sorted(kinds)}")
    return found


def test_no_page_shows_the_raw_text_of_an_exception_from_below():
    modules = [p for folder in DOORS for p in folder.rglob("*.py") if p.name != "away.py"]
    assert len(modules) > 50
    assert [one for p in modules for one in raw_texts(p)] == []


@pytest.mark.parametrize(
    "error",
    [
        RefusedByRule([WHOLE, WHOLE]), UnableToLodge(SAID), WrongFacts(SAID), UnableToReckon(SAID),
        NoRegulation(SAID), ValueError("value too long for type character varying(40)"),
    ],
    ids=lambda e: type(e).__name__,
)  # fmt: skip
def test_why_a_matter_of_a_sheet_was_refused_is_said_in_both_languages(error):
    refused = NotTaken("DZ-1", _why(error))
    assert HAN.search(refused.why.zh)
    assert not HAN.search(refused.why.en)
    assert "varying" not in refused.why.en, "words of the database are for its log"


def raised_without_a_pair() -> list[str]:
    """Refusals with a `what` or `why` whose text is not a pair where they are raised."""
    kinds = {"UnableToLodge", "WrongFacts", "UnableToReckon", "NoRegulation", "NotToCall", "NotNow",
             "NotYours", "NotAnnulled", "NotToBeReached"}  # fmt: skip
    found = []
    for path in settings.PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else None
            if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in kinds:
                continue
            if any(isinstance(a, (ast.Constant, ast.JoinedStr)) for a in call.args):
                found.append(f"{path.name}:{node.lineno}")
    return found


def test_refusals_are_raised_with_their_pair():
    assert raised_without_a_pair() == []
