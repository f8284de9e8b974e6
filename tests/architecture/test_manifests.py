"""What rooms declare exists, and what they tell is declared."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from chengnuo.config import rooms
from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.rules import lifecycle

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "chengnuo"
DOTTED = re.compile(r"[a-z_]+\.[a-z_]+")
# What looks like an event and is none: names of tables and templates of other libraries.
OTHERS = {"content.xml", "people.recovery", "people.session", "people.sign_in", "scan.kept"}
# Told by forms; where a pack says nothing else, they are called so.
BY_FORMS = {"accountability.decided", "callback.missed", "rebuttal.made", "statement.served"}
VERBS = {value for value in vars(lifecycle).values() if isinstance(value, str)}


def written() -> set[str]:
    """Every dotted name in the code, but for manifests, packs and the demonstration."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        room = path.relative_to(PACKAGE).parts[0]
        if path.name == "manifest.py" or room in ("packs", "demo") or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if DOTTED.fullmatch(node.value) else set()
    return found


def declared() -> list[str]:
    return [kind.name for kind in rooms.EVENTS]


def test_every_kind_of_event_is_declared_once():
    names = declared()
    assert sorted(names) == sorted(set(names))
    assert set(BUILT_IN_EVENTS) <= set(names), "a pack may name them: a room tells them"


def test_what_is_told_is_declared():
    subjects = {name.split(".")[0] for name in declared() if "." in name}
    told = {name for name in written() if name.split(".")[0] in subjects}
    assert not told - set(declared()) - OTHERS - BY_FORMS


def test_what_is_declared_is_told():
    plain = {name for name in declared() if "." not in name}
    named = {f"case.{verb}" for verb in VERBS}
    by_steps = {"case.disputed", "case.reopened", "case.withdrawn", "pause.ended", "pause.rejected"}
    assert not set(declared()) - written() - named - by_steps - plain


def test_every_title_is_there_in_both_languages():
    for kind in rooms.EVENTS:
        assert kind.title.zh, kind.name
        assert kind.title.en, kind.name
