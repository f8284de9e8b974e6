"""What a request brings is bounded before anybody reads it: nothing too long reaches the disk.

Whoever is not signed in has nothing to send but a few words. A body that does not say how long it
is (chunked) is not taken at all: browsers always say it.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from chengnuo.doors.browser import body_length, too_long


class BoundedBody:
    """Middleware, before everything that reads a form (the check of its origin does)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("CONTENT_LENGTH", "")
        # A length that is no number is as good as none.
        if (told and body_length(request) is None) or (
            not told and request.META.get("HTTP_TRANSFER_ENCODING")
        ):
            return refused(request, 411)
        # Without a look into the sessions: it would be a question to the database for each
        # stranger. `process_view` looks again, once it is known who it is.
        nobody = settings.SESSION_COOKIE_NAME not in request.COOKIES
        if too_long(request, stranger=nobody):
            return refused(request, 413)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """A session's cookie can be made up: who it is was not known before."""
        if too_long(request, stranger=True) and not request.user.is_authenticated:
            return refused(request, 413)
        return None


def refused(request: HttpRequest, status: int) -> HttpResponse:
    """411 or 413, in the reader's language; the body stays unread."""
    with translation.override(translation.get_language_from_request(request)):
        if status == 411:
            title = _("Length of the request missing")
            why = _("A request must state its length (Content-Length). Not saved.")
        else:
            title = _("This is too large")
            why = _(
                "At most %(most)s MB at once. Not saved; go back, your entries are still in "
                "the form. Upload large files one by one, or make them smaller."
            ) % {"most": settings.BODY_LARGEST // 1024**2}
        if "HX-Request" in request.headers:
            response = HttpResponse(status=status, headers={"X-Why": quote(f"{title}. {why}")})
        else:
            content = {"language": translation.get_language(), "title": title, "why": why}
            response = HttpResponse(render_to_string("413.html", content), status=status)
    # What was not read is still in the line, and would be taken for the next request.
    response.headers["Connection"] = "close"
    return response
