"""What is due for erasure, what stands against it, and what waits to be decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from chengnuo.cases.models import Case, Contact
from chengnuo.conduct.models import Proceeding
from chengnuo.customers.models import Customer, CustomerAccount
from chengnuo.packs.retention import PREFIX, retention
from chengnuo.people.models import Organisation
from chengnuo.people.queries import settings_of
from chengnuo.privacy.models import DataRequest, LegalHold
from chengnuo.rules import moments
from chengnuo.rules.words import Text

DAYS_A_MONTH = 365.25 / 12
HELD = Text("有效的法律保留：{why}", "A legal hold: {why}")
RUNNING = Text(
    "工单{number}尚未办结，办理需要这些信息（《个人信息保护法》第十三条第一款第二、三项）",
    "Case {number} is not closed; its handling needs these data (PIPL article 13 (1) 2 and 3)",
)
ACCOUNT = Text(
    "户号{number}未销户，履行供用合同需要这些信息（《个人信息保护法》第十三条第一款第二项）",
    "Account {number} is open; the supply contract needs the data (PIPL article 13 (1) 2)",
)
PROCEEDING = Text(
    "工单{number}的责任追究尚未签发",
    "The accountability review about case {number} is not signed yet",
)
TOO_EARLY = Text(
    "工单{number}于{day_zh}办结，须保存至{until_zh}。依据：{clause_zh}",
    "Case {number} was closed on {day_en} and is kept until {until_en}. Basis: {clause_en}",
)


@dataclass(frozen=True, slots=True)
class DueErasure:
    """One case or customer whose time has come, and what stands against erasing it."""

    thing: Case | Customer
    since: datetime
    hindrance: Text | None

    @property
    def is_customer(self) -> bool:
        return isinstance(self.thing, Customer)


def kept_for(*, company: Organisation, kind: str) -> timedelta:
    """How long a company keeps one kind of record: its choice, never less than the provision."""
    shape = retention().kinds[kind]
    chosen = settings_of(company=company).get(f"{PREFIX}{kind}", str(shape.months))
    return months(max(int(chosen), shape.least))


def months(number: int) -> timedelta:
    return timedelta(days=round(number * DAYS_A_MONTH))


def cases_due(*, company: Organisation, now: datetime) -> QuerySet[Case]:
    """Closed so long ago, and not erased; oldest first."""
    before = now - kept_for(company=company, kind="case")
    rows = Case.objects.filter(organisation=company, erased_at__isnull=True, closed_at__lt=before)
    return rows.order_by("closed_at", "pk")


def customers_due(*, company: Organisation, now: datetime) -> QuerySet[Customer]:
    """Had an account, has none, and the last ended so long ago; oldest first."""
    before = (now - kept_for(company=company, kind="customer")).date()
    accounts = CustomerAccount.objects.filter(customer=OuterRef("pk"))
    kept = accounts.filter(Q(closed_on__isnull=True) | Q(closed_on__gte=before))
    rows = Customer.objects.filter(organisation=company, erased_at__isnull=True)
    return rows.filter(Exists(accounts), ~Exists(kept)).order_by("pk")


def due(*, company: Organisation, now: datetime, limit: int) -> list[DueErasure]:
    """What is due, each with what stands against it; `limit` of each kind."""
    found: list[DueErasure] = [
        DueErasure(case, case.closed_at or now, hindrance_of_case(case=case, now=now))
        for case in cases_due(company=company, now=now)[:limit]
    ]
    for customer in customers_due(company=company, now=now)[:limit]:
        last = customer.accounts.order_by("-closed_on").first()
        since = datetime.combine(last.closed_on, now.timetz()) if last and last.closed_on else now
        found.append(DueErasure(customer, since, hindrance_of_customer(customer=customer, now=now)))
    return found


def contacts_due(*, company: Organisation, now: datetime) -> int:
    told = ~Q(phone="") | ~Q(need="") | ~Q(answer="")
    before = now - kept_for(company=company, kind="contact")
    rows = Contact.objects.filter(told, organisation=company, case__isnull=True, at__lt=before)
    return rows.count()


def hindrance_of_case(*, case: Case, now: datetime) -> Text | None:
    """Why a case cannot be erased yet; None: nothing stands against it."""
    return next(_against_case(case, now), None)


def hindrance_of_customer(*, customer: Customer, now: datetime) -> Text | None:
    """Why a customer's data cannot be erased yet: his own, or one of his cases."""
    return next(_against_customer(customer, now), None)


def _against_case(case: Case, now: datetime) -> Iterator[Text]:
    for hold in LegalHold.objects.filter(lifted_at__isnull=True).filter(
        Q(case=case) | Q(customer__isnull=False, customer=case.customer_id)
    ):
        yield _said(HELD, why=hold.reason)
    if case.closed_at is None:
        yield _said(RUNNING, number=case.number)
        return
    about = Proceeding.objects.filter(Q(case=case) | Q(origin=case), signed_at__isnull=True)
    if about.exists():
        yield _said(PROCEEDING, number=case.number)
    shape = retention().case
    until = case.closed_at + months(shape.least)
    if until > now:
        day, last = moments.day(case.closed_at), moments.day(until)
        yield _said(
            TOO_EARLY,
            number=case.number,
            day_zh=day.zh,
            day_en=day.en,
            until_zh=last.zh,
            until_en=last.en,
            clause_zh=shape.clause.zh,
            clause_en=shape.clause.en,
        )


def _against_customer(customer: Customer, now: datetime) -> Iterator[Text]:
    for hold in LegalHold.objects.filter(customer=customer, lifted_at__isnull=True):
        yield _said(HELD, why=hold.reason)
    for account in customer.accounts.filter(closed_on__isnull=True):
        yield _said(ACCOUNT, number=account.number)
    for case in Case.objects.filter(customer=customer, erased_at__isnull=True).order_by("pk"):
        yield from _against_case(case, now)


def _said(text: Text, **given: str) -> Text:
    return Text(text.zh.format(**given), text.en.format(**given))


def holds(*, company: Organisation) -> list[LegalHold]:
    """Those that stand, newest first."""
    rows = LegalHold.objects.filter(organisation=company, lifted_at__isnull=True)
    return list(rows.select_related("customer", "case", "set_by").order_by("-set_at"))


def requests(*, company: Organisation, limit: int) -> list[DataRequest]:
    """What customers asked, what waits first."""
    rows = DataRequest.objects.filter(organisation=company)
    return list(
        rows.select_related("customer", "taken_by", "decided_by").order_by("granted", "-taken_at")[
            :limit
        ]
    )


def hold_of(*, company: Organisation, pk: int) -> LegalHold | None:
    return LegalHold.objects.filter(organisation=company, pk=pk).first()


def request_of(*, company: Organisation, pk: int) -> DataRequest | None:
    return DataRequest.objects.filter(organisation=company, pk=pk).first()
