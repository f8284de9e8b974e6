"""What a page refuses, it refuses in the reader's language, for the true reason, in one way."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import Http404
from django.utils import translation

from chengnuo.cases.drafting import UnableToLodge, WrongFacts
from chengnuo.cases.referrals.outside import NotTaken, _why
from chengnuo.customers.services import install_meter, open_account, register_customer
from chengnuo.doors.web.kit.context import staffed
from chengnuo.obligations.regulation import NoRegulation
from chengnuo.obligations.services import Refusal, RefusedByRule
from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.refusing import MovedOn, NotYours, Refused, Unknown
from chengnuo.rules.words import Text
from tests.doors.web.conftest import NOW, page, sits, take

HAN = re.compile(r"[一-鿿]")
SAID = Text("请核对电话", "Check the telephone")
WHOLE = Refusal("", Text("受理", "Intake"), Text("第五条", "Article 5"), SAID)
DOORS = [*(settings.PACKAGE / "doors" / d for d in ("web", "portal"))]
THE_PLACE = "refusing.py"
# They say nothing to a page: what each stands for is told by the door that knows it.
WITHOUT_WORDS = {
    "callbacks.services.LinkExpired", "callbacks.services.LinkUsed",
    "callbacks.services.NoSuchLink", "cases.intake.suggesting.TooLittleToLearn",
    "ledger.kinds.WrongPayload", "ledger.notes.NoCheckpoint",
    "obligations.subjects.UnknownSubject", "packs.errors.PackError", "packs.facts.NotAllowed",
    "rules.undoing.NotToBeUndone", "submissions.handlers.UnknownContext",
    "tables.values.NotReadable", "vault.keys.NoKeys",
    "vault.keys.CannotUnseal",
}  # fmt: skip


@cache
def modules() -> dict[str, str]:
    """The text of every module below the doors, by its name."""
    found = {}
    for path in sorted(settings.PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(settings.PACKAGE).with_suffix("").parts)
        if name.split(".")[0] not in ("doors", "config", "locale") and "migrations" not in name:
            found[name] = path.read_text(encoding="utf-8")
    return found


@cache
def exceptions() -> dict[str, type[Exception]]:
    """The exceptions that rooms define, by their place."""
    found = {}
    for name in (n for n, text in modules().items() if "\nclass " in text):
        module = import_module(f"chengnuo.{name}")
        for kind in vars(module).values():
            own = inspect.isclass(kind) and kind.__module__ == module.__name__
            if own and issubclass(kind, Exception):
                found[f"{name}.{kind.__name__}"] = kind
    return found


def test_what_rooms_refuse_is_one_kind():
    others = {name for name, kind in exceptions().items() if not issubclass(kind, Refused)}
    assert others == WITHOUT_WORDS


def caught(path: Path) -> Iterator[str]:
    """Where a door catches an exception of a room itself."""
    kinds = {name.rsplit(".", 1)[1] for name in exceptions()} - {"PackError"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            named = {getattr(n, "id", getattr(n, "attr", "")) for n in ast.walk(node.type)}
            if named & kinds:
                yield f"{path.name}:{node.lineno} {sorted(named & kinds)}"


def test_pages_for_staff_catch_refusals_in_one_place():
    paths = [p for p in DOORS[0].rglob("*.py") if p.name != THE_PLACE]
    assert len(paths) > 50
    assert [one for p in paths for one in caught(p)] == []


def raw_texts(path: Path) -> list[str]:
    """`str(error)` of an exception that was caught: a sentence in no language of the reader."""
    found = []
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for handler in (n for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler)):
        for node in ast.walk(handler):
            shown: list[ast.expr] = []
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "str":
                shown = node.args[:1]
            if isinstance(node, ast.FormattedValue):
                shown = [node.value]
            if any(isinstance(n, ast.Name) and n.id == handler.name for n in shown):
                found.append(f"{path.name}:{handler.lineno}")
    return found


def test_no_page_shows_the_raw_text_of_an_exception():
    paths = [p for folder in DOORS for p in folder.rglob("*.py") if p.name != "away.py"]
    assert [one for p in paths for one in raw_texts(p)] == []


# -- every sentence with which a room refuses ------------------------------------------------------

KINDS = {name.rsplit(".", 1)[1] for name, k in exceptions().items() if issubclass(k, Refused)}


def text_of(node: ast.expr, module: Any) -> Text | None:
    """A pair as it is written where it is raised; what a variable tells stands as `…`."""
    if isinstance(node, ast.Name | ast.Attribute):
        found = getattr(module, getattr(node, "id", getattr(node, "attr", "")), None)
        return found if isinstance(found, Text) else None
    if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text"):
        return None
    return Text(*(_words(part) for part in node.args))


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    parts = node.values if isinstance(node, ast.JoinedStr) else []
    return "".join(_words(p) if isinstance(p, ast.Constant) else "…" for p in parts) or "…"


def refused() -> Iterator[Any]:
    for name, written in modules().items():
        if not any(f"{kind}(" in written for kind in KINDS):
            continue
        module = import_module(f"chengnuo.{name}")
        for node in (n for n in ast.walk(ast.parse(written)) if isinstance(n, ast.Call)):
            if getattr(node.func, "id", "") in KINDS and node.args:
                text = text_of(node.args[0], module)
                if text is not None:
                    yield pytest.param(text, id=f"{name}:{text.en[:40]}")


SENTENCES = list(refused())


def test_there_are_many():
    assert len(SENTENCES) > 60


@pytest.mark.parametrize("text", SENTENCES)
def test_a_refusal_is_a_sentence_in_both_languages(text):
    assert HAN.search(text.zh) or text.zh == "…"
    assert not HAN.search(text.en)


# -- as pages tell it ------------------------------------------------------------------------------


@pytest.fixture
def shop(firm):
    made = register_customer(
        company=firm.company, number="C-1", name="示例餐饮店", phone="13800000001", now=NOW,
        address="示例市示例路1号1单元101室", area="urban",
    )  # fmt: skip
    open_account(customer=made, number="A-1", opened_on=date(2026, 3, 1), by=None, now=NOW)
    place = made.locations.get()
    install_meter(
        location=place, serial_number="M-1", installed_on=date(2026, 3, 1), by=None, now=NOW
    )
    return made


STEPS = [
    ("open-account", {"number": "A-1", "opened_on": "2026-03-09"},
     "A-1已被占用，请核对编号。", "A-1 is already in use; check the number."),
    ("open-account", {"number": "A-2", "opened_on": "2026-03-01", "applied_on": "2026-03-09"},
     "结束日期不能早于开始日期", "The end cannot be before the beginning"),
    ("close-account", {"account": "{account}", "closed_on": "2026-02-01"},
     "结束日期不能早于开始日期", "The end cannot be before the beginning"),
    ("remove-meter", {"meter": "{meter}", "removed_on": "2026-02-01"},
     "结束日期不能早于开始日期", "The end cannot be before the beginning"),
    ("install-meter", {"location": "{location}", "serial_number": "M-1", "kind": "remote"},
     "M-1已被占用", "M-1 is already in use"),
    ("add-location", {"address": ""}, "请填写地址。", "Please enter the address."),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("step", "typed", "zh", "en"), STEPS)
def test_a_step_of_a_customer_is_refused_for_its_own_reason(
    firm, shop, step, typed, zh, en, language
):
    place = shop.locations.get()
    known = {
        "account": shop.accounts.get().pk, "location": place.pk,
        "meter": place.usage_points.get().meters.get().pk,
    }  # fmt: skip
    sent = {name: value.format(**known) for name, value in typed.items()}
    clerk = sits(firm.people["service"], language)
    answer = clerk.post(f"/customers/{shop.pk}/steps/{step}/", sent)
    assert answer.status_code == 422
    said, other = (zh, en) if language == "zh-hans" else (en, zh)
    assert said in page(answer)
    assert other not in page(answer)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(
    ("path", "sent", "zh", "en"),
    [
        ("/privacy/take/", {"number": "U9", "wanted": "access", "why": "来电要求"},
         "没有这个编号的客户或工单", "No customer or case has this number."),
        ("/privacy/hold/", {"number": "C-1", "why": ""},
         "请写明理由", "Enter a reason of at least"),
        ("/cases/{case}/steps/withdraw/", {"reason": ""}, "请填写理由", "Please enter the reason."),
        ("/cases/{case}/steps/hand-over/", {"unit": "0"},
         "请选择接收单位。", "Please choose the receiving unit."),
        ("/cases/{case}/steps/reopen/", {"reason": "又漏了"},
         "工单尚未办结", "The case is not closed."),
    ],
)  # fmt: skip
def test_a_step_is_refused_in_the_reader_s_language(firm, shop, path, sent, zh, en, language):
    case = take(firm)
    answer = sits(firm.top, language).post(path.format(case=case.number), sent)
    assert answer.status_code == 422
    assert (zh if language == "zh-hans" else en) in page(answer)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused(SAID), 422), (NotYours(SAID), 422), (MovedOn(SAID), 409), (Unknown(SAID), 404),
        (UnableToReckon(SAID), 422), (NoRegulation(SAID), 422), (WrongFacts(SAID), 422),
        (RefusedByRule([WHOLE]), 422),
    ],
    ids=lambda e: type(e).__name__ if isinstance(e, Exception) else e,
)  # fmt: skip
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_no_view_tells_comes_on_a_page_of_its_own(firm, error, status, language):
    """What nobody expected is no fault of the server, and no English on a Chinese page."""

    @staffed
    def view(ctx):
        raise error

    request = sits(firm.top, language).get("/own/").wsgi_request
    with translation.override(language):
        if status == 404:
            with pytest.raises(Http404):
                view(request)
            return
        answer = view(request)
    assert answer.status_code == status
    said, other = (SAID.zh, SAID.en) if language == "zh-hans" else (SAID.en, SAID.zh)
    assert said in page(answer)
    assert other not in page(answer)


# -- matters of a sheet ----------------------------------------------------------------------------


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
