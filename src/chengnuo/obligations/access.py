"""Who may fill which form and decide what: the roles a pack names, the units that hold it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chengnuo.obligations.models import Docket
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.services import Refusal, RefusedByRule
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.people.models import Post, Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.rulebook import Within
from chengnuo.rules.words import Text

HANDLING = frozenset({"handling_unit", "handler"})
ACCEPTING = frozenset({"accepting_unit", "first_asked"})
# What the customer says or signs is written down by whoever holds the case.
ON_BEHALF = frozenset({"customer"})


def may_fill(*, form: FormShape, docket: Docket, posts: Sequence[Post]) -> bool:
    """Whether somebody on these posts may fill it. A form that names nobody is open to all."""
    wanted = set(form.who)
    return not wanted or named(roles=wanted, docket=docket, posts=posts)


def named(*, roles: set[str], docket: Docket, posts: Sequence[Post]) -> bool:
    """Whether these posts are among the roles that a regulation names for a docket."""
    wanted = roles
    if "organisation" in wanted:
        return True
    if wanted & {p.role for p in posts}:
        return True
    units = {p.organisation_id for p in posts}
    heads = {p.organisation_id for p in posts if p.is_head}
    holds = {docket.handling_unit_id, docket.accepting_unit_id}
    return bool(
        (wanted & HANDLING and docket.handling_unit_id in units)
        or (wanted & ACCEPTING and docket.accepting_unit_id in units)
        or ("handling_head" in wanted and docket.handling_unit_id in heads)
        or (wanted & ON_BEHALF and holds & units)
    )


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
    if approver is None or named(roles={approver}, docket=docket, posts=posts_of(staff=by, at=now)):
        return
    role = role_title(regulation.pack, approver)
    missing = Text(f"由{role.zh}决定", f"To be decided by: {role.en}")
    raise RefusedByRule([Refusal(rule.id, rule.title, rule.cite(), missing)])
