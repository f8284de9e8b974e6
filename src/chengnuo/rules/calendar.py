"""A working calendar: which moments count as working time, and why.

A calendar joins an organisation's own week, short and closed days with the published holiday
notices (节假日安排, including make-up working days 调休). It is expanded once into sorted arrays,
so that a due moment is a bisect. A year without a published notice is never guessed: its days
follow the weekly pattern alone and every answer that touches it says so (`unpublished`).
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chengnuo.rules.words import Text

# A moment outside these years is refused, never guessed. Widening costs memory in each process:
# the arrays below are expanded once for all of them.
FIRST_YEAR = 2000
LAST_YEAR = 2060

Minutes = tuple[int, int]
"""An interval within a local day, `[from, to)` in minutes since 00:00; 24:00 is 1440."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedNotice:
    """One year's published arrangement: days off and make-up working days, each with its name."""

    year: int
    off: Mapping[date, Text] = field(hash=False)
    work: Mapping[date, Text] = field(hash=False)
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A named shift in local minutes; `to` may pass midnight (`to` <= `from`)."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPlan:
    """What a pack and its organisation say about time, before notices are joined."""

    time_zone: str
    holidays: str
    week: Mapping[int, tuple[Minutes, ...]]
    makeup_day: tuple[Minutes, ...]
    short_days: Mapping[date, tuple[Minutes, ...]] = field(default_factory=dict)
    closed_days: Mapping[date, Text] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    quiet_hours: Minutes | None = None
    ring_seconds: int = 5


@dataclass(frozen=True, slots=True)
class Day:
    """One local day: its business intervals and the reason it is (not) a working day."""

    day: date
    intervals: tuple[Minutes, ...]
    reason: str
    name: Text

    @property
    def is_working(self) -> bool:
        return bool(self.intervals)


WORKING_DAY = Text("工作日", "working day")
REST_DAY = Text("休息日", "rest day")
MAKEUP_DAY = Text("调休上班", "make-up working day")


def spans_of(years: Sequence[int]) -> str:
    """Years in a row as one span: 2004-2006,2008."""
    spans: list[list[int]] = []
    for year in sorted(set(years)):
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ",".join(f"{a}" if a == b else f"{a}-{b}" for a, b in spans)


class Calendar:
    """An expanded calendar. Immutable; build one per plan and set of notices and share it.

    All moments returned are aware datetimes in the calendar's own time zone.
    """

    def __init__(self, plan: CalendarPlan, notices: Sequence[PublishedNotice] = ()) -> None:
        self.plan = plan
        self.zone = ZoneInfo(plan.time_zone)
        used = () if plan.holidays == "none" else tuple(sorted(notices, key=lambda n: n.year))
        self.notices: tuple[PublishedNotice, ...] = used
        self._off = {d: t for n in used for d, t in n.off.items()}
        self._work = {d: t for n in used for d, t in n.work.items()}
        self._published = frozenset(n.year for n in used)
        self.version = self._version()
        self._expand()

    def _version(self) -> str:
        """A short digest that changes when anything this calendar answers could change."""
        # repr names every field: one that is added to the plan changes the version by itself.
        parts = [repr(self.plan)]
        parts += [f"{n.year}:{sorted(n.off)}:{sorted(n.work)}" for n in self.notices]
        years = spans_of([n.year for n in self.notices]) or "none"
        digest = hashlib.sha256("|".join(parts).encode()).hexdigest()[:8]
        return f"{self.plan.holidays}:{years}#{digest}"

    def _expand(self) -> None:
        first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
        self._first_ordinal = first.toordinal()
        self.working_starts: list[int] = []
        self.working_closes: list[int] = []
        self.working_ends: list[int] = []
        self.working_dates: list[date] = []
        self.interval_starts: list[int] = []
        self.interval_ends: list[int] = []
        self.worked_before: list[int] = []
        total = 0
        for ordinal in range(self._first_ordinal, last.toordinal() + 1):
            day = date.fromordinal(ordinal)
            intervals = self._intervals(day)
            if not intervals:
                continue
            # Asked of the zone day by day: where clocks change, a day is not 86,400 seconds long.
            midnight = int(datetime.combine(day, time(), self.zone).timestamp())
            self.working_starts.append(midnight)
            self.working_closes.append(self._epoch(day, intervals[-1][1]))
            self.working_ends.append(self._epoch(day, 1440))
            self.working_dates.append(day)
            for begin, end in intervals:
                start, stop = self._epoch(day, begin), self._epoch(day, end)
                self.interval_starts.append(start)
                self.interval_ends.append(stop)
                self.worked_before.append(total)
                total += stop - start

    def _epoch(self, day: date, minute: int) -> int:
        return int(self.at_minute(day, minute).timestamp())

    def _intervals(self, day: date) -> tuple[Minutes, ...]:
        plan = self.plan
        # The nearer word governs: the organisation's own days, then the State's notice, then the
        # week. `day` below tells the reasons in the same order.
        if day in plan.closed_days:
            return ()
        if day in plan.short_days:
            return plan.short_days[day]
        if day in self._off:
            return ()
        if day in self._work:
            return plan.makeup_day
        return plan.week.get(day.weekday(), ())

    def day(self, day: date) -> Day:
        """Tell whether `day` is a working day, and why."""
        intervals = self._intervals(day)
        if day in self.plan.closed_days:
            return Day(day, intervals, "closed_day", self.plan.closed_days[day])
        if day in self.plan.short_days:
            return Day(day, intervals, "short_day", Text("短工作日", "short working day"))
        if day in self._off:
            return Day(day, intervals, "holiday", self._off[day])
        if day in self._work:
            return Day(day, intervals, "makeup_working_day", MAKEUP_DAY)
        if intervals:
            return Day(day, intervals, "working_day", WORKING_DAY)
        return Day(day, intervals, "rest_day", REST_DAY)

    def unpublished(self, first: date, last: date) -> tuple[int, ...]:
        """The years between two days (inclusive) whose holiday notice is not known."""
        if self.plan.holidays == "none":
            return ()
        years = range(min(first, last).year, max(first, last).year + 1)
        return tuple(y for y in years if y not in self._published)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)

    def at_minute(self, day: date, minute: int) -> datetime:
        """The moment `minute` minutes of wall clock into a local day; 1440 is the next midnight."""
        whole, rest = divmod(minute, 1440)
        return datetime.combine(
            day + timedelta(days=whole), time(rest // 60, rest % 60), tzinfo=self.zone
        )

    def from_epoch(self, seconds: float) -> datetime:
        return datetime.fromtimestamp(seconds, self.zone)

    def close_of_business(self, day: date) -> datetime:
        """When business ends on `day`; 24:00 on a day without business."""
        intervals = self._intervals(day)
        return self.at_minute(day, intervals[-1][1] if intervals else 1440)

    def next_working_day(self, day: date) -> date:
        """`day` itself when it is one, else the next."""
        while not self._intervals(day):
            day += timedelta(days=1)
        return day

    def previous_working_day(self, day: date) -> date:
        """`day` itself when it is one, else the last before it."""
        while not self._intervals(day):
            day -= timedelta(days=1)
        return day

    def opening(self, at: datetime) -> datetime:
        """`at` itself within office hours, else when they next begin; closing time is outside.

        IndexError where the calendar ends before.
        """
        epoch = at.timestamp()
        index = bisect_right(self.interval_starts, epoch)
        # Closing time itself is outside: what comes at the stroke waits for the next opening.
        if index and epoch < self.interval_ends[index - 1]:
            return self.local(at)
        return self.from_epoch(self.interval_starts[index])

    def shift_end(self, at: datetime) -> datetime | None:
        """The end of the shift in which `at` lies, or None where no shift is defined for it."""
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        for shift in self.plan.shifts:
            # Modulo, since a night shift ends on the next day; 1440 for one that goes around the
            # clock.
            length = (shift.end - shift.start) % 1440 or 1440
            into = (minute - shift.start) % 1440
            if into < length:
                opened = local.date() if minute >= shift.start else local.date() - timedelta(days=1)
                return self.at_minute(opened, shift.start + length)
        return None

    def after_quiet_hours(self, at: datetime) -> datetime:
        """The first moment at or after `at` at which a message may go out."""
        quiet = self.plan.quiet_hours
        if quiet is None:
            return at
        local = self.local(at)
        minute = local.hour * 60 + local.minute
        begin, end = quiet
        length = (end - begin) % 1440
        if (minute - begin) % 1440 >= length:
            return at
        # In the small hours the quiet time began yesterday.
        opened = local.date() if minute >= begin else local.date() - timedelta(days=1)
        return self.at_minute(opened, begin + length)

    def worked_until(self, epoch: float) -> float:
        """Business seconds from the calendar's beginning until a moment."""
        index = bisect_right(self.interval_starts, epoch) - 1
        if index < 0:
            return 0
        inside = min(epoch, self.interval_ends[index]) - self.interval_starts[index]
        return self.worked_before[index] + inside
