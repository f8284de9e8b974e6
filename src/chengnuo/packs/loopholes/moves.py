"""How a form can be filled with the least: one move for each outcome that makes a difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from math import prod
from typing import Any

from chengnuo.packs.forms import choices_of, events_of, facts_of_form, fill
from chengnuo.packs.schema import FieldShape, FormShape, Pack
from chengnuo.rules import moments
from chengnuo.rules.conditions import Test, Times, Value
from chengnuo.rules.limits import facts_of, tests_of
from chengnuo.rules.rulebook import Gate, Rule, Rulebook, Within
from chengnuo.rules.words import Text

MOST_MOVES = 32
PLENTY = 100_000
"""A number that is enough, and a moment late enough, wherever a gate asks for at least so much."""
FAR = timedelta(days=10)
# Words of an answer by which a matter did not go as it should; the beginning of the answer counts.
NO_IN_CHINESE = (
    "不",
    "未",
    "否",
    "无",
    "没",
    "拒",
    "待",
    "正在",
    "已派",
    "暂",
    "失败",
    "异常",
    "仍",
)
# A question after something bad: here the yes is what did not go well.
BAD = (
    "事故",
    "问题",
    "隐患",
    "损失",
    "投诉",
    "偏差",
    "不足",
    "违规",
    "违反",
    "漏气",
    "不愉",
    "故障",
    "异常",
)
NO_IN_ENGLISH = (
    "not ",
    "no ",
    "no,",
    "no",
    "un",
    "refus",
    "fail",
    "pending",
    "on the way",
    "still",
)


@dataclass(frozen=True, slots=True)
class FieldAnswer:
    """What was answered to one question that decides something; None: left blank."""

    field: str
    title: Text
    value: Any
    words: Text

    @property
    def is_no(self) -> bool:
        """Whether it says that something was not done or did not go well."""
        if self.value is None:
            return True
        if isinstance(self.value, bool):
            asks_for_bad = any(word in self.title.zh for word in BAD) and "未" not in self.title.zh
            return self.value is asks_for_bad
        first = self.words.zh.startswith(NO_IN_CHINESE)
        return first or self.words.en.lower().startswith(NO_IN_ENGLISH)

    def said(self) -> Text:
        return Text(f"“{self.title.zh}”填{self.words.zh}", f"“{self.title.en}”: {self.words.en}")


@dataclass(frozen=True, slots=True)
class Move:
    """A form filled with the least: what was answered, which events that emits, what it tells."""

    form: str
    title: Text
    answers: tuple[FieldAnswer, ...]
    events: tuple[str, ...]
    facts: Mapping[str, Value]

    def said(self) -> Text:
        """The move in words; of the answers only those that are told apart."""
        told = [answer.said() for answer in self.answers]
        zh, en = "，".join(t.zh for t in told), ", ".join(t.en for t in told)
        return Text(
            f"填“{self.title.zh}”{f'（{zh}）' if zh else ''}",
            f"“{self.title.en}” is filled{f' ({en})' if en else ''}",
        )


def facts_that_matter(book: Rulebook) -> frozenset[str]:
    """The facts that a rule, a gate or a limit asks for."""
    return frozenset[str]().union(*(facts_of_rule(rule) for rule in book.rules.values()))


def facts_of_rule(rule: Rule) -> frozenset[str]:
    """The facts that one rule asks for."""
    found = set(rule.when.facts())
    if isinstance(rule, Gate):
        found |= rule.needs.facts()
    if isinstance(rule, Within):
        found |= facts_of(rule.limit)
        found |= {rule.appointment.fact} if rule.appointment is not None else set()
    return frozenset(found)


def later_by(facts: Mapping[str, Value], typed_at: datetime, at: datetime) -> Mapping[str, Value]:
    """What a form tells when it is filled at another moment than it was made for: what happened
    just then happens just now."""
    return {name: at if value == typed_at else value for name, value in facts.items()}


def asked_by_gates(book: Rulebook) -> dict[str, frozenset[Value]]:
    """What gates want facts to be, the answers by which one gets through; and enough wherever more
    makes a difference."""
    wanted: dict[str, frozenset[Value]] = {}
    for rule in book.rules.values():
        for test in rule.needs.tests if isinstance(rule, Gate) else ():
            if test.op == "in":
                told = frozenset(v for v in test.value if not isinstance(v, Times))
                wanted[test.fact] = wanted.get(test.fact, frozenset()) | told
            elif test.op in ("gte", "gt"):
                wanted[test.fact] = frozenset({PLENTY})
        for test in _bounds(rule):
            wanted[test.fact] = wanted.get(test.fact, frozenset()) | {PLENTY}
    return wanted


def _bounds(rule: Rule) -> Iterator[Test]:
    """Numbers by which a rule applies or has more time: a little and a lot are told apart."""
    tests = (*rule.when.tests, *(tests_of(rule.limit) if isinstance(rule, Within) else ()))
    for test in tests:
        if test.op in ("lt", "lte", "gt", "gte") and isinstance(test.value[0], int | float):
            yield test


def moves_of(
    *,
    pack: Pack,
    form_id: str,
    matter: frozenset[str],
    wanted: Mapping[str, frozenset[Value]],
    at: datetime,
) -> list[Move]:
    """The ways to fill a form that differ in what follows, with the least that it takes.

    Questions that decide something are tried with every answer, blank where that is allowed;
    others are answered only where they must be.
    """
    form = pack.forms[form_id]
    deciding = _deciding(form, matter)
    found: dict[tuple[Any, ...], Move] = {}
    for combination in _combinations(pack, deciding, wanted, at):
        raw = {f.id: v for f, v in zip(deciding, combination, strict=True) if v is not None}
        move = _filled(pack, form_id, raw, deciding, at)
        if move is not None:
            shown = tuple((a.field, str(a.value)) for a in move.answers)
            found.setdefault(
                (move.events, tuple(sorted(map(str, move.facts.items()))), shown), move
            )
        if len(found) >= MOST_MOVES:
            break
    return list(found.values())


def _deciding(form: FormShape, matter: frozenset[str]) -> list[FieldShape]:
    asked = {test for emit in form.emits for test in emit.when}
    told = {f.fact for f in form.fields if f.fact in matter}
    return [
        f for f in form.fields if f.id in asked or f.fact in told or f.type in ("flag", "choice")
    ]


def _combinations(
    pack: Pack,
    deciding: Iterable[FieldShape],
    wanted: Mapping[str, frozenset[Value]],
    at: datetime,
) -> Iterator[tuple[Any, ...]]:
    """Every way to answer; of a long checklist all the best, each answer changed alone, and all
    the poorest: else its last points alone would be tried."""
    tried = [
        _tried(pack, shape, wanted.get(shape.fact or "", frozenset()), at) for shape in deciding
    ]
    if prod(map(len, tried)) <= MOST_MOVES:
        yield from product(*tried)
        return
    best = tuple(answers[-1] for answers in tried)
    yield best
    for index, answers in enumerate(tried):
        for other in answers[:-1]:
            yield (*best[:index], other, *best[index + 1 :])
    yield from product(*tried)


def _tried(pack: Pack, shape: FieldShape, wanted: frozenset[Value], at: datetime) -> list[Any]:
    """The answers that are tried, the poorest first; what a gate wants is the best."""
    blank: list[Any] = [] if shape.required else [None]
    if shape.type in ("flag", "tick"):
        return ["yes", "no"] if wanted == {False} else ["no", "yes"]
    if shape.type in ("choice", "choices"):
        given = list(reversed(choices_of(pack, shape)))
        return [*blank, *sorted(given, key=lambda value: value in wanted)]
    if PLENTY in wanted:
        return [*blank, least(pack, shape, at), most(pack, shape, at)]
    return [*blank, least(pack, shape, at)]


def most(pack: Pack, shape: FieldShape, at: datetime) -> str:
    """What is enough where at least so much is asked for."""
    if shape.type == "moment" and shape.is_ != "event_time":
        return (at + 4 * FAR).isoformat()
    if shape.type not in ("number", "integer", "score"):
        return least(pack, shape, at)
    fact = pack.facts.get(shape.fact or "")
    high = shape.max if shape.max is not None else (fact.max if fact else None)
    return f"{PLENTY if high is None else high:.12g}"


def least(pack: Pack, shape: FieldShape, at: datetime) -> str:
    """The smallest thing that can be typed."""
    if shape.is_ == "event_time":
        return at.isoformat()
    if shape.type == "moment":
        return (at + FAR).isoformat()
    if shape.type == "date":
        return (at + FAR).date().isoformat()
    if shape.type in ("number", "integer", "score"):
        fact = pack.facts.get(shape.fact or "")
        low = shape.min if shape.min is not None else (fact.min if fact else None)
        return f"{1 if low is None else low:g}"
    if shape.type in ("choice", "choices"):
        return next(iter(choices_of(pack, shape)))
    return {"phone": "010-12345678", "flag": "no", "tick": "on"}.get(shape.type, "一")


def _filled(
    pack: Pack, form_id: str, raw: dict[str, Any], deciding: list[FieldShape], at: datetime
) -> Move | None:
    """The form with these answers and the least besides; None where it does not take them."""
    form = pack.forms[form_id]
    for shape in form.fields:
        if shape.id not in raw and shape.required and shape not in deciding:
            raw[shape.id] = least(pack, shape, at)
    filled = fill(pack=pack, form=form, raw=raw)
    chosen = {shape.id for shape in deciding}
    needed = [f for f in form.fields if f.id in filled.errors]
    if needed:
        if any(f.id in chosen for f in needed):
            return None  # this question may not be left as it was tried
        raw |= {f.id: least(pack, f, at) for f in needed}
        filled = fill(pack=pack, form=form, raw=raw)
        if filled.errors:
            return None
    return Move(
        form=form_id,
        title=form.title.text(),
        answers=tuple(_answer(pack, f, filled.values.get(f.id)) for f in deciding),
        events=tuple(events_of(form, filled.values)) or ("facts.changed",),
        facts=facts_of_form(form, filled.values),
    )


def _answer(pack: Pack, shape: FieldShape, value: Any) -> FieldAnswer:
    title = shape.title.text()
    if value is None:
        return FieldAnswer(shape.id, title, None, Text("空", "blank"))
    if isinstance(value, bool):
        return FieldAnswer(shape.id, title, value, Text("是", "yes") if value else Text("否", "no"))
    chosen = choices_of(pack, shape).get(value) if isinstance(value, str) else None
    if chosen is not None:
        return FieldAnswer(shape.id, title, value, chosen.text())
    if isinstance(value, datetime):
        return FieldAnswer(shape.id, title, value, moments.moment(value))
    return FieldAnswer(shape.id, title, value, Text(str(value), str(value)))
