"""The spreadsheets of those who send matters from outside: read before anything is taken in, and
written with our answers in the same layout. Nothing is stored here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from chengnuo.cases.models import Case
from chengnuo.cases.outside import Matter
from chengnuo.cases.outside_reply import Reply, reply_of
from chengnuo.cases.services import Request
from chengnuo.customers.telephones import UNREADABLE, is_telephone, tidy
from chengnuo.obligations.regulation import regulation_for
from chengnuo.packs.outside import Columns, MomentColumn, SheetShape, channel_of, outside_of
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.people.queries import units_of
from chengnuo.reports import exports
from chengnuo.reports.tables import Header, Row, Unreadable, opened
from chengnuo.reports.values import Midnight, NotReadable, moment_of, text_of
from chengnuo.rules.words import Text

MOST_ROWS = 10_000
LONGEST = {"number": 100, "address": 300, "contact_name": 100, "contact_phone": 60}
EMPTY = Text("空缺，请补填", "is empty: fill it in")


class WrongSheet(ValueError):
    """The file is not laid out as the sheet says; `problems` say what to do."""

    def __init__(self, problems: Sequence[Text]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(p.en for p in problems))


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell, what is wrong with it and what to do."""

    column: str
    value: str
    why: Text


@dataclass(frozen=True, slots=True)
class Remark:
    """One cell of a row that goes in, and what is not done with it."""

    column: str
    value: str
    why: Text


@dataclass(slots=True)
class SheetRow:
    """A row of the sheet: a matter, or its faults; `case` where its number is here already."""

    row: int
    number: str = ""
    matter: Matter | None = None
    case: Case | None = None
    faults: list[Fault] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.faults:
            return "wrong"
        return "here" if self.case is not None else "new"


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking in a sheet would do."""

    rows: list[SheetRow]

    def of(self, state: str) -> list[SheetRow]:
        return [row for row in self.rows if row.state == state]


def preview(
    *, path: Path, sheet: SheetShape, company: Organisation, pack: Pack, now: datetime
) -> Preview:
    """Read a sheet and say of every row what would become of it. Raises WrongSheet, PackError."""
    with opened(path, sheet) as table:
        _check_header(sheet, table.header)
        reader = _Reader(sheet, table.header, company, pack, now)
        rows = [reader.read(row) for row in islice(table.rows, MOST_ROWS + 1)]
    if len(rows) > MOST_ROWS:
        what = Text(
            f"超过 {MOST_ROWS} 行，请分成几个文件",
            f"holds more than {MOST_ROWS} rows: split it into several files",
        )
        raise WrongSheet([what])
    _mark_known(rows, company, sheet)
    return Preview(rows)


def _check_header(sheet: SheetShape, header: Header) -> None:
    needed = (sheet.number, sheet.received.column, sheet.narrative)
    missing = [c for c in needed if header.find(c) is None]
    there = "、".join(header.names)[:300]
    problems = [
        Text(
            f"没有「{' / '.join(columns)}」列；文件中有：{there}",
            f"there is no column “{' / '.join(columns)}”; the file has: {there}",
        )
        for columns in missing
    ]
    if problems:
        raise WrongSheet(problems)


def _mark_known(rows: Sequence[SheetRow], company: Organisation, sheet: SheetShape) -> None:
    """Numbers that are cases already, and those that stand in the sheet twice."""
    known: dict[str, Case] = {}
    numbers = [row.number for row in rows if row.number]
    for start in range(0, len(numbers), 500):
        found = Case.objects.filter(
            organisation=company, source=sheet.sender, source_ref__in=numbers[start : start + 500]
        )
        known.update((case.source_ref, case) for case in found)
    first: dict[str, int] = {}
    for row in rows:
        row.case = known.get(row.number)
        if row.number in first:
            at = first[row.number]
            why = Text(
                f"与第 {at} 行编号相同，请删去其中一行", f"is row {at} again: delete one of the two"
            )
            row.faults.append(Fault(sheet.number[0], row.number, why))
        elif row.number:
            first[row.number] = row.row


class _Reader:
    """Reads the rows of one sheet."""

    def __init__(
        self, sheet: SheetShape, header: Header, company: Organisation, pack: Pack, now: datetime
    ) -> None:
        self.sheet, self.header, self.pack, self.now = sheet, header, pack, now
        self.zone = ZoneInfo(pack.time_zone)
        units = units_of(company=company)
        self.units = {name: unit for unit in units for name in (unit.name_zh, unit.name_en)}
        known = outside_of(pack.id)
        self.service = known.senders[sheet.sender].service if known else ""
        self.channel = channel_of(pack, sheet.sender)

    def read(self, row: Row | Unreadable) -> SheetRow:
        found = SheetRow(row.number)
        if isinstance(row, Unreadable):
            found.faults.append(Fault("", row.value, row.reason))
            return found
        sheet = self.sheet
        found.number = self._text(found, row, sheet.number, "number", needed=True)
        received = self._moment(found, row, sheet.received, needed=True)
        if received is not None and received > self.now:
            later = Text("晚于现在，请更正", "lies in the future: correct it")
            self._fault(found, row, sheet.received.column, later)
        due = self._moment(found, row, sheet.due, midnight="day_end") if sheet.due else None
        if due is not None and received is not None and due < received:
            early = Text("早于派单时间，请更正", "lies before the receipt: correct it")
            self._fault(found, row, sheet.due.column if sheet.due else (), early)
        request = self._request(found, row, due)
        unit = self._unit(found, row)
        if not found.faults and received is not None:
            found.matter = Matter(
                sender=sheet.sender, number=found.number, received_at=received,
                request=request, unit=unit,
            )  # fmt: skip
        return found

    def _request(self, found: SheetRow, row: Row, due: datetime | None) -> Request:
        sheet = self.sheet
        phone = self._text(found, row, sheet.contact_phone, "contact_phone")
        if phone and not is_telephone(phone):
            found.remarks.append(Remark((sheet.contact_phone or ("",))[0], phone, UNREADABLE))
        told = f"{sheet.sender}\x1f{found.number}"
        return Request(
            service=self._service(found, row),
            channel=self.channel,
            narrative=self._text(found, row, sheet.narrative, "", needed=True),
            token=hashlib.sha256(f"{self.pack.id}\x1f{told}".encode()).hexdigest(),
            contact_name=self._text(found, row, sheet.contact_name, "contact_name"),
            contact_phone=phone,
            address=self._text(found, row, sheet.address, "address"),
            outside_due_at=due,
            confidential=self._confidential(found, row),
        )

    def _service(self, found: SheetRow, row: Row) -> str:
        word = self._text(found, row, self.sheet.category, "")
        return self.sheet.services.get(word, self.service)

    def _confidential(self, found: SheetRow, row: Row) -> bool:
        shape = self.sheet.confidential
        if shape is None:
            return False
        word = self._text(found, row, shape.column, "")
        if word not in shape.values and self.header.find(shape.column) is not None:
            words = "、".join(w for w in shape.values if w)
            self._fault(found, row, shape.column, Text(f"应为：{words}", f"should be: {words}"))
        return shape.values.get(word, False)

    def _unit(self, found: SheetRow, row: Row) -> Organisation | None:
        if self.sheet.unit is None:
            return None
        name = self._text(found, row, self.sheet.unit, "")
        if name and name not in self.units:
            why = Text(
                "不是本公司的单位，请改为单位全称或留空",
                "is none of our units: write its full name or leave it empty",
            )
            self._fault(found, row, self.sheet.unit, why)
        return self.units.get(name)

    # -- cells -------------------------------------------------------------------------------------

    def _text(
        self, found: SheetRow, row: Row, columns: Columns | None, name: str, *, needed: bool = False
    ) -> str:
        place = self.header.find(columns) if columns else None
        if place is None or columns is None:
            return ""
        try:
            text = text_of(row.cells[place])
        except NotReadable as error:
            self._fault(found, row, columns, error.reason)
            return ""
        text = tidy(text) if name == "contact_phone" else text
        most = LONGEST.get(name, 20_000)
        if needed and not text:
            self._fault(found, row, columns, EMPTY)
        elif len(text) > most:
            long = Text(f"超过 {most} 个字符，请缩短", f"is longer than {most}: shorten it")
            self._fault(found, row, columns, long)
        return text

    def _moment(
        self,
        found: SheetRow,
        row: Row,
        shape: MomentColumn,
        *,
        midnight: Midnight = "as_it_is",
        needed: bool = False,
    ) -> datetime | None:
        if not self._text(found, row, shape.column, "", needed=needed):
            return None
        place = self.header.find(shape.column)
        try:
            return moment_of(row.cells[place or 0], shape.formats, self.zone, midnight)
        except NotReadable:
            why = Text(
                "不是日期时间，请写成 2026-01-31 09:00",
                "is no date: write it like 2026-01-31 09:00",
            )
            self._fault(found, row, shape.column, why)
            return None

    def _fault(self, found: SheetRow, row: Row, columns: Columns, why: Text) -> None:
        place = self.header.find(columns)
        name = self.header.names[place] if place is not None else columns[0]
        value = str(row.cells[place])[:120] if place is not None else ""
        if all(fault.column != name for fault in found.faults):
            found.faults.append(Fault(name, value, why))


# -- our answers in the same layout ----------------------------------------------------------------


def answer_titles(sheet: SheetShape) -> list[str]:
    """The columns of our answers: what names the matter, then what is ours to fill."""
    own = [sheet.number[0], sheet.received.column[0]]
    own += [sheet.due.column[0]] if sheet.due else []
    own += [sheet.unit[0]] if sheet.unit else []
    answer = sheet.answer
    return [
        *own, answer.status, answer.reply, answer.replied, answer.closed, answer.solved,
        answer.satisfied,
    ]  # fmt: skip


def answers(
    *, sheet: SheetShape, cases: Sequence[Case], zone: ZoneInfo
) -> Iterator[list[exports.Cell]]:
    """A row for each case: no name, telephone or address, which the sender has itself."""
    for case in cases:
        pack = regulation_for(digest=case.docket.release_id, company=case.organisation).pack
        yield _answer(sheet, case, reply_of(case=case, pack=pack), zone)


def _answer(sheet: SheetShape, case: Case, reply: Reply, zone: ZoneInfo) -> list[exports.Cell]:
    def at(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment else None

    unit = case.docket.handling_unit
    own: list[exports.Cell] = [case.source_ref, at(case.lodged_at)]
    own += [at(case.outside_due_at)] if sheet.due else []
    own += [unit.name_zh if unit else ""] if sheet.unit else []
    words, satisfaction = sheet.verdicts, sheet.satisfaction
    return [
        *own,
        status_of(case, reply, sheet),
        reply.text or "；".join(t for t in (reply.findings, reply.result) if t),
        at(reply.sent_at or reply.replied_at),
        at(case.closed_at),
        {None: "", True: words.yes, False: words.no}[reply.solved],
        {None: "", True: satisfaction.yes, False: satisfaction.no}[reply.satisfied],
    ]


def status_of(case: Case, reply: Reply, sheet: SheetShape) -> str:
    """What the sender calls the state of a case."""
    if case.closed_at is not None:
        return sheet.states.closed
    return sheet.states.replied if reply.result else sheet.states.open
