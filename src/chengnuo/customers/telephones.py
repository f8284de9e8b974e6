"""Telephone numbers as people write them: one reading for storing, comparing and searching.

A field holds what somebody wrote: `+86 138-0000-1234`, `（0512）65001234转801`, two numbers,
one with a word (女儿), or nothing that can be dialled (无, 138****1234). It is stored as `tidy`
writes it, and compared and looked for by `keys_of`. Numbers without a country are Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType

from chengnuo.rules.words import Text

HOME, HOME_CODE = "CN", 86
SHORTEST, LONGEST, LONGEST_AT_HOME = 5, 15, 12
LONGEST_NAME = 100
SHORTEST_LANDLINE = 10
# Most numbers are these, and need no library to be told: a list of thousands is read in a moment.
MOBILE = re.compile(r"1[3-9]\d{9}")
ABROAD = re.compile(r"00(?=86)")
NO_TELEPHONE = Text(
    "不是电话号码，请按“0512-65001234”或“13800001234”填写",
    "This is not a telephone number. Enter it like 0512-65001234 or 13800001234.",
)
UNREADABLE = Text(
    "电话无法识别，已原样保存，不能据此比对或发短信",
    "the telephone number cannot be read: kept as written, not "
    "used to recognise callers or send texts",
)
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－ー─", "-"))
EXTENSION = (
    r"\s*(?P<bracket>\(\s*)?"
    r"(?:(?:转分机|转|轉|分机)号?|內線|内线|ext(?:ension|n)?(?![a-z])\.?|x|[*#])\s*:?\s*"
    r"(?P<extension>\d{1,6})(?!\d)(?(bracket)\s*\))"
)
# A whole number and what another dash sets off: 0512-65001234-801.
COUNTRY = r"(?:\(?(?:\+|00)?86\)?[\s-]?)?"
WHOLE = (
    r"(?:\(?0[1-9]\d{1,2}\)?[\s-]?\d{7,8}|[2-8]\d{6,7}"
    r"|1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|400-?\d{3}-?\d{4})"
)
DASHED = re.compile(rf"(?<![\d+(-])(?P<number>{COUNTRY}{WHOLE})-(?P<extension>\d{{1,6}})(?![\d-])")
WRITTEN = re.compile(
    rf"(?P<number>(?:\+|\(\+?)?\d(?:[\d\s().-]*\d)?)(?:{EXTENSION})?", re.IGNORECASE
)
MASKED = re.compile(r"\d\s*(?:[*×•●_?]|[xX](?=[xX*]))+\s*[*×xX•●_?]+\s*\d|\*{2,}")
# What everybody dials (110, 12345, 95598) is nobody's own number.
HOTLINE = re.compile(r"1\d{2}|1[02]\d{3}|9[56]\d{3}\d{0,3}")
NAME_MARKS = re.compile(r"[\s·•．・‧･∙⋅.]+")


class TelephoneKind(StrEnum):
    """What can be done with a number: only a mobile is sent short messages."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    OTHER = "other"
    HOTLINE = "hotline"


@dataclass(frozen=True, slots=True)
class Telephone:
    """One number. `number` is what is dialled in China, digits only (a foreign one: + and its
    country); `shown` is how it is written."""

    number: str
    shown: str
    kind: TelephoneKind
    extension: str = ""

    def __str__(self) -> str:
        return f"{self.shown}转{self.extension}" if self.extension else self.shown


def telephones_in(written: str) -> list[Telephone]:
    """Every number in a field, in its order, each once."""
    return list(dict.fromkeys(one for _, _, one in _found(_plain(written))))


def keys_of(written: str) -> list[str]:
    """By what a field is compared: the numbers without their extensions, which the exchange does
    not tell of a caller. Of hotlines and of what cannot be read there is none."""
    own = (one.number for one in telephones_in(written) if one.kind is not TelephoneKind.HOTLINE)
    return list(dict.fromkeys(own))


def key_of(written: str) -> str:
    """The key of the first number; empty where there is none."""
    return next(iter(keys_of(written)), "")


def tidy(written: str) -> str:
    """How a field is stored: every number in one spelling, the words beside it as they were."""
    text, done, parts = _plain(written), 0, []
    for start, end, one in _found(text):
        parts += [text[done:start], str(one)]
        done = end
    return "".join([*parts, text[done:]]).strip()


def lone(written: str) -> Telephone | None:
    """The number of a text that is one and nothing else, with its country and its extension."""
    text = _plain(written)
    found = list(_found(text))
    if len(found) != 1:
        return None
    start, end, one = found[0]
    return None if any(c.isalnum() for c in text[:start] + text[end:]) else one


def mobile_in(written: str) -> str:
    """The first mobile number, as a gateway dials it; empty where there is none."""
    mobiles = (one.number for one in telephones_in(written) if one.kind is TelephoneKind.MOBILE)
    return next(mobiles, "")


def is_telephone(written: str) -> bool:
    """Whether there is a number in it that can be dialled."""
    return bool(telephones_in(written))


def name_key(name: str) -> str:
    """A name as it is compared: its beginning, in one width, without blanks and dots."""
    return NAME_MARKS.sub("", _plain(name)).casefold()[:LONGEST_NAME]


def _plain(written: str) -> str:
    """One width, no invisible signs, one dash."""
    text = unicodedata.normalize("NFKC", written).translate(DASHES)
    seen = (c for c in text if unicodedata.category(c) != "Cf")
    return "".join(" " if unicodedata.category(c) == "Cc" else c for c in seen).strip()


def _found(text: str) -> Iterator[tuple[int, int, Telephone]]:
    """The numbers of a plain text with where they stand; none in a masked one."""
    if MASKED.search(text):
        return
    place = 0
    while (match := _next(text, place)) is not None:
        place = match.end()
        one = _telephone(match["number"], match["extension"] or "")
        if one is not None:
            yield match.start(), match.end(), one
            continue
        yield from _apart(text, match)


def _next(text: str, place: int) -> re.Match[str] | None:
    dashed, written = DASHED.search(text, place), WRITTEN.search(text, place)
    if dashed is not None and written is not None and dashed.start() <= written.start():
        return dashed
    return written


def _apart(text: str, match: re.Match[str]) -> Iterator[tuple[int, int, Telephone]]:
    """Numbers that only blanks divide: too long for one, a piece may be one."""
    start = match.start("number")
    for piece in re.finditer(r"\S+", match["number"]):
        if piece[0] != match["number"] and (one := _telephone(piece[0], "")) is not None:
            yield start + piece.start(), start + piece.end(), one


def _telephone(written: str, extension: str) -> Telephone | None:
    digits = re.sub(r"\D", "", written)
    if HOTLINE.fullmatch(digits):
        return Telephone(digits, digits, TelephoneKind.HOTLINE)
    if MOBILE.fullmatch(digits):
        return Telephone(digits, digits, TelephoneKind.MOBILE, extension)
    abroad = written.lstrip("( ").startswith("+")
    digits, of_home = ABROAD.subn("", digits, 1) if digits.startswith("0086") else (digits, 0)
    if not SHORTEST <= len(digits) <= LONGEST:
        return None
    try:
        known = phonenumbers.parse("+" * (abroad or bool(of_home)) + digits, HOME)
    except NumberParseException:
        return None if abroad else _other(written, digits, extension)
    kind = phonenumbers.number_type(known)
    if known.country_code != HOME_CODE and (abroad or kind != PhoneNumberType.UNKNOWN):
        return _foreign(known, kind, extension)
    national = str(known.national_number)
    if kind == PhoneNumberType.MOBILE:
        return Telephone(national, national, TelephoneKind.MOBILE, extension)
    if kind == PhoneNumberType.FIXED_LINE and len(national) >= SHORTEST_LANDLINE:
        area = phonenumbers.length_of_geographical_area_code(known)
        shown = f"0{national[:area]}-{national[area:]}"
        return Telephone(f"0{national}", shown, TelephoneKind.LANDLINE, extension)
    return _other(written, digits, extension)


def _other(written: str, digits: str, extension: str) -> Telephone | None:
    """A local number, 400, a line of the house; with an area we do not know, as it was written."""
    if len(digits) > LONGEST_AT_HOME:
        return None
    shown = written.strip() if digits.startswith("0") else digits
    return Telephone(digits, shown, TelephoneKind.OTHER, extension)


def _foreign(known: PhoneNumber, kind: int, extension: str) -> Telephone | None:
    if kind == PhoneNumberType.UNKNOWN:
        return None
    number = f"+{known.country_code}{known.national_number}"
    mobile = kind == PhoneNumberType.MOBILE
    return Telephone(
        number, number, TelephoneKind.MOBILE if mobile else TelephoneKind.OTHER, extension
    )
