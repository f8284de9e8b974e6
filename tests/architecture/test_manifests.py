"""What rooms declare exists, and what they tell is declared."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from django.template.loader import get_template
from django.urls import reverse

from chengnuo.cases import manifest as cases
from chengnuo.config import rooms
from chengnuo.doors.jobs import steps
from chengnuo.doors.web import pages
from chengnuo.doors.web.kit.declared import Menu, PanelSide
from chengnuo.doors.web.overview.views import month
from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.rules import lifecycle
from tests.architecture.test_house import PACKAGE, parsed

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
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if DOTTED.fullmatch(node.value) else set()
    return found


def declared() -> list[str]:
    return [kind.name for kind in rooms.HOUSE.events.kinds.values()]


# What a manifest may declare; the house reads nothing else of it.
READ = {
    "ALONG", "EVENTS", "FACTS", "FORM_EVENTS", "FORM_HANDLERS", "PACK_EVENTS", "PROJECTIONS",
    "STEPS", "SUBJECT_KINDS",
}  # fmt: skip


READ_OF_DESKS = {"CASE_PANELS", "COLUMNS", "DESK_PANELS", "ELSEWHERE", "NAVIGATION"}


def written_in(module: ModuleType) -> set[str]:
    """The names in capitals that a manifest has, also those it takes from a module of its room."""
    names = {name for name in vars(module) if name.isupper() and not name.startswith("_")}
    tree = parsed(Path(str(module.__file__)))
    assigned = {
        name.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for name in node.targets
        if isinstance(name, ast.Name)
    }
    return names & (assigned | READ | READ_OF_DESKS)


def test_a_manifest_declares_what_the_house_reads():
    """A name that is written wrong would declare nothing, and nobody would hear of it."""
    for room in rooms.ROOMS:
        assert written_in(room) <= READ, room.__name__
        assert written_in(room), room.__name__
    for desk in pages.MANIFESTS:
        assert written_in(desk) <= READ_OF_DESKS, desk.__name__


def room_of(module: ModuleType) -> str:
    return module.__name__.rsplit(".", 2)[1]


def test_steps_and_facts_are_named_once_and_belong_to_their_room():
    for room in rooms.ROOMS:
        for step in getattr(room, "STEPS", ()):
            assert step.name.startswith(f"{room_of(room)}."), step.name
            assert step.do.__module__.startswith(f"chengnuo.{room_of(room)}."), step.name
    names = [step.name for step in steps.declared()]
    assert len(names) == len(set(names))
    facts = rooms.HOUSE.facts
    assert len({fact.name for fact in facts}) == len(facts)
    for fact in facts:
        words = (fact.title, fact.unit, fact.row)
        assert all(text.zh and text.en for text in words), fact.name


def test_the_overview_counts_what_is_declared():
    assert set(month.FACTS.values()) <= {fact.name for fact in rooms.HOUSE.facts}


def test_every_kind_of_subject_is_used():
    """A room calls what its dockets are about `SUBJECT`, or declares constants under names of
    their own: each is declared once, and some module beside the manifest works with it."""
    named = [kind.name for kind in rooms.HOUSE.subject_kinds]
    assert len(set(named)) == len(named)
    constants = subject_constants()
    assert sorted(constants.values()) == sorted(named), "declared as SubjectKind(name=CONSTANT)"
    idle = {name for name in constants if not is_worked_with(*name)}
    assert not idle, "no docket is about it"


def subject_constants() -> dict[tuple[str, str], str]:
    """Module and name of each constant that is called SUBJECT, or that a manifest declares."""
    found = {
        (dotted(path), "SUBJECT")
        for path in PACKAGE.rglob("*.py")
        for node in parsed(path).body
        if isinstance(node, ast.Assign) and "SUBJECT" in {ast.unparse(n) for n in node.targets}
    }
    for room in rooms.ROOMS:
        tree = parsed(Path(str(room.__file__)))
        homes = imported(tree)
        found |= {
            (homes[word.value.id], word.value.id)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "SubjectKind"
            for word in node.keywords
            if word.arg == "name" and isinstance(word.value, ast.Name)
        }
    return {(home, name): getattr(import_module(home), name) for home, name in found}


def is_worked_with(home: str, name: str) -> bool:
    for path in PACKAGE.rglob("*.py"):
        tree = parsed(path)
        if path.name == "manifest.py" or home not in (dotted(path), imported(tree).get(name)):
            continue
        loads = (n for n in ast.walk(tree) if isinstance(n, ast.Name) and n.id == name)
        if any(isinstance(node.ctx, ast.Load) for node in loads):
            return True
    return False


def imported(tree: ast.Module) -> dict[str, str]:
    """From which module each name comes."""
    return {
        alias.name: node.module or ""
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def dotted(path: Path) -> str:
    return ".".join(("chengnuo", *path.relative_to(PACKAGE).with_suffix("").parts))


def test_navigation_leads_to_pages_and_marks_places_that_are_there():
    entries = pages.PAGES.navigation
    told = {
        keyword.value.value
        for path in (PACKAGE / "doors" / "web").rglob("*.py")
        if path.name != "manifest.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "here" and isinstance(keyword.value, ast.Constant)
    }
    tabs = {"pay", "escalations", "pauses"}  # told by the templates of these pages
    for entry in entries:
        assert reverse(entry.url), entry.url
        assert set(entry.here) <= told | tabs | LISTS_IN_THE_HOUSE, entry.url
    ranks = [(entry.menu, entry.rank) for entry in entries]
    assert len(ranks) == len(set(ranks)), "what stands where is said"
    assert {entry.menu for entry in entries} == set(Menu)


# Their views hand the place on under another name.
LISTS_IN_THE_HOUSE = {"house-waiting", "outside", "queues"}


def test_panels_and_columns_have_their_template_and_their_place():
    panels = [*pages.PAGES.case_panels, *pages.PAGES.desk_panels, *pages.PAGES.columns]
    names = [panel.name for panel in panels]
    assert len(names) == len(set(names))
    for panel in panels:
        assert panel.template.startswith(f"{panel.name.split('.')[0]}/part/"), panel.name
        assert get_template(panel.template), panel.name
    asked = {
        node.args[1].value
        for path in (PACKAGE / "doors" / "web").rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) == "columns_of"
        and isinstance(node.args[1], ast.Constant)
    }
    assert {column.of for column in pages.PAGES.columns} == asked
    case, desk = (
        (PACKAGE / "doors/web" / name).read_text(encoding="utf-8")
        for name in ("casefile/templates/casefile/case.html", "desk/templates/desk/desk.html")
    )
    assert all(f'case_panels page "{side.value}"' in case for side in PanelSide)
    assert "desk_panels" in desk


def test_an_event_of_two_rooms_is_refused():
    with pytest.raises(ValueError, match=r"two rooms declare .*case\.lodged"):
        rooms.house_of((*rooms.ROOMS, cases))
    with pytest.raises(TypeError, match="EVENTS holds 'a word', no EventKind"):
        rooms.house_of((SimpleNamespace(__name__="odd", EVENTS=("a word",)),))


def test_every_kind_of_event_is_declared_once():
    names = [kind.name for room in rooms.ROOMS for kind in getattr(room, "EVENTS", ())]
    assert sorted(names) == sorted(set(names))
    assert set(BUILT_IN_EVENTS) <= set(names), "a pack may name them: a room tells them"


def test_whoever_writes_a_pack_reads_which_events_of_the_code_he_may_name():
    language = (PACKAGE.parents[1] / "docs/reference/pack-language.md").read_text(encoding="utf-8")
    told = language.split("Built-in events:")[1].split("They are emitted")[0]
    assert set(re.findall(r"`([a-z_.]+)`", told)) == set(BUILT_IN_EVENTS)


def test_what_is_told_is_declared():
    subjects = {name.split(".")[0] for name in declared() if "." in name}
    told = {name for name in written() if name.split(".")[0] in subjects}
    assert not told - set(declared()) - OTHERS - BY_FORMS


def test_what_is_declared_is_told():
    plain = {name for name in declared() if "." not in name}
    named = {f"case.{verb}" for verb in VERBS}
    by_steps = {"case.disputed", "case.reopened", "case.withdrawn", "pause.ended", "pause.rejected"}
    assert not set(declared()) - written() - named - by_steps - plain


def test_what_the_timeline_reads_is_declared_to_be_there():
    events = rooms.HOUSE.events
    payloads = {kind.name: kind.payload for kind in events.kinds.values()}
    payloads |= {f"pack event {n}": payload for n, payload in enumerate(events.by_packs)}
    for name, payload in payloads.items():
        assert not payload.needs & payload.may, name
        for detail in payload.details:
            assert detail.key in payload.needs | payload.may | events.along, name
            assert detail.label.zh, name
            assert detail.label.en, name


def test_doors_know_no_event_by_its_name():
    """What is told of an event stands in its declaration; a page asks for no name. Steps that a
    page offers are named where they are offered."""
    compared = []
    for path in (PACKAGE / "doors").rglob("*.py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith("entry.kind"):
                names = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
                compared += [f"{path.name}: {name}" for name in names & set(declared())]
    assert not compared


def written_kinds() -> list[tuple[str, str]]:
    """Every name of an event that is written out where one is told: `Fact(kind=…)`,
    `Event(name=…)`, and the second word of what a room calls its notes."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0] in ("packs", "demo", "rules"):
            continue
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            called, wanted = ast.unparse(node.func), {"Fact": "kind", "Event": "name"}
            given = [k.value for k in node.keywords if k.arg == wanted.get(called.split(".")[-1])]
            if called in ("_note", "note_call"):
                given += [a for a in node.args if isinstance(a, ast.Constant)]
            found += [
                (f"{path.relative_to(PACKAGE)}:{node.lineno}", one.value)
                for one in given
                if isinstance(one, ast.Constant) and isinstance(one.value, str)
            ]
    return found


def test_every_place_that_writes_an_event_uses_a_declared_name():
    found = written_kinds()
    assert len(found) > 60, "the search finds the places"
    unknown = [f"{place}: {name}" for place, name in found if name not in set(declared())]
    assert not unknown


def test_every_title_is_there_in_both_languages():
    for kind in rooms.HOUSE.events.kinds.values():
        assert kind.title.zh, kind.name
        assert kind.title.en, kind.name
