"""What a file is, judged by what it holds and never by its name."""

from __future__ import annotations

import codecs
import zipfile
from typing import BinaryIO, Literal

from chengnuo.tables.faults import (
    BOMB,
    DAMAGED,
    EMPTY,
    ENCRYPTED,
    NO_TABLE,
    STUB,
    named,
    no_spreadsheet,
)
from chengnuo.tables.shapes import NotATable

Kind = Literal["ooxml", "ods", "calamine", "text"]

HEAD = 8192
# Control signs but blanks, line ends, the old end of a file, and escapes of Japanese and Korean.
SOME_DAMAGE = 24  # so many in a file are damage in one row, which is rejected alone
NO_SIGNS = frozenset({*range(1, 9), *range(14, 26), *range(28, 32), 127})
MOST_PARTS = 20_000
BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
# Programs whose files begin like this; none of them is a table.
HEADS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "PDF 文件", "a PDF"),
    (b"\x89PNG", "图片", "a picture"),
    (b"\xff\xd8\xff", "图片", "a picture"),
    (b"GIF8", "图片", "a picture"),
    (b"BM\x36", "图片", "a picture"),
    (b"II*\0", "图片", "a picture"),
    (b"MM\0*", "图片", "a picture"),
    (b"Rar!", "RAR 压缩包", "a RAR archive"),
    (b"7z\xbc\xaf", "7z 压缩包", "a 7z archive"),
    (b"\x1f\x8b", "gzip 压缩包", "a gzip archive"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
    (b"SQLite format 3", "数据库文件", "a database"),
    (b"MZ", "程序", "a program"),
    (b"\x7fELF", "程序", "a program"),
)
# Entries of a zip by which it is what it is.
ZIPPED: tuple[tuple[str, str, str], ...] = (
    ("word/", "Word 文档（DOCX）", "a Word document (DOCX)"),
    ("ppt/", "演示文稿（PPTX）", "a presentation (PPTX)"),
    ("OFD.xml", "OFD 版式文件", "an OFD document"),
)


def kind_of(stream: BinaryIO) -> Kind:
    """How the file is to be read. Raises NotATable, naming what it is instead."""
    stream.seek(0)
    head = stream.read(HEAD)
    if not head.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise NotATable(EMPTY)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(stream)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _compound(stream)
    if head[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04", b"\x09\x08") and b"\0" in head[2:8]:
        raise named("很旧的 XLS 格式", "a very old kind of XLS")
    for start, zh, en in HEADS:
        if head.startswith(start):
            raise no_spreadsheet(zh, en)
    _refuse_markup(head)
    if _is_no_text(head):
        raise NotATable(NO_TABLE)
    return "text"


def _is_no_text(head: bytes) -> bool:
    """Signs that no text in any encoding has; UTF-16 has them, with a mark before it or with as
    many zeros."""
    if head.startswith(BOMS) or head.count(0) * 30 > len(head):
        return False
    signs = sum(byte in NO_SIGNS for byte in head)
    return signs > SOME_DAMAGE and signs * 30 > len(head)


def _zipped(stream: BinaryIO) -> Kind:
    try:
        with zipfile.ZipFile(stream) as packed:
            names = packed.namelist()
            if len(names) > MOST_PARTS:
                raise NotATable(BOMB)
            if "xl/workbook.bin" in names:
                return "calamine"
            if "mimetype" in names and "content.xml" in names:
                with packed.open("mimetype") as kind:
                    if kind.read(100).strip().startswith(ODS):
                        return "ods"
                raise no_spreadsheet("其他文档（ODF）", "another document (ODF)")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise NotATable(DAMAGED) from error
    if any(name.startswith("xl/") for name in names):
        return "ooxml"
    for start, zh, en in ZIPPED:
        if any(name.startswith(start) for name in names):
            raise no_spreadsheet(zh, en)
    if "[Content_Types].xml" in names:
        return "ooxml"
    raise no_spreadsheet("压缩包（请先解压）", "an archive (unpack it first)")


def _compound(stream: BinaryIO) -> Kind:
    """An OLE file: the names of its streams tell what it is."""
    stream.seek(0)
    content = stream.read()

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise NotATable(ENCRYPTED)
    if holds("Workbook") or holds("Book"):
        return "calamine"
    if holds("WordDocument"):
        raise no_spreadsheet("Word 文档（DOC）", "a Word document (DOC)")
    if holds("PowerPoint Document"):
        raise no_spreadsheet("演示文稿（PPT）", "a presentation (PPT)")
    # A stub: some programs write it around what they encrypt, and it may be what is left of a file.
    raise NotATable(STUB)


def _refuse_markup(head: bytes) -> None:
    text = head
    for mark in BOMS:
        if head.startswith(mark):
            text = head.removeprefix(mark).replace(b"\0", b"")
    start = text.lstrip().lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or start.startswith(b"<workbook"):
        raise named("“XML 表格 2003”，只是名为 .xls", "“XML Spreadsheet 2003” under the name .xls")
    if start.startswith(
        (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<div", b"<style")
    ):
        raise named("网页（HTML），只是名为 .xls", "a web page (HTML) under the name .xls")
    if start.startswith(b"mime-version:"):
        raise named("单个网页文件（MHT）", "a single-file web page (MHT)")
    if start.startswith(b"<?xml"):
        if b"<html" in start or b"<table" in start:
            raise named("网页（HTML），只是名为 .xls", "a web page (HTML) under the name .xls")
        raise no_spreadsheet("XML 文件", "an XML file")
    if start.startswith(b"id;p"):
        raise named("SYLK 文件", "a SYLK file")
