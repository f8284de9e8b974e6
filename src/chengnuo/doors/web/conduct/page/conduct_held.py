"""Who held the clock of a proceeding when: as a table and as a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.conduct.models import Part
from chengnuo.doors.web.kit.clocks import Axis, Span, Tick
from chengnuo.doors.web.kit.words import listed, say
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import staff_by_id, units_by_id
from chengnuo.rules.accountability import PARTS

HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """One holder of the clock on the picture; `name` empty: somebody else's part."""

    name: str
    spans: list[Span]
    share: str


@dataclass(frozen=True, slots=True)
class Held:
    """The picture of who held the clock when."""

    bars: list[Bar]
    pauses: list[Span]
    ticks: list[Tick]


def percent(share: int) -> str:
    return f"{share / HUNDRED:.2f}".rstrip("0").rstrip(".")


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _names(statement: dict[str, Any]) -> tuple[dict[int, Organisation], dict[int, Staff]]:
    held = statement["held"]
    units = units_by_id({h["unit"] for h in held})
    return units, staff_by_id({p for h in held for p in h["people"]})


def _open(one: Mapping[str, Any], open_to: set[tuple[int, str]] | None) -> bool:
    return open_to is None or (one["unit"], one["role"]) in open_to


def tenures(
    statement: dict[str, Any], open_to: set[tuple[int, str]] | None
) -> list[tuple[datetime, str, str]]:
    """Since when which unit and which people held it."""
    units, people = _names(statement)
    found = []
    for one in statement["held"]:
        since = datetime.fromisoformat(one["since"])
        if not _open(one, open_to):
            found.append((since, _("someone else"), ""))
            continue
        names = [say(people[p]) for p in one["people"] if p in people]
        found.append((since, say(units[one["unit"]]), listed(names) or _("vacant")))
    return found


def picture(
    statement: dict[str, Any], open_to: set[tuple[int, str]] | None, parts: Sequence[Part]
) -> Held | None:
    """None where no clock ran: an answer of a customer is a moment."""
    start, end = moment(statement.get("start")), moment(statement.get("broken_at"))
    if start is None or end is None or end <= start:
        return None
    axis = Axis(start, end)
    units, people = _names(statement)
    since = [datetime.fromisoformat(h["since"]) for h in statement["held"]]
    bars: dict[str, list[Span]] = {}
    keys: dict[str, Mapping[str, Any] | None] = {}
    for one, begin, until in zip(statement["held"], since, [*since[1:], end], strict=True):
        is_open = _open(one, open_to)
        names = [say(people[p]) for p in one["people"] if p in people]
        name = " · ".join([say(units[one["unit"]]), *names]) if is_open else _("someone else")
        first = max(begin, start)
        width = max(axis.x(until) - axis.x(first), 0.4)
        bars.setdefault(name, []).append(Span(axis.x(first), round(width, 2), "ran"))
        keys[name] = one if is_open else None
    stills = [(moment(p["start"]), moment(p["end"])) for p in statement["pauses"]]
    return Held(
        bars=[Bar(name, spans, _share_of(keys[name], parts)) for name, spans in bars.items()],
        pauses=[
            Span(axis.x(a), round(max(axis.x(min(b, end)) - axis.x(a), 0.4), 2), "paused")
            for a, b in stills
            if a is not None and b is not None
        ],
        ticks=axis.ticks(),
    )


def since_when(statement: dict[str, Any], part: Part) -> datetime | None:
    """The moment from which a part's holder answers; None where no clock ran."""
    if moment(statement.get("start")) is None:
        return None
    theirs = [one["since"] for one in statement["held"] if _is_of(part, one)]
    return moment(min(theirs, default=None))


def _is_of(part: Part, one: Mapping[str, Any]) -> bool:
    if (part.unit_id, part.role) != (one["unit"], one["role"]):
        return False
    return part.staff_id in one["people"] or (part.staff_id is None and not one["people"])


def _share_of(one: Mapping[str, Any] | None, parts: Iterable[Part]) -> str:
    """What the holder of a bar answers for in all."""
    if one is None:
        return ""
    theirs = [p for p in parts if _is_of(p, one)]
    return f"{percent(min(sum(p.share for p in theirs), PARTS))}%" if theirs else ""
