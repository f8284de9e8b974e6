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
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.customerpage import LONGEST_CODE, LONGEST_IN_STEPS, meter_kinds
from chengnuo.doors.web.kit.reading import day_in, number_in
from chengnuo.doors.web.kit.refusing import Trying, wrong
from chengnuo.packs.appliances import appliances_of

Row = TypeVar("Row", bound=Model)


@require_POST
@staffed
def step(ctx: RequestContext, pk: int, what: str) -> HttpResponse:
    """Take one step; refused, the page comes back with what was typed."""
    found = customer_or_404(ctx, pk)
    take = STEPS.get(what)
    if take is None:
        raise Http404(what)
    with Trying() as tried:
        take(ctx, found)
    if tried.refused:
        return customer_page(
            ctx, found, status=tried.status, step=what, typed=ctx.request.POST,
            problem=tried.problem,
        )  # fmt: skip
    ctx.say(_("Recorded"))
    return ctx.go("customer", pk=pk)


def _open_account(ctx: RequestContext, found: Customer) -> None:
    customers.open_account(
        customer=found,
        number=_text(ctx, "number", _("Please enter the number.")),
        use_nature=_text(ctx, "use_nature"),
        applied_on=_day(ctx, "applied_on"),
        opened_on=_needed_day(ctx, "opened_on"),
        by=ctx.staff,
        now=ctx.now,
    )


def _close_account(ctx: RequestContext, found: Customer) -> None:
    row = _one(accounts_of(customer=found), ctx, "account")
    customers.close_account(
        account=row, closed_on=_needed_day(ctx, "closed_on"), by=ctx.staff, now=ctx.now
    )


def _sign_agreement(ctx: RequestContext, found: Customer) -> None:
    row = _one(accounts_of(customer=found), ctx, "account")
    customers.sign_agreement(
        account=row,
        number=_text(ctx, "number", _("Please enter the number.")),
        signed_on=_needed_day(ctx, "signed_on"),
        paid_on=_day(ctx, "paid_on"),
        agreed_on=_day(ctx, "agreed_on"),
        location=_place(ctx, found) if _text(ctx, "location") else None,
        by=ctx.staff,
        now=ctx.now,
    )


def _add_location(ctx: RequestContext, found: Customer) -> None:
    flags = ("riser_ready", "supplied", "secondary_supply", "low_pressure_zone")
    said = {"yes": True, "no": False}
    customers.add_location(
        customer=found,
        address=_text(ctx, "address", _("Please enter the address.")),
        area=_text(ctx, "area"),
        meter_box=_text(ctx, "meter_box"),
        by=ctx.staff,
        now=ctx.now,
        **{name: said.get(_text(ctx, name)) for name in flags},
    )


def _install_meter(ctx: RequestContext, found: Customer) -> None:
    kind = _text(ctx, "kind")
    if kind and kind not in dict(meter_kinds()):
        raise wrong(_("Please choose a kind."), "kind")
    customers.install_meter(
        location=_place(ctx, found),
        serial_number=_text(ctx, "serial_number", _("Please enter the serial number.")),
        kind=kind,
        type=_text(ctx, "type"),
        installed_on=_day(ctx, "installed_on"),
        use_nature=_text(ctx, "use_nature"),
        by=ctx.staff,
        now=ctx.now,
    )


def _remove_meter(ctx: RequestContext, found: Customer) -> None:
    row = _one(meters_of(customer=found), ctx, "meter")
    customers.remove_meter(
        meter=row, removed_on=_needed_day(ctx, "removed_on"), by=ctx.staff, now=ctx.now
    )


def _record_appliance(ctx: RequestContext, found: Customer) -> None:
    kind = _text(ctx, "kind")
    if kind not in appliances_of(ctx.regulation.pack if ctx.regulation else None):
        raise wrong(_("Please choose a kind."), "kind")
    customers.record_appliance(
        location=_place(ctx, found),
        kind=kind,
        make=_text(ctx, "make"),
        seen_on=_needed_day(ctx, "seen_on"),
        by=ctx.staff,
        now=ctx.now,
    )


def _place(ctx: RequestContext, found: Customer) -> ServiceLocation:
    return _one(found.locations.all(), ctx, "location")


STEPS: dict[str, Callable[[RequestContext, Customer], None]] = {
    "open-account": _open_account,
    "close-account": _close_account,
    "sign-agreement": _sign_agreement,
    "add-location": _add_location,
    "install-meter": _install_meter,
    "remove-meter": _remove_meter,
    "record-appliance": _record_appliance,
}


def _text(ctx: RequestContext, name: str, missing: str = "") -> str:
    typed = ctx.request.POST.get(name, "").strip()
    if not typed and missing:
        raise wrong(missing, name)
    most = LONGEST_IN_STEPS.get(name, LONGEST_CODE)
    if len(typed) > most:
        raise wrong(_("At most %(most)s characters.") % {"most": most}, name)
    return typed


def _day(ctx: RequestContext, name: str) -> date | None:
    typed = _text(ctx, name)
    found = day_in(typed)
    if typed and found is None:
        said = _("“%(day)s” is not a valid date. Use the form 2026-03-09.") % {"day": typed}
        raise wrong(said, name)
    return found


def _needed_day(ctx: RequestContext, name: str) -> date:
    found = _day(ctx, name)
    if found is None:
        raise wrong(_("Please choose the date."), name)
    return found


def _one(rows: QuerySet[Row], ctx: RequestContext, name: str) -> Row:
    """The row that was chosen among the customer's own."""
    chosen = number_in(ctx.request.POST.get(name))
    found = None if chosen is None else rows.filter(pk=chosen).first()
    if found is None:
        raise wrong(_("Please choose from the list."), name)
    return found
