"""Files that are evidence: kept under their own hash, judged by what they are."""

from __future__ import annotations

import hashlib
import json
import tempfile
import unicodedata
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from chengnuo.doors.web.kit.filekinds import BY_TYPE, PICTURES, SHOWN, kind_of
from chengnuo.doors.web.kit.refusing import wrong
from chengnuo.reports import pictures
from chengnuo.reports.pictures import picture_of
from chengnuo.vault.files import original_of

LARGEST = 10 * 1024 * 1024
CHUNK = 1024 * 1024
# A file is no page of ours: it loads nothing and runs nothing.
FILE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'"
)
KEPT_FOR = 86_400
SALT = "chengnuo.evidence-file"


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
    def is_picture(self) -> bool:
        """Whether there is a small picture of it."""
        return self.type in PICTURES

    @property
    def kib(self) -> int:
        return max(1, round(self.size / 1024))

    def as_value(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def as_ticket(self) -> str:
        """Carries a file through a form that came back with errors; nobody else can make one."""
        return signing.dumps(asdict(self), salt=SALT)


def keep(upload: UploadedFile[Any]) -> StoredFile:
    """Store an upload, judged by its content and never by its name. Raises Refused."""
    if not upload.size:
        raise wrong(_("The file is empty"))
    kind = kind_of(upload, upload.name or "")
    if kind is None:
        raise wrong(
            _(
                "This type of file is not accepted. Use a picture, PDF, OFD, Word, Excel, WPS, "
                "sound or video file"
            )
        )
    if upload.size > kind.largest:
        most = kind.largest // 1024**2
        raise wrong(_("The file is larger than %(most)d MB") % {"most": most})
    digest = _write(upload)
    return StoredFile(safe_name(upload.name or "", kind.type), upload.size, digest, kind.type)


def _write(upload: UploadedFile[Any]) -> str:
    """Piece by piece into a file of its own; it gets its place once its hash is known."""
    hashed = hashlib.sha256()
    root = Path(settings.MEDIA_ROOT) / "coming"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    upload.seek(0)
    # On the same disk as its place, so that getting there is one rename: half a file is never seen
    # under a hash.
    with tempfile.NamedTemporaryFile(dir=root, suffix=".part", delete=False) as coming:
        try:
            for piece in upload.chunks(CHUNK):
                hashed.update(piece)
                coming.write(piece)
        except OSError:
            Path(coming.name).unlink(missing_ok=True)
            raise
    digest = hashed.hexdigest()
    target = original_of(digest)
    # The same content is the same file. Which cases use it, tells `privacy/files.py` when one is
    # erased.
    if target.exists():
        Path(coming.name).unlink()
    else:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        Path(coming.name).replace(target)
    return digest


def safe_name(name: str, kind: str) -> str:
    """A name that is only a name: no path, nothing invisible, and the ending of what it is."""
    shown = plain_name(name)
    endings = BY_TYPE[kind].endings
    if not shown.lower().endswith(endings):
        shown = f"{Path(shown).stem[:100] or 'file'}{endings[0]}"
    stem, ending = Path(shown).stem, Path(shown).suffix
    return f"{stem[:110]}{ending}"


def plain_name(name: str) -> str:
    """A name without path, control characters, or what shells and headers give a meaning."""
    plain = Path(name.replace("\\", "/")).name
    # Invisible marks can turn the direction of writing: `exe.pdf` may be `fdp.exe`.
    shown = "".join(c for c in plain if not unicodedata.category(c).startswith("C"))
    return "".join("_" if c in '<>:"|?*%;' else c for c in shown).strip(". ") or "file"


def about(upload: UploadedFile[Any], problem: str) -> str:
    """What is wrong with a file, after its name."""
    named = {"name": plain_name(upload.name or "")[:80], "problem": problem}
    return _("%(name)s: %(problem)s") % named


def answer(stored: StoredFile) -> FileResponse:
    """A kept file as a response: shown only where showing it can run nothing."""
    response = FileResponse(
        original_of(stored.sha256).open("rb"),
        as_attachment=not stored.is_shown,
        filename=stored.name,
        content_type=stored.type,
    )
    # Else a browser may find HTML in a text and run it as ours.
    response.headers["X-Content-Type-Options"] = "nosniff"
    # A browser's own reader of PDF does not work in a sandbox; nothing else needs to be out of one.
    sandbox = "" if stored.type == "application/pdf" else "; sandbox"
    response.headers["Content-Security-Policy"] = FILE_POLICY + sandbox
    return response


def answer_picture(stored: StoredFile, size: str) -> FileResponse | None:
    """A small picture of a kept file; None where there is none."""
    made = picture_of(
        original=original_of(stored.sha256), digest=stored.sha256, kind=stored.type, size=size
    )
    if made is None:
        return None
    response = FileResponse(made.open("rb"), content_type=pictures.TYPE)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = FILE_POLICY + "; sandbox"
    return response


def keep_sheet(upload: UploadedFile[Any], *, now: datetime) -> StoredFile:
    """Store a spreadsheet that is about to be taken in, for a day at most. Raises Refused.

    What it is, is told by whoever reads it: a file of a stranger is opened nowhere else.
    """
    size = upload.size or 0
    if size > LARGEST:
        raise wrong(_("The file is larger than 10 MB"))
    content = upload.read()
    digest = hashlib.sha256(content).hexdigest()
    target = sheet_path(digest)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Here too, and not by the worker alone: personal data must go even where none runs.
    for old in target.parent.iterdir():
        if old.stat().st_mtime < now.timestamp() - KEPT_FOR:
            old.unlink(missing_ok=True)
    target.write_bytes(content)
    name = plain_name(upload.name or "")[:120]
    return StoredFile(name, size, digest, "")


def drop_sheet(digest: str) -> None:
    """It is taken in: its rows are cases now."""
    sheet_path(digest).unlink(missing_ok=True)


def sheet_path(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "sheets" / digest


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
