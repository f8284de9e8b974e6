"""Files as people have them: encodings, line ends, stray quotes, workbooks under a wrong name."""

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rustpy_xlsxwriter import FastExcel

from chengnuo.doors.cli.importing.mapping import Mapping, read_mapping
from chengnuo.packs.errors import PackError
from chengnuo.reports.tables import Row, Table, Unreadable, count_of, opened

HEADER = b"No,Street,Remarks\n"
MAPPING = read_mapping("ladwp_leaks").mapping


def read(
    folder: Path, content: bytes, mapping: Mapping = MAPPING
) -> tuple[Table, list[Row | Unreadable]]:
    path = folder / "file.csv"
    path.write_bytes(content)
    with opened(path, mapping) as table:
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


def test_an_encoding_can_be_named_in_the_mapping(tmp_path):
    # These four bytes are one word in UTF-8 and another in GB 18030.
    bytes_of_both = "No,Street\n1,é漢\n".encode()
    named = MAPPING.model_copy(update={"encoding": "gb18030"})

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


def test_a_row_with_too_many_or_too_few_cells_is_told_with_both_numbers(tmp_path):
    _, rows = read(tmp_path, HEADER + b"1,A St\n2,B, St,none\n")

    assert [row.reason.en for row in rows] == [
        "2 cells where the header has 3",
        "4 cells where the header has 3",
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

    with opened(path, MAPPING) as table:
        rows = list(table.rows)

    assert table.header.names == ["No", "Street", "Hours"]
    assert cells(rows) == [[1.0, "A St", 7.5], [2.0, "", ""]]
    assert count_of(path, MAPPING) == 3


def test_a_sheet_that_is_not_there_is_named_with_those_that_are(tmp_path):
    path = tmp_path / "book.xlsx"
    FastExcel(str(path)).sheet("leaks", [{"No": 1}]).save()
    wanted = MAPPING.model_copy(update={"sheet": "repairs"})

    with pytest.raises(PackError, match="no sheet 'repairs'; it has: leaks"), opened(path, wanted):
        pass


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"", "the file is empty", id="nothing"),
        pytest.param(b"\n \n", "the file is empty", id="blank lines only"),
        pytest.param("No\n".encode("utf-16"), "UTF-16; save it as CSV in UTF-8", id="utf-16"),
        pytest.param(b"PK\x03\x04 not really", "is no workbook", id="a broken workbook"),
        pytest.param(b'"No,Street\n', "header: the quotes do not match", id="a broken header"),
    ],
)
def test_a_file_that_is_none_says_what_to_do(tmp_path, content, told):
    with pytest.raises(PackError, match=told):
        read(tmp_path, content)


def test_columns_are_found_whatever_their_case_and_under_any_of_their_names(tmp_path):
    header = read(tmp_path, b" SRNumber ,createddate\n")[0].header

    assert header.find(("srnumber",)) == 0
    assert header.find(("Opened", "CreatedDate")) == 1
    assert header.find(("closed",)) is None


@settings(deadline=None)
@given(text=st.text(alphabet="ab,\n\r \0é"))
def test_without_quotes_every_line_is_a_row_or_blank(tmp_path_factory, text):
    table, rows = read(tmp_path_factory.mktemp("any"), HEADER + text.encode())

    lines = io.StringIO(text, newline="").readlines()
    assert len(rows) + table.blank == len(lines)
    assert [row.line for row in rows] == [
        number for number, line in enumerate(lines, start=2) if line.strip(", \r\n")
    ]


@settings(deadline=None)
@given(text=st.text(alphabet='ab,"\n\r '))
def test_with_any_quotes_the_records_follow_each_other_to_the_end(tmp_path_factory, text):
    """The last good row is found behind whatever stands before it."""
    quotes = HEADER + text.encode() + b"\nz,y,x\n"
    _, rows = read(tmp_path_factory.mktemp("quotes"), quotes)

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
def test_rubbish_between_good_rows_loses_none_of_them(tmp_path_factory, junk, rows):
    good = [f"good{i},x,y".encode() for i in range(rows)]
    mixed = [line for pair in zip(good, junk, strict=False) for line in pair]
    mixed += good[len(junk) :] + junk[len(good) :]
    folder = tmp_path_factory.mktemp("rubbish")
    _, found = read(folder, HEADER + b"\n".join(mixed))

    firsts = [row.cells[0] for row in found if isinstance(row, Row)]
    assert [first for first in firsts if str(first).startswith("good")] == [
        f"good{i}" for i in range(rows)
    ]
