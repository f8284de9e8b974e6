"""Which posts keep the house, and which may read who looked at what.

The roles of a pack do the utility's work. The administrator is a role of the house itself: it is in
no regulation, and it opens neither cases nor customers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from chengnuo.people.models import Post
from chengnuo.rules.words import Text

ADMINISTRATOR = "administrator"
HOUSE_ROLES = {ADMINISTRATOR: Text("系统管理员", "System administrator")}


def may_administer(posts: Iterable[Post]) -> bool:
    """Staff, posts, settings and unassigned escalations of the company."""
    return any(p.role == ADMINISTRATOR for p in posts)


def may_audit(posts: Iterable[Post], *, auditing: Collection[str]) -> bool:
    """Who looked at personal data: administrators, supervision (`auditing`: the roles that the pack
    says so of), and the head of the company."""
    return any(
        p.role == ADMINISTRATOR
        or p.role in auditing
        or (p.is_head and p.organisation_id == p.organisation.company_id)
        for p in posts
    )


def keeps_house_only(posts: Sequence[Post]) -> bool:
    """Whether all a person does here is keep the house; customers are then none of his matter."""
    return bool(posts) and all(p.role in HOUSE_ROLES for p in posts)


def needs_second_factor(
    posts: Sequence[Post], *, chosen: Iterable[str], administrators: bool
) -> bool:
    """Whether these posts sign in with a second factor: the roles a company chose, and
    administrators where the installation says so."""
    wanted = set(chosen) | ({ADMINISTRATOR} if administrators else set())
    return any(p.role in wanted for p in posts)
