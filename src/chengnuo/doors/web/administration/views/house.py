"""Administration of the house: its tree and units, the settings, and unassigned escalations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.cases.intake import duplicates
from chengnuo.customers.telephones import is_telephone, tidy
from chengnuo.disclosure import reveals
from chengnuo.doors.web.administration.views.waiting import TwoAreNeeded, waits
from chengnuo.doors.web.kit import house as shown
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.reading import too_long_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.unassigned import settled, unassigned_lines
from chengnuo.obligations import unassigned
from chengnuo.packs.retention import settings_of_retention
from chengnuo.people import house, own_rules, services
from chengnuo.people import queries as people
from chengnuo.people.limits import OF_A_LINE, OF_A_UNIT
from chengnuo.people.lines import Lines, lines_of, publish_lines
from chengnuo.people.models import OrganisationKind

P = ParamSpec("P")
PAGE = 50
KINDS = (
    OrganisationKind.REGION,
    OrganisationKind.BRANCH,
    OrganisationKind.HALL,
    OrganisationKind.DEPARTMENT,
    OrganisationKind.CREW,
)


def administering(
    view: Callable[Concatenate[RequestContext, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view for administrators of the house."""

    @wraps(view)
    def inner(ctx: RequestContext, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not ctx.may_administer:
            return ctx.closed(_("Administration is for system administrators only."))
        try:
            return view(ctx, *args, **kwargs)
        except TwoAreNeeded:
            return waits(ctx)

    return staffed(inner)


@require_GET
@administering
def overview(ctx: RequestContext) -> HttpResponse:
    """The tree: every unit, its posts, who holds them, and which are vacant."""
    posts = people.posts_in(company=ctx.company)
    branches = shown.tree(people.units_of(company=ctx.company), posts)
    vacant = sum(not shown.seated(post) for post in posts)
    waiting = _unassigned(ctx).count()
    return ctx.page(
        "administration/house", branches=branches, posts=len(posts), vacant=vacant, waiting=waiting,
        tab="tree", here="house",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@administering
def new_unit(ctx: RequestContext) -> HttpResponse:
    """Open a unit below one of the company."""
    units = people.units_of(company=ctx.company)
    typed = ctx.request.POST
    errors: dict[str, str] = {}
    if ctx.request.method == "POST":
        names = {n: typed.get(n, "").strip() for n in ("code", "name_zh", "name_en")}
        errors = {n: _("This field is required.") for n, text in names.items() if not text}
        parent = next((u for u in units if str(u.pk) == typed.get("parent")), None)
        if parent is None:
            errors["parent"] = _("Please choose from the list.")
        if typed.get("kind") not in KINDS:
            errors["kind"] = _("Please choose from the list.")
        errors |= too_long_in(names, OF_A_UNIT)
        if not errors and parent is not None:
            with Trying() as tried:
                house.open_unit(
                    **names, kind=typed["kind"], parent=parent, by=ctx.staff, now=ctx.now
                )
            if not tried.refused:
                ctx.say(_("Unit added. You can now add posts."))
                return ctx.go("house")
            errors[tried.field] = tried.problem
    kinds = [(k.value, shown.kind_of(k.value)) for k in KINDS]
    return ctx.page(
        "administration/unit", status=422 if errors else 200, units=units, kinds=kinds, typed=typed,
        errors=errors, longest=OF_A_UNIT, tab="tree", here="house",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@administering
def settings(ctx: RequestContext) -> HttpResponse:
    """What the regulation leaves open, what every house chooses for itself, and who signs in with a
    second factor."""
    pack = ctx.regulation.pack if ctx.regulation else None
    offered = (
        (pack.settings if pack else {})
        | duplicates.SETTINGS
        | settings_of_retention()
        | own_rules.SETTINGS
    )
    offered |= reveals.settings_for(pack.roles if pack else {})
    chosen = people.settings_of(company=ctx.company)
    post = ctx.request.POST
    if ctx.request.method == "POST" and "roles" in post:
        asked = [r for r in post.getlist("role") if r in shown.roles(pack)]
        house.ask_second_factor(company=ctx.company, roles=asked, by=ctx.staff, now=ctx.now)
        ctx.say(_("Saved. It applies from the next sign-in."))
        return ctx.go("house-settings")
    if ctx.request.method == "POST" and "lines" in post:
        return _publish_lines(ctx)
    if ctx.request.method == "POST":
        setting = offered.get(post.get("name", ""))
        if setting is None or post.get("value") not in setting.values:
            raise Http404(post.get("name", ""))
        services.choose_setting(
            company=ctx.company, name=post["name"], value=post["value"], by=ctx.staff,
            now=ctx.now,
        )  # fmt: skip
        ctx.say(_("Saved. It applies to whatever starts from now on."))
        return ctx.go("house-settings")
    lines = [_setting(name, s, chosen) for name, s in offered.items()]
    return ctx.page(
        "administration/settings", lines=lines, roles=shown.roles(pack),
        asked=ctx.company.second_factor_roles, tab="settings", here="house",
        public=lines_of(company=ctx.company), longest=OF_A_LINE,
    )  # fmt: skip


def _publish_lines(ctx: RequestContext) -> HttpResponse:
    """The two telephones on the public pages; what cannot be dialled is told and not kept."""
    typed = [ctx.request.POST.get(name, "").strip() for name in ("line", "complaints")]
    wrong = [one for one in typed if one and not is_telephone(one)]
    if wrong:
        ctx.say(_("Not saved: %(what)s is not a telephone number.") % {"what": wrong[0]})
        return ctx.go("house-settings")
    public = Lines(*(tidy(one) for one in typed))
    with Trying() as tried:
        publish_lines(company=ctx.company, lines=public, by=ctx.staff, now=ctx.now)
    if tried.refused:
        ctx.say(_("Not saved: %(why)s") % {"why": tried.problem})
        return ctx.go("house-settings")
    ctx.say(_("Saved. The public pages show it from now on."))
    return ctx.go("house-settings")


def _setting(name: str, setting: Any, chosen: dict[str, str]) -> dict[str, Any]:
    value = chosen.get(name, setting.value)
    return {
        "name": name,
        "title": setting.title,
        "note": setting.note,
        "reading": setting.reading,
        "value": value,
        "values": [(v, shown.setting_value(v)) for v in dict.fromkeys((*setting.values, value))],
        "default": shown.setting_value(setting.value),
        "own": name in chosen,
    }


def _unassigned(ctx: RequestContext) -> Any:
    return unassigned.unassigned_about(company=ctx.company)


@require_GET
@administering
def unassigned_list(ctx: RequestContext) -> HttpResponse:
    """Escalations that found nobody; without names of customers."""
    return _unassigned_page(ctx)


@require_POST
@administering
def settle(ctx: RequestContext, unassigned_id: int) -> HttpResponse:
    """An unassigned escalation is settled by what was done about it."""
    found = _unassigned(ctx).filter(pk=unassigned_id).first()
    return settled(ctx, found, "house-unassigned", again=partial(_unassigned_page, ctx, 422))


def _unassigned_page(ctx: RequestContext, status: int = 200, **more: Any) -> HttpResponse:
    pages = Paginator(_unassigned(ctx), PAGE).get_page(ctx.request.GET.get("page"))
    return ctx.page(
        "administration/unassigned", status=status, lines=unassigned_lines(ctx, pages.object_list),
        pages=pages, settles="house-settle", tab="unassigned", here="house", **more,
    )  # fmt: skip
