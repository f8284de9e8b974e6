"""Who may fill which form and decide what: the roles a pack names, the units that hold it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chengnuo.obligations.models import Docket
from chengnuo.obligations.owners import authors, standing_in
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.restricting import knowing
from chengnuo.obligations.services import Refusal, RefusedByRule
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.people.models import Post, Staff
from chengnuo.people.queries import posts_of, roster_of
from chengnuo.rules.rulebook import Within
from chengnuo.rules.words import Text

HANDLING = frozenset({"handling_unit", "handler"})
ACCEPTING = frozenset({"accepting_unit", "first_asked"})
ANYBODY = {"organisation"}
# What the customer says or signs is written down by whoever holds the case.
ON_BEHALF = frozenset({"customer"})


def may_fill(
    *, form: FormShape, docket: Docket, posts: Sequence[Post], by: Staff | None = None
) -> bool:
    """Whether somebody on these posts may fill it. A form that names nobody is open to all.

    Where duties are separate, not by the person who did what it follows; where that is the head of
    the handling unit, the superior does it instead.
    """
    if roles := knowing(docket=docket):
        return any(p.role in roles for p in posts)
    done_by = authors(form=form, docket=docket)
    if by is not None and by.pk in done_by:
        return False
    wanted = set(form.who) or ANYBODY
    if named(roles=wanted, docket=docket, posts=posts):
        return True
    if not done_by or "handling_head" not in wanted or docket.handling_unit_id is None:
        return False
    seat = standing_in(unit=docket.handling_unit_id, company=docket.organisation, not_by=done_by)
    return seat is not None and seat.id in {p.pk for p in posts}


def barred(*, form: FormShape, docket: Docket, by: Staff) -> bool:
    """Whether it is only his own earlier part that keeps a person from filling a form."""
    return by.pk in authors(form=form, docket=docket)


def named(*, roles: set[str], docket: Docket, posts: Sequence[Post]) -> bool:
    """Whether these posts are among the roles that a regulation names for a docket.

    A post of an organisation above counts for its own cases, for what its unit holds, and for a
    role that nobody inside has.
    """
    ours = [p for p in posts if _counts(p, docket)]
    wanted = roles
    if "organisation" in wanted:
        return bool(ours) or not posts
    if wanted & {p.role for p in ours}:
        return True
    units = {p.organisation_id for p in ours}
    heads = {p.organisation_id for p in ours if p.is_head}
    holds = {docket.handling_unit_id, docket.accepting_unit_id}
    return bool(
        (wanted & HANDLING and docket.handling_unit_id in units)
        or (wanted & ACCEPTING and docket.accepting_unit_id in units)
        or ("handling_head" in wanted and docket.handling_unit_id in heads)
        or (wanted & ON_BEHALF and holds & units)
    )


def _counts(post: Post, docket: Docket) -> bool:
    if post.organisation.company_id == docket.organisation_id:
        return True
    if post.organisation_id in (docket.handling_unit_id, docket.accepting_unit_id):
        return True
    return not roster_of(company=docket.organisation).units_with(post.role)


def whose(*, form: FormShape, pack: Pack) -> Text:
    """By whom a form is to be filled, in words."""
    roles = [role_title(pack, role) for role in form.who]
    return Text("、".join(r.zh for r in roles), ", ".join(r.en for r in roles))


def check_approver(*, docket: Docket, key: str, by: Staff, now: datetime) -> None:
    """A pause is approved or rejected by the role that its clause names. Raises RefusedByRule."""
    row = next((o for o in docket.obligations.all() if o.key == key), None)
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    rule = regulation.book.rules.get(row.rule) if row is not None else None
    if row is None or not isinstance(rule, Within):
        return
    asked = next((s["reason"] for s in row.standstills if s["status"] == "requested"), None)
    approver = next((p.approver for p in rule.pauses if p.id == asked), None)
    if approver is None:
        return
    deciding = set(knowing(docket=docket)) or {approver}
    if named(roles=deciding, docket=docket, posts=posts_of(staff=by, at=now)):
        return
    role = role_title(regulation.pack, approver)
    missing = Text(f"由{role.zh}决定", f"To be decided by: {role.en}")
    raise RefusedByRule([Refusal(rule.id, rule.title, rule.cite(), missing)])
