"""A look in full from a page: for a reason, within the day's number; else what is said instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib.messages import WARNING

from chengnuo.disclosure.reveals import reveal
from chengnuo.disclosure.searching import (
    Asking,
    check_search,
    note_search,
)
from chengnuo.doors.web.kit.context import Visit
from chengnuo.doors.web.kit.refusing import Trying

LONGEST_REASON = 500


def finds_masked(visit: Visit, asked: str) -> bool:
    """Whether a masked value is looked for; where it is not, that is said with the reason."""
    return _goes(visit, lambda: check_search(_asking(visit, asked)))


def told_masked(visit: Visit, asked: str, *, found: Sequence[UUID], missed: bool) -> bool:
    """Record whom a masked value gave away, or that it led to nobody; False where it is not to be
    shown after all."""
    return _goes(visit, lambda: note_search(_asking(visit, asked), found=found, missed=missed))


def _asking(visit: Visit, asked: str) -> Asking:
    # Who takes calls sees who calls: a number that he types is part of his work.
    return Asking(
        viewer=visit.staff, posts=visit.posts, asked=asked, may_guess=visit.takes_in,
        now=visit.now, zone=visit.zone,
    )  # fmt: skip


def _goes(visit: Visit, step: Callable[[], None]) -> bool:
    with Trying() as tried:
        step()
    if tried.refused:
        visit.say(tried.problem, level=WARNING)
    return not tried.refused


def refused_look(visit: Visit, *, subject: UUID, what: str) -> str:
    """Record the look for which the reason was typed; why it is refused, or nothing."""
    why = visit.request.POST.get("why", "").strip()[:LONGEST_REASON]
    with Trying() as tried:
        reveal(
            viewer=visit.staff, posts=visit.posts, subject=subject, what=what, why=why,
            now=visit.now, zone=visit.zone,
        )  # fmt: skip
    return tried.problem
