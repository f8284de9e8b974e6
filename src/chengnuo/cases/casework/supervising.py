"""Urging (催办) with its limits, and supervision (督办): an instruction that must be answered.

Supervision is a promise like any other: a rule of the pack that `case.supervised` starts and whose
limit is the moment the leader named. The limits of urging are settings that the pack names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from chengnuo.cases.casework.steps import check_step, oversees
from chengnuo.cases.models import Case
from chengnuo.cases.open_cases import keep
from chengnuo.cases.unit_of_work import (
    company_of,
    happen_to,
    owing,
    people_in,
    refused,
    regulation_of,
    tell,
)
from chengnuo.ledger.queries import history
from chengnuo.obligations.holders import named
from chengnuo.obligations.models import Docket
from chengnuo.obligations.regulation import Regulation
from chengnuo.obligations.services import RefusedByRule, locked
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules import moments
from chengnuo.rules.limits import Agreed
from chengnuo.rules.rulebook import Within
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

URGING = Text("催办", "Reminder")
SUPERVISION = Text("督办", "Oversight")
# A leader who names a moment beyond this has mistyped the year.
LONGEST = timedelta(days=366)
INSTEAD = Text("请报负责人督办", "ask a leader for oversight instead")


@transaction.atomic
def urge(
    *, case: Case, reason: str, by: Staff | None, now: datetime, version: int | None = None
) -> Case:
    """Press those who hold the running promises; each of them gets a message.

    Raises RefusedByRule once the house's limit for a day, or in all, is reached.
    """
    check_step(case=case, step="urge", by=by, now=now)
    locked(docket_id=case.docket_id, expected_version=version)
    case.refresh_from_db(fields=["urged"])
    _check_limit(case, now)
    case.urged += 1
    keep(case, "urged")
    note = {"why": reason, "count": case.urged}
    happen_to(case, [Event(name="case.urged", at=now)], by=by, now=now, note=note)
    text = Text(
        f"第{case.urged}次催办：{case.number}，{reason}",
        f"Reminder {case.urged}: {case.number}, {reason}",
    )
    tell(case, people=owing(case, at=now), kind="urged", text=text, by=by, now=now)
    return case


def _check_limit(case: Case, now: datetime) -> None:
    regulation = regulation_of(case)
    urging = regulation.pack.urging
    in_all, a_day = regulation.number(urging.in_all), regulation.number(urging.a_day)
    if in_all is not None and case.urged >= in_all:
        raise _enough(Text(f"已催办{case.urged}次", f"Already chased ({case.urged}×)"))
    if a_day is None:
        return
    local = regulation.book.calendar.local
    entries = history(subject=case.docket_id)
    undone = {e.data.get("undoes") for e in entries if e.kind == "case.urging_undone"}
    told = (e for e in entries if e.kind == "case.urged" and e.seq not in undone)
    today = sum(local(e.at).date() == local(now).date() for e in told)
    if today >= a_day:
        raise _enough(Text(f"今日已催办{today}次", f"Already chased today ({today}×)"))


def _enough(done: Text) -> RefusedByRule:
    said = Text(f"{done.zh}，达到上限；{INSTEAD.zh}", f"{done.en}, the most allowed; {INSTEAD.en}")
    return refused(URGING, said)


@transaction.atomic
def supervise(
    *,
    case: Case,
    instruction: str,
    until: datetime,
    by: Staff,
    now: datetime,
    version: int | None = None,
) -> Case:
    """A leader instructs, and names the moment by which the handling unit must answer.

    A second instruction replaces the first, and never gives more time. Raises RefusedByRule.
    """
    docket = locked(docket_id=case.docket_id, expected_version=version)
    regulation = regulation_of(case)
    rules = list(supervision_rules(regulation, docket))
    if not rules:
        said = Text(
            "本制度没有督办的规定，请改用催办", "This regulation has no oversight. Chase instead."
        )
        raise refused(SUPERVISION, said)
    rule = rules[0]
    if not may_supervise(case=case, docket=docket, posts=posts_of(staff=by, at=now)):
        said = Text(
            "由经办单位的上级负责人督办", "Only a leader above the handling unit can do this"
        )
        raise refused(SUPERVISION, said, rule.cite())
    _check_until(until, now, rule)
    for held in docket.obligations.filter(rule=rule.id, kept_at=None, voided_at=None):
        if held.broken_at is None and held.due_at is not None and held.due_at < until:
            due = _deadline(regulation, held.due_at)
            said = Text(
                f"已督办，答复截止时间不得晚于{due.zh}",
                f"Already under oversight: reply due by {due.en} at the latest",
            )
            raise refused(SUPERVISION, said, rule.cite())
    case.supervised_at = now
    keep(case, "supervised_at")
    facts = {r.limit.fact: until for r in rules if isinstance(r.limit, Agreed)}
    event = Event(name="case.supervised", at=now, facts=facts)
    happen_to(case, [event], by=by, now=now, note={"why": instruction})
    due = _deadline(regulation, until)
    text = Text(
        f"督办：{case.number}，{due.zh}前答复。{instruction}",
        f"Oversight: {case.number}, reply due {due.en}. {instruction}",
    )
    unit = docket.handling_unit_id or case.organisation_id
    tell(
        case,
        people=people_in(case, units=[unit], at=now),
        kind="supervised",
        text=text,
        by=by,
        now=now,
    )
    return case


def _deadline(regulation: Regulation, at: datetime) -> Text:
    local = regulation.book.calendar.local(at)
    return moments.moment(local, style=moments.Style.SENTENCE, deadline=True)


def _check_until(until: datetime, now: datetime, rule: Within) -> None:
    if until <= now:
        raise refused(
            SUPERVISION,
            Text("答复截止时间应晚于现在，请改填", "The reply due time must be later than now."),
            rule.cite(),
        )
    # A year mistyped would be a promise that nobody ever has to keep.
    if until - now > LONGEST:
        said = Text(
            "答复截止时间不得超过一年，请核对年份",
            "The reply due time is more than a year ahead. Check the year.",
        )
        raise refused(SUPERVISION, said, rule.cite())


def supervision_rules(regulation: Regulation, docket: Docket) -> Iterator[Within]:
    """The promises of this case that supervision starts, each until the moment that is named."""
    for rule in regulation.book.starts.get("case.supervised", ()):
        if isinstance(rule.limit, Agreed) and rule.binds(
            service=docket.service, process=docket.process
        ):
            yield rule


def may_supervise(*, case: Case, docket: Docket, posts: list[Post]) -> bool:
    """Who oversees, stands above the handling unit, or holds a role to which the answer goes; of a
    restricted matter only who knows of it."""
    if knowing := regulation_of(case).pack.restricted_to(docket.service):
        return any(p.role in knowing for p in posts)
    if oversees(docket=docket, posts=posts):
        return True
    roles = {r.owed_to for r in supervision_rules(regulation_of(case), docket)}
    if named(roles=roles, docket=docket, posts=posts):
        return True
    handling = docket.handling_unit
    path = handling.path if handling is not None else company_of(case).path
    heads = [p.organisation for p in posts if p.is_head]
    return any(_above(unit, path) for unit in heads)


def _above(unit: Organisation, path: str) -> bool:
    """Whether a unit stands above another in the tree; it is not above itself."""
    return path.startswith(unit.path) and path != unit.path
