"""Lists: what is overdue, and the cases."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengnuo.cases import queries as cases
from chengnuo.customers.access import masked_name
from chengnuo.doors.web.shown.promises import shown
from chengnuo.doors.web.views.desk import row_of
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.people import queries as people

PAGE = 50
STATES = ("open", "mine", "closed", "all")


@require_GET
@staffed
def overdue(visit: Visit) -> HttpResponse:
    """Every broken promise that is still not done, longest first."""
    unit = visit.request.GET.get("unit", "")
    service = visit.request.GET.get("service", "")
    rows = cases.overdue(company=visit.company).select_related("docket__organisation")
    if unit.isdigit():
        rows = rows.filter(unit_id=int(unit))
    if service:
        rows = rows.filter(docket__service=service)
    pages = Paginator(rows, PAGE).get_page(visit.request.GET.get("page"))
    lines = [row_of(visit, row) for row in pages.object_list]
    pack = visit.regulation.pack if visit.regulation else None
    services = {i: s.title for i, s in pack.services.items() if s.process} if pack else {}
    return visit.page(
        "page/overdue",
        lines=lines,
        pages=pages,
        units=people.units_of(company=visit.company),
        services=services,
        unit=unit,
        service=service,
        here="overdue",
    )


@require_GET
@staffed
def case_list(visit: Visit) -> HttpResponse:
    """Cases by number or telephone; a number that fits exactly goes straight to its case."""
    words = visit.request.GET.get("q", "").strip()
    state = visit.request.GET.get("state", "all" if words else "open")
    state = state if state in STATES else "open"
    if words and cases.numbered(company=visit.company, number=words.upper()) is not None:
        return visit.go("case", number=words.upper())
    rows = cases.find_cases(
        company=visit.company, words=words, state=state, units=visit.units
    ).prefetch_related("docket__obligations")
    pages = Paginator(rows, PAGE).get_page(visit.request.GET.get("page"))
    lines = [_line(visit, case) for case in pages.object_list]
    return visit.page(
        "page/cases", lines=lines, pages=pages, words=words, state=state, here="cases"
    )


def _line(visit: Visit, case: Any) -> dict[str, Any]:
    regulation = visit.regulation_behind(case.docket.release_id)
    entry = regulation.pack.services.get(case.service)
    running = [o for o in case.docket.obligations.all() if o.is_running]
    dated = sorted((o for o in running if o.act_by), key=lambda o: o.act_by)
    return {
        "case": case,
        "service": entry.title if entry else case.service,
        "name": masked_name(case.contact_name),
        "running": len(running),
        "late": sum(o.broken_at is not None for o in running),
        "soonest": shown(dated[0], regulation, visit.now) if dated else None,
    }
