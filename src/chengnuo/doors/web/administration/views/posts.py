"""Posts: open one, appoint and relieve, and to whom it reports."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.cases.queries import desk_counts
from chengnuo.doors.web.administration.views.house import administering
from chengnuo.doors.web.administration.views.waiting import at_once, watchers
from chengnuo.doors.web.kit import house as shown
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import say
from chengnuo.people import dual_control, house
from chengnuo.people import queries as people
from chengnuo.people.access import HOUSE_ROLES
from chengnuo.people.limits import OF_A_POST
from chengnuo.people.models import Post
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text


@require_http_methods(["GET", "POST"])
@administering
def new_post(ctx: RequestContext) -> HttpResponse:
    """Open a post in a unit."""
    pack = ctx.regulation.pack if ctx.regulation else None
    units, roles = people.units_of(company=ctx.company), shown.roles(pack)
    superiors = people.superiors_for(company=ctx.company)
    typed = ctx.request.POST if ctx.request.method == "POST" else ctx.request.GET
    errors: dict[str, str] = {}
    if ctx.request.method == "POST":
        unit = next((u for u in units if str(u.pk) == typed.get("unit")), None)
        role = typed.get("role", "")
        if unit is None:
            errors["unit"] = _("Please choose from the list.")
        if role not in roles:
            errors["role"] = _("Please choose from the list.")
        if unit is not None and not errors:
            known = pack.roles[role].title if pack and role in pack.roles else HOUSE_ROLES[role]
            with Trying() as tried:
                post = house.set_out(
                    unit=unit, role=role, by=ctx.staff, now=ctx.now,
                    title_zh=ctx.typed("title_zh", longest=OF_A_POST["title_zh"]) or known.zh,
                    title_en=ctx.typed("title_en", longest=OF_A_POST["title_en"]) or known.en,
                    is_head="is_head" in typed,
                    reports_to=_chosen(superiors, typed.get("reports_to")),
                )  # fmt: skip
            if not tried.refused:
                ctx.say(_("Post added. You can now appoint someone."))
                return ctx.go("house-post", post_id=post.pk)
            errors[tried.field] = tried.problem
    return ctx.page(
        "administration/post_new", status=422 if errors else 200, units=units, roles=roles,
        superiors=superiors, typed=typed, errors=errors, longest=OF_A_POST, tab="tree",
        here="house",
    )  # fmt: skip


@require_GET
@administering
def post(ctx: RequestContext, post_id: int) -> HttpResponse:
    return _page(ctx, _post(ctx, post_id))


@require_POST
@administering
def act(ctx: RequestContext, post_id: int, what: str) -> HttpResponse:
    """One change about a post."""
    found = _post(ctx, post_id)
    with Trying() as tried:
        told = _done(ctx, found, what)
    if tried.refused:
        return _page(ctx, found, tried.status, refused=tried.problem, wrong=tried.field)
    ctx.say(told)
    rows = people.staff_of(company=ctx.company, words="", only="all")
    onward = rows.filter(badge=ctx.request.POST.get("from", "")).first()
    if onward is None:
        return ctx.go("house-post", post_id=post_id)
    return ctx.go("house-person", badge=onward.badge)


def _done(ctx: RequestContext, found: Post, what: str) -> str:
    typed = ctx.request.POST
    by_now: dict[str, Any] = {"by": ctx.staff, "now": ctx.now}
    if what == "appoint":
        rows = people.staff_of(company=ctx.company, words="", only="active")
        person = rows.filter(badge=typed.get("badge", "").strip()).first()
        if person is None:
            raise Refused(Text("没有这个工号", "No one has this staff number."), field="staff")
        at_once(dual_control.seat(person=person, post=found, watchers=watchers(ctx), **by_now))
        return _("Appointed: %(person)s") % {"person": say(person)}
    if what == "relieve":
        holding = next((h for h in shown.seated(found) if str(h.pk) == typed.get("holding")), None)
        if holding is not None:
            house.unseat(holding=holding, **by_now)
        return _("Removed. Open tasks stay with the post.")
    if what == "reports-to":
        superiors = people.superiors_for(company=ctx.company)
        superior = _chosen(superiors, typed.get("reports_to"))
        house.put_under(post=found, superior=superior, **by_now)
        return _("Reporting line changed.")
    raise Http404(what)


def _chosen(posts: list[Post], wanted: str | None) -> Post | None:
    return next((p for p in posts if str(p.pk) == wanted), None)


def _post(ctx: RequestContext, post_id: int) -> Post:
    found = next((p for p in people.posts_in(company=ctx.company) if p.pk == post_id), None)
    if found is None:
        raise Http404(str(post_id))
    return found


def _page(ctx: RequestContext, found: Post, status: int = 200, **more: Any) -> HttpResponse:
    pack = ctx.regulation.pack if ctx.regulation else None
    seated = {h.staff_id for h in shown.seated(found)}
    staff = people.staff_of(company=ctx.company, words="", only="active")
    return ctx.page(
        "administration/post", status=status, post=found,
        role=shown.roles(pack).get(found.role, found.role), seated=shown.seated(found),
        past=people.past_holders(post=found),
        lies=desk_counts(posts=[found], now=ctx.now, today_ends=ctx.today_ends),
        superiors=[p for p in people.superiors_for(company=ctx.company) if p.pk != found.pk],
        candidates=[s for s in staff if s.pk not in seated], tab="tree", here="house", **more,
    )  # fmt: skip
