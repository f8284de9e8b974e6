"""What a move does to a promise that it should not be able to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from chengnuo.packs.filing import AT_THE_DESK, HANDS
from chengnuo.packs.loopholes.found import Finding
from chengnuo.packs.loopholes.moves import Answer, Move
from chengnuo.packs.loopholes.playing import Played, Table
from chengnuo.packs.references import BUILT_IN_EVENTS, role_title
from chengnuo.packs.schema import FormShape
from chengnuo.rules.releasing import release_in
from chengnuo.rules.rulebook import Within
from chengnuo.rules.state import Kept, Voided
from chengnuo.rules.words import Text

DONE = {
    "void": Text("该承诺即告解除，不作评判", "the promise ends without a verdict"),
    "later": Text("到期时间推迟", "its due time moves"),
    "anew": Text("时限重新起算", "its time starts again"),
}
STEPS_OF_WHO_HANDLES = frozenset(
    {"case.returned", "case.return_asked", "case.handed_over", "case.assistance_asked"}
)
KEPT = Text("该承诺即记为履行", "the promise counts as kept")


def by_who_owes(form: FormShape, rule: Within) -> bool:
    """Whether the one who owes a promise may end it or put it off by the form; open forms are
    filled by anybody, and what a rule says of its release is enforced whoever fills the form."""
    if rule.released_by:
        return False
    if not form.who:
        return True
    who = set(form.who)
    for same in (HANDS, AT_THE_DESK):
        if rule.owed_by in same and who & same:
            return True
    return rule.owed_by in who


class Promises:
    """Collects, over all services, how the promises of a pack were ended, moved and kept."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.found: dict[tuple[str, str, str], Finding] = {}
        self.started: dict[str, str] = {}
        self.ended_well: set[str] = set()
        self.keeping: dict[tuple[str, str], dict[tuple[str, ...], Move]] = defaultdict(dict)

    def look(self, played: Played) -> None:
        running = {o.key: o for o in played.before.obligations if o.is_running}
        for held in running.values():
            self.started.setdefault(held.rule, played.before.service)
        for decision in played.decisions:
            key = getattr(decision, "key", None)
            held = running.get(key) if isinstance(key, str) else None
            if held is None:
                continue
            rule = self.table.book.rules[held.rule]
            if not isinstance(rule, Within) or rule.judges or rule.decides:
                continue
            if isinstance(decision, Kept):
                self.ended_well.add(rule.id)
                shown = tuple(f"{a.field}={a.value}" for a in played.move.answers)
                self.keeping[rule.id, played.move.form].setdefault(shown, played.move)
            elif (how := release_in(decision, due_at=held.due_at)) is not None:
                if isinstance(decision, Voided):
                    self.ended_well.add(rule.id)
                self._released(rule, played, how)

    def _released(self, rule: Within, played: Played, how: str) -> None:
        form = self.table.pack.forms[played.move.form]
        if not by_who_owes(form, rule):
            return
        who, told, done = role_title(self.table.pack, rule.owed_by), played.move.said(), DONE[how]
        trace = Text(
            f"负责履行的{who.zh}{told.zh}：{done.zh}",
            f"{who.en}, who owes it: {told.en}; {done.en}",
        )
        found = Finding("K1", rule.id, f"{played.move.form}/{how}", trace)
        self.found.setdefault(found.key, found)

    def findings(self) -> Iterator[Finding]:
        yield from self.found.values()
        for (rule, form), moves in self.keeping.items():
            yield from self._kept_by_nothing(rule, form, list(moves.values()))
            yield from self._kept_by_less(rule, form, list(moves.values()))
        yield from self._by_a_step()
        yield from self._no_way_out()

    def _by_a_step(self) -> Iterator[Finding]:
        """Steps of the product, which need no form of the pack, by which who owes it is let off."""
        for rule in self.table.book.rules.values():
            if not isinstance(rule, Within) or rule.released_by or rule.owed_by in AT_THE_DESK:
                continue
            anew = rule.start.events if rule.again == "restart" else ()
            for how, events in (("void", rule.void_on), ("anew", anew)):
                for event in sorted(STEPS_OF_WHO_HANDLES.intersection(events)):
                    who, done = role_title(self.table.pack, rule.owed_by), DONE[how]
                    step = BUILT_IN_EVENTS[event]
                    trace = Text(
                        f"负责履行的{who.zh}办理“{step.zh}”：{done.zh}",
                        f"{who.en}, who owes it, does “{step.en}”; {done.en}",
                    )
                    yield Finding("K1", rule.id, f"{event}/{how}", trace)

    def _kept_by_nothing(self, rule: str, form: str, moves: list[Move]) -> Iterator[Finding]:
        """The answers that say no and keep the promise nevertheless."""
        seen: set[str] = set()
        for move in moves:
            for answer in move.answers:
                if not _says_no(answer) or answer.field in seen:
                    continue
                if not _is_ignored(self.table, form, answer):
                    continue
                seen.add(answer.field)
                one, title = answer.said(), move.title
                trace = Text(
                    f"填“{title.zh}”，{one.zh}：{KEPT.zh}", f"“{title.en}” with {one.en}: {KEPT.en}"
                )
                yield Finding("K4", rule, f"{form}.{answer.field}", trace)
        if moves and not _asks_something(self.table.pack.forms[form]):
            title = moves[0].title
            trace = Text(
                f"“{title.zh}”没有必填内容，空白提交：{KEPT.zh}",
                f"“{title.en}” asks for nothing; sent empty, {KEPT.en}",
            )
            yield Finding("K4", rule, form, trace)

    def _kept_by_less(self, rule_id: str, form: str, moves: list[Move]) -> Iterator[Finding]:
        """Two answers to one question keep the promise by two deeds: the lesser will do."""
        rule = self.table.book.rules[rule_id]
        stops = (
            set(rule.stop.events) if isinstance(rule, Within) and not rule.stop.needs_all else ()
        )
        # What no event asks for decides no deed, though it may be left blank with one of them.
        asked = {field for emit in self.table.pack.forms[form].emits for field in emit.when}
        by: dict[str, dict[str, tuple[Answer, frozenset[str]]]] = defaultdict(dict)
        for move in moves:
            for answer in (a for a in move.answers if a.field in asked):
                deeds = frozenset(move.events).intersection(stops)
                by[answer.field].setdefault(str(answer.value), (answer, deeds))
        for field, given in by.items():
            for one, other in combinations(given.values(), 2):
                if one[1] & other[1] or not one[1] or not other[1]:
                    continue
                title = moves[0].title
                trace = Text(
                    f"“{title.zh}”{one[0].said().zh}，与填{other[0].words.zh}一样：{KEPT.zh}",
                    f"“{title.en}” with {one[0].said().en} does as well as {other[0].words.en}: "
                    f"{KEPT.en}",
                )
                yield Finding("K4", rule_id, f"{form}.{field}/either", trace)
                break

    def _no_way_out(self) -> Iterator[Finding]:
        """Promises that began and that no move could keep or end, looked at once more by
        themselves."""
        for rule_id in sorted(self.started.keys() - self.ended_well):
            rule = self.table.book.rules[rule_id]
            if not isinstance(rule, Within) or rule.judges or rule.decides:
                continue
            if self._kept_from_outside(rule) or self._ends_after_all(rule_id):
                continue
            trace = Text("任何表单都不能使其履行或解除", "no form of the pack keeps it or ends it")
            yield Finding("K12", rule_id, "", trace)

    def _ends_after_all(self, rule_id: str) -> bool:
        service = self.started[rule_id]
        for played in self.table.play(service, focus=rule_id):
            for decision in played.decisions:
                if isinstance(decision, Kept | Voided) and decision.key.startswith(f"{rule_id}#"):
                    return True
        return service in self.table.cut

    def _kept_from_outside(self, rule: Within) -> bool:
        events = self.table.pack.events
        return any(e not in events or events[e].by != "form" for e in rule.stop.events)


def _says_no(answer: Answer) -> bool:
    return answer.value is not None and answer.is_no


def _is_ignored(table: Table, form: str, answer: Answer) -> bool:
    """Whether a yes to the same question leads to exactly the same, and no rule asks for it."""
    fact = next((f.fact for f in table.pack.forms[form].fields if f.id == answer.field), None)
    if fact in table.matter:
        return False
    ways: dict[bool, set[tuple[str, ...]]] = {True: set(), False: set()}
    for move in table.of(form):
        for other in move.answers:
            if other.field == answer.field and other.value is not None:
                ways[other.is_no].add(move.events)
    return ways[True] == ways[False]


def _asks_something(form: FormShape) -> bool:
    return any((f.required or f.required_when) and f.is_ != "event_time" for f in form.fields)
