"""The organisation's regulation: its processes drawn, every rule with its clause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.formviews import needed_when
from chengnuo.doors.web.kit.words import is_chinese, say
from chengnuo.doors.web.regulation.page.loopholes import loophole_view
from chengnuo.doors.web.regulation.page.rules import KINDS, RuleView, kind_word, rule_view
from chengnuo.obligations.access import whose
from chengnuo.obligations.loopholes import search_of
from chengnuo.obligations.queries import releases_of
from chengnuo.obligations.regulation import Regulation, notices
from chengnuo.packs.checking import forms_in, rules_in
from chengnuo.packs.diagram import diagram
from chengnuo.packs.references import role_title
from chengnuo.packs.rights import decisions, form_rights
from chengnuo.packs.rule_shapes import AnyRuleShape
from chengnuo.packs.schema import FormShape
from chengnuo.rules.pauses import written_as
from chengnuo.rules.words import Text

SHORT = 12


@require_GET
@staffed
def regulation(ctx: RequestContext, digest: str = "") -> HttpResponse:
    """The pack in force, or the one that a case pinned."""
    releases = releases_of(company=ctx.company)
    found = next((r for r in releases if digest and r.digest.startswith(digest)), None)
    if digest and found is None:
        raise Http404(digest)
    chosen = ctx.regulation if found is None else ctx.regulation_behind(found.digest)
    if chosen is None:
        return ctx.page("kit/no_regulation", here="regulation")
    release = next((r for r in releases if r.digest == chosen.book.digest), None)
    rules = [rule_view(r, chosen) for r in chosen.book.rules.values()]
    kinds = [(k, kind_word(k), sum(r.kind == k for r in rules)) for k in KINDS]
    return ctx.page(
        "regulation/regulation",
        regulation=chosen,
        pack=chosen.pack,
        release=release,
        releases=releases,
        short=chosen.book.digest[:SHORT],
        sections=_sections(chosen, rules),
        kinds=[k for k in kinds if k[2]],
        rule_count=len(rules),
        forms=_forms(chosen, chosen.pack.forms),
        years=_years(chosen, ctx),
        here="regulation",
    )


@require_GET
@staffed
def process(ctx: RequestContext, digest: str, process_id: str) -> HttpResponse:
    """One process: its picture, its promises, its forms."""
    chosen = _pinned(ctx, digest)
    shape = chosen.pack.processes.get(process_id)
    if shape is None:
        raise Http404(process_id)
    bound = rules_in(chosen.pack, process_id)
    views = [rule_view(r, chosen) for r in chosen.book.rules.values() if written_as(r) in bound]
    drawn = diagram(chosen.pack, process_id, language="zh" if is_chinese() else "en", embedded=True)
    own = chosen.pack.rules
    return ctx.page(
        "regulation/process",
        regulation=chosen,
        pack=chosen.pack,
        process=shape,
        process_id=process_id,
        short=chosen.book.digest[:SHORT],
        # Our own drawing; every text in it is escaped where it is made.
        drawing=mark_safe(drawn),  # noqa: S308
        rules=[v for v in views if not _is_everywhere(own[written_as(v.rule)])],
        everywhere=[v for v in views if _is_everywhere(own[written_as(v.rule)])],
        forms=_forms(chosen, forms_in(chosen.pack, process_id)),
        services=[s for s in chosen.pack.services.values() if s.process == process_id],
        here="regulation",
    )


@require_GET
@staffed
def rights(ctx: RequestContext, digest: str) -> HttpResponse:
    """Who fills, keeps, lets off and decides what; of one post, where it is chosen."""
    chosen = _pinned(ctx, digest)
    rows, decided = form_rights(chosen.pack), decisions(chosen.pack)
    post = ctx.request.GET.get("post", "")
    posts = {r: role_title(chosen.pack, r) for row in rows for r in row.roles}
    posts |= {one.role: one.who for one in decided}
    if post in posts:
        rows = [row for row in rows if post in row.roles]
        decided = [one for one in decided if one.role == post]
    return ctx.page(
        "regulation/rights",
        pack=chosen.pack,
        short=chosen.book.digest[:SHORT],
        rows=rows,
        decided=decided,
        posts=sorted(posts.items(), key=lambda item: say(item[1])),
        post=post if post in posts else "",
        here="regulation",
    )


@require_GET
@staffed
def loopholes(ctx: RequestContext, digest: str) -> HttpResponse:
    """What the search found in a release, for those who answer for it."""
    chosen = _pinned(ctx, digest)
    if not (ctx.leads or ctx.may_audit or ctx.may_administer):
        return ctx.closed(_("This page is for heads, supervision and the administrator."))
    found = search_of(digest=chosen.book.digest)
    return ctx.page(
        "regulation/loopholes",
        pack=chosen.pack,
        short=chosen.book.digest[:SHORT],
        found=found,
        view=loophole_view(found.report, chosen.pack) if found else None,
        here="regulation",
    )


def _pinned(ctx: RequestContext, digest: str) -> Regulation:
    """An installed release of the company's regulation; 404 for others."""
    releases = releases_of(company=ctx.company)
    found = next((r for r in releases if r.digest.startswith(digest)), None)
    if found is None:
        raise Http404(digest)
    return ctx.regulation_behind(found.digest)


def _is_everywhere(shape: AnyRuleShape) -> bool:
    return not shape.where and shape.services is None


def _forms(
    chosen: Regulation, forms: Mapping[str, FormShape]
) -> list[tuple[str, FormShape, Text, dict[str, Text | None]]]:
    """Forms with the names of those who fill them, and when each question is needed."""
    pack = chosen.pack
    return [
        (i, f, whose(form=f, pack=pack), {q.id: needed_when(pack, f, q) for q in f.fields})
        for i, f in forms.items()
    ]


def _sections(chosen: Regulation, rules: list[RuleView]) -> list[tuple[str, Any, list[RuleView]]]:
    """Rules by the process they are at home in; those of no process by what they are."""
    homes: dict[str, list[RuleView]] = {}
    for view in rules:
        homes.setdefault(_home(chosen, view), []).append(view)
    titles: dict[str, Any] = {i: p.title for i, p in chosen.pack.processes.items()}
    titles["recurring"] = {"zh": "定期职责", "en": "Recurring duties"}
    titles["everywhere"] = {"zh": "适用于所有业务", "en": "In every process"}
    titles["held"] = {"zh": "常态要求与禁止事项", "en": "Standing requirements and prohibitions"}
    return [(i, t, homes[i]) for i, t in titles.items() if i in homes]


def _home(chosen: Regulation, view: RuleView) -> str:
    shape = chosen.pack.rules[written_as(view.rule)]
    if view.kind == "recurring":
        return "recurring"
    if shape.where:
        return shape.where[0]
    for service in shape.services or ():
        entry = chosen.pack.services.get(service)
        if entry is not None and entry.process:
            return entry.process
    return "held" if view.kind in ("standing", "prohibition") else "everywhere"


def _years(chosen: Regulation, ctx: RequestContext) -> list[tuple[int, str]]:
    """Published holiday notices by year, and the years around now that have none."""
    family = chosen.pack.calendar.holidays
    if family == "none":
        return []
    known = {
        n.year: n.source.partition(":")[2] for n in notices() if n.source.startswith(f"{family}:")
    }
    around = {ctx.now.year, ctx.now.year + 1}
    return [(year, known.get(year, "")) for year in sorted({*known, *around})]
