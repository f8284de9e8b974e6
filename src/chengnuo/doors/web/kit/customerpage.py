"""Everything a customer's page shows, in words; personal data masked unless it may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.cases.access import visible
from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer
from chengnuo.customers.services import LONGEST
from chengnuo.disclosure.customers import Who, who_of, works_for
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.words import listed, say
from chengnuo.ledger.kinds import declared
from chengnuo.ledger.models import Entry
from chengnuo.obligations.models import Evidence
from chengnuo.packs.channels import channel_title
from chengnuo.people.queries import staff_by_id
from chengnuo.reports.customers import CustomerFile, customer_file

MARKED = ("key", "special")
# How many characters the steps take: a code or a kind, and what is written.
LONGEST_CODE = 40
LONGEST_IN_STEPS = {
    **dict.fromkeys(("number", "use_nature", "meter_box", "serial_number", "type"), LONGEST_CODE),
    "address": LONGEST["address"],
    "make": 80,
}


def class_word(name: str) -> str:
    return {
        "residential": _("Residential"),
        "commercial_industrial": _("Commercial and industrial"),
        "batch": _("Bulk customer (developer)"),
        "key": _("Key customer"),
        "special": _("Special customer"),
        "potential": _("Potential customer"),
    }.get(name, name)


def classes() -> list[tuple[str, str]]:
    names = ("residential", "commercial_industrial", "batch", "key", "special", "potential")
    return [(name, class_word(name)) for name in names]


def meter_kinds() -> list[tuple[str, str]]:
    return [
        ("mechanical", _("Mechanical meter")),
        ("ic_card", _("IC card meter")),
        ("remote", _("Remote-read meter")),
    ]


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in the list of its customer."""

    case: Case
    service: Any
    soonest: PromiseView | None


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    icon: str
    title: str
    detail: str = ""
    link: str = ""
    bad: bool = False


@dataclass(slots=True)
class CustomerPage:
    """The page."""

    longest: ClassVar[Mapping[str, int]] = LONGEST_IN_STEPS

    customer: Customer
    who: Who
    file: CustomerFile
    open: list[CaseLine]
    closed: list[CaseLine]
    visits: list[tuple[Evidence, Any, Case]]
    breaches: list[tuple[Any, Any, Case]]
    timeline: list[Moment]
    areas: dict[str, Any]
    step: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def class_word(self) -> str:
        return class_word(self.customer.customer_class)

    @property
    def is_marked(self) -> bool:
        return self.customer.customer_class in MARKED


def may_see_in_full(ctx: RequestContext, customer: Customer) -> bool:
    """In full for those who work on an open matter of this customer."""
    return works_for(customer=customer, units=ctx.units, at=ctx.now)


def gather_customer(
    ctx: RequestContext, customer: Customer, *, in_full: bool = False
) -> CustomerPage:
    """Read the file of a customer and turn it into words."""
    seen = visible(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)
    file = customer_file(customer=customer, shown=seen)
    fact = ctx.regulation.pack.facts.get("area") if ctx.regulation else None
    return CustomerPage(
        customer=customer,
        who=who_of(customer=customer, in_full=in_full or may_see_in_full(ctx, customer)),
        file=file,
        open=[_line(ctx, file, case) for case in file.open],
        closed=[_line(ctx, file, case) for case in file.closed],
        visits=[(row, _form(ctx, row), file.cases[row.docket_id]) for row in file.visits],
        breaches=[
            (row, _rule(ctx, file, row), file.cases[row.obligation.docket_id])
            for row in file.breaches
        ],
        timeline=_timeline(ctx, file),
        areas=dict(fact.values) if fact is not None else {},
    )


def _line(ctx: RequestContext, file: CustomerFile, case: Case) -> CaseLine:
    regulation = ctx.regulation_behind(case.docket.release_id)
    entry = regulation.pack.services.get(case.service)
    row = file.soonest.get(case.docket_id)
    return CaseLine(
        case,
        entry.title if entry else case.service,
        shown(row, regulation, ctx.now) if row is not None else None,
    )


def _form(ctx: RequestContext, row: Evidence) -> Any:
    form = ctx.regulation_behind(row.digest).pack.forms.get(row.form)
    return form.title if form else row.form


def _rule(ctx: RequestContext, file: CustomerFile, row: Any) -> Any:
    digest = file.cases[row.obligation.docket_id].docket.release_id
    rule = ctx.regulation_behind(digest).book.rules.get(row.rule)
    return rule.title if rule else row.rule


def _timeline(ctx: RequestContext, file: CustomerFile) -> list[Moment]:
    """All of it in one line of time, newest first."""
    moments = [*_of_cases(ctx, file), *_of_contacts(ctx, file)]
    for row in file.visits:
        case = file.cases[row.docket_id]
        title = _("Visit: %(form)s") % {"form": say(_form(ctx, row))}
        moments.append(Moment(row.at, "home", title, say(row.filled_by), _to(case)))
    for rating in file.ratings:
        title = _("Rated %(score)s of 5") % {"score": rating.score}
        said = _("Satisfied") if rating.satisfied else _("Dissatisfied")
        moments.append(
            Moment(rating.at, "star", title, said, _to(rating.case), not rating.satisfied)
        )
    for breach in file.breaches:
        case = file.cases[breach.obligation.docket_id]
        title = _("Breached: %(promise)s") % {"promise": say(_rule(ctx, file, breach))}
        moments.append(
            Moment(breach.broken_at, "alert-triangle", title, case.number, _to(case), bad=True)
        )
    moments += _of_archive(file.entries)
    return sorted(moments, key=lambda one: one.at, reverse=True)


def _of_cases(ctx: RequestContext, file: CustomerFile) -> list[Moment]:
    found = []
    for line in (_line(ctx, file, case) for case in (*file.open, *file.closed)):
        case = line.case
        title = _("Received: %(service)s") % {"service": say(line.service)}
        found.append(Moment(case.lodged_at, "clipboard-list", title, case.number, _to(case)))
        if case.closed_at is not None:
            title = _("Closed: %(service)s") % {"service": say(line.service)}
            found.append(Moment(case.closed_at, "lock", title, case.number, _to(case)))
    return found


def _of_contacts(ctx: RequestContext, file: CustomerFile) -> list[Moment]:
    pack = ctx.regulation.pack if ctx.regulation else None
    found = []
    for contact in file.contacts:
        channel = channel_title(pack, contact.channel) if pack else contact.channel
        title = (
            _("Outbound contact: %(channel)s") if contact.outbound else _("Contact: %(channel)s")
        ) % {"channel": say(channel)}
        icon = "phone-outgoing" if contact.outbound else "phone-incoming"
        link = _to(contact.case) if contact.case is not None else ""
        found.append(Moment(contact.at, icon, title, contact.need, link))
    return found


def _of_archive(entries: list[Entry]) -> list[Moment]:
    """What was done to the archive: which fields, by whom; never what stands in them."""
    people = staff_by_id(entry.actor_id for entry in entries if entry.actor_id)
    kinds, found = declared().kinds, []
    for entry in entries:
        if entry.kind not in kinds:
            continue
        fields = listed(_field_word(name) for name in entry.data.get("fields", ()))
        actor = people.get(entry.actor_id) if entry.actor_id else None
        detail = " · ".join(part for part in (fields, say(actor)) if part)
        found.append(Moment(entry.at, "id", say(kinds[entry.kind].title), detail))
    return found


def _field_word(name: str) -> str:
    return {
        "name": _("Name"),
        "phone": _("Telephone"),
        "phones": _("Further telephones"),
        "customer_class": _("Class"),
        "level": _("Level"),
        "language": _("Language"),
        "visit_consent": _("Consent to visits"),
    }.get(name, name)


def _to(case: Case) -> str:
    return reverse("case", args=[case.number])
