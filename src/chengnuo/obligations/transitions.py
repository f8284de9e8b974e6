"""What changes the ground under running promises: a holiday notice, a new release of the pack.

Each docket is put right in a transaction of its own, with an entry in the ledger that shows what
moved. Whatever was broken keeps its verdict. Both verbs can be run again after they were
interrupted: what is put right already stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from chengnuo.ledger.aside import attempt, due_again
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.entries import moment_out
from chengnuo.obligations.models import (
    RUNNING,
    Docket,
    HolidayNotice,
    Obligation,
    PackRelease,
)
from chengnuo.obligations.persistence import save
from chengnuo.obligations.regulation import (
    NoRegulation,
    Regulation,
    regulation_for,
    release_in_force,
)
from chengnuo.obligations.services import locked
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.obligations.values import obligation_of
from chengnuo.packs.notices import NoticeShape
from chengnuo.people.models import Organisation
from chengnuo.people.queries import companies
from chengnuo.people.services import regulation_changed
from chengnuo.rules import state
from chengnuo.rules.expiry import lapse_all, next_moment
from chengnuo.rules.periods import period_of, period_since
from chengnuo.rules.reckoning import is_fixed, moved
from chengnuo.rules.rulebook import Recurring, Rulebook, Within
from chengnuo.rules.state import TIME_PASSED, Decision, Event, Moved, State, Voided

STEP, MOVING = "transitions", "transition"

# -- a holiday notice ------------------------------------------------------------------------------


def adopt_notice(*, notice: NoticeShape, now: datetime) -> int:
    """Load a published holiday notice and correct every provisional due moment, visibly.

    Returns the number of obligations that were put right. Broken ones keep their verdict.
    """
    _keep_notice(notice, now)
    provisional = Obligation.objects.filter(RUNNING, broken_at__isnull=True).exclude(unpublished=[])
    dockets = provisional.order_by("organisation_id", "docket_id").values_list("docket_id")
    return sum(_correct(docket_id, now) for (docket_id,) in list(dockets.distinct()))


@transaction.atomic
def _keep_notice(notice: NoticeShape, now: datetime) -> None:
    content = notice.model_dump(mode="json", by_alias=True)
    known = HolidayNotice.objects.filter(family=notice.family, year=notice.year).last()
    if known is None or known.content != content:
        HolidayNotice.objects.create(
            family=notice.family, year=notice.year, content=content, loaded_at=now
        )
    regulation_changed(companies=None)


@transaction.atomic
def _correct(docket_id: UUID, now: datetime) -> int:
    docket = locked(docket_id=docket_id, expected_version=None)
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    rows = list(docket.obligations.order_by("start_at", "pk"))
    work = UnitOfWork(docket, rows, regulation, now, None, docket.subject)
    moved = list(_under_the_new_calendar(regulation.book, work.state, now))
    if not moved:
        return 0
    _take(work, Event(name="calendar.published", at=now), moved, {})
    save(work)
    return len(moved)


def _under_the_new_calendar(book: Rulebook, known: State, now: datetime) -> Iterator[Decision]:
    for held in known.obligations:
        if not held.is_running or is_fixed(held, now) or not held.unpublished:
            continue
        rule = book.rules[held.rule]
        if isinstance(rule, Recurring):
            yield from _period_under_the_new_calendar(book, rule, held, now)
        elif isinstance(rule, Within):
            change = moved(book, rule, known.facts, held, "calendar", now)
            if change is not None:
                yield change


def _period_under_the_new_calendar(
    book: Rulebook, rule: Recurring, held: state.ObligationState, now: datetime
) -> Iterator[Decision]:
    if rule.since_last is not None:
        after = period_since(rule=rule, last=held.start_at, calendar=book.calendar)
        if after is not None and (after.due_at, after.unpublished) != (
            held.due_at,
            held.unpublished,
        ):
            yield Moved(held.key, after.due_at, "calendar", after.unpublished)
        return
    if rule.every is None:
        return
    period = period_of(rule=rule, at=held.start_at, calendar=book.calendar)
    if period.label != held.turn:
        # The working day it was opened for is a holiday now: there is no such period.
        yield Voided(held.key, now, "calendar")
    elif (period.due_at, period.unpublished) != (held.due_at, held.unpublished):
        yield Moved(held.key, period.due_at, "calendar", period.unpublished)


# -- a new release of a pack -----------------------------------------------------------------------


def carry_out_transitions(*, now: datetime) -> int:
    """Do what releases that came into force say about running cases; the number of dockets moved.

    `keep`: they finish under the words they began under. `rebase`: they go on under the new ones,
    each due moment reckoned anew from the same start. `favour`: likewise, but the earlier moment
    stays. Duties follow the regulation in force by themselves, from period to period.
    """
    carried_out: set[str] = set()
    moved = sum(
        attempt(
            step=STEP, subject=company.code, now=now, organisation_id=company.pk,
            work=partial(_carry_out_for, company, carried_out, now),
        )
        for company in companies()
    )  # fmt: skip
    # Last: whoever is interrupted before begins again, and finds moved what moved.
    PackRelease.objects.filter(pk__in=carried_out).update(carried_out_at=now)
    return moved + _moved_after_all(now)


def _carry_out_for(company: Organisation, carried_out: set[str], now: datetime) -> int:
    try:
        digest = release_in_force(company=company, at=now)
    except NoRegulation:
        return 0
    release = PackRelease.objects.defer("content").get(pk=digest)
    if release.carried_out_at is not None:
        return 0
    moved = _carry_out(company, release, now)
    carried_out.add(digest)
    return moved


def _moved_after_all(now: datetime) -> int:
    """Dockets that could not be moved when their release came, tried once more."""
    moved = 0
    for row in due_again(step=MOVING, now=now):
        docket = Docket.objects.select_related("organisation").get(pk=row.subject)
        digest = release_in_force(company=docket.organisation, at=now)
        moved += attempt(
            step=MOVING, subject=row.subject, work=partial(_move, docket.pk, digest, now), now=now
        )
    return moved


def _carry_out(company: Organisation, release: PackRelease, now: datetime) -> int:
    transition = regulation_for(digest=release.digest, company=company).book.transition
    if transition == "keep":
        return 0
    older = Q(release__in_force_from__lt=release.in_force_from) | Q(
        release__in_force_from=release.in_force_from,
        release__installed_at__lt=release.installed_at,
    )
    running = Docket.objects.exclude(process="").filter(
        older,
        organisation=company,
        closed_at__isnull=True,
        judged__isnull=True,
        release__pack=release.pack,
    )
    found = list(running.order_by("pk").values_list("pk", flat=True))
    moved = sum(
        attempt(
            step=MOVING, subject=str(pk), work=partial(_move, pk, release.digest, now), now=now,
            organisation_id=company.pk,
        )
        for pk in found
    )  # fmt: skip
    if found:
        _note_transition(company, release, transition, moved, len(found) - moved, now)
    return moved


@transaction.atomic
def _note_transition(
    company: Organisation,
    release: PackRelease,
    transition: str,
    moved: int,
    stayed: int,
    now: datetime,
) -> None:
    data = {
        "pack": release.pack,
        "version": release.version,
        "digest": release.digest,
        "transition": transition,
        "moved": moved,
        "stayed": stayed,
    }
    fact = Fact(kind="regulation.in_force", at=now, data=data)
    record(organisation_id=company.pk, facts=[fact], now=now)


@transaction.atomic
def _move(docket_id: UUID, digest: str, now: datetime) -> bool:
    """Let one docket go on under a new release; False where the new words do not know it all."""
    docket = locked(docket_id=docket_id, expected_version=None)
    old = regulation_for(digest=docket.release_id, company=docket.organisation)
    new = regulation_for(digest=digest, company=docket.organisation)
    rows = list(docket.obligations.order_by("start_at", "pk"))
    if docket.closed_at is not None or not _knows(new, docket, rows):
        return False
    replace_release(docket=docket, rows=rows, old=old, new=new, now=now)
    return True


def _knows(new: Regulation, docket: Docket, rows: list[Obligation]) -> bool:
    """Whether a case can go on under these words: its service, its process and all its promises."""
    service = new.pack.services.get(docket.service)
    if service is None or service.process != docket.process:
        return False
    return all(isinstance(new.book.rules.get(row.rule), Within) for row in rows)


def replace_release(
    *, docket: Docket, rows: list[Obligation], old: Regulation, new: Regulation, now: datetime
) -> None:
    """Put a locked docket under a new release. Needs a transaction.

    What was due is broken first, under the old words. A promise that the new words no longer make
    ends without a verdict; one whose new moment would have passed already keeps its old one, since
    nobody breaks a rule that was not there.
    """
    before = UnitOfWork(docket, rows, old, now, None, docket.subject)
    passed = tuple(lapse_all(old.book, before.state, now))
    if passed:
        before.take(Event(name=TIME_PASSED, at=now), passed, {})
        save(before)
    docket.release_id = new.book.digest
    docket.save(update_fields=["release"])
    after = UnitOfWork(docket, rows, new, now, None, docket.subject)
    # The days of the old release's calendar are left as they were counted under it.
    after.verdicts = before.verdicts
    moved = list(_under_the_new_words(new.book, after.state, now))
    note = {"from": old.book.digest, "to": new.book.digest, "version": new.pack.version}
    _take(after, Event(name="regulation.replaced", at=now), moved, note)
    for row in rows:
        if row.is_running:
            row.next_at = next_moment(new.book, obligation_of(row))
            after.changed[row.key] = row
    save(after)


def _under_the_new_words(book: Rulebook, known: State, now: datetime) -> Iterator[Decision]:
    for held in known.obligations:
        rule = book.rules.get(held.rule)
        if held.is_running and rule is None:
            yield Voided(held.key, now, "regulation")
        if not held.is_running or is_fixed(held, now) or not isinstance(rule, Within):
            continue
        if book.transition == "keep":
            continue
        change = moved(book, rule, known.facts, held, "regulation", now)
        if change is None or change.due_at == held.due_at or _is_over(change.due_at, now):
            continue
        if book.transition == "favour" and not _earlier(change.due_at, held.due_at):
            continue
        yield _without_new_breaches(held, change, now)


def _is_over(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now


def _without_new_breaches(held: state.ObligationState, change: Moved, now: datetime) -> Moved:
    """The rejection of a pause, too, shows no breach of a rule that was not there."""
    stills = tuple(
        replace(
            new,
            due_without=tuple(
                was if _is_over(moment, now) else moment
                for was, moment in zip(old.due_without, new.due_without, strict=True)
            ),
        )
        for old, new in zip(held.standstills, change.standstills or held.standstills, strict=True)
    )
    return replace(change, standstills=stills)


def _earlier(new: datetime | None, old: datetime | None) -> bool:
    """A moment is better for the customer than none, and an earlier one than a later one."""
    return new is not None and (old is None or new < old)


def _take(work: UnitOfWork, event: Event, decided: list[Decision], note: dict[str, Any]) -> None:
    """Take decisions in, with the due moments that were before: the correction can be read."""
    was = {o.key: o.due_at for o in work.state.obligations}
    moved = {d.key: was[d.key] for d in decided if isinstance(d, Moved)}
    before = {key: moment_out(at) for key, at in moved.items()}
    work.take(event, decided, {**note, "was": before})
