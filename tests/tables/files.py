"""Files as people make them, built by hand so that every part of them can be wrong."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCUMENT = f"{RELATED}/officeDocument"


@dataclass(frozen=True)
class Plain:
    """A layout that says nothing."""

    encoding: Literal["utf-8", "gb18030"] | None = None
    delimiter: str | None = None
    sheet: str | None = None


def letters(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell(at: str, value: object) -> str:
    """A cell as XML; a text that begins with < is XML already."""
    if isinstance(value, bool):
        return f'<c r="{at}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value}</v></c>'
    text = str(value)
    if text.startswith("<"):
        return text.replace("AT", at)
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def rows_of(rows: Sequence[Sequence[object]], first: int = 1) -> str:
    """Rows as XML; None leaves a cell out."""
    return "".join(
        f'<row r="{n}">'
        + "".join(cell(f"{letters(i)}{n}", v) for i, v in enumerate(row) if v is not None)
        + "</row>"
        for n, row in enumerate(rows, start=first)
    )


def workbook(
    path: Path,
    sheets: Mapping[str, str | Sequence[Sequence[object]]],
    *,
    after: str = "",
    hidden: Sequence[str] = (),
    properties: str = "",
    styles: str = "",
    strings: str = "",
) -> Path:
    """An XLSX of sheets, given as rows or as the XML of their rows; `after` follows the rows."""
    related = "".join(
        f'<Relationship Id="r{n}" Type="{RELATED}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n in range(len(sheets))
    )
    related += f'<Relationship Id="st" Type="{RELATED}/styles" Target="styles.xml"/>'
    related += f'<Relationship Id="ss" Type="{RELATED}/sharedStrings" Target="strings.xml"/>'
    named = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n + 1}" r:id="r{n}"'
        f"{' state=' + chr(34) + 'hidden' + chr(34) if name in hidden else ''}/>"
        for n, name in enumerate(sheets)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="d" Type="{DOCUMENT}" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        packed.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATED}"><workbookPr {properties}/>'
            f"<sheets>{named}</sheets></workbook>",
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        )
        packed.writestr("xl/styles.xml", f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>')
        packed.writestr("xl/strings.xml", f'<sst xmlns="{MAIN}">{strings}</sst>')
        for n, rows in enumerate(sheets.values()):
            inside = rows if isinstance(rows, str) else rows_of(rows)
            packed.writestr(
                f"xl/worksheets/s{n}.xml",
                f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData>{after}</worksheet>',
            )
    return path


OASIS = "urn:oasis:names:tc:opendocument:xmlns"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ods_cell(value: object, told: str = "") -> str:
    """A cell of an OpenDocument sheet; a text that begins with < is XML already."""
    if value is None:
        return "<table:table-cell/>"
    text = str(value)
    if text.startswith("<"):
        return text
    shown = f"<text:p>{text}</text:p>"
    return f'<table:table-cell office:value-type="string" {told}>{shown}</table:table-cell>'


def ods_rows(rows: Sequence[Sequence[object]]) -> str:
    return "".join(
        f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows
    )


def ods(
    path: Path, sheets: Mapping[str, str], *, hidden: Sequence[str] = (), manifest: str = ""
) -> Path:
    """An OpenDocument spreadsheet of sheets, given as the XML of their rows."""
    spaces = " ".join(
        f'xmlns:{name}="{OASIS}:{name}:1.0"' for name in ("office", "table", "text", "style")
    )
    tables = "".join(
        f'<table:table table:name="{name}" table:style-name="{"h" if name in hidden else "v"}">'
        f"{rows}</table:table>"
        for name, rows in sheets.items()
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        packed.writestr("META-INF/manifest.xml", f"<m>{manifest}</m>")
        packed.writestr(
            "content.xml",
            f'<office:document-content {spaces} xmlns:calcext="urn:calcext"><style:style '
            'style:name="h"><style:table-properties table:display="false"/></style:style>'
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:document-content>",
        )
    return path
