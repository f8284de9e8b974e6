"""The performance pay sheet of a month, what stands behind its numbers, and its workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chengnuo.conduct import paysheets
from chengnuo.conduct.access import may_see_pay
from chengnuo.conduct.drill_down import deductions, promises
from chengnuo.conduct.models import Deduction, PaySheet
from chengnuo.conduct.paysheets import PayLine
from chengnuo.conduct.queries import pay_sheet
from chengnuo.disclosure.access_log import note_export
from chengnuo.doors.web.conduct.page import conduct
from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.download import workbook_file
from chengnuo.doors.web.kit.reading import month_in, number_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.rows import row_of
from chengnuo.doors.web.kit.words import say
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import staff_by_id, units_by_id
from chengnuo.reports.sheets import Head, workbook
from chengnuo.rules.moments import month_key
from chengnuo.rules.words import Text

PAGE = 50
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class PayLineView:
    """One line of the sheet with its names."""

    line: PayLine
    unit: Organisation
    person: Staff | None
    own: bool

    @property
    def ratio(self) -> str:
        ratio = self.line.ratio
        return "—" if ratio is None else f"{ratio / HUNDRED:.1f}%"


@dataclass(frozen=True, slots=True)
class PaySheetView:
    """The sheet of a month as far as it is open to the viewer."""

    month: date
    rows: list[PayLineView]
    signed: PaySheet | None
    over: bool
    whole: bool


def _sheet(ctx: RequestContext, month: date) -> PaySheetView | None:
    regulation = ctx.regulation
    if regulation is None or regulation.pack.accountability is None:
        return None
    signed = pay_sheet(company=ctx.company, month=month)
    if signed is not None:
        lines = paysheets.signed_lines(sheet=signed)
    else:
        lines = paysheets.lines(company=ctx.company, month=month, at=ctx.now)
    whole = may_see_pay(company=ctx.company, regulation=regulation, posts=ctx.posts)
    return PaySheetView(
        month=month,
        rows=_rows(ctx, lines, whole=whole),
        signed=signed,
        over=paysheets.bounds(month=month, regulation=regulation)[1] <= ctx.now,
        whole=whole,
    )


def _rows(ctx: RequestContext, lines: list[PayLine], *, whole: bool) -> list[PayLineView]:
    """Departments with their people; everybody sees his own line, a head those of his units."""
    headed = {p.organisation_id for p in ctx.posts if p.is_head}
    units = units_by_id({x.unit for x in lines})
    people = staff_by_id({x.person for x in lines if x.person})
    seen = [x for x in lines if whole or x.unit in headed or x.person == ctx.staff.pk]
    seen.sort(key=lambda x: (units[x.unit].path, x.person is not None, x.person or 0))
    return [
        PayLineView(x, units[x.unit], people.get(x.person or 0), own=x.person == ctx.staff.pk)
        for x in seen
    ]


def _month(ctx: RequestContext) -> date:
    """The month of the address; the one that runs where there is none."""
    today = ctx.now.astimezone(ctx.zone).date().replace(day=1)
    asked = month_in(ctx.request.GET.get("month", "") or ctx.request.POST.get("month", ""))
    return asked if asked is not None and asked <= today else today


@require_GET
@staffed
def pay(ctx: RequestContext) -> HttpResponse:
    """The sheet of a month: as it stands, or as it was signed."""
    return _page(ctx, _month(ctx))


def _page(ctx: RequestContext, month: date, status: int = 200, problem: str = "") -> HttpResponse:
    sheet = _sheet(ctx, month)
    if sheet is None:
        return ctx.page("conduct/pay", sheet=None, month=month_key(month), here="conduct")
    pack = ctx.regulation.pack if ctx.regulation else None
    given = pack.accountability if pack else None
    reading = pack.readings.get(given.reading, "") if pack and given else ""
    return ctx.page(
        "conduct/pay", status=status, sheet=sheet, month=month_key(month), problem=problem,
        given=given, reading=reading, last=month_key(ctx.now.astimezone(ctx.zone)),
        here="conduct",
    )  # fmt: skip


@require_POST
@staffed
def sign(ctx: RequestContext) -> HttpResponse:
    """Sign a month that is over; it is frozen. Twice is once."""
    month = _month(ctx)
    with Trying() as tried:
        paysheets.sign_sheet(company=ctx.company, month=month, by=ctx.staff, now=ctx.now)
    if tried.refused:
        return _page(ctx, month, tried.status, tried.problem)
    ctx.say(_("The pay sheet of %(month)s is signed.") % {"month": moments.month(month)})
    response = ctx.go("pay")
    response["Location"] += f"?month={month_key(month)}"
    return response


@require_GET
@staffed
def behind(ctx: RequestContext) -> HttpResponse:
    """Every promise and every deduction behind a line."""
    month, given = _month(ctx), ctx.request.GET
    unit, person = number_in(given.get("unit", "")), number_in(given.get("person", ""))
    sheet = _sheet(ctx, month)
    rows = sheet.rows if sheet is not None else []
    line = next((r for r in rows if (r.line.unit, r.line.person) == (unit, person)), None)
    if line is None:
        raise Http404
    only = given.get("only", "")
    behind_it = paysheets.behind(
        company=ctx.company, month=month, unit=line.line.unit, person=person, at=ctx.now
    )
    pages = Paginator(behind_it.only(only), PAGE).get_page(given.get("page"))
    return ctx.page(
        "conduct/pay_behind", line=line, month=month_key(month), only=only, pages=pages,
        lines=[_opened(ctx, row) for row in promises(list(pages.object_list))],
        taken=[_taken(ctx, row) for row in deductions(behind_it)],
        keep=f"month={month_key(month)}&unit={unit}&person={person or ''}&only={only}",
        here="conduct",
    )  # fmt: skip


def _opened(ctx: RequestContext, row: Any) -> dict[str, Any]:
    """A promise with its clause; the case itself opens to those who may see it, and of a restricted
    one others learn only that it counted."""
    case = getattr(row.docket, "case", None)
    closed = case is not None and not ctx.sees(case)
    secret = case is not None and closed and case.restricted
    return {"row": row_of(ctx, row), "closed": closed, "secret": secret}


def _taken(ctx: RequestContext, row: Deduction) -> tuple[Deduction, conduct.ProceedingLine, Text]:
    """A deduction with the proceeding behind it, and the clause that was broken."""
    breach = row.part.proceeding.breach
    clause = Text(breach.clause_zh, breach.clause_en) if breach is not None else Text("", "")
    return row, conduct.line(ctx, row.part.proceeding), clause


@require_GET
@staffed
def workbook_of(ctx: RequestContext) -> HttpResponse:
    """The sheet as a workbook; the download is recorded."""
    month = _month(ctx)
    sheet = _sheet(ctx, month)
    if sheet is None or not sheet.rows:
        raise Http404
    title = _("Performance pay sheet of %(month)s") % {"month": moments.month(month)}
    note_export(
        company=ctx.company, what=title, why="-", by=ctx.staff, now=ctx.now,
        month=month_key(month),
    )  # fmt: skip
    state = f"SHA-256 {sheet.signed.digest}" if sheet.signed else _("not signed yet")
    content = workbook(
        title=title, definition=f"{meaning()} {state}", heads=_heads(),
        rows=[_cells(row) for row in sheet.rows],
    )  # fmt: skip
    return workbook_file(content, f"pay-{ctx.company.code}-{month_key(month)}")


def meaning() -> str:
    return _(
        "Completion ratio: kept on time ÷ due in the month. Pay: performance base × "
        "ratio, less deductions, not less than zero."
    )


def _heads() -> list[Head]:
    return [
        Head(_("Unit"), 24), Head(_("Staff member"), 16),
        Head(_("Staff number"), 10), Head(_("Due"), 8),
        Head(_("Kept on time"), 10), Head(_("Completion ratio (%)"), 12), Head(_("Points"), 9),
        Head(_("Deducted (yuan)"), 12), Head(_("Performance base (yuan)"), 14),
        Head(_("Performance pay (yuan)"), 14),
    ]  # fmt: skip


def _cells(row: PayLineView) -> list[Any]:
    line = row.line
    person = row.person
    return [
        say(row.unit), say(person) if person else _("the department"),
        person.badge if person else "", line.due, line.kept,
        None if line.ratio is None else line.ratio / HUNDRED, line.points / HUNDRED,
        line.fen / HUNDRED, line.performance / HUNDRED if person else None,
        line.pay / HUNDRED if person else None,
    ]  # fmt: skip
