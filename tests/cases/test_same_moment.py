"""Two people at one case at the same moment: one of them is told, and no word is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chengnuo.cases.casework.assisting import ask_assistance
from chengnuo.cases.casework.links import link, merge
from chengnuo.cases.casework.objections import ask_return, decide_return
from chengnuo.cases.casework.services import ask_pause, change_facts, decide_pause, hand_over, say
from chengnuo.cases.casework.supervising import urge
from chengnuo.cases.intake.contacts import note_contact
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Assistance, Case, CaseLink, Contact, Copy, Objection
from chengnuo.cases.referrals.outside import send_copies
from chengnuo.ledger.queries import history, verify
from chengnuo.obligations.models import Evidence
from chengnuo.obligations.services import RefusedByRule, SomebodyWasFaster
from tests.companies import house, rule, small_pack
from tests.overlapping import AT_THE_SAME_MOMENT, overlapping
from tests.rules.world import at
from tests.submitting import fill_case

pytestmark = AT_THE_SAME_MOMENT

NOW = at("2026-03-09 10:00")
LATER = NOW + timedelta(minutes=30)
RULES = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, owed_by: network, "
    "limit: {amount: 2, unit: hour}, pause: [{reason: weather, title: {zh: 天气, en: Weather}, "
    "proof: {zh: 预警, en: Warning}, cap: {amount: 1, unit: hour}, approver: service}]",
)


@pytest.fixture
def firm(transactional_db, tmp_path):
    made = house(small_pack(tmp_path, RULES))
    yield made
    assert verify(organisation_id=made.company.pk) == [], "the chain of the ledger holds"


@pytest.fixture
def leak(firm):
    return take(firm, "first")


def take(firm, token, minutes=0, by=None, **more) -> Case:
    moment = NOW + timedelta(minutes=minutes)
    request = Request(
        service="leak", channel="phone", narrative=f"路面冒水 {token}", token=token, **more
    )
    by = by or firm.people["service"]
    return lodge(company=firm.again(), request=request, at=moment, now=moment, by=by)


def fresh(case: Case) -> Case:
    return Case.objects.select_related("docket", "merged_into").get(pk=case.pk)


def kinds(case: Case) -> list[str]:
    return [entry.kind for entry in history(subject=case.docket_id)]


def refusal(outcome) -> str:
    assert isinstance(outcome, RefusedByRule), repr(outcome)
    return outcome.refusals[0].missing.en


# -- both have read the same page: the second one is told ------------------------------------------


def to(firm, unit):
    def act(case, version):
        hand_over(
            case=case, to=firm.units[unit], by=firm.top, now=LATER, reason=unit, version=version
        )

    return act


def saying(firm, what):
    def act(case, version):
        say(case=case, what=what, by=firm.top, now=LATER, reason=what, version=version)

    return act


def filling(firm, form, token):
    def act(case, version):
        fill_case(case, form, {}, token=token, by=firm.top, now=LATER, version=version)

    return act


def urging(firm):
    return lambda case, version: urge(
        case=case, reason="快点", by=firm.top, now=LATER, version=version
    )


def putting_right(firm, area):
    return lambda case, version: change_facts(
        case=case, facts={"area": area}, by=firm.top, now=LATER, reason=area, version=version
    )


PAIRS = {
    "two hand it over to two units": lambda f: (to(f, "network"), to(f, "service")),
    "one hands it over, the other closes it": lambda f: (
        to(f, "service"),
        saying(f, "withdrawn"),
    ),
    "one closes it, the other hands it over": lambda f: (
        saying(f, "withdrawn"),
        to(f, "service"),
    ),
    "two fill the same form": lambda f: (filling(f, "arrival", "a"), filling(f, "arrival", "b")),
    "one closes it, the other fills a form": lambda f: (
        saying(f, "withdrawn"),
        filling(f, "arrival", "a"),
    ),
    "one urges, the other hands it over": lambda f: (urging(f), to(f, "service")),
    "two put the same fact right": lambda f: (putting_right(f, "urban"), putting_right(f, "rural")),
}


@pytest.mark.parametrize("what", PAIRS)
def test_of_two_who_read_the_same_page_the_second_is_told(firm, leak, what):
    first, second = PAIRS[what](firm)
    read, before = leak.docket.version, len(kinds(leak))
    _, told = overlapping(
        lambda: first(fresh(leak), read),
        lambda: second(fresh(leak), read),
    )
    assert isinstance(told, SomebodyWasFaster), repr(told)
    assert fresh(leak).docket.version == read + 1
    assert len(kinds(leak)) > before
    assert Evidence.objects.count() == what.startswith("two fill")


# -- who read nothing of it: each is done, or refused with its reason ------------------------------


def test_two_urgings_at_once_are_two(firm, leak):
    overlapping(
        lambda: urging(firm)(fresh(leak), None),
        lambda: urging(firm)(fresh(leak), None),
    )
    assert fresh(leak).urged == kinds(leak).count("case.urged") == 2


def test_two_cases_merged_into_each_other_follow_one_of_them(firm, leak):
    again = take(firm, "second")
    _, told = overlapping(
        lambda: merge(case=leak, into=again, by=firm.top, now=LATER, reason="同一处"),
        lambda: merge(case=again, into=leak, by=firm.top, now=LATER, reason="同一处"),
    )
    assert "The other case is merged into this one" in refusal(told)
    assert (fresh(leak).merged_into, fresh(again).merged_into) == (again, None)


def test_nothing_is_merged_into_what_is_closed_at_that_moment(firm, leak):
    again = take(firm, "second", minutes=10)
    _, told = overlapping(
        lambda: saying(firm, "withdrawn")(leak, None),
        lambda: merge(case=again, into=leak, by=firm.top, now=LATER, reason="同一处"),
    )
    assert "The other case is closed" in refusal(told)
    assert fresh(again).closed_at is None, "its promises run on"


def test_what_is_merged_at_that_moment_is_not_closed_beside_it(firm, leak):
    again = take(firm, "second", minutes=10)
    overlapping(
        lambda: merge(case=again, into=leak, by=firm.top, now=LATER, reason="同一处"),
        lambda: saying(firm, "withdrawn")(leak, None),
    )
    assert fresh(again).merged_into == leak
    assert fresh(leak).closed_at is not None, "one after the other: that is allowed"


def test_two_links_of_the_same_two_are_one(firm, leak):
    again = take(firm, "second")
    _, told = overlapping(
        lambda: link(case=leak, other=again, by=firm.top, now=LATER),
        lambda: link(case=again, other=leak, by=firm.top, now=LATER),
    )
    assert "already linked or merged" in refusal(told)
    assert CaseLink.objects.count() == 1


def test_a_unit_is_asked_for_help_once(firm, leak):
    def ask():
        return ask_assistance(
            case=fresh(leak), unit=firm.units["service"], asked_for="请协助", by=firm.top, now=LATER
        )

    hand_over(case=leak, to=firm.company, by=firm.top, now=NOW)
    _, told = overlapping(ask, ask)
    assert "has been asked" in refusal(told)
    assert Assistance.objects.count() == 1


def test_a_return_is_asked_for_once_and_decided_once(firm, leak):
    def ask():
        return ask_return(
            case=fresh(leak), wants=None, reason="不属本部门", by=firm.people["network"], now=LATER
        )

    def decide(unit, by):
        return lambda: decide_return(
            case=fresh(leak), to=unit, remark="同意", by=firm.people[by], now=LATER
        )

    _, told = overlapping(ask, ask)
    assert "already awaiting the receiving unit" in refusal(told)
    _, told = overlapping(decide(None, "service"), decide(firm.company, "service"))
    assert "No return request" in refusal(told)
    assert Objection.objects.get().upheld is False


def test_a_pause_is_asked_for_once_and_decided_once(firm, leak):
    def ask():
        return ask_pause(
            case=fresh(leak), obligation="repaired-soon#1", reason="weather", proof="暴雨预警",
            by=firm.people["network"], now=LATER,
        )  # fmt: skip

    def decide(verdict):
        return lambda: decide_pause(
            case=fresh(leak), obligation="repaired-soon#1", verdict=verdict,
            by=firm.people["service"], now=LATER + timedelta(minutes=1),
        )  # fmt: skip

    _, told = overlapping(ask, ask)
    refusal(told)
    _, told = overlapping(decide("approved"), decide("rejected"))
    refusal(told)
    (standing,) = leak.docket.obligations.get(rule="repaired-soon").standstills
    assert standing["status"] == "approved"


# -- the same thing twice is one thing -------------------------------------------------------------


def test_one_click_is_one_case(firm):
    one, other = overlapping(lambda: take(firm, "same"), lambda: take(firm, "same"))
    assert one == other
    assert Case.objects.count() == 1


def test_a_letter_registered_by_two_is_one_case(firm):
    def register(token):
        return lambda: take(firm, token, source="mayor_mailbox", source_ref="2026-1")

    one, other = overlapping(register("a"), register("b"))
    assert one == other
    assert Case.objects.count() == 1


def test_a_copy_goes_out_once(firm, leak):
    def send():
        send_copies(case=leak, to=[firm.people["network"]], by=firm.top, now=LATER)

    _, told = overlapping(send, send)
    assert told is None
    assert Copy.objects.count() == kinds(leak).count("case.copied") == 1


def test_a_call_without_a_case_is_noted_once(firm):
    def note():
        return note_contact(
            company=firm.company, by=firm.top, now=LATER, channel="phone", answer="打错电话"
        )

    one, other = overlapping(note, note)
    assert one == other
    assert Contact.objects.count() == 1
