"""The facts of callbacks that indicators are made of: the measures of the rates, row by row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from chengnuo.callbacks.models import Rating
from chengnuo.callbacks.rates import RateSpan, rows_behind
from chengnuo.obligations.facts import IndicatorFact, MonthScope, RowsAre
from chengnuo.obligations.regulation import Regulation
from chengnuo.rules.words import Text

_CALLBACKS, _RATINGS = Text("次回访", "follow-ups"), Text("次评价", "ratings")
_ANSWERS = Text("次不满意答复", "dissatisfied answers")
# By which column the units of a scope narrow the rows.
_UNIT = {
    RowsAre.CALLBACKS: "docket__handling_unit",
    RowsAre.RATINGS: "case__docket__handling_unit",
    RowsAre.BAD_ANSWERS: "before",
}


def _rows(
    measure: str, rows_are: RowsAre
) -> Callable[[MonthScope, Regulation | None], QuerySet[Any]]:
    def found(scope: MonthScope, regulation: Regulation | None) -> QuerySet[Any]:
        if regulation is None:
            return Rating.objects.none()
        span = RateSpan(
            company=scope.company, regulation=regulation,
            begin=scope.begins, end=scope.ends, now=scope.now,
        )  # fmt: skip
        rows = rows_behind(measure=measure, unit=None, span=span)
        return (
            rows if scope.units is None else rows.filter(**{f"{_UNIT[rows_are]}__in": scope.units})
        )

    return found


def _callbacks(measure: str, title: Text, row: Text) -> IndicatorFact:
    return _fact(measure, title, _CALLBACKS, row, RowsAre.CALLBACKS)


def _fact(measure: str, title: Text, unit: Text, row: Text, rows_are: RowsAre) -> IndicatorFact:
    return IndicatorFact(
        name=f"callbacks.{measure}", title=title, unit=unit, row=row, rows_are=rows_are,
        rows=_rows(measure, rows_are),
    )  # fmt: skip


FACTS = (
    _callbacks(
        "due",
        Text("到期回访", "Follow-ups due"),
        Text("本期内到期的一次回访", "A follow-up that fell due in the span"),
    ),
    _callbacks(
        "timed",
        Text("有时限的回访", "Follow-ups with a time limit"),
        Text("其中有时限的一次", "One of them with a time limit"),
    ),
    _callbacks(
        "in_time",
        Text("及时回访", "Followed up on time"),
        Text("其中在时限内完成的一次", "One of them that was made in time"),
    ),
    _callbacks(
        "reached",
        Text("联系上的回访", "Customers reached"),
        Text("到期回访中联系上客户的一次", "A follow-up due in which the customer was reached"),
    ),
    _fact(
        "rated",
        Text("客户评价", "Ratings"),
        _RATINGS,
        Text("本期内客户给出的一次评价", "A rating that a customer gave in the span"),
        RowsAre.RATINGS,
    ),
    _fact(
        "satisfied",
        Text("满意评价", "Satisfied ratings"),
        _RATINGS,
        Text("其中满意的一次", "One of them that was satisfied"),
        RowsAre.RATINGS,
    ),
    _fact(
        "false_completions",
        Text("虚假办结", "Falsely reported complete"),
        _ANSWERS,
        Text(
            "本期内客户指明未办结却报办结的一次答复",
            "An answer in the span that says that what was reported complete is not done",
        ),
        RowsAre.BAD_ANSWERS,
    ),
)
