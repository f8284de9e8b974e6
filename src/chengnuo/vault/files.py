"""Where kept files lie: each under its own hash, with its small pictures beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings

NAMED = re.compile(r"sha256\W{1,6}([0-9a-f]{64})\b")


def original_of(digest: str) -> Path:
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest


def picture_of(digest: str, size: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "pictures" / size / digest[:2] / f"{digest}.webp"


def named_in(value: Any) -> set[str]:
    """The digests of the kept files that a stored value names."""
    return set(NAMED.findall(str(value)))


def remove(digest: str) -> bool:
    """Take a kept file off the disk, with its small pictures; whether there was one."""
    sizes = Path(settings.MEDIA_ROOT) / "pictures"
    for size in sorted(sizes.iterdir()) if sizes.is_dir() else ():
        picture_of(digest, size.name).unlink(missing_ok=True)
    path = original_of(digest)
    is_there = path.exists()
    path.unlink(missing_ok=True)
    return is_there
