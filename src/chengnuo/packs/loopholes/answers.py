"""Answers that say no and keep a promise as a yes does: what follows from either is compared."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import permutations

from chengnuo.packs.loopholes.found import Finding
from chengnuo.packs.loopholes.moves import FieldAnswer, Move
from chengnuo.packs.loopholes.playing import Playboard
from chengnuo.packs.schema import FormShape
from chengnuo.rules.rulebook import Gate, Recurring, Within
from chengnuo.rules.words import Text

KEPT = Text("该承诺即记为履行", "the promise counts as kept")
ACCEPTING = ("验收", "签字", "签收", "确认", "复核", "审核", "审批", "批准", "评价")

# What follows from an event: how it is heard, and by what.
Heard = tuple[str, str]


class Answers:
    """What of a pack hears the events that answers lead to."""

    def __init__(self, table: Playboard) -> None:
        self.table = table

    @cached_property
    def heard(self) -> Mapping[str, frozenset[Heard]]:
        """By event: what it starts, keeps or ends, which gates it opens or shuts, what closes."""
        found: dict[str, set[Heard]] = defaultdict(set)
        for rule in self.table.book.rules.values():
            if isinstance(rule, Within):
                _hear(found, "start", rule.start.events, rule.id)
                _hear(found, "void", rule.void_on, rule.id)
            if isinstance(rule, Within | Recurring):
                _hear(found, "stop", rule.stop.events, rule.id)
            if isinstance(rule, Gate):
                _hear(found, "since", rule.since, rule.id)
                _hear(found, "until", rule.until.events if rule.until else (), rule.id)
        for process in self.table.book.processes.values():
            _hear(found, "close", process.closes_on, process.id)
        for form_id, form in self.table.pack.forms.items():
            _hear(found, "form", form.after.trigger().events if form.after else (), form_id)
        shape = self.table.pack.accountability
        _hear(found, "start", shape.opens_on if shape is not None else (), "accountability")
        return {event: frozenset(heard) for event, heard in found.items()}

    def follows(self, events: Iterable[str]) -> frozenset[Heard]:
        return frozenset[Heard]().union(*(self.heard.get(e, frozenset()) for e in events))

    def of_promise(self, rule: str, form: str, moves: list[Move]) -> Iterator[Finding]:
        """What keeps a promise by a form though the form says no."""
        yield from self._ignored(rule, form, moves)
        yield from self._by_less(rule, form, moves)
        yield from kept_by_a_blank(rule, form, self.table.pack.forms[form])
        yield from self._before_acceptance(rule, form, moves)

    def _ignored(self, rule: str, form: str, moves: list[Move]) -> Iterator[Finding]:
        """The questions of a form to which a no keeps the promise, and nothing else hears it."""
        noes: dict[str, FieldAnswer] = {}
        for move in moves:
            for answer in move.answers:
                if says_no(answer) and self._is_ignored(form, answer, rule):
                    noes.setdefault(answer.field, answer)
        if not noes:
            return
        title = self.table.pack.forms[form].title
        said = [answer.said() for answer in noes.values()]
        zh, en = "，".join(t.zh for t in said), ", ".join(t.en for t in said)
        trace = Text(f"填“{title.zh}”，{zh}：{KEPT.zh}", f"“{title.en}” with {en}: {KEPT.en}")
        yield Finding("K4", rule, f"{form}.{'+'.join(noes)}", trace)

    def _is_ignored(self, form: str, answer: FieldAnswer, rule: str) -> bool:
        """Whether a yes to the same question leads to exactly the same, no rule asks for the
        answer, and the form itself does not part its ways by it."""
        shape = self.table.pack.forms[form]
        fact = next((f.fact for f in shape.fields if f.id == answer.field), None)
        if fact in self.table.matter or _is_fork(shape, answer.field):
            return False
        ways: dict[bool, set[frozenset[Heard]]] = {True: set(), False: set()}
        for move in self.table.of(form):
            for other in move.answers:
                if other.field == answer.field and other.value is not None:
                    ways[other.is_no].add(self.follows(move.events) - {("stop", rule)})
        return not ways[False] or ways[True] == ways[False]

    def _by_less(self, rule_id: str, form: str, moves: list[Move]) -> Iterator[Finding]:
        """Two answers to one question keep the promise by two deeds: the lesser will do."""
        rule = self.table.book.rules[rule_id]
        if not isinstance(rule, Within) or rule.stop.needs_all:
            return
        stops, seen = frozenset(rule.stop.events), set[str]()
        for one, other in permutations(moves, 2):
            parted = _parted_by(one, other)
            if parted is None or parted[0].field in seen:
                continue
            lesser, better = stops.intersection(one.events), stops.intersection(other.events)
            if lesser & better or not lesser or not better:
                continue
            if not self._is_less(parted[0], one, other, better):
                continue
            seen.add(parted[0].field)
            said, title = parted[0].said(), one.title
            trace = Text(
                f"“{title.zh}”{said.zh}，与填{parted[1].words.zh}一样：{KEPT.zh}",
                f"“{title.en}” with {said.en} does as well as {parted[1].words.en}: {KEPT.en}",
            )
            yield Finding("K4", rule_id, f"{form}.{parted[0].field}/either", trace)

    def _is_less(self, answer: FieldAnswer, one: Move, other: Move, better: frozenset[str]) -> bool:
        """Whether an answer does less than another and nothing makes up for it.

        A decision, or what an inspection finds, may well be a no: then something else is owed, a
        gate shuts, or the matter ends there and then. What is owed then and kept by nothing but the
        better deed is the same promise once more, with a new term.
        """
        mine, theirs = self.follows(one.events), self.follows(other.events)
        own = mine - theirs
        for how, what in own:
            owed = self.table.book.rules.get(what)
            if how == "start" and isinstance(owed, Within) and better & set(owed.stop.events):
                return True
        ends = any(how == "close" for how, _what in own) and not any(
            how == "close" for how, _what in theirs
        )
        if ends or any(how in ("start", "since") for how, _what in own):
            return False
        return answer.is_no or mine < theirs

    def _before_acceptance(self, rule_id: str, form: str, moves: list[Move]) -> Iterator[Finding]:
        """The deed counts though who accepts it afterwards may say no, and nothing is owed then."""
        deeds = {e for m in moves for e in m.events if ("stop", rule_id) in self.heard.get(e, ())}
        for accepts, shape in self.table.pack.forms.items():
            follows_it = shape.after and deeds & set(shape.after.trigger().events)
            if not follows_it or shape.duty or accepts == form:
                continue
            if not any(word in shape.title.zh for word in ACCEPTING):
                continue
            refusing = [m for m in self.table.of(accepts) if any(map(says_no, m.answers))]
            empty = [m for m in refusing if not self._leads_on(m, rule_id)]
            if refusing and len(empty) == len(refusing):
                said, title = empty[0].said(), moves[0].title
                trace = Text(
                    f"填“{title.zh}”：{KEPT.zh}；其后{said.zh}，也不再产生任何承诺",
                    f"“{title.en}” is filled: {KEPT.en}; when then {said.en}, nothing is owed",
                )
                yield Finding("K4", rule_id, f"{form}/{accepts}", trace)

    def _leads_on(self, move: Move, rule_id: str) -> bool:
        heard = self.follows(move.events)
        leads = any(how in ("start", "since", "close") for how, _what in heard)
        return leads or ("stop", rule_id) in heard


def kept_by_a_blank(rule: str, form: str, shape: FormShape) -> Iterator[Finding]:
    """A form that keeps a promise, or a duty, though all of it, or every point to be ticked, is
    left blank, and nothing follows from it."""
    title = shape.title
    if not _asks_something(shape):
        trace = Text(
            f"“{title.zh}”没有必填内容，空白提交：{KEPT.zh}",
            f"“{title.en}” asks for nothing; sent empty, {KEPT.en}",
        )
        yield Finding("K4", rule, form, trace)
    told = {name for emit in shape.emits for name in emit.when}
    points = [
        field
        for field in shape.fields
        if field.type == "tick"
        and field.id not in told
        and not (field.required or field.required_when or field.fact)
    ]
    if points:
        zh = "、".join(f"“{field.title.zh}”" for field in points)
        en = ", ".join(f"“{field.title.en}”" for field in points)
        trace = Text(
            f"填“{title.zh}”，不勾选{zh}：{KEPT.zh}",
            f"“{title.en}” without a tick at {en}: {KEPT.en}",
        )
        yield Finding("K4", rule, f"{form}.{'+'.join(f.id for f in points)}/unticked", trace)


def says_no(answer: FieldAnswer) -> bool:
    return answer.value is not None and answer.is_no


def _hear(found: dict[str, set[Heard]], how: str, events: Iterable[str], what: str) -> None:
    for event in events:
        found[event].add((how, what))


def _parted_by(one: Move, other: Move) -> tuple[FieldAnswer, FieldAnswer] | None:
    """The only question that two ways to fill a form answer differently; what is asked in one of
    them alone is no difference."""
    pairs = [
        (a, b)
        for a, b in zip(one.answers, other.answers, strict=True)
        if a.value != b.value and a.value is not None and b.value is not None
    ]
    return pairs[0] if len(pairs) == 1 else None


def _is_fork(form: FormShape, field: str) -> bool:
    """Whether the form asks for something after a yes, and for something else after a no."""
    asked = {str(f.required_when[field]) for f in form.fields if field in f.required_when}
    return len(asked) > 1


def _asks_something(form: FormShape) -> bool:
    return any((f.required or f.required_when) and f.is_ != "event_time" for f in form.fields)
