"""What stands of accountability on the pages of others, and what of a case is opened here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from chengnuo.cases.models import Case
from chengnuo.conduct import queries
from chengnuo.conduct.access import may_open, standing_in
from chengnuo.conduct.answers import bad_answers, ground_told, proceeding_on
from chengnuo.conduct.models import Proceeding
from chengnuo.conduct.proceeding import deciding_forms
from chengnuo.doors.web.kit.casepage import CasePage
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.obligations.models import Breach, Obligation
from chengnuo.obligations.queries import breaches_on


@dataclass(frozen=True, slots=True)
class BreachLine:
    """One breach of a case, and the proceeding on it where there is one that may be seen."""

    row: Breach
    shown: PromiseView
    number: str
    answered_for: bool

    @property
    def starts(self) -> str:
        return reverse("conduct-start", args=[self.row.pk])


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One bad answer of a customer, and the proceeding on it where there is one that may be
    seen."""

    rating: int
    number: str
    answered_for: bool

    @property
    def starts(self) -> str:
        return reverse("conduct-start-answer", args=[self.rating])


@dataclass(frozen=True, slots=True)
class CaseBreaches:
    """The breaches of a case, and whether the viewer may start a proceeding on them."""

    breaches: list[BreachLine]
    may_open: bool


def breaches_of(ctx: RequestContext, page: CasePage) -> CaseBreaches | None:
    """Those of a case; None where it has none."""
    promises = [*page.running, *page.finished]
    broken = [p for p in promises if p.row.broken_at is not None or p.row.annulled_at is not None]
    lines = _breaches(ctx, page.case, broken) if broken else []
    if not lines:
        return None
    company, regulation = page.case.organisation, page.file.regulation
    opens = may_open(company=company, regulation=regulation, posts=ctx.posts)
    return CaseBreaches(lines, opens)


def _breaches(ctx: RequestContext, case: Case, broken: Sequence[PromiseView]) -> list[BreachLine]:
    by_row = {p.row.pk: p for p in broken}
    rows = queries.breaches_of(dockets=[case.docket_id])
    known = queries.by_breach(breaches=rows)
    return [
        _breach(ctx, b, by_row[b.obligation_id], known.get(b.pk))
        for b in rows
        if b.obligation_id in by_row
    ]


def _breach(
    ctx: RequestContext, row: Breach, promise: PromiseView, known: Proceeding | None
) -> BreachLine:
    return BreachLine(row, promise, _number(ctx, known), answered_for=known is not None)


def _number(ctx: RequestContext, known: Proceeding | None) -> str:
    """The number of a proceeding, for those who may see it."""
    if known is None:
        return ""
    standing = standing_in(proceeding=known, staff=ctx.staff, posts=ctx.posts)
    return known.case.number if standing.sees else ""


def answerable(ctx: RequestContext, rows: Iterable[Obligation]) -> dict[str, BreachLine]:
    """The breaches of promises by the promise, for a list; nothing for those who start none."""
    regulation = ctx.regulation
    if regulation is None or not may_open(
        company=ctx.company, regulation=regulation, posts=ctx.posts
    ):
        return {}
    by_id = {row.pk: row for row in rows}
    found = breaches_on(obligations=list(by_id))
    known = queries.by_breach(breaches=found)
    lines = {}
    for breach in found:
        row = by_id[breach.obligation_id]
        promise = shown(row, ctx.regulation_behind(row.docket.release_id), ctx.now)
        lines[promise.id] = _breach(ctx, breach, promise, known.get(breach.pk))
    return lines


def answers_for(ctx: RequestContext, cases: Iterable[Case]) -> dict[int, AnswerLine]:
    """The bad answers of cases that are a ground, by the rating; nothing for those who start
    none."""
    regulation = ctx.regulation
    if regulation is None or not may_open(
        company=ctx.company, regulation=regulation, posts=ctx.posts
    ):
        return {}
    told = bad_answers(dockets=[case.docket_id for case in cases])
    known = {rating: proceeding_on(entry=entry) for rating, entry in told.items()}
    return {
        rating: AnswerLine(rating, _number(ctx, row), answered_for=row is not None)
        for rating, row in known.items()
        if ground_told(told[rating].data) is not None
    }


# -- what is opened here ---------------------------------------------------------------------------


def decided_here(ctx: RequestContext, case: Case, form: str) -> str:
    """The decision of a proceeding is made where it is signed, by those who decide it."""
    row: Proceeding | None = getattr(case, "proceeding", None)
    if row is None or form not in deciding_forms(row):
        return ""
    decides = standing_in(proceeding=row, staff=ctx.staff, posts=ctx.posts).decides
    return f"{reverse('proceeding', args=[case.number])}#sign" if decides else ""


def proceeding_of(ctx: RequestContext, case: Case) -> str:
    """Of a case that runs a proceeding those concerned see the proceeding and no more."""
    row = queries.numbered(companies=ctx.companies, number=case.number)
    if row is None or not standing_in(proceeding=row, staff=ctx.staff, posts=ctx.posts).sees:
        return ""
    return reverse("proceeding", args=[case.number])
