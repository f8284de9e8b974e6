"""Calling customers back: by which questionnaire, on whose list, each attempt with its outcome."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from chengnuo.callbacks.models import Assignment, Attempt, Drawn, Manner, Outcome, VisitOrder
from chengnuo.callbacks.timing import try_again_at
from chengnuo.cases.models import Case, CaseLink, LinkKind
from chengnuo.cases.queries import keeping_forms
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.access import may_fill
from chengnuo.obligations.models import RUNNING, Obligation
from chengnuo.obligations.regulation import Regulation, regulation_for
from chengnuo.packs.forms import forms_that_keep
from chengnuo.packs.triggers import CountShape
from chengnuo.people.models import Post, Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.refusing import MovedOn, Refused
from chengnuo.rules.rulebook import Recurring, Within
from chengnuo.rules.units import length_of
from chengnuo.rules.words import Text
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.services import submit

ATTEMPT = "attempt"
"""Told beside a questionnaire: the attempt behind it stands on record already, by this token."""
AGAIN = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.CALL_LATER})


class OnAnothersList(MovedOn):
    """Somebody else has it."""


def questionnaires_of(*, rule_id: str, regulation: Regulation) -> list[str]:
    """The questionnaires that keep a promise, if it is a callback: if nothing else keeps it."""
    rule = regulation.book.rules.get(rule_id)
    if not isinstance(rule, Within | Recurring):
        return []
    shapes, by_period = regulation.pack.forms, isinstance(rule, Recurring)
    keeping = forms_that_keep(regulation.pack, rule.stop.events)
    forms = [f for f in keeping if shapes[f].duty == by_period]
    return forms if all(shapes[f].callback is not None for f in forms) else []


def original_of(*, case: Case) -> Case | None:
    """What a callback that is a case of its own asks about: the case it was drawn for, or the only
    one that it is linked to. None for a case that is called back on itself."""
    drawn = Drawn.objects.filter(case=case).select_related("original__docket").first()
    if drawn is not None:
        return drawn.original
    if not _is_of_its_own(case):
        return None
    linked = CaseLink.objects.filter(Q(case=case) | Q(other=case), kind=LinkKind.RELATED)
    pairs = list(linked.values_list("case", "other")[:2])
    if len(pairs) != 1:
        return None
    (other,) = set(pairs[0]) - {case.pk}
    return Case.objects.select_related("docket__organisation").get(pk=other)


def _is_of_its_own(case: Case) -> bool:
    """Whether it was lodged in order to call somebody: nobody outside asks for such a service."""
    docket = case.docket
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    service = regulation.pack.services.get(case.service)
    return bool(service and service.audience == "internal") and any(
        isinstance(rule, Within)
        and "case.lodged" in rule.start.events
        and rule.binds(service=case.service, process=docket.process)
        for rule in map(regulation.book.rules.get, callback_rules(regulation))
    )


def forms_for(
    *, row: Obligation, regulation: Regulation, running: Iterable[str] | None = None
) -> list[str]:
    """The questionnaires whose turn it is for a callback; the one that answers for most of what
    runs beside it (`running`, by rule) comes first."""
    if running is None:
        running = row.docket.obligations.filter(RUNNING).values_list("rule", flat=True)
    asked = questionnaires_of(rule_id=row.rule, regulation=regulation)
    turn = [f for f in keeping_forms(row, regulation) if f in asked]
    kept = [questionnaires_of(rule_id=rule, regulation=regulation) for rule in running]
    return sorted(turn, key=lambda form: -sum(form in forms for forms in kept))


def callback_rules(regulation: Regulation) -> list[str]:
    """The rules of a pack that are kept by a questionnaire."""
    rules = regulation.book.rules
    return [r for r in rules if questionnaires_of(rule_id=r, regulation=regulation)]


@transaction.atomic
def take(*, obligation: Obligation, officer: Staff, now: datetime) -> Assignment:
    """Put a due callback on one's own list. Raises Refused when it is on another's, or where
    this person handled the matter: nobody keeps a callback on his own work from being made."""
    row = Obligation.objects.select_for_update().get(pk=obligation.pk)
    held, fresh = Assignment.objects.get_or_create(
        obligation=row, defaults={"officer": officer, "assigned_at": now}
    )
    if held.officer_id != officer.pk:
        name = held.officer
        raise OnAnothersList(
            Text(
                f"已在{name}的名单上，需要改派的，请由其本人或单位负责人转交",
                f"Assigned to {name}. Ask {name} or the unit manager to reassign it.",
            )
        )
    if fresh:
        if not _may_call(row, officer, now):
            raise Refused(
                Text(
                    "您经办过本工单或不在回访岗位，不能回访；请由该单位其他人员回访",
                    "You cannot make this follow-up: you handled the case or do "
                    "not hold the post. A colleague of the unit must.",
                )
            )
        note_call(row, "callback.taken", officer, now, {})
    return held


def _may_call(row: Obligation, officer: Staff, now: datetime) -> bool:
    regulation = regulation_for(digest=row.docket.release_id, company=row.docket.organisation)
    forms = questionnaires_of(rule_id=row.rule, regulation=regulation)
    posts = posts_of(staff=officer, at=now)
    return own_form(row=row, forms=forms, posts=posts, by=officer) is not None


def own_form(
    *, row: Obligation, forms: Iterable[str], posts: Sequence[Post], by: Staff
) -> str | None:
    """The first of these questionnaires by which a person may keep a callback: never one who
    handled the matter."""
    docket = row.docket
    shapes = regulation_for(digest=docket.release_id, company=docket.organisation).pack.forms
    mine = (f for f in forms if may_fill(form=shapes[f], docket=docket, posts=posts, by=by))
    return next(mine, None)


@transaction.atomic
def hand_on(*, obligation: Obligation, to: Staff, by: Staff, now: datetime) -> Assignment:
    """Put a callback on another officer's list: the head of the unit does, or who has it. Raises
    Refused; also for somebody without a post in the unit."""
    row = Obligation.objects.select_for_update().get(pk=obligation.pk)
    if not may_hand_on(row=row, posts=posts_of(staff=by, at=now), by=by):
        raise Refused(
            Text(
                "由单位负责人或现回访人转交，请联系他们",
                "Only the unit manager or the present follow-up officer can "
                "reassign it. Contact them.",
            )
        )
    if not any(p.organisation_id == row.unit_id for p in posts_of(staff=to, at=now)):
        raise Refused(
            Text(
                "对方不在该回访单位，请选择本单位人员",
                "That person does not work in this unit. Choose someone who does.",
            )
        )
    held, _ = Assignment.objects.update_or_create(
        obligation=row, defaults={"officer": to, "assigned_at": now}
    )
    note_call(row, "callback.handed_on", by, now, {"to": to.pk})
    return held


def may_hand_on(*, row: Obligation, posts: Sequence[Post], by: Staff) -> bool:
    """The head of the unit that owes it, or whoever has it on his list."""
    held = Assignment.objects.filter(obligation=row, officer=by).exists()
    return held or any(p.is_head and p.organisation_id == row.unit_id for p in posts)


@transaction.atomic
def attempt(
    *,
    obligation: Obligation,
    officer: Staff,
    outcome: Outcome,
    token: str,
    now: datetime,
    manner: Manner = Manner.PHONE,
    note: str = "",
    again_at: datetime | None = None,
) -> Attempt:
    """Record an attempt that did not end in a questionnaire; the next one is planned.

    What the pack has filled in for "not reached" is filled in, so that the record of the case tells
    of it too. The same token twice is one attempt. Raises Refused, RefusedByRule.
    """
    before = Attempt.objects.filter(token=token).first()
    if before is not None and before.obligation_id != obligation.pk:
        raise Refused(
            Text("本页已提交过，请重新打开", "This page has already been submitted. Open it again.")
        )
    if before is not None:
        return before
    row = Obligation.objects.select_related("docket__organisation").get(pk=obligation.pk)
    regulation = regulation_for(digest=row.docket.release_id, company=row.docket.organisation)
    forms = forms_for(row=row, regulation=regulation) if row.is_running else []
    if not forms:
        raise Refused(
            Text(
                "当前没有此项待办回访（已完成、已终止或未到时间），请返回回访名单",
                "This follow-up is not due: made, cancelled or not yet started. "
                "Go back to the list.",
            )
        )
    check_manner(row, manner)
    take(obligation=row, officer=officer, now=now)
    planned = again_at if outcome == Outcome.CALL_LATER else None
    if planned is not None and planned <= now:
        raise Refused(
            Text(
                "约定时间须晚于现在，请改为之后的时间",
                "The agreed time must be later than now. Choose a later time.",
            )
        )
    if planned is None and outcome in AGAIN:
        planned = next_try(row, regulation, now)
    made = Attempt.objects.create(
        organisation_id=row.organisation_id, obligation=row, officer=officer, manner=manner,
        outcome=outcome, note=note.strip(), at=now, again_at=planned, token=token,
    )  # fmt: skip
    note_call(row, "callback.attempted", officer, now, {"outcome": outcome, "key": row.key})
    _fill_missed(row, regulation, forms[0], made)
    return made


def check_manner(row: Obligation, manner: Manner) -> None:
    """A visit needs the customer's consent and the leader's instruction. Raises Refused."""
    if manner != Manner.VISIT:
        return
    order = VisitOrder.objects.filter(obligation=row).first()
    if order is None or order.consented_at is None:
        raise Refused(
            Text(
                "上门回访须先征得客户同意，请先登记同意人",
                "A visit needs the customer's consent. Record who gave it first.",
            )
        )
    if order.instructed_at is None:
        raise Refused(
            Text(
                "上门回访须有领导批示，请先请领导批示",
                "A visit needs the leader's instruction. Ask for it first.",
            )
        )


def next_try(row: Obligation, regulation: Regulation, now: datetime) -> datetime | None:
    """When to try again; None where the pack's attempts are used up (somebody has to decide)."""
    given = regulation.pack.callbacks
    tried = list(row.callback_attempts.order_by("at").values_list("at", flat=True))
    if given is None or len(tried) + 1 >= given.most:
        return None
    return try_again_at(
        tried=[*tried, now],
        apart=_apart(given.apart),
        hours=given.hours,
        due_at=row.due_at,
        calendar=regulation.book.calendar,
    )


def _apart(given: CountShape) -> timedelta:
    return timedelta(seconds=length_of(given.unit) * given.amount)


def _fill_missed(row: Obligation, regulation: Regulation, form: str, made: Attempt) -> None:
    asked = regulation.pack.forms[form].callback
    if asked is None or not asked.missed or not row.docket.is_matter:
        return
    raw = {k: str(v).lower() if isinstance(v, bool) else v for k, v in asked.missed.items()}
    timed = next((f.id for f in regulation.pack.forms[form].fields if f.is_ == "event_time"), None)
    if timed is not None:
        raw[timed] = made.at.isoformat()
    submit(
        form=form, docket=row.docket_id, by=made.officer, at=made.at, values=raw, via=Via.PRODUCT,
        token=f"missed-{made.token}"[:64], context={ATTEMPT: made.token},
    )  # fmt: skip


def note_call(
    row: Obligation, kind: str, by: Staff, now: datetime, data: dict[str, object]
) -> None:
    fact = Fact(kind=kind, at=now, actor_id=by.pk, subject=row.docket_id, data=data)
    record(organisation_id=row.organisation_id, facts=[fact], now=now)
