"""A look in full from a page: for a reason, within the day's number; else what is said instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.contrib.messages import WARNING
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengnuo.customers.reveals import Enough, NoSense, reveal
from chengnuo.customers.searching import (
    MOST_MISSES,
    Asking,
    TooManyMisses,
    check_search,
    note_search,
)
from chengnuo.doors.web.kit.context import Visit
from chengnuo.doors.web.kit.moments import moment

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
    try:
        step()
    except Enough:
        said = _(
            "You have used today's searches by the whole telephone, name or address for cases "
            "outside your unit: these are off until tomorrow. Cases of your unit and what you "
            "found today are found as before, and every case by its number or words of the request."
        )
    except TooManyMisses as error:
        said = _(
            "%(n)s searches by telephone, name or address found nobody within an hour: outside "
            "your unit’s cases such searches are off for you until %(until)s. Cases of your unit "
            "and what you found today are found as before. Search by case number or words of the "
            "request, or ask customer service to find the customer."
        ) % {"n": MOST_MISSES, "until": moment(error.until, visit.now)}
    else:
        return True
    visit.say(said, level=WARNING)
    return False


def refused_look(visit: Visit, *, subject: UUID, what: str) -> str:
    """Record the look for which the reason was typed; why it is refused, or nothing."""
    why = visit.request.POST.get("why", "").strip()[:LONGEST_REASON]
    try:
        reveal(
            viewer=visit.staff, posts=visit.posts, subject=subject, what=what, why=why,
            now=visit.now, zone=visit.zone,
        )  # fmt: skip
    except NoSense:
        return _(
            "This reason says too little. Enter for whom and what you need it, such as “call the "
            "customer back about the leak” or the case number with what is to be done."
        )
    except Enough as error:
        return ngettext(
            "Your post allows %(n)s view a day, and you have used it. Ask your head to check, or "
            "the administrator to raise the limit.",
            "Your post allows %(n)s views a day, and you have used them. Ask your head to check, "
            "or the administrator to raise the limit.",
            error.most,
        ) % {"n": error.most}
    return ""
