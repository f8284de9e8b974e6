"""How much the tests notice: small changes in the code, one at a time, and the tests of its room.

    .venv/bin/python scripts/mutants.py rules --sample 150 --seed 1
    .venv/bin/python scripts/mutants.py rights --module obligations/access.py --seed 2

The changes are those of cosmic-ray (comparisons, and/or, not, numbers, loops, decorators …). No
file is touched: a child process that takes the place of each run loads the changed module out of
memory. Of each place in the code one change is drawn by the seed; without --sample all places are
tried. The tests that enter the changed function are run, quick ones first; which those are is found
by one run of the room's tests. What stands outside of functions is tried on all of them.
What was noticed is kept under var/mutants/, so that a run that was stopped goes on, and one with
another seed tries others. Changes that change nothing are named in scripts/mutants.txt.

Ends with 1 while fewer are noticed than the room owes (95 % in rules, 90 % elsewhere).
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import django.test  # noqa: F401 (imported once, before the children are born)
import pydantic  # noqa: F401 (as above)
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "chengnuo"
KEPT = ROOT / "var" / "mutants"
EQUIVALENT = ROOT / "scripts" / "mutants.txt"
PURE = ("-p", "no:django")
SECONDS = 30  # beside three times what the tests take without a change
MEMORY = 2 << 30
# They put other variables in: what they need to know of a function they must be told.
UNSUITED = frozenset({"core/VariableReplacer", "core/VariableInserter"})


@dataclass(frozen=True, slots=True)
class Room:
    """Which modules are changed, which tests should notice, and how much of it they owe."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    bar: int = 90
    options: tuple[str, ...] = ()


ROOMS = {
    "rules": Room(
        ("rules/*.py",),
        (
            "tests/rules/test_clocks.py",
            "tests/rules/test_stories.py",
            "tests/rules/test_traps.py",
            "tests/rules",
        ),
        95,
        PURE,
    ),
    "packs": Room(("packs/*.py",), ("tests/packs",), options=PURE),
    "inheritance": Room(
        ("packs/inheritance.py",), ("tests/packs/test_inheritance.py",), options=PURE
    ),
    "people": Room(("people/access.py", "people/second_factor.py"), ("tests/people",)),
    "cases": Room(
        ("cases/access.py",),
        (
            "tests/cases/test_access.py",
            "tests/cases/test_queues.py",
            "tests/cases/test_search.py",
            "tests/cases/test_callers.py",
            "tests/cases/test_reach.py",
        ),
    ),
    "rights": Room(
        (
            "obligations/access.py",
            "obligations/restricting.py",
            "conduct/access.py",
            "disclosure/contacts.py",
        ),
        (
            "tests/cases/test_access.py",
            "tests/obligations",
            "tests/conduct",
            "tests/customers",
            "tests/doors/web/test_pauses.py",
        ),
    ),
    "verdicts": Room(
        (
            "obligations/ticking.py",
            "obligations/owners.py",
            "submissions/checks.py",
            "submissions/keeping.py",
        ),
        ("tests/obligations", "tests/conduct", "tests/cases/test_filling.py", "tests/submissions"),
    ),
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: which operator, at which of its places in a module."""

    module: str
    operator: str
    occurrence: int
    line: int
    column: int

    @property
    def name(self) -> str:
        return f"{self.module}:{self.line}:{self.column} {self.operator} {self.occurrence}"


# -- what is changed -------------------------------------------------------------------------------


def mutants_of(path: Path) -> list[Mutant]:
    """Every change that cosmic-ray knows in a module, but in annotations, which nobody runs, in
    what a class is decorated with: frozen or slotted, it behaves the same, and in stars that
    multiply nothing."""
    text = path.read_text(encoding="utf-8")
    shut, reckoned = _annotations(text), _reckoned(text)
    nodes = list(ast_nodes(get_ast(text)))
    found = []
    for name in operator_names():
        if _says_the_same(name) or name in UNSUITED:
            continue
        operator = get_operator(name)()
        places = [p for node in nodes for p in operator.mutation_positions(node)]
        for occurrence, ((line, column), _) in enumerate(places):
            if "BinaryOperator" in name and not _lies((line, column), reckoned):
                continue
            if not _lies((line, column), shut):
                module = str(path.relative_to(SOURCE))
                found.append(Mutant(module, name.removeprefix("core/"), occurrence, line, column))
    return found


def _says_the_same(operator: str) -> bool:
    """`is` for `==` is true of the enumerations and constants that are compared here."""
    return operator.endswith(("Eq_Is", "NotEq_IsNot", "Is_Eq", "IsNot_NotEq"))


Spot = tuple[int, int]


def _annotations(text: str) -> list[tuple[Spot, Spot]]:
    found: list[tuple[Spot, Spot]] = []
    for node in ast.walk(ast.parse(text)):
        shut = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.ClassDef):
            shut += node.decorator_list
        for child in shut:
            if isinstance(child, ast.expr):
                end = (child.end_lineno or 0, child.end_col_offset or 0)
                found.append(((child.lineno, child.col_offset), end))
    return found


def _reckoned(text: str) -> list[tuple[Spot, Spot]]:
    """Where operators stand between two operands: not the star of a signature or of a call."""
    return [
        ((n.left.end_lineno or 0, n.left.end_col_offset or 0), (n.right.lineno, n.right.col_offset))
        for n in ast.walk(ast.parse(text))
        if isinstance(n, ast.BinOp)
    ]


def _lies(spot: Spot, spans: list[tuple[Spot, Spot]]) -> bool:
    return any(start <= spot < end for start, end in spans)


def changed_text(mutant: Mutant) -> str:
    operator = get_operator(f"core/{mutant.operator}")()
    visitor = MutationVisitor(mutant.occurrence, operator)
    tree = visitor.walk(get_ast((SOURCE / mutant.module).read_text(encoding="utf-8")))
    return str(tree.get_code())


def drawn(modules: Sequence[Path], *, seed: int, sample: int | None) -> list[Mutant]:
    """One change for each place, drawn by the seed; so many places, or all of them."""
    dice = random.Random(seed)  # noqa: S311 (a draw that can be repeated)
    places: dict[tuple[str, int, int], list[Mutant]] = {}
    for path in modules:
        for mutant in mutants_of(path):
            place = (mutant.module, mutant.line, mutant.column)
            places.setdefault(place, []).append(mutant)
    chosen = [dice.choice(places[place]) for place in sorted(places)]
    dice.shuffle(chosen)
    return chosen if sample is None else chosen[:sample]


Map = dict[str, dict[str, Any]]


# -- which tests enter which function --------------------------------------------------------------


class Watch(ast.NodeTransformer):
    """Which functions each test enters, and how long it takes: each function says so itself.

    As a plugin of pytest it hears where a test begins and ends.
    """

    def __init__(self) -> None:
        self.now: set[str] = set()
        self.found: Map = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[Any]:
        self.now.clear()
        began = time.monotonic()
        try:
            return (yield)
        finally:
            seconds = time.monotonic() - began
            self.found[item.nodeid] = {"seconds": seconds, "entered": sorted(self.now)}

    def of(self, path: Path) -> CodeType:
        """A module whose functions tell that they were entered."""
        self.module = str(path.relative_to(SOURCE))
        tree = self.visit(ast.parse(path.read_text(encoding="utf-8")))
        return compile(ast.fix_missing_locations(tree), str(path), "exec")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        named = f"_entered({self.module + ':' + str(node.lineno)!r})"
        node.body.insert(1 if ast.get_docstring(node) else 0, ast.parse(named).body[0])
        return node


class Only:
    """A plugin of pytest: these tests alone, the quick ones first, with few random examples."""

    def __init__(self, tests: dict[str, float]) -> None:
        self.tests = tests

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # Late: pytest wants to load it itself, and the rooms set a profile of their own before.
        from hypothesis import settings  # noqa: PLC0415

        settings.register_profile("few", max_examples=25, deadline=None)
        settings.load_profile("few")
        items[:] = sorted(
            (i for i in items if i.nodeid in self.tests), key=lambda i: self.tests[i.nodeid]
        )


def map_of(name: str, room: Room) -> Map:
    """By test: its seconds and the functions it enters; found anew when code or tests changed."""
    told = hashlib.sha256()
    for path in sorted([*SOURCE.rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        told.update(path.read_bytes())
    kept = KEPT / f"{name}.map.json"
    known = json.loads(kept.read_text()) if kept.is_file() else {}
    if known.get("of") != told.hexdigest():
        watch = Watch()
        child = os.fork()
        if child == 0:
            noted = Instead({p: watch.of(p) for p in chosen_modules(room, None)}, watch.now.add)
            _run_tests(noted, room, room.tests, watch, lambda: _keep_map(kept, told, watch))
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"the tests of {name} fail as they are: mend them first")
        known = json.loads(kept.read_text())
    found: Map = known["tests"]
    return found


def _keep_map(kept: Path, told: Any, watch: Watch) -> None:
    kept.write_text(json.dumps({"of": told.hexdigest(), "tests": watch.found}))


def function_of(mutant: Mutant) -> str | None:
    """The innermost function that holds the change, as it names itself when it is entered."""
    tree = ast.parse((SOURCE / mutant.module).read_text(encoding="utf-8"))
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and node.body[0].lineno <= mutant.line <= (node.end_lineno or 0)
    ]
    if not around:
        return None
    return f"{mutant.module}:{max(node.lineno for node in around)}"


# -- trying ----------------------------------------------------------------------------------------


class Instead(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives some modules other code; all others come as they are."""

    def __init__(
        self, codes: dict[Path, CodeType], entered: Callable[[str], None] | None = None
    ) -> None:
        self.codes = {self._name(path): (path, code) for path, code in codes.items()}
        self.entered = entered

    @staticmethod
    def _name(path: Path) -> str:
        parts = path.relative_to(SOURCE.parent).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in self.codes:
            return None
        return importlib.util.spec_from_file_location(name, self.codes[name][0], loader=self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["_entered"] = self.entered
        exec(self.codes[module.__name__][1], module.__dict__)  # noqa: S102


def tried(mutant: Mutant, room: Room, tests: Map) -> str:
    """`noticed`, `survived`, `slow`, or `no code`: by the tests that enter the function, or all."""
    path = SOURCE / mutant.module
    try:
        changed = Instead({path: compile(changed_text(mutant), str(path), "exec")})
    except SyntaxError:
        return "no code"
    function = function_of(mutant)
    near = {t: f["seconds"] for t, f in tests.items() if function in f["entered"]}
    return _with(changed, room, near or {t: f["seconds"] for t, f in tests.items()})


def _with(changed: Instead, room: Room, tests: dict[str, float]) -> str:
    child = os.fork()
    if child == 0:
        files = sorted({test.split("::")[0] for test in tests})
        _run_tests(changed, room, files, Only(tests))
    until = time.monotonic() + SECONDS + 3 * sum(tests.values())
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if os.waitstatus_to_exitcode(status) == 0 else "noticed"
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "slow"


def _run_tests(
    finder: Instead,
    room: Room,
    files: Sequence[str],
    plugin: object,
    after: Callable[[], None] = lambda: None,
) -> None:
    """In the child: run the tests until the first that fails, and end with what they say."""
    os.setsid()
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    # A change may make a loop endless, or a list.
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.meta_path.insert(0, finder)
    code = 3
    try:
        arguments = ("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")
        code = int(pytest.main([*arguments, *room.options, *files], plugins=[plugin]))
        after()
    finally:
        os._exit(code)


# -- the command -----------------------------------------------------------------------------------


def _equivalent() -> set[str]:
    """Changes that change nothing, one a line, with the reason after the last ` # `."""
    if not EQUIVALENT.is_file():
        return set()
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    return {line.rpartition(" # ")[0] for line in lines if not line.startswith("#")}


def key_of(mutant: Mutant) -> str:
    """How scripts/mutants.txt names a change: by the text of its line as it becomes, which outlives
    the number of the line; one that is taken away, by the line itself."""
    before = (SOURCE / mutant.module).read_text(encoding="utf-8").splitlines()
    after = changed_text(mutant).splitlines()
    pairs = zip(before, after, strict=False)
    told = next((new.strip() or old.strip() for old, new in pairs if old != new), "")
    return f"{mutant.module} | {mutant.operator} | {told}"


def chosen_modules(room: Room, only: str | None) -> list[Path]:
    found = sorted({p for pattern in room.modules for p in SOURCE.glob(pattern)})
    found = [p for p in found if p.name != "__init__.py"]
    return [p for p in found if only is None or p == SOURCE / only]


def run(name: str, room: Room, args: argparse.Namespace) -> bool:
    """Try what was drawn and say what came out; whether the room's bar is reached."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{name}.json"
    known: dict[str, str] = json.loads(kept.read_text()) if kept.is_file() else {}
    same = _equivalent()
    mutants = drawn(chosen_modules(room, args.module), seed=args.seed, sample=args.sample)
    named = [m for m in mutants if key_of(m) in same]
    mutants = [m for m in mutants if m not in named]
    tests = map_of(name, room)
    for number, mutant in enumerate(mutants, 1):
        if known.get(mutant.name, "survived") == "survived":  # perhaps a test came since
            known[mutant.name] = tried(mutant, room, tests)
            kept.write_text(json.dumps(known, indent=0, sort_keys=True))
        print(f"{name} {number}/{len(mutants)} {known[mutant.name]:8} {mutant.name}", flush=True)
    if named:
        print(f"{name}: {len(named)} more are named as changing nothing")
    return _told(name, room, [(m, known[m.name]) for m in mutants])


def _told(name: str, room: Room, found: Sequence[tuple[Mutant, str]]) -> bool:
    found = [one for one in found if one[1] != "no code"]
    survived = [m for m, outcome in found if outcome == "survived"]
    for mutant in survived:
        print(f"  survived: {key_of(mutant)}")
    noticed = len(found) - len(survived)
    share = 100 * noticed / len(found) if found else 100.0
    print(f"{name}: {noticed} of {len(found)} noticed ({share:.0f} %), owed {room.bar} %")
    return share >= room.bar


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help=", ".join(ROOMS))
    parser.add_argument("--module", help="one module only, such as rules/clock.py")
    parser.add_argument("--sample", type=int, help="so many places of each room (default: all)")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    os.chdir(ROOT)
    args = _arguments()
    rooms = args.rooms or list(ROOMS)
    unknown = [name for name in rooms if name not in ROOMS]
    if unknown:
        print(f"no such room: {', '.join(unknown)}; there are: {', '.join(ROOMS)}")
        return 2
    reached = [run(name, ROOMS[name], args) for name in rooms]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
