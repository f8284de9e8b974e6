"""Rules as values, and the book in which `react` looks them up by event.

A `Rulebook` is one version of one company's policy pack, compiled with the organisation's settings
and a calendar. It is immutable and may be shared between threads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from chengnuo.rules.calendar import Calendar, Minutes
from chengnuo.rules.conditions import ALWAYS, Condition
from chengnuo.rules.limits import Count, Limit, LimitTable
from chengnuo.rules.words import Clause, Text


@dataclass(frozen=True, slots=True)
class Trigger:
    """Which events start, keep or open something: any of them, or all (the last one counts)."""

    events: tuple[str, ...]
    needs_all: bool = False

    def reached(
        self, seen: Mapping[str, datetime], since: datetime | None = None
    ) -> datetime | None:
        """When the trigger was last complete, given when each event last happened; None: never."""
        moments = [seen[e] for e in self.events if e in seen]
        if since is not None:
            moments = [m for m in moments if m >= since]
        if not moments or (self.needs_all and len(moments) < len(self.events)):
            return None
        return max(moments)


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationLevel:
    """One step of an escalation: how long after the breach, and to whom.

    `answer`: whoever is reached must take it up within this time, else the next level is reached.
    """

    after: Count
    to: str
    answer: Count | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseReason:
    """A contract under which a clock may stand still: listed reason, proof, cap, approver."""

    id: str
    title: Text
    proof: Text
    cap: Count
    approver: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """An agreed moment replaces the clock."""

    event: str
    fact: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one's own, of a limit that is a sum of such: begun and ended by an event."""

    begins: str
    ends: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What all rules have. `processes`/`services` None: every case of the pack.

    `until_known`: what holds while a fact of `when` is unknown: the rule waits, or it binds.
    """

    id: str
    title: Text
    clauses: tuple[Clause, ...]
    readings: tuple[str, ...] = ()
    obligations: tuple[tuple[str, str], ...] = ()
    processes: frozenset[str] | None = None
    services: frozenset[str] | None = None
    when: Condition = ALWAYS
    until_known: str = "waits"
    owed_by: str = "organisation"
    owed_to: str = "customer"
    consequence: Text | None = None
    warn: tuple[float, ...] = ()
    levels: tuple[EscalationLevel, ...] = ()
    urgent: bool = False
    blocks_close: bool = True
    on_reopen: str = "none"

    def binds(self, *, service: str, process: str) -> bool:
        if self.services is not None and service not in self.services:
            return False
        return self.processes is None or process in self.processes

    def applies(self, told: bool | None) -> bool:
        """Whether it applies under what `when` says: yes, no, or not known yet."""
        return told is True or (told is None and self.until_known == "binds")

    def clauses_for(self, governing: Limit | None) -> tuple[Clause, ...]:
        """The clauses behind one leaf of the limit; here, all of them."""
        return self.clauses

    def cite(self, governing: Limit | None = None) -> Text:
        """The clauses in one line; those of the governing leaf where one is given."""
        cited = [c.cite() for c in self.clauses_for(governing)]
        return Text("；".join(t.zh for t in cited), "; ".join(t.en for t in cited))


@dataclass(frozen=True, slots=True, kw_only=True)
class Within(Rule):
    """From a start event to a stop event within a limit.

    `released_by`: only these roles, and never who owes it, may end it, put it off or begin it anew.
    `decides`: it is the decision on a pause, of a rule and for a reason of it; each pause that is
    asked for starts one, and its own decision keeps it. `judges`: it is the mean of a rule that is
    an average, one for each period; no event starts it.
    """

    start: Trigger
    stop: Trigger
    limit: Limit
    void_on: frozenset[str] = frozenset()
    released_by: frozenset[str] = frozenset()
    again: str = "ignore"
    appointment: Appointment | None = None
    governed_by: tuple[str, ...] = ()
    pauses: tuple[PauseReason, ...] = ()
    steps: tuple[Step, ...] = ()
    verdict: str = "each"
    over: str | None = None
    decides: tuple[str, str] | None = None
    judges: str | None = None

    def clauses_for(self, governing: Limit | None) -> tuple[Clause, ...]:
        """A table with a clause for each band cites the band that governs."""
        limit = self.limit
        if not isinstance(limit, LimitTable) or len(limit.rows) != len(self.clauses):
            return self.clauses
        bands = zip(limit.rows, self.clauses, strict=True)
        return tuple(c for row, c in bands if row.limit == governing) or self.clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Before(Within):
    """Counted back from the announced moment that a fact holds.

    `happened`: the event itself; when it comes earlier than announced, the notice is judged by it.
    """

    announced: str
    happened: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring(Rule):
    """Once (or `count` times) per period and subject. `every` None: not planned until it is set.

    `every` is the name of a period, or a number of months as in "36 months". `by_working_day`
    counts the working days of the due month, from its end where it is negative. `since_last`: no
    periods of the calendar; the next deed is due so long after the last one.
    """

    every: str | None
    stop: Trigger
    since_last: Count | None = None
    count: int = 1
    by_day: int | None = None
    by_month: int | None = None
    by_weekday: int | None = None
    by_working_day: int | None = None
    due_in_next: bool = False
    by_day_included: bool = True
    subject: str = "organisation"
    each: str | None = None
    anchor_year: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """An embargo: so long after an event the gate stays shut."""

    start: str
    limit: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate(Rule):
    """These events are refused until the gate is met: `until` has happened in this round, and
    later than the last of `since`."""

    before: tuple[str, ...]
    until: Trigger | None = None
    since: frozenset[str] = frozenset()
    needs: Condition = ALWAYS
    wait: Wait | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Rule):
    """A duty without an end; how it is watched, and the figure that shows it."""

    held_by: str
    how: Text | None = None
    indicator: str | None = None
    at_least: float | None = None
    at_most: float | None = None
    unit: str | None = None
    over: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition(Rule):
    """What must not be done or said; `forms` None: said in any form."""

    held_by: str
    how: Text | None = None
    forbids: tuple[str, ...] = ()
    between: Minutes | None = None
    until: Trigger | None = None
    words: tuple[str, ...] = ()
    forms: frozenset[str] | None = None


R = TypeVar("R")

Clocked = Within | Before
AnyRule = Within | Before | Recurring | Gate | Standing | Prohibition


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A chain of promises and the events that close it."""

    id: str
    title: Text
    closes_on: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    """A compiled pack. `digest` is the pack's; `calendar.version` tells which days it counts by.

    `services`: of each service that can be taken in, the process it is run as.
    """

    id: str
    version: str
    digest: str
    in_force_from: date
    in_force_to: date | None
    rules: Mapping[str, AnyRule]
    processes: Mapping[str, Process]
    calendar: Calendar
    transition: str = "keep"
    services: Mapping[str, str] = field(default_factory=dict)
    starts: Mapping[str, tuple[Clocked, ...]] = field(init=False)
    waiting: Mapping[str, tuple[Clocked, ...]] = field(init=False)
    stops: Mapping[str, frozenset[str]] = field(init=False)
    voids: Mapping[str, frozenset[str]] = field(init=False)
    appoints: Mapping[str, frozenset[str]] = field(init=False)
    happens: Mapping[str, frozenset[str]] = field(init=False)
    gates: Mapping[str, tuple[Gate, ...]] = field(init=False)
    forbids: Mapping[str, tuple[Prohibition, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Index the rules by what concerns them, so that an event touches no others."""
        rules = self.rules.values()
        clocked = [r for r in rules if isinstance(r, Within)]
        gates = [r for r in rules if isinstance(r, Gate)]
        banned = [r for r in rules if isinstance(r, Prohibition)]
        stopped: list[Clocked | Recurring] = [*clocked, *self.recurring]
        appointed = [(r.appointment.event, r) for r in clocked if r.appointment is not None]
        indexes = {
            "starts": _by_event((e, r) for r in clocked for e in r.start.events),
            "waiting": _by_event((f, r) for r in clocked for f in r.when.facts()),
            "stops": _ids((e, r) for r in stopped for e in r.stop.events),
            "voids": _ids((e, r) for r in clocked for e in r.void_on),
            "appoints": _ids(appointed),
            "happens": _ids(
                (r.happened, r) for r in clocked if isinstance(r, Before) and r.happened
            ),
            "gates": _by_event((e, r) for r in gates for e in r.before),
            "forbids": _by_event((e, r) for r in banned for e in r.forbids),
        }
        for name, index in indexes.items():
            object.__setattr__(self, name, index)

    @property
    def recurring(self) -> tuple[Recurring, ...]:
        return tuple(r for r in self.rules.values() if isinstance(r, Recurring))


def _ids(pairs: Iterable[tuple[str, Rule]]) -> dict[str, frozenset[str]]:
    return {e: frozenset(r.id for r in rules) for e, rules in _by_event(pairs).items()}


def _by_event(pairs: Iterable[tuple[str, R]]) -> dict[str, tuple[R, ...]]:
    """Rules by the event (or the fact) that concerns them, each rule once."""
    found: dict[str, tuple[R, ...]] = {}
    for event, rule in pairs:
        held = found.get(event, ())
        if not any(rule is other for other in held):
            found[event] = (*held, rule)
    return found
