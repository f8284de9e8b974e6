"""One request by somebody who does not sign in: which company, which language, how often.

The language that the visitor chose, else the browser's, else Chinese.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation

from chengnuo.customers.telephones import Telephone
from chengnuo.doors.browser import FOR_CUSTOMERS, address_of, keep_language
from chengnuo.doors.lines import published
from chengnuo.obligations.regulation import Regulation, regulation_shown
from chengnuo.people.models import Organisation
from chengnuo.people.queries import companies
from chengnuo.people.signing import network_of
from chengnuo.rules.moments import clock

P = ParamSpec("P")
PAGES_A_MINUTE = 120


class Visitor:
    """What every public view needs to know. `now` is read once, here."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.now: datetime = timezone.now()
        self.company: Organisation | None = None

    @property
    def network(self) -> str:
        """Where he is, as attempts are counted."""
        return network_of(address_of(self.request))

    def at(self, code: str) -> Organisation:
        """The company of this code; 404 for what is none."""
        found = next((c for c in companies() if c.code.lower() == code.lower()), None)
        if found is None:
            raise Http404(code)
        self.company = found
        zone = self.regulation.pack.time_zone if self.regulation else settings.TIME_ZONE
        timezone.activate(ZoneInfo(zone))
        return found

    @cached_property
    def regulation(self) -> Regulation | None:
        """The company's regulation now; the newest one when none is in force."""
        company = self.company
        return None if company is None else regulation_shown(company=company, at=self.now)

    @property
    def lines(self) -> list[tuple[str, Telephone]]:
        """The telephones that the company publishes, with what each is for."""
        return [] if self.company is None else published(self.company)

    def page(
        self, template: str, *, status: int = 200, personal: bool = False, **context: Any
    ) -> HttpResponse:
        """A page; one that speaks of somebody is kept out of search engines."""
        response = render(
            self.request,
            f"portal/{template}.html",
            {"visitor": self, "personal": personal, **context},
            status=status,
        )
        if personal:
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response


def public(
    view: Callable[Concatenate[Visitor, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view for everybody: in the chosen language, and not a hundred times a second."""

    @login_not_required
    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        visitor = Visitor(request)
        chosen = _language(request)
        with translation.override(chosen), timezone.override(None):
            request.LANGUAGE_CODE = chosen
            if _too_many(visitor):
                response = visitor.page("too_many", status=429)
                response.headers["Retry-After"] = "60"
                return response
            response = view(visitor, *args, **kwargs)
        if "language" in request.GET:
            keep_language(response, chosen)
        return response

    setattr(inner, FOR_CUSTOMERS, True)
    return inner


def _language(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    asked = request.GET.get("language", "")
    return asked if asked in known else translation.get_language_from_request(request)


def _too_many(visitor: Visitor) -> bool:
    """A coarse brake for whoever fetches pages in a loop; attempts are counted elsewhere."""
    key = f"portal:{visitor.network}:{clock(visitor.now)}"
    cache.add(key, 0, timeout=120)
    try:
        return bool(cache.incr(key) > PAGES_A_MINUTE)
    except ValueError:
        return False
