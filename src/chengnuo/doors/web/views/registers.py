"""The daily registers as pages and as workbooks: what is overdue, and the callbacks of a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from chengnuo.cases.access import visible
from chengnuo.customers.access import note_export
from chengnuo.doors.web.download import workbook_file
from chengnuo.doors.web.reading import day_in, number_in
from chengnuo.doors.web.shown import registers as shown
from chengnuo.doors.web.shown.watch import answerable
from chengnuo.doors.web.views.desk import row_of
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.people import queries as people
from chengnuo.reports import registers
from chengnuo.reports.sheets import workbook

PAGE = 50


@require_GET
@staffed
def overdue(visit: Visit) -> HttpResponse:
    """Every promise that was broken by a moment and still not done then, longest first."""
    asked = _overdue(visit)
    pages = Paginator(asked["rows"], PAGE).get_page(visit.request.GET.get("page"))
    lines = [row_of(visit, row) for row in pages.object_list]
    pack = visit.regulation.pack if visit.regulation else None
    return visit.page(
        "page/overdue",
        lines=lines,
        pages=pages,
        units=people.units_of(company=visit.company),
        services={i: s.title for i, s in pack.services.items() if s.process} if pack else {},
        processes={i: p.title for i, p in pack.processes.items()} if pack else {},
        definition=shown.overdue_definition(visit, asked["at"]),
        answers=answerable(visit, pages.object_list),
        here="overdue",
        **asked,
    )


@require_GET
@staffed
def overdue_sheet(visit: Visit) -> HttpResponse:
    """The same register as a workbook; the download is recorded."""
    asked = _overdue(visit)
    definition = shown.overdue_definition(visit, asked["at"])
    title = shown.overdue_title()
    _note(visit, title, asked["day"])
    content = workbook(
        title=title,
        definition=definition.sentence,
        heads=shown.overdue_heads(),
        rows=(shown.overdue_cells(visit, row, asked["at"]) for row in asked["rows"]),
    )
    return workbook_file(content, f"overdue-{visit.company.code}-{asked['day']}")


def _overdue(visit: Visit) -> dict[str, Any]:
    given = visit.request.GET
    unit = given.get("unit", "")
    day = _day(visit)
    at = min(_ends(visit, day), visit.now)
    narrowed = registers.Narrowed(
        unit=number_in(unit),
        service=given.get("service", "")[:60],
        process=given.get("process", "")[:60],
    )
    rows = registers.overdue_at(
        company=visit.company, shown=_reach(visit), at=at, now=visit.now, narrowed=narrowed
    )
    return {
        "rows": rows,
        "at": at,
        "day": day.isoformat(),
        "unit": unit,
        "service": narrowed.service,
        "process": narrowed.process,
        "keep": shown.address(
            day=day.isoformat() if given.get("day") else "",
            unit=unit,
            service=narrowed.service,
            process=narrowed.process,
        ),
    }


@require_GET
@staffed
def callbacks(visit: Visit) -> HttpResponse:
    """The callbacks that were made on a day, and those that were due by its end and not made."""
    asked = _callbacks(visit)
    pages = Paginator(asked["due"], PAGE).get_page(visit.request.GET.get("page"))
    return visit.page(
        "page/callbacks",
        lines=[shown.call_line(visit, call) for call in asked["calls"]],
        due_lines=[row_of(visit, row) for row in pages.object_list],
        pages=pages,
        definition=shown.callback_definition(visit, asked["since"], asked["until"]),
        here="callbacks",
        **asked,
    )


@require_GET
@staffed
def callback_sheet(visit: Visit) -> HttpResponse:
    """The same register as a workbook; the download is recorded."""
    asked = _callbacks(visit)
    definition = shown.callback_definition(visit, asked["since"], asked["until"])
    title = shown.callback_title()
    _note(visit, title, asked["day"])
    made = [shown.call_cells(visit, call) for call in asked["calls"]]
    due = [shown.due_cells(visit, row) for row in asked["due"]]
    content = workbook(
        title=title,
        definition=definition.sentence,
        heads=shown.callback_heads(),
        rows=[*made, *due],
    )
    return workbook_file(content, f"callbacks-{visit.company.code}-{asked['day']}")


def _callbacks(visit: Visit) -> dict[str, Any]:
    given = visit.request.GET
    day = _day(visit)
    until = _ends(visit, day)
    since = until - timedelta(days=1)
    agent = given.get("agent", "")
    regulation = visit.regulation
    reach = _reach(visit)
    calls = registers.callbacks(
        company=visit.company, shown=reach, since=since, until=until, agent=agent
    )
    due = registers.callbacks_due(
        company=visit.company, shown=reach, until=min(until, visit.now), regulation=regulation
    )
    return {
        "calls": calls,
        "due": due,
        "since": since,
        "until": until,
        "day": day.isoformat(),
        "agent": agent,
        "agents": shown.agents(calls),
        "keep": shown.address(day=day.isoformat() if given.get("day") else "", agent=agent),
    }


# -- what both have --------------------------------------------------------------------------------


def _reach(visit: Visit) -> Any:
    return visible(
        staff=visit.staff,
        posts=visit.posts,
        company=visit.company,
        at=visit.now,
        through="docket__case__",
    )


def _day(visit: Visit) -> date:
    """The day in the address; today where there is none, or none that was."""
    today = visit.now.astimezone(visit.zone).date()
    asked = day_in(visit.request.GET.get("day"))
    return asked if asked is not None and asked <= today else today


def _ends(visit: Visit, day: date) -> datetime:
    """24:00 of a day of the company's calendar."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=visit.zone)


def _note(visit: Visit, title: str, day: str) -> None:
    """Before the file leaves: who took which register of which day, with which filters."""
    note_export(
        company=visit.company,
        what=title,
        why=visit.request.GET.urlencode()[:300] or "-",
        by=visit.staff,
        now=visit.now,
        day=day,
    )
