"""When the database, or the disk, cannot take what was sent: a page that gives back what was typed.

Nothing here asks the database: the language comes from the browser, the words from the request.
Everything else that goes wrong stays an error of ours (500).
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.defaults import bad_request, server_error

from chengnuo.customers.telephones import Telephone
from chengnuo.doors.browser import FOR_CUSTOMERS, too_long
from chengnuo.doors.lines import remembered

AWAY, BUSY, FULL, GONE, SLOW = "away", "busy", "full", "gone", "slow"
RETRY_SECONDS = 10
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
# PostgreSQL's classes and codes (Appendix A); a connection that never stood has none.
STATES = (
    ("08", AWAY), ("57P", AWAY), ("25006", AWAY),
    ("53100", FULL), ("53200", FULL), ("58030", FULL),
    ("42P01", GONE), ("42703", GONE),
    ("53300", BUSY), ("40", BUSY), ("55P03", BUSY), ("57014", SLOW),
)  # fmt: skip
# SQLite has no codes that Django hands on in every version: its own sentences.
SENTENCES = (
    ("is locked", BUSY), ("is busy", BUSY),
    ("is not there", GONE), ("no such table", GONE), ("no such column", GONE),
    ("not a database", GONE), ("malformed", GONE),
    ("unable to open", AWAY), ("closed", AWAY),
    ("is full", FULL), ("disk i/o", FULL), ("readonly", FULL), ("read-only", FULL),
)  # fmt: skip
NEVER_BACK = frozenset({"csrfmiddlewaretoken"})


@dataclass(slots=True)
class KeptInput:
    """What was sent with a form: all of it to be sent again, and what a person wrote himself."""

    again: list[tuple[str, str]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    files: list[tuple[str, str]] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """Values that somebody wrote, not ids and choices."""
        return [v for _name, v in self.again if any(c.isspace() or ord(c) > 0x2E7F for c in v)]


def failed(request: HttpRequest) -> HttpResponse:
    """What Django calls when a view or a middleware raised (`handler500`)."""
    kind = kind_of(sys.exc_info()[1])
    return server_error(request) if kind is None else unavailable(request, kind)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """`handler400`: a session that cannot be saved looks to Django like one that was ended."""
    kind = kind_of(exception)
    return bad_request(request, exception) if kind is None else unavailable(request, kind)


def kind_of(error: BaseException | None) -> str | None:
    """Why nothing can be kept just now; None for every other fault."""
    for cause in _causes(error):
        kind = None
        if isinstance(cause, OSError) and not isinstance(cause, UnreadablePostError):
            kind = FULL if cause.errno in FULL_DISK else None
        elif isinstance(cause, DatabaseError | InterfaceError):
            kind = _of_database(cause)
        if kind is not None:
            return kind
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    # Causes can go in a circle, where a handler raised what it had caught.
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _of_database(error: Exception) -> str | None:
    theirs = error.__cause__
    state = getattr(theirs, "sqlstate", None)
    if state is not None:
        return next((kind for start, kind in STATES if state.startswith(start)), None)
    if type(theirs).__module__.startswith("psycopg"):
        # Without a state the server never answered: it is not there, or it went away.
        lost = type(theirs).__name__ in ("OperationalError", "ConnectionTimeout", "InterfaceError")
        return AWAY if lost else None
    said = str(error).lower()
    return next((kind for words, kind in SENTENCES if words in said), None)


def unavailable(request: HttpRequest, kind: str) -> HttpResponse:
    """503: nothing was saved; here is what was sent, to be sent again."""
    with translation.override(translation.get_language_from_request(request)):
        match = _resolved(request)
        public = getattr(match.func, FOR_CUSTOMERS, False) if match else False
        title, why = _for_customers() if public else _words(kind)
        lines = remembered(str(match.kwargs.get("company", ""))) if match and public else []
        if "HX-Request" in request.headers:
            response = HttpResponse(status=503)
            # The page stands as it is, with everything typed in it; a line says why.
            response.headers["X-Why"] = quote(f"{title} {why}")
        else:
            response = _page(request, title, why, lines, again=kind != SLOW)
    # What takes too long takes as long the next time, and keeps others waiting meanwhile.
    if kind != SLOW:
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _resolved(request: HttpRequest) -> ResolverMatch | None:
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


def _page(
    request: HttpRequest,
    title: str,
    why: str,
    lines: Sequence[tuple[str, Telephone]],
    *,
    again: bool,
) -> HttpResponse:
    posted = request.method == "POST"
    content = {
        "language": translation.get_language(),
        "title": title,
        "why": why,
        "lines": lines,
        "posted": posted,
        "typed": typed_in(request) if posted else None,
        "address": request.get_full_path(),
        "csrf": get_token(request) if posted else "",
        "seconds": RETRY_SECONDS if again and not posted else None,
    }
    return HttpResponse(render_to_string("503.html", content), status=503)


def _for_customers() -> tuple[str, str]:
    """What is broken, and who mends it, is no matter of theirs."""
    return _("Sorry, this page is not available just now"), _(
        "Nothing that was saved before is lost. If you just sent something, it has not reached "
        "us yet: please try again in a few minutes. If it is urgent, call us."
    )


def _words(kind: str) -> tuple[str, str]:
    if kind == BUSY:
        return _("The database is busy"), _(
            "Others are saving just now and the wait took too long. Not saved; please "
            "submit again in a moment."
        )
    if kind == SLOW:
        return _("This takes too long"), _(
            "The database had no answer within %(seconds)s seconds, and the question was ended so "
            "that others need not wait. Not saved. Please choose a shorter period or a single unit."
        ) % {"seconds": settings.STATEMENT_SECONDS}
    if kind == FULL:
        return _("The server's disk is full or read-only"), _(
            "Not saved. Please tell your administrator: disk space or write access is "
            "needed before anything can be saved."
        )
    if kind == GONE:
        return _("The database is missing or incomplete"), _(
            "Not saved. Please tell your administrator at once: the database has to be restored "
            "from its backup or brought up to date (chengnuo doctor says which)."
        )
    return _("The database cannot be reached"), _(
        "Not saved; nothing saved before is lost. Please try again in a moment. If it "
        "persists, tell your administrator."
    )


def typed_in(request: HttpRequest) -> KeptInput | None:
    """What the form brought; None where it cannot be read. A password is never given back."""
    # Reading it would take the whole body in, which is what a stranger must not make us do.
    if settings.SESSION_COOKIE_NAME not in request.COOKIES and too_long(request, stranger=True):
        return None
    try:
        posted, files = request.POST, request.FILES
    except (
        UnreadablePostError,
        SuspiciousOperation,
        RequestDataTooBig,
        TooManyFieldsSent,
        OSError,
    ):
        return None
    found = KeptInput()
    for name, values in posted.lists():
        if name in NEVER_BACK:
            continue
        # The page may be kept by the browser; a secret is typed again.
        if "password" in name or name == "code":
            found.secrets.append(name)
        else:
            found.again += [(name, str(value)) for value in values]
    for name, uploads in files.lists():
        found.files += [(name, upload.name or "") for upload in uploads if upload]
    return found
