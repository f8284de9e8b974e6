"""Who counts as holding a role of a regulation for one docket, and who may release its promises."""

from __future__ import annotations

from collections.abc import Sequence

from chengnuo.obligations.models import Docket, Obligation
from chengnuo.people.models import Post
from chengnuo.people.queries import roster_of
from chengnuo.rules.rulebook import Within

HANDLING = frozenset({"handling_unit", "handler"})
ACCEPTING = frozenset({"accepting_unit", "first_asked"})
# What the customer says or signs is written down by whoever holds the case.
ON_BEHALF = frozenset({"customer"})


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


def may_release(*, rule: Within, row: Obligation, docket: Docket, posts: Sequence[Post]) -> bool:
    """Whether somebody on these posts may end a promise, put it off or begin it anew: by a role
    that the rule names, where it names any, and never as who owes it."""
    if any(_owes(row, post) for post in posts):
        return False
    return not rule.released_by or named(roles=set(rule.released_by), docket=docket, posts=posts)


def _owes(row: Obligation, post: Post) -> bool:
    """Whether a promise lies with a post. What a unit owes lies with its people, not with its
    head: he answers for them."""
    if post.organisation_id != row.unit_id:
        return False
    return post.role == row.role if row.role else not post.is_head
