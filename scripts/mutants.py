"""How much the tests notice: small changes in the code, one at a time, and the tests of its room.

    .venv/bin/python scripts/mutants.py rules --sample 150 --seed 1
    .venv/bin/python scripts/mutants.py rights --module obligations/access.py --seed 2

The changes are those of cosmic-ray (comparisons, and/or, not, numbers, loops, decorators …). No
file is touched: a child process that takes the place of each run loads the changed module out of
memory. Of each place in the code one change is drawn by the seed; without --sample all places are
tried. What was tried is kept under var/mutants/, so that a run that was stopped goes on, and one
with another seed tries others. Changes that change nothing are named in scripts/mutants.txt.

Ends with 1 while fewer are noticed than the room owes (95 % in rules, 90 % elsewhere).
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "chengnuo"
KEPT = ROOT / "var" / "mutants"
EQUIVALENT = ROOT / "scripts" / "mutants.txt"
PURE = ("-p", "no:django")
SECONDS = 900
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
    "rights": Room(
        ("*/access.py", "obligations/restricting.py", "people/second_factor.py"),
        ("tests/people", "tests/cases", "tests/obligations", "tests/conduct"),
    ),
    "verdicts": Room(
        ("obligations/ticking.py", "obligations/evidence.py", "obligations/owners.py"),
        ("tests/obligations", "tests/conduct"),
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
    """Every change that cosmic-ray knows in a module, but in annotations, which nobody runs."""
    text = path.read_text(encoding="utf-8")
    shut = _annotations(text)
    nodes = list(ast_nodes(get_ast(text)))
    found = []
    for name in operator_names():
        if _says_the_same(name) or name in UNSUITED:
            continue
        operator = get_operator(name)()
        places = [p for node in nodes for p in operator.mutation_positions(node)]
        for occurrence, ((line, column), _) in enumerate(places):
            if not any(start <= (line, column) < end for start, end in shut):
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
        for child in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(child, ast.expr):
                end = (child.end_lineno or 0, child.end_col_offset or 0)
                found.append(((child.lineno, child.col_offset), end))
    return found


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


# -- trying ----------------------------------------------------------------------------------------


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module its changed text; all others come as they are."""

    def __init__(self, mutant: Mutant, text: str) -> None:
        parts = Path(mutant.module).with_suffix("").parts
        self.name = ".".join(("chengnuo", *parts))
        self.path = SOURCE / mutant.module
        self.text = text

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.text, str(self.path), "exec"), module.__dict__)  # noqa: S102


def tried(mutant: Mutant, room: Room) -> str:
    """`noticed`, `survived`, `slow`, or `no code`: the tests of the room, by themselves."""
    text = changed_text(mutant)
    try:
        compile(text, mutant.module, "exec")
    except SyntaxError:
        return "no code"
    child = os.fork()
    if child == 0:
        _run_tests(Changed(mutant, text), room)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if os.waitstatus_to_exitcode(status) == 0 else "noticed"
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "slow"


def _run_tests(finder: Changed | None, room: Room) -> None:
    """In the child: run the tests until the first that fails, and end with what they say."""
    os.setsid()
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    if finder is not None:
        sys.meta_path.insert(0, finder)
    code = 3
    try:
        arguments = ("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=0")
        code = int(pytest.main([*arguments, *room.options, *room.tests]))
    finally:
        os._exit(code)


# -- the command -----------------------------------------------------------------------------------


def _equivalent() -> set[str]:
    """Changes that change nothing, one a line, with the reason after `#`."""
    if not EQUIVALENT.is_file():
        return set()
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    return {line.split(" # ")[0].strip() for line in lines if line.split(" # ")[0].strip()}


def _source_line(mutant: Mutant) -> str:
    return (
        (SOURCE / mutant.module).read_text(encoding="utf-8").splitlines()[mutant.line - 1].strip()
    )


def key_of(mutant: Mutant) -> str:
    """How scripts/mutants.txt names a change: by its line's text, which outlives its number."""
    return f"{mutant.module} | {mutant.operator} | {_source_line(mutant)}"


def chosen_modules(room: Room, only: str | None) -> list[Path]:
    found = sorted({p for pattern in room.modules for p in SOURCE.glob(pattern)})
    return [p for p in found if only is None or p == SOURCE / only]


def run(name: str, room: Room, args: argparse.Namespace) -> bool:
    """Try what was drawn and say what came out; whether the room's bar is reached."""
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{name}.json"
    known: dict[str, str] = json.loads(kept.read_text()) if kept.is_file() else {}
    same = _equivalent()
    mutants = drawn(chosen_modules(room, args.module), seed=args.seed, sample=args.sample)
    mutants = [m for m in mutants if key_of(m) not in same]
    for number, mutant in enumerate(mutants, 1):
        if mutant.name not in known:
            known[mutant.name] = tried(mutant, room)
            kept.write_text(json.dumps(known, indent=0, sort_keys=True))
        print(f"{name} {number}/{len(mutants)} {known[mutant.name]:8} {mutant.name}", flush=True)
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


def _sound(rooms: Sequence[str]) -> Iterator[str]:
    """The rooms whose tests fail without any change: nothing could be said of them."""
    for name in rooms:
        child = os.fork()
        if child == 0:
            _run_tests(None, ROOMS[name])
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            yield name


def main() -> int:
    os.chdir(ROOT)
    args = _arguments()
    rooms = args.rooms or list(ROOMS)
    unknown = [name for name in rooms if name not in ROOMS]
    if unknown:
        print(f"no such room: {', '.join(unknown)}; there are: {', '.join(ROOMS)}")
        return 2
    broken = list(_sound(rooms))
    if broken:
        print(f"the tests of {', '.join(broken)} fail as they are: mend them first")
        return 2
    reached = [run(name, ROOMS[name], args) for name in rooms]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
