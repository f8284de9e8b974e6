"""Promises that are averages, judged when their period ends (a mean is kept or broken, one matter
is not).

A matter belongs to the period in which its clock began. What was voided does not count. What is
still open, or waits for the decision of a pause, has used what it used so far: where that is too
much already the mean is broken, else the verdict waits for it. What comes in after the verdict goes
into the next period's mean, so that each matter counts exactly once. A period without any matter
has no verdict.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from chengnuo.obligations.models import ONE_OF_MANY, ORGANISATION, Average, Docket, Obligation
from chengnuo.obligations.persistence import save
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.services import locked, new_docket
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.obligations.values import obligation_of
from chengnuo.packs.compiling import mean_id
from chengnuo.people.models import Organisation
from chengnuo.rules import state
from chengnuo.rules.averages import Band, Taken, bands, verdict
from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.limit_words import in_words, mean_in_words
from chengnuo.rules.limits import Count
from chengnuo.rules.periods import Period, period_over
from chengnuo.rules.reckoning import reckon
from chengnuo.rules.refusing import Refused
from chengnuo.rules.rulebook import Within
from chengnuo.rules.words import Text

log = logging.getLogger("chengnuo.averages")
JUDGED = "average.judged"


def judge_averages(*, now: datetime) -> int:
    """Judge every average whose period is over and whose mean is certain; the number judged.

    Safe to run twice and by several workers.
    """
    pending = Obligation.objects.filter(ONE_OF_MANY, counted_in=None, voided_at=None)
    found = pending.values("organisation", "rule").annotate(newest=Max("start_at")).order_by()
    judged = 0
    for company, rule in [(row["organisation"], row["rule"]) for row in found]:
        try:
            with transaction.atomic():
                judged += _judge_rule(Organisation.objects.get(pk=company), rule, now)
        # One company's rule that cannot be judged keeps no other company's verdict waiting.
        except (Refused, LookupError, ValueError, TypeError):
            log.exception("the averages of %s cannot be judged", rule)
    return judged


def uncounted(*, company: Organisation, rule: str) -> list[Obligation]:
    """The matters of an average that went into no mean yet, oldest first."""
    rows = Obligation.objects.filter(
        ONE_OF_MANY, organisation=company, rule=rule, counted_in=None, voided_at=None
    )
    return list(rows.select_related("docket__organisation").order_by("start_at", "pk"))


def _judge_rule(company: Organisation, rule_id: str, now: datetime) -> int:
    rows = uncounted(company=company, rule=rule_id)
    if not rows:
        return 0
    newest = rows[-1].docket
    regulation = regulation_for(digest=newest.release_id, company=company)
    rule = regulation.book.rules[rule_id]
    if not isinstance(rule, Within) or rule.over is None:
        raise ValueError(f"{rule_id} is no average")
    docket = _docket(company, regulation, now)
    late: list[Obligation] = []
    judged = 0
    for period, held in _by_period(rows, rule.over, regulation):
        # Oldest first: those that follow end later still.
        if period.end > now:
            break
        if _is_judged(company, rule_id, period):
            late += held
            continue
        judged += _judge(docket, rule, period, [*late, *held], regulation, now)
        late = []
    return judged


def _by_period(
    rows: Iterable[Obligation], over: str, regulation: Regulation
) -> Iterator[tuple[Period, list[Obligation]]]:
    """The rows by the period in which their clock began, oldest first."""
    calendar = regulation.book.calendar
    found: dict[str, tuple[Period, list[Obligation]]] = {}
    for row in rows:
        period = period_over(over=over, at=row.start_at, calendar=calendar)
        found.setdefault(period.label, (period, []))[1].append(row)
    yield from found.values()


def _is_judged(company: Organisation, rule: str, period: Period) -> bool:
    means = Obligation.objects.filter(organisation=company, rule=mean_id(rule), turn=period.label)
    return means.exists()


def _docket(company: Organisation, regulation: Regulation, now: datetime) -> Docket:
    """The docket of the averages of one release, locked: two workers judge one after the other."""
    digest = regulation.book.digest
    subject = f"averages {digest[:40]}"
    known = Docket.objects.filter(
        organisation=company, subject_kind=ORGANISATION, subject=subject
    ).first()
    if known is None:
        known = new_docket(
            company=company, release=digest, subject_kind=ORGANISATION,
            subject=subject, at=now, accepting_unit=company.pk, handling_unit=company.pk,
        )  # fmt: skip
        known.save(force_insert=True)
    return locked(docket_id=known.pk, expected_version=None)


def _judge(
    docket: Docket,
    rule: Within,
    period: Period,
    rows: list[Obligation],
    regulation: Regulation,
    now: datetime,
) -> int:
    matters = [(row, taken(row=row, now=now)) for row in rows]
    counted = [(row, one) for row, one in matters if one is not None]
    if not counted:
        return 0
    calendar = regulation.book.calendar
    kept = verdict([one for _row, one in counted], calendar)
    if kept is None:
        return 0
    made = state.ObligationState(
        rule=mean_id(rule.id), turn=period.label, start_at=period.start, due_at=period.end
    )
    decided: list[state.Decision] = [state.Started(made)]
    if not kept:
        decided.append(state.Broken(made.key, period.end))
    # It ends with its period either way: a mean that was too high cannot be mended afterwards.
    decided.append(state.Kept(made.key, period.end, late=False))
    told = bands([one for _row, one in counted], calendar)
    note = {"period": period.label, "bands": [band_out(band) for band in told]}
    work = UnitOfWork(docket, list(docket.obligations.all()), regulation, now, None, docket.subject)
    work.take(state.Event(name=JUDGED, at=now, target=made.key), decided, note)
    (row,) = work.fresh
    row.proof = {**row.proof, **note, "sentence": in_a_sentence(told, period.label).as_dict()}
    save(work)
    Obligation.objects.filter(pk__in=[r.pk for r, _one in counted]).update(counted_in=row)
    return 1


def taken(*, row: Obligation, now: datetime) -> Taken | None:
    """One matter as its mean counts it; None where its facts give no amount of time."""
    docket = row.docket
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    rule, held = regulation.book.rules[row.rule], obligation_of(row)
    if not isinstance(rule, Within):
        return None
    facts = regulation.facts_in(docket.facts)
    try:
        count = reckon(regulation.book, rule, held.start_at, facts, held).count
    except UnableToReckon:
        return None
    if not isinstance(count, Count):
        return None
    return Taken(
        limit=count,
        start=held.start_at,
        end=held.kept_at or max(now, held.start_at),
        pauses=held.pauses(),
        settled=held.kept_at is not None and not held.hangs,
    )


def band_out(band: Band) -> dict[str, Any]:
    """A band as the ledger and the page have it: limit, number of matters, mean, verdict."""
    return {
        "limit": in_words(band.limit).as_dict(),
        "number": band.number,
        "used": band.used,
        "allowed": band.allowed,
        "mean": mean_in_words(band).as_dict(),
        "kept": band.kept,
    }


def in_a_sentence(told: Sequence[Band], label: str) -> Text:
    """The derivation of a mean for people."""
    zh, en = [], []
    for band in told:
        limit, mean = in_words(band.limit), mean_in_words(band)
        zh.append(f"{band.number}件平均{mean.zh}（承诺{limit.zh}）")
        en.append(f"{band.number} took {mean.en} on average (promised: {limit.en})")
    return Text(f"{label}：{'；'.join(zh)}。", f"{label}: {'; '.join(en)}.")


def means_of(*, company: Organisation) -> list[Obligation]:
    """The judged means of a company, newest period first."""
    rows = Obligation.objects.filter(organisation=company, average=Average.MEAN)
    return list(rows.select_related("docket", "unit").order_by("-due_at", "rule"))


def behind(*, mean: Obligation) -> QuerySet[Obligation]:
    """The matters that went into a mean, oldest first."""
    rows = Obligation.objects.filter(counted_in=mean)
    rows = rows.select_related("docket__organisation", "unit")
    return rows.order_by("start_at", "pk")


def running(*, company: Organisation) -> dict[str, list[Obligation]]:
    """The matters that wait for a verdict, by rule."""
    rows = Obligation.objects.filter(
        ONE_OF_MANY, organisation=company, counted_in=None, voided_at=None
    ).select_related("docket__organisation")
    found: dict[str, list[Obligation]] = defaultdict(list)
    for row in rows.order_by("rule", "start_at", "pk"):
        found[row.rule].append(row)
    return found
