"""Response headers that Django 5.2 does not set by itself."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        # Style *attributes* only (a bar's width, a chart's tooltip): they run nothing.
        "style-src-attr 'unsafe-inline'",
        # data: for the icons in Tabler's CSS, blob: for the preview of a photo.
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PERMISSIONS_POLICY = "camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()"


class SecurityHeaders:
    """Only our own scripts run, nobody frames us, and no cache keeps a page about a customer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cache-Control", "private, no-store")
        if "X-Quiet" in request.headers:
            # A poll that left with the session of before a new password must not take the new one
            # away when it comes back late.
            response.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return response
