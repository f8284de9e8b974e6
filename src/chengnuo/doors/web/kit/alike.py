"""Cases that may be the same matter, as a page shows them; and what belongs to a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chengnuo.cases.break_glass import knowing
from chengnuo.cases.casework.links import attachments_of, links_of, mains_of, merged_into
from chengnuo.cases.intake.duplicates import Duplicate, Likeness, duplicates, told_of
from chengnuo.cases.models import Attachment, Case, CaseLink
from chengnuo.disclosure.contacts import CallerView, Sight, callers
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.packs.schema import Pack
from chengnuo.packs.suggesting import branch_of


@dataclass(frozen=True, slots=True)
class ShownDuplicate:
    """A case that may be the same matter, in words."""

    case: Case
    service: Any
    why: list[str]
    age: str
    promise: Any
    due_at: datetime | None
    countdown: str


@dataclass(frozen=True, slots=True)
class Linked:
    """What belongs to a case, as far as the viewer may know of it."""

    links: list[tuple[CaseLink, Case, Any]]
    merged: list[tuple[Case, Any]]
    main: Case | None
    callers: list[CallerView]
    papers: list[Attachment]
    alike: list[ShownDuplicate]


def linked(ctx: RequestContext, case: Case, pack: Pack, *, sight: Sight) -> Linked:
    """Links, mergings, callers and papers of a case, and what may still be the same matter."""
    links, followers, mains = links_of(case), merged_into(case), mains_of(case)
    others = [link.other if link.case_id == case.pk else link.case for link in links]
    named = [*others, *followers, *mains]
    known = set()
    if named:
        rows = ctx.seen_cases.filter(pk__in=[c.pk for c in named])
        known = set(rows.values_list("pk", flat=True))
    return Linked(
        links=[
            (link, other, _service(pack, other))
            for link, other in zip(links, others, strict=True)
            if other.pk in known
        ],
        merged=[(c, _service(pack, c)) for c in followers if c.pk in known],
        main=next((c for c in reversed(mains) if c.pk in known), None),
        callers=callers(case=case, sight=sight) if followers else [],
        papers=[
            paper
            for paper in attachments_of(case)
            if paper.case_id in known and ctx.knows_complainant(paper.case)
        ],
        alike=_alike(ctx, case, pack, apart_from={c.pk for c in named}),
    )


def _alike(
    ctx: RequestContext, case: Case, pack: Pack, apart_from: set[Any]
) -> list[ShownDuplicate]:
    if case.docket.closed_at is not None or case.restricted or case.confidential:
        return []
    told = told_of(case=case, services=branch_of(pack.services, case.service))
    found = duplicates(company=case.organisation, told=told, seen=ctx.seen_cases, now=ctx.now)
    return [shown_duplicate(one, ctx) for one in found if one.case.pk not in apart_from]


def _service(pack: Pack, case: Case) -> Any:
    entry = pack.services.get(case.service)
    return entry.title if entry else case.service


def known_by(ctx: RequestContext) -> QuerySet[Case]:
    """Those of them of which the viewer may know who asked."""
    return ctx.seen_cases.filter(knowing(staff=ctx.staff, posts=ctx.posts, at=ctx.now))


def shown_duplicate(one: Duplicate, ctx: RequestContext) -> ShownDuplicate:
    """Its age, why it is alike, and the promise that runs out first."""
    title = _service(ctx.regulation.pack, one.case) if ctx.regulation else one.case.service
    return ShownDuplicate(
        case=one.case,
        service=title,
        why=[_why(reason, one.metres) for reason in one.why],
        age=moments.span((ctx.now - one.case.lodged_at).total_seconds()),
        promise=one.promise,
        due_at=one.due_at,
        countdown=moments.countdown(one.due_at, ctx.now) if one.due_at else "",
    )


def _why(reason: Likeness, metres: int | None) -> str:
    if reason is Likeness.CALLER:
        return _("same telephone")
    if reason is Likeness.HOUSE:
        return _("same address")
    if reason is Likeness.CROSSING:
        return _("same junction")
    if reason is Likeness.SECTION:
        return _("same estate")
    return _("%(metres)s m away") % {"metres": metres}
