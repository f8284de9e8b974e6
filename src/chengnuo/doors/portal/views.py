"""The public pages: commitments, progress, rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from chengnuo.callbacks.answers import answer_link
from chengnuo.callbacks.services import (
    LONGEST_WORDS,
    CustomerWord,
    LinkExpired,
    LinkUsed,
    NoSuchLink,
    offer_of,
)
from chengnuo.customers.strangers import may_ask, was_right
from chengnuo.doors.portal.progress import dialled, look_up, number_of
from chengnuo.doors.portal.visitor import Visitor, public
from chengnuo.obligations.queries import releases_of
from chengnuo.packs.commitments import always, branches, in_every_matter, unasked
from chengnuo.people.lines import publishes
from chengnuo.people.queries import companies

# So many wrong answers from one place within a quarter of an hour; and from all places together,
# after which each of them has one attempt only: a stranger who guesses at a case does not shut its
# customer out, who has it right.
PER_CASE, PER_PHONE, PER_ADDRESS = 5, 10, 30
FROM_ALL_PLACES = 30
LONGEST = 40


@require_GET
@public
def start(visitor: Visitor) -> HttpResponse:
    """Which companies publish their commitments here."""
    return visitor.page("start", companies=[c for c in companies() if publishes(company=c)])


@require_GET
@public
def commitments(visitor: Visitor, company: str) -> HttpResponse:
    """What a company promises, made from the regulation it works by."""
    found = visitor.at(company)
    regulation = visitor.regulation
    if regulation is None or not publishes(company=found):
        return visitor.page("nothing", company=found)
    pack, book = regulation.pack, regulation.book
    release = next(
        (r for r in releases_of(company=found) if r.digest == regulation.book.digest), None
    )
    return visitor.page(
        "commitments",
        company=found,
        pack=pack,
        release=release,
        branches=branches(pack, book),
        everywhere=in_every_matter(pack, book),
        unasked=unasked(pack, book),
        always=always(book),
        here="commitments",
    )


@require_http_methods(["GET", "POST"])
@public
def progress(visitor: Visitor, company: str) -> HttpResponse:
    """How a case stands, for who knows its number and the telephone it was lodged with."""
    found = visitor.at(company)
    if visitor.request.method == "GET":
        number = visitor.request.GET.get("number", "")[:LONGEST]
        return visitor.page(
            "progress", company=found, number=number, here="progress", personal=True
        )
    number = number_of(visitor.request.POST.get("number", ""))
    phone = visitor.request.POST.get("phone", "").strip()
    typed: dict[str, Any] = {"company": found, "number": number, "phone": phone, "personal": True}
    typed["here"] = "progress"
    if not number or not phone:
        problem = _("Please enter both the case number and the telephone you gave us.")
        return visitor.page("progress", status=422, problem=problem, **typed)
    if max(len(number), len(phone)) > LONGEST:
        problem = _("At most %(most)s characters.") % {"most": LONGEST}
        return visitor.page("progress", status=422, problem=problem, **typed)
    asked = _Asked(f"{found.pk}:{number}", dialled(phone), visitor.network)
    if not asked.may_ask(now=visitor.now):
        problem = _("Too many attempts. Please try again in 15 minutes, or call us.")
        return visitor.page("progress", status=429, problem=problem, **typed)
    seen = look_up(company=found, number=number, phone=phone, now=visitor.now)
    if seen is None:
        problem = _("There is no case with this number and this telephone. Please check both.")
        return visitor.page("progress", status=422, problem=problem, **typed)
    asked.was_right()
    return visitor.page("progress", seen=seen, **typed)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An attempt to see a case: by its number and a telephone, as they are compared, from a place
    on the network."""

    case: str
    phone: str
    network: str

    def may_ask(self, *, now: datetime) -> bool:
        """Count it everywhere; False where this place had enough, or all of them and it is not the
        first from here."""
        here = may_ask(what=self._here, now=now)
        first = may_ask(what=self._first, now=now)
        everywhere = may_ask(what=self._everywhere, now=now)
        return here and (first or everywhere)

    def was_right(self) -> None:
        was_right(what=self._here | self._first | self._everywhere)

    @property
    def _here(self) -> dict[str, int]:
        return {
            f"case:{self.case}:{self.network}": PER_CASE,
            f"phone:{self.phone}:{self.network}": PER_PHONE,
            f"address:{self.network}": PER_ADDRESS,
        }

    @property
    def _first(self) -> dict[str, int]:
        return {f"first:{self.case}:{self.network}": 1}

    @property
    def _everywhere(self) -> dict[str, int]:
        return {f"case:{self.case}": FROM_ALL_PLACES, f"phone:{self.phone}": FROM_ALL_PLACES}


@require_http_methods(["GET", "POST"])
@public
def rate(visitor: Visitor, token: str) -> HttpResponse:
    """Rate a closed case by the link that came with a message, once."""
    if not may_ask(what={f"rating:{visitor.network}": PER_ADDRESS * 4}, now=visitor.now):
        return visitor.page("too_many", status=429, personal=True)
    try:
        offer = offer_of(token=token, now=visitor.now)
        company = visitor.at(offer.organisation.code)
        if visitor.request.method == "GET":
            return visitor.page("rate", company=company, offer=offer, personal=True)
        post = visitor.request.POST
        said = _said(visitor)
        if isinstance(said, str):
            return visitor.page(
                "rate",
                status=422,
                company=company,
                offer=offer,
                problem=said,
                typed=post,
                personal=True,
            )
        answer_link(token=token, said=said, now=visitor.now)
        return visitor.page("rated", company=company, said=said, personal=True)
    except NoSuchLink:
        return _no_link(
            visitor,
            _("This link is not valid. Open it again from our text message, or call us."),
            404,
        )
    except LinkExpired:
        return _no_link(
            visitor,
            _(
                "This link has expired. Thank you for your interest; if you have a comment, "
                "please call our hotline."
            ),
            410,
        )
    except LinkUsed:
        return _no_link(visitor, _("This rating was given already. Thank you."), 410)


def _said(visitor: Visitor) -> CustomerWord | str:
    """The answers, or what is missing."""
    post = visitor.request.POST
    satisfied, solved, score = post.get("satisfied"), post.get("solved"), post.get("score", "")
    words = post.get("words", "").strip()
    if satisfied not in ("yes", "no") or solved not in ("yes", "no") or score not in set("12345"):
        return _("Please answer the three questions above.")
    if len(words) > LONGEST_WORDS:
        return _("At most %(most)s characters.") % {"most": LONGEST_WORDS}
    return CustomerWord(
        satisfied=satisfied == "yes", score=int(score), solved=solved == "yes", words=words
    )


def _no_link(visitor: Visitor, problem: str, status: int) -> HttpResponse:
    return visitor.page("no_link", status=status, problem=problem, personal=True)
