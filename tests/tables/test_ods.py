"""OpenDocument spreadsheets: what they hold is read rightly, or told with its cell."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from chengnuo.tables.opening import opened
from chengnuo.tables.shapes import Faulty, NotATable, Row
from tests.tables.files import Plain, ods, ods_cell, ods_rows

# What a workbook shows has no zone.
# ruff: noqa: DTZ001

HEAD = ["编号", "时间", "内容"]
WANTED = [("编号",), ("时间",), ("内容",)]


def read(path):
    with opened(path, Plain(), wanted=WANTED) as table:
        return table, list(table.rows)


def sheet(tmp_path, *rows):
    return ods(tmp_path / "a.ods", {"工单": ods_rows([HEAD]) + "".join(rows)})


def typed(kind, told="", text=""):
    return (
        f'<table:table-cell office:value-type="{kind}" {told}><text:p>{text}</text:p>'
        "</table:table-cell>"
    )


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (typed("float", 'office:value="6"', "6"), 6),
        (typed("float", 'office:value="1.5"', "1.5"), 1.5),
        (typed("float", 'office:value="42"', "000042"), "000042"),
        (typed("date", 'office:date-value="2026-11-20"', "x"), date(2026, 11, 20)),
        (
            typed("date", 'office:date-value="2026-11-20T14:30:00"', "x"),
            datetime(2026, 11, 20, 14, 30),
        ),
        (typed("time", 'office:time-value="PT14H30M00S"', "x"), time(14, 30)),
        (typed("time", 'office:time-value="PT24H00M00S"', "x"), timedelta(days=1)),
        (typed("boolean", 'office:boolean-value="true"', "TRUE"), True),
        (ods_cell("a</text:p><text:p>b<text:s text:c='2'/>c<text:line-break/>d"), "a\nb  c\nd"),
        (
            "<table:table-cell><office:annotation><text:p>remark</text:p></office:annotation>"
            "<text:p>x</text:p></table:table-cell>",
            "x",
        ),
    ],
)
def test_cells_come_out_as_they_are_shown(tmp_path, cell, value):
    _, found = read(sheet(tmp_path, ods_rows([[cell, "t", "a"]])))
    assert found[0].cells[0] == value


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (
            typed("string", 'table:formula="of:=1/0" calcext:value-type="error"', "#DIV/0!"),
            "cell A2 holds the error #DIV/0!",
        ),
        (typed("string", 'table:formula="of:=X()"', "#N/A"), "cell A2 holds the error #N/A"),
        ('<table:table-cell table:formula="of:=[.A1]"/>', "cell A2 holds a formula whose result"),
        (typed("date", 'office:date-value="soon"', "x"), "cell A2 is not a date"),
    ],
)
def test_a_cell_without_a_value_is_named(tmp_path, cell, told):
    _, found = read(sheet(tmp_path, ods_rows([[cell, "t", "a"]])))
    (broken,) = [c for c in found[0].cells if isinstance(c, Faulty)]
    assert told in broken.why.en


def test_rows_and_cells_that_stand_for_many(tmp_path):
    merged = (
        '<table:table-cell office:value-type="string" table:number-rows-spanned="2">'
        "<text:p>t</text:p></table:table-cell>"
    )
    twice = '<table:table-row table:number-rows-repeated="2">' + "".join(
        map(ods_cell, ["3", "u", "c"])
    )
    blank = (
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = ods_rows([["1", merged, "a"], ["2", "<table:covered-table-cell/>", "b"]])
    _, found = read(sheet(tmp_path, rows, f"{twice}</table:table-row>", blank))
    assert [(r.number, *r.cells) for r in found if isinstance(r, Row)] == [
        (2, "1", "t", "a"), (3, "2", "t", "b"), (4, "3", "u", "c"), (5, "3", "u", "c"),
    ]  # fmt: skip


def test_the_sheet_that_is_seen_is_read_and_the_others_are_named(tmp_path):
    rows = ods_rows([HEAD, *([str(n), "t", "a"] for n in range(30))])
    path = ods(tmp_path / "a.ods", {"字典": rows, "封面": ods_rows([["x"]]), "工单": rows},
               hidden=["字典"])  # fmt: skip
    table, found = read(path)
    assert (table.sheet, table.others) == ("工单", ("封面",))
    assert [row.cells[0] for row in found] == [str(n) for n in range(30)]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('<table:table-row table:number-rows-repeated="1048576">{}', "more memory than"),
        ("<table:table-row>{}", "is damaged"),
    ],
)
def test_a_bomb_is_refused(tmp_path, row, told):
    many = ods_cell("x", 'table:number-columns-repeated="1000000000"')
    cell = ods_cell("x") if "rows-repeated" in row else many
    with pytest.raises(NotATable, match=told):
        read(sheet(tmp_path, row.format(cell) + "</table:table-row>"))


def test_a_password_is_named(tmp_path):
    path = ods(tmp_path / "a.ods", {"s": ""}, manifest="<manifest:encryption-data/>")
    with pytest.raises(NotATable, match="has a password"):
        read(path)
