"""One giver of personal data: doors mask nothing and read no contact; they ask `disclosure`."""

import ast
import re

from tests.architecture.test_house import PACKAGE, modules, parsed, place

MASKS = "chengnuo.disclosure.masks"
COLUMNS = {"contact_name", "contact_phone"}
# What a file of the past says of a matter that is being taken over: a column of its own.
A_FILE_SAYS = PACKAGE / "doors" / "cli" / "importing"
# What somebody types stands in the field in which he typed it.
IN_A_TEMPLATE = re.compile(r"(?<!typed)(?<!errors)\.contact_(?:name|phone)\b")


def test_doors_mask_nothing_themselves():
    found = [
        f"{place(path, node)} uses {name}"
        for path in modules("doors")
        for node in ast.walk(parsed(path))
        for name in named(node)
        if name.startswith(("masked_phone", "masked_name", "masked_address", MASKS))
    ]
    assert not found, "ask disclosure.contacts or disclosure.customers:\n" + "\n".join(found)


def named(node):
    if isinstance(node, ast.ImportFrom):
        return [node.module or "", *(alias.name for alias in node.names)]
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.attr] if isinstance(node, ast.Attribute) else []


def test_doors_read_no_contact_of_a_case():
    found = [
        f"{place(path, node)} reads .{node.attr}"
        for path in modules("doors")
        if not path.is_relative_to(A_FILE_SAYS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in COLUMNS
    ]
    assert not found, "ask disclosure.contacts:\n" + "\n".join(found)


def test_pages_are_given_no_case_to_read_a_contact_from():
    found = [
        f"{path.relative_to(PACKAGE)}: {found.group()}"
        for path in PACKAGE.glob("doors/**/templates/**/*.html")
        for found in IN_A_TEMPLATE.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "hand it a contact of disclosure.contacts:\n" + "\n".join(found)


def test_only_one_room_decides():
    """Who works on a case is asked by the giver of its contact, and by the search for it."""
    asked = {"chengnuo.cases.access.is_in_full", "chengnuo.cases.break_glass.knows_complainant"}
    found = {
        f"{path.relative_to(PACKAGE)} {alias.name}"
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if f"{node.module}.{alias.name}" in asked
    }
    assert found == {
        "disclosure/contacts.py is_in_full",
        "disclosure/contacts.py knows_complainant",
    }
