"""Taking a matter in: every service of every pack, once however often it is sent."""

from datetime import UTC, timedelta

import pytest
from django.db import IntegrityError, transaction

from chengnuo.cases.drafting import UnableToLodge, WrongFacts
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.ledger.queries import history, verify
from chengnuo.obligations.models import Docket, Obligation
from chengnuo.obligations.regulation import NoRegulation, regulation_for
from chengnuo.obligations.values import state_of
from chengnuo.packs.forms import offered
from chengnuo.packs.loader import shipped_packs
from tests.companies import house, rule, small_pack
from tests.obligations.matter import let_pass
from tests.packs.shipped import shipped
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
IN_TIME = "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}"


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, rule("repaired-soon", IN_TIME)))


def take(firm, token="t", service="leak", when=NOW, now=None, **more):
    request = Request(service=service, channel="phone", narrative="路面冒水", token=token, **more)
    return lodge(
        company=firm.again(),
        request=request,
        at=when,
        now=now or when,
        by=firm.people.get("service"),
    )


# -- every service ---------------------------------------------------------------------------------


@pytest.mark.parametrize("pack_id", shipped_packs())
def test_every_service_can_be_taken_in(db, pack_id):
    firm = house(pack_id)
    pack = shipped(pack_id).pack
    for service_id, service in pack.services.items():
        assert service.title.zh, service_id
        assert service.title.en, service_id
        if service.process is None:
            with pytest.raises(UnableToLodge):
                take(firm, token=service_id, service=service_id)
            continue
        case = take(firm, token=service_id, service=service_id)
        regulation = regulation_for(digest=case.docket.release_id, company=case.organisation)
        rows = list(Obligation.objects.filter(docket=case.docket_id))
        assert rows or service.audience == "internal", f"{service_id}: nothing is promised"
        for row in rows:
            title = regulation.book.rules[row.rule].title
            assert title.zh, row.rule
            assert title.en, row.rule
            assert row.unit_id, f"{row} is owed by nobody"
        state = state_of(case.docket, case.docket.obligations.all(), regulation)
        assert offered(regulation.pack, state), f"{service_id}: there is no next step"
    assert verify(organisation_id=firm.company.pk) == []
    numbers = list(Case.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)


def test_the_case_its_docket_and_its_promises_come_together(firm):
    case = take(firm, facts={"area": "urban"}, contact_phone="13800000000", address="一号")
    held = Case.objects.get()
    assert held.pk == case.pk
    assert (held.lodged_at, held.service, held.contact_phone) == (NOW, "leak", "13800000000")
    assert held.docket.facts == {"area": "urban"}
    assert held.docket.seen == {"case.lodged": NOW.astimezone(UTC).isoformat()}
    assert held.docket.accepting_unit_id == firm.units["service"].pk
    assert held.docket.handling_unit_id == firm.units["network"].pk, "the service's owner"
    (entry,) = history(subject=held.docket_id)
    assert entry.kind == "case.lodged"
    assert entry.actor_id == firm.people["service"].pk
    assert entry.data["case"] == held.number
    assert entry.data["decided"][0]["key"] == "repaired-soon#1"
    assert Obligation.objects.get().act_by == NOW + timedelta(hours=2)


def test_a_number_tells_company_and_local_day(firm):
    late = take(firm, when=at("2026-03-09 00:30"))
    assert late.number.startswith("T-260309-")


# -- once, however often it is sent ----------------------------------------------------------------


def test_a_double_click_is_one_case(firm):
    first, second = take(firm), take(firm)
    assert first.pk == second.pk
    assert (Case.objects.count(), Docket.objects.count()) == (1, 1)
    assert verify(organisation_id=firm.company.pk) == []


def test_the_same_row_of_a_source_is_one_case(firm):
    first = take(firm, token="a", source="old-system", source_ref="17")
    second = take(firm, token="b", source="old-system", source_ref="17")
    third = take(firm, token="c", source="old-system", source_ref="18")
    assert first.pk == second.pk != third.pk


def test_another_companys_case_is_never_given_back(firm, tmp_path):
    """A token is made by the browser: if two are the same, nobody may see the other's case."""
    other = house(small_pack(tmp_path, rule("repaired-soon", IN_TIME)), code="U")
    take(firm, token="same")
    with pytest.raises(IntegrityError), transaction.atomic():
        take(other, token="same")
    assert Case.objects.count() == 1


# -- what cannot be taken in -----------------------------------------------------------------------


def test_an_unknown_service_is_refused_with_those_that_there_are(firm):
    with pytest.raises(UnableToLodge, match="known: leak"):
        take(firm, service="telephone")


def test_a_matter_of_tomorrow_is_refused(firm):
    with pytest.raises(UnableToLodge, match="future"):
        take(firm, when=NOW + timedelta(minutes=1), now=NOW)


def test_a_matter_older_than_the_regulation_is_refused(firm):
    with pytest.raises(NoRegulation):
        take(firm, when=at("2019-01-01 10:00"), now=NOW)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"colour": "red"}, "No such detail “colour”; known: area, agreed_at"),
        ({"area": "moon"}, "allowed: urban, rural"),
        ({"area": 3}, "allowed: urban, rural"),
        ({"agreed_at": "tomorrow"}, "a moment"),
    ],
)
def test_facts_that_no_rule_could_read_are_refused(firm, facts, said):
    with pytest.raises(WrongFacts, match=said):
        take(firm, facts=facts)
    assert Case.objects.count() == 0


def test_a_number_out_of_its_bounds_is_refused(db):
    firm = house("water-company")
    with pytest.raises(WrongFacts, match="diameter_mm"):
        take(firm, service="pipe-repair", facts={"diameter_mm": -5})


def test_a_refused_matter_leaves_nothing_behind(firm):
    with pytest.raises(WrongFacts):
        take(firm, facts={"area": "moon"})
    assert (Docket.objects.count(), Obligation.objects.count()) == (0, 0)
    assert take(firm, token="again", facts={"area": "urban"}).number.startswith("T-260309-")


# -- told afterwards -------------------------------------------------------------------------------


def test_a_matter_told_later_runs_from_when_it_was_asked(firm):
    """Taken down on paper at eight, entered at eleven: the two hours are over, and that shows."""
    take(firm, when=at("2026-03-09 08:00"), now=at("2026-03-09 11:00"))
    let_pass("2026-03-09 11:00")
    held = Obligation.objects.get()
    assert held.broken_at == at("2026-03-09 10:00")
    assert held.breach.detected_at == at("2026-03-09 11:00")
