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
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.refusing import Trying

LONGEST_REASON = 500


def finds_masked(ctx: RequestContext, asked: str) -> bool:
    """Whether a masked value is looked for; where it is not, that is said with the reason."""
    return _goes(ctx, lambda: check_search(_asking(ctx, asked)))


def told_masked(ctx: RequestContext, asked: str, *, found: Sequence[UUID], missed: bool) -> bool:
    """Record whom a masked value gave away, or that it led to nobody; False where it is not to be
    shown after all."""
    return _goes(ctx, lambda: note_search(_asking(ctx, asked), found=found, missed=missed))


def _asking(ctx: RequestContext, asked: str) -> Asking:
    # Who takes calls sees who calls: a number that he types is part of his work.
    return Asking(
        viewer=ctx.staff, posts=ctx.posts, asked=asked, may_guess=ctx.takes_in,
        now=ctx.now, zone=ctx.zone,
    )  # fmt: skip


def _goes(ctx: RequestContext, step: Callable[[], None]) -> bool:
    with Trying() as tried:
        step()
    if tried.refused:
        ctx.say(tried.problem, level=WARNING)
    return not tried.refused


def refused_look(ctx: RequestContext, *, subject: UUID, what: str) -> str:
    """Record the look for which the reason was typed; why it is refused, or nothing."""
    with Trying() as tried:
        why = ctx.typed("why", longest=LONGEST_REASON)
        reveal(
            viewer=ctx.staff, posts=ctx.posts, subject=subject, what=what, why=why,
            now=ctx.now, zone=ctx.zone,
        )  # fmt: skip
    return tried.problem
