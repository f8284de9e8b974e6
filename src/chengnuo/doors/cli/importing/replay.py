"""Histories into the database, each batch in one transaction, so that a stop loses nothing.

Every row is counted once: imported, already there, or rejected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.db import DataError, IntegrityError, transaction

from chengnuo.cases.imports import Past, already_there, take_over
from chengnuo.cases.services import Request, UnableToLodge
from chengnuo.doors.cli.importing.history import Fault, History, Reader
from chengnuo.doors.cli.importing.rejects import Reject, RejectFile
from chengnuo.obligations.regulation import NoRegulation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.models import Organisation
from chengnuo.reports.tables import Row, Unreadable
from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.words import Text

BATCH = 100
# What is wrong with one row only; everything else stops the import.
NOT_TAKEN = (
    RefusedByRule,
    UnableToLodge,
    UnableToReckon,
    NoRegulation,
    DataError,
    IntegrityError,
)
NO_COLUMN = ""


@dataclass(slots=True)
class Tally:
    """What became of the rows. `read` is always the sum of the other three."""

    imported: int = 0
    already_there: int = 0
    rejected: int = 0
    remarks: Counter[Text] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        return self.imported + self.already_there + self.rejected

    def add(self, other: Tally) -> None:
        self.imported += other.imported
        self.already_there += other.already_there
        self.rejected += other.rejected
        self.remarks += other.remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Where the rows go. `release` is None where each row has the regulation of its own day."""

    company: Organisation
    reader: Reader
    release: str | None
    now: datetime

    def run(
        self,
        rows: Iterator[Row | Unreadable],
        *,
        rejects: RejectFile,
        tally: Tally,
        advance: Callable[[int], None],
    ) -> None:
        """Take over all rows; `tally` holds at any time what is safely in."""
        while batch := list(islice(rows, BATCH)):
            with transaction.atomic():
                made, refused = self._batch(batch)
            rejects.add(refused)
            tally.add(made)
            advance(len(batch))

    def _batch(self, rows: Iterable[Row | Unreadable]) -> tuple[Tally, list[Reject]]:
        tally, refused = Tally(), []
        read = [(row, self._read(row)) for row in rows]
        references = {told.reference for _, told in read if isinstance(told, History)}
        known = already_there(company=self.company, source=self.source, references=references)
        for row, told in read:
            faults = told if isinstance(told, list) else self._one(told, known, tally)
            if faults:
                tally.rejected += 1
                refused.append(Reject(row.number, row.line, tuple(faults)))
        return tally, refused

    @property
    def source(self) -> str:
        return self.reader.mapping.id

    def _read(self, row: Row | Unreadable) -> History | list[Fault]:
        if isinstance(row, Unreadable):
            return [Fault(NO_COLUMN, row.value, row.reason)]
        return self.reader.read(row)

    def _one(self, told: History, known: dict[str, str], tally: Tally) -> list[Fault]:
        """Take over one history; the faults that keep it out, if any."""
        token = told.token(f"{self.company.pk}:{self.source}")
        there = known.get(told.reference)
        if there == token:
            tally.already_there += 1
            return []
        if there is not None:
            return [self._fault(told, CHANGED)]
        try:
            take_over(company=self.company, past=self._past(told, token), now=self.now)
        except NOT_TAKEN as error:
            return [self._fault(told, Text(f"未能录入：{error}", f"cannot be taken over: {error}"))]
        known[told.reference] = token
        tally.imported += 1
        tally.remarks.update(told.remarks)
        return []

    def _fault(self, told: History, reason: Text) -> Fault:
        columns = self.reader.mapping.reference
        place = self.reader.header.find(columns)
        column = columns[0] if place is None else self.reader.header.names[place]
        return Fault(column, told.reference, reason)

    def _past(self, told: History, token: str) -> Past:
        request = Request(
            service=told.service,
            channel=told.channel,
            narrative=told.narrative,
            token=token,
            facts=told.facts,
            contact_name=told.contact_name,
            contact_phone=told.contact_phone,
            address=told.address,
            source=self.source,
            source_ref=told.reference,
        )
        return Past(
            request=request,
            lodged_at=told.lodged_at,
            known_until=self.reader.as_of,
            events=told.events,
            judged=told.judged,
            coordinates=told.coordinates,
            release=self.release,
        )


CHANGED = Text(
    "此编号已经录入，但内容不同；导入只增不改",
    "is in already with other content; an import adds and never overwrites",
)
