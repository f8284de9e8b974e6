# ruff: noqa: E501 (rules are written on one line, so that they can be read)
"""What must hold for every clock and every sequence of events, tried on random ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, find, given, settings
from hypothesis import strategies as st

from chengnuo.rules.clock import Due, due_at, notice_due
from chengnuo.rules.counting import Pause, due_in_bulk
from chengnuo.rules.evolve import evolve
from chengnuo.rules.limits import Count, Ends, Limit, MaxOf, MinOf, Roll, Starts
from chengnuo.rules.proof import Segment, prove
from chengnuo.rules.react import react
from chengnuo.rules.state import TIME_PASSED, Closed, Event, State
from chengnuo.rules.units import UNITS, Unit, Way, length_of
from tests.rules.world import at, book, calendar

FIRST = at("2024-01-01 00:00")
moments = st.integers(0, 3 * 366 * 24 * 60).map(lambda m: FIRST + timedelta(minutes=m))
DAYS = (Unit.NATURAL_DAY, Unit.WORKING_DAY, Unit.NEXT_DAY, Unit.WEEK, Unit.MONTH, Unit.YEAR)
HOURS = tuple(u for u in Unit if UNITS[u].seconds)
days, hours = st.sampled_from(DAYS), st.sampled_from(HOURS)
BETWEEN = st.sampled_from([None, (480, 1200), (1320, 360)])


@st.composite
def counts(draw: st.DrawFn) -> Count:
    unit = draw(st.sampled_from([u for u in Unit if u is not Unit.RING]))
    amount = draw(st.integers(1, 40))
    windowed = unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR)
    return Count(
        amount=amount,
        unit=unit,
        count_start_day=draw(st.booleans()),
        ends=draw(st.sampled_from(Ends)),
        roll=draw(st.sampled_from(Roll)) if unit is not Unit.WORKING_DAY else Roll.NONE,
        between=draw(BETWEEN) if windowed else None,
        starts=draw(st.sampled_from(Starts))
        if UNITS[unit].way is not Way.WORKED
        else Starts.AS_RECEIVED,
    )


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        begin = draw(moments)
        found.append(Pause(begin, begin + timedelta(minutes=draw(st.integers(1, 6000)))))
    return found


def reckon(limit: Limit, start: datetime, stops: Sequence[Pause] = ()) -> Due:
    return due_at(limit=limit, start=start, calendar=calendar(), pauses=stops)


class TestClocks:
    @given(counts(), moments, pauses())
    def test_nothing_is_due_before_it_starts(self, count: Count, start: datetime, stops: list):
        due = reckon(count, start, stops)
        assert due.at >= start

    @given(counts(), moments)
    def test_the_later_start_is_never_due_earlier(self, count: Count, start: datetime):
        # `same_time` keeps the hour of the start: from Saturday night it is later than from Sunday.
        assume(count.ends is not Ends.SAME_TIME)
        later = start + timedelta(minutes=37)
        assert reckon(count, start).at <= reckon(count, later).at

    @given(counts(), moments, st.integers(1, 20))
    def test_the_greater_amount_is_never_due_earlier(
        self, count: Count, start: datetime, more: int
    ):
        longer = Count(
            **{f: getattr(count, f) for f in count.__slots__} | {"amount": count.amount + more}
        )
        assert reckon(count, start).at <= reckon(longer, start).at

    @given(counts(), moments, pauses())
    def test_a_pause_never_shortens_the_time(self, count: Count, start: datetime, stops: list):
        assert reckon(count, start).at <= reckon(count, start, stops).at

    @given(counts(), counts(), moments)
    def test_the_earlier_and_the_later_of_two(self, one: Count, other: Count, start: datetime):
        both = sorted([reckon(one, start).at, reckon(other, start).at])
        found = [reckon(MinOf((one, other)), start).at, reckon(MaxOf((one, other)), start).at]
        assert found == both

    @given(
        st.lists(moments, max_size=20),
        st.integers(1, 30),
        st.sampled_from([Ends.DAY_END, Ends.CLOSE_OF_BUSINESS]),
    )
    def test_in_bulk_as_singly(self, starts: list[datetime], amount: int, ends: Ends):
        count = Count(amount=amount, unit=Unit.WORKING_DAY, ends=ends)
        made = due_in_bulk(count=count, starts=[s.timestamp() for s in starts], calendar=calendar())
        assert made == [reckon(count, s).at.timestamp() for s in starts]

    @given(st.integers(1, 30), moments)
    def test_a_notice_given_in_time_leaves_the_whole_days(self, amount: int, announced: datetime):
        """Counting back mirrors counting forward: the amount counted from the notice is over by then."""
        count = Count(amount=amount, unit=Unit.WORKING_DAY, ends=Ends.DAY_END)
        notice = notice_due(limit=count, announced=announced, calendar=calendar()).at
        given_then = notice - timedelta(minutes=1)
        assert reckon(count, given_then).at <= announced


def naively(count: Count, moment: datetime, step: int) -> datetime:
    """The window asked minute by minute, onward or back, until the amount is used up."""
    left = count.amount * length_of(count.unit) // 60
    local = moment.astimezone(at("2026-01-01").tzinfo)
    begin, end = count.between or (0, 1440)
    while left:
        minute = local if step > 0 else local - timedelta(minutes=1)
        now = minute.hour * 60 + minute.minute
        left -= begin <= now < end if begin < end else now >= begin or now < end
        local += timedelta(minutes=step)
    return local


windows = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(
    lambda w: w[0] % 1440 != w[1] % 1440 and w[0] < 1440 and w[1] > 0
)


class TestHoursOfTheDay:
    """Against a counter that asks every single minute."""

    counts = st.builds(
        Count,
        amount=st.integers(1, 90),
        unit=st.sampled_from([Unit.MINUTE, Unit.HOUR]),
        between=windows,
    )

    @given(counts, moments)
    def test_ahead_of_an_announced_moment(self, count: Count, announced: datetime):
        due = notice_due(limit=count, announced=announced, calendar=calendar())
        assert due.at == naively(count, announced, -1)

    @given(counts, moments)
    def test_from_a_start(self, count: Count, start: datetime):
        assert reckon(count, start).at == naively(count, start, 1)

    @given(counts, moments)
    def test_the_proof_of_a_notice_counts_the_amount(self, count: Count, announced: datetime):
        due = notice_due(limit=count, announced=announced, calendar=calendar())
        segments = prove(due=due, start=announced, calendar=calendar(), backwards=True)
        counted = sum((s.end - s.start).total_seconds() for s in segments if s.counted)
        assert counted == count.amount * length_of(count.unit)
        edges = [due.at, *(s.end for s in segments)]
        assert [s.start for s in segments] == edges[:-1]
        assert edges[-1] == announced


def days_in(unit: Unit, amount: int, start: datetime) -> int:
    """The days of an amount: a month ends on the same number, or on its last day."""
    if unit is Unit.WEEK:
        return 7 * amount
    if unit not in (Unit.MONTH, Unit.YEAR):
        return amount
    day = start.date()
    months = amount * (12 if unit is Unit.YEAR else 1)
    year, month = day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1
    following = (date(year, month, 28) + timedelta(days=4)).replace(day=1)
    last = (following - timedelta(days=1)).day
    return (date(year, month, min(day.day, last)) - day).days


class TestProofs:
    @staticmethod
    def prove(
        count: Count, start: datetime, stops: Sequence[Pause]
    ) -> tuple[tuple[Segment, ...], Due]:
        due = reckon(count, start, stops)
        return prove(due=due, start=start, calendar=calendar(), pauses=stops), due

    @given(counts(), moments, pauses())
    def test_segments_lead_without_a_gap_from_the_start_to_the_due_moment(
        self, count: Count, start: datetime, stops: list
    ):
        segments, due = self.prove(count, start, stops)
        if due.at == start:
            assert segments == ()
            return
        edges = [start, *(s.end for s in segments)]
        assert [s.start for s in segments] == edges[:-1]
        assert edges[-1] == due.at
        assert all(s.start < s.end for s in segments)

    @given(hours, st.integers(1, 60), BETWEEN, moments, pauses())
    def test_counted_hours_are_the_amount(
        self, unit: Unit, amount: int, between, start: datetime, stops: list
    ):
        windowed = unit in (Unit.SECOND, Unit.MINUTE, Unit.HOUR)
        count = Count(amount=amount, unit=unit, between=between if windowed else None)
        segments, _ = self.prove(count, start, stops)
        seconds = sum((s.end - s.start).total_seconds() for s in segments if s.counted)
        assert seconds == amount * length_of(unit)

    @given(
        days,
        st.integers(1, 40),
        st.booleans(),
        st.sampled_from(Ends),
        st.sampled_from(Roll),
        moments,
        pauses(),
    )
    @example(
        Unit.WORKING_DAY, 1, True, Ends.CLOSE_OF_BUSINESS, Roll.NONE, at("2026-03-09 18:00"), []
    )
    def test_counted_days_are_the_amount(self, unit, amount, first, ends, roll, start, stops):
        roll = Roll.NONE if unit is Unit.WORKING_DAY else roll
        count = Count(amount=amount, unit=unit, count_start_day=first, ends=ends, roll=roll)
        segments, due = self.prove(count, start, stops)
        if due.at == start or (ends is Ends.SAME_TIME and start.time() == time()):
            return  # over before it began, or a last day of no length: nothing to see
        counted = set()
        for segment in (s for s in segments if s.counted):
            day = segment.start
            while day < segment.end:
                counted.add(day.date())
                day = calendar().at_minute(day.date(), 1440)
        back = roll is Roll.BACKWARD and any(s.reason == "rolled_back" for s in segments)
        whole = days_in(unit, amount, start)
        # a day that a pause cuts short is seen as counted, though its end was rolled back
        assert len(counted) <= whole - (not stops) if back else len(counted) == whole


RULES = """
reply:
  kind: within
  start: case.lodged
  stop: reply.sent
  on_reopen: resume
  limit: {amount: 24, unit: hour}
  appointment: {fact: agreed_at}
  pause:
    - {reason: absent, title: {zh: 不在, en: Absent}, proof: {zh: 单号, en: Slip}, cap: {amount: 9, unit: hour}, approver: handler}
repair:
  kind: within
  start: case.handed_over
  stop: repair.completed
  again: restart
  on_reopen: restart
  limit: {table: [{when: {area: urban}, amount: 2, unit: hour}, {when: {area: rural}, amount: 1, unit: working_day}]}
visit:
  kind: within
  start: case.urged
  stop: {all: [crew.arrived, repair.completed]}
  again: another
  on_reopen: new
  when: {emergency: true}
  blocks_close: false
  limit: {min_of: [{amount: 3, unit: natural_day}, {amount: 2, unit: working_day}]}
notice:
  kind: before
  announced: stop_at
  stop: notice.sent
  limit: {amount: 1, unit: working_day}
"""
BOOK = book(RULES)
NAMES = [
    "case.lodged", "case.handed_over", "case.urged", "reply.sent", "repair.completed", "crew.arrived",
    "notice.sent", "callback.made", "case.reopened", "case.withdrawn", "case.merged",
    "case.separated", "facts.changed",
    "appointment.agreed", "pause.requested", "pause.approved", "pause.rejected", "pause.ended",
    TIME_PASSED,
]  # fmt: skip
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "area": st.sampled_from(["urban", "rural"]),
        "emergency": st.booleans(),
        "agreed_at": moments,
        "stop_at": moments,
    },
)


@st.composite
def events(draw: st.DrawFn) -> list[Event]:
    """A believable life of a case: events in order of time, minutes to days apart."""
    now = at("2026-02-10 09:00")
    found = [Event(name="case.lodged", at=now, facts=draw(FACTS))]
    for _ in range(draw(st.integers(1, 25))):
        now += timedelta(minutes=draw(st.sampled_from([0, 1, 61, 700, 1500, 9000])))
        name = draw(st.sampled_from(NAMES))
        pause = name.startswith("pause.")
        found.append(
            Event(
                name=name,
                at=now,
                facts={} if pause or name == TIME_PASSED else draw(FACTS),
                target="reply#1" if pause else None,
                reason="absent" if pause else None,
            )
        )
    return found


def opened() -> State:
    return State(subject="case", service="leak", process="repair", round_at=at("2026-02-10 09:00"))


def play(told: Sequence[Event]) -> list[State]:
    states = [opened()]
    for event in told:
        state = states[-1]
        if event.target is not None and all(o.key != event.target for o in state.obligations):
            continue
        states.append(evolve(state, react(BOOK, state, event), event))
    return states


class TestDockets:
    @given(events())
    def test_no_obligation_and_no_breach_is_ever_lost_or_moved(self, told: list[Event]):
        states = play(told)
        for before, after in pairwise(states):
            held = {o.key: o for o in after.obligations}
            for obligation in before.obligations:
                assert obligation.key in held
                if obligation.broken_at is not None:
                    assert held[obligation.key].broken_at == obligation.broken_at

    @given(events())
    def test_a_breach_is_dated_at_the_due_moment_and_never_before_it(self, told: list[Event]):
        last = max(e.at for e in told)
        for held in (o for state in play(told) for o in state.obligations):
            if held.broken_at is not None:
                assert held.broken_at == held.due_at
                assert held.broken_at < last

    @given(events())
    def test_what_is_kept_late_is_broken_and_what_is_kept_in_time_is_not(self, told: list[Event]):
        for state in play(told):
            for held in state.obligations:
                if held.kept_at is not None and held.due_at is not None and not held.hangs:
                    assert (held.broken_at is not None) == (held.due_at < held.kept_at)

    @settings(max_examples=150)
    @given(events(), st.lists(moments, max_size=10))
    def test_looking_often_or_rarely_gives_the_same_verdicts(self, told: list[Event], looks: list):
        last = max(e.at for e in told) + timedelta(days=90)
        end = Event(name=TIME_PASSED, at=last)
        silent = [e for e in told if e.name != TIME_PASSED]
        ticks = [Event(name=TIME_PASSED, at=told[0].at + (m - FIRST)) for m in looks]
        often = sorted([*silent, *(t for t in ticks if t.at < last)], key=lambda e: e.at)
        verdicts = [
            {
                o.key: (o.start_at, o.due_at, o.kept_at, o.broken_at, o.voided_at)
                for o in s.obligations
            }
            for s in (play([*silent, end])[-1], play([*often, end])[-1])
        ]
        assert verdicts[0] == verdicts[1]

    @given(events())
    def test_a_case_closes_only_when_nothing_blocking_runs(self, told: list[Event]):
        state = opened()
        for event in told:
            if event.target is not None and all(o.key != event.target for o in state.obligations):
                continue
            decided = react(BOOK, state, event)
            state = evolve(state, decided, event)
            if any(isinstance(d, Closed) for d in decided):
                blocking = [
                    o for o in state.obligations if o.is_running and BOOK.rules[o.rule].blocks_close
                ]
                assert blocking == []

    @given(events())
    def test_playing_the_same_life_again_gives_the_same_decisions(self, told: list[Event]):
        assert play(told) == play(told)


@pytest.mark.parametrize("unit", list(Unit))
def test_every_unit_is_tried(unit: Unit):
    """The strategies above must not forget a unit; rings are elapsed time of another length."""
    if unit is Unit.RING:
        return
    assert unit in (*DAYS, *HOURS)
    assert find(counts(), lambda count: count.unit is unit).unit is unit
