"""Periods of recurring rules: which one is open at a moment, and when its deed is due."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chengnuo.rules.calendar import Calendar
from chengnuo.rules.clock import due_at
from chengnuo.rules.counting import last_day
from chengnuo.rules.moments import for_control, month_key
from chengnuo.rules.rulebook import Recurring

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12, "two_years": 24}
DEFAULT_ANCHOR_YEAR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A half-open period `[start, end)` and the due moment of its deed."""

    label: str
    start: datetime
    end: datetime
    due_at: datetime
    unpublished: tuple[int, ...] = ()


def period_at(*, rule: Recurring, at: datetime, calendar: Calendar) -> Period | None:
    """The first period whose deed is not yet overdue at `at`; None when no period is set.

    A bulletin due on the 15th belongs, from the 16th on, to the next month's period. Where the rule
    counts from the last deed, `at` is its moment.
    """
    if rule.since_last is not None:
        return period_since(rule=rule, last=at, calendar=calendar)
    if rule.every is None:
        return None
    period = _containing(rule, calendar.local(at), calendar)
    previous = _before(rule, period, calendar) if rule.due_in_next else None
    if previous is not None and previous.due_at >= at:
        return previous
    while period.due_at < at:
        period = _containing(rule, period.end, calendar)
    return period


def period_of(*, rule: Recurring, at: datetime, calendar: Calendar) -> Period:
    """The period that contains a moment, whether its deed is overdue or not."""
    return _containing(rule, calendar.local(at), calendar)


def period_since(*, rule: Recurring, last: datetime, calendar: Calendar) -> Period | None:
    """From the last deed until the next is due; None for a rule by the calendar."""
    if rule.since_last is None:
        return None
    start = calendar.local(last)
    due = due_at(limit=rule.since_last, start=start, calendar=calendar)
    if due.at is None:
        return None
    label = start.replace(tzinfo=None).isoformat(timespec="seconds")
    return Period(label=label, start=start, end=due.at, due_at=due.at, unpublished=due.unpublished)


def period_over(*, over: str, at: datetime, calendar: Calendar) -> Period:
    """The month, quarter, half-year or year of a mean: it is judged when it ends."""
    length = MONTHS[over]
    day = calendar.local(at).date()
    index = day.year * 12 + day.month - 1
    first, following = _first_of(index - index % length), _first_of(index - index % length + length)
    end = calendar.at_minute(following, 0)
    return Period(
        label=_label(over, first), start=calendar.at_minute(first, 0), end=end, due_at=end
    )


def _before(rule: Recurring, period: Period, calendar: Calendar) -> Period:
    return _containing(rule, period.start - timedelta(microseconds=1), calendar)


def _containing(rule: Recurring, local: datetime, calendar: Calendar) -> Period:
    if rule.every == "shift":
        return _shift(local, calendar)
    first, following = _bounds(rule, local.date(), calendar)
    start, end = calendar.at_minute(first, 0), calendar.at_minute(following, 0)
    due = _due(rule, first, following, calendar)
    counts = rule.every == "working_day" or rule.by_working_day is not None
    day = last_day(due)
    return Period(
        label=_label(rule.every or "", first),
        start=start,
        end=end,
        due_at=due,
        unpublished=calendar.unpublished(day, day) if counts else (),
    )


def _shift(local: datetime, calendar: Calendar) -> Period:
    end = calendar.shift_end(local)
    if end is None:
        start, end = calendar.at_minute(local.date(), 0), calendar.at_minute(local.date(), 1440)
    else:
        length = min(
            (s.end - s.start) % 1440 or 1440
            for s in calendar.plan.shifts
            if (end.hour * 60 + end.minute) == s.end % 1440
        )
        start = end - timedelta(minutes=length)
    return Period(label=for_control(start), start=start, end=end, due_at=end)


def _bounds(rule: Recurring, day: date, calendar: Calendar) -> tuple[date, date]:
    if rule.every == "day":
        return day, day + timedelta(days=1)
    if rule.every == "working_day":
        first = calendar.next_working_day(day)
        return first, first + timedelta(days=1)
    if rule.every == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=7)
    length = months_of(rule.every or "")
    anchor = (rule.anchor_year or DEFAULT_ANCHOR_YEAR) * 12
    index = day.year * 12 + day.month - 1
    begin = index - (index - anchor) % length
    return _first_of(begin), _first_of(begin + length)


def months_of(every: str) -> int:
    """The length of a period of months; 1 for shorter ones, whose due day lies in one month."""
    return int(every.split()[0]) if every.endswith(" months") else MONTHS.get(every, 1)


def _first_of(months: int) -> date:
    year, month = divmod(months, 12)
    return date(year, month + 1, 1)


def _due(rule: Recurring, first: date, following: date, calendar: Calendar) -> datetime:
    if rule.every == "working_day":
        return calendar.close_of_business(first)
    if rule.by_working_day is not None:
        return _due_working_day(rule, rule.by_working_day, first, following, calendar)
    last = _due_day(rule, first, following)
    if last is None:
        return calendar.at_minute(following, 0)
    return calendar.at_minute(last, 1440 if rule.by_day_included else 0)


def _due_day(rule: Recurring, first: date, following: date) -> date | None:
    base = following if rule.due_in_next else first
    if rule.by_weekday is not None:
        return base + timedelta(days=rule.by_weekday)
    if rule.by_day is None:
        return None
    begin = _due_month(rule, base)
    return begin.replace(day=min(rule.by_day, monthrange(begin.year, begin.month)[1]))


def _due_month(rule: Recurring, base: date) -> date:
    """The first of the month of the due day: the named one, else the last of the same period.

    A report on a period can be due in its last month; one that is due in the next period is due in
    its first.
    """
    month = base.year * 12 + base.month - 1
    if rule.by_month:
        return _first_of(month + rule.by_month - 1)
    return _first_of(month + (0 if rule.due_in_next else months_of(rule.every or "") - 1))


def _due_working_day(
    rule: Recurring, number: int, first: date, following: date, calendar: Calendar
) -> datetime:
    """Close of business on the nth working day of the due month; the last one if it has fewer."""
    begin = _due_month(rule, following if rule.due_in_next else first)
    length = monthrange(begin.year, begin.month)[1]
    days = [begin + timedelta(days=n) for n in range(length)]
    working = [d for d in days if calendar.day(d).is_working] or days[-1:]
    index = number - 1 if number > 0 else number
    chosen = working[max(min(index, len(working) - 1), -len(working))]
    return calendar.close_of_business(chosen)


def _label(every: str, first: date) -> str:
    if every in ("day", "working_day"):
        return first.isoformat()
    if every == "week":
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02d}"
    if every == "month":
        return month_key(first)
    if every == "quarter":
        return f"{first.year}-Q{(first.month + 2) // 3}"
    if every == "half_year":
        return f"{first.year}-H{1 if first.month < 7 else 2}"
    if every.endswith(" months"):
        return month_key(first)
    return str(first.year)
