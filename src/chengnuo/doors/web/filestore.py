"""Files that are evidence: kept under their own hash, judged by what they are."""

from __future__ import annotations

import hashlib
import json
import unicodedata
import zipfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from chengnuo.reports.sheets import MEDIA_TYPE as XLSX

LARGEST = 10 * 1024 * 1024
ACCEPTED = ".pdf,.png,.jpg,.jpeg,.tif,.tiff,.ofd,.docx,.xlsx"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# A zip is what it says by these entries: OFD is GB/T 33190, the others are Office Open XML.
ZIPPED = (("OFD.xml", "application/ofd"), ("word/", DOCX), ("xl/", XLSX))
HEADS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
# What a browser shows by itself without running anything of it; all else is only saved.
SHOWN = frozenset({"application/pdf", "image/png", "image/jpeg"})
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/tiff": (".tif", ".tiff"),
    "application/ofd": (".ofd",),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
}
# A file is no page of ours: it loads nothing and runs nothing.
FILE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'"
)
KEPT_FOR = 86_400
SALT = "chengnuo.evidence-file"


class NotAcceptable(ValueError):
    """The file is too large, or none of the kinds we keep; says so in the reader's language."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a form's value tells of a file."""

    name: str
    size: int
    sha256: str
    type: str

    @property
    def is_shown(self) -> bool:
        """Whether a browser may show it; everything else is saved."""
        return self.type in SHOWN

    @property
    def kib(self) -> int:
        return max(1, round(self.size / 1024))

    def as_value(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def as_ticket(self) -> str:
        """Carries a file through a form that came back with errors; nobody else can make one."""
        return signing.dumps(asdict(self), salt=SALT)


def keep(upload: UploadedFile[Any]) -> StoredFile:
    """Store an upload, judged by its content and never by its name. Raises NotAcceptable."""
    size = upload.size or 0
    if size > LARGEST:
        raise NotAcceptable(_("The file is larger than 10 MB"))
    if not size:
        raise NotAcceptable(_("The file is empty"))
    content = upload.read()
    kind = _kind(content, upload)
    if kind is None:
        raise NotAcceptable(
            _("Only PDF, PNG, JPEG, TIFF, OFD, DOCX and XLSX files are kept; save it as one")
        )
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(digest)
    if not target.exists():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_bytes(content)
        part.replace(target)
    return StoredFile(safe_name(upload.name or "", kind), size, digest, kind)


def safe_name(name: str, kind: str) -> str:
    """A name that is only a name: no path, nothing invisible, and the ending of what it is."""
    shown = plain_name(name)
    endings = ENDINGS[kind]
    if not shown.lower().endswith(endings):
        shown = f"{Path(shown).stem[:100] or 'file'}{endings[0]}"
    stem, ending = Path(shown).stem, Path(shown).suffix
    return f"{stem[:110]}{ending}"


def plain_name(name: str) -> str:
    """A name without path, control characters, or what shells and headers give a meaning."""
    plain = Path(name.replace("\\", "/")).name
    shown = "".join(c for c in plain if not unicodedata.category(c).startswith("C"))
    return "".join("_" if c in '<>:"|?*%;' else c for c in shown).strip(". ") or "file"


def answer(stored: StoredFile) -> FileResponse:
    """A kept file as a response: shown only where showing it can run nothing."""
    response = FileResponse(
        path_of(stored.sha256).open("rb"),
        as_attachment=not stored.is_shown,
        filename=stored.name,
        content_type=stored.type,
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def keep_sheet(upload: UploadedFile[Any], *, now: datetime) -> StoredFile:
    """Store a spreadsheet that is about to be taken in, for a day at most. Raises NotAcceptable."""
    size = upload.size or 0
    if size > LARGEST:
        raise NotAcceptable(_("The file is larger than 10 MB"))
    content = upload.read()
    if not content.strip():
        raise NotAcceptable(_("The file is empty"))
    is_book = _kind(content, upload) == XLSX or content.startswith(b"\xd0\xcf\x11\xe0")
    if not is_book and (b"\0" in content or content.startswith((b"PK", b"%PDF-"))):
        raise NotAcceptable(_("Only spreadsheets are read here; save it as XLSX, XLS or CSV"))
    digest = hashlib.sha256(content).hexdigest()
    target = sheet_path(digest)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in target.parent.iterdir():
        if old.stat().st_mtime < now.timestamp() - KEPT_FOR:
            old.unlink(missing_ok=True)
    target.write_bytes(content)
    name = plain_name(upload.name or "")[:120]
    return StoredFile(name, size, digest, XLSX if is_book else "text/csv")


def drop_sheet(digest: str) -> None:
    """It is taken in: its rows are cases now."""
    sheet_path(digest).unlink(missing_ok=True)


def sheet_path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "sheets" / digest


def path_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def _kind(content: bytes, upload: UploadedFile[Any]) -> str | None:
    for head, kind in HEADS:
        if content.startswith(head):
            return kind
    if not content.startswith(b"PK\x03\x04"):
        return None
    upload.seek(0)
    try:
        names = zipfile.ZipFile(upload).namelist()
    except zipfile.BadZipFile:
        return None
    if not {"[Content_Types].xml", "OFD.xml"} & set(names):
        return None
    return next((k for start, k in ZIPPED if any(n.startswith(start) for n in names)), None)


def from_ticket(ticket: str) -> StoredFile | None:
    """The file of a ticket we gave out; None for a forged or old one."""
    try:
        return StoredFile(**signing.loads(ticket, salt=SALT, max_age=86_400))
    except (signing.BadSignature, TypeError):
        return None


def from_value(value: Any) -> StoredFile | None:
    """The file a stored value names."""
    try:
        return StoredFile(**json.loads(str(value)))
    except (TypeError, ValueError):
        return None
