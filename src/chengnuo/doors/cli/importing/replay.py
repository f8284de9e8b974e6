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

from chengnuo.cases.drafting import UnableToLodge
from chengnuo.cases.intake.imports import Past, already_there, take_over
from chengnuo.cases.intake.lodging import Request
from chengnuo.cases.sources import source_key
from chengnuo.doors.cli.importing.cells import CellFault
from chengnuo.doors.cli.importing.grouping import MatterRows, grouped
from chengnuo.doors.cli.importing.history import History, HistoryReader
from chengnuo.doors.cli.importing.mapping import TextField
from chengnuo.doors.cli.importing.rejects import Reject, RejectFile
from chengnuo.obligations.regulation import NoRegulation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.people.models import Organisation
from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.words import Text
from chengnuo.tables.shapes import Row, Unreadable

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


@dataclass(slots=True)
class Tally:
    """What became of the rows. `read` is always the sum of the other four.

    `joined` are further rows of a matter that one row of it stands for.
    """

    imported: int = 0
    already_there: int = 0
    rejected: int = 0
    joined: int = 0
    remarks: Counter[Text] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        return self.imported + self.already_there + self.rejected + self.joined

    def add(self, other: Tally) -> None:
        self.imported += other.imported
        self.already_there += other.already_there
        self.rejected += other.rejected
        self.joined += other.joined
        self.remarks += other.remarks


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Where the rows go. `release` is None where each row has the regulation of its own day."""

    company: Organisation
    reader: HistoryReader
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
        groups = grouped(rows, self.reader)
        while batch := list(islice(groups, BATCH)):
            with transaction.atomic():
                made, refused = self._batch(batch)
            rejects.add(refused)
            tally.add(made)
            advance(sum(len(group.rows) + group.replaced for group in batch))

    def _batch(self, groups: Iterable[MatterRows]) -> tuple[Tally, list[Reject]]:
        tally, refused = Tally(), []
        read = [(group, group.read(self.reader)) for group in groups]
        references = {told.reference for _, told in read if isinstance(told, History)}
        known = already_there(company=self.company, source=self.source, references=references)
        for group, told in read:
            tally.joined += group.replaced
            faults = told if isinstance(told, dict) else self._one(group, told, known, tally)
            rejects = [
                Reject(row.number, row.line, tuple(faults[row.number]))
                for row in group.rows
                if row.number in faults
            ]
            tally.rejected += len(rejects)
            refused += rejects
        return tally, refused

    @property
    def source(self) -> str:
        return self.reader.mapping.id

    def _one(
        self, group: MatterRows, told: History, known: dict[str, tuple[str, str]], tally: Tally
    ) -> dict[int, list[CellFault]]:
        """Take over one history; the faults that keep it out by row, if any."""
        source, key = f"{self.company.pk}:{self.source}", source_key(told.reference)
        there = known.get(key)
        token = told.token(source, reference=there[0] if there else "")
        if there is not None and there[1] == token:
            tally.already_there += 1
            tally.joined += len(group.rows) - 1
            return {}
        if there is not None:
            return self._refused(group, told, CHANGED)
        try:
            past = self._past(told, token)
            _case, idle = take_over(company=self.company, past=past, now=self.now)
        except NOT_TAKEN as error:
            return self._refused(group, told, _why(error))
        known[key] = (told.reference, token)
        tally.imported += 1
        tally.joined += len(group.rows) - 1
        tally.remarks.update(told.remarks)
        tally.remarks.update([IDLE] if idle else [])
        return {}

    def _refused(
        self, group: MatterRows, told: History, reason: Text
    ) -> dict[int, list[CellFault]]:
        named = self.reader.mapping.reference
        columns = named.columns[:1] if isinstance(named, TextField) else named
        place = self.reader.header.find(columns)
        column = columns[0] if place is None else self.reader.header.names[place]
        return {row.number: [CellFault(column, told.reference, reason)] for row in group.rows}

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


IDLE = Text(
    "有暂停未停住时钟：当时承诺已兑现或已违诺，或计时已在进行",
    "with pauses that stopped no clock: the promise was kept or breached already, or ran on",
)
CHANGED = Text(
    "此编号已经导入，但内容不同；导入只增不改",
    "is in already with other content; an import adds and never overwrites",
)


def _why(error: Exception) -> Text:
    """Why a row is not taken over, in both languages as far as the error knows them."""
    said = Text(
        "内容过长或含有数据库不接受的字符",
        "a value is too long or has characters the database does not accept",
    )
    if isinstance(error, (RefusedByRule, UnableToLodge, UnableToReckon, NoRegulation)):
        said = error.text
    return Text(f"未能导入：{said.zh}", f"cannot be imported: {said.en}")
