"""Time passes: break what is due, warn, escalate. Any number of workers; each batch is one
transaction.

A worker locks the dockets of due obligations, skipping those that another worker or a person
holds. A
killed worker leaves nothing behind: its batch is rolled back, and the rows are still due.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from chengnuo.ledger.aside import AWAY, attempt, due_again, failed, held_back, settled
from chengnuo.ledger.bulk_write import BulkWrite, write_together
from chengnuo.ledger.services import chain, outbox_rows, take_head
from chengnuo.obligations.models import Docket, Obligation
from chengnuo.obligations.projections import keep_lists
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.services import locked
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.obligations.values import obligation_of
from chengnuo.obligations.verdicts import SUMMED, together
from chengnuo.rules.expiry import lapse, next_moment
from chengnuo.rules.refusing import Refused
from chengnuo.rules.state import TIME_PASSED, Event, Voided

log = logging.getLogger("chengnuo.ticking")
BATCH = 200
STEP = "clocks"
NOT_JUDGED = (Refused, LookupError, ValueError, TypeError, AttributeError, ArithmeticError)
TICKED = (
    "broken_at", "voided_at", "annulled_at", "warned", "level", "level_since", "standstills",
    "next_at",
)  # fmt: skip


def tick(*, now: datetime, limit: int = BATCH) -> int:
    """Let time up to `now` take effect on at most `limit` obligations; the number that were due.

    Call again until it returns 0. A docket that cannot be judged, or not be written, keeps no
    other waiting: it is tried again later, and at last set aside.
    """
    try:
        return _batch(now, limit)
    except AWAY:
        raise
    except Exception:
        log.exception("a batch failed; its dockets are taken one by one")
        return _one_by_one(now, limit)


@transaction.atomic
def _batch(now: datetime, limit: int) -> int:
    ids = _claim(now, limit)
    if not ids:
        return 0
    by_docket = _still_due(ids, now)
    works = []
    for held in by_docket.values():
        try:
            works.append(_lapsed(held, now))
        except NOT_JUDGED as error:
            _cannot(held[0].docket, error, now)
    _write(works, now)
    # Rarely anything was set aside: the table is touched only then.
    if due_again(step=STEP, now=now):
        settled(step=STEP, subjects=[str(w.docket.pk) for w in works])
    return len(ids)


def _one_by_one(now: datetime, limit: int) -> int:
    with transaction.atomic():
        ids = _claim(now, limit)
    dockets = list(_still_due(ids, now))
    for docket in dockets:
        attempt(step=STEP, subject=str(docket), work=partial(_alone, docket, now), now=now)
    return len(ids)


@transaction.atomic
def _alone(docket_id: UUID, now: datetime) -> int:
    locked(docket_id=docket_id, expected_version=None)
    ids = Obligation.objects.filter(docket=docket_id).values_list("pk", flat=True)
    works = [_lapsed(held, now) for held in _still_due(list(ids), now).values()]
    _write(works, now)
    return len(works)


def _still_due(ids: list[UUID], now: datetime) -> dict[UUID, list[Obligation]]:
    """Read again under the lock: what was read while claiming may have moved on."""
    rows = Obligation.objects.filter(
        pk__in=ids, kept_at__isnull=True, voided_at__isnull=True, next_at__lt=now
    ).select_related("docket__organisation")
    by_docket: dict[UUID, list[Obligation]] = defaultdict(list)
    for row in rows:
        by_docket[row.docket_id].append(row)
    return by_docket


def _cannot(docket: Docket, error: Exception, now: datetime) -> None:
    log.error("docket %s (%s) cannot be judged", docket.pk, docket.subject, exc_info=error)
    failed(
        step=STEP, subject=str(docket.pk), error=error, now=now,
        organisation_id=docket.organisation_id,
    )  # fmt: skip


def _claim(now: datetime, limit: int) -> list[UUID]:
    due = Obligation.objects.filter(
        kept_at__isnull=True, voided_at__isnull=True, next_at__lt=now
    ).order_by("next_at")
    # What cannot be judged is due for ever, and would fill every batch from the front.
    if stuck := held_back(step=STEP, now=now):
        due = due.exclude(docket_id__in=[UUID(pk) for pk in stuck])
    if connection.vendor == "postgresql":
        # The docket is locked, not the promise: a person who acts on the case locks the same row.
        due = due.select_for_update(of=("docket",), skip_locked=True).select_related("docket")
        return [row.pk for row in due.only("pk", "next_at", "docket__id")[:limit]]
    # SQLite has one writer at a time: the transaction itself is the lock.
    return list(due.values_list("pk", flat=True)[:limit])


def _lapsed(rows: list[Obligation], now: datetime) -> UnitOfWork:
    docket = rows[0].docket
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    return _judged(rows, regulation, now)


def _judged(rows: list[Obligation], regulation: Regulation, now: datetime) -> UnitOfWork:
    docket, book = rows[0].docket, regulation.book
    work = UnitOfWork(docket, rows, regulation, now, None, docket.subject)
    decided = [
        decision
        for row in rows
        for decision in lapse(book.rules[row.rule], obligation_of(row), book, now)
    ]
    work.take(Event(name=TIME_PASSED, at=now), decided, {})
    for row in rows:
        if row.key not in work.changed:
            # Its moment was reckoned under an older calendar, and has moved since.
            row.next_at = next_moment(book, obligation_of(row))
            work.changed[row.key] = row
        # Else the worker would take it again at once, and for ever.
        if row.next_at is not None and row.next_at < now:
            raise ValueError(f"{row} is still due at {row.next_at}")
    return work


def _write(works: list[UnitOfWork], now: datetime) -> None:
    """One statement for the batch. Chains are locked last, in order of their number: two workers
    hold them shortly and cannot wait for each other."""
    bundle = BulkWrite(
        new=[row for w in works for row in w.effects.rows],
        changed=[([row for w in works for row in w.changed.values()], TICKED)],
        sums=[(together(w.counted() for w in works), SUMMED)],
    )
    by_company: dict[int, list[UnitOfWork]] = defaultdict(list)
    for work in works:
        by_company[work.docket.organisation_id].append(work)
    for company, held in by_company.items():
        messages = [m for w in held for m in w.effects.messages]
        told = outbox_rows(organisation_id=company, messages=messages, now=now)
        # Told once is told: nothing else of the batch may fail by it.
        bundle.unless_there += told
    # In one order for all: chains locked in two orders would wait for each other.
    for company in sorted(by_company):
        facts = [f for w in by_company[company] for f in w.facts]
        head = take_head(organisation_id=company)
        bundle.new += chain(head=head, facts=facts, now=now)
        bundle.heads.append(head)
    write_together(bundle=bundle)
    # Time ends what is a right to be used in time, and nothing else of what lists show.
    ended = {w.docket.pk for w in works if any(isinstance(d, Voided) for d in w.decisions)}
    keep_lists(dockets=sorted(ended))
