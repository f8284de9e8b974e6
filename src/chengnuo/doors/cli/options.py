"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, overload
from zoneinfo import ZoneInfo

from chengnuo.packs.errors import PackError, Problem

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


def company_option(code: str) -> Organisation:
    """The company of a code. Raises PackError, which names those that there are."""
    from chengnuo.people.queries import companies

    held = {company.code: company for company in companies()}
    if code not in held:
        known = ", ".join(held) or "none yet"
        raise PackError(code, [Problem(code, f"no such company; known: {known}")])
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
        what = f"'{text}' is not a date like 2026-01-31, or a moment like 2026-01-31T16:00"
        raise PackError("", [Problem(name, what)]) from error
