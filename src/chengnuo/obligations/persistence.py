"""A unit of work becomes rows: a new docket in one statement, or what changed of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

from django.db import models

from chengnuo.ledger.bulk_write import BulkWrite, write_together
from chengnuo.ledger.models import ChainHead
from chengnuo.ledger.services import chain, outbox_rows, take_head
from chengnuo.obligations.open_promises import open_promises
from chengnuo.obligations.projections import keep_lists
from chengnuo.obligations.regulation import facts_out
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.obligations.values import CHANGING, act_by
from chengnuo.obligations.verdicts import SUMMED

DOCKET_FIELDS = (
    "service",
    "process",
    "facts",
    "seen",
    "handling_unit",
    "closed_at",
    "round_at",
    "version",
)


def save_new(
    work: UnitOfWork, *, also: Sequence[models.Model] = (), head: ChainHead | None = None
) -> None:
    """Write a new docket and everything that comes with it, in one statement."""
    _carry_into_docket(work)
    company, then = work.docket.organisation_id, work.effects
    locked = head or take_head(organisation_id=company)
    told = outbox_rows(organisation_id=company, messages=then.messages, now=work.now)
    entries = chain(head=locked, facts=work.facts, now=work.now)
    rows = [work.docket, *work.fresh, *also, *then.rows, *told, *entries]
    if work.docket.is_open_matter:
        rows += open_promises(work.fresh)
    write_together(bundle=BulkWrite(new=rows, sums=[(work.counted(), SUMMED)], heads=[locked]))


def save(work: UnitOfWork) -> None:
    """Write what changed, in one statement; the chain is locked when all is computed.

    A breach is found once: the constraint holds it where two found it together, and the second is
    no fault.
    """
    _carry_into_docket(work)
    company, then = work.docket.organisation_id, work.effects
    told = outbox_rows(organisation_id=company, messages=then.messages, now=work.now)
    bundle = BulkWrite(
        new=list(work.fresh),
        unless_there=[*then.rows, *told],
        changed=[([work.docket], DOCKET_FIELDS), (list(work.changed.values()), CHANGING)],
        sums=[(work.counted(), SUMMED)],
    )
    if work.facts:
        head = take_head(organisation_id=company)
        bundle.new += chain(head=head, facts=work.facts, now=work.now)
        bundle.heads.append(head)
    write_together(bundle=bundle)
    if work.docket.is_matter:
        keep_lists(dockets=[work.docket.pk])


def _carry_into_docket(work: UnitOfWork) -> None:
    docket, state = work.docket, work.state
    docket.facts = facts_out(state.facts)
    # In UTC, so that the same moment is the same text on every machine: it is compared and
    # digested.
    docket.seen = {name: at.astimezone(UTC).isoformat() for name, at in state.seen.items()}
    docket.closed_at, docket.round_at = state.closed_at, state.round_at
    docket.service, docket.process = state.service, state.process
    # Pages send the version they read; this is how somebody who was faster is noticed.
    docket.version += 1
    held = {o.key: o for o in state.obligations}
    for row in work.rows:
        if not row.is_running:
            continue
        soonest = act_by(held[row.key], work.regulation, state)
        if soonest != row.act_by:
            row.act_by = soonest
            work.touch(row)
