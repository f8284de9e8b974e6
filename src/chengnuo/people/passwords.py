"""Passwords: what they may not be, and those that are given for one time."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chengnuo.people import own_rules
from chengnuo.people.models import Organisation, Staff

# A one-time password is read aloud or written down: nothing in it looks like something else.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
REMEMBERED = 5
SHORTEST_PART = 3
# What every house asks (settings).
SHORTEST = 10


def one_time() -> str:
    """A password for one time, 59 bits: `k7mz-4hqp-x2rt`."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


class NotAboutOneself:
    """No password that holds the person's own badge number, name or telephone."""

    def validate(self, password: str, user: Any = None) -> None:
        if not isinstance(user, Staff):
            return
        typed = password.casefold()
        own = [user.badge, user.name, user.phone, *user.name_en.split()]
        if any(len(part) >= SHORTEST_PART and part.casefold() in typed for part in own):
            raise ValidationError(self.get_help_text(), code="about_oneself")

    def get_help_text(self) -> str:
        return _("It must not contain your staff number, your name or your telephone.")


class AsTheHouseAsks:
    """As long, and of as many kinds of characters, as the person's company chose."""

    def validate(self, password: str, user: Any = None) -> None:
        if not isinstance(user, Staff):
            return
        wanted = own_rules.chosen(company=user.organisation.home)
        length, kinds = int(wanted[own_rules.LENGTH]), int(wanted[own_rules.KINDS])
        if length > SHORTEST and len(password) < length:
            raise ValidationError(_long(length), code="house_length")
        if own_rules.kinds_in(password) < kinds:
            raise ValidationError(_mixed(kinds), code="house_kinds")

    def get_help_text(self) -> str:
        return ""


def asked_by(company: Organisation) -> list[str]:
    """What a company asks of passwords beyond every house, in words."""
    wanted = own_rules.chosen(company=company)
    length, kinds, days = (
        int(wanted[name]) for name in (own_rules.LENGTH, own_rules.KINDS, own_rules.DAYS)
    )
    lasting = _("It is valid for %(days)d days.") % {"days": days}
    return [
        text
        for text, asked in (
            (_long(length), length > SHORTEST),
            (_mixed(kinds), kinds > 1),
            (lasting, days > 0),
        )
        if asked
    ]


def _long(length: int) -> str:
    return _("It must have at least %(number)d characters.") % {"number": length}


def _mixed(kinds: int) -> str:
    return _(
        "It must contain at least %(number)d of these kinds: capitals, small letters, "
        "digits, other characters."
    ) % {"number": kinds}


class NotAgain:
    """None of the last few passwords of the same person."""

    def validate(self, password: str, user: Any = None) -> None:
        if not isinstance(user, Staff) or user.pk is None:
            return
        past = user.past_passwords.order_by("-until").values_list("hash", flat=True)[:REMEMBERED]
        if any(check_password(password, hashed) for hashed in (user.password, *past)):
            raise ValidationError(self.get_help_text(), code="had_before")

    def get_help_text(self) -> str:
        return _("It must not be one of your last %(number)d passwords.") % {
            "number": REMEMBERED + 1
        }
