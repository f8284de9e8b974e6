"""Documents keep up with the code: links lead somewhere, places exist, lists are complete."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from chengnuo.doors.cli.main import parser

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "chengnuo"
DOCS = ROOT / "docs"
PAGES = sorted({*ROOT.glob("*.md"), *DOCS.rglob("*.md")})
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)\s]+)\)")
NAMED = re.compile(r"\bdocs/[\w./-]+\.(?:md|svg)")
PLACE = re.compile(r"`([\w./*<>-]+/[\w./*<>-]*|[\w-]+\.(?:py|js|css|html|toml|yaml))`")
CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub addresses them."""
    titles = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_documents_named_in_code_are_there():
    files = (
        path
        for folder in ("src", "tests", "scripts", "bench")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".yaml", ".sh", ".js", ".html"} and "vendor" not in path.parts
    )
    missing = [
        f"{path.relative_to(ROOT)} names {name}"
        for path in (*files, ROOT / "Makefile", ROOT / "pyproject.toml")
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / name).exists()
    ]
    assert not missing


def test_the_index_names_every_document():
    index = {
        (DOCS / link.partition("#")[0]).resolve()
        for link in LINK.findall((DOCS / "README.md").read_text(encoding="utf-8"))
    }
    decisions = DOCS / "explanation" / "decisions"
    listed = {
        (decisions / link).resolve()
        for link in LINK.findall((decisions / "README.md").read_text(encoding="utf-8"))
    }
    missing = {
        str(page.relative_to(DOCS))
        for page in DOCS.rglob("*.md")
        if page not in index | listed and page != DOCS / "README.md"
    }
    assert not missing


def places(row: str) -> Iterator[str]:
    """The paths that a row names; `there` and `kit/` stand for the folder just named."""
    for name in PLACE.findall(row):
        if "<" not in name:
            yield name


@pytest.fixture(scope="module")
def files() -> list[str]:
    return [
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*")
        if not {".venv", ".git"} & {*path.parts}
    ]


@pytest.mark.parametrize("page", ["MAP.md", "SECURITY.md", "CONTRIBUTING.md"])
def test_every_place_that_leads_into_the_code_exists(page, files):
    named = [
        (number, name)
        for number, row in enumerate((ROOT / page).read_text(encoding="utf-8").splitlines(), 1)
        for name in places(row)
    ]
    missing = [
        f"{number}: {name}"
        for number, name in named
        if not any(f"/{file}/".endswith(f"/{name.rstrip('/')}/") for file in files)
        and not (PACKAGE / name).exists()
        and not list(ROOT.glob(name))
    ]
    assert named
    assert not missing


def commands(root: argparse.ArgumentParser, path: str = "chengnuo") -> Iterator[tuple[str, str]]:
    """Each command that can be typed, with each of its options."""
    for action in root._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from commands(below, f"{path} {name}")
        elif action.option_strings and action.dest != "help" and path != "chengnuo":
            yield path, action.option_strings[-1]


def test_every_command_and_option_is_documented():
    rows = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8").splitlines()
    missing = [
        f"{command} {option}"
        for command, option in commands(parser())
        if not any(row.startswith(f"| `{command}` |") and option in row for row in rows)
    ]
    assert not missing


def test_every_variable_of_the_environment_is_documented():
    read = {
        name
        for path in (PACKAGE / "config").glob("*.py")
        for name in re.findall(r'"(CHENGNUO_[A-Z_]+|DATABASE_URL)"', path.read_text("utf-8"))
    }
    page = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    assert read
    assert {name for name in read if f"| `{name}` |" not in page} == set()
