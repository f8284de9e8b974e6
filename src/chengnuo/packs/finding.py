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
from chengnuo.rules.words import Text


def checked_settings(pack: Pack, given: Mapping[str, str]) -> dict[str, str]:
    """Settings as they may be chosen. Raises PackError naming those and their values."""
    for name, value in given.items():
        setting = pack.settings.get(name)
        if setting is None:
            known = ", ".join(pack.settings) or "none"
            what = Text(f"没有这个设置；已有：{known}", f"no such setting; known: {known}")
            raise PackError(pack.id, [Problem(name, what)])
        if value not in setting.values:
            allowed = ", ".join(setting.values)
            what = Text(
                f"不能是 '{value}'；可选：{allowed}", f"'{value}' is not allowed; one of: {allowed}"
            )
            raise PackError(pack.id, [Problem(name, what)])
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
        what = Text(
            f"登记在册，没有时限，由 {entry.held_by} 落实：{entry.how.zh}",
            f"is registered without a number, held by {entry.held_by}: {entry.how.en}",
        )
        raise PackError(pack.id, [Problem(name, what)])
    known = ", ".join(sorted(book.rules))
    what = Text(
        f"没有这个编号的规则；已有规则：{known}", f"no such rule or obligation; rules: {known}"
    )
    raise PackError(pack.id, [Problem(name, what)])


def _distance(rule: AnyRule, obligation: str) -> int:
    """How far a rule is from what the catalogue calls the obligation: its own kind comes first."""
    kind = next(k for i, k in rule.obligations if i == obligation)
    if kind == "DL" and isinstance(rule, Within):
        return 1 if isinstance(rule.limit, Unnumbered) else 0
    kinds = {"REC": Recurring, "GATE": Gate, "STD": Standing, "PROH": Prohibition}
    return 0 if isinstance(rule, kinds.get(kind, Within)) else 2
