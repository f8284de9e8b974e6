"""Which service the words of a narrative speak of, by the titles and words of the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from chengnuo.packs.schema import Pack, ServiceShape

LONG = 3
STOPS = r"\s，。；、！？,.;!?"
HOW_ONE_WRITES = (
    "建议 意见 感谢 谢谢 表扬 投诉 举报 咨询 请问 反映 其他 不清楚 没人管 不满意 拖延 "
    "怎么办理 多少钱 收费 转人工 转办 督办 来信 热线 12345 上门 到现场 来看看 "
    "complaint complain suggestion suggest praise thanks thank enquiry question ask other report"
)
MANNER = frozenset(HOW_ONE_WRITES.split())
"""Words that say how somebody writes (he complains, thanks, asks), not what about: a letter about
a burst pipe complains, thanks and suggests as well. They speak for a service only where nothing
else does."""


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
    def of_the_subject(self) -> bool:
        return self.word not in MANNER

    @property
    def weight(self) -> int:
        """Its length in columns: a Chinese character says about as much as two letters."""
        return sum(1 if c.isascii() else 2 for c in self.word)

    def inside(self, other: Heard) -> bool:
        own, whole = self.end - self.start, other.end - other.start
        return own < whole and other.start <= self.start and self.end <= other.end


def by_words(pack: Pack, narrative: str) -> list[Suggestion]:
    """Services whose title or words are in the narrative, best first.

    Words of the subject come before those of the manner (建议, 感谢, 投诉). The longest match
    wins, and a word inside a longer one does not count for itself (停气 in 计划停气). Words of an
    emergency always count, and stand first. Nothing is decided here: a negation (没有漏气) still
    counts as a word of alarm, for a person to judge.
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
                yield Heard(match.start(), match.end(), service, match[0], entry.emergency)


@lru_cache(maxsize=4096)
def _pattern(word: str) -> re.Pattern[str]:
    """Letters match as whole words only: `card` is not heard in `discard`.

    A Chinese word of three signs or more is heard with a sign or two between (水压太低 for 水压低).
    """
    if len(word) >= LONG and not any(c.isascii() for c in word):
        between = f"[^{STOPS}]{{0,2}}?"
        return re.compile(between.join(map(re.escape, word)))
    before = r"(?<![a-z0-9])" if word[0].isascii() else ""
    after = r"(?![a-z0-9])" if word[-1].isascii() else ""
    return re.compile(f"{before}{re.escape(word)}{after}")


def _rank(found: list[Heard]) -> tuple[bool, int, int, int]:
    """Alarm, then the longest word of the subject, all words of the subject, all words."""
    subject = {h.word: h.weight for h in found if h.of_the_subject}
    every = {h.word: h.weight for h in found}
    return (
        any(h.alarm for h in found),
        max(subject.values(), default=0),
        sum(subject.values()),
        sum(every.values()),
    )


def _why(found: list[Heard]) -> tuple[str, ...]:
    weights = {h.word: h.weight for h in sorted(found, key=lambda h: h.start)}
    return tuple(sorted(weights, key=lambda word: (word in MANNER, -weights[word])))
