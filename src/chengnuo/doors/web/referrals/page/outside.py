"""Matters from outside as pages show and read them."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from chengnuo.cases.intake.lodging import Request
from chengnuo.cases.models import Case
from chengnuo.cases.referrals.outside import (
    LONGEST,
    NO_NUMBER,
    Matter,
    Scan,
    Suggested,
    suggested_copies,
)
from chengnuo.customers.telephones import NO_TELEPHONE, is_telephone, tidy
from chengnuo.doors.web.kit import filestore, moments
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.reading import day_in, moment_in, number_in, too_long_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import in_turn, say
from chengnuo.packs.outside import channel_of, outside_of, senders_of
from chengnuo.packs.schema import Pack, ServiceShape
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation

PLAIN = ("sender", "service", "received_at", "due_at", "unit", "confidential")


@dataclass(slots=True)
class ReferralDraft:
    """A registration while it is typed; files that were good stay with it."""

    longest: ClassVar[Mapping[str, int]] = LONGEST
    typed: dict[str, str]
    copies: list[str]
    token: str
    files: list[filestore.StoredFile] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    received_at: datetime | None = None
    due_at: datetime | None = None
    unit: Organisation | None = None


def blank(ctx: RequestContext, pack: Pack, given: Mapping[str, str]) -> ReferralDraft:
    """The empty page, with those ticked who get a copy by the clause."""
    typed = dict.fromkeys((*LONGEST, *PLAIN), "")
    typed |= {name: given[name] for name in typed if name in given}
    typed["sender"] = typed["sender"] or next(iter(senders_of(pack)), "")
    typed["received_at"] = moments.for_input(ctx.now)
    return ReferralDraft(
        typed, [str(s.staff.pk) for s in offered(ctx, pack)], secrets.token_urlsafe(24)
    )


def offered(ctx: RequestContext, pack: Pack) -> list[Suggested]:
    """Who may get a copy."""
    return suggested_copies(company=ctx.company, pack=pack, at=ctx.now)


def read(ctx: RequestContext, pack: Pack) -> ReferralDraft:
    """What was typed, checked; everything that is wrong is said at its field."""
    given: QueryDict = ctx.request.POST
    typed = {name: given.get(name, "").strip() for name in (*LONGEST, *PLAIN)}
    typed["contact_phone"] = tidy(typed["contact_phone"])
    token = given.get("token", "")
    token = token if 8 <= len(token) <= 64 else secrets.token_urlsafe(24)
    draft = ReferralDraft(typed, given.getlist("copies"), token)
    _read_files(ctx, draft)
    draft.errors |= too_long_in(typed, LONGEST)
    _check(ctx, pack, draft)
    draft.received_at = _moment(ctx, draft, "received_at") or ctx.now
    draft.due_at = _moment(ctx, draft, "due_at")
    _check_moments(ctx, draft)
    return draft


def _read_files(ctx: RequestContext, draft: ReferralDraft) -> None:
    kept = [filestore.from_ticket(t) for t in ctx.request.POST.getlist("scan.kept")]
    found = {file.sha256: file for file in kept if file is not None}
    wrong = []
    for upload in ctx.request.FILES.getlist("scan"):
        with Trying() as tried:
            file = filestore.keep(upload)
            found[file.sha256] = file
        if tried.refused:
            wrong.append(filestore.about(upload, tried.problem))
    draft.files = list(found.values())
    if wrong:
        draft.errors["scan"] = in_turn(wrong)


def _check(ctx: RequestContext, pack: Pack, draft: ReferralDraft) -> None:
    typed, errors = draft.typed, draft.errors
    if typed["sender"] not in senders_of(pack):
        errors["sender"] = _("Please choose who sent it.")
    if not typed["narrative"]:
        errors["narrative"] = _("Please enter the customer's request.")
    if typed["number"].startswith(NO_NUMBER):
        errors["number"] = _("A number does not begin with #; enter it without, or leave it empty.")
    if typed["contact_phone"] and not is_telephone(typed["contact_phone"]):
        errors["contact_phone"] = say(NO_TELEPHONE)
    entry = pack.services.get(service_of(pack, typed))
    if entry is None or entry.process is None:
        errors["service"] = _("Please choose a service.")
    units = people.units_of(company=ctx.company)
    draft.unit = next((u for u in units if str(u.pk) == typed["unit"]), None)


def service_of(pack: Pack, typed: Mapping[str, str]) -> str:
    """The chosen service, else the one that matters of this sender are."""
    known = outside_of(pack.id)
    usual = known.senders.get(typed["sender"]) if known else None
    return typed["service"] or (usual.service if usual else "")


def _moment(ctx: RequestContext, draft: ReferralDraft, name: str) -> datetime | None:
    typed = draft.typed[name]
    if not typed:
        return None
    at = moment_in(typed, ctx.zone)
    if at is None:
        draft.errors[name] = _("Enter a date and time, for example 2026-01-31 09:00.")
        return None
    # A page shows minutes: this very minute is now.
    return ctx.now if timedelta(0) <= ctx.now - at < timedelta(minutes=1) else at


def _check_moments(ctx: RequestContext, draft: ReferralDraft) -> None:
    received, due = draft.received_at, draft.due_at
    if received and received > ctx.now:
        draft.errors["received_at"] = _(
            "The time of receipt cannot be later than now; check the date and time."
        )
    if received and due and due < received:
        draft.errors["due_at"] = _("The time limit is before the receipt; check both.")


def matter_of(ctx: RequestContext, pack: Pack, draft: ReferralDraft) -> Matter:
    """The matter that a good draft tells."""
    typed = draft.typed
    wanted = {s.staff.pk: s.staff for s in offered(ctx, pack)}
    request = Request(
        service=service_of(pack, typed),
        channel=channel_of(pack, typed["sender"]),
        narrative=typed["narrative"],
        token=draft.token,
        contact_name=typed["contact_name"],
        contact_phone=typed["contact_phone"],
        address=typed["address"],
        outside_due_at=draft.due_at,
        confidential=typed["confidential"] == "true",
    )
    return Matter(
        sender=typed["sender"],
        number=typed["number"],
        sender_name=typed["sender_name"],
        received_at=draft.received_at or ctx.now,
        request=request,
        scans=[scan_of(file) for file in draft.files],
        copies=[wanted[pk] for p in draft.copies if (pk := number_in(p)) in wanted],
        unit=draft.unit,
    )


def scan_of(file: filestore.StoredFile) -> Scan:
    return Scan(
        sha256=file.sha256, name=file.name, type=file.type, size=file.size, value=file.as_value()
    )


def services_for(pack: Pack) -> tuple[list[tuple[str, ServiceShape]], list[Any]]:
    """The services that matters from outside usually are, and all others that customers have."""
    known = outside_of(pack.id)
    usual = dict.fromkeys(s.service for s in known.senders.values()) if known else {}
    others = [
        (name, shape)
        for name, shape in pack.services.items()
        if shape.process and shape.audience == "customer" and name not in usual
    ]
    return [(name, pack.services[name]) for name in usual], others


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """A matter in the register."""

    case: Case
    sender: Any
    number: str
    service: Any
    theirs_late: bool
    soonest: PromiseView | None
    late: int
    copies: int
    seen: int


def lines(
    ctx: RequestContext, cases: Iterable[Case], senders: Mapping[str, Any]
) -> list[ReferralLine]:
    return [_line(ctx, case, senders) for case in cases]


def _line(ctx: RequestContext, case: Case, senders: Mapping[str, Any]) -> ReferralLine:
    regulation = ctx.regulation_behind(case.docket.release_id)
    entry = regulation.pack.services.get(case.service)
    rows = list(case.docket.obligations.all())
    running = sorted(
        (row for row in rows if row.is_running and row.act_by), key=lambda row: row.act_by or 0
    )
    copies = list(case.copies.all())
    limit = case.outside_due_at
    return ReferralLine(
        case=case,
        sender=senders.get(case.source, case.source),
        number=number_of(case),
        service=entry.title if entry else case.service,
        theirs_late=bool(limit and case.closed_at is None and limit < ctx.now),
        soonest=shown(running[0], regulation, ctx.now) if running else None,
        late=sum(row.broken_at is not None for row in rows),
        copies=len(copies),
        seen=sum(copy.seen_at is not None for copy in copies),
    )


def number_of(case: Case) -> str:
    """The sender's number; none where the sender gave none."""
    return "" if case.source_ref.startswith(NO_NUMBER) else case.source_ref


def start_of(ctx: RequestContext, day: date | None) -> datetime | None:
    return datetime.combine(day, time.min, ctx.zone) if day else None


def week_of(ctx: RequestContext, text: str) -> tuple[date, date]:
    """Monday and Monday of the week that holds a day; this week without one."""
    day = day_in(text) or timezone.localdate(ctx.now)
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)
