"""What a case can be found by, as words: Chinese in pairs of characters, numbers and Latin whole.

Pairs need no dictionary, so that no two-character word is missed, whatever the street is called.
Their order is kept: a longer word is its pairs one after the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

RUN = re.compile(r"[0-9]+|[a-z]+|[^\W\d_a-z]+")
DIGITS = re.compile(r"\+?[\d\s-]+")
NUMBER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
LATIN = re.compile(r"[a-z]+")
# Marks of what is no word of the language: the end of a telephone number, a part of a case number.
PHONE, PART = "#", "@"
SHORTEST_END = 4
MOST_TERMS = 8


def words_of(
    *,
    number: str,
    narrative: str,
    name: str = "",
    phone: str = "",
    address: str = "",
    confidential: bool = False,
) -> str:
    """The words of a case, between blanks. Of a confidential one, nothing that tells who asked."""
    told = [narrative] if confidential else [narrative, address, name]
    found = [*_of_number(number), *([] if confidential else _of_phone(phone))]
    for text in told:
        found += _of_text(text)
    return f" {' '.join(found)} "


def plain(text: str) -> str:
    """As it is compared: full width and capitals make no difference."""
    return unicodedata.normalize("NFKC", text).casefold()


def _of_text(text: str) -> Iterator[str]:
    for run in RUN.findall(plain(text)):
        yield from _of_run(run)


def _of_run(run: str) -> Iterator[str]:
    """A number or a Latin word is one; of Chinese every pair, and the last character alone."""
    if run.isascii():
        yield run
        return
    yield from (first + second for first, second in pairwise(run))
    yield run[-1]


def _of_phone(phone: str) -> Iterator[str]:
    """Every end of the number that is long enough to be asked for."""
    digits = re.sub(r"\D", "", plain(phone))
    for length in range(SHORTEST_END, len(digits) + 1):
        yield PHONE + digits[-length:]


def _of_number(number: str) -> Iterator[str]:
    """The number of the case, and each of its ends: people read out only the last part."""
    parts = plain(number).split("-")
    for index in range(len(parts)):
        yield PART + "".join(parts[index:])


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is asked for: any of these phrases; in each the words follow one another.

    `open_end` means that the last word may go on: one character, or a Latin word half typed.
    """

    phrases: tuple[tuple[str, ...], ...]
    open_end: bool = False


def terms_of(asked: str) -> list[Term]:
    """What somebody typed: all of it must fit. A number is a telephone's end, or a case's, or one
    in the text; without a letter or a digit nothing is asked."""
    text = plain(asked).strip()
    if DIGITS.fullmatch(text) and len(text.split()) > 1 and len(re.sub(r"\D", "", text)) >= 7:
        text = re.sub(r"[\s-]", "", text)  # a telephone number as it is read out
    found = [term for piece in text.split() if (term := _term(piece)) is not None]
    return found[:MOST_TERMS]


def _term(piece: str) -> Term | None:
    runs = RUN.findall(piece)
    if not runs:
        return None
    joined = "".join(runs)
    phrases = [_phrase(runs)]
    if DIGITS.fullmatch(piece):
        if len(joined) >= SHORTEST_END:
            phrases += [(PHONE + joined,), (PART + joined,)]
        return Term(tuple(phrases))
    if NUMBER.fullmatch(piece):
        return Term((*phrases, (PART + joined,)))
    last = runs[-1]
    return Term(tuple(phrases), open_end=len(last) == 1 or bool(LATIN.fullmatch(last)))


def _phrase(runs: list[str]) -> tuple[str, ...]:
    """As in the text; but what comes last may go on there, so its last character is not alone."""
    words = [word for run in runs for word in _of_run(run)]
    last = runs[-1]
    return tuple(words if last.isascii() or len(last) == 1 else words[:-1])
