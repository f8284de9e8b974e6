"""The statistics of the archive in words, as charts, and as rows of a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from chengnuo.cases.access import visible
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.customerpage import class_word
from chengnuo.doors.web.kit.words import say
from chengnuo.packs.channels import channel_title
from chengnuo.reports.archive import UNKNOWN, ArchiveScope, Statistic
from chengnuo.reports.exports import Cell


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number, and the question behind it as part of an address."""

    value: str
    opens: str


@dataclass(frozen=True, slots=True)
class StatisticLine:
    """A row."""

    word: str
    numbers: list[ShownNumber]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A statistic ready for a template; `chart` is what the browser draws, if anything."""

    table: Statistic
    columns: list[str]
    lines: list[StatisticLine]
    chart: dict[str, Any] | None


def scope_of(ctx: RequestContext) -> ArchiveScope:
    """The viewer's company, and the cases the viewer may see."""
    seen = visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)
    return ArchiveScope(company=ctx.company, shown=seen, zone=ctx.zone, now=ctx.now)


def shown_table(ctx: RequestContext, table: Statistic) -> ShownTable:
    columns = [word_of(ctx, table.columns_are or "count", c) for c in table.columns]
    lines = [
        StatisticLine(
            word_of(ctx, table.lines_are, line.key),
            [ShownNumber(f"{n.value:g}", urlencode(n.opens)) for n in line.numbers],
        )
        for line in table.lines
    ]
    return ShownTable(table, columns, lines, _chart(table, columns, lines))


def _chart(
    table: Statistic, columns: list[str], lines: list[StatisticLine]
) -> dict[str, Any] | None:
    """Bars of one class each; the months with their series beside or upon each other."""
    if table.id == "services" or not table.lines or not table.columns:
        return None
    index = len(columns) - 1 if table.id == "per-hundred" else None
    chosen = range(len(columns)) if index is None else [index]
    return {
        "stacked": table.id == "contacts",
        "lines": [line.word for line in lines],
        "series": [
            {"name": columns[i], "values": [line.numbers[i].value for line in table.lines]}
            for i in chosen
        ],
    }


def word_of(ctx: RequestContext, kind: str, key: str) -> str:
    """A key of a statistic as people say it."""
    if key == UNKNOWN:
        return _("not recorded")
    pack = ctx.regulation.pack if ctx.regulation else None
    if kind == "class":
        return class_word(key)
    if kind == "channel" and pack is not None:
        return say(channel_title(pack, key))
    if kind == "service" and pack is not None and key in pack.services:
        return say(pack.services[key].title)
    if kind == "area" and pack is not None and "area" in pack.facts:
        return say(pack.facts["area"].values.get(key, key))
    if kind == "level":
        return _("level %(level)s") % {"level": key} if key != "0" else _("not classified")
    return _count_word(key) if kind == "count" else key


def _count_word(key: str) -> str:
    return {
        "customers": _("Customers"),
        "accounts": _("Accounts"),
        "registered": _("Registered"),
        "opened": _("Accounts opened"),
        "closed": _("Accounts closed"),
        "cases": _("Cases"),
        "per_hundred": _("per 100 customers"),
    }.get(key, key)


def sheet_rows(tables: list[ShownTable]) -> Iterator[list[Cell]]:
    """Every number of every table, with what it means."""
    for shown in tables:
        for line, source in zip(shown.lines, shown.table.lines, strict=True):
            for column, number in zip(shown.columns, source.numbers, strict=True):
                yield [
                    say(shown.table.title),
                    line.word,
                    column,
                    number.value,
                    say(shown.table.definition),
                ]


def sheet_titles() -> list[str]:
    return [_("Measure"), _("Row"), _("Column"), _("Number"), _("Definition")]
