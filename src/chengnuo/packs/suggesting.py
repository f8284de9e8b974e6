"""Which service the words of a narrative speak of, by the titles and words of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from chengnuo.packs.schema import Pack, ServiceShape


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A service that may be meant, and why: the words that speak for it, weightiest first.

    `alarm` says that a word of an emergency was heard: it stands before everything else. `learnt`:
    the words are those of earlier cases, not of the catalogue.
    """

    service: str
    why: tuple[str, ...]
    alarm: bool = False
    learnt: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One word of the catalogue in a narrative: where, and of which service."""

    start: int
    end: int
    service: str
    word: str
    alarm: bool

    @property
    def weight(self) -> int:
        """Its length in columns: a Chinese character says about as much as two letters."""
        return sum(1 if c.isascii() else 2 for c in self.word)

    def inside(self, other: Heard) -> bool:
        own, whole = self.end - self.start, other.end - other.start
        return own < whole and other.start <= self.start and self.end <= other.end


def by_words(pack: Pack, narrative: str) -> list[Suggestion]:
    """Services whose title or words are in the narrative, best first.

    The longest match wins, and a word inside a longer one does not count for itself (停气 in
    计划停气). Words of an emergency always count, and stand first. Nothing is decided here: a
    negation (没有漏气) still counts as a word of alarm, for a person to judge.
    """
    text = normalized(narrative)
    heard = [h for s, e in pack.services.items() if e.process for h in _heard(text, s, e)]
    counted = [h for h in heard if h.alarm or not any(h.inside(other) for other in heard)]
    by_service: dict[str, list[Heard]] = {}
    for one in counted:
        by_service.setdefault(one.service, []).append(one)
    ranked = sorted(by_service.items(), key=lambda found: _rank(found[1]), reverse=True)
    return [Suggestion(s, _why(found), any(h.alarm for h in found)) for s, found in ranked]


def normalized(text: str) -> str:
    """Full-width letters and capitals are the same words."""
    return normalize("NFKC", text).casefold()


def branch_of(services: Mapping[str, ServiceShape], service: str) -> frozenset[str]:
    """The services of the branch of the catalogue on which a service hangs; itself among them."""
    top = _top(services, service)
    return frozenset(s for s in services if _top(services, s) == top)


def _top(services: Mapping[str, ServiceShape], service: str) -> str:
    while service in services and (parent := services[service].parent):
        service = parent
    return service


def _heard(text: str, service: str, entry: ServiceShape) -> Iterator[Heard]:
    for word in {entry.title.zh, entry.title.en, *entry.words}:
        wanted = normalized(word).strip()
        if wanted:
            for match in _pattern(wanted).finditer(text):
                yield Heard(match.start(), match.end(), service, wanted, entry.emergency)


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    """Letters match as whole words only: `card` is not heard in `discard`."""
    before = r"(?<![a-z0-9])" if word[0].isascii() else ""
    after = r"(?![a-z0-9])" if word[-1].isascii() else ""
    return re.compile(f"{before}{re.escape(word)}{after}")


def _rank(found: list[Heard]) -> tuple[bool, int, int]:
    weights = {h.word: h.weight for h in found}
    return any(h.alarm for h in found), max(weights.values()), sum(weights.values())


def _why(found: list[Heard]) -> tuple[str, ...]:
    weights = {h.word: h.weight for h in sorted(found, key=lambda h: h.start)}
    return tuple(sorted(weights, key=lambda word: -weights[word]))
