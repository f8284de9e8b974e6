"""Files that are evidence: kept under their own hash, judged by what they are."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

LARGEST = 10 * 1024 * 1024
ACCEPTED = ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"
OFFICE = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
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
    def is_picture(self) -> bool:
        return self.type.startswith("image/")

    @property
    def kib(self) -> int:
        return max(1, round(self.size / 1024))

    def as_value(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def as_ticket(self) -> str:
        """Carries a file through a form that came back with errors; nobody else can make one."""
        return signing.dumps(asdict(self), salt=SALT)


def keep(upload: UploadedFile[Any]) -> StoredFile:
    """Store an upload. Raises NotAcceptable."""
    size = upload.size or 0
    if size > LARGEST:
        raise NotAcceptable(_("The file is larger than 10 MB"))
    content = upload.read()
    kind = _kind(content, upload)
    if kind is None:
        raise NotAcceptable(_("Only PDF, PNG, JPEG, DOCX and XLSX files are kept"))
    digest = hashlib.sha256(content).hexdigest()
    target = path_of(digest)
    if not target.exists():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_bytes(content)
        part.replace(target)
    return StoredFile(Path(upload.name or "file").name[:120], size, digest, kind)


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
    if "[Content_Types].xml" not in names:
        return None
    return next(
        (k for folder, k in OFFICE.items() if any(n.startswith(folder) for n in names)), None
    )


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
