"""Does each band of a table stand for the case that the quoted clause gives that number?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from chengnuo.packs.quantities import Amount, WrittenAmount, meant_by, plain, said_in
from chengnuo.packs.references import parts_of
from chengnuo.packs.rule_shapes import AnyRuleShape, BeforeShape, WithinShape
from chengnuo.packs.schema import Pack
from chengnuo.packs.triggers import Compare, ConditionField, CountShape, RowShape, TableShape
from chengnuo.rules.conditions import START_DAY, START_HOLIDAY, START_WEEKDAY
from chengnuo.rules.words import Text

WEEKEND = ("sat", "sun")
BELOW = (
    r"以下|以内|不足|未满|及以下|\)?以下|小于|低于|不超过|不大于|少于|under|below|less than|up to"
)
ABOVE = r"以上|超过|大于|高于|及以上|不小于|不低于|over|above|more than"
AFTER = r"[a-zA-Z%㎜]*(?:个?(?:小时|工作日|自然日|日|天|毫米|米|立方米|千伏|万元|元))?"
PHRASES = re.compile(r"[,;，；。、]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where the quote names the case of a band."""

    row: int
    start: int
    end: int


def bands_unsaid(pack: Pack, rule: AnyRuleShape) -> Iterator[Text]:
    """Bands to which the quote gives another number of the table."""
    if not isinstance(rule, WithinShape | BeforeShape):
        return
    quote = plain("；".join(c.quote for c in rule.clause))
    for part in parts_of(rule.limit):
        if isinstance(part, TableShape):
            yield from _table(pack, part, quote)


def _table(pack: Pack, table: TableShape, quote: str) -> Iterator[Text]:
    counts = [_count(row) for row in table.table]
    wanted = [meant_by(c.amount, c.unit) if c else set() for c in counts]
    anchors = [a for i, row in enumerate(table.table) for a in _anchors(pack, i, row.when, quote)]
    said = [s for s in said_in(quote) if not any(_inside(s, a) for a in anchors)]
    numbers = set[Amount]().union(*wanted)
    said = [s for s in said if s.amount in numbers]
    if not anchors:
        yield from _in_order(wanted, said, quote)
        return
    for row, given in _given(anchors, said, quote).items():
        count = counts[row]
        if count is not None and not wanted[row] & {s.amount for s in given}:
            shown = f"{count.amount} {count.unit}"
            words = "、".join(quote[s.start : s.end] for s in given)
            yield Text(
                f"第 {row + 1} 档写的是 {shown}，而所引原文“{quote}”对它写的是 {words}",
                f"band {row + 1} says {shown}, but the cited words “{quote}” give it {words}",
            )


def _count(row: RowShape) -> CountShape | None:
    inner = row.inner()
    return inner if isinstance(inner, CountShape) else None


def _inside(said: WrittenAmount, anchor: Anchor) -> bool:
    return said.start < anchor.end and anchor.start < said.end


def _in_order(wanted: list[set[Amount]], said: list[WrittenAmount], quote: str) -> Iterator[Text]:
    """Where the words name no case of the table, the bands follow the order of the words."""
    first = [
        next((s.start for s in said if s.amount in amounts), None) if amounts else None
        for amounts in wanted
    ]
    places = [place for place in first if place is not None]
    if any(a > b for a, b in pairwise(places)):
        yield Text(
            f"各档的次序与所引原文“{quote}”不同：请按原文的次序写，以免数字错位",
            f"the bands are in another order than the cited words “{quote}”: write them in the "
            "order of the words, so that no number is mistaken for another",
        )


def _given(
    anchors: list[Anchor], said: list[WrittenAmount], quote: str
) -> Mapping[int, list[WrittenAmount]]:
    """The number that the words give to each band: the nearest to its name, in its own phrase."""
    found: dict[int, list[WrittenAmount]] = {}
    for anchor in anchors:
        others = [a for a in anchors if a.row != anchor.row]
        near = [s for s in said if not any(_between(anchor, o, s) for o in others)]
        if near:
            found.setdefault(anchor.row, []).append(
                min(near, key=lambda s: _distance(anchor, s, quote))
            )
    return found


def _distance(anchor: Anchor, said: WrittenAmount, quote: str) -> tuple[int, int]:
    """How many phrases lie between, and how many characters."""
    after = said.start >= anchor.end
    gap = quote[anchor.end : said.start] if after else quote[said.end : anchor.start]
    return len(PHRASES.findall(gap)), len(gap)


def _between(anchor: Anchor, other: Anchor, said: WrittenAmount) -> bool:
    low, high = sorted((anchor.start, said.start))
    return low < other.start < high


def _anchors(pack: Pack, row: int, when: ConditionField, quote: str) -> Iterator[Anchor]:
    for fact, value in when.items():
        for pattern in _patterns(pack, fact, value):
            for match in re.finditer(pattern, quote, re.IGNORECASE):
                yield Anchor(row, match.start(), match.end())


def _patterns(pack: Pack, fact: str, value: object) -> Iterator[str]:
    """How a text names what a condition says."""
    if isinstance(value, Compare):
        low = value.gt if value.gt is not None else value.gte
        high = value.lt if value.lt is not None else value.lte
        if isinstance(low, int | float):
            yield rf"(?:{ABOVE})(?:或?等于)?[a-zA-Z]*{low:g}(?!\d|\.\d){AFTER}"
            yield rf"(?<!\d){low:g}{AFTER}(?:\(含\))?(?:{ABOVE})"
        elif isinstance(high, int | float):
            yield rf"(?:{BELOW})(?:或?等于)?[a-zA-Z]*{high:g}(?!\d|\.\d){AFTER}"
            yield rf"(?<!\d){high:g}{AFTER}(?:\(含\))?(?:{BELOW})"
        return
    values = value if isinstance(value, tuple) else (value,)
    if fact == START_DAY:
        yield {"working": "(?<!个)工作日|平日", "rest": "节假日|休息日|周末"}.get(
            str(values[0]), r"(?!)"
        )
    elif fact == START_HOLIDAY and values == (True,):
        yield "法定节假日|节假日|holidays?"
    elif fact == START_WEEKDAY and set(values) == set(WEEKEND):
        yield "周末|双休日|weekends?"
    elif fact in pack.facts and pack.facts[fact].type == "choice":
        yield from _titles(pack, fact, values)


def _titles(pack: Pack, fact: str, values: tuple[object, ...]) -> Iterator[str]:
    """The titles of a choice, none of which is taken where a longer one of another stands."""
    known = pack.facts[fact].values
    for value in values:
        if value not in known:
            continue
        for title in (known[str(value)].zh, known[str(value)].en):
            longer = [
                other
                for name, text in known.items()
                if name not in values
                for other in (text.zh, text.en)
                if title in other and other != title
            ]
            shut = "".join(f"(?!{re.escape(o[o.index(title) :])})" for o in longer)
            yield f"{shut}{re.escape(plain(title))}"
