"""Staff: find, hire, give posts, open the sign-in again, let go."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.cases.queries import desk_counts
from chengnuo.doors.web.administration.views.house import PAGE, administering
from chengnuo.doors.web.administration.views.waiting import at_once, watchers
from chengnuo.doors.web.kit import house as shown
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.reading import too_long_in, words_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import say
from chengnuo.people import dual_control, house, second_factor, signing
from chengnuo.people import queries as people
from chengnuo.people.limits import OF_A_PERSON
from chengnuo.people.models import Staff
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text

ONLY = ("active", "idle", "dismissed", "all")


@require_GET
@administering
def staff_list(ctx: RequestContext) -> HttpResponse:
    words = words_in(ctx.request.GET.get("q"))
    only = ctx.request.GET.get("only", "active")
    only = only if only in ONLY else "active"
    rows = people.staff_of(company=ctx.company, words=words, only=only)
    pages = Paginator(rows, PAGE).get_page(ctx.request.GET.get("page"))
    return ctx.page(
        "administration/staff",
        pages=pages,
        sought=words,
        only=only,
        tab="staff",
        here="house",
    )


@sensitive_variables()
@require_http_methods(["GET", "POST"])
@administering
def hire(ctx: RequestContext) -> HttpResponse:
    """Take a person on; the one-time password is shown on the page that follows, and only there."""
    units = people.units_of(company=ctx.company)
    typed = ctx.request.POST
    errors: dict[str, str] = {}
    if ctx.request.method == "POST":
        given = {n: typed.get(n, "").strip() for n in ("badge", "name", "name_en", "phone")}
        errors = {n: _("This field is required.") for n in ("badge", "name") if not given[n]}
        errors |= too_long_in(given, OF_A_PERSON)
        if given["badge"] and not all(c.isalnum() or c in "-_." for c in given["badge"]):
            errors["badge"] = _("Letters, digits, and - _ . only.")
        unit = next((u for u in units if str(u.pk) == typed.get("unit")), None)
        if unit is None:
            errors["unit"] = _("Please choose from the list.")
        if not errors and unit is not None:
            with Trying() as tried:
                person, password = house.take_on(**given, unit=unit, by=ctx.staff, now=ctx.now)
            if not tried.refused:
                return _page(ctx, person, password=password, fresh=True)
            errors[tried.field] = tried.problem
    return ctx.page(
        "administration/hire", status=422 if errors else 200, units=units, typed=typed,
        errors=errors, longest=OF_A_PERSON, tab="staff", here="house",
    )  # fmt: skip


@require_GET
@administering
def person(ctx: RequestContext, badge: str) -> HttpResponse:
    return _page(ctx, _person(ctx, badge))


@sensitive_variables()
@require_POST
@administering
def act(ctx: RequestContext, badge: str, what: str) -> HttpResponse:
    """One change about a person."""
    found = _person(ctx, badge)
    with Trying() as tried:
        told, password = _done(ctx, found, what)
    if tried.refused:
        return _page(ctx, found, tried.status, refused=tried.problem, wrong=tried.field)
    if password:
        return _page(ctx, _person(ctx, badge), password=password)
    ctx.say(told)
    return ctx.go("house-person", badge=badge)


def _done(ctx: RequestContext, found: Staff, what: str) -> tuple[str, str]:
    by_now: dict[str, Any] = {"by": ctx.staff, "now": ctx.now}
    guarded: dict[str, Any] = {**by_now, "watchers": watchers(ctx)}
    if what == "reset-password":
        return "", at_once(dual_control.reset_password(person=found, **guarded)).password
    if what == "take-back" and not found.is_active:
        return "", house.take_back(person=found, **by_now)
    if what == "unlock":
        signing.unlock(person=found, **by_now)
        return _("Sign-in unlocked."), ""
    if what == "reset-factor":
        at_once(dual_control.reset_factor(person=found, **guarded))
        return _(
            "Two-step verification has been reset. It is set up again at the next sign-in."
        ), ""
    if what == "dismiss":
        house.dismiss(person=found, **by_now)
        return _("Employment ended. Sign-in is disabled; open tasks stay with the posts."), ""
    if what == "appoint":
        posts = people.posts_in(company=ctx.company)
        wanted = ctx.request.POST.get("post")
        post = next((p for p in posts if str(p.pk) == wanted), None)
        if post is None:
            raise Refused(Text("请选择岗位", "Please choose a post"), field="post")
        at_once(dual_control.seat(person=found, post=post, **guarded))
        return _("Appointed: %(post)s") % {"post": say(post)}, ""
    raise Http404(what)


def _person(ctx: RequestContext, badge: str) -> Staff:
    rows = people.staff_of(company=ctx.company, words="", only="all")
    found = rows.filter(badge=badge).first()
    if found is None:
        raise Http404(badge)
    return found


@sensitive_variables()
def _page(
    ctx: RequestContext, found: Staff, status: int = 200, password: str = "", **more: Any
) -> HttpResponse:
    held = list(getattr(found, "seated", []))
    mine = {h.post_id for h in held}
    posts = [p for p in people.posts_in(company=ctx.company) if p.pk not in mine]
    lies = [(h, desk_counts(posts=[h.post], now=ctx.now, today_ends=ctx.today_ends)) for h in held]
    return ctx.page(
        "administration/person", status=status, person=found, held=lies, password=password,
        posts=sorted(posts, key=lambda p: (bool(shown.seated(p)), p.organisation.path)),
        locked=signing.locked_until(person=found, now=ctx.now),
        device=second_factor.device_of(staff=found), tab="staff", here="house", **more,
    )  # fmt: skip
