"""`policy explain`: what a rule says for given facts, with the proof of its due moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chengnuo.packs.compiling import compiled
from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.facts import allowed, read_facts
from chengnuo.packs.finding import checked_settings, found_rule
from chengnuo.packs.notices import shipped_notices
from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.packs.schema import FactShape, Pack
from chengnuo.rules.calendar import Calendar, PublishedNotice
from chengnuo.rules.clock import Due, due_at, notice_due, with_start
from chengnuo.rules.conditions import OF_THE_START, Value
from chengnuo.rules.counting import Pause, UnableToReckon
from chengnuo.rules.limit_words import in_words
from chengnuo.rules.limits import Agreed, Limit, Unnumbered, facts_of
from chengnuo.rules.periods import period_at
from chengnuo.rules.proof import Segment, moment_in_words, prove, sentence
from chengnuo.rules.rulebook import (
    AnyRule,
    Before,
    Gate,
    Prohibition,
    Recurring,
    Rulebook,
    Standing,
    Within,
)
from chengnuo.rules.turns import steps_in_words
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The answer to "until when, and why": moments in the pack's time zone."""

    rule: AnyRule
    start: datetime
    due: datetime | None
    provisional: bool
    segments: tuple[Segment, ...]
    sentence: Text
    also: tuple[str, ...] = ()
    governing: Limit | None = None
    # Facts that were not told, and without which nobody knows whether the rule applies at all.
    asks: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        clause = self.rule.clauses_for(self.governing)[0]
        return {
            "rule": self.rule.id,
            "title": self.rule.title.as_dict(),
            "kind": type(self.rule).__name__.lower(),
            "obligations": [i for i, _ in self.rule.obligations],
            "clause": {"source": clause.source, "place": clause.place, "quote": clause.quote},
            "readings": list(self.rule.readings),
            "start": self.start.isoformat(),
            "due": self.due.isoformat() if self.due else None,
            "provisional": self.provisional,
            "segments": [s.as_dict() for s in self.segments],
            "sentence": self.sentence.as_dict(),
            "also": list(self.also),
            "applies": not self.asks or None,
            "asks": list(self.asks),
        }


def explain(
    pack: Pack,
    *,
    digest: str,
    rule: str,
    at: datetime,
    facts: Mapping[str, Any] | None = None,
    settings: Mapping[str, str] | None = None,
    pauses: Sequence[tuple[datetime, datetime]] = (),
    agreed: datetime | None = None,
    notices: Sequence[PublishedNotice] | None = None,
) -> Explanation:
    """Explain a rule by its id or by the id of an obligation it executes.

    `at` is the moment of the start event; for `before` the announced moment; for `recurring` the
    moment at which one asks. Raises PackError for an unknown rule, a missing or unknown fact, a
    wrong value.
    """
    chosen = checked_settings(pack, settings or {})
    used = shipped_notices() if notices is None else notices
    book = compiled(pack, digest=digest, notices=used, settings=chosen)
    found, also = found_rule(pack, book, rule)
    _check_taken(pack, found, pauses, agreed)
    known = read_facts(pack, facts or {})
    asks = _check_needed(pack, book, found, at, known)
    try:
        answer = _answer(pack, book, found, at, known, pauses, agreed, also)
    except UnableToReckon as error:
        raise PackError(pack.id, [Problem(found.id, error.text)]) from error
    return _if_it_applies(pack, answer, asks) if asks else answer


def _if_it_applies(pack: Pack, answer: Explanation, asks: tuple[str, ...]) -> Explanation:
    """A condition that nobody told is not taken as met: the answer says what it hangs on."""
    titles = [pack.facts[name].title for name in asks]
    zh, en = "、".join(t.zh for t in titles), ", ".join(t.en for t in titles)
    said = Text(
        f"尚不知是否适用（须先知道：{zh}）。如适用：{answer.sentence.zh}",
        f"Not known whether it applies; needed first: {en}. If it does: {answer.sentence.en}",
    )
    return replace(answer, sentence=said, asks=asks)


def needed_facts(rule: AnyRule) -> frozenset[str]:
    """The facts without which a rule's due moment cannot be told."""
    if not isinstance(rule, Within):
        return frozenset()
    return facts_of(rule.limit) - OF_THE_START


def _check_taken(
    pack: Pack, rule: AnyRule, pauses: Sequence[tuple[datetime, datetime]], agreed: datetime | None
) -> None:
    """Pauses and appointments move a clock of `within` alone; elsewhere nothing would obey them."""
    forward = isinstance(rule, Within) and not isinstance(rule, Before)
    if forward or not (pauses or agreed):
        return
    what = Text(
        "只有 within 规则的时限可以暂停、可由约定代替",
        "only the clock of a within rule can be paused, or replaced by an appointment",
    )
    raise PackError(pack.id, [Problem(rule.id, what)])


def _is_missing(shape: FactShape) -> Text:
    takes = allowed(shape)
    return Text(f"缺少此项；应为{takes.zh}", f"is missing; {takes.en}")


def _check_needed(
    pack: Pack, book: Rulebook, rule: AnyRule, at: datetime, known: Mapping[str, Value]
) -> tuple[str, ...]:
    """The facts that would tell whether the rule applies. Raises PackError where it does not, and
    where its due moment cannot be told."""
    missing = sorted(needed_facts(rule) - set(known))
    if missing:
        raise PackError(pack.id, [Problem(name, _is_missing(pack.facts[name])) for name in missing])
    asked = rule.when.facts()
    told: Mapping[str, Value] = known
    if not isinstance(rule, Before):
        told = with_start(known, asked, start=at, calendar=book.calendar)
    shown = {f: told[f] for f in sorted(asked) if told.get(f) is not None}
    if rule.when.holds(shown) is False:
        given = ", ".join(f"{k}={v}" for k, v in shown.items())
        what = Text(f"{given} 时不适用这条规则", f"the rule does not apply when {given}")
        raise PackError(pack.id, [Problem(rule.id, what)])
    return tuple(sorted(f for f in asked - set(shown) if f in pack.facts))


def _answer(
    pack: Pack,
    book: Rulebook,
    rule: AnyRule,
    at: datetime,
    known: Mapping[str, Value],
    pauses: Sequence[tuple[datetime, datetime]],
    agreed: datetime | None,
    also: tuple[str, ...],
) -> Explanation:
    calendar = book.calendar
    stops = [Pause(a, b) for a, b in pauses]
    if isinstance(rule, Before):
        due = notice_due(limit=rule.limit, announced=at, calendar=calendar, facts=known)
        words = pack.facts[rule.announced].title.text()
        return _explained(rule, at, due, words, calendar, (), also, backwards=True)
    if isinstance(rule, Within):
        due = due_at(limit=rule.limit, start=at, calendar=calendar, facts=known, pauses=stops)
        words = event_names(pack, rule.start.events)
        if agreed is not None:
            return _as_agreed(rule, at, due, agreed, calendar, also)
        answer = _explained(rule, at, due, words, calendar, stops, also)
        if rule.verdict == "average":
            return _of_a_mean(rule, answer)
        return _with_steps(pack, rule, answer) if rule.steps else answer
    if isinstance(rule, Recurring):
        return _recurring(rule, at, calendar, also)
    if isinstance(rule, Gate) and rule.wait is not None:
        due = due_at(limit=rule.wait.limit, start=at, calendar=calendar)
        words = event_names(pack, (rule.wait.start,))
        return _explained(rule, at, due, words, calendar, (), also)
    return _unclocked(pack, rule, calendar.local(at), also)


SPANS = {
    "month": Text("月", "month"),
    "quarter": Text("季度", "quarter"),
    "half_year": Text("半年", "half-year"),
    "year": Text("年", "year"),
}


def _of_a_mean(rule: Within, answer: Explanation) -> Explanation:
    """One matter of an average is promised nothing: its moment is one to aim at."""
    span, said = SPANS[rule.over or "month"], answer.sentence
    return replace(
        answer,
        sentence=Text(
            f"本条承诺的是每{span.zh}的平均值，单件超过不算违诺；单件的参考时刻：{said.zh}",
            f"What is promised is the mean of each {span.en}: one late case breaches nothing. "
            f"The time to aim at for this one: {said.en}",
        ),
    )


def _with_steps(pack: Pack, rule: Within, answer: Explanation) -> Explanation:
    steps = [(event_name(pack, s.begins), event_name(pack, s.ends)) for s in rule.steps]
    said, more = answer.sentence, steps_in_words(steps)
    return replace(answer, sentence=Text(f"{said.zh}{more.zh}", f"{said.en} {more.en}"))


def event_name(pack: Pack, event: str) -> Text:
    """An event's title; its id where a small pack declares no events."""
    if event in pack.events:
        return pack.events[event].text
    return BUILT_IN_EVENTS.get(event, Text(event, event))


def event_names(pack: Pack, events: Iterable[str]) -> Text:
    names = [event_name(pack, e) for e in events]
    return Text("、".join(n.zh for n in names), ", ".join(n.en for n in names))


def _explained(
    rule: AnyRule,
    at: datetime,
    due: Due,
    words: Text,
    calendar: Calendar,
    stops: Sequence[Pause],
    also: tuple[str, ...],
    *,
    backwards: bool = False,
) -> Explanation:
    segments = prove(due=due, start=at, calendar=calendar, pauses=stops, backwards=backwards)
    return Explanation(
        rule=rule,
        start=calendar.local(at),
        due=due.at,
        provisional=due.is_provisional,
        segments=segments,
        sentence=sentence(
            due=due,
            start=at,
            started_by=words,
            cited=rule.cite(due.count),
            segments=segments,
            calendar=calendar,
            backwards=backwards,
        ),
        also=also,
        governing=due.count,
    )


def _as_agreed(
    rule: Within,
    at: datetime,
    due: Due,
    agreed: datetime,
    calendar: Calendar,
    also: tuple[str, ...],
) -> Explanation:
    end = calendar.local(agreed)
    replaced, moment = in_words(due.count), moment_in_words(end)
    old = moment_in_words(due.at) if due.at else Text("无", "none")
    cited = rule.cite(due.count)
    return Explanation(
        rule=rule,
        governing=due.count,
        start=calendar.local(at),
        due=end,
        provisional=False,
        segments=prove(due=Due(end, Agreed("")), start=at, calendar=calendar),
        sentence=Text(
            f"与客户约定{moment.zh}，代替{replaced.zh}（原为{old.zh}）。依据：{cited.zh}。",
            f"Agreed with the customer for {moment.en}, in place of {replaced.en} (was {old.en}). "
            f"Under {cited.en}.",
        ),
        also=also,
    )


def _recurring(
    rule: Recurring, at: datetime, calendar: Calendar, also: tuple[str, ...]
) -> Explanation:
    period = period_at(rule=rule, at=at, calendar=calendar)
    cited = rule.cite()
    if period is None:
        words = Text(
            f"周期未设置（{'、'.join(rule.readings)}），由本单位设置后列入计划。依据：{cited.zh}。",
            f"No period is set ({', '.join(rule.readings)}); it is planned once the organisation "
            f"sets one. Under {cited.en}.",
        )
        return Explanation(
            rule=rule, start=calendar.local(at), due=None, provisional=False, segments=(),
            sentence=words, also=also,
        )  # fmt: skip
    due = Due(period.due_at, Unnumbered("none"), period.unpublished)
    times = Text(f"至少{rule.count}次", f"at least {rule.count} time(s)")
    end = moment_in_words(period.due_at)
    name = Text("本期内", "within the period")
    segment = Segment(period.start, period.due_at, True, "period", name)
    return Explanation(
        rule=rule,
        start=period.start,
        due=due.at,
        provisional=due.is_provisional,
        segments=(segment,),
        sentence=Text(
            f"{period.label}期：{times.zh}，最迟{end.zh}。依据：{cited.zh}。",
            f"Period {period.label}: {times.en}, by {end.en}. Under {cited.en}.",
        ),
        also=also,
    )


def _unclocked(pack: Pack, rule: AnyRule, at: datetime, also: tuple[str, ...]) -> Explanation:
    cited = rule.cite()
    if isinstance(rule, Gate):
        before = event_names(pack, rule.before)
        needs = event_names(pack, rule.until.events if rule.until else ())
        facts = "、".join(sorted(rule.needs.facts()))
        met = Text(
            "；".join(x for x in (needs.zh, facts) if x),
            "; ".join(x for x in (needs.en, facts) if x),
        )
        words = Text(
            f"“{before.zh}”之前须先满足：{met.zh}；未满足则拒绝。依据：{cited.zh}。",
            f"“{before.en}” is refused until this is met: {met.en}. Under {cited.en}.",
        )
    else:
        held = rule.held_by if isinstance(rule, Standing | Prohibition) else ""
        how = rule.how if isinstance(rule, Standing | Prohibition) and rule.how else rule.title
        words = Text(
            f"{how.zh}（检查方式：{held}）。依据：{cited.zh}。",
            f"{how.en} (held by {held}). Under {cited.en}.",
        )
    return Explanation(
        rule=rule, start=at, due=None, provisional=False, segments=(), sentence=words, also=also
    )
