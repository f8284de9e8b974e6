"""Who may fill which form: the roles that the pack names, and the units that hold the matter."""

from __future__ import annotations

from collections.abc import Sequence

from chengnuo.obligations.models import Docket
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.people.models import Post
from chengnuo.rules.words import Text

HANDLING = frozenset({"handling_unit", "handler"})
ACCEPTING = frozenset({"accepting_unit", "first_asked"})
# What the customer says or signs is written down by whoever holds the case.
ON_BEHALF = frozenset({"customer"})


def may_fill(*, form: FormShape, docket: Docket, posts: Sequence[Post]) -> bool:
    """Whether somebody on these posts may fill it. A form that names nobody is open to all."""
    wanted = set(form.who)
    if not wanted or "organisation" in wanted:
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
