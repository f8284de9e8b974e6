"""Who sees the contact of a case, and how much of it: the only place that decides."""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chengnuo.cases.access import is_in_full
from chengnuo.cases.break_glass import glass_of, knows_complainant
from chengnuo.cases.casework.links import callers_of
from chengnuo.cases.models import Case
from chengnuo.customers.telephones import key_of, keys_of
from chengnuo.disclosure.masks import masked_address, masked_name, masked_phone
from chengnuo.people.models import Post, Staff
from chengnuo.people.queries import workplaces
from chengnuo.vault.masking import withheld

NOBODY, NOT_TOLD = "\x00", "\x01"
LONG_NUMBER = re.compile(r"\d{7,}")


class Place(StrEnum):
    """Where a contact is shown."""

    FILE = "file"
    """One case that somebody opened, and the sheet of a callback about it."""
    WORKLIST = "worklist"
    """Rows that a unit works off, on a page or in a workbook."""
    OVERVIEW = "overview"
    """Rows of many cases that stand on a screen all day."""


class Sight(StrEnum):
    """How much of a contact somebody sees."""

    HIDDEN = "hidden"
    MASKED = "masked"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: on which posts, at which moment."""

    staff: Staff
    posts: Sequence[Post]
    at: datetime

    @property
    def units(self) -> frozenset[int]:
        return workplaces(staff=self.staff, posts=self.posts)


@dataclass(frozen=True, slots=True)
class ContactView:
    """Who asked, as one viewer sees it in one place."""

    name: str
    phone: str
    address: str
    sight: Sight

    @property
    def in_full(self) -> bool:
        return self.sight is Sight.FULL

    @property
    def hidden(self) -> bool:
        return self.sight is Sight.HIDDEN


def sight_of(*, case: Case, viewer: Viewer, place: Place, looked: bool = False) -> Sight:
    """How much of a case's contact a person sees. `looked`: his look stands in the ledger.

    The units that took it in or handle it need to call; everybody else sees a mask. Who asked in
    confidence is on no list at all, and in the file known to the side that took it in and to who
    looks for a reason.
    """
    if place is not Place.FILE:
        if case.confidential:
            return Sight.HIDDEN
        works = place is Place.WORKLIST and is_in_full(case=case, units=viewer.units)
        return Sight.FULL if works else Sight.MASKED
    if not knows_complainant(case=case, staff=viewer.staff, posts=viewer.posts, at=viewer.at):
        return Sight.HIDDEN
    if looked or is_in_full(case=case, units=viewer.units):
        return Sight.FULL
    if case.confidential and glass_of(case=case, staff=viewer.staff, at=viewer.at) is not None:
        return Sight.FULL
    return Sight.MASKED


def contact_of(*, case: Case, viewer: Viewer, place: Place, looked: bool = False) -> ContactView:
    """Who asked, as this person sees it there."""
    return _seen(case, sight_of(case=case, viewer=viewer, place=place, looked=looked))


def callback_contact(*, case: Case, viewer: Viewer, looked: bool) -> ContactView:
    """Whom somebody calls back: the number in full only under a recorded look, also in a unit that
    works on the case; the name as in its file."""
    known = contact_of(case=case, viewer=viewer, place=Place.FILE)
    if known.hidden:
        return known
    sight = Sight.FULL if looked else Sight.MASKED
    return ContactView(known.name, _seen(case, sight).phone, known.address, sight)


def exported_contact(*, case: Case, masked: bool) -> ContactView:
    """Who asked, in a file that leaves the house; `masked`: no reason to see it in full is on
    record. Of a confidential case nobody reads it out of a spreadsheet."""
    if not case.confidential:
        return _seen(case, Sight.MASKED if masked else Sight.FULL)
    return ContactView(
        withheld(case.contact_name),
        withheld(case.contact_phone),
        withheld(case.address),
        Sight.HIDDEN,
    )


def without_numbers(text: str) -> str:
    """Free words as they may leave the house: telephone and identity numbers masked."""
    return LONG_NUMBER.sub(lambda found: masked_phone(found.group()), text)


@dataclass(frozen=True, slots=True)
class CallerView:
    """One who asked for a matter, by the number of his own case."""

    number: str
    name: str
    phone: str


def callers(*, case: Case, sight: Sight) -> list[CallerView]:
    """Everybody who asked for a matter and what was merged into it, seen as its own contact is."""
    if sight is Sight.HIDDEN:
        return []
    shown = [(one.case, _seen(one.case, sight)) for one in callers_of(case)]
    return [CallerView(case.number, contact.name, contact.phone) for case, contact in shown]


def is_of_telephone(*, case: Case | None, phone: str) -> bool:
    """Whether somebody who tells a telephone number is who asked in this case. Compared also where
    there is no such case, so that the answer takes as long."""
    known: Iterable[str] = keys_of(case.contact_phone) if case is not None else []
    told = (key_of(phone) or NOT_TOLD).encode()
    same = [hmac.compare_digest(key.encode(), told) for key in [*known] or [NOBODY]]
    return any(same)


def _seen(case: Case, sight: Sight) -> ContactView:
    if sight is Sight.HIDDEN:
        return ContactView("", "", "", sight)
    if sight is Sight.FULL:
        return ContactView(case.contact_name, case.contact_phone, case.address, sight)
    return ContactView(
        masked_name(case.contact_name),
        masked_phone(case.contact_phone),
        masked_address(case.address),
        sight,
    )
