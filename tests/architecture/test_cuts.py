"""No page and no verb cuts what somebody typed: too long is an error at the field."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.architecture.test_house import PACKAGE, TOLD_THE_TIME, modules, parsed, place

# Packs and tables read files, the demonstration writes its own words.
ROOMS = ("doors", *sorted(set(TOLD_THE_TIME) - {"demo", "packs", "rules", "tables"}))
# What is text by its looks, and the names under which words of people travel.
GIVES_TEXT = {
    *("strip", "get", "join", "replace", "casefold", "lower", "upper", "removeprefix"),
    *("str", "typed", "plain_name"),
}
WORDS = {
    *("words", "narrative", "note", "remark", "reason", "told", "why", "text", "title", "name"),
    *("address", "phone", "said", "typed", "token"),
}
# Cut on purpose: nothing that somebody typed into a field is lost by it.
HARMLESS = {
    "an address of a page, which is kept nowhere": r"(given|(\w+\.)?request\.GET)\.(get|url)",
    "what is looked for in a list": r"\(text or ''\)\.strip\(\)|ctx\.request\.GET\.get\('q'",
    "the mark of a submission, made by the page": r"token$|(\w+\.)*(post|POST)\.get\('token'",
    "a mark made of marks": r"f'(sample|missed)-\{|matter\.request\.token$",
    "a file's name, before its ending": r"(scan|upload)\.name$|plain_name\(upload\.name",
    "a fault, as the machine tells it": r"f'\{type\(error\)",
    "a key or code of the house's own making": r"f'(\{socket|digest:|\{code\}-house')|b32encode\(",
    "a key for finding; the name stands beside it": r"NAME_MARKS\.sub",
    "shown in a list of rows for programmers": r"self\.reason$",
    "the headings of a strange sheet, in a refusal": r"'、'\.join\(\(name for name in header",
    "a spreadsheet takes no longer title of a sheet": r"''\.join\(\(c for c in title",
}


def is_bound(node: ast.expr | None) -> bool:
    """2000, LONGEST, bounds.LONGEST: so many and no more. What shows below ten is a mask's."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int) and node.value > 9
    name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
    return name.isupper()


def is_text(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        return name in GIVES_TEXT
    if isinstance(node, ast.BoolOp):
        return any(map(is_text, node.values))
    if isinstance(node, ast.Name | ast.Attribute):
        return (node.id if isinstance(node, ast.Name) else node.attr) in WORDS
    return isinstance(node, ast.JoinedStr)


def cuts(tree: ast.AST) -> Iterator[ast.Subscript]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Slice)
            and node.slice.lower is None
            and is_bound(node.slice.upper)
            and is_text(node.value)
        ):
            yield node


@pytest.mark.parametrize(
    "written",
    [
        "said.words.strip()[:LONGEST_WORDS]",
        "request.POST.get('number', '')[:40]",
        "(post.get('why') or '')[:500]",
        "ctx.typed('why')[:bounds.LONGEST]",
        "case.narrative[:2000]",
        "f'{title}: {narrative}'[:2000]",
    ],
)
def test_a_cut_is_known_by_its_looks(written):
    found = [ast.unparse(node.value) for node in cuts(ast.parse(written))]
    assert len(found) == 1
    assert not any(re.match(looks, found[0]) for looks in HARMLESS.values())


def test_nothing_cuts_what_was_typed():
    found = {
        f"{place(path, node)} {ast.unparse(node)}": ast.unparse(node.value)
        for path in modules(*ROOMS)
        for node in cuts(parsed(path))
    }
    wrong = [
        where
        for where, cut in found.items()
        if not any(re.match(looks, cut) for looks in HARMLESS.values())
    ]
    assert not wrong, (
        "refuse it: RequestContext.typed at a door, rules.refusing.keep_within in a verb:\n"
        + "\n".join(wrong)
    )
    unused = [
        why
        for why, looks in HARMLESS.items()
        if not any(re.match(looks, cut) for cut in found.values())
    ]
    assert not unused, "nothing is cut for this reason any more"


def test_no_field_cuts_a_paste():
    """`maxlength` drops the rest of a paste and says nothing; data-most counts and tells."""
    pages = sorted((PACKAGE / "doors").rglob("templates/**/*.html"))
    found = [str(page) for page in pages if "maxlength" in page.read_text(encoding="utf-8")]
    assert not found, (
        "use data-most; the public pages, which have no script, leave it to the server"
    )


def test_how_much_a_field_takes_is_said_once():
    """A number in a template would be a second answer to what the page refuses by."""
    told = re.compile(r'data-most="\d')
    found = [p.name for p in (PACKAGE / "doors").rglob("*.html") if told.search(p.read_text())]
    assert not found, "give the template the bound of the verb"
