"""The walls of the house, held by tests. MAP.md describes them; pyproject.toml holds the contracts.

A failure here says which wall, where, and what to do instead. Widening a wall is a decision for a
page in docs/explanation/decisions, not for this file.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "chengnuo"

# Rooms that are told the time and never look at a clock: everything below the doors but the wiring.
TOLD_THE_TIME = (
    "demo",
    "rules",
    "packs",
    "tables",
    "wording",
    "ledger",
    "people",
    "customers",
    "obligations",
    "submissions",
    "disclosure",
    "cases",
    "fieldwork",
    "callbacks",
    "rounds",
    "outages",
    "billing",
    "conduct",
    "privacy",
    "reports",
)
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
}

# Where a moment is written out: rules/moments.py, and what lies below it or feeds it.
WRITES_MOMENTS = {"rules/moments.py"}
DATE_CODES = re.compile(r"%-?[aAbBcdHIjmMpSUVwWxXyY]")
DATE_FILTERS = re.compile(r"\|\s*(?:date|time)\b|{%\s*now\b")
DATE_CALLS_JS = re.compile(r"\.toLocale(?:Date|Time)?String\(|Intl\.DateTimeFormat")
# The page in the browser: the time of printing (as wording writes it) and the time of a draft.
DATES_IN_JS = {"doors/web/kit/static/app.js", "doors/web/kit/static/drafts.js"}

LONGEST_FILE = 400
LONGEST_FUNCTION = 60
# The ratchet: what is longer today, and how long it may be. Numbers here only ever go down.
LONG_FILES: dict[str, int] = {}
LONG_FUNCTIONS: dict[str, int] = {}

NOWHERE = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py", "signals.py"}


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def modules(*rooms: str) -> Iterator[Path]:
    folders = [PACKAGE / room for room in rooms] if rooms else [PACKAGE]
    for folder in folders:
        yield from sorted(folder.rglob("*.py"))


def place(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def test_each_room_imports_only_rooms_below_it():
    linter = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_rules_import_only_the_standard_library():
    allowed = sys.stdlib_module_names | {"chengnuo"}
    found = []
    for path in modules("rules"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "."]
            else:
                continue
            for name in names:
                inside = name.startswith("chengnuo.") and not name.startswith("chengnuo.rules")
                if inside or name.split(".")[0] not in allowed:
                    found.append(f"{place(path, node)} imports {name}")
    assert not found, "\n".join(found)


@cache
def imports() -> tuple[tuple[Path, Path], ...]:
    return tuple(_imports())


def _imports() -> Iterator[tuple[Path, Path]]:
    """Which module of ours imports which: the files of both."""
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                named = [(alias.name, "") for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                named = [(node.module or "", alias.name) for alias in node.names]
            else:
                continue
            for module, name in named:
                if module.split(".")[0] == "chengnuo":
                    folder = PACKAGE.joinpath(*module.split(".")[1:])
                    inner = folder / f"{name}.py"
                    target = inner if inner.is_file() else folder.with_suffix(".py")
                    yield path, target if target.is_file() else folder / "__init__.py"


# What all pages share, the case and one's desk know these rooms. Any other, also one that comes
# after today, declares in its desk's manifest what it shows there.
KNOWN_TO_ALL_PAGES = {
    "cases",
    "customers",
    "disclosure",
    "doors",
    "ledger",
    "obligations",
    "packs",
    "people",
    "reports",
    "rules",
    "submissions",
    "vault",
}


@pytest.mark.parametrize("desk", ["kit", "casefile", "desk"])
def test_what_all_pages_share_knows_no_room_that_declares_itself(desk):
    own = PACKAGE / "doors/web" / desk
    found = {
        f"{one.relative_to(PACKAGE)} imports {room}"
        for one, other in imports()
        if one.is_relative_to(own)
        and (room := other.relative_to(PACKAGE).parts[0]) not in KNOWN_TO_ALL_PAGES
    }
    assert not found, "declare it in the manifest of a desk:\n" + "\n".join(sorted(found))


def test_no_module_leads_back_to_itself():
    ahead: dict[Path, set[Path]] = {}
    for one, other in imports():
        ahead.setdefault(one, set()).add(other)
    try:
        tuple(TopologicalSorter(ahead).static_order())
    except CycleError as error:
        pytest.fail(" -> ".join(str(path.relative_to(PACKAGE)) for path in error.args[1]))


def test_no_two_folders_import_each_other():
    """Two that need each other are one: what both need belongs below them."""
    pairs = {(one.parent, other.parent) for one, other in imports() if one.parent != other.parent}
    found = sorted(
        f"{one.relative_to(PACKAGE)} <-> {other.relative_to(PACKAGE)}"
        for one, other in pairs
        if one < other and (other, one) in pairs
    )
    assert not found, "\n".join(found)


def test_no_module_is_a_drawer_for_everything():
    found = [str(path.relative_to(ROOT)) for path in modules() if path.name in NOWHERE]
    assert not found, f"name the module after what it does, and call instead of signalling: {found}"


def test_below_the_doors_nobody_looks_at_a_clock():
    found = []
    for path in modules(*TOLD_THE_TIME):
        if "migrations" in path.parts:
            continue  # written by Django, which repeats there what its own models say
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute):
                owner = node.value
                name = getattr(owner, "attr", None) or getattr(owner, "id", None)
                if (name, node.attr) in CLOCKS:
                    found.append(f"{place(path, node)} reads {name}.{node.attr}")
            elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
                found.append(f"{place(path, node.value)} sets {node.arg}")
    assert not found, "pass `at` or `now` in from the door instead:\n" + "\n".join(found)


def test_doors_save_nothing_themselves():
    found = [
        f"{place(path, node)} calls .{node.func.attr}()"
        for path in modules("doors")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"save", "bulk_create", "bulk_update"}
    ]
    assert not found, "make one call to a service instead:\n" + "\n".join(found)


def writes_a_moment(node: ast.AST) -> bool:
    if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
        return bool(DATE_CODES.search(ast.unparse(node.format_spec)))
    return isinstance(node, ast.Attribute) and node.attr == "strftime"


def test_one_module_writes_moments_out():
    found = {
        str(path.relative_to(PACKAGE))
        for path in modules()
        if any(writes_a_moment(node) for node in ast.walk(parsed(path)))
    }
    found |= {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("templates/**/*.html")
        if DATE_FILTERS.search(path.read_text(encoding="utf-8"))
    }
    assert found == WRITES_MOMENTS, "write it with chengnuo.rules.moments instead"


def test_no_two_classes_bear_one_name():
    found: dict[str, list[str]] = {}
    for path in modules():
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef) and node.name not in ("Meta", "Migration"):
                found.setdefault(node.name, []).append(str(path.relative_to(PACKAGE)))
    twice = {name: places for name, places in found.items() if len(places) > 1}
    assert not twice, "one word for one concept: name them after what they are"


def test_doors_ask_rooms_and_no_tables():
    """The demonstration and the command line still build their own rows: they come down."""
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in modules("doors")
        if "cli" not in path.relative_to(PACKAGE).parts
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert not found, "ask the room's queries or services"


LONGEST_LINE = 160


def test_a_line_of_a_template_can_be_read():
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in sorted(PACKAGE.rglob("templates/**/*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    assert not found, (
        "break it between attributes, where white space stands, or inside a trimmed message:\n"
        + "\n".join(found)
    )


NAMED = re.compile(r"""{%\s*(?:include|extends|static)\s+["']([a-z]+)/""")


def test_a_desk_shows_its_own_templates_and_the_kit_s():
    pages = PACKAGE / "doors" / "web"
    found = [
        f"{path.relative_to(pages)} shows {desk}"
        for path in pages.glob("*/templates/**/*.html")
        for desk in NAMED.findall(path.read_text(encoding="utf-8"))
        if desk not in (path.relative_to(pages).parts[0], "kit", "vendor")
    ]
    assert not found, "what two desks show belongs to doors/web/kit"


def test_few_scripts_write_moments_out():
    found = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("static/**/*.js")
        if "vendor" not in path.parts and DATE_CALLS_JS.search(path.read_text(encoding="utf-8"))
    }
    assert found == DATES_IN_JS, "let the server write it, by chengnuo.rules.moments"


def measured_files() -> dict[str, int]:
    return {
        str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules()
        if "migrations" not in path.parts
    }


def measured_functions() -> dict[str, int]:
    lengths = {}
    for path in modules():
        if "migrations" in path.parts:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                key = f"{path.relative_to(PACKAGE)}::{node.name}"
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                lengths[key] = max(length, lengths.get(key, 0))
    return lengths


@pytest.mark.parametrize(
    ("measure", "limit", "ratchet"),
    [
        pytest.param(measured_files, LONGEST_FILE, LONG_FILES, id="files"),
        pytest.param(measured_functions, LONGEST_FUNCTION, LONG_FUNCTIONS, id="functions"),
    ],
)
def test_nothing_grows_too_long_to_read(measure, limit, ratchet):
    lengths = measure()
    too_long = {
        name: length for name, length in lengths.items() if length > ratchet.get(name, limit)
    }
    assert not too_long, f"longer than {limit} lines; where is the seam? {too_long}"
    loose = {
        name: f"allowed {allowed}, is {lengths.get(name, 0)}"
        for name, allowed in ratchet.items()
        if lengths.get(name, 0) < allowed
    }
    assert not loose, f"shorter now: lower or delete these numbers {loose}"


def tracked() -> list[str]:
    # A checkout may belong to somebody else than the one who runs the tests in it.
    git = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name]


def tracked_texts() -> Iterator[tuple[str, str]]:
    for name in tracked():
        path = ROOT / name
        if "vendor" in path.parts or path == Path(__file__).resolve() or not path.is_file():
            continue
        try:
            yield name, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture, a font, a compiled translation


def test_no_package_that_was_downloaded_is_tracked():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    packages = (".whl", ".egg", ".tar.gz", ".deb", ".pyc")
    assert not [name for name in tracked() if name.endswith(packages)]


def test_no_tracked_file_knows_this_machine_or_a_registry():
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    registries = r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|npmmirror\.com|deb\.debian\.org"
    homes = r"(?<![\w.])/(?:home|Users)/\w+|[A-Z]:\\Users\\"
    here = re.escape(str(ROOT)) + r"(?![\w-])"
    stranger = re.compile(f"{registries}|{homes}|{here}")
    found = [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked_texts()
        for number, line in enumerate(text.splitlines(), 1)
        if stranger.search(line)
    ]
    assert not found, "\n".join(found)
