"""Workbooks of strangers: what is odd about them is read rightly, or told with its cell."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest

from chengnuo.tables.opening import opened
from chengnuo.tables.shapes import EPOCH_1904, Faulty, NotATable, Row, Unreadable
from tests.tables.files import Plain, rows_of, workbook

# What a workbook shows has no zone.
# ruff: noqa: DTZ001

HEAD = ["编号", "时间", "内容"]
WANTED = [("编号", "工单号"), ("时间",), ("内容",)]


def read(path, **layout):
    with opened(path, Plain(**layout), wanted=WANTED) as table:
        return table, list(table.rows)


def values(rows):
    return [row.cells for row in rows if isinstance(row, Row)]


def test_titles_and_notes_are_passed_over_and_totals_rejected_alone(tmp_path):
    rows = [
        ["12345 转办工单明细"],
        ["制表人：张某", None, None],
        HEAD,
        ["1", "t", "a"],
        ["说明：本表由系统导出"],
        ["编号", "时间", "内容"],
        ["2", "t", "b"],
        ["合计：2件", None, 2],
    ]
    table, found = read(workbook(tmp_path / "a.xlsx", {"11月": rows}))
    assert table.header.names == HEAD
    assert values(found) == [["1", "t", "a"], ["2", "t", "b"]]
    assert [passed.number for passed in table.passed] == [1, 2, 5, 6]
    assert [row.number for row in found if isinstance(row, Unreadable)] == [8]


@pytest.mark.parametrize(
    "words",
    ["合 计", "总计：3", "共 3 件", "共计3件工单", "以上共计3件", "本月合计", "合计数", "累计",
     "总数", "截至11月30日共计2件", "Grand Total", "Sum", "TOTAL: 3", "小计（市南区）"],
)  # fmt: skip
def test_totals_in_other_words_are_rejected_alone(tmp_path, words):
    rows = [HEAD, ["1", "t", "a"], [words, None, 3]]
    _, found = read(workbook(tmp_path / "a.xlsx", {"s": rows}))
    assert values(found) == [["1", "t", "a"]]
    assert "totals" in found[1].reason.en


def test_a_number_that_begins_like_a_total_is_none(tmp_path):
    rows = [HEAD, ["总计1号楼投诉", "t", "a"], ["合计-2026-1", "t", "b"], ["共同路3号", "t", "c"]]
    assert len(values(read(workbook(tmp_path / "a.xlsx", {"s": rows}))[1])) == 3


def test_the_first_sheet_that_is_seen_and_has_the_headings_is_read_and_the_others_are_named(
    tmp_path,
):
    book = workbook(
        tmp_path / "a.xlsx",
        {
            "字典": [HEAD, ["hidden", "t", "x"]],
            "封面": [["某市热线中心"]],
            "工单": [HEAD, ["1", "t", "a"]],
            "十二月": [HEAD, ["2", "t", "b"]],
            "空": [],
        },
        hidden=["字典"],
    )
    table, found = read(book)
    assert (table.sheet, table.others) == ("工单", ("封面", "十二月"))
    assert values(found) == [["1", "t", "a"]]
    assert values(read(book, sheet="十二月")[1]) == [["2", "t", "b"]]
    with pytest.raises(NotATable, match="no sheet 'x'; it has: 字典、封面"):
        read(book, sheet="x")


@pytest.mark.parametrize(
    "heading",
    [
        "编\u200b号",
        "\ufeff编号",
        " 编　号 ",
        "*编号",
        "编号（必填）",
        "编\n号",
        "编号：",
        "工单号*",
    ],
)
def test_a_heading_is_found_whatever_was_done_to_it(tmp_path, heading):
    rows = [[heading, "时间", "内容"], ["1", "t", "a"]]
    table, _ = read(workbook(tmp_path / "a.xlsx", {"s": rows}))
    assert table.header.find(("编号", "工单号")) == 0
    assert table.header.unread(WANTED) == []


def test_what_is_not_read_is_listed(tmp_path):
    rows = [["编号", "时间", "处理时限", "保密"], ["1", "t", "x", "是"]]
    table, _ = read(workbook(tmp_path / "a.xlsx", {"s": rows}))
    assert table.header.unread(WANTED) == ["处理时限", "保密"]
    assert table.header.find(("内容",)) is None


def test_a_vertical_merge_gives_its_value_to_every_row_that_it_covers(tmp_path):
    rows = [HEAD, ["1", "t", "a"], ["2", None, None], ["3", None, "c"], ["4", "u", None]]
    merged = '<mergeCells count="2"><mergeCell ref="B2:B4"/><mergeCell ref="C2:C3"/></mergeCells>'
    _, found = read(workbook(tmp_path / "a.xlsx", {"s": rows}, after=merged))
    assert values(found) == [["1", "t", "a"], ["2", "t", "a"], ["3", "t", "c"], ["4", "u", ""]]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="AT"><f>A1&amp;"x"</f><v/></c>', "cell A2 holds a formula whose result"),
        ('<c r="AT"><f>A1</f></c>', "cell A2 holds a formula whose result"),
        ('<c r="AT" t="str"><f>A1&amp;"x"</f></c>', "cell A2 holds a formula whose result"),
        ('<c r="AT" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "cell A2 holds the error #DIV/0!"),
        ('<c r="AT" t="e"><v>#N/A</v></c>', "cell A2 holds the error #N/A"),
        ('<c r="AT"><v>NaN</v></c>', "cell A2 is no number"),
        (f'<c r="AT"><v>{"9" * 5000}</v></c>', "cell A2 is no number"),
    ],
)
def test_a_cell_without_a_value_is_named(tmp_path, cell, told):
    _, found = read(workbook(tmp_path / "a.xlsx", {"s": [HEAD, [cell, "t", "a"]]}))
    (broken,) = [c for c in found[0].cells if isinstance(c, Faulty)]
    assert told in broken.why.en


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="AT" t="str"><f>A1</f><v>abc</v></c>', "abc"),
        ('<c r="AT"><f>1+1</f><v>2</v></c>', 2),
        ('<c r="AT" t="s"><v>0</v></c>', "共享"),
        ('<c r="AT" t="s"><v>1</v></c>', "rich text"),
        ('<c r="AT" t="b"><v>1</v></c>', True),
        ('<c r="AT" s="1"><v>46346</v></c>', date(2026, 11, 20)),
        ('<c r="AT" s="2"><v>46346.6041666667</v></c>', datetime(2026, 11, 20, 14, 30)),
        ('<c r="AT" s="2"><v>46346</v></c>', datetime(2026, 11, 20)),
        ('<c r="AT" s="3"><v>0.6041666667</v></c>', time(14, 30)),
        ('<c r="AT" s="4"><v>42</v></c>', "000042"),
        ('<c r="AT" s="5"><v>1234.5</v></c>', 1234.5),
        ('<c r="AT" s="6"><v>46346.5</v></c>', datetime(2026, 11, 20, 12)),
        ('<c r="AT" s="7"><v>1.25</v></c>', 1.25),
        ('<c r="AT" s="8"><v>12345</v></c>', 12345),
        ("A_x000B_B", "A\x0bB"),
        (
            '<c r="AT" t="inlineStr"><is><r><t>a</t></r><rPh><t>ruby</t></rPh>'
            "<r><t>b</t></r></is></c>",
            "ab",
        ),
    ],
)  # fmt: skip
def test_cells_come_out_as_they_are_shown(tmp_path, cell, value):
    styles = (
        '<numFmts><numFmt numFmtId="170" formatCode="000000"/>'
        '<numFmt numFmtId="171" formatCode="[Red]#,##0.00E+00;General"/>'
        '<numFmt numFmtId="172" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;'
        ' h:mm"/>'
        '<numFmt numFmtId="173" formatCode="[h]:mm"/>'
        '<numFmt numFmtId="174" formatCode="[Magenta]#,##0&quot;days&quot;"/></numFmts>'
        "<cellXfs>"
        + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 22, 20, 170, 171, 172, 173, 174))
        + "</cellXfs>"
    )
    strings = "<si><t>共享</t></si><si><r><t>rich </t></r><r><t>text</t></r></si>"
    book = workbook(
        tmp_path / "a.xlsx", {"s": [HEAD, [cell, "t", "a"]]}, styles=styles, strings=strings
    )
    assert read(book)[1][0].cells[0] == value


def test_a_workbook_that_counts_from_1904_has_the_same_dates(tmp_path):
    styles = '<cellXfs><xf numFmtId="22"/></cellXfs>'
    rows = [HEAD, ["1", '<c r="AT" s="0"><v>44884.6041666667</v></c>', "a"]]
    book = workbook(tmp_path / "a.xlsx", {"s": rows}, styles=styles, properties='date1904="1"')
    table, found = read(book)
    assert table.epoch == EPOCH_1904
    assert found[0].cells[1] == datetime(2026, 11, 20, 14, 30)


def test_rows_and_cells_without_their_names_are_counted_on(tmp_path):
    inside = "".join(
        "<row>" + "".join(f"<c t='inlineStr'><is><t>{v}</t></is></c>" for v in row) + "</row>"
        for row in (HEAD, ["1", "t", "a"])
    )
    assert values(read(workbook(tmp_path / "a.xlsx", {"s": inside}))[1]) == [["1", "t", "a"]]


def test_only_text_beyond_the_headings_is_a_fault(tmp_path):
    rows = [HEAD, ["1", "t", "a", " ", ""], ["2", "t", "b", None, "note"]]
    _, found = read(workbook(tmp_path / "a.xlsx", {"s": rows}))
    assert values(found) == [["1", "t", "a"]]
    assert "cell E3 stands beyond the headings (note)" in found[1].reason.en


def test_a_thousand_columns_are_read_and_a_far_blank_cell_is_nothing(tmp_path):
    wide = [[*HEAD, *(f"列{n}" for n in range(1000))], ["1", "t", "a", *range(1000)]]
    table, found = read(workbook(tmp_path / "wide.xlsx", {"s": wide}))
    assert len(table.header.unread(WANTED)) == 1000
    assert len(found[0].cells) == 1003
    far = rows_of([HEAD, ["1", "t", "a"]]) + (
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t> </t></is></c></row>'
    )
    assert values(read(workbook(tmp_path / "far.xlsx", {"s": far}))[1]) == [["1", "t", "a"]]
    styled = rows_of([HEAD, ["1", "t", "a"]]) + '<row r="900000"><c r="AAA900000" s="1"/></row>'
    assert len(read(workbook(tmp_path / "styled.xlsx", {"s": styled}))[1]) == 1


def test_a_far_cell_with_text_costs_its_own_row(tmp_path):
    far = rows_of([HEAD, ["1", "t", "a"]]) + (
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    _, found = read(workbook(tmp_path / "far.xlsx", {"s": far}))
    assert values(found) == [["1", "t", "a"]]
    assert "cell XFD1048576" in found[1].reason.en
