"""Rates of callbacks in words: what each number counts, its base, a picture of the same numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengnuo.callbacks.models import BadAnswer, Rating
from chengnuo.callbacks.rates import MEASURES, Rates, RateSpan, rates
from chengnuo.cases.models import Case
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.promises import shown
from chengnuo.doors.web.kit.reading import month_in
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import Regulation
from chengnuo.people.queries import units_by_id
from chengnuo.reports.exports import Cell
from chengnuo.reports.sheets import Head
from chengnuo.rules.moments import month_key


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the company's calendar, `[begin, end)`."""

    first: date
    begin: datetime
    end: datetime

    @property
    def label(self) -> str:
        return month_key(self.first)


def month_of(ctx: RequestContext) -> Month:
    """The month in the address; this one where there is none, or none that was."""
    today = ctx.now.astimezone(ctx.zone).date()
    asked = month_in(ctx.request.GET.get("month"))
    first = asked if asked is not None and asked <= today else today.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)

    def at(day: date) -> datetime:
        return datetime.combine(day, time(), tzinfo=ctx.zone)

    return Month(first, at(first), at(after))


@dataclass(frozen=True, slots=True)
class RateLine:
    """One line: the company, or a unit that handled what was asked about."""

    rates: Rates
    title: Any
    sentence: str

    @property
    def unit(self) -> str:
        return str(self.rates.unit or "")

    @property
    def numbers(self) -> list[tuple[str, int]]:
        return [(name, getattr(self.rates, name)) for name in MEASURES]


def share(value: float | None) -> str:
    """A rate without a base is no number."""
    return "—" if value is None else f"{value * 100:.0f}%"


def sentence(found: Rates) -> str:
    """The satisfaction with what it rests on."""
    base = _("%(due)s due, %(reached)s reached") % {"due": found.due, "reached": found.reached}
    if found.satisfaction is None:
        return _("nobody rated; %(base)s") % {"base": base}
    told = ngettext(
        "%(share)s satisfied (%(n)s rated)", "%(share)s satisfied (%(n)s rated)", found.rated
    )
    rated = told % {"share": share(found.satisfaction), "n": found.rated}
    return _("%(rated)s; %(base)s") % {"rated": rated, "base": base}


def measures() -> dict[str, tuple[str, str]]:
    """What each number is called, and what it counts."""
    return {
        "due": (
            _("Due"),
            _(
                "Follow-ups due in the month up to now (24:00 on the last day included) that "
                "were made or missed; those without a time limit count in the month they "
                "began; cancelled ones do not count."
            ),
        ),
        "timed": (
            _("With a time limit"),
            _("Of those due: follow-ups with a time limit, which can be on time."),
        ),
        "in_time": (
            _("On time"),
            _("Of those with a time limit: made on time, not breached before."),
        ),
        "reached": (
            _("Reached"),
            _("Of those due: the customer was reached, or the follow-up was completed."),
        ),
        "rated": (
            _("Rated"),
            _("Ratings given in the month by follow-up, link, text message or web."),
        ),
        "satisfied": (_("Satisfied"), _("Of the rated: those who were satisfied.")),
        "false_completions": (
            _("Falsely reported complete"),
            _("Reported as done, but in the month the customer said it was not."),
        ),
    }


def span_of(ctx: RequestContext, regulation: Regulation, month: Month) -> RateSpan:
    return RateSpan(
        company=ctx.company, regulation=regulation, begin=month.begin, end=month.end, now=ctx.now
    )


def lines_of(
    ctx: RequestContext, regulation: Regulation, month: Month, whole: bool
) -> list[RateLine]:
    """The company and its units; somebody who does not see the company sees his own units."""
    found = rates(span=span_of(ctx, regulation, month))
    names = units_by_id(r.unit for r in found if r.unit is not None)
    wanted = ctx.request.GET.get("unit", "")
    lines = []
    for one in found:
        if not whole and one.unit not in ctx.units:
            continue
        if (wanted and str(one.unit) != wanted) or not any(getattr(one, m) for m in MEASURES):
            continue
        title = ctx.company if one.unit is None else names.get(one.unit, "—")
        if one.unit == ctx.company.pk:
            title = _("The company itself")
        lines.append(RateLine(one, title, sentence(one)))
    return lines


def picture(lines: Iterable[RateLine]) -> dict[str, Any]:
    """The same rates for the script that draws them, in per cent; none where there is no base."""
    rows = list(lines)

    def per_cent(value: float | None) -> float | None:
        return None if value is None else round(value * 100, 1)

    return {
        "names": [say(line.title) for line in rows],
        "series": [
            [_("On time"), [per_cent(line.rates.timeliness) for line in rows]],
            [_("Reached"), [per_cent(line.rates.reach) for line in rows]],
            [_("Satisfied"), [per_cent(line.rates.satisfaction) for line in rows]],
        ],
    }


def heads() -> list[Head]:
    return [
        Head(_("Unit"), 24),
        *(Head(title, 10) for title, _counts in measures().values()),
        Head(_("On time (of those with a time limit)"), 18),
        Head(_("Reached (of those due)"), 14),
        Head(_("Satisfied (of those rated)"), 16),
    ]


def cells(line: RateLine) -> list[Cell]:
    found = line.rates
    rates_ = (found.timeliness, found.reach, found.satisfaction)
    return [say(line.title), *(n for _m, n in line.numbers), *(share(r) for r in rates_)]


# -- the rows behind a number ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RateRow:
    """One row that a number counts."""

    case: Case | None
    at: datetime | None
    what: str
    stands: str
    words: str
    false_completion: bool = False


def behind(ctx: RequestContext, row: Any) -> RateRow:
    """A callback, a rating or a bad answer as one row."""
    if isinstance(row, Obligation):
        regulation = ctx.regulation_behind(row.docket.release_id)
        promise = shown(row, regulation, ctx.now)
        case: Case | None = getattr(row.docket, "case", None)
        return RateRow(case, row.due_at or row.start_at, say(promise.title), promise.word, "")
    rating: Rating = row.rating if isinstance(row, BadAnswer) else row
    said = _("Satisfied") if rating.satisfied else _("Dissatisfied")
    done = _("Solved") if rating.solved else _("Not solved")
    false = isinstance(row, BadAnswer)
    return RateRow(rating.case, rating.at, f"{rating.score}/5 · {said}", done, rating.words, false)
