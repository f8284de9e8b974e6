"""What a case can be found by, as words: Chinese in pairs of characters, numbers and Latin whole.

Pairs need no dictionary, so that no two-character word is missed, whatever the street is called.
Their order is kept: a longer word is its pairs one after the other.

What is masked on pages is found in parts only by whoever sees it in full; by everybody else only
when he names the whole of it, so that nobody reads it out digit by digit. In the index it stands as
keyed hashes, as do long numbers anywhere: who carries the index away learns nobody's telephone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from chengnuo.customers.addresses import street_of_address
from chengnuo.customers.telephones import key_of, lone, name_key, telephones_in
from chengnuo.vault.fields import ring

RUN = re.compile(r"[0-9]+|[a-z]+|[^\W\d_a-z]+")
DIGITS = re.compile(r"\+?[\d\s-]+")
NUMBER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
LATIN = re.compile(r"[a-z]+")
# Marks of what is no word that everybody may ask for: a part of a case number; what is seen in full
# only; a telephone, a name or an address as a whole.
# The beginning of a word of a name, and a number long enough to be a telephone.
PART, FULL, WHOLE, BEGIN, LONG = "@", "##", "@@", "###", "#"
MARKS = frozenset({PART, LONG})
HASH_CHARACTERS = 16
SHORTEST_END, SHORTEST_PART, SHORTEST_WHOLE = 4, 5, 7
SEPARATORS = re.compile(r"[\s/_.-]+")
MOST_TERMS = 8


class Knows(IntEnum):
    """By what somebody finds a case: by what he sees there, by a masked value that he knows whole
    already, by every part of what is masked to others."""

    SHOWN = 0
    WHOLE = 1
    FULL = 2


def words_of(
    *,
    number: str,
    narrative: str,
    name: str = "",
    phone: str = "",
    address: str = "",
    reference: str = "",
    confidential: bool = False,
) -> str:
    """The words of a case, between blanks. Of a confidential one, nothing that tells who asked.

    `reference`: the number it has with whoever sent it (来文号).
    """
    found = [*_of_number(number), *_of_text(narrative), *_of_text(reference)]
    found += _of_number(reference) if reference else ()
    if not confidential:
        found += _of_text(street_of_address(address))
        joined = name_key(name)
        told = (address, name) if joined == plain(name) else (address, name, joined)
        found += [_shut(FULL, word) for text in told for word in _of_text(text)]
        found += [_shut(BEGIN, word) for word in _beginnings(name)]
        found += _of_phone(phone)
        found += [_shut(WHOLE, whole) for text in (address, name) if (whole := _whole(text))]
    return f" {' '.join(found)} "


def plain(text: str) -> str:
    """As it is compared: full width, capitals and invisible signs make no difference."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


def _of_text(text: str) -> Iterator[str]:
    for run in RUN.findall(plain(text)):
        yield from _of_run(run)


def _of_run(run: str) -> Iterator[str]:
    """A number or a Latin word is one; of Chinese every pair, and the last character alone."""
    if run.isascii():
        yield _shut(LONG, run) if run.isdigit() and len(run) >= SHORTEST_WHOLE else run
        return
    yield from (first + second for first, second in pairwise(run))
    yield run[-1]


def _of_phone(phone: str) -> Iterator[str]:
    """Each number as a whole, every end of it that is long enough to be asked for, and from digit
    to digit so much as makes any longer part of it findable."""
    for one in telephones_in(phone):
        digits = one.number.lstrip("+")
        for length in range(SHORTEST_END, len(digits) + 1):
            yield _shut(FULL, digits[-length:])
        yield _shut(WHOLE, digits)
        yield from _parts(digits)


def _parts(digits: str) -> tuple[str, ...]:
    """A part of a telephone, as overlapping pieces one after the other; none where it is short."""
    starts = range(len(digits) - SHORTEST_PART + 1)
    return tuple(_shut(FULL, f"~{digits[at : at + SHORTEST_PART]}") for at in starts)


def _shut(mark: str, word: str) -> str:
    """A word that the index knows only as a keyed hash."""
    return mark + ring().hashed(word)[1 : 1 + HASH_CHARACTERS]


def _beginnings(name: str) -> Iterator[str]:
    """What somebody may have typed of a name so far: one character, or a part of a Latin word."""
    for run in RUN.findall(plain(name)):
        yield from (run[:end] for end in range(1, len(run) + 1)) if run.isascii() else run


def _whole(text: str) -> str:
    """A name or an address in one piece, however it is spaced."""
    return "".join(RUN.findall(plain(text)))


def _of_number(number: str) -> Iterator[str]:
    """The number of the case, and each of its ends: people read out only the last part."""
    parts = [part for part in SEPARATORS.split(plain(number)) if part]
    for index in range(len(parts)):
        yield PART + "".join(parts[index:])


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another. `open_end`: the last may go on, as one character does, or a
    Latin word half typed."""

    words: tuple[str, ...]
    open_end: bool = False

    @property
    def text(self) -> str:
        """As it stands among the words of a case."""
        return f" {' '.join(self.words)}{'' if self.open_end else ' '}"


@dataclass(frozen=True, slots=True)
class SearchTerm:
    """One thing that is asked for: any of these phrases. `number`: one that the index only hashes,
    as it stands in a text."""

    phrases: tuple[Phrase, ...]
    number: str = ""

    @property
    def is_rare(self) -> bool:
        """Whether it may be a telephone or the number of a case."""
        return any(p.words[0][0] == PART and p.words[0][1] != PART for p in self.phrases)


def terms_of(asked: str, *, knows: Knows) -> list[SearchTerm]:
    """What somebody typed: all of it must fit. A number is a telephone's end, or a case's, or one
    in the text; without a letter or a digit nothing is asked."""
    text = plain(asked).strip()
    if telephone := _telephone(text, knows):
        return [telephone]
    pieces = [piece for piece in text.split() if RUN.search(piece)][:MOST_TERMS]
    # A name or an address may have blanks inside.
    spaced = (_whole(text),) if len(pieces) > 1 else ()
    return [_telephone(piece, knows) or _term(piece, spaced, knows) for piece in pieces]


def _telephone(text: str, knows: Knows) -> SearchTerm | None:
    """A whole telephone number and nothing else, as it is read out or copied from somewhere."""
    digits, one = re.sub(r"\D", "", text), lone(text)
    if (one is None and re.search(r"[^\W\d]", text)) or len(digits) < SHORTEST_WHOLE:
        return None
    if len(telephones_in(text)) != 1 or not (key := key_of(text).lstrip("+")):
        return None
    dialled = digits.removesuffix(one.extension) if one else digits
    words = [*_of_run(digits), *_of_run(dialled), PART + digits]
    words += [_shut(WHOLE, key)] if knows >= Knows.WHOLE else []
    words += [_shut(FULL, key), _shut(FULL, digits)] if knows >= Knows.FULL else []
    phrases = [Phrase((word,)) for word in dict.fromkeys(words)]
    phrases += [Phrase(_parts(digits))] if knows >= Knows.FULL else []
    return SearchTerm(tuple(phrases), number=dialled)


def fits(words: str, terms: Sequence[SearchTerm]) -> bool:
    """Whether the words of a case hold all that is asked."""
    return all(any(phrase.text in words for phrase in term.phrases) for term in terms)


def _term(piece: str, spaced: Sequence[str], knows: Knows) -> SearchTerm:
    runs = RUN.findall(piece)
    joined, last = "".join(runs), runs[-1]
    is_digits = bool(DIGITS.fullmatch(piece))
    is_number = is_digits or bool(NUMBER.fullmatch(piece))
    open_end = not is_number and (len(last) == 1 or bool(LATIN.fullmatch(last)))
    phrases = [Phrase(_phrase(runs), open_end)]
    if is_number and (not is_digits or len(joined) >= SHORTEST_END):
        phrases.append(Phrase((PART + joined,)))
    if knows >= Knows.WHOLE:
        phrases += [Phrase((_shut(WHOLE, whole),)) for whole in (_whole(piece), *spaced)]
    if knows >= Knows.FULL:
        # A name is one with and without the dot between its parts.
        dotted = len(runs) > 1 and not any(run.isascii() for run in runs)
        for form in [runs, [joined]] if dotted else [runs]:
            phrases.append(Phrase(tuple(_shut(FULL, word) for word in _phrase(form))))
        if open_end and len(runs) == 1:
            phrases.append(Phrase((_shut(BEGIN, last),)))
        if is_digits and len(joined) >= SHORTEST_END:
            phrases.append(Phrase((_shut(FULL, joined),)))
        if is_digits and len(joined) >= SHORTEST_PART:
            phrases.append(Phrase(_parts(joined)))
    return SearchTerm(tuple(phrases), number=joined if is_digits else "")


def _phrase(runs: list[str]) -> tuple[str, ...]:
    """As in the text; but what comes last may go on there, so its last character is not alone."""
    words = [word for run in runs for word in _of_run(run)]
    last = runs[-1]
    return tuple(words if last.isascii() or len(last) == 1 else words[:-1])
