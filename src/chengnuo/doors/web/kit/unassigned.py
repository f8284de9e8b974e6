"""Unassigned escalations in words, and settled: which promise, who should have been there.

Of restricted matters neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.watch import wanted_of
from chengnuo.obligations import unassigned
from chengnuo.obligations.models import UnassignedEscalation

LONGEST_REMARK = 500


@dataclass(frozen=True, slots=True)
class UnassignedLine:
    row: UnassignedEscalation
    restricted: bool
    rule: Any
    wanted: Any


def unassigned_lines(
    ctx: RequestContext, rows: Iterable[UnassignedEscalation]
) -> list[UnassignedLine]:
    found = []
    for row in rows:
        regulation = ctx.regulation_behind(row.obligation.docket.release_id)
        rule = regulation.book.rules.get(row.obligation.rule)
        found.append(
            UnassignedLine(
                row=row,
                restricted=bool(regulation.pack.restricted_to(row.obligation.docket.service)),
                rule=rule.title if rule else row.obligation.rule,
                wanted=wanted_of(row.wanted, regulation),
            )
        )
    return found


def settled(
    ctx: RequestContext,
    found: UnassignedEscalation | None,
    to: str,
    *,
    again: Callable[..., HttpResponse],
) -> HttpResponse:
    """Settle it and go to the list; again with what was typed, where that says nothing."""
    if found is None:
        ctx.say(_("This has already been resolved."))
        return ctx.go(to)
    remark = ctx.request.POST.get("remark", "")
    with Trying() as tried:
        told = ctx.typed("remark", longest=LONGEST_REMARK)
        unassigned.settle(unassigned=found, by=ctx.staff, remark=told, now=ctx.now)
    if tried.refused:
        return again(wrong_unassigned=found.pk, remark=remark, problem_of_unassigned=tried.problem)
    ctx.say(_("Marked resolved."))
    return ctx.go(to)
