"""Due moments: five working days from a million starts, beside a loop that walks day by day."""

from __future__ import annotations

import random
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bench.telling import best_rate, say
from chengnuo.packs.compiling import calendar_plan
from chengnuo.packs.loader import load
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.calendar import Calendar
from chengnuo.rules.clock import Due, due_at
from chengnuo.rules.counting import due_in_bulk
from chengnuo.rules.limits import Count, Ends
from chengnuo.rules.proof import prove
from chengnuo.rules.units import Unit

MILLION = 1_000_000
CHINA = ZoneInfo("Asia/Shanghai")


def run() -> None:
    """Bulk, one by one, with proof, and a plain loop; all must agree before they are timed."""
    calendar = Calendar(calendar_plan(load("water-company").pack), shipped_notices())
    count = Count(amount=5, unit=Unit.WORKING_DAY, ends=Ends.CLOSE_OF_BUSINESS)
    chance = random.Random(7)
    first = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    span = 2.5 * 365 * 86400
    starts = [first + chance.random() * span for _ in range(MILLION)]
    some = [datetime.fromtimestamp(s, CHINA) for s in starts[:20_000]]
    days = {d: calendar.day(d).is_working for d in _days(date(2024, 1, 1), 1200)}
    bulk = due_in_bulk(count=count, starts=starts[:2000], calendar=calendar)
    for start, epoch in zip(some[:2000], bulk, strict=True):
        single = due_at(limit=count, start=start, calendar=calendar).at
        if (
            single is None
            or int(single.timestamp()) != epoch
            or single.date() != _walk(start, days)
        ):
            raise AssertionError(f"the ways disagree from {start}")
    in_bulk = best_rate(
        lambda: len(due_in_bulk(count=count, starts=starts, calendar=calendar)),
        clock=time.process_time,
    )
    alone = best_rate(lambda: _each(some, count, calendar), clock=time.process_time)
    proved = best_rate(lambda: _proved(some[:4000], count, calendar), clock=time.process_time)
    walked = best_rate(
        lambda: sum(_walk(s, days) is not None for s in some), clock=time.process_time
    )
    say("due moments in bulk, per second and core", f"{in_bulk:,.0f}", "bar: 1,000,000")
    say("due moments one by one", f"{alone:,.0f}", f"bulk is {in_bulk / alone:.1f} ×")
    say("with proof", f"{proved:,.0f}", f"bulk is {in_bulk / proved:.0f} ×")
    say("a loop that walks day by day", f"{walked:,.0f}", f"bulk is {in_bulk / walked:.1f} ×")


def _days(first: date, number: int) -> list[date]:
    return [first + timedelta(days=n) for n in range(number)]


def _walk(start: datetime, days: dict[date, bool]) -> date:
    day, left = start.date(), 5
    while left:
        day += timedelta(days=1)
        left -= days[day]
    return day


def _each(starts: list[datetime], count: Count, calendar: Calendar) -> int:
    for start in starts:
        due_at(limit=count, start=start, calendar=calendar)
    return len(starts)


def _proved(starts: list[datetime], count: Count, calendar: Calendar) -> int:
    for start in starts:
        due: Due = due_at(limit=count, start=start, calendar=calendar)
        prove(due=due, start=start, calendar=calendar)
    return len(starts)
