"""Verbs about customers. The ledger tells which fields changed, never what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import IntegrityError, transaction

from chengnuo.customers.models import (
    Appliance,
    Customer,
    CustomerAccount,
    CustomerAgreement,
    CustomerPhone,
    Meter,
    ServiceLocation,
    UsagePoint,
)
from chengnuo.customers.telephones import key_of, name_key, tidy
from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import Organisation, Staff
from chengnuo.rules.refusing import MovedOn, Refused, keep_within
from chengnuo.rules.words import Text

ANOTHERS = Text(
    "该编号已属于另一客户；请搜索该客户，或另填编号。",
    "Another customer already has this number; search for that customer, or enter another number.",
)
TURNED_ROUND = Text(
    "结束日期不能早于开始日期；请核对两个日期。",
    "The end cannot be before the beginning; check both dates.",
)
NO_CUSTOMER = Text(
    "该用能地址没有登记客户，请先登记客户。",
    "Nobody is registered as the customer of these premises; register the customer first.",
)
CHANGED = Text(
    "此档案刚被他人更改，请查看后再保存。",
    "Someone else has changed this record; check it, then save again.",
)
# So many characters of each are kept; pages show the same numbers.
LONGEST = {"number": 40, "name": 100, "phone": 60, "address": 300}
OF_A_CUSTOMER = ("name", "phone", "customer_class", "level", "language", "visit_consent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A further number, and whose it is."""

    number: str
    note: str = ""


def subject_of(customer: Customer) -> UUID:
    """Under which name the ledger keeps a customer's file."""
    return uuid5(NAMESPACE_URL, f"chengnuo:customer:{customer.pk}")


@transaction.atomic
def register_customer(
    *,
    company: Organisation,
    number: str,
    name: str,
    now: datetime,
    phone: str = "",
    customer_class: str = "residential",
    address: str = "",
    area: str = "",
    level: int = 0,
    language: str = "zh-hans",
    visit_consent: bool | None = None,
    phones: Sequence[Phone] = (),
    by: Staff | None = None,
) -> Customer:
    """Open a customer's file, with the premises where they are known. Raises Refused."""
    keep_within(LONGEST, number=number, name=name, phone=tidy(phone), address=address)
    with _unique(Refused(ANOTHERS, field="number")):
        customer = Customer.objects.create(
            organisation=company,
            number=number,
            name=name,
            name_key=name_key(name),
            phone=tidy(phone),
            phone_key=key_of(phone),
            customer_class=customer_class,
            level=level,
            language=language,
            visit_consent=visit_consent,
            registered_at=now,
        )
    if address:
        ServiceLocation.objects.create(
            organisation=company, customer=customer, address=address, area=area
        )
    _write_phones(customer, phones)
    _note(customer, "customer.registered", now, by)
    return customer


@transaction.atomic
def change_customer(
    *,
    customer: Customer,
    changes: Mapping[str, Any],
    by: Staff | None,
    now: datetime,
    phones: Sequence[Phone] | None = None,
    version: int | None = None,
) -> list[str]:
    """Put a customer's file right; the names of the fields that changed.

    `phones` replaces the further numbers. Raises MovedOn when `version` is an old one.
    """
    unknown = set(changes) - set(OF_A_CUSTOMER)
    if unknown:
        raise ValueError(f"not of a customer: {', '.join(sorted(unknown))}")
    row = Customer.objects.select_for_update().get(pk=customer.pk)
    if version is not None and row.version != version:
        raise MovedOn(CHANGED)
    wanted = {k: tidy(v) if k == "phone" else v for k, v in changes.items()}
    keep_within(LONGEST, **{name: str(v) for name, v in wanted.items() if name in LONGEST})
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    row.name_key, row.phone_key = name_key(row.name), key_of(row.phone)
    if phones is not None and _tidied(phones) != _phones_of(row):
        CustomerPhone.objects.filter(customer=row).delete()
        _write_phones(row, phones)
        changed.append("phones")
    if changed:
        row.version += 1
        row.save()
        _note(row, "customer.changed", now, by, fields=changed)
    return changed


def _tidied(phones: Sequence[Phone]) -> list[Phone]:
    return [Phone(number=tidy(p.number), note=p.note) for p in phones]


def _phones_of(customer: Customer) -> list[Phone]:
    return [Phone(number=p.number, note=p.note) for p in customer.phones.order_by("pk")]


def _write_phones(customer: Customer, phones: Sequence[Phone]) -> None:
    fresh = {tidy(p.number): p for p in phones}
    CustomerPhone.objects.bulk_create(
        CustomerPhone(
            organisation_id=customer.organisation_id,
            customer=customer,
            number=number,
            key=key_of(number),
            whole=number,
            note=p.note,
        )
        for number, p in fresh.items()
    )


def register_location(
    *,
    company: Organisation,
    address: str,
    area: str = "",
    latitude: float | None = None,
    longitude: float | None = None,
) -> ServiceLocation:
    """Premises that a matter names, of no customer we know; the matter's entry tells of them."""
    return ServiceLocation.objects.create(
        organisation=company, address=address, area=area, latitude=latitude, longitude=longitude
    )


@transaction.atomic
def add_location(
    *,
    customer: Customer,
    address: str,
    by: Staff | None,
    now: datetime,
    area: str = "",
    **known: Any,
) -> ServiceLocation:
    """Premises of a customer; `known` is what E-02 asks about them (riser, supplied …)."""
    keep_within(LONGEST, address=address)
    made = ServiceLocation.objects.create(
        organisation_id=customer.organisation_id,
        customer=customer,
        address=address,
        area=area,
        **known,
    )
    _note(customer, "location.added", now, by, location=made.pk)
    return made


@transaction.atomic
def open_account(
    *,
    customer: Customer,
    number: str,
    opened_on: date,
    by: Staff | None,
    now: datetime,
    use_nature: str = "",
    applied_on: date | None = None,
) -> CustomerAccount:
    """Open an account (开户). Raises Refused for a number that is taken, and for wrong days."""
    if applied_on is not None and applied_on > opened_on:
        raise Refused(TURNED_ROUND, field="applied_on")
    with _unique(_taken(number, "number")):
        made = CustomerAccount.objects.create(
            organisation_id=customer.organisation_id,
            customer=customer,
            number=number,
            use_nature=use_nature,
            applied_on=applied_on,
            opened_on=opened_on,
        )
    _note(customer, "account.opened", now, by, account=number)
    return made


@transaction.atomic
def close_account(
    *, account: CustomerAccount, closed_on: date, by: Staff | None, now: datetime
) -> CustomerAccount:
    """Close an account (销户); its agreements end with it. Closing twice is closing once.

    Raises Refused for a day before it was opened.
    """
    row = CustomerAccount.objects.select_for_update().get(pk=account.pk)
    if row.closed_on is not None:
        return row
    if closed_on < row.opened_on:
        raise Refused(TURNED_ROUND, field="closed_on")
    row.closed_on = closed_on
    row.save(update_fields=["closed_on"])
    running = row.agreements.filter(ended_on__isnull=True, signed_on__lte=closed_on)
    running.update(ended_on=closed_on)
    _note(row.customer, "account.closed", now, by, account=row.number)
    return row


@transaction.atomic
def sign_agreement(
    *,
    account: CustomerAccount,
    number: str,
    signed_on: date,
    by: Staff | None,
    now: datetime,
    location: ServiceLocation | None = None,
    paid_on: date | None = None,
    agreed_on: date | None = None,
) -> CustomerAgreement:
    """A contract of an account. Raises Refused."""
    with _unique(_taken(number, "number")):
        made = CustomerAgreement.objects.create(
            organisation_id=account.organisation_id,
            account=account,
            location=location,
            number=number,
            signed_on=signed_on,
            paid_on=paid_on,
            agreed_on=agreed_on,
        )
    _note(account.customer, "agreement.signed", now, by, agreement=number)
    return made


@transaction.atomic
def install_meter(
    *,
    location: ServiceLocation,
    serial_number: str,
    by: Staff | None,
    now: datetime,
    kind: str = "",
    type: str = "",
    installed_on: date | None = None,
    point: str = "",
    use_nature: str = "",
) -> Meter:
    """Hang a meter at the premises, at the usage point of this number (made where it is new).

    Raises Refused when the serial number hangs elsewhere.
    """
    company = location.organisation_id
    ServiceLocation.objects.select_for_update(no_key=True).get(pk=location.pk)
    number = point or f"{location.pk}-{location.usage_points.count() + 1}"
    with _unique(_taken(serial_number, "serial_number")):
        place, _ = UsagePoint.objects.get_or_create(
            organisation_id=company,
            number=number,
            defaults={"location": location, "use_nature": use_nature},
        )
        if place.location_id != location.pk:
            raise _taken(number, "location")
        made = Meter.objects.create(
            organisation_id=company,
            usage_point=place,
            serial_number=serial_number,
            kind=kind,
            type=type,
            installed_on=installed_on,
        )
    _note(_owner(location), "meter.installed", now, by, meter=serial_number)
    return made


@transaction.atomic
def remove_meter(*, meter: Meter, removed_on: date, by: Staff | None, now: datetime) -> Meter:
    """Take a meter down (拆表). Raises Refused for a day before it was installed."""
    row = Meter.objects.select_for_update().get(pk=meter.pk)
    if row.removed_on is not None:
        return row
    if row.installed_on is not None and removed_on < row.installed_on:
        raise Refused(TURNED_ROUND, field="removed_on")
    row.removed_on = removed_on
    row.save(update_fields=["removed_on"])
    _note(_owner(row.usage_point.location), "meter.removed", now, by, meter=row.serial_number)
    return row


@transaction.atomic
def record_appliance(
    *,
    location: ServiceLocation,
    kind: str,
    seen_on: date,
    by: Staff | None,
    now: datetime,
    make: str = "",
) -> Appliance:
    """Equipment as it was found on a visit (O0-039); the same found again is seen again."""
    made, _ = Appliance.objects.update_or_create(
        location=location,
        kind=kind,
        make=make,
        defaults={"organisation_id": location.organisation_id, "seen_on": seen_on},
    )
    _note(_owner(location), "appliance.seen", now, by, appliance=kind)
    return made


def _owner(location: ServiceLocation) -> Customer:
    if location.customer is None:
        raise Refused(NO_CUSTOMER, field="location")
    return location.customer


@contextmanager
def _unique(refused: Refused) -> Iterator[None]:
    """A number that the database refuses as taken is refused in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise refused from error


def _taken(number: str, field: str) -> Refused:
    """Another customer, account, usage point or meter of the company has it."""
    said = Text(f"{number}已被占用，请核对编号。", f"{number} is already in use; check the number.")
    return Refused(said, field=field)


def _note(customer: Customer, kind: str, now: datetime, by: Staff | None, **data: Any) -> None:
    fact = Fact(
        kind=kind,
        at=now,
        actor_id=by.pk if by else None,
        subject=subject_of(customer),
        data={"customer": customer.number, **data},
    )
    record(organisation_id=customer.organisation_id, facts=[fact], now=now)
