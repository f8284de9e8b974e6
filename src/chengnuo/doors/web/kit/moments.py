"""Moments and spans of time as people say them. Local to the zone that the visit has set."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from chengnuo.doors.web.kit.words import is_chinese, say
from chengnuo.rules import moments as wording
from chengnuo.rules.moments import Style


def moment(at: datetime | None, now: datetime | None = None, style: Style = Style.PAGE) -> str:
    """11月22日（周日）16:30; with its year where that is not this year's."""
    if at is None:
        return ""
    return say(wording.moment(timezone.localtime(at), now=_here(now), style=style))


def due(at: datetime | None, now: datetime | None = None, style: Style = Style.PAGE) -> str:
    """A due moment: the end of a day is its 24:00, not the 00:00 of the next."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return say(wording.moment(local, now=_here(now), style=style, deadline=True))


def day(on: date | str | None, style: Style = Style.PAGE) -> str:
    """2026年11月22日, in a table 2026-11-22; a moment's day is the local one."""
    if on is None:
        return ""
    found = date.fromisoformat(on) if isinstance(on, str) else local_day(on)
    return say(wording.day(found, style=style))


def local_day(on: date) -> date:
    """The day itself, or that of a moment in the zone of the visit."""
    return timezone.localtime(on).date() if isinstance(on, datetime) else on


def period(turn: str) -> str:
    """The turn of a duty or the period of an average: 2026-11 is November 2026."""
    return say(wording.period(turn))


def month(of: date | str) -> str:
    """2026年11月, of a day of it or of the key that an address has."""
    return say(wording.month(date.fromisoformat(f"{of}-01") if isinstance(of, str) else of))


def clock(at: datetime) -> str:
    return wording.clock(timezone.localtime(at))


def _here(now: datetime | None) -> datetime | None:
    return timezone.localtime(now) if now is not None else None


def span(seconds: float) -> str:
    """Two units at most: 3天4小时, 2小时15分, 45秒."""
    whole = int(abs(seconds))
    days, rest = divmod(whole, 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, secs = divmod(rest, 60)
    if days:
        pairs = [(days, _("d")), (hours, _("h"))]
    elif hours:
        pairs = [(hours, _("h")), (minutes, _("min"))]
    elif minutes:
        pairs = [(minutes, _("min"))]
    else:
        pairs = [(secs, _("s"))]
    glue, gap = ("", "") if is_chinese() else (" ", " ")
    shown = [f"{n}{gap}{unit}" for n, unit in pairs if n] or [f"0{gap}{pairs[-1][1]}"]
    return glue.join(shown)


def countdown(at: datetime, now: datetime) -> str:
    """还剩2小时15分 or 逾期3天."""
    left = (at - now).total_seconds()
    if left >= 0:
        return _("%(span)s left") % {"span": span(left)}
    return _("%(span)s overdue") % {"span": span(left)}


def for_input(at: datetime) -> str:
    """A moment as `datetime-local` wants it."""
    return wording.for_control(timezone.localtime(at))
