"""What every page needs of a browser, signed in or not: where it is, and the language it keeps."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: what our own proxy says, where there is one."""
    told = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return told.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR") or "?"


def keep_language(response: HttpResponseBase, code: str) -> None:
    """The browser speaks it from now on, for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
