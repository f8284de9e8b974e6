"""The place of a text where what was asked for stands, with the words marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chengnuo.cases.finding.words import MARKS, SearchTerm, plain

LENGTH = 60
BEFORE = 12


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of the text, marked where it was asked for."""

    text: str
    marked: bool = False


def excerpt(text: str, terms: Sequence[SearchTerm]) -> list[Excerpt]:
    """Some sixty characters, from a little before the first word that fits."""
    looked_in = plain(text)
    if len(looked_in) != len(text):
        return [Excerpt(_cut(text, 0))]  # letters that grow when they are folded: nothing is marked
    spans = sorted({m.span() for term in terms for m in _pattern(term).finditer(looked_in)})
    start = max(spans[0][0] - BEFORE, 0) if spans and spans[0][1] > LENGTH else 0
    end = start + LENGTH
    pieces, at = [Excerpt("…")] if start else [], start
    for begins, ends in spans:
        if begins < at or ends > end:
            continue
        pieces += [Excerpt(text[at:begins]), Excerpt(text[begins:ends], marked=True)]
        at = ends
    tail = text[at:end] + ("…" if end < len(text) else "")
    return [p for p in [*pieces, Excerpt(tail)] if p.text]


def _cut(text: str, start: int) -> str:
    return text[start : start + LENGTH] + ("…" if len(text) > start + LENGTH else "")


def _pattern(term: SearchTerm) -> re.Pattern[str]:
    """The words of a phrase as they stand in a text: pairs overlap, other runs follow."""
    found = [_joined(p.words) for p in term.phrases if p.words[0][0] not in MARKS]
    found += [re.escape(term.number)] if term.number else []
    return re.compile("|".join(found) or r"(?!)")


def _joined(phrase: Sequence[str]) -> str:
    """路面 面冒 冒水 is 路面冒水; a lone character repeats the end of its run."""
    parts, last = [re.escape(phrase[0])], phrase[0]
    for word in phrase[1:]:
        overlaps = not word.isascii() and not last.isascii() and word[0] == last[-1]
        if overlaps:
            parts.append(re.escape(word[1:]))
        else:
            parts.append(r"[\W_]*" + re.escape(word))
        last = word
    return "".join(parts)
