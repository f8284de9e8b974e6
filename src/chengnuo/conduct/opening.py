"""Proceedings that open without anybody asking: where the pack says that an answer opens one.

The ledger tells of bad answers; it is read on from where it was left.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from chengnuo.conduct.answers import BAD_ANSWER, ground_told, proceedings_on
from chengnuo.conduct.models import Ground, Proceeding
from chengnuo.conduct.services import open_on_answer
from chengnuo.conduct.statements import NoAccountability, tariff_of
from chengnuo.ledger.aside import attempt, due_again
from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import unread_by
from chengnuo.ledger.services import read_on
from chengnuo.obligations.models import Evidence
from chengnuo.obligations.regulation import NoRegulation, regulation_for, release_in_force
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.people.queries import companies

READER = "proceedings"
OPENING = "proceeding"


def open_proceedings(*, now: datetime) -> int:
    """Open what the ledgers ask for since they were last read; how many were opened."""
    unread = unread_by(reader=READER)
    opened = sum(
        attempt(
            step=READER, subject=company.code, work=partial(_open_for, company, now), now=now,
            organisation_id=company.pk,
        )
        for company in companies()
        if company.pk in unread
    )  # fmt: skip
    again = due_again(step=OPENING, now=now)
    held = {c.pk: c for c in companies()} if again else {}
    return opened + sum(
        _open_apart(Entry.objects.get(pk=row.subject), held[row.organisation_id], now)
        for row in again
        if row.organisation_id in held
    )


@transaction.atomic
def _open_for(company: Organisation, now: datetime) -> int:
    entries = read_on(reader=READER, organisation_id=company.pk)
    bad = [entry for entry in entries if entry.kind == BAD_ANSWER]
    return sum(_open_apart(entry, company, now) for entry in bad)


def _open_apart(entry: Entry, company: Organisation, now: datetime) -> int:
    """An answer on which none can be opened keeps no other waiting; it is tried again by itself."""
    return attempt(
        step=OPENING, subject=str(entry.pk), work=partial(_opened_on, entry, company, now), now=now,
        organisation_id=company.pk,
    )  # fmt: skip


@transaction.atomic
def _opened_on(entry: Entry, company: Organisation, now: datetime) -> int:
    return int(_open_on(entry, company, now) is not None)


def _open_on(entry: Entry, company: Organisation, now: datetime) -> Proceeding | None:
    """False completion always; dissatisfaction where the pack names it (S3 三.2(3))."""
    try:
        release = release_in_force(company=company, at=now)
        regulation = regulation_for(digest=release, company=company)
        asked = set(tariff_of(regulation).opens_on)
    except (NoRegulation, NoAccountability):
        return None
    ground = ground_told(entry.data)
    if ground is None or proceedings_on(entry=entry).exists():
        return None
    if ground == Ground.DISSATISFIED and not asked & _events(entry, regulation.pack):
        return None
    return open_on_answer(entry=entry, by=None, now=now)


def _events(entry: Entry, pack: Pack) -> set[str]:
    """What an answer says to the rules: the events of its form; told by a link or a message it has
    none, and says what a questionnaire makes of it that somebody is dissatisfied."""
    evidence = Evidence.objects.filter(pk=entry.data["evidence"]).first()
    if evidence is not None:
        return set(evidence.events)
    return {
        emitted.event
        for form in pack.forms.values()
        if form.callback is not None
        for said in form.callback.dissatisfied
        for emitted in form.emits
        if emitted.when and emitted.when.items() <= said.items()
    }
