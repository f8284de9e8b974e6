"""Drawings of time: every promise of a case on one axis, and the segments of one proof.

All x are per cent of the width, so that a drawing stretches and its words do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chengnuo.doors.web.kit.promises import PromiseView
from chengnuo.doors.web.kit.words import say
from chengnuo.rules.moments import clock, day_of_axis

STEPS = tuple(timedelta(minutes=m) for m in (5, 10, 15, 30, 60, 120, 180, 360, 720)) + tuple(
    timedelta(days=d) for d in (1, 2, 3, 5, 7, 14, 30, 90, 365)
)
MOST_TICKS = 8


# How much of a telephone's axis one sign of a label takes, in per cent.
NARROW = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment of the axis; `last` has no room for its label on a narrow screen."""

    x: float
    label: str

    @property
    def last(self) -> bool:
        return self.x > 100 - NARROW * len(self.label)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a lane: `kind` is a CSS class and a pattern, never a colour alone."""

    x: float
    width: float
    kind: str
    title: str = ""


@dataclass(slots=True)
class Lane:
    """One promise on the axis."""

    shown: PromiseView
    spans: list[Span] = field(default_factory=list)
    due: float | None = None
    kept: float | None = None
    broken: float | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    lanes: list[Lane]
    ticks: list[Tick]
    now: float | None


class Axis:
    """Moments to per cent."""

    def __init__(self, start: datetime, end: datetime) -> None:
        margin = max((end - start) * 0.03, timedelta(minutes=1))
        self.start = start
        self.end = end + margin
        self.length = (self.end - self.start).total_seconds()

    def x(self, at: datetime) -> float:
        share = (at - self.start).total_seconds() / self.length
        return round(min(max(share, 0.0), 1.0) * 100, 2)

    def ticks(self) -> list[Tick]:
        fitting = (s for s in STEPS if self.length / s.total_seconds() <= MOST_TICKS)
        step = next(fitting, timedelta(seconds=self.length / MOST_TICKS))
        local = timezone.localtime(self.start)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = (local - midnight).total_seconds() // step.total_seconds() + 1
        at = midnight + step * passed
        by_day = step >= timedelta(days=1)
        found: list[Tick] = []
        day = None
        while at < self.end:
            on, time = say(day_of_axis(at)), clock(at)
            label = on if by_day else time
            if not by_day and at.date() != day and at.date() != local.date():
                label = f"{on} {time}" if at.hour or at.minute else on
            day = at.date()
            if self.x(at) < 96:
                found.append(Tick(self.x(at), label))
            at += step
        return found


def picture(promises: Sequence[PromiseView], now: datetime) -> Picture | None:
    """Every promise that has a start on one time axis."""
    rows = [p for p in promises if p.row.voided_at is None or p.row.due_at]
    if not rows:
        return None
    starts = [p.row.start_at for p in rows]
    running = any(p.is_running for p in rows)
    ends = [m for p in rows for m in (p.row.due_at, p.row.kept_at, p.row.voided_at) if m]
    axis = Axis(min(starts), max([*ends, *([now] if running else []), *starts]))
    lanes = [_lane(p, axis, now) for p in rows]
    return Picture(lanes, axis.ticks(), axis.x(now) if running and now < axis.end else None)


def _lane(shown: PromiseView, axis: Axis, now: datetime) -> Lane:
    row = shown.row
    lane = Lane(shown)
    end = row.kept_at or row.voided_at or max(now, row.start_at)
    due = row.due_at
    begin = axis.x(row.start_at)
    if due is not None and due < end and shown.late_since is not None:
        lane.spans.append(Span(begin, _width(begin, axis.x(due)), "ran"))
        lane.spans.append(Span(axis.x(due), _width(axis.x(due), axis.x(end)), "late"))
    else:
        lane.spans.append(
            Span(begin, _width(begin, axis.x(end)), "void" if row.voided_at else "ran")
        )
        if due is not None and due > end and row.is_running:
            lane.spans.append(Span(axis.x(end), _width(axis.x(end), axis.x(due)), "left"))
    for still in row.standstills:
        if still["status"] != "rejected":
            first = axis.x(datetime.fromisoformat(still["start"]))
            until = still["end"] or still["cap"]
            last = axis.x(datetime.fromisoformat(until) if until else end)
            lane.spans.append(Span(first, _width(first, last), "paused"))
    lane.due = axis.x(due) if due else None
    lane.kept = axis.x(row.kept_at) if row.kept_at else None
    lane.broken = axis.x(row.broken_at) if row.broken_at else None
    return lane


def _width(first: float, last: float) -> float:
    return round(max(last - first, 0.4), 2)


@dataclass(frozen=True, slots=True)
class ProofSpan:
    """A segment of a proof."""

    x: float
    width: float
    counted: bool
    start: datetime
    end: datetime
    name: dict[str, str]


def pieces(proof: dict[str, Any]) -> list[ProofSpan]:
    """The segments of a stored proof, to scale."""
    found = [
        (datetime.fromisoformat(s["from"]), datetime.fromisoformat(s["to"]), s)
        for s in proof.get("segments") or ()
    ]
    if not found:
        return []
    first, last = found[0][0], found[-1][1]
    length = max((last - first).total_seconds(), 1)
    return [
        ProofSpan(
            round((a - first).total_seconds() / length * 100, 2),
            round(max((b - a).total_seconds() / length * 100, 0.3), 2),
            s["counted"],
            a,
            b,
            s.get("name") or {"zh": s["reason"], "en": s["reason"]},
        )
        for a, b, s in found
    ]
