"""Verbs of callbacks: offer a rating by a link, take a rating, answer a link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction

from chengnuo.callbacks.models import Rating, RatingOffer
from chengnuo.cases.casework.texting import note_no_mobile, text_caller
from chengnuo.cases.models import Case
from chengnuo.cases.queries import of_docket
from chengnuo.customers.telephones import mobile_in
from chengnuo.ledger.aside import attempt, due_again
from chengnuo.ledger.queries import unread_by
from chengnuo.ledger.services import Fact, OutgoingMessage, post, read_on, record
from chengnuo.obligations.regulation import regulation_for
from chengnuo.packs.channels import comes_from_a_customer
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import companies, roster_of
from chengnuo.rules.refusing import keep_within
from chengnuo.rules.words import Text

SALT = "chengnuo.callbacks.rating"
LONGEST_WORDS = 2000
READER = "ratings"
OFFERING = "rating"
# Nobody is asked about what ended long ago: history that is read in late, or a worker that slept.
FRESH = timedelta(days=2)


class NoSuchLink(LookupError):
    """The token was not made here."""


class LinkExpired(Exception):
    """Its time is over."""


class LinkUsed(Exception):
    """It was used before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWord:
    """What a customer says of a case; `score` is 1 to 5."""

    satisfied: bool
    score: int
    solved: bool
    words: str = ""


def token_of(offer: RatingOffer) -> str:
    """The token of a link. It is made anew whenever it is needed and stored nowhere."""
    return Signer(salt=SALT, sep=".").sign(str(offer.pk))


def offer_of(*, token: str, now: datetime) -> RatingOffer:
    """The offer behind a token. Raises NoSuchLink, LinkExpired, LinkUsed, Refused."""
    try:
        Signer(salt=SALT, sep=".").unsign(token)
    except BadSignature as error:
        raise NoSuchLink from error
    rows = RatingOffer.objects.select_related("case__docket__organisation", "organisation")
    offer = rows.filter(sha256=_hash(token)).first()
    if offer is None:
        raise NoSuchLink
    if offer.used_at is not None:
        raise LinkUsed
    if now >= offer.expires_at:
        raise LinkExpired
    return offer


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def offer_rating(*, case: Case, now: datetime, valid_for: timedelta) -> RatingOffer | None:
    """Ask the customer of a closed case for a rating, by a message with a link.

    Asking twice for one closing is asking once. None where there is nobody to ask: the case is
    open, withdrawn, merged, without a mobile telephone, or not from a customer.
    """
    closed_at = case.closed_at
    if closed_at is None or not _can_be_asked(case):
        return None
    if not mobile_in(case.contact_phone):
        note_no_mobile(case=case, about="rating", now=now)
        return None
    offer, fresh = RatingOffer.objects.get_or_create(
        case=case,
        closed_at=closed_at,
        defaults={
            "organisation_id": case.organisation_id,
            "offered_at": now,
            "expires_at": now + valid_for,
        },
    )
    if not fresh:
        return offer
    offer.sha256 = _hash(token_of(offer))
    offer.save(update_fields=["sha256"])
    calendar = regulation_for(
        digest=case.docket.release_id, company=case.organisation
    ).book.calendar
    text_caller(
        case=case,
        key=f"rating:{offer.pk}",
        payload={"kind": "rating", "offer": offer.pk, "case": case.number},
        now=now,
        not_before=calendar.after_quiet_hours(now),
    )
    fact = Fact(kind="rating.offered", at=now, subject=case.docket_id, data={"case": case.number})
    record(organisation_id=case.organisation_id, facts=[fact], now=now)
    return offer


def _can_be_asked(case: Case) -> bool:
    pack = regulation_for(digest=case.docket.release_id, company=case.organisation).pack
    return (
        bool(case.contact_phone)
        and comes_from_a_customer(pack, case.channel)
        and not case.restricted
        and case.merged_into_id is None
        and "case.withdrawn" not in case.docket.seen
    )


def offer_ratings(*, now: datetime, valid_for: timedelta) -> int:
    """Ask for every closing that the ledger tells of since we last read it; how many were asked."""
    unread = unread_by(reader=READER)
    asked = sum(
        attempt(
            step=READER, subject=company.code, work=partial(_offer_for, company, now, valid_for),
            now=now, organisation_id=company.pk,
        )
        for company in companies()
        if company.pk in unread
    )  # fmt: skip
    again = due_again(step=OFFERING, now=now)
    held = {c.pk: c for c in companies()} if again else {}
    return asked + sum(
        _ask(held[row.organisation_id], UUID(row.subject), now, valid_for)
        for row in again
        if row.organisation_id in held
    )


@transaction.atomic
def _offer_for(company: Organisation, now: datetime, valid_for: timedelta) -> int:
    entries = read_on(reader=READER, organisation_id=company.pk)
    closed = {e.subject for e in entries if e.subject and '"decision":"closed"' in e.payload}
    return sum(_ask(company, subject, now, valid_for) for subject in sorted(closed))


def _ask(company: Organisation, subject: UUID, now: datetime, valid_for: timedelta) -> int:
    """One that cannot be asked keeps no other waiting, and is tried again by itself."""
    work = partial(_offer_on, company, subject, now, valid_for)
    return attempt(
        step=OFFERING, subject=str(subject), work=work, now=now, organisation_id=company.pk
    )


@transaction.atomic
def _offer_on(company: Organisation, subject: UUID, now: datetime, valid_for: timedelta) -> int:
    case = of_docket(company=company, docket_id=subject)
    if case is None or case.closed_at is None or case.closed_at < now - FRESH:
        return 0
    before = RatingOffer.objects.filter(case=case, closed_at=case.closed_at).exists()
    offered = offer_rating(case=case, now=now, valid_for=valid_for)
    return int(offered is not None and not before)


@transaction.atomic
def rate_by_link(*, token: str, said: CustomerWord, now: datetime) -> Rating:
    """Take a rating by its link. Raises NoSuchLink, LinkExpired, LinkUsed, Refused."""
    found = offer_of(token=token, now=now)
    offer = RatingOffer.objects.select_for_update().get(pk=found.pk)
    if offer.used_at is not None:
        raise LinkUsed
    RatingOffer.objects.filter(pk=offer.pk).update(used_at=now)
    return _rate(case=found.case, said=said, via="link", now=now, offer=offer, by=None)


@transaction.atomic
def rate(*, case: Case, said: CustomerWord, via: str, now: datetime, by: Staff | None) -> Rating:
    """Take a rating that was told on another way: `sms`, `phone` or `web`. Raises Refused."""
    return _rate(case=case, said=said, via=via, now=now, offer=None, by=by)


def _rate(
    *,
    case: Case,
    said: CustomerWord,
    via: str,
    now: datetime,
    offer: RatingOffer | None,
    by: Staff | None,
) -> Rating:
    words = said.words.strip()
    keep_within({"words": LONGEST_WORDS}, words=words)
    rating = Rating.objects.create(
        organisation_id=case.organisation_id,
        case=case,
        offer=offer,
        satisfied=said.satisfied,
        score=said.score,
        solved=said.solved,
        words=words,
        via=via,
        taken_by=by,
        at=now,
    )
    fact = Fact(
        kind="rating.given",
        at=now,
        actor_id=by.pk if by else None,
        subject=case.docket_id,
        data={
            "case": case.number,
            "rating": rating.pk,
            "satisfied": said.satisfied,
            "score": said.score,
            "solved": said.solved,
            "via": via,
            # The words may name people: the ledger holds their hash.
            "sha256": sha256(rating.words.encode()).hexdigest(),
        },
    )
    record(organisation_id=case.organisation_id, facts=[fact], now=now)
    if not said.satisfied:
        post(organisation_id=case.organisation_id, messages=_tell_heads(rating, case, now), now=now)
    return rating


def _tell_heads(rating: Rating, case: Case, now: datetime) -> list[OutgoingMessage]:
    """A dissatisfied customer is known at once to the head of the unit that took the matter in."""
    roster = roster_of(company=case.docket.organisation)
    unit = case.docket.accepting_unit_id or case.organisation_id
    people = roster.first_present(unit=unit, role="", at=now)
    text = Text(
        f"客户不满意：{case.number}，评分{rating.score}分",
        f"Dissatisfied customer: {case.number}, rated {rating.score} of 5",
    )
    return [
        OutgoingMessage(
            key=f"dissatisfied:{rating.pk}:{person}",
            channel="desk",
            recipient=str(person),
            payload={
                "kind": "dissatisfied",
                "zh": text.zh,
                "en": text.en,
                "docket": str(case.docket_id),
            },
            not_before=now,
        )
        for person in people
    ]
