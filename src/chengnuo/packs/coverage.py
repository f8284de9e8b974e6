"""Which obligation of the catalogue is executed by which rule, read from the packs themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.rule_shapes import (
    BeforeShape,
    GateShape,
    ProhibitionShape,
    RecurringShape,
    RuleShape,
    StandingShape,
    WithinShape,
)


@dataclass(slots=True)
class Covered:
    """One obligation of the catalogue: its kind, the rules that execute it, how it is held."""

    id: str
    kind: str
    rules: list[str] = field(default_factory=list)
    held_by: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        return {
            "id": self.id,
            "kind": self.kind,
            "rules": self.rules,
            "held_by": ", ".join(dict.fromkeys(self.held_by)),
        }


def coverage(packs: Iterable[LoadedPack]) -> list[Covered]:
    """Every obligation that the packs cite, in order of id.

    Inherited rules count where they are written.
    """
    found: dict[str, Covered] = {}
    for loaded in packs:
        pack = loaded.pack
        for rule_id in sorted(loaded.own_rules):
            rule = pack.rules[rule_id]
            for cited in rule.obligations:
                kind = cited.kind or rule.catalogue_kind()
                row = found.setdefault(cited.id, Covered(cited.id, kind))
                row.rules.append(f"{pack.id}:{rule_id}")
                row.held_by.append(held_by(rule))
        inherited = {e.obligation for e in loaded.parent.pack.register_} if loaded.parent else set()
        for entry in pack.register_:
            if entry.obligation in inherited:
                continue
            row = found.setdefault(entry.obligation, Covered(entry.obligation, entry.kind))
            row.held_by.append(entry.held_by)
    return [found[i] for i in sorted(found)]


def held_by(rule: RuleShape) -> str:
    """In one word, what makes the rule hold."""
    if isinstance(rule, StandingShape | ProhibitionShape):
        return rule.held_by
    if isinstance(rule, GateShape):
        return "gate"
    if isinstance(rule, RecurringShape):
        return "period"
    if isinstance(rule, BeforeShape | WithinShape):
        return "clock" if rule.catalogue_kind() == "DL" else "record"
    return rule.kind


def in_sum(rows: Iterable[Covered]) -> dict[str, dict[str, int]]:
    """By kind: how many obligations, and how many of them are working rules."""
    total: Counter[str] = Counter()
    ruled: Counter[str] = Counter()
    for row in rows:
        total[row.kind] += 1
        ruled[row.kind] += bool(row.rules)
    return {
        kind: {"obligations": total[kind], "with_rules": ruled[kind]} for kind in sorted(total)
    } | {"all": {"obligations": total.total(), "with_rules": ruled.total()}}
