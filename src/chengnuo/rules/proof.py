"""The derivation of a due moment: segments that a machine can check, a sentence for people.

Kept apart from `clock`, which only finds the moment: the proof walks day by day and is made on
demand, for the row that is stored and for `policy explain`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from chengnuo.rules import moments
from chengnuo.rules.calendar import Calendar
from chengnuo.rules.clock import Due
from chengnuo.rules.counting import (
    Pause,
    begins,
    in_order,
    is_paused,
    last_calendar_day,
    last_day,
    opens_today,
)
from chengnuo.rules.limit_words import in_words
from chengnuo.rules.limits import Agreed, Count, Limit, Roll
from chengnuo.rules.moments import Style
from chengnuo.rules.units import UNITS, Way, by_business
from chengnuo.rules.words import Text

NAMES = {
    "start_day": Text("起算当日不计", "the starting day is not counted"),
    "counted_start_day": Text("当日计入", "the starting day counts"),
    "elapsed": Text("连续计时", "runs around the clock"),
    "natural_day": Text("自然日", "calendar day"),
    "after_hours": Text("非办公时间", "outside business hours"),
    "business_hours": Text("办公时间", "business hours"),
    "between": Text("计时时段", "the hours that count"),
    "outside": Text("不计时时段", "outside the hours that count"),
    "paused": Text("暂停计时", "clock paused"),
    "agreed": Text("按约定时间", "as agreed"),
    "rolled": Text("顺延", "rolled forward"),
    "rolled_back": Text("末日为休息日，提前", "the last day is a rest day: brought forward"),
    "before_opening": Text("非办公时间，自下次开始办公起算", "counts from the next opening"),
    "unpublished": Text(
        "该年放假通知未公布，暂按每周作息推算",
        "holiday notice not published: weekly pattern only",
    ),
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time `[start, end)` that counts or does not, and why."""

    start: datetime
    end: datetime
    counted: bool
    reason: str
    name: Text

    def as_dict(self) -> dict[str, object]:
        return {
            "from": self.start.isoformat(),
            "to": self.end.isoformat(),
            "counted": self.counted,
            "reason": self.reason,
            "name": self.name.as_dict(),
        }


def prove(
    *,
    due: Due,
    start: datetime,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    backwards: bool = False,
) -> tuple[Segment, ...]:
    """The segments from the start (or, `backwards`, to the announced moment) to the due moment.

    They are contiguous: the first begins at the start, the last ends at the due moment. Where the
    due moment lies before the start (a notice that is already late) or has no number, there are
    none.
    """
    if due.at is None:
        return ()
    begin, end = (due.at, start) if backwards else (start, due.at)
    begin, end = calendar.local(begin), calendar.local(end)
    if end.timestamp() <= begin.timestamp():
        return ()
    opened = begin
    if isinstance(due.count, Count) and not backwards:
        opened = min(begins(due.count, begin, calendar), end)
    # A pause begun when the time was up took nothing out of the clock.
    stops = tuple(p for p in in_order(pauses, opened) if p.start < end) if not backwards else ()
    pieces = _pieces(due.count, opened, end, calendar, stops, backwards)
    return (*_waiting(begin, opened), *_merged(pieces))


def _waiting(begin: datetime, opened: datetime) -> Iterator[Segment]:
    if begin < opened:
        yield Segment(begin, opened, False, "before_opening", NAMES["before_opening"])


def _pieces(
    count: Limit,
    begin: datetime,
    end: datetime,
    calendar: Calendar,
    pauses: Sequence[Pause],
    backwards: bool,
) -> Iterator[Segment]:
    if isinstance(count, Agreed):
        yield Segment(begin, end, True, "agreed", NAMES["agreed"])
    elif isinstance(count, Count):
        if count.between is not None:
            yield from _open_hours(begin, end, calendar, pauses, count)
        elif UNITS[count.unit].way is Way.ELAPSED:
            yield from _elapsed(begin, end, calendar, pauses)
        elif UNITS[count.unit].way is Way.WORKED:
            yield from _open_hours(begin, end, calendar, pauses, None)
        else:
            yield from _days(count, begin, end, calendar, pauses, backwards)


def _elapsed(
    begin: datetime, end: datetime, calendar: Calendar, pauses: Sequence[Pause]
) -> Iterator[Segment]:
    at = begin
    for pause in sorted(pauses, key=lambda p: p.start):
        first, last = max(calendar.local(pause.start), at), min(calendar.local(pause.end), end)
        if last <= first:
            continue
        if first > at:
            yield Segment(at, first, True, "elapsed", NAMES["elapsed"])
        yield Segment(first, last, False, pause.reason, NAMES["paused"])
        at = last
    if at < end:
        yield Segment(at, end, True, "elapsed", NAMES["elapsed"])


def _open_hours(
    begin: datetime,
    end: datetime,
    calendar: Calendar,
    pauses: Sequence[Pause],
    count: Count | None,
) -> Iterator[Segment]:
    """Hours that count only within business hours, or within the count's own stretch of the day."""
    opened_as = "business_hours" if count is None else "between"
    closed_as = "after_hours" if count is None else "outside"
    for day, first, last in _by_day(begin, end, calendar):
        info = calendar.day(day)
        at = first
        for opens, closes in info.intervals if count is None else count.open_minutes():
            opened = max(calendar.at_minute(day, opens), at)
            closed = min(calendar.at_minute(day, closes), last)
            if closed <= opened:
                continue
            if opened > at:
                yield Segment(at, opened, False, closed_as, NAMES[closed_as])
            for piece in _elapsed(opened, closed, calendar, pauses):
                reason = opened_as if piece.counted else piece.reason
                name = NAMES[opened_as] if piece.counted else piece.name
                yield Segment(piece.start, piece.end, piece.counted, reason, name)
            at = closed
        if at < last:
            resting = count is None and not info.is_working
            reason = info.reason if resting else closed_as
            name = info.name if resting else NAMES[closed_as]
            yield Segment(at, last, False, reason, name)


def _days(
    count: Count,
    begin: datetime,
    end: datetime,
    calendar: Calendar,
    pauses: Sequence[Pause],
    backwards: bool,
) -> Iterator[Segment]:
    anchor = end.date() if backwards else begin.date()
    counts_anchor = count.count_start_day or not count.amount
    final = last_day(end) if backwards else last_calendar_day(count, begin, calendar, pauses)
    for day, first, last in _by_day(begin, end, calendar):
        info = calendar.day(day)
        if day == anchor and not counts_anchor:
            yield Segment(first, last, False, "start_day", NAMES["start_day"])
        elif is_paused(calendar, day, pauses):
            yield Segment(first, last, False, "paused", NAMES["paused"])
        elif not by_business(count.unit):
            reason = "rolled" if day > final else "natural_day"
            if count.roll is Roll.BACKWARD and day == last_day(end) < final:
                reason = "rolled_back"
            yield Segment(first, last, day <= final, reason, NAMES[reason])
        elif (
            day == anchor and info.is_working and not backwards and not opens_today(calendar, begin)
        ):
            yield Segment(first, last, False, "after_hours", NAMES["after_hours"])
        else:
            yield Segment(
                first, last, info.is_working, info.reason, _name(info.name, day, calendar)
            )


def _name(name: Text, day: date, calendar: Calendar) -> Text:
    if calendar.unpublished(day, day):
        gap = NAMES["unpublished"]
        return Text(f"{name.zh}（{gap.zh}）", f"{name.en} ({gap.en})")
    return name


def _by_day(
    begin: datetime, end: datetime, calendar: Calendar
) -> Iterator[tuple[date, datetime, datetime]]:
    at = begin
    while at < end:
        midnight = calendar.at_minute(at.date(), 1440)
        yield at.date(), at, min(midnight, end)
        at = midnight


def _merged(pieces: Iterator[Segment]) -> Iterator[Segment]:
    """Neighbours that say the same become one segment."""
    held: Segment | None = None
    for piece in pieces:
        same = held is not None and (held.counted, held.reason, held.name) == (
            piece.counted,
            piece.reason,
            piece.name,
        )
        if held is not None and same:
            held = Segment(held.start, piece.end, held.counted, held.reason, held.name)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def moment_in_words(at: datetime) -> Text:
    """A local moment as people write it; midnight is 24:00 of the day before."""
    return moments.moment(at, style=Style.SENTENCE, deadline=True, exact=True)


def sentence(
    *,
    due: Due,
    start: datetime,
    started_by: Text,
    cited: Text,
    segments: Sequence[Segment],
    calendar: Calendar,
    backwards: bool = False,
) -> Text:
    """The whole derivation in one sentence each in Chinese and English."""
    begun = moment_in_words(calendar.local(start))
    limit = in_words(due.count)
    if due.at is None:
        return Text(
            f"自{begun.zh}（{started_by.zh}）起，{limit.zh}；没有到期时间，记录办理时间与用时。"
            f"依据：{cited.zh}。",
            f"From {begun.en} ({started_by.en}), {limit.en}; there is no due time: when it "
            f"is done and how long it took are recorded. Under {cited.en}.",
        )
    end = moment_in_words(calendar.local(due.at))
    skipped = _skipped(segments)
    gap = _provisional(due)
    if backwards:
        return Text(
            f"须比{begun.zh}（{started_by.zh}）提前{limit.zh}{skipped.zh}，最迟{end.zh}。"
            f"{gap.zh}依据：{cited.zh}。",
            f"At least {limit.en} ahead of {begun.en} ({started_by.en}){skipped.en}: "
            f"by {end.en} at the latest. {gap.en}Under {cited.en}.",
        )
    return Text(
        f"自{begun.zh}（{started_by.zh}）起{limit.zh}{skipped.zh}，至{end.zh}止。"
        f"{gap.zh}依据：{cited.zh}。",
        f"{limit.en[:1].upper()}{limit.en[1:]} from {begun.en} ({started_by.en}){skipped.en}, "
        f"until {end.en}. {gap.en}Under {cited.en}.",
    )


def _skipped(segments: Sequence[Segment]) -> Text:
    """Which stretches did not count, shortly."""
    said: list[tuple[str, str]] = []
    for piece in segments:
        if piece.counted or piece.reason in ("rest_day", "after_hours"):
            continue
        first, last = piece.start, piece.end - timedelta(microseconds=1)
        begins, ends = (moments.day(d.date(), now=d.date()) for d in (first, last))
        span = begins
        if first.date() != last.date():
            span = Text(f"{begins.zh}至{ends.zh}", f"{begins.en} to {ends.en}")
        said.append((f"{span.zh}{piece.name.zh}", f"{span.en} {piece.name.en}"))
    if any(p.reason == "rest_day" for p in segments):
        said.append(("休息日不计", "rest days not counted"))
    if any(p.reason == "rolled_back" for p in segments):
        name = NAMES["rolled_back"]
        said.append((name.zh, name.en))
    if any(p.reason == "makeup_working_day" for p in segments):
        said.append(("调休上班日计入", "make-up working days counted"))
    if not said:
        return Text("", "")
    return Text(f"（{'；'.join(z for z, _ in said)}）", f" ({'; '.join(e for _, e in said)})")


def _provisional(due: Due) -> Text:
    if not due.unpublished:
        return Text("", "")
    years = "、".join(map(str, due.unpublished))
    return Text(
        f"{years}年放假通知尚未公布，本时刻为暂定，公布后更正。",
        f"Provisional: the holiday notice of {years} is not published; it will be corrected when "
        "it is. ",
    )
