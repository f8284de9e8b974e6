"""The matter under rule: what is known of one docket, the event that reaches it, the decisions.

All values are frozen. `State` is small on purpose: the facts, when each event last happened, and
the obligations. The same values serve the live desk, a replay and the simulator.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from chengnuo.rules.conditions import Value
from chengnuo.rules.counting import Pause
from chengnuo.rules.lifecycle import ENDING, named
from chengnuo.rules.words import Text

THEIR_TURN = "their-turn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """A pause of one obligation: asked for with a reason, capped, and decided by an approver.

    `due_without`: as long as it is undecided, the due moments if it is rejected and those before it
    are not: one for each way in which those asked for after it are decided, from all rejected to
    all approved, the next of them changing first. One that has passed stays: nothing later undoes
    the breach that the decisions would show.

    The turn of the other side (`THEIR_TURN`) has no cap: it lasts until the next step of one's own.
    """

    reason: str
    start: datetime
    cap: datetime | None
    end: datetime | None = None
    status: Literal["requested", "approved", "rejected"] = "requested"
    due_without: tuple[datetime | None, ...] = ()

    def as_pause(self) -> Pause | None:
        """The time taken out of the clock; a rejected pause takes out none."""
        until = self.end or self.cap
        if self.status == "rejected" or until is None:
            return None
        return Pause(self.start, until, self.reason)

    @property
    def is_open(self) -> bool:
        return self.end is None and self.status != "rejected"

    @property
    def is_undecided(self) -> bool:
        return self.status == "requested"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationState:
    """A rule at work. `kept_at` and `broken_at` are two facts: kept late is both.

    `turn` tells repeated obligations of one rule apart: 1, 2 … or the period of a recurring one.
    """

    rule: str
    turn: str
    start_at: datetime
    due_at: datetime | None = None
    kept_at: datetime | None = None
    broken_at: datetime | None = None
    voided_at: datetime | None = None
    agreed_at: datetime | None = None
    needed: int = 1
    done: int = 0
    warned: int = 0
    level: int = 0
    level_since: datetime | None = None
    answered: int = 0
    unpublished: tuple[int, ...] = ()
    standstills: tuple[Standstill, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.rule}#{self.turn}"

    @property
    def is_running(self) -> bool:
        return self.kept_at is None and self.voided_at is None

    @property
    def hangs(self) -> bool:
        """Whether it waits for the decision of a pause: until then there is no verdict."""
        return any(s.is_undecided for s in self.standstills)

    @property
    def stands(self) -> bool:
        """Whether it is the other side's turn: the clock stands, and there is no due moment."""
        return (
            bool(self.standstills)
            and self.standstills[-1].is_open
            and (self.standstills[-1].cap is None)
        )

    def pauses(self) -> tuple[Pause, ...]:
        return tuple(p for p in (s.as_pause() for s in self.standstills) if p is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One docket: a matter about a kind of `subject` (a case, a round), or a standing subject.
    `round_at` is the opening, or the last reopening."""

    subject: str
    service: str
    process: str
    round_at: datetime
    facts: Mapping[str, Value] = field(default_factory=dict)
    seen: Mapping[str, datetime] = field(default_factory=dict)
    obligations: tuple[ObligationState, ...] = ()
    closed_at: datetime | None = None

    def own(self, verb: str) -> str:
        """What an event of this subject's life is called (rules/lifecycle.py)."""
        return named(self.subject, verb)

    def is_ended_by(self, event: str) -> bool:
        """Whether an event of this name ends the matter with everything that still runs."""
        return event in map(self.own, ENDING)

    def find(self, key: str) -> ObligationState:
        """The obligation with this key; KeyError when there is none."""
        for obligation in self.obligations:
            if obligation.key == key:
                return obligation
        raise KeyError(key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact that happened `at` a moment. `target` names one obligation (pauses, periods)."""

    name: str
    at: datetime
    facts: Mapping[str, Value] = field(default_factory=dict)
    target: str | None = None
    reason: str | None = None
    due_at: datetime | None = None
    unpublished: tuple[int, ...] = ()
    # Another event of the same form follows: the case does not close in between.
    more_follow: bool = False


TIME_PASSED = "time.passed"


@dataclass(frozen=True, slots=True)
class Denied:
    """The event may not happen: which rule says so and what is missing."""

    rule: str
    missing: Text


@dataclass(frozen=True, slots=True)
class Started:
    obligation: ObligationState


@dataclass(frozen=True, slots=True)
class Kept:
    key: str
    at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """One of several needed times is done."""

    key: str
    at: datetime
    done: int


@dataclass(frozen=True, slots=True)
class Broken:
    """Not kept by `at`, the legal moment of the breach."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Warned:
    key: str
    at: datetime
    share: float
    index: int


@dataclass(frozen=True, slots=True)
class Escalated:
    """A level of the escalation is reached; the shell finds the person, or records it unassigned.

    `at` is its legal moment, `told_at` when it was noticed: nobody can answer before he is told.
    """

    key: str
    at: datetime
    level: int
    to: str
    urgent: bool
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody on the last level that was reached took it up."""

    key: str
    at: datetime
    level: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A new due moment, and why: agreed, paused, pause_rejected, resumed, facts, happened,
    calendar."""

    key: str
    due_at: datetime | None
    why: str
    unpublished: tuple[int, ...] = ()
    agreed_at: datetime | None = None
    standstills: tuple[Standstill, ...] | None = None


@dataclass(frozen=True, slots=True)
class Restarted:
    """The same obligation runs again from `at`; what was broken stays broken."""

    key: str
    at: datetime
    due_at: datetime | None
    unpublished: tuple[int, ...] = ()
    standstills: tuple[Standstill, ...] | None = None
    keeps_start: bool = False
    agreed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Voided:
    key: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Revived:
    """A promise that was ended by a merging, or kept or ended by what is taken back, runs on as if
    it had never stood still."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reclassified:
    """The matter is of another service than it was taken in as."""

    service: str
    process: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unseen:
    """An event was taken back: it counts as last seen `before`, or never."""

    event: str
    at: datetime
    before: datetime | None


@dataclass(frozen=True, slots=True)
class Reopened:
    at: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    at: datetime


Decision = (
    Denied
    | Started
    | Kept
    | Counted
    | Broken
    | Warned
    | Escalated
    | Answered
    | Moved
    | Restarted
    | Voided
    | Revived
    | Reclassified
    | Unseen
    | Reopened
    | Closed
)
