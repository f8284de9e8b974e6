"""One row of a sender's sheet: a matter, or everything that is wrong with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chengnuo.cases.intake.lodging import Request
from chengnuo.cases.models import Case
from chengnuo.cases.referrals.outside import LONGEST as KEPT
from chengnuo.cases.referrals.outside import Matter
from chengnuo.cases.sources import source_key
from chengnuo.customers.telephones import UNREADABLE, is_telephone, telephones_in, tidy
from chengnuo.packs.outside import Columns, MomentColumn, SenderSheetShape, channel_of, outside_of
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.people.queries import units_of
from chengnuo.rules.words import Text
from chengnuo.tables.cleaning import key_of
from chengnuo.tables.shapes import Row, Table, Unreadable
from chengnuo.tables.values import (
    Midnight,
    NotReadable,
    as_shown,
    as_written,
    moment_of,
    text_of,
)

LONGEST = {name: KEPT[name] for name in ("number", "address", "contact_name")}
LONGEST_PHONE = KEPT["contact_phone"]
PHONE_ASIDE = Text(
    "超过60个字符：只存第一个号码，全文附在诉求内容之后",
    "is longer than 60 characters: the first number is kept, and "
    "all of it stands at the end of the request",
)
EMPTY = Text("空缺，请补填", "is empty. Enter it.")
NO_MOMENT = Text(
    "日期格式不正确或有两种读法，请按“2026-01-31 09:00”填写",
    "is not a clear date and time. Enter it as 2026-01-31 09:00.",
)


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One cell, what is wrong with it and what to do."""

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
    faults: list[SheetFault] = field(default_factory=list)
    # What is odd about it and does not keep it out.
    remarks: list[SheetFault] = field(default_factory=list)

    @property
    def state(self) -> str:
        if self.faults:
            return "wrong"
        return "here" if self.case is not None else "new"


class ReferralReader:
    """Reads the rows of one sheet."""

    def __init__(
        self,
        sheet: SenderSheetShape,
        table: Table,
        company: Organisation,
        pack: Pack,
        now: datetime,
    ) -> None:
        self.sheet, self.header, self.pack, self.now = sheet, table.header, pack, now
        self.epoch: date = table.epoch
        self.zone = ZoneInfo(pack.time_zone)
        units = units_of(company=company)
        self.units = {key_of(name): u for u in units for name in (u.name_zh, u.name_en) if name}
        self.services = {key_of(word): service for word, service in sheet.services.items()}
        known = outside_of(pack.id)
        self.service = known.senders[sheet.sender].service if known else ""
        self.channel = channel_of(pack, sheet.sender)

    def read(self, row: Row | Unreadable) -> SheetRow:
        found = SheetRow(row.number)
        if isinstance(row, Unreadable):
            found.faults.append(SheetFault("", row.value, row.reason))
            return found
        sheet = self.sheet
        found.number = self._text(found, row, sheet.number, "number", needed=True)
        if found.number and not key_of(found.number):  # stars and marks alone are no number
            self._fault(found, row, sheet.number, EMPTY)
        received = self._moment(found, row, sheet.received, needed=True)
        if received is not None and received > self.now:
            later = Text("晚于现在，请更正", "is in the future. Correct it.")
            self._fault(found, row, sheet.received.column, later)
        due = self._moment(found, row, sheet.due, midnight="day_end") if sheet.due else None
        if due is not None and received is not None and due < received:
            early = Text("早于派单时间，请更正", "is before the receipt. Correct it.")
            self._fault(found, row, sheet.due.column if sheet.due else (), early)
        request = self._request(found, row, due)
        unit = self._unit(found, row)
        if not found.faults and received is not None:
            found.matter = Matter(
                sender=sheet.sender, number=found.number, received_at=received,
                request=request, unit=unit, words=self._words(row),
            )  # fmt: skip
        return found

    def _words(self, row: Row) -> dict[str, str]:
        """What goes back to the sender as the sender wrote it."""
        held = {"received": self.sheet.received, "due": self.sheet.due}
        places = {n: self.header.find(c.column) for n, c in held.items() if c is not None}
        words = {n: as_written(row.cells[at]) for n, at in places.items() if at is not None}
        return {name: word for name, word in words.items() if word}

    def _request(self, found: SheetRow, row: Row, due: datetime | None) -> Request:
        sheet = self.sheet
        narrative = self._text(found, row, sheet.narrative, "", needed=True)
        phone, aside = self._phone(found, row)
        told = f"{sheet.sender}\x1f{source_key(found.number)}"
        return Request(
            service=self._service(found, row),
            channel=self.channel,
            narrative=f"{narrative}\n{aside}" if aside else narrative,
            token=hashlib.sha256(f"{self.pack.id}\x1f{told}".encode()).hexdigest(),
            contact_name=self._text(found, row, sheet.contact_name, "contact_name"),
            contact_phone=phone,
            address=self._text(found, row, sheet.address, "address"),
            outside_due_at=due,
            confidential=self._confidential(found, row),
        )

    def _phone(self, found: SheetRow, row: Row) -> tuple[str, str]:
        """The telephone in one spelling, and a line for the narrative where it does not hold all.

        What cannot be dialled goes in as it stands, with a remark.
        """
        columns = self.sheet.contact_phone
        written = self._text(found, row, columns, "")
        if not written or columns is None:
            return "", ""
        if not is_telephone(written):
            found.remarks.append(self._about(row, columns, UNREADABLE))
        phone = tidy(written)
        if len(phone) <= LONGEST_PHONE:
            return phone, ""
        first = next((str(one) for one in telephones_in(written)), "")
        found.remarks.append(self._about(row, columns, PHONE_ASIDE))
        return first[:LONGEST_PHONE], f"（联系电话：{written}）"

    def _service(self, found: SheetRow, row: Row) -> str:
        word = self._text(found, row, self.sheet.category, "")
        return self.services.get(key_of(word), self.service)

    def _confidential(self, found: SheetRow, row: Row) -> bool:
        shape = self.sheet.confidential
        place = self.header.find(shape.column) if shape is not None else None
        if shape is None or place is None:
            return False
        cell = row.cells[place]
        if isinstance(cell, bool):
            return cell
        values = {key_of(word): value for word, value in shape.values.items()}
        word = key_of(self._text(found, row, shape.column, ""))
        if word not in values:
            words = "、".join(w for w in shape.values if w)
            self._fault(found, row, shape.column, Text(f"应为：{words}", f"should be: {words}"))
        return values.get(word, False)

    def _unit(self, found: SheetRow, row: Row) -> Organisation | None:
        if self.sheet.unit is None:
            return None
        name = key_of(self._text(found, row, self.sheet.unit, ""))
        if name and name not in self.units:
            why = Text(
                "不是本公司的单位，请改为单位全称或留空",
                "is not one of our units. Enter its full name, or leave it empty.",
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
        most = LONGEST.get(name, KEPT["narrative"])
        if needed and not text:
            self._fault(found, row, columns, EMPTY)
        elif len(text) > most:
            long = Text(
                f"超过{most}个字符，请缩短", f"is longer than {most} characters. Shorten it."
            )
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
            cell = row.cells[place or 0]
            return moment_of(cell, shape.formats, self.zone, midnight, epoch=self.epoch)
        except NotReadable:
            self._fault(found, row, shape.column, NO_MOMENT)
            return None

    def _fault(self, found: SheetRow, row: Row, columns: Columns, why: Text) -> None:
        fault = self._about(row, columns, why)
        if all(known.column != fault.column for known in found.faults):
            found.faults.append(fault)

    def _about(self, row: Row, columns: Columns, why: Text) -> SheetFault:
        place = self.header.find(columns)
        if place is None:
            return SheetFault(columns[0], "", why)
        return SheetFault(self.header.names[place], as_shown(row.cells[place]), why)
