"""Taking over the past: matters that were handled elsewhere, replayed at their recorded moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from chengnuo.cases.drafting import UnableToLodge
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.sources import source_key
from chengnuo.customers.services import register_location
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.models import Organisation
from chengnuo.rules.pauses import PAUSE_EVENTS
from chengnuo.rules.state import TIME_PASSED, Event
from chengnuo.rules.words import Text

KNOWN = ("source_key", "source_ref", "token")


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is recorded of one matter: the request, what happened afterwards, and what it can judge.

    `known_until` is when the record ends: what was not done by then and was due, is broken.
    """

    request: Request
    lodged_at: datetime
    known_until: datetime
    events: tuple[Event, ...] = ()
    judged: tuple[str, ...] = ()
    coordinates: tuple[float, float] | None = None
    release: str | None = None


def already_there(
    *, company: Organisation, source: str, references: Iterable[str]
) -> dict[str, tuple[str, str]]:
    """Of those references that are cases of the company already: the spelling that was taken in,
    and its token, by the key."""
    keys = {source_key(reference) for reference in references}
    rows = Case.objects.filter(organisation=company, source=source, source_key__in=keys)
    return {key: (ref, token) for key, ref, token in rows.values_list(*KNOWN)}


@transaction.atomic
def take_over(*, company: Organisation, past: Past, now: datetime) -> tuple[Case, Sequence[Event]]:
    """Lodge a matter of the past and let happen to it what happened, each at its own moment.

    With it, those pauses that changed nothing: the promise was kept or broken already, or its clock
    ran on already. Nobody is told: what it breaks is recorded; warnings and escalations of long ago
    are not sent. Raises UnableToLodge, NoRegulation, RefusedByRule.
    """
    request = past.request
    if past.coordinates is not None:
        latitude, longitude = past.coordinates
        location = register_location(
            company=company, address=request.address, latitude=latitude, longitude=longitude
        )
        request = replace(request, location=location)
    try:
        return _lodged(company, replace(past, request=request), now)
    except KeyError as error:
        named = {event.target for event in past.events if event.target is not None}
        if not named & set(error.args):
            raise
        raise UnableToLodge(
            Text(f"没有进行中的承诺{error}可以暂停", f"No open promise {error} can be paused")
        ) from error


def _lodged(company: Organisation, past: Past, now: datetime) -> tuple[Case, Sequence[Event]]:
    idle: list[Event] = []
    while True:
        try:
            case = lodge(
                company=company,
                request=past.request,
                at=past.lodged_at,
                now=now,
                by=None,
                release=past.release,
                judged=past.judged,
                then=_until([e for e in past.events if e not in idle], past.known_until),
            )
        except RefusedByRule as error:
            if error.event is None or error.event.name not in PAUSE_EVENTS:
                raise
            idle.append(error.event)
        else:
            return case, idle


def _until(events: Sequence[Event], end: datetime) -> tuple[Event, ...]:
    return (*events, Event(name=TIME_PASSED, at=end))
