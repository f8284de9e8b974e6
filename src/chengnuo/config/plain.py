"""Nobody types a NUL, and no database keeps one in a text: it goes before anybody reads it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, QueryDict

NUL = "\0"


class PlainText:
    """Middleware. What a form or an address asks for comes without NUL; an address with one in its
    path leads nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> None:
        if NUL in request.path:
            raise Http404
        request.GET = _without(request.GET)  # type: ignore[assignment]
        request.POST = _without(request.POST)  # type: ignore[assignment]


def _without(given: QueryDict) -> QueryDict:
    if not any(NUL in value for _name, values in given.lists() for value in values):
        return given
    clean = QueryDict(mutable=True, encoding=given.encoding)
    for name, values in given.lists():
        clean.setlist(name, [value.replace(NUL, "") for value in values])
    return clean
