"""What was typed or stood in an address, as a number, a day, a moment or an own page; None (or the
first page) for what is none.

Neither is trusted to be one: "²" is a digit to Python and no number, and a calendar ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

MOST = 2**31 - 1
LONGEST_SOUGHT = 400
# Days that a company of today has to do with: a week or a time zone further, and Python still
# knows the day.
FIRST_YEAR, LAST_YEAR = 1900, 2200


def words_in(text: str | None) -> str:
    """What is looked for among numbers, names and addresses. Nothing there is longer than the first
    so many signs, and a database takes no pattern of any length."""
    return (text or "").strip()[:LONGEST_SOUGHT]


def too_long_in(typed: Mapping[str, str], longest: Mapping[str, int]) -> dict[str, str]:
    """What is longer than is kept, said at its field; nothing of it is cut."""
    said = _("At most %(most)s characters.")
    return {n: said % {"most": most} for n, most in longest.items() if len(typed[n]) > most}


def number_in(text: str | None, most: int = MOST) -> int | None:
    """A whole number from 0 to `most`."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
        return None
    return int(text) if int(text) <= most else None


def day_in(text: str | None) -> date | None:
    """A day as 2026-03-09."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def month_in(text: str | None) -> date | None:
    """A month as 2026-03, by its first day."""
    return day_in(f"{text}-01") if text else None


def moment_in(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A moment as 2026-03-09T10:30, in this zone unless it names its own."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def page_in(address: str | None) -> str:
    """The path and question of an address that a browser names, such as the page it shows: `/` for
    what is no address. Which house it is in does not matter."""
    try:
        shown = urlsplit(address or "")
    except ValueError:  # http://[x
        return "/"
    path = f"/{shown.path.lstrip('/')}"
    return urlunsplit(("", "", path, shown.query, ""))
