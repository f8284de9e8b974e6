"""What every page needs of a browser, signed in or not: where it is, and the language it keeps."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# Marks a view for whom customers come, not staff.
FOR_CUSTOMERS = "for_customers"


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


def body_length(request: HttpRequest) -> int | None:
    """How many bytes the request says it brings; None where it does not say, or not sensibly."""
    told = request.META.get("CONTENT_LENGTH", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 19 else None


def too_long(request: HttpRequest, *, stranger: bool) -> bool:
    """Whether it brings more than is taken from anybody, or from who is not signed in."""
    limit = settings.BODY_OF_A_STRANGER if stranger else settings.BODY_LARGEST
    return (body_length(request) or 0) > limit
