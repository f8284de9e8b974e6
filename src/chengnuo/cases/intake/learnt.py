"""What a company's closed cases taught about words and services: weights, and how they answer.

Plain Python: a narrative has a few hundred grams, which is less work than loading a library for it.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, sqrt

from chengnuo.packs.suggesting import normalized

RUNS = re.compile(r"[a-z]+|[^\W\d_a-z]+")
SHOWN_GRAMS = 4


@dataclass(frozen=True, slots=True)
class LearntService:
    """One service, how likely it is (0–1), and the stretches of the narrative that say so."""

    service: str
    share: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Learnt:
    """A logistic regression on grams: per gram its rarity and its weight for every service."""

    services: tuple[str, ...]
    intercepts: tuple[float, ...]
    rarity: Mapping[str, float]
    weights: Mapping[str, Sequence[float]]

    def answer(self, narrative: str) -> list[LearntService]:
        """Every service, likeliest first; none when no gram of the narrative is known."""
        counts = Counter(g for g in grams(narrative) if g in self.weights)
        if not counts:
            return []
        parts = {g: n * self.rarity[g] for g, n in counts.items()}
        length = sqrt(sum(v * v for v in parts.values()))
        sums = list(self.intercepts)
        for gram, value in parts.items():
            share = value / length
            for index, weight in enumerate(self.weights[gram]):
                sums[index] += share * weight
        top = max(sums)
        grown = [exp(s - top) for s in sums]
        order = sorted(range(len(sums)), key=lambda i: -sums[i])
        return [
            LearntService(self.services[i], grown[i] / sum(grown), self._why(narrative, parts, i))
            for i in order
        ]

    def _why(self, narrative: str, parts: Mapping[str, float], index: int) -> tuple[str, ...]:
        """The grams that speak most for this service rather than for the others."""
        said = {}
        for gram, value in parts.items():
            row = self.weights[gram]
            said[gram] = value * (row[index] - sum(row) / len(row))
        best = sorted((g for g in said if said[g] > 0), key=lambda g: -said[g])[:SHOWN_GRAMS]
        return _stretches(normalized(narrative), best)

    def packed(self) -> bytes:
        """As it is stored: a head of JSON, then the numbers."""
        names = list(self.weights)
        head = json.dumps(
            {"services": self.services, "intercepts": self.intercepts, "grams": names},
            ensure_ascii=False,
        ).encode()
        numbers = array("f", [self.rarity[g] for g in names])
        for gram in names:
            numbers.extend(self.weights[gram])
        if sys.byteorder == "big":
            numbers.byteswap()
        return zlib.compress(len(head).to_bytes(4, "little") + head + numbers.tobytes())


def unpacked(stored: bytes) -> Learnt:
    """The weights as `Learnt.packed` wrote them."""
    content = zlib.decompress(stored)
    end = 4 + int.from_bytes(content[:4], "little")
    head = json.loads(content[4:end])
    numbers = array("f")
    numbers.frombytes(content[end:])
    if sys.byteorder == "big":
        numbers.byteswap()
    names, wide = head["grams"], len(head["services"])
    rows = numbers[len(names) :]
    return Learnt(
        services=tuple(head["services"]),
        intercepts=tuple(head["intercepts"]),
        rarity=dict(zip(names, numbers, strict=False)),
        weights={g: rows[i * wide : (i + 1) * wide] for i, g in enumerate(names)},
    )


def grams(text: str) -> list[str]:
    """Single characters and pairs of neighbours; a word in letters is one gram; no digits."""
    found: list[str] = []
    for run in RUNS.findall(normalized(text)):
        if run[0].isascii():
            found.append(run)
        else:
            found += [*run, *(run[i : i + 2] for i in range(len(run) - 1))]
    return found


def _stretches(text: str, chosen: Sequence[str]) -> tuple[str, ...]:
    """Where the grams stand in the text; those that touch are told as one."""
    spans = sorted((text.index(g), text.index(g) + len(g)) for g in chosen if g in text)
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return tuple(text[begin:end] for begin, end in joined)
