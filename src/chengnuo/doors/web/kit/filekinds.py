"""What a file is, by its first bytes and never by its name; the name only tells Word from WPS.

Nothing that a browser could run is kept at all: no page, no script, no drawing in SVG.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from chengnuo.reports.pictures import FORMATS
from chengnuo.reports.sheets import MEDIA_TYPE as XLSX

HEAD = 64 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX, PPTX = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.presentationml.presentation"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MEGABYTE = 1024**2


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file: its media type and endings. Large are sound and video."""

    type: str
    endings: tuple[str, ...]
    largest: int = 10 * MEGABYTE


def _sound(kind: str, *endings: str) -> FileKind:
    return FileKind(kind, endings, 50 * MEGABYTE)


KINDS = (
    FileKind("application/pdf", (".pdf",)),
    FileKind("image/png", (".png",)),
    FileKind("image/jpeg", (".jpg", ".jpeg")),
    FileKind("image/gif", (".gif",)),
    FileKind("image/webp", (".webp",)),
    FileKind("image/tiff", (".tif", ".tiff")),
    FileKind("image/bmp", (".bmp",)),
    FileKind("image/heic", (".heic", ".heif")),
    FileKind("image/avif", (".avif",)),
    FileKind("application/ofd", (".ofd",)),
    FileKind(DOCX, (".docx",)),
    FileKind(XLSX, (".xlsx",)),
    FileKind(PPTX, (".pptx",)),
    FileKind("application/msword", (".doc",)),
    FileKind("application/vnd.ms-excel", (".xls",)),
    FileKind("application/vnd.ms-powerpoint", (".ppt",)),
    FileKind("application/vnd.ms-works", (".wps",)),
    FileKind("application/x-et", (".et",)),
    FileKind("application/x-dps", (".dps",)),
    FileKind("application/rtf", (".rtf",)),
    FileKind("text/plain", (".txt",)),
    _sound("audio/mpeg", ".mp3"),
    _sound("audio/mp4", ".m4a"),
    _sound("audio/wav", ".wav"),
    _sound("audio/amr", ".amr"),
    _sound("audio/ogg", ".ogg", ".oga", ".opus"),
    _sound("audio/flac", ".flac"),
    _sound("audio/aac", ".aac"),
    _sound("audio/silk", ".silk"),
    _sound("video/mp4", ".mp4", ".m4v"),
    _sound("video/quicktime", ".mov"),
    _sound("video/3gpp", ".3gp"),
    _sound("video/x-msvideo", ".avi"),
    _sound("video/x-ms-asf", ".wmv", ".wma", ".asf"),
    _sound("video/x-matroska", ".mkv"),
    _sound("video/webm", ".webm"),
    _sound("video/mpeg", ".mpg", ".mpeg"),
    _sound("video/x-flv", ".flv"),
)
BY_TYPE = {kind.type: kind for kind in KINDS}
ACCEPTED = ",".join(ending for kind in KINDS for ending in kind.endings)
# What a browser shows by itself without running anything of it; all else is only saved.
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"})
# Of which we make a small picture ourselves.
PICTURES = frozenset(FORMATS)
HEADS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!SILK_V3", "audio/silk"),
    (b"\x02#!SILK_V3", "audio/silk"),
    (b"0&\xb2u\x8ef\xcf\x11", "video/x-ms-asf"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"FLV\x01", "video/x-flv"),
)
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
BRANDS = (
    ((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
    ((b"avif", b"avis"), "image/avif"),
    ((b"M4A ", b"M4B "), "audio/mp4"),
    ((b"qt  ",), "video/quicktime"),
    ((b"3gp", b"3g2"), "video/3gpp"),
)
# A zip is what it says by these entries: OFD is GB/T 33190, the others are Office Open XML.
ZIPPED = (("OFD.xml", "application/ofd"), ("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
# What stands in an old Office file, in UTF-16; WPS writes the same streams.
STREAMS = (
    ("WordDocument", "application/msword", {".wps": "application/vnd.ms-works"}),
    ("Workbook", "application/vnd.ms-excel", {".et": "application/x-et"}),
    ("PowerPoint Document", "application/vnd.ms-powerpoint", {".dps": "application/x-dps"}),
)


def kind_of(file: IO[bytes], name: str) -> FileKind | None:
    """The kind of a file; None for one that is not kept. Reads from the beginning."""
    file.seek(0)
    head = file.read(HEAD)
    ending = Path(name).suffix.lower()
    found = (
        next((kind for start, kind in HEADS if head.startswith(start)), None)
        or _in_a_container(head)
        or _zipped(file, head)
        or _old_office(file, head, ending)
        or _sounding(head)
        or _text(head, ending)
    )
    return BY_TYPE[found] if found is not None else None


def _in_a_container(head: bytes) -> str | None:
    if head.startswith(b"RIFF"):
        return RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return next((k for marks, k in BRANDS if brand.startswith(marks)), "video/mp4")
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return "image/bmp"
    return None


def _zipped(file: IO[bytes], head: bytes) -> str | None:
    if not head.startswith(b"PK\x03\x04"):
        return None
    file.seek(0)
    try:
        names = zipfile.ZipFile(file).namelist()
    except zipfile.BadZipFile:
        return None
    if not {"[Content_Types].xml", "OFD.xml"} & set(names):
        return None
    return next((k for start, k in ZIPPED if any(n.startswith(start) for n in names)), None)


def _old_office(file: IO[bytes], head: bytes, ending: str) -> str | None:
    """The directory of streams may stand anywhere in the file."""
    if not head.startswith(OLE):
        return None
    file.seek(0)
    whole = file.read()
    for stream, kind, own in STREAMS:
        if stream.encode("utf-16-le") in whole:
            return own.get(ending, kind)
    return None


def _sounding(head: bytes) -> str | None:
    """MP3 and AAC without a head begin with a frame."""
    if len(head) < 2 or head[0] != 0xFF:
        return None
    if head[1] in (0xFB, 0xF3, 0xF2):
        return "audio/mpeg"
    return "audio/aac" if head[1] in (0xF1, 0xF9) else None


def _text(head: bytes, ending: str) -> str | None:
    """Plain words, for those who type into an editor; only under that name, and only saved."""
    if ending != ".txt" or not head.strip() or b"\0" in head:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            # A sign may be cut where we stopped reading.
            head[:-4].decode(encoding) if len(head) == HEAD else head.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "text/plain"
    return None
