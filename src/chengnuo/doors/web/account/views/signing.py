"""Sign in, in one step or two; sign out; choose language and theme."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.doors.browser import address_of, keep_language
from chengnuo.doors.web.kit import gate
from chengnuo.doors.web.kit.context import THEME_COOKIE, THEMES
from chengnuo.doors.web.kit.reading import page_in, words_in
from chengnuo.people import second_factor, signing
from chengnuo.people import services as people
from chengnuo.people.access import needs_second_factor
from chengnuo.people.models import Staff
from chengnuo.people.queries import active, posts_of, with_badge
from chengnuo.people.signing import Knock

CHOSEN = "language_chosen"
# Somebody whose password was right and whose code is still to come.
HALFWAY = "halfway"
HALFWAY_SECONDS = 300
LANGUAGES = dict(settings.LANGUAGES)
A_YEAR = 31_536_000


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Badge number and password."""
    onward = safe(request, request.POST.get("next") or request.GET.get("next"))
    if "HX-Request" in request.headers:
        # A part of a page asked, but the sign-in has run out: the whole page must go there.
        onward = quote(safe(request, page_in(request.headers.get("HX-Current-URL"))))
        target = f"{settings.LOGIN_URL}?next={onward}"
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    if request.user.is_authenticated:
        return redirect(onward)
    badge = words_in(request.POST.get("badge"))
    context: dict[str, Any] = {"next": onward, "badge": badge}
    if request.method != "POST":
        context["idle"] = settings.IDLE_MINUTES if "idle" in request.GET else None
        return render(request, "account/sign_in.html", context)
    password = request.POST.get("password", "")
    if not badge or not password:
        context["problem"] = _("Please enter your staff number and password.")
        return render(request, "account/sign_in.html", context, status=422)
    now = timezone.now()
    at_door = Knock(badge, address_of(request))
    if closed := signing.knock(at_door=at_door, now=now):
        return _closed(request, closed, now)
    person = authenticate(request, username=badge, password=password)
    if not isinstance(person, Staff):
        return _wrong(request, at_door, now, context)
    if second_factor.device_of(staff=person) is not None:
        signing.taken_back(at_door=at_door)
        request.session.cycle_key()
        request.session[HALFWAY] = {"person": person.pk, "at": now.timestamp(), "next": onward}
        return redirect("sign-in-code")
    return _come_in(request, person, at_door, "none", onward, now)


@login_not_required
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The code of the authenticator, after the password."""
    now = timezone.now()
    halfway: dict[str, Any] = request.session.get(HALFWAY) or {}
    person = _halfway(halfway, now)
    if person is None:
        request.session.pop(HALFWAY, None)
        return redirect(settings.LOGIN_URL)
    if request.method != "POST":
        return render(request, "account/sign_in_code.html")
    at_door = Knock(person.badge, address_of(request))
    if closed := signing.knock(at_door=at_door, now=now):
        return _closed(request, closed, now)
    factor = second_factor.proven(staff=person, code=request.POST.get("code", ""), now=now)
    if factor is None:
        if closed := signing.failed(at_door=at_door, person=person, step="code", now=now):
            return _closed(request, closed, now)
        problem = _("Incorrect or already used code. Wait for the next one.")
        return render(request, "account/sign_in_code.html", {"problem": problem}, status=422)
    return _come_in(request, person, at_door, factor, halfway["next"], now)


def _halfway(halfway: dict[str, Any], now: datetime) -> Staff | None:
    if not halfway or now.timestamp() - halfway["at"] > HALFWAY_SECONDS:
        return None
    return active(pk=halfway["person"])


def _wrong(
    request: HttpRequest, at_door: Knock, now: datetime, context: dict[str, Any]
) -> HttpResponse:
    known = with_badge(at_door.badge)
    if closed := signing.failed(at_door=at_door, person=known, step="password", now=now):
        return _closed(request, closed, now)
    context["problem"] = _("Staff number and password do not match. Please try again.")
    return render(request, "account/sign_in.html", context, status=422)


def _closed(request: HttpRequest, until: datetime, now: datetime) -> HttpResponse:
    """Too many failures: until when, and what to do. The same for badges that nobody has."""
    context = {"until": until, "now": now}
    response = render(request, "account/sign_in_closed.html", context, status=429)
    response.headers["Retry-After"] = str(max(1, int((until - now).total_seconds())))
    return response


def _come_in(
    request: HttpRequest, person: Staff, at_door: Knock, factor: str, onward: str, now: datetime
) -> HttpResponse:
    chosen = request.session.get(CHOSEN)
    request.session.pop(HALFWAY, None)
    signing.before_entering(person=person, now=now)
    login(request, person, backend=settings.AUTHENTICATION_BACKENDS[0])
    signing.entered(at_door=at_door, person=person, factor=factor, now=now)
    company = person.organisation.home
    asked = needs_second_factor(
        posts_of(staff=person, at=now),
        chosen=company.second_factor_roles,
        administrators=settings.SECOND_FACTOR_FOR_ADMINISTRATORS,
    )
    if asked and factor == "none":
        request.session[gate.ENROL] = True
    if chosen in LANGUAGES:
        people.choose_language(staff=person, language=chosen)
        person.language = chosen
    return _speaking(redirect(onward), person.language or translation.get_language())


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out here, and in every other browser of the same person. The door speaks what the browser
    speaks again: whoever comes next is somebody else."""
    if isinstance(request.user, Staff):
        signing.left(person=request.user, why="sign_out", now=timezone.now())
    logout(request)
    response = redirect(settings.LOGIN_URL)
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")
    return response


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language; it stays with the person, or here until somebody signs in."""
    wanted = request.POST.get("language", "")
    if wanted not in LANGUAGES:
        wanted = settings.LANGUAGE_CODE
    if isinstance(request.user, Staff):
        people.choose_language(staff=request.user, language=wanted)
    else:
        request.session[CHOSEN] = wanted
    return _speaking(redirect(safe(request, request.POST.get("next"))), wanted)


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the machine has it."""
    wanted = request.POST.get("theme", "")
    response = redirect(safe(request, request.POST.get("next")))
    response.set_cookie(
        THEME_COOKIE,
        wanted if wanted in THEMES else "auto",
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _speaking(response: HttpResponse, code: str) -> HttpResponse:
    keep_language(response, code)
    translation.activate(code)
    return response


def safe(request: HttpRequest, target: str | None) -> str:
    """Only our own addresses: a path from the root, and nothing that might be another house."""
    ours = (target or "").startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts=None, require_https=request.is_secure()
    )
    return target if ours and target else settings.LOGIN_REDIRECT_URL
