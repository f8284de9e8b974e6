"""The daily registers in words: what each counts, by which clause, and its lines and cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from chengnuo.cases.models import Case
from chengnuo.disclosure.contacts import Place, contact_of, without_numbers
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.moments import day, moment, period
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.words import in_turn, say
from chengnuo.obligations.models import Obligation
from chengnuo.packs.channels import channel_title
from chengnuo.packs.schema import Purpose
from chengnuo.people.models import Staff
from chengnuo.reports import registers
from chengnuo.reports.exports import Cell
from chengnuo.reports.registers import CallMade
from chengnuo.reports.sheets import Head
from chengnuo.rules.rulebook import AnyRule


@dataclass(frozen=True, slots=True)
class Definition:
    """What a register counts, at which moment, and the rule of the regulation that asks for it."""

    counts: str
    at: str
    rule: AnyRule | None
    digest: str

    @property
    def clause(self) -> str:
        return say(self.rule.cite()) if self.rule else _("not required by the regulation")

    @property
    def sentence(self) -> str:
        """All of it in one line, as it stands in the workbook."""
        parts = {"counts": self.counts, "at": self.at, "clause": self.clause}
        return _("%(counts)s As of %(at)s. Clause: %(clause)s") % parts


@dataclass(frozen=True, slots=True)
class CallLine:
    """One callback: the answers, and who asked."""

    call: CallMade
    name: str
    channel: Any


def address(**filters: str) -> str:
    """Filters as an address, without the empty ones."""
    return urlencode({name: value for name, value in filters.items() if value})


# -- overdue ---------------------------------------------------------------------------------------


def overdue_title() -> str:
    return _("Overdue complaint list")


def overdue_definition(ctx: RequestContext, at: datetime) -> Definition:
    """What the overdue register counts."""
    counts = _(
        "Promises of the company that were past due at that time and neither kept nor "
        "cancelled; a breach is dated at the due time. Where a pause is not decided "
        "yet, the verdict waits for it, and the due time including the pause is shown."
    )
    return _defined(ctx, counts, moment(at, ctx.now), "overdue_register")


def overdue_heads() -> list[Head]:
    return [
        Head(_("Case"), 20),
        Head(_("Customer's name"), 10),
        Head(_("Telephone"), 14),
        Head(_("Service"), 22),
        Head(_("Customer request"), 36),
        Head(_("Promise"), 26),
        Head(_("Responsible unit"), 18),
        Head(_("Due"), 17, moments=True),
        Head(_("Days overdue"), 9),
        Head(_("State"), 12),
        Head(_("Escalated"), 9),
        Head(_("Clause"), 30),
    ]


def overdue_cells(ctx: RequestContext, row: Obligation, at: datetime) -> list[Cell]:
    """One row of the workbook; who asked is masked as on the page."""
    promise, case, service = _of_row(ctx, row)
    broken = row.broken_at or row.due_at or at
    return [
        case.number if case else _("Duty, %(period)s") % {"period": period(row.turn)},
        _name(ctx, case),
        _phone(ctx, case),
        service,
        without_numbers(case.narrative) if case else "",
        say(promise.title),
        promise.owed_by,
        timezone.localtime(broken),
        round((at - broken).total_seconds() / 86_400, 1),
        _state(row, at),
        row.level,
        say(promise.clause),
    ]


def _state(row: Obligation, at: datetime) -> str:
    if row.kept_at is not None and row.kept_at > at:
        return _("completed later")
    if row.broken_at is None and row.hangs:
        return _("awaiting the decision on the pause")
    return _("chased") if _urged(row) else _("not done")


def _urged(row: Obligation) -> bool:
    case: Case | None = getattr(row.docket, "case", None)
    return case is not None and case.urged > 0


# -- callbacks -------------------------------------------------------------------------------------


def callback_title() -> str:
    return _("Hotline and counter follow-up register")


def callback_definition(ctx: RequestContext, since: datetime, until: datetime) -> Definition:
    """What the callback register counts."""
    counts = _(
        "Every follow-up form completed on that day, and every follow-up that was due "
        "by then and not made."
    )
    at = f"{day(since)} 00:00–24:00"
    return _defined(ctx, counts, at, "callback_register")


def callback_heads() -> list[Head]:
    return [
        Head(_("Date"), 17, moments=True),
        Head(_("Customer's name"), 10),
        Head(_("Case"), 20),
        Head(_("Channel"), 10),
        Head(_("Kind"), 18),
        Head(_("Customer reached"), 10),
        Head(_("Department contacted"), 12),
        Head(_("Arrived on site"), 10),
        Head(_("Course of the service"), 30),
        Head(_("Result"), 30),
        Head(_("Satisfied"), 8),
        Head(_("Feedback"), 30),
        Head(_("Other answers"), 36),
        Head(_("Agent"), 12),
    ]


def call_line(ctx: RequestContext, call: CallMade) -> CallLine:
    return CallLine(call, _name(ctx, call.case), _channel(ctx, call.case))


def call_cells(ctx: RequestContext, call: CallMade) -> list[Cell]:
    """One callback that was made."""
    told = [without_numbers(say(getattr(call, name))) for name in registers.COLUMNS]
    others = in_turn(
        _("%(name)s: %(value)s") % {"name": say(title), "value": say(answer)}
        for title, answer in call.others
    )
    return [
        timezone.localtime(call.evidence.at),
        _name(ctx, call.case),
        call.case.number,
        say(_channel(ctx, call.case)),
        say(call.form),
        *told,
        without_numbers(others),
        say(call.evidence.filled_by),
    ]


def due_cells(ctx: RequestContext, row: Obligation) -> list[Cell]:
    """One callback that was due and not made."""
    promise, case, _service = _of_row(ctx, row)
    return [
        timezone.localtime(row.act_by) if row.act_by else None,
        _name(ctx, case),
        case.number if case else "",
        say(_channel(ctx, case)) if case else "",
        say(promise.title),
        _("due, not made"),
        *[""] * (len(registers.COLUMNS) - 1),
        "",
        promise.owed_by,
    ]


def agents(calls: Sequence[CallMade]) -> list[Staff]:
    """Who made these calls."""
    found = {c.evidence.filled_by_id: c.evidence.filled_by for c in calls}
    return sorted((a for a in found.values() if a is not None), key=lambda a: a.badge)


# -- of both ---------------------------------------------------------------------------------------


def _defined(ctx: RequestContext, counts: str, at: str, purpose: Purpose) -> Definition:
    regulation = ctx.regulation
    rule = registers.asked_by(regulation=regulation, purpose=purpose) if regulation else None
    return Definition(counts, at, rule, regulation.book.digest if regulation else "")


def _of_row(ctx: RequestContext, row: Obligation) -> tuple[PromiseView, Case | None, str]:
    regulation = ctx.regulation_behind(row.docket.release_id)
    entry = regulation.pack.services.get(row.docket.service)
    case: Case | None = getattr(row.docket, "case", None)
    return shown(row, regulation, ctx.now), case, say(entry.title) if entry else ""


def _channel(ctx: RequestContext, case: Case) -> Any:
    return channel_title(ctx.regulation_behind(case.docket.release_id).pack, case.channel)


def _name(ctx: RequestContext, case: Case | None) -> str:
    if case is None:
        return ""
    contact = contact_of(case=case, viewer=ctx.viewer, place=Place.WORKLIST)
    return _("confidential") if contact.hidden else contact.name


def _phone(ctx: RequestContext, case: Case | None) -> str:
    if case is None:
        return ""
    return contact_of(case=case, viewer=ctx.viewer, place=Place.WORKLIST).phone
