"""Rows to values and back: the imperative shell around `rules`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from chengnuo.obligations import models
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.explaining import event_names
from chengnuo.rules.clock import Due
from chengnuo.rules.expiry import averaged, next_moment
from chengnuo.rules.limits import Count
from chengnuo.rules.proof import prove, sentence
from chengnuo.rules.reckoning import reckon
from chengnuo.rules.rulebook import AnyRule, Before, Recurring, Within
from chengnuo.rules.state import ObligationState, Standstill, State
from chengnuo.rules.turns import standing_in_words
from chengnuo.rules.units import by_business
from chengnuo.rules.words import Text


def state_of(
    docket: models.Docket, rows: Iterable[models.Obligation], regulation: Regulation
) -> State:
    """A docket as `react` sees it."""
    return State(
        subject=docket.subject_kind,
        service=docket.service,
        process=docket.process,
        round_at=docket.round_at,
        facts=regulation.facts_in(docket.facts),
        seen={name: datetime.fromisoformat(at) for name, at in docket.seen.items()},
        obligations=tuple(obligation_of(row) for row in rows),
        closed_at=docket.closed_at,
    )


def obligation_of(row: models.Obligation) -> ObligationState:
    return ObligationState(
        rule=row.rule,
        turn=row.turn,
        start_at=row.start_at,
        due_at=row.due_at,
        kept_at=row.kept_at,
        broken_at=row.broken_at,
        voided_at=row.voided_at,
        agreed_at=row.agreed_at,
        needed=row.needed,
        done=row.done,
        warned=row.warned,
        level=row.level,
        level_since=row.level_since,
        answered=row.answered,
        unpublished=tuple(row.unpublished),
        standstills=tuple(_standstill(s) for s in row.standstills),
    )


def _standstill(data: dict[str, Any]) -> Standstill:
    return Standstill(
        reason=data["reason"],
        start=datetime.fromisoformat(data["start"]),
        cap=_moment(data["cap"]),
        end=_moment(data["end"]),
        status=data["status"],
        due_without=tuple(_moment(text) for text in data["due_without"]),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def standstill_out(still: Standstill) -> dict[str, Any]:
    return {
        "reason": still.reason,
        "start": still.start.isoformat(),
        "cap": still.cap.isoformat() if still.cap else None,
        "end": still.end.isoformat() if still.end else None,
        "status": still.status,
        "due_without": [m.isoformat() if m else None for m in still.due_without],
    }


FIELDS = (
    "start_at",
    "due_at",
    "kept_at",
    "broken_at",
    "voided_at",
    "agreed_at",
    "needed",
    "done",
    "warned",
    "level",
    "level_since",
    "answered",
    "hangs",
)
CHANGING = (
    *FIELDS,
    "annulled_at",
    "unpublished",
    "standstills",
    "next_at",
    "act_by",
    "proof",
    "unit",
    "role",
    "held_before",
)


def write_back(
    row: models.Obligation, held: ObligationState, regulation: Regulation, state: State
) -> None:
    """Carry an obligation's value into its row; the proof is made anew when what it tells
    changed."""
    before = (row.start_at, row.due_at, row.agreed_at, row.unpublished, row.standstills)
    for name in FIELDS:
        setattr(row, name, getattr(held, name))
    row.unpublished = list(held.unpublished)
    row.standstills = [standstill_out(s) for s in held.standstills]
    row.next_at = next_moment(regulation.book, held)
    after = (row.start_at, row.due_at, row.agreed_at, row.unpublished, row.standstills)
    if not row.proof or before != after:
        row.proof = proof_of(held, regulation, state)


def proof_of(held: ObligationState, regulation: Regulation, state: State) -> dict[str, Any]:
    """The derivation of a due moment as it is stored: segments, sentence, calendar version,
    clause."""
    book = regulation.book
    rule = book.rules[held.rule]
    calendar = book.calendar
    base = {"calendar": calendar.version, "clause": rule.cite().as_dict(), "digest": book.digest}
    if isinstance(rule, Recurring) or not isinstance(rule, Within) or rule.judges:
        return base
    due = reckon(book, rule, held.start_at, state.facts, held)
    cited = rule.cite(due.count)
    base["clause"] = cited.as_dict()
    due = Due(held.due_at, due.count, held.unpublished, due.unknown)
    start, words, backwards = held.start_at, _started_by(regulation, rule), False
    if isinstance(rule, Before):
        announced = state.facts.get(rule.announced)
        happened = state.seen.get(rule.happened or "") if held.broken_at is not None else None
        if happened and (not isinstance(announced, datetime) or happened < announced):
            start, words = happened, event_names(regulation.pack, (rule.happened or "",))
        elif isinstance(announced, datetime):
            start, words = announced, regulation.pack.facts[rule.announced].title.text()
        else:
            return base
        backwards = True
    segments = prove(
        due=due, start=start, calendar=calendar, pauses=held.pauses(), backwards=backwards
    )
    spoken = sentence(
        due=due,
        start=start,
        started_by=words,
        cited=cited,
        segments=segments,
        calendar=calendar,
        backwards=backwards,
    )
    if held.agreed_at is not None:
        spoken = _agreed(spoken)
    elif held.stands:
        since = calendar.local(held.standstills[-1].start)
        spoken = standing_in_words(since=since, limit=due.count, cited=cited)
    return {
        **base,
        "segments": [s.as_dict() for s in segments],
        "sentence": spoken.as_dict(),
        "unknown": sorted(due.unknown),
    }


def in_working_time(held: ObligationState, regulation: Regulation, state: State) -> bool:
    """Whether only business time counts for its clock, as for one in working days."""
    rule = regulation.book.rules[held.rule]
    if isinstance(rule, Recurring) or not isinstance(rule, Within):
        return False
    count = reckon(regulation.book, rule, held.start_at, state.facts, held).count
    return isinstance(count, Count) and by_business(count.unit)


def _agreed(spoken: Text) -> Text:
    return Text(
        f"与客户另有约定，以约定时间为准。{spoken.zh}",
        f"An agreed time replaces the clock. {spoken.en}",
    )


def _started_by(regulation: Regulation, rule: Within) -> Text:
    return event_names(regulation.pack, rule.start.events)


def act_by(held: ObligationState, regulation: Regulation, state: State) -> datetime | None:
    """The moment the desk sorts by: the due moment, or an earlier one of a rule that governs it
    (A-01)."""
    rule = regulation.book.rules[held.rule]
    moments = [held.due_at] if held.due_at and not averaged(rule) else []
    if isinstance(rule, Within):
        for other in state.obligations:
            if other.rule in rule.governed_by and other.is_running and other.due_at:
                moments.append(other.due_at)
    return min(moments, default=None)


def part_of(rule: AnyRule) -> str:
    """Whether an obligation of this rule is one matter of an average, or a mean."""
    if isinstance(rule, Within) and rule.judges:
        return models.Average.MEAN
    return models.Average.PART if averaged(rule) else ""
