"""Duties: recurring rules of an organisation (or a customer) open one obligation per period.

Each unit that owes duties has one docket for them. A duty whose role sits in an organisation
above is
opened there, not again in every company that inherits the rule.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction

from chengnuo.customers.queries import of_classes, premises_of_classes
from chengnuo.ledger.aside import attempt
from chengnuo.obligations.models import (
    CUSTOMER,
    ORGANISATION,
    PREMISES,
    RUNNING,
    Docket,
    Obligation,
)
from chengnuo.obligations.persistence import save_new
from chengnuo.obligations.regulation import NoRegulation, regulation_for, release_in_force
from chengnuo.obligations.services import (
    begin,
    happen,
    locked,
    new_docket,
)
from chengnuo.obligations.transitions import replace_release
from chengnuo.people.models import Organisation
from chengnuo.people.queries import companies, roster_of
from chengnuo.rules.calendar import Calendar
from chengnuo.rules.periods import Period, period_at, period_of, period_since
from chengnuo.rules.rulebook import Recurring
from chengnuo.rules.state import Event

log = logging.getLogger("chengnuo.duties")
MOST_MISSED = 60
STEP = "duties"


def open_periods(*, now: datetime) -> int:
    """Open every period that has begun and is not open yet; the number opened. Safe to run
    twice."""
    return sum(
        attempt(
            step=STEP, subject=company.code, work=partial(_open_all, company, now), now=now,
            organisation_id=company.pk,
        )
        for company in companies()
    )  # fmt: skip


def _open_all(company: Organisation, now: datetime) -> int:
    try:
        release = release_in_force(company=company, at=now)
    except NoRegulation:
        return 0
    opened = 0
    regulation = regulation_for(digest=release, company=company)
    for rule in regulation.book.recurring:
        if rule.every is None and rule.since_last is None:
            continue
        settled = _settled(company, rule, regulation.book.calendar, now)
        for kind, subject, unit in _subjects(company, rule):
            if subject not in settled:
                opened += attempt(
                    step=STEP,
                    subject=f"{company.code}/{rule.id}/{subject}",
                    work=partial(_open_one, company, release, rule, kind, subject, unit, now),
                    now=now,
                    organisation_id=company.pk,
                )
    return opened


def _settled(company: Organisation, rule: Recurring, calendar: Calendar, now: datetime) -> set[str]:
    """The subjects whose newest period is open already: asked once a rule, not once a subject."""
    if rule.since_last is not None:
        running = Obligation.objects.filter(RUNNING, organisation=company, rule=rule.id)
        return set(running.values_list("docket__subject", flat=True))
    period = period_of(rule=rule, at=now, calendar=calendar)
    known = Obligation.objects.filter(organisation=company, rule=rule.id, turn=period.label)
    return set(known.values_list("docket__subject", flat=True))


def _open_one(
    company: Organisation,
    release: str,
    rule: Recurring,
    kind: str,
    subject: str,
    unit: int,
    now: datetime,
) -> int:
    try:
        with transaction.atomic():
            return _open(company, release, rule, kind, subject, unit, now)
    except IntegrityError:
        # Another worker made the subject's docket in the same instant; the next round sees it.
        log.info("%s of %s is being opened elsewhere", rule.id, subject)
        return 0


def _subjects(company: Organisation, rule: Recurring) -> Iterator[tuple[str, str, int]]:
    roster = roster_of(company=company)
    if rule.subject in ("customer", "premises"):
        yield from _customers(company, rule)
    elif rule.subject == "organisation" and rule.each is not None:
        for unit in roster.units_with(rule.each):
            yield ORGANISATION, str(unit), unit
    elif rule.subject == "organisation":
        owing = roster.unit_of_role(rule.owed_by)
        if owing is None or roster.is_inside(owing):
            yield ORGANISATION, str(company.pk), company.pk


def _customers(company: Organisation, rule: Recurring) -> Iterator[tuple[str, str, int]]:
    """Each customer of the classes that the rule names; or each of their premises, and the customer
    himself where none is recorded, so that nobody falls out."""
    wanted = [str(v) for t in rule.when.tests for v in t.value if t.fact == "customer_class"]
    numbers = {c.number for c in of_classes(company=company, classes=wanted)}
    if rule.subject == "premises":
        for number, pk in premises_of_classes(company=company, classes=wanted):
            numbers.discard(number)
            yield PREMISES, f"{number}/{pk}", company.pk
    for number in sorted(numbers):
        yield CUSTOMER, number, company.pk


def _open(
    company: Organisation,
    release: str,
    rule: Recurring,
    kind: str,
    subject: str,
    unit: int,
    now: datetime,
) -> int:
    docket = Docket.objects.filter(organisation=company, subject_kind=kind, subject=subject).first()
    last = None
    if docket is not None:
        docket = locked(docket_id=docket.pk, expected_version=None)
        last = docket.obligations.filter(rule=rule.id).order_by("-due_at").first()
    regulation = regulation_for(digest=release, company=company)
    events = [
        _opening(rule, period)
        for period in _periods(rule, last, regulation.book.calendar, now)
        if docket is None or not docket.obligations.filter(rule=rule.id, turn=period.label).exists()
    ]
    if not events:
        return 0
    if docket is None:
        fresh = new_docket(
            company=company,
            release=release,
            subject_kind=kind,
            subject=subject,
            at=now,
            accepting_unit=unit,
            handling_unit=unit,
        )
        save_new(begin(docket=fresh, events=events, now=now, actor=None, told_as=rule.title.zh))
        return len(events)
    if docket.release_id != release:
        # Duties follow the regulation in force: a new period is opened under the new words.
        old = regulation_for(digest=docket.release_id, company=company)
        rows = list(docket.obligations.order_by("start_at", "pk"))
        replace_release(docket=docket, rows=rows, old=old, new=regulation, now=now)
    happen(docket_id=docket.pk, events=events, now=now, actor=None, told_as=rule.title.zh)
    return len(events)


def _periods(
    rule: Recurring, last: Obligation | None, calendar: Calendar, now: datetime
) -> Iterator[Period]:
    """The current period, and those that passed unopened since the last one."""
    if rule.since_last is not None:
        # The first counts from when the subject became known: nobody is late for what was before.
        begun = now if last is None else last.kept_at or last.voided_at
        after = period_since(rule=rule, last=begun, calendar=calendar) if begun else None
        if after is not None:
            yield after
        return
    moment = now if last is None or last.due_at is None else last.due_at + timedelta(seconds=1)
    for _ in range(MOST_MISSED):
        period = period_at(rule=rule, at=moment, calendar=calendar)
        if period is None or period.start > now:
            return
        yield period
        moment = period.due_at + timedelta(seconds=1)


def _opening(rule: Recurring, period: Period) -> Event:
    return Event(
        name="period.opened",
        at=period.start,
        target=f"{rule.id}#{period.label}",
        due_at=period.due_at,
        unpublished=period.unpublished,
    )
