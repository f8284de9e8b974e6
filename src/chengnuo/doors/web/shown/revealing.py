"""A look in full from a page: for a reason, within the day's number; else what is said instead."""

from __future__ import annotations

from uuid import UUID

from django.contrib.messages import WARNING
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengnuo.customers.reveals import Enough, NoSense, has_left, reveal
from chengnuo.doors.web.visit import Visit

LONGEST_REASON = 500


def finds_masked(visit: Visit) -> bool:
    """Whether a masked value is looked for, which is a look; where the day's are taken, it is said
    that it is not."""
    left = has_left(viewer=visit.staff, posts=visit.posts, now=visit.now, zone=visit.zone)
    if not left:
        visit.say(
            _(
                "You have used today's views: searching by masked telephone, name or address "
                "is off until tomorrow."
            ),
            level=WARNING,
        )
    return left


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
