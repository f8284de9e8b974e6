"""Files that would cost too much: refused by name, with bounded memory, and nobody else is hurt."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile

import pytest

from chengnuo.tables.opening import opened
from chengnuo.tables.shapes import NotATable
from tests.tables.files import MAIN, Plain, rows_of, workbook

HEAD = ["编号", "时间", "内容"]
WANTED = [("编号",), ("时间",), ("内容",)]
MIB = 1 << 20
MOST_MEMORY, MOST_SECONDS = 200 * MIB, 6
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SHEET = "xl/worksheets/s0.xml"

# Opens a file in a process of its own, so that what reading costs is nobody else's.
READS = """
import json, resource, sys
from pathlib import Path
from chengnuo.tables.opening import opened
from chengnuo.tables.shapes import NotATable
from tests.tables.files import Plain
said, rows = "", 0
try:
    with opened(Path(sys.argv[1]), Plain(), wanted=json.loads(sys.argv[2])) as table:
        for row in table.rows:
            rows += 1
except NotATable as error:
    said = error.text.en
spent = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([said, rows, spent.ru_utime + spent.ru_stime, 1024 * spent.ru_maxrss]))
"""


def wide(text):
    return text.encode("utf-16-le")


def cost(path):
    """What is said of a file, how many rows it gave, the seconds and the bytes that it took."""
    words = [sys.executable, "-c", READS, str(path), json.dumps(WANTED)]
    return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def part(path, name, pieces):
    """A workbook one part of which is written piece by piece."""
    workbook(path, {"s": [HEAD]})
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for held in old.namelist():
            if held != name:
                new.writestr(held, old.read(held))
        with new.open(name, "w") as stream:
            for piece in pieces:
                stream.write(piece.encode())
    return path


def sheet(rows):
    yield f'<worksheet xmlns="{MAIN}"><sheetData>{rows_of([HEAD])}'
    yield from rows
    yield "</sheetData></worksheet>"


def bomb_of_text(path):
    """One cell that unpacks to 300 MB."""
    cell = ('<row><c t="inlineStr"><is><t>', *(["a" * MIB] * 300), "</t></is></c></row>")
    return part(path, SHEET, sheet(cell))


def bomb_of_rows(path):
    return part(path, SHEET, sheet(["<row/>" * MIB] * 20))


def bomb_of_strings(path):
    strings = (f'<sst xmlns="{MAIN}">', *(["<si><t>ab</t></si>" * MIB] * 3), "</sst>")
    return part(path, "xl/strings.xml", strings)


def bomb_of_distinct_strings(path):
    told = (
        "".join(f"<si><t>{n:08d}</t></si>" for n in range(start, start + 10_000))
        for start in range(0, 2_500_000, 10_000)
    )
    return part(path, "xl/strings.xml", (f'<sst xmlns="{MAIN}">', *told, "</sst>"))


def bomb_of_wide_rows(path):
    """Every row has a cell at the last column; the headings do too."""
    wide = '<row r="{n}"><c r="A{n}"><v>1</v></c><c r="XFD{n}"><v>1</v></c></row>'
    rows = "".join(wide.format(n=n) for n in range(1, 20_000))
    return workbook(path, {"s": rows})


def bomb_of_entities(path):
    made = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    sheet = (
        f'<!DOCTYPE x [<!ENTITY e0 "lol">{made}]><worksheet xmlns="{MAIN}"><sheetData>'
        '<row><c t="inlineStr"><is><t>&e11;</t></is></c></row></sheetData></worksheet>'
    )
    workbook(path, {"s": [HEAD]})
    packed = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("s0.xml") else old.read(name))
    return path


def bomb_of_parts(path):
    with zipfile.ZipFile(path, "w") as packed:
        for n in range(60_000):
            packed.writestr(f"xl/{n}", "")
    return path


def one_endless_line(path):
    path.write_bytes("编号,时间,内容\n".encode() + b"x" * (60 * MIB))
    return path


def bomb_of_binary(path):
    """An XLSB whose workbook unpacks to 300 MB."""
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/workbook.bin", "w") as stream,
    ):
        for _ in range(300):
            stream.write(b"\0" * MIB)
    return path


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (bomb_of_binary, "unpacks to far more"),
        (bomb_of_text, "unpacks to far more"),
        (bomb_of_rows, "unpacks to far more"),
        (bomb_of_strings, "unpacks to far more"),
        (bomb_of_distinct_strings, "memory than is allowed|longer than is allowed|far more"),
        (bomb_of_wide_rows, "memory than is allowed|longer than is allowed"),
        (bomb_of_entities, "is damaged|memory than is allowed"),
        (bomb_of_parts, "unpacks to far more"),
    ],
)
def test_a_bomb_is_refused_within_its_bounds(tmp_path, make, told):
    said, _, seconds, memory = cost(make(tmp_path / "bomb.xlsx"))
    assert re.search(told, said)
    assert seconds < MOST_SECONDS
    assert memory <= MOST_MEMORY


def test_an_endless_line_costs_itself_and_nothing_else(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,时间,内容\n1,t,a\n".encode() + b"x" * (9 * MIB) + b"\n2,t,b\n")
    said, rows, seconds, memory = cost(path)
    assert (said, rows) == ("", 3)
    assert seconds < MOST_SECONDS
    assert memory <= MOST_MEMORY


def test_many_stray_quotes_are_no_more_work_than_other_signs(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("编号,时间,内容\n".encode() + b'1,"t,a\n2,b"x,c\n' * 20_000)
    _, rows, seconds, _ = cost(path)
    assert rows == 40_000
    assert seconds < MOST_SECONDS


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7 ...", "really is a PDF"),
        (b"\x89PNG\r\n\x1a\n....", "really is a picture"),
        (b"Rar!\x1a\x07", "really is a RAR archive"),
        (b"<html><table><tr><td>1</td></tr></table></html>", r"a web page \(HTML\)"),
        (b"\xef\xbb\xbf\r\n <TABLE border=1><tr>", r"a web page \(HTML\)"),
        ("<html><body>".encode("utf-16"), r"a web page \(HTML\)"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a single-file web page"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
         b'xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "XML Spreadsheet 2003"),
        (b'<?xml version="1.0"?><orders/>', "an XML file"),
        (b"ID;PWXL;N;E\n", "a SYLK file"),
        (b"\x09\x08\x10\x00\x00\x06\x05\x00", "a very old kind of XLS"),
        (OLE + b"\0" * 2000, "has a password, or is damaged, or is no spreadsheet"),
        (OLE + b"\0" * 2000 + wide("EncryptedPackage"),
         "has a password"),
        (OLE + b"\0" * 2000 + wide("WordDocument"),
         "a Word document"),
        (OLE + b"\1" * 2000 + wide("Workbook"),
         "is damaged"),
        (b"PK\x03\x04" + b"\0" * 50, "is damaged"),
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\r\n \t\r\n", "is empty"),
        (bytes(range(256)) * 40, "is no spreadsheet"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_named_with_the_way_out(tmp_path, content, told):
    path = tmp_path / "given.xls"
    path.write_bytes(content)
    with pytest.raises(NotATable, match=told), opened(path, Plain(), wanted=WANTED) as table:
        list(table.rows)


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"word/document.xml": ""}, "a Word document"),
        ({"ppt/presentation.xml": ""}, "a presentation"),
        ({"OFD.xml": ""}, "an OFD document"),
        ({"a.csv": "1,2"}, "an archive .unpack it first"),
        ({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook>"}, "is damaged"),
        ({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"}, "is damaged"),
        ({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""}, "ODF"),
    ],
)
def test_a_zip_is_what_it_holds(tmp_path, parts, told):
    path = tmp_path / "given.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(NotATable, match=told), opened(path, Plain(), wanted=WANTED):
        pass


def test_a_workbook_cut_short_anywhere_is_damaged_and_never_a_fault_of_ours(tmp_path):
    whole = workbook(tmp_path / "a.xlsx", {"s": [HEAD, ["1", "t", "a"]]}).read_bytes()
    path = tmp_path / "cut.xlsx"
    for size in range(30, len(whole) - 1, len(whole) // 12):
        path.write_bytes(whole[:size])
        with pytest.raises(NotATable, match="damaged"), opened(path, Plain(), wanted=WANTED):
            pass
