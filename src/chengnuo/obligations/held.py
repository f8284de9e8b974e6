"""Who held the clock of a promise: unit by unit, and in each the people from moment to moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from chengnuo.ledger.models import Entry
from chengnuo.ledger.services import Fact
from chengnuo.obligations.models import Docket
from chengnuo.people.models import Organisation
from chengnuo.people.tenures import tenures_of
from chengnuo.rules.lifecycle import HAND_OVER_UNDONE, HANDED_OVER, named

# One unit with its role; `until` is the moment at which it passed on, the last one has none.
Stay = dict[str, Any]


def of_unit(unit: int) -> Stay:
    """A unit whose head answers for it."""
    return {"unit": unit, "role": ""}


def lay_with(*, docket: Docket, pending: Iterable[Fact]) -> list[tuple[datetime, int]]:
    """Since when a matter lay with which unit, oldest first; `pending` is not in the ledger yet.
    What was taken back at once counts for nobody."""
    moved = named(docket.subject_kind, HANDED_OVER)
    moved_back = named(docket.subject_kind, HAND_OVER_UNDONE)
    kinds = (moved, moved_back)
    # Most matters were never handed over: the docket knows, and the ledger is not asked.
    asked = moved in docket.seen or moved_back in docket.seen
    rows = (
        Entry.objects.filter(subject=docket.pk, kind__in=kinds) if asked else Entry.objects.none()
    )
    told = list(rows.order_by("seq"))
    undone = {entry.data.get("undoes") for entry in told if entry.kind == moved_back}
    moves = [(e.at, e.data) for e in told if e.kind == moved and e.seq not in undone]
    moves += [(fact.at, fact.data) for fact in pending if fact.kind == moved]
    first = (docket.opened_at, docket.accepting_unit_id or docket.organisation_id)
    return [first, *((at, data["to"]) for at, data in moves if data.get("to"))]


def since_it_had_it(
    *, held: Sequence[Stay], start: datetime, lay: Sequence[tuple[datetime, int]]
) -> list[Stay]:
    """The stays of a promise, the first from when its unit got the matter: nobody answers for time
    in which it lay with somebody else.

    `lay`: since when the matter lay with which unit, oldest first. A unit that never got it (a
    leader who signs, supervision) owes from the start.
    """
    first = held[0]
    had = [at for at, unit in lay if unit == first["unit"]]
    if not had or had[0] <= start:
        return list(held)
    until = datetime.fromisoformat(first["until"]) if "until" in first else None
    if until is not None and had[0] >= until:
        return list(held)
    before = [one for one in lay if one[0] < had[0]]
    if not before:
        return list(held)
    ends = [*(at for at, _ in before[1:]), had[0]]
    elsewhere = [
        of_unit(unit) | {"until": end.astimezone(UTC).isoformat()}
        for (_, unit), end in zip(before, ends, strict=True)
        if end > start
    ]
    return [*elsewhere, *held]


def answering(
    *, held: Sequence[Stay], start: datetime, end: datetime, company: Organisation | None = None
) -> list[Stay]:
    """The stays until a moment with the people who answered in each, as posts are now: what is
    recorded so, no later post or dismissal changes. Whoever had it afterwards is left out."""
    # Up to the legal moment of the breach: who got it afterwards did not break it.
    known = held[: held.index(holding_at(held=held, at=end)) + 1]
    return [
        stay | {"people": [[at.astimezone(UTC).isoformat(), list(ids)] for at, ids in terms]}
        for stay, terms in _terms(known, start, end, company)
    ]


def holding_at(*, held: Sequence[Stay], at: datetime) -> Stay:
    """The stay in which a moment lies; what is passed on at a moment was held until then."""
    return next(s for s in held if "until" not in s or datetime.fromisoformat(s["until"]) >= at)


def terms_of(
    *, held: Sequence[Stay], start: datetime, end: datetime
) -> Iterator[tuple[Stay, datetime, tuple[int, ...]]]:
    """Each stay with every moment from which others answered in it, and who they were; as it was
    recorded, and read from the posts for a record from before people were in it."""
    for stay, terms in _terms(held, start, end):
        for at, ids in terms:
            yield stay, at, ids


def _terms(
    held: Sequence[Stay], start: datetime, end: datetime, company: Organisation | None = None
) -> Iterator[tuple[Stay, list[tuple[datetime, tuple[int, ...]]]]]:
    since = start
    for stay in held:
        until = datetime.fromisoformat(stay["until"]) if "until" in stay else end
        ends = max(since, min(until, end))
        if "people" in stay:
            kept = [(datetime.fromisoformat(at), tuple(ids)) for at, ids in stay["people"]]
        else:
            kept = tenures_of(
                unit=stay["unit"], role=stay["role"], start=since, end=ends, company=company
            )
        yield stay, kept
        since = ends
