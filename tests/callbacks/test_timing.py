"""When a customer who did not answer is tried again: another part of the day, in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.callbacks.timing import part_of_day, try_again_at
from tests.rules.world import at, calendar

HOURS = (540, 1230)  # 09:00–20:30
APART = timedelta(hours=2)


def again(*tried, due=None):
    found = try_again_at(
        tried=[at(t) for t in tried],
        apart=APART,
        hours=HOURS,
        due_at=at(due) if due else None,
        calendar=calendar(),
    )
    return found.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("tried", "due", "answer"),
    [
        (["2026-03-09 09:30"], None, "2026-03-09 13:00"),  # morning: in the afternoon
        (["2026-03-09 09:30", "2026-03-09 13:00"], None, "2026-03-09 17:00"),  # then the evening
        (["2026-03-09 19:00"], None, "2026-03-10 09:00"),  # evening: next morning
        (["2026-03-09 19:00", "2026-03-10 09:00"], None, "2026-03-10 13:00"),
        (["2026-03-09 09:10"], "2026-03-09 12:00", "2026-03-09 11:30"),  # due: as soon as it may be
    ],
)
def test_attempts_vary_over_the_day(tried, due, answer):
    assert again(*tried, due=due) == answer


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.integers(0, 4 * 24 * 60), min_size=1, max_size=6, unique=True),
    st.none() | st.integers(0, 6 * 24 * 60),
)
def test_the_next_attempt_lies_ahead_apart_and_within_the_hours(minutes, due):
    start = at("2026-03-09 00:00")
    tried = [start + timedelta(minutes=m) for m in sorted(minutes)]
    found = try_again_at(
        tried=tried, apart=APART, hours=HOURS, calendar=calendar(),
        due_at=start + timedelta(minutes=due) if due is not None else None,
    )  # fmt: skip
    minute = found.hour * 60 + found.minute
    assert found >= tried[-1] + APART
    assert HOURS[0] <= minute < HOURS[1]
    if due is None:
        tried_parts = [part_of_day(t.hour * 60 + t.minute, HOURS) for t in tried]
        counts = [tried_parts.count(p) for p in range(3)]
        assert counts[part_of_day(minute, HOURS)] == min(counts)
