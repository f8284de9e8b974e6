"""Cases that may be the same matter, as a page shows them; and what belongs to a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.cases.access import visible
from chengnuo.cases.duplicates import Duplicate, Likeness
from chengnuo.cases.models import Case
from chengnuo.doors.web.shown import moments
from chengnuo.doors.web.visit import Visit


@dataclass(frozen=True, slots=True)
class ShownDuplicate:
    """A case that may be the same matter, in words."""

    case: Case
    service: Any
    why: list[str]
    age: str
    promise: Any
    due_at: Any
    countdown: str


def seen_by(visit: Visit) -> QuerySet[Case]:
    """The cases of which the viewer may know."""
    return Case.objects.filter(
        visible(staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now)
    )


def shown_duplicate(one: Duplicate, visit: Visit) -> ShownDuplicate:
    entry = visit.regulation.pack.services.get(one.case.service) if visit.regulation else None
    return ShownDuplicate(
        case=one.case,
        service=entry.title if entry else one.case.service,
        why=[_why(reason, one.metres) for reason in one.why],
        age=moments.span((visit.now - one.case.lodged_at).total_seconds()),
        promise=one.promise,
        due_at=one.due_at,
        countdown=moments.countdown(one.due_at, visit.now) if one.due_at else "",
    )


def _why(reason: Likeness, metres: int | None) -> str:
    if reason is Likeness.CALLER:
        return _("same telephone")
    if reason is Likeness.HOUSE:
        return _("same house")
    return _("%(metres)s m away") % {"metres": metres}
