"""Sign in, sign out, choose language and theme."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from chengnuo.doors.web.visit import THEME_COOKIE, THEMES
from chengnuo.people import services as people
from chengnuo.people.models import Staff

CHOSEN = "language_chosen"
LANGUAGES = dict(settings.LANGUAGES)
A_YEAR = 31_536_000


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Badge number and password."""
    onward = _safe(request, request.POST.get("next") or request.GET.get("next"))
    if "HX-Request" in request.headers:
        # A part of a page asked, but the sign-in has run out: the whole page must go there.
        back = urlsplit(request.headers.get("HX-Current-URL", ""))
        onward = quote(_safe(request, urlunsplit(("", "", back.path, back.query, ""))))
        target = f"{settings.LOGIN_URL}?next={onward}"
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    if request.user.is_authenticated:
        return redirect(onward)
    context: dict[str, object] = {"next": onward, "badge": request.POST.get("badge", "").strip()}
    if request.method != "POST":
        return render(request, "web/page/sign_in.html", context)
    password = request.POST.get("password", "")
    if not context["badge"] or not password:
        context["problem"] = _("Please write your badge number and your password.")
        return render(request, "web/page/sign_in.html", context, status=422)
    person = authenticate(request, username=context["badge"], password=password)
    if not isinstance(person, Staff):
        context["problem"] = _("Badge number and password do not match. Please try again.")
        return render(request, "web/page/sign_in.html", context, status=422)
    chosen = request.session.get(CHOSEN)
    login(request, person)
    if chosen in LANGUAGES:
        people.choose_language(staff=person, language=chosen)
        person.language = chosen
    return _speaking(redirect(onward), person.language)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGIN_URL)


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
    return _speaking(redirect(_safe(request, request.POST.get("next"))), wanted)


@login_not_required
@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the machine has it."""
    wanted = request.POST.get("theme", "")
    response = redirect(_safe(request, request.POST.get("next")))
    response.set_cookie(
        THEME_COOKIE,
        wanted if wanted in THEMES else "auto",
        max_age=A_YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _speaking(response: HttpResponse, code: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    translation.activate(code)
    return response


def _safe(request: HttpRequest, target: str | None) -> str:
    """Only our own addresses."""
    ours = url_has_allowed_host_and_scheme(
        target or "", allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours and target else settings.LOGIN_REDIRECT_URL
