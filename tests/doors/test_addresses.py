"""Every address of the resolver, for every role, with objects of the own company, of another one,
and of a restricted matter. An address that is new fails until its row stands here."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.customers.services import register_customer
from chengnuo.ledger.models import Entry
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Breach, Docket, Escalation, Obligation, UnassignedEscalation
from chengnuo.people.models import Staff
from tests.companies import House, administrator, house
from tests.obligations.matter import let_pass
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
ROLES = ("hotline-agent", "cs-department", "network", "crew", "meter-reader", "inspection",
         "vice-president", "administration")  # fmt: skip
# Only this role knows of the restricted matter of the pack.
KNOWS = "inspection"

# open:    nobody has to sign in
# own:     one's own desk, lists and settings; no object is named in the address
# house:   administrators alone
# audit:   administrators, supervision, and the head of the company
# object:  the address names something: another company's is not there, a restricted one only for
#          those who know of it
# pack:    the regulation, by its digest
KINDS = {
    "open": "public public-commitments public-progress public-rate sign-in sign-in-code language "
    "theme",
    "own": "desk password own-settings second-factor awake sign-out messages messages-read "
    "desk-live queue-live "
    "intake intake-fields intake-promises intake-emergency intake-caller intake-outages "
    "intake-contact "
    "intake-suggest intake-duplicates cases outside outside-take-in outside-known outside-sheets "
    "outside-take outside-give-back customers customer-new customer-archive customer-archive-rows "
    "customer-archive-sheet overview overview-rows queues queue-hand-over queue-load "
    "queue-load-rows conduct pay pay-behind pay-sheet pay-sign escalations pauses pause-decide "
    "pause-sheet averages "
    "overdue overdue-sheet callback-list callback-bad callback-visits callback-rates "
    "callback-rates-rows callback-rates-sheet callback-samples callbacks callback-sheet regulation",
    "house": "house house-unit-new house-staff house-hire house-post-new house-settings "
    "house-unassigned house-standing house-try-again "
    "house-person house-person-act house-post house-post-act house-settle",
    "audit": "access-log access-log-sheet house-waiting house-waiting-act ledger ledger-file "
    "privacy privacy-act privacy-copy",
    "object": "docket case-live case-taken intake-urge case case-form case-sheet case-step "
    "case-undo case-join case-glass case-reveal case-file case-picture breach "
    "average outside-reply duty duty-form customer "
    "customer-edit customer-reveal customer-step conduct-start conduct-start-answer proceeding "
    "proceeding-statement proceeding-act escalation-reply escalation-settle callback-decide "
    "callback-call callback-take callback-hand-on callback-number callback-attempt "
    "callback-answers callback-visit",
    "pack": "regulation-pinned process rights loopholes",
}
KIND = {name: kind for kind, names in KINDS.items() for name in names.split()}
PART = re.compile(r"<(?:\w+:)?(\w+)>")


def routes() -> dict[str, str]:
    """Every address by its name."""
    found: dict[str, str] = {}

    def below(patterns, start):
        for one in patterns:
            if hasattr(one, "url_patterns"):
                below(one.url_patterns, start + str(one.pattern))
            else:
                found[one.name] = "/" + start + str(one.pattern)

    below(get_resolver().url_patterns, "")
    return found


def test_every_address_has_a_row_and_every_row_an_address():
    assert set(routes()) == set(KIND)


def test_an_address_that_names_something_is_no_list():
    named = {n for n, route in routes().items() if PART.search(route)}
    lists = {n for n, kind in KIND.items() if kind == "own"}
    assert not named & lists


SECRET = {"own": "本司示例诉求", "foreign": "外司机密诉求", "restricted": "限制机密诉求"}


def take(firm: House, service: str, which: str) -> Case:
    asked = Request(
        service=service,
        channel="phone",
        narrative=SECRET[which],
        token=f"{firm.company.code}-{which}",
        contact_name="演示客户甲",
        contact_phone="13800000001",
        address="示例市示例路1号",
    )
    return lodge(company=firm.again(), request=asked, at=NOW, now=NOW, by=firm.top)


def named(firm: House, case: Case) -> dict[str, str]:
    """What of a company stands in an address, by the names of its parts."""
    duty = Docket.objects.filter(organisation=firm.company, subject_kind="organisation").first()
    breach = Breach.objects.filter(obligation__docket=case.docket).first()
    unassigned = UnassignedEscalation.objects.filter(organisation__in=firm.units.values()).first()
    reached = Escalation.objects.filter(obligation__organisation=firm.company).first()
    post = firm.posts["hotline-agent"]
    promise = Obligation.objects.filter(docket=case.docket).first()
    customer = register_customer(
        company=firm.company, number=f"C-{case.number}", name=SECRET["foreign"], now=NOW
    )
    return {
        "number": case.number,
        "docket_id": str(case.docket_id),
        "duty": str(duty.pk) if duty else str(UUID(int=0)),
        "badge": post.holdings.get().staff.badge,
        "post_id": str(post.pk),
        "breach_id": str(breach.pk) if breach else "0",
        "unassigned_id": str(unassigned.pk) if unassigned else "0",
        "escalation_id": str(reached.pk) if reached else "0",
        "change_id": "1",
        "rating": "1",
        "customer": str(customer.pk),
        "obligation": str(promise.pk) if promise else str(UUID(int=0)),
    }


FIXED = {
    "form_id": "arrival",
    "code": "F-04",
    "what": "urge",
    "sha256": "0" * 64,
    "digest": "0" * 12,
    "process_id": "repair",
    "company": "t",
    "token": "nobodys",
    "size": "1",
    "aside_id": "999999",
}


def address(name: str, route: str, parts: dict[str, str]) -> str:
    def part(found: re.Match[str]) -> str:
        which = found[1]
        if name == "case-picture" and which == "size":
            return "small"
        if which == "pk":
            which = "customer" if name.startswith("customer") else "obligation"
            if name in ("callback-decide", "privacy-copy"):
                return "1"
        return quote(parts.get(which) or FIXED[which])

    return PART.sub(part, route)


@pytest.fixture
def world(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    cache.clear()
    ours = house("water-company", code="T", roles=ROLES)
    theirs = house("water-company", code="U", roles=("hotline-agent", "network", KNOWS))
    case, secret = take(ours, "pipe-repair", "own"), take(ours, "violation-report", "restricted")
    foreign = take(theirs, "pipe-repair", "foreign")
    open_periods(now=NOW)
    let_pass(at("2026-03-20 10:00"))
    keeper = administrator(ours)
    people: dict[str, Staff] = {**ours.people, "administrator": keeper}
    return people, {
        "own": named(ours, case),
        "foreign": named(theirs, foreign),
        "restricted": named(ours, secret),
    }


def test_nobody_sees_what_is_not_his(world):
    people, parts = world
    foreign_company = Case.objects.get(number=parts["foreign"]["number"]).organisation_id
    written = Entry.objects.filter(organisation_id=foreign_company)
    before = written.count()
    wrong: list[str] = []
    for role, person in people.items():
        client = Client(raise_request_exception=False)
        client.force_login(person)
        for name, route in routes().items():
            if name in ("sign-out", "sign-in"):
                continue
            for which in ("own", "foreign", "restricted") if PART.search(route) else ("own",):
                for method in ("get", "post") if which == "foreign" else ("get",):
                    where = address(name, route, parts[which])
                    answer = getattr(client, method)(where, follow=name in FOLLOWED)
                    content = b"" if answer.streaming else answer.content
                    told = content.decode("utf-8", "replace")
                    at_fault = fault(role, name, which, answer.status_code, told)
                    if at_fault:
                        wrong.append(f"{role} {method} {name} {which}: {at_fault}")
    assert not wrong, "\n".join(wrong)
    assert written.count() == before, "something was written in another company's ledger"


# What an address about somebody else's thing may answer: it is not there, it is not yours, it wants
# another method, or (a form sent to a list) back to the list.
REFUSALS = {403, 404, 405}
# These lead on to what is there, or is not.
FOLLOWED = {"docket", "case-taken"}
BACK_TO_THE_LIST = {"house-settle", "escalation-settle", "house-waiting-act", "callback-take"}


def fault(role: str, name: str, which: str, status: int, told: str) -> str:
    """What is wrong with an answer; nothing where it is as the table says."""
    kind = KIND[name]
    if status >= 500:
        return f"answered {status}"
    if SECRET["foreign"] in told:
        return "tells of another company"
    if SECRET["restricted"] in told and role != KNOWS:
        return "tells of a restricted matter"
    if kind == "house" and role != "administrator" and status not in REFUSALS:
        return f"the house is open ({status})"
    audits = {"administrator", "general-manager", KNOWS}
    if kind == "audit" and role not in audits and status not in REFUSALS:
        return f"the register of looks is open ({status})"
    if role == "administrator" and kind == "object" and status not in REFUSALS:
        return f"an administrator opens it ({status})"
    if kind in ("object", "house") and which == "foreign" and status not in REFUSALS:
        return "" if name in BACK_TO_THE_LIST and status == 302 else f"is there ({status})"
    if (role, name) == ("general-manager", "case-taken") and which == "restricted":
        return ""  # he took it in: its number, and no word of it
    by_case = kind == "object" and name.startswith(("case", "docket", "duty", "outside", "intake"))
    if by_case and which == "restricted" and role != KNOWS and status not in REFUSALS:
        return f"a restricted one is there ({status})"
    return ""


@pytest.mark.parametrize("which", ["own", "foreign", "restricted"])
def test_a_stranger_is_sent_to_the_door(world, which):
    _people, parts = world
    stranger = Client(raise_request_exception=False)
    for name, route in routes().items():
        where = address(name, route, parts[which])
        for answer in (stranger.get(where), stranger.post(where)):
            sent = answer.status_code == 302 and answer["Location"].startswith("/sign-in/")
            assert sent or KIND[name] == "open", f"{name}: {answer.status_code}"
            if KIND[name] == "open":
                assert answer.status_code < 500, name


def test_whose_it_is_sees_it(world):
    """The table above would hold for a house where nobody sees anything."""
    people, parts = world
    wanted = {
        ("network", "own", "case"): 200,
        ("hotline-agent", "own", "case"): 200,
        ("meter-reader", "own", "case"): 404,
        (KNOWS, "restricted", "case"): 200,
        ("hotline-agent", "restricted", "case"): 404,
        ("general-manager", "own", "customer"): 200,
        ("administrator", "own", "house-person"): 200,
    }
    for (role, which, name), status in wanted.items():
        client = Client()
        client.force_login(people[role])
        answer = client.get(address(name, routes()[name], parts[which]))
        assert answer.status_code == status, (role, which, name)
