"""Who held the clock of a promise: unit by unit, and in each the people from moment to moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from chengnuo.people.tenures import tenures_of

# One unit with its role; `until` is the moment at which it passed on, the last one has none.
Stay = dict[str, Any]


def of_unit(unit: int) -> Stay:
    """A unit whose head answers for it."""
    return {"unit": unit, "role": ""}


def answering(*, held: Sequence[Stay], start: datetime, end: datetime) -> list[Stay]:
    """The stays until a moment with the people who answered in each, as posts are now: what is
    recorded so, no later post or dismissal changes. Whoever had it afterwards is left out."""
    known = held[: held.index(holding_at(held=held, at=end)) + 1]
    return [
        stay | {"people": [[at.astimezone(UTC).isoformat(), list(ids)] for at, ids in terms]}
        for stay, terms in _terms(known, start, end)
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
    held: Sequence[Stay], start: datetime, end: datetime
) -> Iterator[tuple[Stay, list[tuple[datetime, tuple[int, ...]]]]]:
    since = start
    for stay in held:
        until = datetime.fromisoformat(stay["until"]) if "until" in stay else end
        ends = max(since, min(until, end))
        if "people" in stay:
            kept = [(datetime.fromisoformat(at), tuple(ids)) for at, ids in stay["people"]]
        else:
            kept = tenures_of(unit=stay["unit"], role=stay["role"], start=since, end=ends)
        yield stay, kept
        since = ends
