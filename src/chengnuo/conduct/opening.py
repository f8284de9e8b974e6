"""Proceedings that open without anybody asking: where the pack says that an answer opens one.

The ledger tells of bad answers; it is read on from where it was left.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from chengnuo.conduct.answers import BAD_ANSWER, ground_told, proceeding_on
from chengnuo.conduct.models import Ground, LedgerRead, Proceeding
from chengnuo.conduct.services import open_on_answer
from chengnuo.conduct.statements import NoAccountability, tariff_of
from chengnuo.ledger.models import ChainHead, Entry
from chengnuo.obligations.models import Evidence
from chengnuo.obligations.regulation import NoRegulation, regulation_for, release_in_force
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.people.queries import companies

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
            opened += _open_on(entry, company, now) is not None
    LedgerRead.objects.filter(pk=place.pk).update(seq=entries[-1].seq)
    return opened


def _open_on(entry: Entry, company: Organisation, now: datetime) -> Proceeding | None:
    """False completion always; dissatisfaction where the pack names it (S3 三.2(3))."""
    try:
        release = release_in_force(company=company, at=now)
        regulation = regulation_for(digest=release, company=company)
        asked = set(tariff_of(regulation).opens_on)
    except (NoRegulation, NoAccountability):
        return None
    ground = ground_told(entry.data)
    if ground is None or proceeding_on(entry=entry) is not None:
        return None
    if ground == Ground.DISSATISFIED and not asked & _events(entry, regulation.pack):
        return None
    return open_on_answer(entry=entry, by=None, now=now)


def _events(entry: Entry, pack: Pack) -> set[str]:
    """What an answer says to the rules: the events of its form; told by a link or a message it has
    none, and says what a dissatisfied customer says to a questionnaire."""
    evidence = Evidence.objects.filter(pk=entry.data["evidence"]).first()
    if evidence is not None:
        return set(evidence.events)
    return {e.event for form in pack.forms.values() if form.callback for e in form.emits}
