"""Callbacks by a visit: asked for with a reason, agreed with the customer, instructed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from chengnuo.callbacks.calling import note_call
from chengnuo.callbacks.models import VisitOrder
from chengnuo.obligations.holders import named
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import regulation_for
from chengnuo.people.models import Post, Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text

# Who agreed to a visit: a name.
LONGEST_NAME = 100


@transaction.atomic
def ask_visit(*, obligation: Obligation, by: Staff, why: str, now: datetime) -> VisitOrder:
    """A visit is wanted instead of a call; once."""
    if len(why.strip()) < 2:
        raise Refused(Text("请写明上门理由", "Enter the reason for the visit."))
    order, fresh = VisitOrder.objects.get_or_create(
        obligation=obligation, defaults={"asked_by": by, "asked_at": now, "why": why.strip()}
    )
    if fresh:
        note_call(obligation, "callback.visit_asked", by, now, {"why": order.why})
    return order


@transaction.atomic
def note_consent(*, order: VisitOrder, by: Staff, person: str, now: datetime) -> VisitOrder:
    """The customer consents to the visit (S3 三.3(2))."""
    if not person.strip():
        raise Refused(Text("请写明同意人", "Enter who gave consent."))
    order.consented_by, order.consented_at = person.strip(), now
    order.save(update_fields=["consented_by", "consented_at"])
    note_call(order.obligation, "callback.visit_consented", by, now, {})
    return order


def may_instruct(*, order: VisitOrder, posts: Sequence[Post], by: Staff) -> bool:
    """The head of the unit that owes the callback, or a leader of the company; never who asked."""
    row = order.obligation
    places = {row.unit_id, row.organisation_id}
    leads = any(p.is_head and p.organisation_id in places for p in posts)
    pack = regulation_for(digest=row.docket.release_id, company=row.docket.organisation).pack
    leads = leads or named(roles=set(pack.acting("leading")), docket=row.docket, posts=posts)
    return leads and by.pk != order.asked_by_id


@transaction.atomic
def instruct(*, order: VisitOrder, by: Staff, words: str, now: datetime) -> VisitOrder:
    """The leader instructs the visit (S3 二.2). Raises Refused."""
    if not may_instruct(order=order, posts=posts_of(staff=by, at=now), by=by):
        raise Refused(
            Text(
                "须由单位负责人或公司领导批示，申请人不得自批；请转请批示",
                "The unit manager or a company leader approves the visit. The "
                "person who requested it cannot.",
            )
        )
    if len(words.strip()) < 2:
        raise Refused(Text("请写明批示", "Enter the instruction."))
    order.instruction, order.instructed_by, order.instructed_at = words.strip(), by, now
    order.save(update_fields=["instruction", "instructed_by", "instructed_at"])
    note_call(order.obligation, "callback.visit_instructed", by, now, {"words": order.instruction})
    return order
