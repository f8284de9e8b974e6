"""Rules of a pack in words: kind, limit, owner, clause."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.doors.web.kit.promises import role_title
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.explaining import event_names
from chengnuo.packs.loopholes.found import KINDS as LOOPHOLES
from chengnuo.packs.schema import Pack
from chengnuo.rules.conditions import Condition, Test, Times
from chengnuo.rules.limit_words import in_words
from chengnuo.rules.limits import Agreed, Limit, LimitTable, MaxOf, MinOf
from chengnuo.rules.pauses import is_decision, written_as
from chengnuo.rules.rulebook import AnyRule, Before, Gate, Recurring, Standing, Within
from chengnuo.rules.words import Text

KINDS = ("within", "before", "recurring", "gate", "standing", "prohibition")
OPS = {"lt": "<", "lte": "≤", "gt": ">", "gte": "≥"}


@dataclass(frozen=True, slots=True)
class RuleView:
    """One rule ready for a template."""

    rule: AnyRule
    kind: str
    kind_word: str
    owner: Text
    limits: list[str]
    chain: str
    when: str
    readings: list[tuple[str, Any]]
    made_from: AnyRule | None
    accepts: list[tuple[Text, str, Any]]

    @property
    def obligations(self) -> list[str]:
        return [i for i, _kind in self.rule.obligations]


def rule_view(rule: AnyRule, regulation: Regulation) -> RuleView:
    pack = regulation.pack
    kind = type(rule).__name__.lower()
    return RuleView(
        rule=rule,
        kind=kind,
        kind_word=kind_word(kind),
        owner=role_title(rule.owed_by, regulation),
        limits=_limits(rule, pack),
        chain=_chain(rule, pack),
        when=condition(rule.when, pack),
        readings=[(r, pack.readings.get(r)) for r in rule.readings],
        made_from=regulation.book.rules[written_as(rule)] if is_decision(rule) else None,
        accepts=_accepted(rule, pack),
    )


def _accepted(rule: AnyRule, pack: Pack) -> list[tuple[Text, str, Any]]:
    """The ways around a rule that the house takes as they are: what each is, and by which reading;
    each once."""
    shape = pack.rules.get(rule.id)
    taken = dict.fromkeys((a.kind, a.reading) for a in shape.accepts) if shape else {}
    return [(LOOPHOLES[kind], reading, pack.readings.get(reading)) for kind, reading in taken]


def kind_word(kind: str) -> str:
    return {
        "within": _("Deadline"),
        "before": _("Advance notice"),
        "recurring": _("Recurring"),
        "gate": _("Precondition"),
        "standing": _("Standing requirement"),
        "prohibition": _("Prohibition"),
    }[kind]


def _limits(rule: AnyRule, pack: Pack) -> list[str]:
    if isinstance(rule, Within):
        lines = limit_lines(rule.limit, pack)
        if isinstance(rule, Before):
            return [_("%(limit)s in advance") % {"limit": line} for line in lines]
        return lines
    if isinstance(rule, Recurring):
        return [_every(rule)]
    if isinstance(rule, Gate) and rule.wait is not None:
        return [_("after %(limit)s") % {"limit": say(in_words(rule.wait.limit))}]
    if isinstance(rule, Standing) and (rule.at_least is not None or rule.at_most is not None):
        sign, bound = ("≥", rule.at_least) if rule.at_least is not None else ("≤", rule.at_most)
        return [f"{rule.indicator} {sign} {bound:g} {rule.unit or ''}"]
    return []


def limit_lines(limit: Limit, pack: Pack) -> list[str]:
    """One line a band of a table; one line otherwise."""
    if isinstance(limit, LimitTable):
        return [
            f"{condition(row.when, pack)}: {line}"
            for row in limit.rows
            for line in limit_lines(row.limit, pack)
        ]
    if isinstance(limit, MinOf | MaxOf):
        parts = " / ".join(line for part in limit.limits for line in limit_lines(part, pack))
        word = (
            _("the earlier of %(parts)s")
            if isinstance(limit, MinOf)
            else _("the later of %(parts)s")
        )
        return [word % {"parts": parts}]
    if isinstance(limit, Agreed):
        fact = pack.facts.get(limit.fact)
        return [_("as agreed: %(fact)s") % {"fact": say(fact.title) if fact else limit.fact}]
    return [say(in_words(limit))]


def _every(rule: Recurring) -> str:
    words = {
        None: _("period not set"),
        "shift": _("every shift"),
        "day": _("every day"),
        "working_day": _("every working day"),
        "week": _("every week"),
        "month": _("every month"),
        "quarter": _("every quarter"),
        "half_year": _("every half-year"),
        "year": _("every year"),
        "two_years": _("every two years"),
    }
    said = words.get(rule.every, str(rule.every))
    if rule.since_last is not None:
        said = _("within %(span)s of the last") % {"span": say(in_words(rule.since_last))}
    if rule.count > 1:
        said = _("%(every)s, %(count)s times") % {"every": said, "count": rule.count}
    if rule.by_day is not None:
        said = _("%(every)s, by day %(day)s") % {"every": said, "day": rule.by_day}
    return said


def _chain(rule: AnyRule, pack: Pack) -> str:
    """From what to what."""
    if isinstance(rule, Within):
        return f"{_events(pack, rule.start.events)} → {_events(pack, rule.stop.events)}"
    if isinstance(rule, Recurring):
        return f"→ {_events(pack, rule.stop.events)}"
    if isinstance(rule, Gate):
        first = _events(pack, rule.until.events) if rule.until else condition(rule.needs, pack)
        return f"{first} ⇒ {_events(pack, rule.before)}"
    return say(rule.how)


def _events(pack: Pack, events: Iterable[str]) -> str:
    return say(event_names(pack, events))


def condition(when: Condition, pack: Pack) -> str:
    """A condition as people say it."""
    return _("; ").join(_test(t, pack) for t in when.tests)


def _test(test: Test, pack: Pack) -> str:
    fact = pack.facts.get(test.fact)
    name = say(fact.title) if fact else _built_in(test.fact)
    if test.op == "window":
        begin, end = (int(str(v)) for v in test.value)
        return f"{name} {begin // 60:02d}:{begin % 60:02d}–{end // 60:02d}:{end % 60:02d}"
    values = [_value(v, fact, pack) for v in test.value]
    unit = f" {fact.unit}" if fact is not None and fact.unit else ""
    if test.op in OPS:
        return f"{name} {OPS[test.op]} {values[0]}{unit}"
    said = " / ".join(values)
    words = _("%(fact)s: %(value)s") if test.op == "in" else _("%(fact)s: not %(value)s")
    return words % {"fact": name, "value": said}


def _built_in(name: str) -> str:
    return {
        "start_time": _("time of day"),
        "start_day": _("day"),
        "start_weekday": _("weekday"),
        "start_holiday": _("holiday"),
    }.get(name, name)


def _value(value: Any, fact: Any, pack: Pack) -> str:
    if isinstance(value, Times):
        return value.said({f: say(pack.facts[f].title) for f in value.facts()})
    if value is True or value is False:
        return _("yes") if value else _("no")
    if fact is not None and str(value) in fact.values:
        return say(fact.values[str(value)])
    return {"working": _("working day"), "rest": _("rest day")}.get(str(value), str(value))
