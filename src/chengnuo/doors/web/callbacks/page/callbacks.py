"""Callbacks in words: the lines of the officer's list, in their groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from chengnuo.callbacks.listing import DueCallback, ListReader, Slice, due_callbacks, part_of
from chengnuo.callbacks.models import Attempt, Outcome
from chengnuo.callbacks.outcomes import AT_THE_DOOR, OUTCOMES
from chengnuo.callbacks.queries import customer_of
from chengnuo.callbacks.waiting import used_up
from chengnuo.cases.access import visible
from chengnuo.cases.models import Case
from chengnuo.disclosure.contacts import Place, contact_of
from chengnuo.disclosure.customers import listed_name
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.words import say

MOST = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """One attempt as a small mark: a letter, what it stands for, whether the customer was met."""

    sign: str
    title: str
    met: bool


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """One callback of the list."""

    due: DueCallback
    promise: PromiseView
    case: Case | None
    name: str
    number: str
    about: Any
    form: Any
    marks: list[Mark]
    waits: bool

    @property
    def mine(self) -> bool:
        return self.due.mine

    @property
    def id(self) -> str:
        return str(self.due.obligation.pk)

    @property
    def may_be_called(self) -> bool:
        """Now: not planned for later, not waiting for a decision."""
        return self.mine and not self.waits and not self.due.is_used_up


@dataclass(frozen=True, slots=True)
class CallGroup:
    """A part of the list."""

    kind: str
    title: str
    lines: list[CallbackLine]


def choices(*, by_visit: bool) -> dict[str, str]:
    """How this one may end."""
    if by_visit:
        return {outcome.value: say(words) for outcome, words in AT_THE_DOOR.items()}
    return {outcome.value: say(words) for outcome, (words, _sign) in OUTCOMES.items()}


def marks_of(attempts: Iterable[Attempt], ctx: RequestContext) -> list[Mark]:
    found = []
    for a in attempts:
        words, sign = OUTCOMES[Outcome(a.outcome)]
        title = f"{say(words)} · {_when(a, ctx)} · {say(a.officer)}"
        found.append(Mark(say(sign), title, a.outcome == Outcome.CONNECTED))
    return found


def _when(attempt: Attempt, ctx: RequestContext) -> str:
    return moments.moment(attempt.at, ctx.now)


def line_of(ctx: RequestContext, due: DueCallback) -> CallbackLine:
    """A callback with its words; the customer is masked as on the page of the case."""
    row = due.obligation
    regulation = ctx.regulation_behind(row.docket.release_id)
    case: Case | None = getattr(row.docket, "case", None)
    service = regulation.pack.services.get(row.docket.service)
    return CallbackLine(
        due=due,
        promise=shown(row, regulation, ctx.now),
        case=case,
        name=_name(ctx, due, case),
        number=case.number if case is not None else f"{row.docket.subject} · {row.turn}",
        about=service.title if service else "",
        form=regulation.pack.forms[due.form].title if due.form else "",
        marks=marks_of(due.attempts, ctx),
        waits=due.again_at is not None and due.again_at > ctx.now,
    )


def _name(ctx: RequestContext, due: DueCallback, case: Case | None) -> str:
    if case is not None:
        contact = contact_of(case=case, viewer=ctx.viewer, place=Place.WORKLIST)
        return _("confidential") if contact.hidden else contact.name
    return listed_name(customer_of(due.obligation))


@dataclass(frozen=True, slots=True)
class Lists:
    """A part of what is to be called, and a part of what is to be decided."""

    to_call: Slice[CallbackLine]
    used_up: Slice[CallbackLine]

    @property
    def lines(self) -> list[CallbackLine]:
        return [*self.to_call.rows, *self.used_up.rows]

    @property
    def number(self) -> str:
        """How many are shown; with a plus where others wait."""
        more = self.to_call.is_cut or self.used_up.is_cut
        return f"{len(self.lines)}+" if more else str(len(self.lines))


def lists(ctx: RequestContext) -> Lists:
    """What this person may call, what lies with those he heads, and what he may end."""
    regulation = ctx.regulation
    if regulation is None:
        return Lists(part_of([], most=MOST), part_of([], most=MOST))
    reader = ListReader(posts=ctx.posts, staff=ctx.staff)
    asked: dict[str, Any] = {
        "reader": reader, "regulation": regulation, "now": ctx.now, "known": _known(ctx),
    }  # fmt: skip
    return Lists(
        _part(ctx, due_callbacks(**asked), "from"),
        _part(ctx, used_up(company=ctx.company, **asked), "ended"),
    )


def _part(ctx: RequestContext, found: Iterable[DueCallback], start: str) -> Slice[CallbackLine]:
    part = part_of(found, most=MOST, start=number_in(ctx.request.GET.get(start)) or 0)
    return part.each(lambda due: line_of(ctx, due))


def _known(ctx: RequestContext) -> Q:
    """Callbacks of cases that are closed to this person are not told of."""
    case = "docket__case__"
    seen = visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now, through=case)
    return Q(docket__case__isnull=True) | Q(docket__case__restricted=False) | seen


def groups(lines: Sequence[CallbackLine], ctx: RequestContext) -> list[CallGroup]:
    """Overdue, now to be tried again, today, later; those whose attempts are used up at the end."""
    kinds = {
        "overdue": CallGroup("overdue", _("Overdue"), []),
        "again": CallGroup("again", _("Retry now"), []),
        "today": CallGroup("today", _("Today"), []),
        "later": CallGroup("later", _("Later"), []),
        "ended": CallGroup("ended", _("No attempts left: decision needed"), []),
    }
    for line in lines:
        kinds[_kind(line, ctx)].lines.append(line)
    return [group for group in kinds.values() if group.lines]


def _kind(line: CallbackLine, ctx: RequestContext) -> str:
    again, until = line.due.again_at, line.promise.act_by
    if line.due.is_used_up:
        return "ended"
    if line.promise.is_overdue:
        return "overdue"
    if again is not None:
        return "again" if again <= ctx.now else "today" if again < ctx.today_ends else "later"
    return "today" if until is None or until <= ctx.today_ends else "later"


def next_of(found: Sequence[CallGroup], *, but: str = "") -> CallbackLine | None:
    """The one to be called next: the first that may be called now."""
    ready = (n for group in found for n in group.lines if n.may_be_called and n.id != but)
    return next(ready, None)
