"""What the search for loopholes found in a release, ready for its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chengnuo.doors.web.kit.words import say
from chengnuo.packs.loopholes.found import KINDS
from chengnuo.packs.loopholes.search import BOUNDS, UNSEEN
from chengnuo.packs.schema import Pack
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True)
class LoopholeLine:
    """One loophole: its rule's name and id, how it goes, and the reading that accepts it."""

    rule: str
    title: str
    trace: str
    reading: str
    because: str


@dataclass(frozen=True, slots=True)
class LoopholeView:
    """By kind, each with its name, those accepted apart; what was searched and what not."""

    kinds: list[tuple[str, str, list[LoopholeLine]]]
    accepted: list[tuple[str, str, list[LoopholeLine]]]
    open: int
    played: int
    cut: list[str]
    bounds: str
    unseen: str


def loophole_view(report: Mapping[str, Any], pack: Pack) -> LoopholeView:
    services = [pack.services[s].title.text() for s in report["not_played_to_the_end"]]
    return LoopholeView(
        kinds=_by_kind(report["findings"], pack),
        accepted=_by_kind(report["accepted"], pack),
        open=len(report["findings"]),
        played=report["moves_played"],
        cut=[say(title) for title in services],
        bounds=say(BOUNDS),
        unseen=say(UNSEEN),
    )


def _by_kind(rows: list[dict[str, Any]], pack: Pack) -> list[tuple[str, str, list[LoopholeLine]]]:
    found = [
        (kind, say(name), [_found(row, pack) for row in rows if row["kind"] == kind])
        for kind, name in KINDS.items()
    ]
    return [one for one in found if one[2]]


def _found(row: Mapping[str, Any], pack: Pack) -> LoopholeLine:
    rule = pack.rules.get(row["rule"])
    reading = row.get("reading", "")
    because = pack.readings.get(reading)
    return LoopholeLine(
        rule=row["rule"],
        title=say(rule.title.text()) if rule is not None else row["by"],
        trace=say(Text(**row["trace"])),
        reading=reading,
        because=say(because.text()) if because is not None else "",
    )
