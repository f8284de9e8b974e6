"""Which of its three rows a rule has: one keeps it, one cheats in vain, one breaks it.

A cheat is refused, or does not count: the promise runs on, or a duty is broken though something was
filed for it. Where no moment is due, what is not done stays owed: that is the row that breaks it. A
gate is opened by one row, and refuses two: who comes without what it asks for, and who comes with
what only looks like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from chengnuo.packs.compiling import compiled
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.limits import Unnumbered
from chengnuo.rules.rulebook import (
    AnyRule,
    Before,
    Gate,
    Prohibition,
    Recurring,
    Rulebook,
    Within,
)
from tests.packs.played import Row

KEEPS, CHEATS, BREAKS = "keeps", "cheats", "breaks"
PARTS = (KEEPS, CHEATS, BREAKS)


def lacking(loaded: LoadedPack, rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """By rule that carries an obligation, which of the three its rows lack; {}: none lacks any."""
    shown: dict[str, Counter[str]] = {}
    for row in rows:
        outcome = row.outcome
        if row.service is None and outcome == "broken" and any(len(s) > 1 for s in row.steps):
            outcome = "in vain"
        shown.setdefault(row.rule, Counter())[outcome] += 1
    return {
        rule.id: tuple(part for part in PARTS if part not in had)
        for rule in binding(loaded)
        if (had := _parts(rule, shown.get(rule.id, Counter()))) != set(PARTS)
    }


def binding(loaded: LoadedPack) -> list[AnyRule]:
    """The rules that start, refuse or plan something for an obligation of the texts."""
    return [
        rule
        for rule in book_of(loaded).rules.values()
        if rule.obligations
        and (isinstance(rule, Within | Before | Recurring | Gate) or _forbids(rule))
        and not (isinstance(rule, Within) and rule.decides is not None)
    ]


def book_of(loaded: LoadedPack) -> Rulebook:
    return compiled(loaded.pack, digest=loaded.digest, notices=shipped_notices())


def _forbids(rule: AnyRule) -> bool:
    """A prohibition that refuses events; of one on words alone no form is refused here."""
    return isinstance(rule, Prohibition) and bool(rule.forbids)


def _parts(rule: AnyRule, told: Counter[str]) -> set[str]:
    if isinstance(rule, Gate | Prohibition):
        refused = told["refused"]
        found = {KEEPS: told["no promise"], BREAKS: refused, CHEATS: refused > 1}
        return {part for part, has in found.items() if has}
    late = told["broken"] + told["kept late"] + told["in vain"]
    vain = told["refused"] + told["running"]
    if isinstance(rule, Within) and isinstance(rule.limit, Unnumbered) and not late:
        found = {KEEPS: told["kept"], BREAKS: told["running"], CHEATS: vain > 1}
    else:
        found = {KEEPS: told["kept"], BREAKS: late, CHEATS: vain or (late > 1 and told["in vain"])}
    return {part for part, has in found.items() if has}
