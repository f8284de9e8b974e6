"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, overload
from zoneinfo import ZoneInfo

from chengnuo.packs.errors import PackError, Problem
from chengnuo.rules.words import Text

if TYPE_CHECKING:
    from chengnuo.people.models import Organisation

DAY = len("2026-01-31")
LANGUAGES = ("zh", "en")


def language_of(environment: Mapping[str, str]) -> str:
    """The language of messages in a terminal: Chinese where its locale is, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "zh" if environment[name].lower().startswith("zh") else "en"
    return "en"


class UnfitFile(Exception):
    """A file that was named cannot be what the option asks for; the text says which and why."""


def text_option(path: Path, *, most: int) -> str:
    """The text of a file that an option names, of at most so many bytes. Raises NotReadable."""
    try:
        if not path.is_file():
            why = "这是文件夹 / is a folder" if path.is_dir() else "没有这个文件 / is not there"
            raise UnfitFile(f"{path}: {why}")
        if path.stat().st_size > most:
            raise UnfitFile(f"{path}: 文件过大，上限 {most >> 20} MB / larger than {most >> 20} MB")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UnfitFile(f"{path}: 不是文本文件（UTF-8） / is no text (UTF-8)") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnfitFile(f"{path}: 无法读取 / cannot be read: {why}") from None


def company_option(code: str) -> Organisation:
    """The company of a code. Raises PackError, which names those that there are."""
    from chengnuo.people.queries import companies

    held = {company.code: company for company in companies()}
    if code not in held:
        known = ", ".join(held)
        what = Text(
            f"没有这家公司；已有：{known or '无'}", f"no such company; known: {known or 'none yet'}"
        )
        raise PackError(code, [Problem(code, what)])
    return held[code]


@overload
def moment_option(name: str, text: None, zone: ZoneInfo, *, end: bool = False) -> None: ...
@overload
def moment_option(name: str, text: str, zone: ZoneInfo, *, end: bool = False) -> datetime: ...
def moment_option(
    name: str, text: str | None, zone: ZoneInfo, *, end: bool = False
) -> datetime | None:
    """A moment, or a day, which means its beginning or its end. Raises PackError."""
    if text is None:
        return None
    try:
        if len(text) <= DAY:
            day = date.fromisoformat(text) + timedelta(days=1 if end else 0)
            return datetime.combine(day, time.min, zone).astimezone(UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        what = Text(
            f"“{text}”不是日期（如2026-01-31）或时刻（如2026-01-31T16:00）",
            f"'{text}' is not a date like 2026-01-31, or a moment like 2026-01-31T16:00",
        )
        raise PackError("", [Problem(name, what)]) from error
