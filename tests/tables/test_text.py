"""Files as people have them: encodings, line ends, stray quotes, workbooks under a wrong name."""

import io
import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rustpy_xlsxwriter import FastExcel

from chengnuo.tables import child
from chengnuo.tables.bounds import bounds_of
from chengnuo.tables.opening import lines_of, opened, table_of
from chengnuo.tables.shapes import NotATable, Row, Table, Unreadable
from tests.tables.files import Plain

HEADER = b"No,Street,Remarks\n"
PLAIN = Plain()


def read(
    folder: Path, content: bytes, layout: Plain = PLAIN
) -> tuple[Table, list[Row | Unreadable]]:
    path = folder / "file.csv"
    path.write_bytes(content)
    with opened(path, layout) as table:
        return table, list(table.rows)


def read_here(content: bytes) -> tuple[Table, list[Row | Unreadable]]:
    """The same without a process of its own, for many small files."""
    options = {"encoding": None, "delimiter": None, "sheet": None, "wanted": []}
    told = child.told(io.BytesIO(content), options, bounds_of(len(content)))
    table = table_of(json.loads(json.dumps(message)) for message in told if message[0] != "e")
    return table, list(table.rows)


def cells(rows: list[Row | Unreadable]) -> list[list[object]]:
    return [row.cells for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("No,街道\n1,示例路\n".encode(), id="utf-8"),
        pytest.param("No,街道\n1,示例路\n".encode("utf-8-sig"), id="utf-8 with its mark"),
        pytest.param("No,街道\n1,示例路\n".encode("gb18030"), id="gb18030"),
        pytest.param("No,街道\r1,示例路\r".encode("utf-8-sig"), id="bare carriage returns"),
        pytest.param("No,街道\r\n1,示例路".encode(), id="Windows line ends, none at the end"),
    ],
)
def test_the_same_row_comes_out_of_every_encoding_and_line_end(tmp_path, content):
    table, rows = read(tmp_path, content)

    assert table.header.names == ["No", "街道"]
    assert cells(rows) == [["1", "示例路"]]


def test_a_text_kept_by_a_formula_is_the_text(tmp_path):
    content = b'No,Street,Remarks\n="0012",="0138","=""0099"""\n=1+1,="a"&"b",=\n'
    rows = cells(read(tmp_path, content)[1])
    assert rows[0] == ["0012", "0138", "0099"]
    assert "=1+1" in str(rows[1])


def test_big5_is_known_by_its_headings(tmp_path):
    path = tmp_path / "file.csv"
    told = "工單編號,派單時間,訴求內容\n1,2026-11-20 09:30,小區停水兩天，請盡快處理\n"
    wanted = [("工单编号", "工單編號"), ("诉求内容", "訴求內容")]
    path.write_bytes(told.encode("big5"))
    with opened(path, PLAIN, wanted=wanted) as table:
        assert cells(list(table.rows)) == [["1", "2026-11-20 09:30", "小區停水兩天，請盡快處理"]]
    path.write_bytes(told.encode("gb18030"))
    with opened(path, PLAIN, wanted=wanted) as table:
        assert table.header.names[0] == "工單編號"


def test_an_encoding_can_be_named_in_the_mapping(tmp_path):
    # These four bytes are one word in UTF-8 and another in GB 18030.
    bytes_of_both = "No,Street\n1,é漢\n".encode()
    named = Plain(encoding="gb18030")

    assert cells(read(tmp_path, bytes_of_both)[1]) == [["1", "é漢"]]
    assert cells(read(tmp_path, bytes_of_both, named)[1]) != [["1", "é漢"]]


def test_line_breaks_inside_quotes_belong_to_the_cell(tmp_path):
    _, rows = read(tmp_path, HEADER + b'1,A St,"found a leak\nmended it"\n2,B St,none\n')

    assert cells(rows) == [["1", "A St", "found a leak\nmended it"], ["2", "B St", "none"]]
    # A spreadsheet counts rows, an editor counts lines.
    assert [(row.number, row.line) for row in rows] == [(2, 2), (3, 4)]


@pytest.mark.parametrize(
    "stray",
    [
        pytest.param(b'2,"B St,never closed\n', id="never closed"),
        pytest.param(b'2,"B" St,closed too early\n', id="closed too early"),
        pytest.param(b'2,B St,"closed by the next row\n', id="closed by the next quote"),
    ],
)
def test_a_stray_quote_costs_its_own_line_and_no_other(tmp_path, stray):
    after = b'3,C St,none\n4,D St,"a ""quoted"" word"\n5,E St,none\n'
    _, rows = read(tmp_path, HEADER + b"1,A St,none\n" + stray + after)

    assert [row[0] for row in cells(rows)] == ["1", "3", "4", "5"]
    broken = [row for row in rows if isinstance(row, Unreadable)]
    assert [row.line for row in broken] == [3]
    assert broken[0].value == stray.decode().rstrip("\n")


def test_missing_cells_are_empty_and_only_text_beyond_the_headings_is_a_fault(tmp_path):
    _, rows = read(tmp_path, HEADER + b"1,A St\n2,B St,none,, \n3,C, St,none\n")

    assert cells(rows) == [["1", "A St", ""], ["2", "B St", "none"]]
    assert [row.reason.en for row in rows if isinstance(row, Unreadable)] == [
        "cell D4 stands beyond the headings (none): delete it or give it a heading"
    ]


def test_blank_lines_are_counted_and_are_no_rows(tmp_path):
    table, rows = read(tmp_path, b"\n" + HEADER + b"\n1,A,B\n,,\n \n2,A,B\n")

    assert [row.line for row in rows] == [4, 7]
    assert table.blank == 3


def test_a_workbook_is_one_whatever_its_name_says(tmp_path):
    path = tmp_path / "really_a_workbook.csv"
    sheet = [{"No": 1, "Street": "A St", "Hours": 7.5}, {"No": 2, "Street": "", "Hours": None}]
    FastExcel(str(tmp_path / "book.xlsx")).sheet("s", sheet).save()
    (tmp_path / "book.xlsx").rename(path)

    with opened(path, PLAIN) as table:
        rows = list(table.rows)

    assert table.header.names == ["No", "Street", "Hours"]
    assert cells(rows) == [[1.0, "A St", 7.5], [2.0, "", ""]]
    assert lines_of(path) is None, "a workbook does not tell before it is read"


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path):
    path = tmp_path / "book.xlsx"
    FastExcel(str(path)).sheet("leaks", [{"No": 1}]).save()
    wanted = Plain(sheet="repairs")

    with pytest.raises(NotATable, match="no sheet 'repairs'; it has: leaks"), opened(path, wanted):
        pass


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(b"\n \n", "the file is empty", id="blank lines only"),
        pytest.param(b"PK\x03\x04 not really", "the file is damaged", id="a broken workbook"),
    ],
)
def test_a_file_that_is_none_says_what_to_do(tmp_path, content, told):
    with pytest.raises(NotATable, match=told):
        read(tmp_path, content)


def test_columns_are_found_whatever_their_case_and_under_any_of_their_names(tmp_path):
    header = read(tmp_path, b" SRNumber ,createddate\n")[0].header

    assert header.find(("srnumber",)) == 0
    assert header.find(("Opened", "CreatedDate")) == 1
    assert header.find(("closed",)) is None


@settings(deadline=None)
@given(text=st.text(alphabet="ab,\n\r \0é"))
def test_without_quotes_every_line_is_a_row_or_blank(text):
    table, rows = read_here(HEADER + text.encode())

    lines = io.StringIO(text, newline="").readlines()
    assert len(rows) + table.blank == len(lines)
    assert [row.line for row in rows] == [
        number for number, line in enumerate(lines, start=2) if line.strip(", \r\n")
    ]


@settings(deadline=None)
@given(text=st.text(alphabet='ab,"\n\r '))
def test_with_any_quotes_the_records_follow_each_other_to_the_end(text):
    """The last good row is found behind whatever stands before it."""
    quotes = HEADER + text.encode() + b"\nz,y,x\n"
    _, rows = read_here(quotes)

    begins = [row.line for row in rows]
    assert begins == sorted(set(begins))
    last = rows[-1]
    told = last.value if isinstance(last, Unreadable) else ",".join(map(str, last.cells))
    assert told.endswith("z,y,x")


@settings(deadline=None)
@given(
    junk=st.lists(st.binary(max_size=30).filter(lambda b: not set(b) & set(b'\n\r"'))),
    rows=st.integers(0, 5),
)
def test_rubbish_between_good_rows_loses_none_of_them(junk, rows):
    good = [f"good{i},x,y".encode() for i in range(rows)]
    mixed = [line for pair in zip(good, junk, strict=False) for line in pair]
    mixed += good[len(junk) :] + junk[len(good) :]
    _, found = read_here(HEADER + b"\n".join(mixed))

    firsts = [row.cells[0] for row in found if isinstance(row, Row)]
    assert [first for first in firsts if str(first).startswith("good")] == [
        f"good{i}" for i in range(rows)
    ]


@pytest.mark.parametrize("mark", ["，", "^", ";", "|", "\t"])
def test_whatever_stands_between_cells_is_found(tmp_path, mark):
    lines = [("编号", "内容"), ("1", "漏水, 三楼")]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(mark.join(line) for line in lines), encoding="utf-8")
    with opened(path, Plain(), wanted=[["编号"], ["内容"]]) as table:
        assert [row.cells for row in table.rows] == [["1", "漏水, 三楼"]]


NOISE = Random(1).randbytes(4000)


@pytest.mark.parametrize("content", [NOISE, NOISE[:800], b"\x7f\x01\x02" * 40])
def test_bytes_that_are_no_text_are_named_as_no_spreadsheet(tmp_path, content):
    with pytest.raises(NotATable) as refused:
        read(tmp_path, content)
    assert refused.value.text.en.startswith("is damaged, or is no spreadsheet")
    assert refused.value.text.zh.startswith("文件已损坏，或不是表格文件")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16", "utf-16-le"])
def test_text_in_any_encoding_is_no_noise(tmp_path, encoding):
    words = "编號,街道,備註\n" + "".join(f"{n},中山路{n}號,水壓不足\n" for n in range(200))
    content = words.replace("编", "編").encode(encoding)
    _, rows = read(tmp_path, content, Plain(encoding=encoding if encoding == "utf-16-le" else ""))
    assert rows
