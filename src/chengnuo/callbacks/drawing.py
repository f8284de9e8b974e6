"""Sampling plans: a share of closed cases is drawn, and each one drawn is called back.

The draw is made from a seed that is kept with the population's size, over cases in the order of
their numbers: whoever doubts it draws again and gets the same. The ledger keeps all that is needed:
the plan's numbers, the seed, which is a hash of the ledger itself, and the hash of the population.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import QuerySet

from chengnuo.callbacks.models import Drawn, Sample
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.ledger.aside import attempt
from chengnuo.ledger.queries import last_hash
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.regulation import (
    NoRegulation,
    Regulation,
    regulation_for,
    release_in_force,
)
from chengnuo.packs.callback_shapes import SampleShape
from chengnuo.packs.channels import channel_for
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.people.queries import companies
from chengnuo.rules.calendar import Calendar

STEP = "samples"


@dataclass(frozen=True, slots=True)
class Compared:
    """A draw made again: of how many, which, and in what it differs."""

    population: int
    drawn: list[str]
    gone: list[str]
    come: list[str]

    @property
    def is_same(self) -> bool:
        return not self.gone and not self.come


def last_span(*, every: str, today: date) -> tuple[date, date]:
    """The last whole period before today, `[begins, ends)`."""
    if every == "week":
        ends = today - timedelta(days=today.weekday())
        return ends - timedelta(days=7), ends
    if every == "month":
        ends = today.replace(day=1)
        return (ends - timedelta(days=1)).replace(day=1), ends
    ends = date(today.year, 1 if today.month <= 6 else 7, 1)
    begins = date(ends.year - (ends.month == 1), 7 if ends.month == 1 else 1, 1)
    return begins, ends


def drawn_from(*, numbers: Sequence[str], seed: str, plan: SampleShape) -> list[str]:
    """The numbers that are drawn: those whose hash with the seed is smallest."""
    wanted = max(math.ceil(len(numbers) * plan.percent / 100), plan.at_least)
    ordered = sorted(numbers, key=lambda n: hashlib.sha256(f"{seed}:{n}".encode()).hexdigest())
    return sorted(ordered[:wanted])


def population(
    *, company: Organisation, plan: SampleShape, begin: datetime, end: datetime
) -> QuerySet[Case]:
    """The cases drawn from: closed in the span, of the plan's services, with somebody to call."""
    rows = Case.objects.filter(
        organisation=company, service__in=plan.of, closed_at__gte=begin, closed_at__lt=end,
        merged_into__isnull=True, restricted=False,
    )  # fmt: skip
    return rows.exclude(contact_phone="").order_by("number")


@transaction.atomic
def draw(*, company: Organisation, plan_id: str, seed: str, now: datetime) -> Sample | None:
    """Draw the last whole period of a plan, once, and lodge a callback for each one drawn.

    None where the pack has no such plan or nothing was closed.
    """
    regulation = regulation_for(digest=release_in_force(company=company, at=now), company=company)
    plan = _plan(regulation, plan_id)
    if plan is None:
        return None
    calendar = regulation.book.calendar
    begins, ends = last_span(every=plan.every, today=calendar.local(now).date())
    known = Sample.objects.filter(organisation=company, plan=plan_id, begins=begins).first()
    if known is not None:
        return known
    span = (calendar.at_minute(begins, 0), calendar.at_minute(ends, 0))
    cases = {
        c.number: c for c in population(company=company, plan=plan, begin=span[0], end=span[1])
    }
    if not cases:
        return None
    drawn = drawn_from(numbers=list(cases), seed=seed, plan=plan)
    made = Sample.objects.create(
        organisation=company, plan=plan_id, begins=begins, ends=ends, seed=seed,
        population=len(cases), drawn=drawn, drawn_at=now,
    )  # fmt: skip
    for number in drawn:
        callback = _lodge(regulation.pack, cases[number], plan, plan_id, begins, now)
        Drawn.objects.create(sample=made, case=callback, original=cases[number])
    data = {
        "plan": plan_id, "begins": f"{begins}", "ends": f"{ends}", "seed": seed, "of": len(cases),
        "of_sha256": hashlib.sha256("\n".join(sorted(cases)).encode()).hexdigest(),
        "percent": plan.percent, "at_least": plan.at_least, "drawn": drawn,
    }  # fmt: skip
    record(
        organisation_id=company.pk, facts=[Fact(kind="sample.drawn", at=now, data=data)], now=now
    )
    return made


def draw_again(*, sample: Sample, plan: SampleShape, calendar: Calendar) -> Compared:
    """The same draw once more, from its seed, over the cases as they stand today."""
    begin, end = calendar.at_minute(sample.begins, 0), calendar.at_minute(sample.ends, 0)
    cases = population(company=sample.organisation, plan=plan, begin=begin, end=end)
    numbers = [str(number) for number in cases.values_list("number", flat=True)]
    again = drawn_from(numbers=numbers, seed=sample.seed, plan=plan) if numbers else []
    gone = sorted(set(sample.drawn) - set(again))
    return Compared(len(numbers), again, gone, sorted(set(again) - set(sample.drawn)))


def draw_samples(*, now: datetime) -> int:
    """Draw what every company's plans ask for by now; how many draws there are."""
    return sum(
        attempt(
            step=STEP, subject=company.code, work=partial(_draw_all, company, now), now=now,
            organisation_id=company.pk,
        )
        for company in companies()
    )  # fmt: skip


def _draw_all(company: Organisation, now: datetime) -> int:
    try:
        release = release_in_force(company=company, at=now)
    except NoRegulation:
        return 0
    given = regulation_for(digest=release, company=company).pack.callbacks
    return sum(
        attempt(
            step=STEP, subject=f"{company.code}/{plan}", work=partial(_draw, company, plan, now),
            now=now, organisation_id=company.pk,
        )
        for plan in (given.samples if given is not None else ())
    )  # fmt: skip


def _draw(company: Organisation, plan: str, now: datetime) -> int:
    # Nobody can know the seed before the period is over: it hangs on the ledger as it then is.
    seed = last_hash(organisation_id=company.pk)
    return int(draw(company=company, plan_id=plan, seed=seed, now=now) is not None)


def _plan(regulation: Regulation, plan_id: str) -> SampleShape | None:
    given = regulation.pack.callbacks
    return given.samples.get(plan_id) if given is not None else None


def _lodge(
    pack: Pack, case: Case, plan: SampleShape, plan_id: str, begins: date, now: datetime
) -> Case:
    request = Request(
        service=plan.service,
        channel=channel_for(pack, "house"),
        narrative=f"{plan.title.zh}：{case.number} {case.narrative}",
        token=f"sample-{plan_id}-{begins}-{case.number}"[:64],
        customer=case.customer,
        location=case.location,
        contact_name=case.contact_name,
        contact_phone=case.contact_phone,
        address=case.address,
        confidential=case.confidential,
    )
    return lodge(company=case.organisation, request=request, at=now, now=now, by=None)
