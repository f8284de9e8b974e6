"""A breach is divided among those who held its clock, and nothing is lost in dividing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.rules.accountability import PARTS, Tenure, apportion, shares
from chengnuo.rules.counting import Pause
from tests.rules.world import at, calendar

HOTLINE, NETWORK, TESTING = 1, 2, 3
MONDAY = at("2026-03-09 10:00")


def divided(tenures, start="2026-03-09 10:00", broken="2026-03-09 12:00", pauses=(), working=False):
    """Unit (and person) with the hundredths of a percent they answer for."""
    found = shares(
        tenures=[Tenure(at(since), unit, "", people) for since, unit, *people in tenures],
        start=at(start),
        broken_at=at(broken),
        pauses=[Pause(at(begin), at(end)) for begin, end in pauses],
        calendar=calendar(),
        working_time=working,
    )
    return {(s.unit, s.person) if s.person else s.unit: s.parts for s in found}


@pytest.mark.parametrize(
    ("told", "tenures", "more", "answer"),
    [
        ("one who held it all", [("2026-03-09 10:00", HOTLINE)], {}, {HOTLINE: 10_000}),
        (
            "handed over after half an hour of two",
            [("2026-03-09 10:00", HOTLINE), ("2026-03-09 10:30", NETWORK)],
            {},
            {HOTLINE: 2_500, NETWORK: 7_500},
        ),
        (
            "handed over after it was broken: that is not their breach",
            [("2026-03-09 10:00", HOTLINE), ("2026-03-09 12:30", NETWORK)],
            {},
            {HOTLINE: 10_000},
        ),
        (
            "handed over and back again",
            [
                ("2026-03-09 10:00", HOTLINE),
                ("2026-03-09 10:30", NETWORK),
                ("2026-03-09 11:30", HOTLINE),
            ],
            {},
            {HOTLINE: 5_000, NETWORK: 5_000},
        ),
        (
            "an approved pause counts for nobody",
            [("2026-03-09 10:00", HOTLINE), ("2026-03-09 10:30", NETWORK)],
            {"pauses": [("2026-03-09 10:30", "2026-03-09 11:30")]},
            {HOTLINE: 5_000, NETWORK: 5_000},
        ),
        (
            "two people on one seat answer alike, and the rest goes to the first",
            [("2026-03-09 10:00", HOTLINE, 7, 8, 9)],
            {},
            {(HOTLINE, 7): 3_334, (HOTLINE, 8): 3_333, (HOTLINE, 9): 3_333},
        ),
        (
            "in working days the night counts for nobody",
            [("2026-03-09 16:30", HOTLINE), ("2026-03-10 08:30", NETWORK)],
            {"start": "2026-03-09 16:30", "broken": "2026-03-10 09:30", "working": True},
            {HOTLINE: 5_000, NETWORK: 5_000},
        ),
        (
            "a clock that ran outside business only: wall time decides",
            [("2026-03-07 10:00", HOTLINE), ("2026-03-07 11:00", NETWORK)],
            {"start": "2026-03-07 10:00", "broken": "2026-03-07 14:00", "working": True},
            {HOTLINE: 2_500, NETWORK: 7_500},
        ),
        (
            "due as it started: whoever held it last",
            [("2026-03-09 10:00", HOTLINE)],
            {"broken": "2026-03-09 10:00"},
            {HOTLINE: 10_000},
        ),
        (
            "somebody who came before the clock started holds it from its start",
            [("2026-03-01 08:00", HOTLINE), ("2026-03-09 11:00", NETWORK)],
            {},
            {HOTLINE: 5_000, NETWORK: 5_000},
        ),
    ],
)
def test_a_breach_is_divided_by_how_long_each_held_the_clock(told, tenures, more, answer):
    assert divided(tenures, **more) == answer


def test_a_clock_that_nobody_held_cannot_be_divided():
    with pytest.raises(ValueError, match="somebody who held"):
        divided([])


@given(
    whole=st.integers(0, 10**9),
    weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any),
)
def test_parts_sum_to_the_whole_and_differ_from_the_exact_part_by_less_than_one(whole, weights):
    parts = apportion(whole, weights)
    total = sum(weights)
    assert sum(parts) == whole
    assert all(abs(p * total - whole * w) < total for p, w in zip(parts, weights, strict=True))


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [3, -1]])
def test_nothing_and_less_than_nothing_is_no_weight(weights):
    with pytest.raises(ValueError, match="cannot divide"):
        apportion(100, weights)


moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
tenures = st.builds(
    Tenure,
    moments,
    st.sampled_from([HOTLINE, NETWORK, TESTING]),
    st.just(""),
    st.lists(st.integers(7, 12), max_size=3, unique=True).map(tuple),
)
pauses = st.lists(st.tuples(moments, moments).map(sorted), max_size=3)


@given(
    st.lists(tenures, min_size=1, max_size=6),
    st.tuples(moments, moments).map(sorted),
    pauses,
    st.booleans(),
)
def test_shares_always_sum_to_the_whole(held, window, stops, working):
    start, broken_at = window
    found = shares(
        tenures=held,
        start=start,
        broken_at=broken_at,
        pauses=[Pause(*p) for p in stops],
        calendar=calendar(),
        working_time=working,
    )
    assert sum(s.parts for s in found) == PARTS
    assert all(s.parts >= 0 and s.seconds >= 0 for s in found)
    # nobody answers who came only after the breach
    late = {t.unit for t in held if t.since >= broken_at} - {
        t.unit for t in held if t.since < broken_at
    }
    first = min(held, key=lambda t: t.since).unit
    assert not late & {s.unit for s in found} - {first}
