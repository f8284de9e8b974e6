"""Moments and spans of time as people say them. Local to the zone that the visit has set."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from chengnuo.doors.web.shown.words import is_chinese

WEEKDAYS_ZH = "一二三四五六日"
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _day(local: datetime, now: datetime | None) -> str:
    weekday = f"周{WEEKDAYS_ZH[local.weekday()]}" if is_chinese() else WEEKDAYS_EN[local.weekday()]
    same_year = now is not None and local.year == timezone.localtime(now).year
    return f"{local:%m-%d} {weekday}" if same_year else f"{local:%Y-%m-%d} {weekday}"


def moment(at: datetime | None, now: datetime | None = None) -> str:
    """11-20 周五 14:30; with its year where that is not this year's."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return f"{_day(local, now)} {local:%H:%M}"


def due(at: datetime | None, now: datetime | None = None) -> str:
    """A due moment: the end of a day is its 24:00, not the 00:00 of the next."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{_day(local - timedelta(days=1), now)} 24:00"
    return f"{_day(local, now)} {local:%H:%M}"


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
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"
