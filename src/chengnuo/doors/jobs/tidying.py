"""Once a day: what has had its time is put away. Nothing that is evidence is touched here.

Sessions that ended; sheets that were uploaded and never taken in; halves of uploads that broke off;
who had which case open; and short messages that the gateway has taken.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from pathlib import Path

from django.conf import settings

from chengnuo.cases.casework import presence
from chengnuo.ledger.aside import attempt
from chengnuo.rules.moments import for_log

A_DAY = timedelta(days=1)
TAKEN = ".taken"


@dataclass(frozen=True, slots=True)
class Tidying:
    """One thing that is tidied, and how."""

    name: str
    do: Callable[[datetime], int]


def tidy(*, now: datetime) -> int:
    """Put away what has had its time; how many things. One that fails keeps no other waiting."""
    return sum(
        attempt(step="tidying", subject=each.name, work=partial(each.do, now), now=now)
        for each in TIDIED
    )


def sessions(now: datetime) -> int:
    """Sessions that ended: nobody is signed in by them, and they say who was."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    return 0


def uploads(now: datetime) -> int:
    """Sheets that wait to be taken in, for `UPLOADS_WAIT`, and halves of files."""
    files = Path(settings.MEDIA_ROOT)
    waiting = [*files.glob("sheets/*"), *files.glob("*/*.part")]
    return _remove(waiting, before=now - settings.UPLOADS_WAIT)


def traces(now: datetime) -> int:
    """Who had which case open, when it says nothing any more. (Failed sign-ins and strangers'
    attempts go as new ones come.)"""
    return presence.forget(before=now - A_DAY)


def short_messages(now: datetime) -> int:
    """The file of a day is closed and a new one begun. What the gateway has taken it calls
    `….taken`; those go after `SMS_KEPT`, others never."""
    file: Path = settings.SMS_FILE
    if file.is_file() and file.stat().st_size:
        closed = file.with_name(f"{file.stem}-{for_log(now)}{file.suffix}")
        file.rename(closed)
    taken = file.parent.glob(f"{file.stem}-*{file.suffix}{TAKEN}")
    return _remove(list(taken), before=now - settings.SMS_KEPT)


def _remove(files: list[Path], *, before: datetime) -> int:
    old = [file for file in files if file.stat().st_mtime < before.timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


TIDIED = (
    Tidying("sessions", sessions),
    Tidying("uploads", uploads),
    Tidying("traces", traces),
    Tidying("short messages", short_messages),
)
