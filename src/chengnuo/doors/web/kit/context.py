"""One request by one person: who, for which company, at which moment, in which time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypedDict, TypeVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from chengnuo.cases import queries as cases
from chengnuo.cases.access import leads, may_see, takes_in
from chengnuo.cases.models import Case
from chengnuo.disclosure import contacts as disclosure
from chengnuo.doors.web.kit import gate
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.obligations.regulation import Regulation, regulation_for, regulation_shown
from chengnuo.packs.schema import Pack
from chengnuo.people import access
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.rules.expiry import averaged
from chengnuo.rules.refusing import too_long

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)
LONGEST_WORDS = 2000
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "chengnuo_theme"
SAVED_COOKIE = "chengnuo_saved"
# By what their names begin with. Whatever comes new shows customers until it stands here.
_HOUSE = ("house", "access-log", "ledger")
OPEN_TO_THE_HOUSE = frozenset(
    {"desk", "messages", "regulation", "process", "password", "second", "own", *_HOUSE}
)


class Seeing(TypedDict):
    """Who looks, with which posts, when."""

    staff: Staff
    posts: list[Post]
    at: datetime


class RequestContext:
    """What every view needs to know. `now` is read once, here."""

    # For pages that count while one types: so much is kept of what `typed` reads.
    longest_words = LONGEST_WORDS

    def __init__(self, request: HttpRequest) -> None:
        # Django's own users and nobody: neither has a company to look from.
        if not isinstance(request.user, Staff):
            raise Http404
        self.request = request
        self.staff: Staff = request.user
        self.now: datetime = timezone.now()

    @cached_property
    def company(self) -> Organisation:
        # Of the person, never of the address: no number in a link shows another company.
        return self.staff.organisation.home

    @cached_property
    def companies(self) -> list[Organisation]:
        """The company and those below it, whose cases some of its people see."""
        return people.companies_below(organisation=self.company)

    @cached_property
    def posts(self) -> list[Post]:
        return people.posts_of(staff=self.staff, at=self.now)

    @cached_property
    def units(self) -> frozenset[int]:
        """The units in which this person works."""
        return people.workplaces(staff=self.staff, posts=self.posts)

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(p.role for p in self.posts)

    @property
    def own_posts(self) -> list[Post]:
        """Those in the company whose pages this person sees."""
        return [p for p in self.posts if p.organisation.company_id == self.company.pk]

    @cached_property
    def may_administer(self) -> bool:
        return access.may_administer(self.own_posts)

    @property
    def pack(self) -> Pack | None:
        return self.regulation.pack if self.regulation is not None else None

    @cached_property
    def auditing(self) -> frozenset[str]:
        """The roles that audit, by the regulation."""
        return self.pack.acting("auditing") if self.pack else frozenset()

    @cached_property
    def may_audit(self) -> bool:
        return access.may_audit(self.own_posts, auditing=self.auditing)

    @cached_property
    def leads(self) -> bool:
        """Whether there is an overview for this person."""
        return leads(posts=self.own_posts, pack=self.pack)

    @cached_property
    def keeps_house_only(self) -> bool:
        """Somebody who does nothing but keep the house: cases and customers are closed to him."""
        return access.keeps_house_only(self.posts)

    @property
    def seconds_left(self) -> int:
        """Until this session ends if nothing is done."""
        return gate.left_of(self.request, self.now)

    @property
    def idle_seconds(self) -> int:
        return int(gate.idle_time().total_seconds())

    @cached_property
    def regulation(self) -> Regulation | None:
        """The company's regulation now; the newest one when none is in force."""
        return regulation_shown(company=self.company, at=self.now)

    @property
    def has_averages(self) -> bool:
        """Whether the company promises averages."""
        rules = self.regulation.book.rules.values() if self.regulation else ()
        return any(averaged(rule) for rule in rules)

    def regulation_behind(self, digest: str) -> Regulation:
        """A pinned regulation."""
        return regulation_for(digest=digest, company=self.company)

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone, never the reader's."""
        name = self.regulation.pack.time_zone if self.regulation else settings.TIME_ZONE
        return ZoneInfo(name)

    def typed(self, name: str, *, longest: int = LONGEST_WORDS) -> str:
        """What stands in a field, without the blanks around it; nothing of it is ever cut off.
        Raises Refused at the field where it is longer than is kept."""
        words = str(self.request.POST.get(name, "")).strip()
        if len(words) > longest:
            raise too_long(len(words), longest=longest, field=name)
        return words

    @property
    def version(self) -> int | None:
        """Of the case that the page showed when this was posted."""
        return number_in(self.request.POST.get("version"))

    @property
    def by_htmx(self) -> bool:
        return "HX-Request" in self.request.headers

    @property
    def status_of_refusal(self) -> int:
        """Of a page that says why something is not open to this person; htmx shows no 403."""
        return 422 if self.by_htmx else 403

    @property
    def today_ends(self) -> datetime:
        """Just after 24:00: what is due at the end of the day is due today."""
        midnight = timezone.localtime(self.now).replace(hour=0, minute=0, second=0, microsecond=0)
        # 24:00 is 00:00 of tomorrow; a microsecond more, so that `<` takes it in.
        return midnight + timedelta(days=1, microseconds=1)

    @cached_property
    def new_messages(self) -> people.Unread:
        """The messages that wait for this person."""
        return people.unread(staff=self.staff, now=self.now)

    @property
    def unread(self) -> int:
        """How many messages wait; what lies together counts as one."""
        return self.new_messages.count

    def case(self, number: str) -> Case:
        """A case by its number; 404 where there is none, or none that this person may know of."""
        found = self.any_case(number)
        if not self.sees(found):
            raise Http404(number)
        return found

    def any_case(self, number: str) -> Case:
        """A case of this company or of one below it, whoever may know of it; 404 for others."""
        found = cases.numbered(company=self.company, number=number)
        if found is None:
            raise Http404(number)
        return found

    def sees(self, case: Case) -> bool:
        return may_see(case=case, **self._viewer, company=self.company)

    @property
    def seen_cases(self) -> QuerySet[Case]:
        """The cases of which this person may know."""
        return cases.seen_by(**self._viewer, company=self.company)

    @cached_property
    def takes_in(self) -> bool:
        """Whether this person takes matters in, and keeps the customers' files."""
        return takes_in(posts=self.posts, at=self.now)

    def knows_complainant(self, case: Case) -> bool:
        """Whether this person may know who asked; of a confidential case few may."""
        seen = disclosure.sight_of(case=case, viewer=self.viewer, place=disclosure.Place.FILE)
        return seen is not disclosure.Sight.HIDDEN

    @cached_property
    def viewer(self) -> disclosure.Viewer:
        """Who looks, as the room that gives personal data wants it."""
        return disclosure.Viewer(self.staff, self.posts, self.now)

    @property
    def _viewer(self) -> Seeing:
        return {"staff": self.staff, "posts": self.posts, "at": self.now}

    def say(self, message: str, *, level: int = messages.SUCCESS) -> None:
        messages.add_message(self.request, level, message)

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        """A page inside the frame that all pages share, or a part of one."""
        return render(self.request, f"{template}.html", {"ctx": self, **context}, status=status)

    def closed(self, why: str) -> HttpResponse:
        """What this person may not open, and why."""
        return self.page("kit/closed", status=403, why=why)

    def go(self, to: str, **parts: Any) -> HttpResponse:
        response: HttpResponse = redirect(to, **parts)
        return response


def _opens_no_customer(request: HttpRequest) -> bool:
    name = (request.resolver_match.url_name or "") if request.resolver_match else ""
    return any(f"{name}-".startswith(f"{opened}-") for opened in OPEN_TO_THE_HOUSE)


def _telling(request: HttpRequest, response: R) -> R:
    """What was posted and sent on is saved: the page forgets its draft (static/drafts.js)."""
    # A form that came back with errors answers 422 and keeps its draft.
    if request.method == "POST" and response.status_code in (302, 303):
        response.set_cookie(
            SAVED_COOKIE,
            quote(request.path, safe=""),
            max_age=60,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


def staffed(
    view: Callable[Concatenate[RequestContext, P], R],
) -> Callable[Concatenate[HttpRequest, P], R | HttpResponse]:
    """A view for people who are signed in; it runs in their company's time zone."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> R | HttpResponse:
        ctx = RequestContext(request)
        # Around everything, templates too: what is due at 17:30 is due at 17:30 where the customer
        # is, wherever one reads it.
        with timezone.override(ctx.zone):
            if ctx.keeps_house_only and not _opens_no_customer(request):
                return ctx.closed(
                    _(
                        "Administrators cannot view cases or customer records; that needs a "
                        "separate post."
                    )
                )
            with Trying() as tried:
                return _telling(request, view(ctx, *args, **kwargs))
            # No page of its own tells what was refused: it is told on one that is for nothing else.
            return ctx.page("kit/refused", status=tried.status, why=tried.line)

    return inner
