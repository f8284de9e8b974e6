"""Files that are kept: what they are, how they are answered, and small pictures of them."""

from __future__ import annotations

import io
import wave
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from chengnuo.doors.web.kit import filestore
from chengnuo.doors.web.kit.filekinds import ACCEPTED, KINDS, SHOWN
from chengnuo.reports.pictures import MOST_PIXELS, picture_of
from chengnuo.rules.refusing import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000


def image(form, size=(640, 480), **more):
    held = io.BytesIO()
    Image.new("RGB", size, "red").save(held, form, **more)
    return held.getvalue()


def sound():
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 800)
    return held.getvalue()


def office(entry):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr("[Content_Types].xml", "x")
        file.writestr(entry, "x")
    return held.getvalue()


def old(stream):
    return OLE + stream.encode("utf-16-le") + b"\0" * 100


def box(brand):
    return b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0" + b"\0" * 64


@pytest.mark.parametrize(
    ("content", "name", "kind", "kept_as"),
    [
        (image("PNG"), "a.png", "image/png", "a.png"),
        (image("JPEG"), "a.JPG", "image/jpeg", "a.JPG"),
        (image("GIF"), "a.gif", "image/gif", "a.gif"),
        (image("WEBP"), "a.webp", "image/webp", "a.webp"),
        (image("TIFF"), "a.tif", "image/tiff", "a.tif"),
        (image("BMP"), "a.bmp", "image/bmp", "a.bmp"),
        (box(b"heic"), "IMG_0001.HEIC", "image/heic", "IMG_0001.HEIC"),
        (box(b"mif1"), "x.heif", "image/heic", "x.heif"),
        (box(b"avif"), "x.avif", "image/avif", "x.avif"),
        (box(b"isom"), "现场.mp4", "video/mp4", "现场.mp4"),
        (box(b"qt  "), "IMG_2.MOV", "video/quicktime", "IMG_2.MOV"),
        (box(b"3gp4"), "v.3gp", "video/3gpp", "v.3gp"),
        (box(b"M4A "), "通话.m4a", "audio/mp4", "通话.m4a"),
        (sound(), "录音.wav", "audio/wav", "录音.wav"),
        (b"ID3\x03" + b"\0" * 99, "a.mp3", "audio/mpeg", "a.mp3"),
        (b"\xff\xfb\x90\x64" + b"\0" * 99, "a.mp3", "audio/mpeg", "a.mp3"),
        (b"#!AMR\n" + b"\0" * 99, "微信语音.amr", "audio/amr", "微信语音.amr"),
        (b"\x02#!SILK_V3" + b"\0" * 9, "v.silk", "audio/silk", "v.silk"),
        (b"OggS" + b"\0" * 99, "a.ogg", "audio/ogg", "a.ogg"),
        (b"\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm", "a.webm", "video/webm", "a.webm"),
        (old("WordDocument"), "投诉.doc", "application/msword", "投诉.doc"),
        (old("WordDocument"), "投诉.wps", "application/vnd.ms-works", "投诉.wps"),
        (old("Workbook"), "a.xls", "application/vnd.ms-excel", "a.xls"),
        (old("Workbook"), "a.et", "application/x-et", "a.et"),
        (b"{\\rtf1 x}", "a.rtf", "application/rtf", "a.rtf"),
        ("说明".encode("gb18030"), "a.txt", "text/plain", "a.txt"),
        (b"%PDF-1.7 x", "a.pdf", "application/pdf", "a.pdf"),
        # By what it is, never by its name.
        (box(b"heic"), "photo.jpg", "image/heic", "photo.heic"),
        (image("PNG"), "run.exe", "image/png", "run.png"),
    ],
)
def test_a_file_is_kept_as_what_it_is(db, settings, tmp_path, content, name, kind, kept_as):
    settings.MEDIA_ROOT = tmp_path
    kept = filestore.keep(SimpleUploadedFile(name, content))
    assert (kept.type, kept.name, kept.size) == (kind, kept_as, len(content))
    assert filestore.original_of(kept.sha256).read_bytes() == content
    assert list((tmp_path / "coming").iterdir()) == []
    answer = filestore.answer(kept)
    disposition = answer.headers["Content-Disposition"].split(";")[0]
    assert disposition == ("inline" if kind in SHOWN else "attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith("sandbox") is (kind != "application/pdf")
    answer.close()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><script>alert(1)</script></html>", "a.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg"),
        (b"MZ\x90\0", "a.exe"),
        (b"#!/bin/sh\nrm -rf /", "a.sh"),
        (b"words", "a.pdf"),
        (b"words\0words", "a.txt"),
        (OLE, "a.doc"),
        (b"RIFF\0\0\0\0XXXX", "a.webp"),
        (office("other/x"), "a.docx"),
        (b"", "a.png"),
    ],
)
def test_what_a_browser_could_run_or_nobody_knows_is_not_kept(settings, tmp_path, content, name):
    settings.MEDIA_ROOT = tmp_path
    with pytest.raises(Refused):
        filestore.keep(SimpleUploadedFile(name, content))
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_only_pictures_and_pdf_are_shown_by_a_browser():
    assert {"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"} == SHOWN
    assert len({kind.type for kind in KINDS}) == len(KINDS)
    assert all(ending in ACCEPTED for ending in (".heic", ".wps", ".mp4", ".amr"))


def test_a_video_may_be_larger_than_a_picture(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    more = b"\0" * (11 * 1024**2)
    assert filestore.keep(SimpleUploadedFile("a.mp4", box(b"isom") + more)).type == "video/mp4"
    with pytest.raises(Refused):
        filestore.keep(SimpleUploadedFile("a.png", image("PNG") + more))


# -- small pictures --------------------------------------------------------------------------------


def small(tmp_path, settings, content, kind):
    settings.MEDIA_ROOT = tmp_path
    original = tmp_path / "original"
    original.write_bytes(content)
    return picture_of(original=original, digest="ab" * 32, kind=kind, size="small")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP"])
def test_a_small_picture_is_made_once(tmp_path, settings, form):
    made = small(tmp_path, settings, image(form), f"image/{form.lower()}")
    with Image.open(made) as picture:
        assert (picture.format, picture.size) == ("WEBP", (320, 240))
    stamp = made.stat().st_mtime_ns
    assert (
        small(tmp_path, settings, image(form), f"image/{form.lower()}").stat().st_mtime_ns == stamp
    )


def test_a_photo_taken_upright_stands_upright(tmp_path, settings):
    exif = Image.Exif()
    exif[0x0112] = 6
    made = small(tmp_path, settings, image("JPEG", exif=exif), "image/jpeg")
    with Image.open(made) as picture:
        assert picture.size == (240, 320)


def bomb(side):
    """A PNG of a few kilobytes that says it is `side` pixels wide and high."""
    held = bytearray(image("PNG", (1, 1)))
    held[16:24] = side.to_bytes(4, "big") * 2
    import zlib  # noqa: PLC0415

    held[29:33] = zlib.crc32(bytes(held[12:29])).to_bytes(4, "big")
    return bytes(held)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (bomb(8_000), "image/png"),
        (bomb(60_000), "image/png"),
        (image("PNG")[:200], "image/png"),
        (b"\xff\xd8\xff" + b"\0" * 100, "image/jpeg"),
        (image("PNG"), "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (box(b"heic"), "image/heic"),
        (b"%PDF-", "application/pdf"),
    ],
)
def test_a_bomb_or_a_broken_picture_has_no_small_one(tmp_path, settings, content, kind):
    assert MOST_PIXELS < 8_000**2
    assert small(tmp_path, settings, content, kind) is None
