"""Take in a matter: what is asked, by whom, and which promises it starts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.cases import queries as cases
from chengnuo.cases.services import Request, UnableToLodge, lodge
from chengnuo.customers.access import masked_address, masked_name
from chengnuo.doors.web.shown.channels import channels
from chengnuo.doors.web.shown.facts import asked, read_facts
from chengnuo.doors.web.shown.formviews import FieldView
from chengnuo.doors.web.visit import Visit, staffed
from chengnuo.obligations.regulation import NoRegulation, Regulation
from chengnuo.obligations.services import RefusedByRule
from chengnuo.packs.forms import PHONE
from chengnuo.packs.schema import Pack, ServiceShape
from chengnuo.people import queries as people
from chengnuo.rules.counting import UnableToReckon

LONGEST = {"contact_name": 100, "contact_phone": 30, "address": 300, "narrative": 20_000}


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the service catalogue with its services."""

    title: Any
    services: list[tuple[str, ServiceShape]]


@dataclass(slots=True)
class Draft:
    """An intake while it is typed."""

    service: str = ""
    channel: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    facts: list[FieldView] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    token: str = ""

    @property
    def is_good(self) -> bool:
        return not self.errors and not any(f.error for f in self.facts)


@require_http_methods(["GET", "POST"])
@staffed
def intake(visit: Visit) -> HttpResponse:
    """The form; on POST the case."""
    regulation = visit.regulation
    if regulation is None:
        return visit.page("page/no_regulation", here="intake")
    if visit.request.method == "GET":
        given = visit.request.GET
        draft = _draft(
            visit,
            regulation,
            {"service": given.get("service", ""), "contact_phone": given.get("phone", "")},
        )
        draft.token = secrets.token_urlsafe(24)
        return _page(visit, regulation, draft)
    draft = _draft(visit, regulation, visit.request.POST)
    _check(draft, regulation)
    if not draft.is_good:
        return _page(visit, regulation, draft, status=422)
    request = Request(
        service=draft.service,
        channel=draft.channel,
        narrative=draft.typed["narrative"],
        token=draft.token,
        facts=draft.values,
        contact_name=draft.typed["contact_name"],
        contact_phone=draft.typed["contact_phone"],
        address=draft.typed["address"],
    )
    try:
        case = lodge(
            company=visit.company, request=request, at=visit.now, now=visit.now, by=visit.staff
        )
    except RefusedByRule as refused:
        return _page(visit, regulation, draft, status=422, refusals=refused.refusals)
    except (UnableToLodge, NoRegulation, UnableToReckon) as error:
        draft.errors["service"] = str(error)
        return _page(visit, regulation, draft, status=422)
    visit.say(_("Taken in: %(number)s") % {"number": case.number})
    return visit.go("case", number=case.number)


@require_POST
@staffed
def fields(visit: Visit) -> HttpResponse:
    """The facts that the chosen service asks for, and the promises it starts."""
    regulation = visit.regulation
    if regulation is None:
        return HttpResponse(status=204)
    draft = _draft(visit, regulation, visit.request.POST)
    return visit.page("part/intake_fields", **_context(visit, regulation, draft), swap=True)


@require_POST
@staffed
def promises(visit: Visit) -> HttpResponse:
    """The promises that what is typed so far would start."""
    regulation = visit.regulation
    if regulation is None:
        return HttpResponse(status=204)
    draft = _draft(visit, regulation, visit.request.POST)
    return visit.page("part/intake_promises", **_context(visit, regulation, draft))


@require_GET
@staffed
def earlier(visit: Visit) -> HttpResponse:
    """Cases of the telephone number that is being typed."""
    phone = visit.request.GET.get("contact_phone", "").strip()
    found = []
    if len(phone) >= 5:
        found = cases.open_cases_of_phone(company=visit.company, phone=phone, at=visit.now)
    rows = [
        (
            c,
            _service_title(visit, c.service),
            masked_name(c.contact_name),
            masked_address(c.address),
        )
        for c in found
    ]
    return visit.page("part/intake_earlier", rows=rows, phone=phone)


def _service_title(visit: Visit, service: str) -> Any:
    entry = visit.regulation.pack.services.get(service) if visit.regulation else None
    return entry.title if entry else service


def _draft(visit: Visit, regulation: Regulation, given: Mapping[str, str]) -> Draft:
    pack = regulation.pack
    names = ("contact_name", "contact_phone", "address", "narrative")
    draft = Draft(
        service=given.get("service", ""),
        channel=given.get("channel", "") or next(iter(channels(pack))),
        typed={n: given.get(n, "").strip() for n in names},
        token=given.get("token", ""),
    )
    entry = pack.services.get(draft.service)
    if entry is not None:
        wanted = [f for f in entry.facts if f != "channel"]
        draft.facts = asked(pack, wanted, given)
        draft.values = read_facts(pack, draft.facts)
    return draft


def _check(draft: Draft, regulation: Regulation) -> None:
    """What every intake needs, whatever the pack says."""
    entry = regulation.pack.services.get(draft.service)
    if entry is None or entry.process is None:
        draft.errors["service"] = _("Please choose a service.")
    if draft.channel not in channels(regulation.pack):
        draft.errors["channel"] = _("Please choose a channel.")
    if not draft.typed["narrative"]:
        draft.errors["narrative"] = _("Please write what was asked.")
    phone = draft.typed["contact_phone"]
    if phone and not PHONE.fullmatch(phone):
        draft.errors["contact_phone"] = _("This is not a telephone number.")
    for name, most in LONGEST.items():
        if len(draft.typed[name]) > most:
            draft.errors[name] = _("At most %(most)s characters.") % {"most": most}
    if not 8 <= len(draft.token) <= 64:
        draft.token = secrets.token_urlsafe(24)


def _tree(pack: Pack) -> list[Branch]:
    """Services under the branch they hang on: emergencies first, those of no branch last."""
    branches: dict[str, Branch] = {}
    for service_id, entry in pack.services.items():
        if entry.process is None:
            continue
        top = entry.parent or ""
        while top and (above := pack.services.get(top)) is not None and above.parent:
            top = above.parent
        parent = pack.services.get(top)
        title = parent.title if parent else {"zh": "其他", "en": "Others"}
        branches.setdefault(top, Branch(title, [])).services.append((service_id, entry))

    def order(branch: tuple[str, Branch]) -> tuple[bool, bool]:
        return (not branch[0], not any(s.emergency for _, s in branch[1].services))

    return [branch for _, branch in sorted(branches.items(), key=order)]


def _context(visit: Visit, regulation: Regulation, draft: Draft) -> dict[str, Any]:
    entry = regulation.pack.services.get(draft.service)
    found: list[cases.Promise] = []
    if entry is not None and entry.process is not None:
        try:
            found = cases.promised(
                company=visit.company,
                service=draft.service,
                channel=draft.channel,
                facts=draft.values,
                at=visit.now,
                accepting_unit=visit.staff.organisation_id,
            )
        except (NoRegulation, UnableToLodge, UnableToReckon):
            found = []
    return {
        "draft": draft,
        "entry": entry,
        "promises": found,
        "digest": regulation.book.digest,
        "owner": _owner(visit, regulation, entry),
    }


def _owner(visit: Visit, regulation: Regulation, entry: ServiceShape | None) -> Any:
    """The unit to which it will go."""
    role = entry.owner if entry else None
    unit = people.roster_of(company=visit.company).unit_of_role(role) if role else None
    found = next((u for u in people.units_of(company=visit.company) if u.pk == unit), None)
    return found or (regulation.pack.roles[role].title if role in regulation.pack.roles else None)


def _page(
    visit: Visit, regulation: Regulation, draft: Draft, status: int = 200, refusals: Any = ()
) -> HttpResponse:
    return visit.page(
        "page/intake",
        status=status,
        tree=_tree(regulation.pack),
        channels=channels(regulation.pack),
        refusals=refusals,
        here="intake",
        **_context(visit, regulation, draft),
    )
