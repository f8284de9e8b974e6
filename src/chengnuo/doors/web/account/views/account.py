"""A person's own things: the password, the second factor, how messages ring, staying awake."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import segno
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.password_validation import password_validators_help_texts
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from chengnuo.doors.web.account.views.signing import safe
from chengnuo.doors.web.kit import gate
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.words import say
from chengnuo.people import house, passwords, second_factor
from chengnuo.people.services import choose_notices


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@staffed
def password(ctx: RequestContext) -> HttpResponse:
    """Change one's password; other sessions end."""
    post = ctx.request.POST
    onward = safe(ctx.request, post.get("next") or ctx.request.GET.get("next"))
    if ctx.request.method != "POST":
        return _password_page(ctx, onward)
    new = post.get("new", "")
    if not ctx.staff.check_password(post.get("old", "")):
        return _password_page(
            ctx,
            onward,
            old=[_("Incorrect password. Enter it again, or ask your administrator.")],
        )
    if new != post.get("again", ""):
        return _password_page(
            ctx, onward, again=[_("The two entries differ. Enter the new password twice.")]
        )
    with Trying() as tried:
        house.change_password(person=ctx.staff, password=new, now=ctx.now)
    if isinstance(tried.refused, house.PasswordRefused):
        return _password_page(ctx, onward, new=[say(one) for one in tried.refused.reasons])
    update_session_auth_hash(ctx.request, ctx.staff)
    ctx.say(_("Your password is changed. Your other sessions have ended."))
    return redirect(onward)


def _password_page(ctx: RequestContext, onward: str, **errors: list[str]) -> HttpResponse:
    return ctx.page(
        "account/password",
        status=422 if errors else 200,
        next=onward,
        errors=errors,
        rules=[
            *(text for text in password_validators_help_texts() if text),
            *passwords.asked_by(ctx.company),
        ],
    )


@require_http_methods(["GET", "POST"])
@staffed
def own_settings(ctx: RequestContext) -> HttpResponse:
    """How a new message makes itself known to this person, wherever he signs in."""
    if ctx.request.method != "POST":
        return ctx.page("account/own_settings")
    post = ctx.request.POST
    choose_notices(staff=ctx.staff, sound="sound" in post, desktop_notice="desktop_notice" in post)
    ctx.say(_("Recorded."))
    return ctx.go("own-settings")


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@staffed
def own_second_factor(ctx: RequestContext) -> HttpResponse:
    """Enrol an authenticator, or get new recovery codes. The codes are shown once."""
    post = ctx.request.POST
    onward = safe(ctx.request, post.get("next") or ctx.request.GET.get("next"))
    context: dict[str, Any] = {
        "next": onward,
        "device": second_factor.device_of(staff=ctx.staff),
        "asked": bool(ctx.request.session.get(gate.ENROL)),
    }
    wanted = post.get("do", "")
    if wanted == "enrol":
        if context["device"] and not ctx.staff.check_password(post.get("password", "")):
            context["problem"] = _("Incorrect password. Enter it again, or ask your administrator.")
            return _enrolment(ctx, context, 422)
        codes = second_factor.enrol(staff=ctx.staff, code=post.get("code", ""), now=ctx.now)
        if codes is None:
            context["problem"] = _("Incorrect code. Enter the code shown now.")
            return _enrolment(ctx, context, 422)
        ctx.request.session.pop(gate.ENROL, None)
        return ctx.page("account/recovery_codes", codes=codes, next=onward)
    if wanted == "codes" and context["device"] is not None:
        if not ctx.staff.check_password(post.get("password", "")):
            context["problem"] = _("Incorrect password. Enter it again, or ask your administrator.")
            return _factor_page(ctx, context, 422)
        codes = second_factor.renew_codes(staff=ctx.staff, now=ctx.now)
        return ctx.page("account/recovery_codes", codes=codes, next=onward)
    if context["device"] is not None and "new" not in ctx.request.GET:
        return _factor_page(ctx, context, 200)
    return _enrolment(ctx, context, 200)


def _factor_page(ctx: RequestContext, context: dict[str, Any], status: int) -> HttpResponse:
    left = second_factor.codes_left(staff=ctx.staff)
    return ctx.page("account/second_factor", status=status, left=left, **context)


def _enrolment(ctx: RequestContext, context: dict[str, Any], status: int) -> HttpResponse:
    device = second_factor.offered(staff=ctx.staff)
    drawn = segno.make(device.config_url, error="m").svg_inline(scale=4, border=2, light="#fff")
    key = b32encode(device.bin_key).decode().rstrip("=")
    return ctx.page(
        "account/enrol",
        status=status,
        qr=mark_safe(drawn),  # noqa: S308 - drawn by segno from our own address
        key=" ".join(key[i : i + 4] for i in range(0, len(key), 4)),
        **context,
    )


@require_http_methods(["GET", "POST"])
def awake(request: HttpRequest) -> JsonResponse:
    """Seconds until this session ends. A request without `X-Quiet` has just prolonged it."""
    return JsonResponse({"left": gate.left_of(request, timezone.now())})
