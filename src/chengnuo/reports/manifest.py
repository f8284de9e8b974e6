"""What reports declare to the house: the facts of the overview and of the pauses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from chengnuo.cases.finding.queues import MARKS
from chengnuo.cases.models import Case
from chengnuo.obligations.facts import IndicatorFact, MonthScope, RowsAre
from chengnuo.obligations.regulation import Regulation
from chengnuo.reports import overview, pauses
from chengnuo.rules.words import Text

Rows = Callable[[MonthScope, Regulation | None], QuerySet[Any]]
_PROMISES, _CASES = Text("项承诺", "promises"), Text("件工单", "cases")


def _fell_due(of: str) -> Rows:
    return lambda scope, regulation: overview.promises(scope=scope, of=of)


def _marked(mark: str) -> Rows:
    return lambda scope, regulation: overview.marked(scope=scope, mark=MARKS[mark])


def _taken(scope: MonthScope, regulation: Regulation | None) -> QuerySet[Case]:
    return overview.taken_in(scope=scope, pack=regulation.pack if regulation else None)


def _overdue(scope: MonthScope, regulation: Regulation | None) -> QuerySet[Any]:
    return overview.overdue(scope=scope)


def _returning(scope: MonthScope, regulation: Regulation | None) -> QuerySet[Case]:
    return overview.returning(scope=scope)


def _with_a_moment(scope: MonthScope, regulation: Regulation | None) -> QuerySet[Any]:
    rows = pauses.base(company=scope.company, shown=scope.owed, begin=scope.begins, end=scope.ends)
    return rows if scope.units is None else rows.filter(unit__in=scope.units)


def _promises(
    name: str, title: Text, row: Text, rows: Rows, *, lasting: bool = False
) -> IndicatorFact:
    return IndicatorFact(
        name=name, title=title, unit=_PROMISES, row=row, rows_are=RowsAre.PROMISES, rows=rows,
        lasting=lasting,
    )  # fmt: skip


def _cases(name: str, title: Text, row: Text, rows: Rows, *, lasting: bool = True) -> IndicatorFact:
    return IndicatorFact(
        name=name, title=title, unit=_CASES, row=row, rows_are=RowsAre.CASES, rows=rows,
        lasting=lasting,
    )  # fmt: skip


FACTS = (
    _promises(
        "promises.due",
        Text("到期承诺", "Promises due"),
        Text(
            "到期时间在本期内、已知是否兑现的一项承诺",
            "A promise whose due time lies in the span, known to be kept or broken",
        ),
        _fell_due("due"),
    ),
    _promises(
        "promises.kept",
        Text("按时兑现", "Kept on time"),
        Text("其中按时兑现的一项", "One of them that was kept in time"),
        _fell_due("kept"),
    ),
    _promises(
        "promises.broken",
        Text("违诺", "Breached"),
        Text("其中违诺的一项，事后兑现的也算", "One of them that was breached, also if kept later"),
        _fell_due("broken"),
    ),
    _promises(
        "promises.overdue",
        Text("逾期未完成", "Overdue promises"),
        Text("此刻已违诺、仍未办结的一项承诺", "A promise that is broken and not done now"),
        _overdue,
        lasting=True,
    ),
    _promises(
        "promises.timed",
        Text("有时限的承诺", "Promises with a time limit"),
        Text(
            "到期时间在本期内的一项承诺，无论结果如何",
            "A promise whose due time lies in the span, whatever became of it",
        ),
        _with_a_moment,
    ),
    _cases(
        "cases.taken",
        Text("受理工单", "Cases received"),
        Text("本期内受理的一件工单", "A case that was received in the span"),
        _taken,
        lasting=False,
    ),
    _cases(
        "cases.supervised",
        Text("督办", "Under oversight"),
        Text("此刻在办并被督办的一件工单", "A case that is open and under oversight now"),
        _marked("supervised"),
    ),
    _cases(
        "cases.urged",
        Text("已催办", "Chased"),
        Text("此刻在办并被催办过的一件工单", "A case that is open and was chased"),
        _marked("urged"),
    ),
    _cases(
        "cases.emergency",
        Text("紧急", "Emergency"),
        Text("此刻在办的一件紧急工单", "An emergency case that is open now"),
        _marked("emergency"),
    ),
    _cases(
        "cases.returns",
        Text("退单待审", "Returns awaiting review"),
        Text("此刻有退单申请待审核的一件工单", "An open case whose return awaits a review"),
        _returning,
    ),
)
