"""What a move does to a promise that it should not be able to do."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from chengnuo.packs.filing import AT_THE_DESK, HANDS
from chengnuo.packs.loopholes.answers import KEPT, Answers
from chengnuo.packs.loopholes.found import Finding
from chengnuo.packs.loopholes.moves import Move
from chengnuo.packs.loopholes.playing import Playboard, Played
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
OF_THE_CUSTOMER = re.compile("(?:客户|用户).*(?:验收|签字|签收|签章|确认|评价)")
STEPS_OF_WHO_HANDLES = frozenset(
    {"case.returned", "case.return_asked", "case.handed_over", "case.assistance_asked"}
)
# Handing a matter over may be what is promised; sending it back or asking for help never is.
NO_DEEDS = STEPS_OF_WHO_HANDLES - {"case.handed_over"}


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

    def __init__(self, table: Playboard) -> None:
        self.table = table
        self.found: dict[tuple[str, str, str], Finding] = {}
        self.started: dict[str, str] = {}
        self.ended_well: set[str] = set()
        self.keeping: dict[tuple[str, str], dict[tuple[str, ...], Move]] = defaultdict(dict)

    def look(self, played: Played) -> None:
        running = {o.key: o for o in played.before.obligations if o.is_running}
        for one in running.values():
            self.started.setdefault(one.rule, played.before.service)
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
                    self._ended_without_reason(rule, played)
                self._released(rule, played, how)

    def _ended_without_reason(self, rule: Within, played: Played) -> None:
        """Somebody ends a promise by an event, and has to say nothing about it."""
        form = self.table.pack.forms[played.move.form]
        if not rule.void_on.intersection(played.move.events) or _asks_for_words(form):
            return
        told, done = played.move.said(), DONE["void"]
        trace = Text(
            f"{told.zh}，不需写明理由：{done.zh}",
            f"{told.en}, and no reason is asked for; {done.en}",
        )
        found = Finding("K4", rule.id, f"{played.move.form}/unreasoned", trace)
        self.found.setdefault(found.key, found)

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
        answers = Answers(self.table)
        for (rule, form), moves in self.keeping.items():
            yield from answers.of_promise(rule, form, list(moves.values()))
            yield from self._said_for_the_customer(rule, form)
        yield from self._by_a_step()
        yield from self._no_way_out()

    def _said_for_the_customer(self, rule_id: str, form_id: str) -> Iterator[Finding]:
        """Who owes it writes down that the customer accepted, and nothing of the customer's own
        lies behind it."""
        rule, form = self.table.book.rules[rule_id], self.table.pack.forms[form_id]
        title, owes = form.title, self.table.pack.roles.get(rule.owed_by)
        if not isinstance(rule, Within) or (owes is not None and owes.outside):
            return
        own = any(f.is_ == "customer" or f.type == "signature" for f in form.fields)
        if own or not by_who_owes(form, rule) or not OF_THE_CUSTOMER.search(title.zh):
            return
        who = role_title(self.table.pack, rule.owed_by)
        trace = Text(
            f"负责履行的{who.zh}自填“{title.zh}”，无客户本人确认：{KEPT.zh}",
            f"{who.en}, who owes it, fills “{title.en}” without the customer's own confirmation; "
            f"{KEPT.en}",
        )
        yield Finding("K5", rule_id, form_id, trace)

    def _by_a_step(self) -> Iterator[Finding]:
        """Steps of the product, which need no form of the pack, by which who owes it is let off."""
        for rule in self.table.book.rules.values():
            if not isinstance(rule, Within):
                continue
            yield from self._own_pauses(rule)
            if rule.owed_by in AT_THE_DESK:
                continue
            for event in sorted(NO_DEEDS.intersection(rule.stop.events)):
                yield self._kept_by_a_step(rule, event)
            if rule.released_by:
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

    def _own_pauses(self, rule: Within) -> Iterator[Finding]:
        """Who owes it asks for a pause, and his own post decides on it."""
        same = next((group for group in (HANDS, AT_THE_DESK) if rule.owed_by in group), None)
        for pause in rule.pauses:
            if pause.approver not in (same or {rule.owed_by}):
                continue
            who = role_title(self.table.pack, rule.owed_by)
            trace = Text(
                f"负责履行的{who.zh}申请暂停计时，由本岗位批准：到期时间推迟",
                f"{who.en}, who owes it, asks for a pause that the same post approves; its "
                "due time moves",
            )
            yield Finding("K1", rule.id, f"{pause.id}/pause", trace)

    def _kept_by_a_step(self, rule: Within, event: str) -> Finding:
        who, step = role_title(self.table.pack, rule.owed_by), BUILT_IN_EVENTS[event]
        trace = Text(
            f"负责履行的{who.zh}办理“{step.zh}”：{KEPT.zh}",
            f"{who.en}, who owes it, does “{step.en}”; {KEPT.en}",
        )
        return Finding("K4", rule.id, event, trace)

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


def _asks_for_words(form: FormShape) -> bool:
    """Whether a form wants more than boxes and a moment: a reason, a choice, a paper."""
    boxes = ("flag", "tick")
    return any(
        (f.required or f.required_when) and f.type not in boxes and f.is_ != "event_time"
        for f in form.fields
    )
