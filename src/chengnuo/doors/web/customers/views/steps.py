"""Small steps on a customer's page: premises, accounts, agreements, meters, equipment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengnuo.customers import services as customers
from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.customers.queries import accounts_of, meters_of
from chengnuo.doors.web.customers.views.customer import customer_or_404, customer_page
from chengnuo.doors.web.kit.context import Visit, staffed
from chengnuo.doors.web.kit.customerpage import appliance_kinds, meter_kinds
from chengnuo.doors.web.kit.reading import day_in, number_in
from chengnuo.doors.web.kit.refusing import Trying, wrong

Row = TypeVar("Row", bound=Model)


@require_POST
@staffed
def step(visit: Visit, pk: int, what: str) -> HttpResponse:
    """Take one step; refused, the page comes back with what was typed."""
    found = customer_or_404(visit, pk)
    take = STEPS.get(what)
    if take is None:
        raise Http404(what)
    with Trying() as tried:
        take(visit, found)
    if tried.refused:
        return customer_page(
            visit, found, status=tried.status, step=what, typed=visit.request.POST,
            problem=tried.problem,
        )  # fmt: skip
    visit.say(_("Recorded"))
    return visit.go("customer", pk=pk)


def _open_account(visit: Visit, found: Customer) -> None:
    customers.open_account(
        customer=found,
        number=_text(visit, "number", _("Please enter the number.")),
        use_nature=_text(visit, "use_nature"),
        applied_on=_day(visit, "applied_on"),
        opened_on=_needed_day(visit, "opened_on"),
        by=visit.staff,
        now=visit.now,
    )


def _close_account(visit: Visit, found: Customer) -> None:
    row = _one(accounts_of(customer=found), visit, "account")
    customers.close_account(
        account=row, closed_on=_needed_day(visit, "closed_on"), by=visit.staff, now=visit.now
    )


def _sign_agreement(visit: Visit, found: Customer) -> None:
    row = _one(accounts_of(customer=found), visit, "account")
    customers.sign_agreement(
        account=row,
        number=_text(visit, "number", _("Please enter the number.")),
        signed_on=_needed_day(visit, "signed_on"),
        paid_on=_day(visit, "paid_on"),
        agreed_on=_day(visit, "agreed_on"),
        location=_place(visit, found) if _text(visit, "location") else None,
        by=visit.staff,
        now=visit.now,
    )


def _add_location(visit: Visit, found: Customer) -> None:
    flags = ("riser_ready", "supplied", "secondary_supply", "low_pressure_zone")
    said = {"yes": True, "no": False}
    customers.add_location(
        customer=found,
        address=_text(visit, "address", _("Please enter the address.")),
        area=_text(visit, "area"),
        meter_box=_text(visit, "meter_box"),
        by=visit.staff,
        now=visit.now,
        **{name: said.get(_text(visit, name)) for name in flags},
    )


def _install_meter(visit: Visit, found: Customer) -> None:
    kind = _text(visit, "kind")
    if kind and kind not in dict(meter_kinds()):
        raise wrong(_("Please choose a kind."), "kind")
    customers.install_meter(
        location=_place(visit, found),
        serial_number=_text(visit, "serial_number", _("Please enter the serial number.")),
        kind=kind,
        type=_text(visit, "type"),
        installed_on=_day(visit, "installed_on"),
        use_nature=_text(visit, "use_nature"),
        by=visit.staff,
        now=visit.now,
    )


def _remove_meter(visit: Visit, found: Customer) -> None:
    row = _one(meters_of(customer=found), visit, "meter")
    customers.remove_meter(
        meter=row, removed_on=_needed_day(visit, "removed_on"), by=visit.staff, now=visit.now
    )


def _record_appliance(visit: Visit, found: Customer) -> None:
    kind = _text(visit, "kind")
    if kind not in dict(appliance_kinds()):
        raise wrong(_("Please choose a kind."), "kind")
    customers.record_appliance(
        location=_place(visit, found),
        kind=kind,
        make=_text(visit, "make"),
        seen_on=_needed_day(visit, "seen_on"),
        by=visit.staff,
        now=visit.now,
    )


def _place(visit: Visit, found: Customer) -> ServiceLocation:
    return _one(found.locations.all(), visit, "location")


STEPS: dict[str, Callable[[Visit, Customer], None]] = {
    "open-account": _open_account,
    "close-account": _close_account,
    "sign-agreement": _sign_agreement,
    "add-location": _add_location,
    "install-meter": _install_meter,
    "remove-meter": _remove_meter,
    "record-appliance": _record_appliance,
}
LONGEST = {"address": 300, "make": 80}


def _text(visit: Visit, name: str, missing: str = "") -> str:
    typed = visit.request.POST.get(name, "").strip()
    if not typed and missing:
        raise wrong(missing, name)
    most = LONGEST.get(name, 40)
    if len(typed) > most:
        raise wrong(_("At most %(most)s characters.") % {"most": most}, name)
    return typed


def _day(visit: Visit, name: str) -> date | None:
    typed = _text(visit, name)
    found = day_in(typed)
    if typed and found is None:
        said = _("“%(day)s” is not a valid date. Use the form 2026-03-09.") % {"day": typed}
        raise wrong(said, name)
    return found


def _needed_day(visit: Visit, name: str) -> date:
    found = _day(visit, name)
    if found is None:
        raise wrong(_("Please choose the date."), name)
    return found


def _one(rows: QuerySet[Row], visit: Visit, name: str) -> Row:
    """The row that was chosen among the customer's own."""
    chosen = number_in(visit.request.POST.get(name))
    found = None if chosen is None else rows.filter(pk=chosen).first()
    if found is None:
        raise wrong(_("Please choose from the list."), name)
    return found
