"""Find a rule by its id or by an obligation it executes, and check what settings are asked for."""

from __future__ import annotations

from collections.abc import Mapping

from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.schema import Pack
from chengnuo.rules.limits import Unnumbered
from chengnuo.rules.rulebook import (
    AnyRule,
    Gate,
    Prohibition,
    Recurring,
    Rulebook,
    Standing,
    Within,
)


def checked_settings(pack: Pack, given: Mapping[str, str]) -> dict[str, str]:
    """Settings as they may be chosen. Raises PackError naming those and their values."""
    for name, value in given.items():
        setting = pack.settings.get(name)
        if setting is None:
            known = ", ".join(pack.settings) or "none"
            raise PackError(pack.id, [Problem(name, f"no such setting; known: {known}")])
        if value not in setting.values:
            allowed = ", ".join(setting.values)
            raise PackError(
                pack.id, [Problem(name, f"'{value}' is not allowed; one of: {allowed}")]
            )
    return dict(given)


def found_rule(pack: Pack, book: Rulebook, name: str) -> tuple[AnyRule, tuple[str, ...]]:
    """The rule of this id, or the one that best executes this obligation, and its others."""
    if name in book.rules:
        return book.rules[name], ()
    citing = [r for r in book.rules.values() if any(i == name for i, _ in r.obligations)]
    if citing:
        best = min(citing, key=lambda r: _distance(r, name))
        return best, tuple(r.id for r in citing if r is not best)
    entry = next((e for e in pack.register_ if e.obligation == name), None)
    if entry is not None:
        how = f"{entry.how.en} / {entry.how.zh}"
        what = f"is registered without a number, held by {entry.held_by}: {how}"
        raise PackError(pack.id, [Problem(name, what)])
    known = ", ".join(sorted(book.rules))
    raise PackError(pack.id, [Problem(name, f"no such rule or obligation; rules: {known}")])


def _distance(rule: AnyRule, obligation: str) -> int:
    """How far a rule is from what the catalogue calls the obligation: its own kind comes first."""
    kind = next(k for i, k in rule.obligations if i == obligation)
    if kind == "DL" and isinstance(rule, Within):
        return 1 if isinstance(rule.limit, Unnumbered) else 0
    kinds = {"REC": Recurring, "GATE": Gate, "STD": Standing, "PROH": Prohibition}
    return 0 if isinstance(rule, kinds.get(kind, Within)) else 2
