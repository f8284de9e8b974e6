"""One way to submit a form: only `submissions` makes evidence, and what a room adds is declared."""

import ast

from chengnuo.config import rooms
from tests.architecture.test_house import PACKAGE, modules, parsed, place

MAKING = {"create", "bulk_create", "get_or_create", "update_or_create"}
MANAGERS = {"Evidence.objects", "models.Evidence.objects"} | {
    f"{owner}.evidence" for owner in ("docket", "held", "row.docket", "case.docket", "sent.docket")
}
INSIDE = {
    # What a form tells once it is checked: who reads it elsewhere, would act on it elsewhere.
    "chengnuo.submissions.keeping": {"submissions"},
    "chengnuo.packs.forms.events_of": {"submissions", "packs"},
}


def room_of(path):
    return path.relative_to(PACKAGE).parts[0]


def makes_evidence(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    manager, _, verb = called.rpartition(".")
    return called == "Evidence" or (verb in MAKING and manager in MANAGERS)


def test_only_one_room_makes_evidence():
    found = [
        place(path, node)
        for path in modules()
        if room_of(path) != "submissions" and "migrations" not in path.parts
        for node in ast.walk(parsed(path))
        if makes_evidence(node)
    ]
    assert not found, "call submissions.submit instead:\n" + "\n".join(found)


def imported(path):
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def test_nobody_lets_a_form_act_past_the_verb():
    found = [
        f"{place(path, node)} imports {name}"
        for path in modules()
        for name, node in imported(path)
        if name in INSIDE and room_of(path) not in INSIDE[name]
    ]
    assert not found, "call submissions.submit instead:\n" + "\n".join(found)


def test_every_manifest_stands_in_the_list_of_rooms():
    written = {path.parent.name for path in PACKAGE.glob("*/manifest.py")}
    listed = [room.__name__.split(".")[1] for room in rooms.ROOMS]
    assert set(listed) == written
    assert len(listed) == len(set(listed))


def test_every_handler_belongs_to_the_room_that_declares_it():
    names = [handler.name for handler in rooms.HOUSE.form_handlers]
    assert len(names) == len(set(names))
    for room in rooms.ROOMS:
        name = room.__name__.split(".")[1]
        for handler in getattr(room, "FORM_HANDLERS", ()):
            assert handler.name.startswith(f"{name}.")
            assert handler.handle.__module__.startswith(f"chengnuo.{name}.")
