"""One giver of personal data: doors mask nothing and read no contact; they ask `disclosure`.

Reports take their masks from there too: `reports/exports.py` asks `disclosure.contacts`, which also
takes the numbers out of the free words of the registers. Where a door reads a telephone, an address
or a customer's name all the same, it stands below with the reason.
"""

import ast
import re

from tests.architecture.test_house import PACKAGE, modules, parsed, place

MASKS = "chengnuo.disclosure.masks"
COLUMNS = {"contact_name", "contact_phone"}
# What a file of the past says of a matter that is being taken over: a column of its own.
A_FILE_SAYS = PACKAGE / "doors" / "cli" / "importing"
# What somebody types stands in its field, with what is wrong there and how much fits.
IN_A_TEMPLATE = re.compile(r"(?<!typed)(?<!errors)(?<!longest)\.contact_(?:name|phone)\b")


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


# What `disclosure` gave, under the names that it bears there.
GIVEN = {
    ("callbacks/page/callback_sheet.py", "customer.name"),
    ("callbacks/page/callback_sheet.py", "customer.phone"),
    ("callbacks/page/callback_sheet.py", "contact.phone"),
    (
        "kit/registers.py",
        "contact_of(case=case, viewer=ctx.viewer, place=Place.WORKLIST).phone",
    ),
    ("callbacks/templates/callbacks/part/sheet.html", "call.phone"),
    ("casefile/templates/casefile/part/contact.html", "page.contact.address"),
    ("casefile/templates/casefile/part/contact.html", "page.contact.phone"),
    ("casefile/templates/casefile/part/links.html", "c.phone"),
    ("casefile/templates/casefile/sheet.html", "page.contact.phone"),
    ("referrals/templates/referrals/reply.html", "contact.phone"),
}
# Whoever corrects a customer's file works for him, or says why he looks: that is on record.
CORRECTED = {("customers/views/customer.py", "found.phone")}
# Where the caller lives, whose card is open: the look at it is on record.
ON_THE_LINE = {
    ("intake/views/calling.py", "place.address"),
    ("intake/templates/intake/part/caller.html", "place.address"),
    ("intake/templates/intake/part/caller.html", "p.location.address"),
}
# No customer: the work telephone of staff; the address of a list of the pages.
NO_CUSTOMER = {
    ("administration/templates/administration/person.html", "person.phone"),
    ("administration/templates/administration/access_log.html", "asked.address"),
    ("administration/views/access_log.py", "asked.address"),
}
# What a stranger typed, to count how often he asks.
OF_A_STRANGER = {("portal/views.py", "self.phone")}
READ = GIVEN | CORRECTED | ON_THE_LINE | NO_CUSTOMER | OF_A_STRANGER
PERSONAL = {"phone", "address"}
IN_TEMPLATES = re.compile(
    r"(?<![\w.])((?:\w+\.)*(?:(?<!typed\.)(?<!errors\.)(?<!longest\.)(?:phone|address)"
    r"|(?:customer|chosen)\.name))\b"
)


def test_doors_read_no_telephone_address_or_name_but_where_it_is_said():
    """Both ways: what is no longer read stands in no list."""
    assert {*read_by_code(), *read_by_templates()} == READ


def read_by_code():
    for path in modules("doors"):
        if path.is_relative_to(A_FILE_SAYS):
            continue
        tree = parsed(path)
        called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and id(node) not in called and is_personal(node):
                yield of_doors(path), ast.unparse(node)


def is_personal(node):
    of = ast.unparse(node.value).rpartition(".")[2]
    return node.attr in PERSONAL or (node.attr == "name" and of in ("customer", "chosen"))


def read_by_templates():
    for path in PACKAGE.glob("doors/**/templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        for said in re.findall(r"{{(.*?)}}|{%(.*?)%}", text, re.DOTALL):
            for name in IN_TEMPLATES.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", " ".join(said))):
                if "." in name:
                    yield of_doors(path), name


def of_doors(path):
    inside = path.relative_to(PACKAGE / "doors").as_posix()
    return inside.removeprefix("web/")


# By these a column is read under its name.
BY_NAME = {"attrgetter", "getattr", "F", "only", "values", "values_list"}
A_COLUMN = re.compile(r"(?:\w+__)?(?:contact_name|contact_phone|phone|address|customer__name)")


def test_doors_ask_for_no_column_by_its_name():
    found = [
        f"{place(path, node)} reads {given.value}"
        for path in modules("doors")
        if not path.is_relative_to(A_FILE_SAYS)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in BY_NAME
        for given in node.args
        if isinstance(given, ast.Constant) and A_COLUMN.fullmatch(str(given.value))
    ]
    assert not found, "ask disclosure:\n" + "\n".join(found)


A_MASK = re.compile(r"}}\s*\*")


def test_templates_mask_nothing_themselves():
    found = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.glob("doors/**/templates/**/*.html")
        if A_MASK.search(path.read_text(encoding="utf-8"))
    ]
    assert not found, "ask disclosure for the masked word:\n" + "\n".join(found)


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
