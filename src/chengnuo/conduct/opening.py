"""Proceedings that open without anybody asking: where the pack says that an answer opens one.

The ledger tells of bad answers; it is read on from where it was left.
"""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from chengnuo.conduct.models import Ground, LedgerRead, Proceeding
from chengnuo.conduct.services import open_on_answer
from chengnuo.conduct.statements import NoAccountability, tariff_of
from chengnuo.ledger.models import ChainHead, Entry
from chengnuo.obligations.models import Evidence
from chengnuo.obligations.regulation import NoRegulation, regulation_for, release_in_force
from chengnuo.people.models import Organisation
from chengnuo.people.queries import companies

BAD_ANSWER = "answer.bad"
AT_ONCE = 2000


def open_proceedings(*, now: datetime) -> int:
    """Open what the ledgers ask for since they were last read; how many were opened."""
    heads = dict(ChainHead.objects.values_list("pk", "seq"))
    read = dict(LedgerRead.objects.values_list("organisation_id", "seq"))
    behind = [c for c in companies() if heads.get(c.pk, 0) > read.get(c.pk, 0)]
    return sum(_open_for(company, now) for company in behind)


@transaction.atomic
def _open_for(company: Organisation, now: datetime) -> int:
    LedgerRead.objects.get_or_create(organisation=company)
    place = LedgerRead.objects.select_for_update().get(organisation=company)
    rows = Entry.objects.filter(organisation_id=company.pk, seq__gt=place.seq).order_by("seq")
    entries = list(rows[:AT_ONCE])
    if not entries:
        return 0
    opened = 0
    for entry in entries:
        if entry.kind == BAD_ANSWER:
            opened += _open_on(json.loads(entry.payload), company, now) is not None
    LedgerRead.objects.filter(pk=place.pk).update(seq=entries[-1].seq)
    return opened


def _open_on(told: dict[str, object], company: Organisation, now: datetime) -> Proceeding | None:
    """False completion always; dissatisfaction where the pack names it (S3 三.2(3))."""
    evidence = (
        Evidence.objects.filter(pk=str(told["evidence"])).first() if told["evidence"] else None
    )
    if evidence is None:
        return None
    try:
        release = release_in_force(company=company, at=now)
        given = tariff_of(regulation_for(digest=release, company=company))
    except (NoRegulation, NoAccountability):
        return None
    if told["false_completion"]:
        ground = Ground.FALSE_COMPLETION
    elif set(given.opens_on) & set(evidence.events):
        ground = Ground.DISSATISFIED
    else:
        return None
    if Proceeding.objects.filter(evidence=evidence, ground=ground).exists():
        return None
    # A hand-over after the answer moves nothing: it falls on who had the matter in hand then.
    unit = told.get("unit")
    return open_on_answer(
        evidence=evidence, ground=ground, by=None, now=now,
        unit=unit if isinstance(unit, int) else None,
    )  # fmt: skip
