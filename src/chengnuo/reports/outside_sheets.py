"""The spreadsheets of those who send matters from outside, read before anything is taken in.

Nothing vanishes silently: what a sheet holds and is not read, what its layout knows and the file
does not have, and every row that is none, is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from chengnuo.cases.models import Case
from chengnuo.cases.sources import source_key
from chengnuo.packs.outside import Columns, FlagColumn, MomentColumn, SenderSheetShape
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.reports.outside_rows import ReferralReader, SheetFault, SheetRow
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text
from chengnuo.tables.opening import opened
from chengnuo.tables.shapes import Header, Passed

MOST_ROWS = 10_000
# Columns that a sheet must not lose without somebody knowing: who asked stays secret, and their
# limit runs.
LOSSES = {
    "confidential": Text(
        "文件里没有保密列：照此导入，要求保密的诉求人也会被经办人看到",
        "The file has no confidentiality column: imported like this, "
        "handlers see requesters who asked to stay confidential.",
    ),
    "due": Text(
        "文件里没有时限列：照此导入，来件单位的办理时限不计时、不提醒",
        "The file has no time-limit column: imported like this, the "
        "sender's time limit is not tracked.",
    ),
}


class WrongSheet(Refused):
    """The file is not laid out as the sheet says; `problems` say what to do."""

    def __init__(self, problems: Sequence[Text]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            Text("；".join(p.zh for p in problems), "; ".join(p.en for p in problems)),
            field="file",
        )


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking in a sheet would do, and what of the file would not be read.

    `missing` are columns of the layout that the file does not have, `lost` those among them that
    want a confirmation; `unread` are headings that the layout does not know.
    """

    rows: list[SheetRow]
    missing: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    others: tuple[str, ...] = ()

    def of(self, state: str) -> list[SheetRow]:
        return [row for row in self.rows if row.state == state]

    @property
    def remarked(self) -> list[SheetRow]:
        return [row for row in self.rows if row.remarks and not row.faults]

    @property
    def losses(self) -> list[tuple[str, Text]]:
        """What has to be confirmed, with what follows from it."""
        return [(name, LOSSES[name]) for name in self.lost]


def preview(
    *, path: Path, sheet: SenderSheetShape, company: Organisation, pack: Pack, now: datetime
) -> Preview:
    """Read a sheet and say of every row what would become of it. Raises WrongSheet, NotATable."""
    columns = columns_of(sheet)
    with opened(path, sheet, wanted=list(columns.values())) as table:
        _check_header(sheet, table.header)
        reader = ReferralReader(sheet, table, company, pack, now)
        rows = [reader.read(row) for row in islice(table.rows, MOST_ROWS + 1)]
        missing = [name for name, known in columns.items() if table.header.find(known) is None]
        found = Preview(
            rows,
            missing=tuple(" / ".join(columns[name]) for name in missing),
            lost=tuple(name for name in LOSSES if name in missing),
            unread=tuple(table.header.unread([*columns.values(), *answer_columns(sheet)])),
            passed=tuple(table.passed),
            others=table.others,
        )
    if len(rows) > MOST_ROWS:
        what = Text(
            f"超过{MOST_ROWS}行，请分成几个文件",
            f"The file has more than {MOST_ROWS} rows. Split it into several files.",
        )
        raise WrongSheet([what])
    _mark_known(rows, company, sheet)
    return found


def columns_of(sheet: SenderSheetShape) -> dict[str, Columns]:
    """The columns that a layout reads, by what they are."""
    held: dict[str, Columns | MomentColumn | FlagColumn | None] = {
        "number": sheet.number,
        "received": sheet.received,
        "due": sheet.due,
        "narrative": sheet.narrative,
        "contact_name": sheet.contact_name,
        "contact_phone": sheet.contact_phone,
        "address": sheet.address,
        "confidential": sheet.confidential,
        "category": sheet.category,
        "unit": sheet.unit,
    }
    return {
        name: known.column if isinstance(known, MomentColumn | FlagColumn) else known
        for name, known in held.items()
        if known is not None
    }


def answer_columns(sheet: SenderSheetShape) -> list[Columns]:
    """The columns that are ours to fill: they may stand in the file, and nothing is lost there."""
    return [(name,) for name in sheet.answer.model_dump().values()]


def _check_header(sheet: SenderSheetShape, header: Header) -> None:
    needed = (sheet.number, sheet.received.column, sheet.narrative)
    there = "、".join(name for name in header.names if name)[:300]
    problems = [
        Text(
            f"没有“{' / '.join(columns)}”列；文件中有：{there}",
            f"there is no column “{' / '.join(columns)}”; the file has: {there}",
        )
        for columns in needed
        if header.find(columns) is None
    ]
    problems += [
        Text(
            f"“{' / '.join(columns)}”列出现两次，请删去其中一列或改名",
            f"the column “{' / '.join(columns)}” stands there twice: delete or rename one",
        )
        for columns in columns_of(sheet).values()
        if header.is_ambiguous(columns)
    ]
    if problems:
        raise WrongSheet(problems)


def _mark_known(rows: Sequence[SheetRow], company: Organisation, sheet: SenderSheetShape) -> None:
    """Numbers that are cases already, and those that stand in the sheet twice."""
    known: dict[str, Case] = {}
    keys = {row.row: source_key(row.number) for row in rows if row.number}
    wanted = list(keys.values())
    for start in range(0, len(wanted), 500):
        found = Case.objects.filter(
            organisation=company, source=sheet.sender, source_key__in=wanted[start : start + 500]
        )
        known.update((case.source_key, case) for case in found)
    first: dict[str, int] = {}
    for row in rows:
        key = keys.get(row.row)
        if key is None:
            continue
        row.case = known.get(key)
        at = first.setdefault(key, row.row)
        if at != row.row:
            why = Text(
                f"与第{at}行编号相同，请删去其中一行",
                f"Same number as row {at}. Delete one of the two.",
            )
            row.faults.append(SheetFault(sheet.number[0], row.number, why))
