"""Between the door and the pages: who is idle goes out; who still owes a password or a second
factor sees nothing but the page for it.

What the page asks for by itself, such as the poll of the desk, does not keep anybody in: such a
request carries `X-Quiet` (static/idle.js), and so does every other while nobody touched a key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from chengnuo.doors.web.kit.reading import page_in
from chengnuo.people import signing
from chengnuo.people.models import Staff

SEEN, SINCE = "seen_at", "in_since"
ENROL = "must_enrol"
WRITTEN_EVERY = timedelta(seconds=10)
ALWAYS_OPEN = frozenset({"sign-in", "sign-in-code", "sign-out", "language", "theme", "awake"})


def idle_time() -> timedelta:
    return timedelta(minutes=settings.IDLE_MINUTES)


def left_of(request: HttpRequest, now: datetime) -> int:
    """Seconds until this session ends if nothing is done."""
    seen, since = _moment(request, SEEN, now), _moment(request, SINCE, now)
    ends = min(seen + idle_time(), since + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    return max(0, int((ends - now).total_seconds()))


class Door(LoginRequiredMiddleware):
    """Who is not signed in goes to the door, and from there back to the page that he saw: what was
    posted has no page of its own."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseRedirect:
        if request.method != "POST" or "HX-Request" in request.headers:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(_page_before(request))


class SessionGate:
    """Middleware, after Django knows who is there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not isinstance(request.user, Staff):
            return self.get_response(request)
        now = timezone.now()
        if left_of(request, now) == 0:
            signing.left(person=request.user, why="idle", now=now)
            logout(request)
            return _sent(request, "sign-in", idle="1")
        if "X-Quiet" not in request.headers:
            _mark(request, now)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        person, match = request.user, request.resolver_match
        if not isinstance(person, Staff) or match is None or match.url_name in ALWAYS_OPEN:
            return None
        if person.must_change_password:
            return None if match.url_name == "password" else _sent(request, "password")
        if request.session.get(ENROL) and match.url_name != "second-factor":
            return _sent(request, "second-factor")
        return None


def _mark(request: HttpRequest, now: datetime) -> None:
    request.session.setdefault(SINCE, now.isoformat())
    # Written every ten seconds at most: each write is a row of the sessions, on every click.
    if SEEN not in request.session or now - _moment(request, SEEN, now) >= WRITTEN_EVERY:
        request.session[SEEN] = now.isoformat()
        # Before anything is done: what cannot be saved is said while nothing is half done.
        signing.keep(session=request.session)


def _moment(request: HttpRequest, name: str, default: datetime) -> datetime:
    kept = request.session.get(name)
    return datetime.fromisoformat(kept) if kept else default


def _sent(request: HttpRequest, to: str, **more: str) -> HttpResponse:
    """To another page, and from there back to where one was; a part of a page goes as a whole."""
    by_htmx = "HX-Request" in request.headers
    if by_htmx:
        back = page_in(request.headers.get("HX-Current-URL"))
    else:
        back = request.get_full_path() if request.method == "GET" else _page_before(request)
    target = f"{reverse(to)}?{urlencode({'next': back, **more})}"
    # htmx follows a redirect by itself and would put the sign-in page into a part of this one.
    if by_htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)


def _page_before(request: HttpRequest) -> str:
    return page_in(request.headers.get("Referer"))
