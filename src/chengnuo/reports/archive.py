"""Statistics of the customer archive (客户档案, S0 §4.3.4): numbers, and the rows behind each.

Months are local to the zone that is passed in. Cases are counted as far as the viewer sees them,
so that a number and the rows behind it agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from chengnuo.cases.models import Case, Contact
from chengnuo.customers.models import Customer, CustomerAccount, CustomerClass, ServiceLocation
from chengnuo.people.models import Organisation
from chengnuo.rules.moments import month_key
from chengnuo.rules.words import Text

MONTHS = 12
UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and the question whose rows are behind it."""

    value: float
    opens: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatisticRow:
    """A row of a table. `key` is a class, an area, a month …; the door has the words for it."""

    key: str
    numbers: list[Number]


@dataclass(frozen=True, slots=True)
class Statistic:
    """One statistic. `keys` says what the lines and the columns are named after."""

    id: str
    title: Text
    definition: Text
    lines_are: str
    columns_are: str
    columns: list[str]
    lines: list[StatisticRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveScope:
    """Whose archive, seen by whom, in which zone, at which moment."""

    company: Organisation
    shown: Q
    zone: ZoneInfo
    now: datetime

    @property
    def months(self) -> list[str]:
        """The last twelve months, the running one at the end: 2026-03."""
        local = self.now.astimezone(self.zone)
        count = local.year * 12 + local.month - 1
        return [f"{m // 12}-{m % 12 + 1:02d}" for m in range(count - MONTHS + 1, count + 1)]

    @property
    def since(self) -> datetime:
        return span_of(self.months[0], self.zone)[0]


def span_of(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The half-open span of a month named like 2026-03. Raises ValueError."""
    year, number = (int(part) for part in month.split("-"))
    begins = datetime(year, number, 1, tzinfo=zone)
    after = year * 12 + number
    return begins, datetime(after // 12, after % 12 + 1, 1, tzinfo=zone)


def statistics(scope: ArchiveScope) -> list[Statistic]:
    """Every table of the archive."""
    # The cases of a year are walked over once for the two tables that count them.
    by_class = _cases(scope).order_by().values_list("service", "customer__customer_class")
    cases = Counter({(service, c): n for service, c, n in by_class.annotate(Count("pk"))})
    return [
        _by_class(scope),
        _by_area(scope),
        _by_nature(scope),
        _by_level(scope),
        _by_month(scope),
        _contacts(scope),
        _cases_per_hundred(scope, cases),
        _services(cases),
    ]


def rows_behind(scope: ArchiveScope, asked: Mapping[str, str]) -> QuerySet[Any]:
    """The rows behind a number: customers, accounts, contacts or cases. Raises ValueError."""
    of = asked.get("of", "customers")
    if of not in ROWS:
        raise ValueError(of)
    rows: QuerySet[Any] = ROWS[of](scope)
    for name, value in asked.items():
        if name != "of" and (of, name) in FILTERS:
            rows = FILTERS[of, name](rows, "" if value == UNKNOWN else value, scope)
    return rows


# -- what is counted -------------------------------------------------------------------------------


def _customers(scope: ArchiveScope) -> QuerySet[Customer]:
    rows = Customer.objects.filter(organisation=scope.company)
    return rows.prefetch_related("locations").order_by("-pk")


def _accounts(scope: ArchiveScope) -> QuerySet[CustomerAccount]:
    rows = CustomerAccount.objects.filter(organisation=scope.company)
    return rows.select_related("customer").order_by("-opened_on", "-pk")


def _met(scope: ArchiveScope) -> QuerySet[Contact]:
    rows = Contact.objects.filter(organisation=scope.company)
    return rows.select_related("customer", "case", "agent").order_by("-at")


def _cases(scope: ArchiveScope) -> QuerySet[Case]:
    rows = Case.objects.filter(scope.shown, organisation=scope.company, confidential=False)
    rows = rows.filter(customer__isnull=False, lodged_at__gte=scope.since, lodged_at__lte=scope.now)
    return rows.select_related("customer").order_by("-lodged_at")


def _in_month(name: str, *, day: bool = False) -> Any:
    def chosen(rows: QuerySet[Any], month: str, scope: ArchiveScope) -> QuerySet[Any]:
        begins, ends = span_of(month, scope.zone)
        span: tuple[Any, Any] = (begins.date(), ends.date()) if day else (begins, ends)
        return rows.filter(**{f"{name}__gte": span[0], f"{name}__lt": span[1]})

    return chosen


def _equal(name: str) -> Any:
    def chosen(rows: QuerySet[Any], value: str, scope: ArchiveScope) -> QuerySet[Any]:
        return rows.filter(**{name: value})

    return chosen


def _in_area(rows: QuerySet[Any], area: str, scope: ArchiveScope) -> QuerySet[Any]:
    places = ServiceLocation.objects.filter(organisation=scope.company, area=area)
    return rows.filter(pk__in=places.values("customer"))


ROWS: dict[str, Any] = {
    "customers": _customers,
    "accounts": _accounts,
    "contacts": _met,
    "cases": _cases,
}
FILTERS: dict[tuple[str, str], Any] = {
    ("customers", "class"): _equal("customer_class"),
    ("customers", "level"): lambda rows, level, scope: rows.filter(level=int(level)),
    ("customers", "area"): _in_area,
    ("customers", "month"): _in_month("registered_at"),
    ("accounts", "nature"): lambda rows, nature, scope: rows.filter(
        use_nature=nature, closed_on__isnull=True
    ),
    ("accounts", "opened"): _in_month("opened_on", day=True),
    ("accounts", "closed"): _in_month("closed_on", day=True),
    ("contacts", "channel"): _equal("channel"),
    ("contacts", "month"): _in_month("at"),
    ("cases", "class"): _equal("customer__customer_class"),
    ("cases", "service"): _equal("service"),
}


# -- tables ----------------------------------------------------------------------------------------


def _by_class(scope: ArchiveScope) -> Statistic:
    counted = _count(_customers(scope), "customer_class")
    lines = [_line(c, counted[c], {"of": "customers", "class": c}) for c in CustomerClass.values]
    return Statistic(
        "classes",
        Text("按类别", "By class"),
        Text("现有客户档案数，按客户类别。", "Customers in the archive now, by class."),
        "class",
        "",
        ["customers"],
        lines,
    )


def _by_area(scope: ArchiveScope) -> Statistic:
    places = ServiceLocation.objects.filter(organisation=scope.company, customer__isnull=False)
    rows = places.order_by().values_list("area").annotate(Count("customer", distinct=True))
    lines = [
        _line(area or UNKNOWN, n, {"of": "customers", "area": area or UNKNOWN})
        for area, n in sorted(rows, key=lambda pair: -pair[1])
    ]
    return Statistic(
        "areas",
        Text("按区域", "By area"),
        Text(
            "在该区域有用能地址的客户数；在两个区域有地址的客户各计一次。",
            "Customers with premises in the area; one with premises in two areas counts in both.",
        ),
        "area",
        "",
        ["customers"],
        lines,
    )


def _by_nature(scope: ArchiveScope) -> Statistic:
    open_ones = _accounts(scope).filter(closed_on__isnull=True)
    counted = _count(open_ones, "use_nature")
    lines = [
        _line(nature or UNKNOWN, n, {"of": "accounts", "nature": nature or UNKNOWN})
        for nature, n in counted.most_common()
    ]
    return Statistic(
        "natures",
        Text("按用能性质", "By use category"),
        Text("未销户的户数，按用能性质。", "Accounts that are not closed, by use category."),
        "nature",
        "",
        ["accounts"],
        lines,
    )


def _by_level(scope: ArchiveScope) -> Statistic:
    counted = _count(_customers(scope), "level")
    lines = [
        _line(str(level), n, {"of": "customers", "level": str(level)})
        for level, n in sorted(counted.items(), reverse=True)
    ]
    return Statistic(
        "levels",
        Text("按级别", "By level"),
        Text(
            "客户数，按重复购买次数划分的级别（1–5级；0为未划分）。",
            "Customers by the level that repeat purchases gave them (1–5; 0: not classified).",
        ),
        "level",
        "",
        ["customers"],
        lines,
    )


def _by_month(scope: ArchiveScope) -> Statistic:
    first = scope.since.date()
    accounts = _accounts(scope)
    fresh = _customers(scope).filter(registered_at__gte=scope.since)
    begun = _monthly(fresh, "registered_at", scope)
    opened = _days(accounts.filter(opened_on__gte=first).values_list("opened_on", flat=True))
    closed = _days(accounts.filter(closed_on__gte=first).values_list("closed_on", flat=True))
    lines = [
        StatisticRow(
            month,
            [
                Number(begun[month], {"of": "customers", "month": month}),
                Number(opened[month], {"of": "accounts", "opened": month}),
                Number(closed[month], {"of": "accounts", "closed": month}),
            ],
        )
        for month in scope.months
    ]
    return Statistic(
        "months",
        Text("新增与销户（按月）", "New and closed, by month"),
        Text(
            "近12个月：当月建档的客户数、开户数、销户数。",
            "Last twelve months: customers registered, accounts opened, accounts closed.",
        ),
        "month",
        "count",
        ["registered", "opened", "closed"],
        lines,
    )


def _contacts(scope: ArchiveScope) -> Statistic:
    rows = _met(scope).filter(at__gte=scope.since, at__lte=scope.now).order_by()
    month = TruncMonth("at", tzinfo=scope.zone)
    grouped = rows.annotate(month=month).values_list("month", "channel").annotate(Count("pk"))
    found = Counter({(month_key(m), channel): n for m, channel, n in grouped})
    channels = sorted({channel for _, channel in found})
    lines = [
        StatisticRow(
            month,
            [
                Number(found[month, c], {"of": "contacts", "channel": c, "month": month})
                for c in channels
            ],
        )
        for month in scope.months
    ]
    return Statistic(
        "contacts",
        Text("联系次数（渠道×月）", "Contacts, by channel and month"),
        Text(
            "近12个月登记的来电、来访、消息次数。",
            "Calls, visits to the counter and messages recorded in the last twelve months.",
        ),
        "month",
        "channel",
        channels,
        lines,
    )


def _cases_per_hundred(scope: ArchiveScope, found: Counter[tuple[str, str]]) -> Statistic:
    customers = _count(_customers(scope), "customer_class")
    cases: Counter[str] = Counter()
    for (_service, customer_class), n in found.items():
        cases[customer_class] += n
    lines = [
        StatisticRow(
            c,
            [
                Number(cases[c], {"of": "cases", "class": c}),
                Number(customers[c], {"of": "customers", "class": c}),
                Number(round(100 * cases[c] / customers[c], 1) if customers[c] else 0.0),
            ],
        )
        for c in CustomerClass.values
    ]
    return Statistic(
        "per-hundred",
        Text("每百户工单数", "Cases per 100 customers"),
        Text(
            "近12个月受理、已关联客户的工单数÷现有客户数×100，按类别；不含保密和您无权查看的工单。",
            "Cases of known customers in the last twelve months ÷ customers "
            "now × 100; without confidential cases and cases you have no "
            "access to.",
        ),
        "class",
        "count",
        ["cases", "customers", "per_hundred"],
        lines,
    )


def _services(found: Counter[tuple[str, str]]) -> Statistic:
    totals: Counter[str] = Counter()
    for (service, _), n in found.items():
        totals[service] += n
    lines = [
        StatisticRow(
            service,
            [
                Number(found[service, c], {"of": "cases", "service": service, "class": c})
                for c in CustomerClass.values
            ],
        )
        for service, _ in totals.most_common()
    ]
    return Statistic(
        "services",
        Text("服务项目×客户类别", "Service by class"),
        Text(
            "近12个月受理、已关联客户的工单数，按服务项目和客户类别；不含保密和您无权查看的工单。",
            "Cases of known customers in the last twelve months, by service "
            "and class; without confidential cases and cases you have no "
            "access to.",
        ),
        "service",
        "class",
        list(CustomerClass.values),
        lines,
    )


def _line(key: str, value: int, opens: dict[str, str]) -> StatisticRow:
    return StatisticRow(key, [Number(value, opens)])


def _count(rows: QuerySet[Any], name: str) -> Counter[Any]:
    grouped = rows.order_by().annotate(counted_by=F(name)).values_list("counted_by")
    return Counter(dict(grouped.annotate(Count("pk"))))


def _monthly(rows: QuerySet[Any], name: str, scope: ArchiveScope) -> Counter[str]:
    month = TruncMonth(name, tzinfo=scope.zone)
    grouped = rows.order_by().annotate(month=month).values_list("month").annotate(Count("pk"))
    return Counter({month_key(m): n for m, n in grouped})


def _days(days: Iterable[date | None]) -> Counter[str]:
    return Counter(month_key(day) for day in days if day is not None)
