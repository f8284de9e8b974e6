"""Verbs of obligations: keep a release, open a docket, let an event happen.

Each verb is one transaction: it reads rows into values, asks `rules.react`, and writes what was
decided, with its ledger entries and messages. Time passes in `ticking`, duties open in `duties`,
notices and new releases reach running dockets in `transitions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from chengnuo.ledger.ids import uuid7
from chengnuo.obligations.holders import may_release
from chengnuo.obligations.models import Docket, PackRelease
from chengnuo.obligations.persistence import save
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.obligations.subjects import kind_of_subject
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.obligations.values import proof_of, state_of
from chengnuo.packs.filing import HANDS
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.references import role_title
from chengnuo.packs.stored import written
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of
from chengnuo.people.services import regulation_changed
from chengnuo.rules.conditions import Facts
from chengnuo.rules.counting import UnableToReckon
from chengnuo.rules.evolve import evolve
from chengnuo.rules.lifecycle import LODGED
from chengnuo.rules.react import react
from chengnuo.rules.refusing import MovedOn, Refused
from chengnuo.rules.releasing import release_in
from chengnuo.rules.rulebook import Within
from chengnuo.rules.state import Decision, Denied, Event, Reclassified, Started
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event may not happen: the rule's title, its clause, and what is missing."""

    rule: str
    title: Text
    clause: Text
    missing: Text


class RefusedByRule(Refused):
    """A gate is shut or a prohibition stands. Nothing was written. `event`: what was refused."""

    def __init__(self, refusals: Sequence[Refusal], event: Event | None = None) -> None:
        self.refusals, self.event = tuple(refusals), event
        super().__init__(_in_one_line(self.refusals))


def _in_one_line(refusals: Sequence[Refusal]) -> Text:
    """All of them, for where a page has room for one line."""
    told = [(r.title, r.missing, r.clause) for r in refusals]
    return Text(
        "；".join(f"{t.zh}：{m.zh}" + (f"（{c.zh}）" if c.zh else "") for t, m, c in told),
        "; ".join(f"{t.en}: {m.en}" + (f" ({c.en})" if c.en else "") for t, m, c in told),
    )


class SomebodyWasFaster(MovedOn):
    """The docket changed since the page was read. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "他人已先行办理：请查看变化后重新提交。",
                "Someone else acted first: check what changed, then submit again.",
            )
        )


@transaction.atomic
def install(*, loaded: LoadedPack, now: datetime) -> PackRelease:
    """Keep a checked pack as a release; the same content is kept once.

    Running dockets do not move. Where the release says `rebase` or `favour`,
    `transitions.carry_out_transitions` moves them when it comes into force.
    """
    # By its digest: installing the same pack twice, or on two machines at once, is one release.
    release, _ = PackRelease.objects.get_or_create(
        digest=loaded.digest,
        defaults={
            "pack": loaded.pack.id,
            "version": loaded.pack.version,
            "in_force_from": loaded.pack.in_force.from_,
            "in_force_to": loaded.pack.in_force.to,
            "content": written(loaded.pack),
            "time_zone": loaded.pack.time_zone,
            "installed_at": now,
        },
    )
    regulation_changed(companies=None)
    return release


def new_docket(
    *,
    company: Organisation,
    release: str,
    subject_kind: str,
    subject: str,
    at: datetime,
    service: str = "",
    process: str = "",
    accepting_unit: int | None = None,
    handling_unit: int | None = None,
    judged: Sequence[str] | None = None,
) -> Docket:
    """A docket that is not written yet; `begin` makes the unit of work that is written with it.
    Raises UnknownSubject."""
    return Docket(
        id=uuid7(at),
        organisation=company,
        release_id=release,
        subject_kind=kind_of_subject(subject_kind).name,
        subject=subject,
        service=service,
        process=process,
        accepting_unit_id=accepting_unit,
        handling_unit_id=handling_unit,
        opened_at=at,
        round_at=at,
        judged=list(judged) if judged is not None else None,
    )


def begin(
    *,
    docket: Docket,
    events: Sequence[Event],
    now: datetime,
    actor: Staff | None,
    told_as: str,
    note: dict[str, Any] | None = None,
) -> UnitOfWork:
    """A new docket together with what its first events start; `save_new` writes it. The note goes
    with the first of them, which lodges it.

    A docket taken over from the past (it names the rules that history can judge) is told to nobody:
    warnings and escalations of long ago are not sent.
    """
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    work = UnitOfWork(docket, [], regulation, now, actor, told_as, quiet=docket.judged is not None)
    _run(work, events[:1], note or {})
    _run(work, events[1:], {})
    return work


def happen(
    *,
    docket_id: UUID,
    events: Sequence[Event],
    now: datetime,
    actor: Staff | None,
    told_as: str,
    expected_version: int | None = None,
    note: dict[str, Any] | None = None,
    handling_unit: int | None = None,
    by_own_word: bool = False,
) -> UnitOfWork:
    """Let events happen to a docket. Needs a transaction. `by_own_word`: told by somebody without a
    form of the regulation. Raises RefusedByRule, SomebodyWasFaster."""
    docket = locked(docket_id=docket_id, expected_version=expected_version)
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    rows = list(docket.obligations.order_by("start_at", "pk"))
    work = UnitOfWork(docket, rows, regulation, now, actor, told_as)
    # Before the events: what they start is owed by the new unit already. What ran is moved after
    # them, and stays with the old one for what the events themselves decide.
    if handling_unit is not None:
        docket.handling_unit_id = handling_unit
    _run(work, events, note or {}, by_own_word=by_own_word)
    if handling_unit is not None:
        work.reassign(events[-1].at)
    save(work)
    return work


def locked(*, docket_id: UUID, expected_version: int | None) -> Docket:
    """The docket, locked for this transaction; refused when it moved on since it was read."""
    rows = Docket.objects.select_for_update(
        of=("self",) if connection.vendor == "postgresql" else ()
    )
    docket = rows.select_related("organisation").get(pk=docket_id)
    if expected_version is not None and docket.version != expected_version:
        raise SomebodyWasFaster
    return docket


def _run(
    work: UnitOfWork, events: Sequence[Event], note: dict[str, Any], *, by_own_word: bool = False
) -> None:
    book = work.regulation.judging(work.docket.judged)
    for event in events:
        try:
            decisions = react(book, work.state, event)
        except UnableToReckon as error:
            raise RefusedByRule([_no_answer(error)]) from error
        refused = [d for d in decisions if isinstance(d, Denied)]
        if refused:
            raise RefusedByRule([refusal(work.regulation, r) for r in refused], event)
        _check_release(work, event, decisions, by_own_word)
        work.take(event, decisions, note)


def _check_release(
    work: UnitOfWork, event: Event, decisions: Sequence[Decision], by_own_word: bool
) -> None:
    """Only those whom a rule names for it end its promise, put it off or begin it anew; where it
    names nobody, not who owes it by his own word."""
    actor, docket = work.actor, work.docket
    # The clock itself, a withdrawal of the whole matter, and what begins with it are nobody's
    # release.
    if actor is None or work.state.is_ended_by(event.name) or docket._state.adding:
        return
    rows = {row.key: row for row in work.rows}
    for decision in decisions:
        row = rows.get(getattr(decision, "key", ""))
        rule = work.regulation.book.rules[row.rule] if row is not None else None
        if row is None or not isinstance(rule, Within) or not (rule.released_by or by_own_word):
            continue
        if release_in(decision, due_at=row.due_at) is None or _replaced(
            work, rule, row.due_at, decisions
        ):
            continue
        posts = posts_of(staff=actor, at=work.now)
        if not may_release(rule=rule, row=row, docket=docket, posts=posts):
            raise RefusedByRule([_not_his(work.regulation, rule)], event)


def _replaced(
    work: UnitOfWork, rule: Within, due_at: datetime | None, decisions: Sequence[Decision]
) -> bool:
    """Whether the same post owes something of another service as early instead, or the matter is an
    emergency: who finds out that it is more urgent than it was taken in as lets himself off
    nothing. What others owe early there is no reason to be let off."""
    moved = next((d for d in decisions if isinstance(d, Reclassified)), None)
    if moved is None:
        return False
    urgent = work.regulation.pack.services[moved.service].emergency
    rules = work.regulation.book.rules
    dues = [
        d.obligation.due_at
        for d in decisions
        if isinstance(d, Started)
        and (urgent or rules[d.obligation.rule].owed_by == rule.owed_by not in HANDS)
    ]
    return any(due is not None and (due_at is None or due <= due_at) for due in dues)


def _not_his(regulation: Regulation, rule: Within) -> Refusal:
    titles = [role_title(regulation.pack, role) for role in sorted(rule.released_by)]
    titles = titles or [
        Text("受理单位、监督人员或上级", "the receiving unit, oversight or a superior")
    ]
    missing = Text(
        f"解除、推迟或重新起算由{'、'.join(t.zh for t in titles)}决定，承诺的责任人不得自行办理",
        "Only these can end, postpone or restart it, never the person who owes it: "
        f"{', '.join(t.en for t in titles)}.",
    )
    return Refusal(rule.id, rule.title, rule.cite(), missing)


def _no_answer(error: UnableToReckon) -> Refusal:
    """The facts or the moments lie outside everything that the limits of the pack provide for."""
    title = Text("时限无法计算", "The deadline cannot be calculated")
    return Refusal(
        "", title, Text("", ""), Text(f"请核对关键信息与时间：{error.text.zh}", error.text.en)
    )


def refusal(regulation: Regulation, refused: Denied) -> Refusal:
    """A refusal in people's words."""
    rule = regulation.book.rules.get(refused.rule)
    if rule is None:
        return Refusal("", Text("状态", "State"), Text("", ""), refused.missing)
    return Refusal(rule.id, rule.title, rule.cite(), _in_titles(regulation, refused.missing))


def _in_titles(regulation: Regulation, missing: Text) -> Text:
    """Event and fact ids in a refusal become their titles."""
    zh, en = missing.zh, missing.en
    for name, event in regulation.pack.events.items():
        zh, en = zh.replace(name, event.title.zh), en.replace(name, event.title.en)
    for name, fact in regulation.pack.facts.items():
        zh, en = zh.replace(name, fact.title.zh), en.replace(name, fact.title.en)
    return Text(zh, en)


def preview(
    *, docket: Docket, facts: Facts, at: datetime
) -> list[tuple[str, datetime | None, Text, Text]]:
    """What would start if this were lodged: rule, due moment, title, clause. Writes nothing.

    Raises UnableToReckon when a table of the pack gives no single answer for the facts.
    """
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    state = state_of(docket, [], regulation)
    event = Event(name=state.own(LODGED), at=at, facts=facts)
    state = evolve(state, react(regulation.book, state, event), event)
    found = []
    for held in state.obligations:
        rule = regulation.book.rules[held.rule]
        said = proof_of(held, regulation, state)["clause"]
        found.append((held.rule, held.due_at, rule.title, Text(**said)))
    return sorted(found, key=lambda f: (f[1] is None, f[1]))
