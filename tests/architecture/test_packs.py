"""Data out of code: no id of a pack that ships stands in the code or in a template.

What a regulation calls its roles, services, forms and channels is its own; the code asks for what
they are for (`acts`, `purpose`, `column`, `of`). Two nets: ids that are no ordinary word (several
words, or a code such as F-17) are found wherever they stand; ordinary words (`visit`, `agent`)
where the code looks something of a pack up by them, or compares it with them.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from typing import get_args

import pytest
from django.apps import apps

from chengnuo.config import rooms
from chengnuo.packs.loader import shipped_packs
from chengnuo.packs.outside import Told
from chengnuo.packs.references import BUILT_IN_EVENTS, BUILT_IN_ROLES, PERIOD_NAMES
from tests.architecture.test_house import PACKAGE, modules, parsed, place
from tests.packs.shipped import shipped

OUTSIDE = {"demo", "policies", "migrations"}
# A word that is an id of a pack and a word of the language or the product as well.
WORDS = {
    "sms": "how a message leaves the house, in the outbox",
    "sender": "a fact that the product tells: who sent a matter from outside",
    "callback": "a form that is a questionnaire has this key; scripts of calls to customers",
    "customer-archive": "the name of an address",
    "first-asked": "a field of the page of intake",
    "received_at": "a field of the page on which a matter from outside is taken in",
    "replied_at": "a field of the page of a reply to a sender",
}
SECTIONS = {
    "roles": "role", "channels": "channel", "appliances": "appliance", "services": "service",
    "processes": "process", "forms": "form", "rules": "rule", "settings": "setting",
    "facts": "fact", "indicators": "indicator", "scripts": "script", "sheets": "code",
}  # fmt: skip
NAMED = {"role", "channel", "service", "process", "form", "rule", "setting", "code"}
QUOTED = re.compile(r"""["']([^"'\n{}%]+)["']""")


@cache
def ids() -> dict[str, frozenset[str]]:
    """Every id of the packs that ship, by kind."""
    found = defaultdict(set)
    for name in shipped_packs():
        pack = shipped(name).pack
        for section, kind in SECTIONS.items():
            found[kind] |= set(getattr(pack, section))
        found["event"] |= set(pack.events)
        found["separation"] |= set(pack.separations)
        found["field"] |= {f.id for form in pack.forms.values() for f in form.fields}
        for held in (pack.roles, pack.services, pack.processes, pack.forms):
            found["code"] |= {shape.code for shape in held.values() if shape.code}
        found["code"] |= {entry.obligation for entry in pack.register_}
    return {kind: frozenset(names - own_words()) for kind, names in found.items()}


@cache
def own_words() -> frozenset[str]:
    """What the language itself has: built-in roles and events, periods, what a scan is told, the
    events that the rooms emit, columns of tables, and WORDS."""
    columns = {f.name for model in apps.get_models() for f in model._meta.get_fields()}
    language = {*BUILT_IN_ROLES, *BUILT_IN_EVENTS, *PERIOD_NAMES, *get_args(Told)}
    emitted = set(rooms.HOUSE.events.kinds)
    return frozenset({*language, *emitted, *columns, *WORDS})


def is_distinctive(name: str) -> bool:
    return bool(re.search(r"[-_.\d]", name))


def kinds_of(name: str) -> list[str]:
    return [kind for kind, names in ids().items() if name in names]


def code():
    return [path for path in modules() if not OUTSIDE & set(path.relative_to(PACKAGE).parts)]


def literals(tree: ast.Module):
    """String constants that are no docstrings."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if text and id(node) not in documents:
            yield node


def test_no_id_that_is_no_ordinary_word_stands_in_the_code():
    found = [
        f"{place(path, node)} {node.value!r} ({', '.join(kinds_of(node.value))})"
        for path in code()
        for node in literals(parsed(path))
        if is_distinctive(node.value) and kinds_of(node.value)
    ]
    assert not found, "ask the pack what it is for:\n" + "\n".join(found)


def test_no_id_that_is_no_ordinary_word_stands_in_a_template():
    found = [
        f"{path.relative_to(PACKAGE)}: {word!r} ({', '.join(kinds_of(word))})"
        for path in PACKAGE.rglob("*.html")
        for word in QUOTED.findall(path.read_text(encoding="utf-8"))
        if is_distinctive(word) and kinds_of(word)
    ]
    assert not found, "ask the pack what it is for:\n" + "\n".join(found)


def last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def said(node: ast.expr, constants: dict[str, list[str]]) -> list[str]:
    """The texts of a constant, or of a list of them; by the name of one as well."""
    if isinstance(node, ast.Name):
        return constants.get(node.id, [])
    if isinstance(node, ast.Call) and last_name(node.func) in ("frozenset", "set", "tuple"):
        return [text for one in node.args for text in said(one, constants)]
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return [text for one in node.elts for text in said(one, constants)]
    return []


def constants_of(tree: ast.Module) -> dict[str, list[str]]:
    return {
        target.id: said(node.value, {})
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def looked_up(node: ast.AST, constants: dict[str, list[str]]):
    """What is looked up in a section of a pack, or compared with the name of one of its parts."""
    if isinstance(node, ast.Subscript):
        yield from (
            (SECTIONS.get(last_name(node.value)), text) for text in said(node.slice, constants)
        )
    elif isinstance(node, ast.Compare):
        sides = [node.left, *node.comparators]
        kinds = {SECTIONS.get(last_name(s)) for s in sides}
        kinds |= {last_name(s) for s in sides if last_name(s) in NAMED}
        yield from ((kind, text) for kind in kinds for s in sides for text in said(s, constants))
    elif isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop") and node.args:
            kind = SECTIONS.get(last_name(node.func.value))
            yield from ((kind, text) for text in said(node.args[0], constants))
        for given in node.keywords:
            kind = (given.arg or "").split("__")[0]
            yield from ((kind, text) for text in said(given.value, constants) if kind in NAMED)


def test_nothing_of_a_pack_is_looked_up_by_an_id():
    found = [
        f"{place(path, node)} {text!r} ({kind})"
        for path in code()
        for constants in [constants_of(parsed(path))]
        for node in ast.walk(parsed(path))
        for kind, text in looked_up(node, constants)
        if kind and text in ids().get(kind, ())
    ]
    assert not found, "ask the pack what it is for:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('pack.forms["visit"]', "form"),
        ('pack.services.get("other")', "service"),
        ('case.channel == "web"', "channel"),
        ('post.role in ("agent", "crew")', "role"),
        ('rows.exclude(channel="import")', "channel"),
        ('"area" in pack.facts', "fact"),
        ('WATCH = frozenset({"crew"})\npost.role in WATCH', "role"),
    ],
)
def test_the_nets_hold_what_they_are_for(line, kind):
    *_, node = (tree := ast.parse(line)).body
    assert kind in {k for k, _ in looked_up(node.value, constants_of(tree))}


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_of_the_list_is_an_id_that_stands_in_the_code(word):
    """So that the list stays short."""
    own = [node.value for path in code() for node in literals(parsed(path))]
    shown = [w for p in PACKAGE.rglob("*.html") for w in QUOTED.findall(p.read_text("utf-8"))]
    assert word in {*own, *shown}
