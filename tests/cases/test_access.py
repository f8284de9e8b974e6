"""Who may see which case: reach by post, restricted matters, confidential complainants."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from chengnuo.cases.access import (
    few_dockets,
    may_see,
    reach_of,
    takes_in,
    visible,
    visible_open,
)
from chengnuo.cases.break_glass import (
    ClosedPart,
    break_glass,
    closed_to,
    glass_of,
    knowing,
    knows_complainant,
)
from chengnuo.cases.casework.assisting import ask_assistance
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.finding.search import newest, search
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import BreakGlass, Case, Copy, OpenCase
from chengnuo.cases.queries import desk, desk_counts
from chengnuo.disclosure.masks import masked_address, masked_name, masked_phone
from chengnuo.ledger.models import Entry, OutboxMessage
from chengnuo.obligations.access import may_fill
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.services import RefusedByRule
from chengnuo.obligations.ticking import tick
from chengnuo.people.models import Organisation, Post
from chengnuo.people.queries import posts_of
from chengnuo.rules.refusing import Refused, Unknown
from tests.companies import house, seat, shipped
from tests.rules.world import at
from tests.submitting import fill_case

NOON = at("2026-03-10 12:00")
SOON = NOON + timedelta(minutes=10)
EVERY = Q(pk__isnull=False)
REASON = "上级要求立即核实情况，须查看"


@pytest.fixture
def water(db):
    return house("water-company", code="W")


@pytest.fixture
def grid(db):
    """The group."""
    return house("power-grid", code="P")


@pytest.fixture
def power(grid):
    """A subsidiary of the group; departments of the group are not staffed again."""
    roles = ("supervision", "agent", "marketing", "supply-unit", "crew", "manager")
    return house("power-subsidiary", code="S", parent=grid.company, roles=roles)


def taken(firm, service, by, **more) -> Case:
    request = Request(
        service=service,
        channel="phone",
        narrative="示例诉求：抄表员态度问题",
        token=f"{service}-{by.badge}-{Case.objects.count()}",
        contact_name="演示客户甲",
        contact_phone="13800000001",
        address="示例市示例路1号1单元101室",
        **more,
    )
    return lodge(company=firm.again(), request=request, at=NOON, now=NOON, by=by)


def asked(person, company, moment=SOON):
    posts = posts_of(staff=person, at=moment)
    return {"staff": person, "posts": posts, "company": company, "at": moment}


def seen_by(person, company, moment=SOON) -> set[str]:
    """The numbers that a person sees: in a list, asked for one by one, and beginning at his own."""
    who = asked(person, company, moment)
    seen, few = visible(**who), few_dockets(**who)
    listed = numbers(Case.objects.filter(seen))
    assert listed == {c.number for c in Case.objects.all() if may_see(case=c, **who)}
    is_open = Case.objects.filter(number__in=listed, closed_at__isnull=True)
    assert numbers(is_open) == {
        row.case.number
        for row in OpenCase.objects.filter(visible_open(**who), stage="").select_related("case")
    }
    everywhere = Organisation.objects.all()
    assert listed == numbers(newest(companies=everywhere, shown=seen, few=few).cases)
    for told in ("抄表员", "00000000000"):
        wanted = {"companies": everywhere, "asked": told, "shown": seen, "in_full": EVERY}
        found = [search(**wanted, few=f) for f in (few, None)]
        assert numbers(found[0].cases) == numbers(found[1].cases)
    return listed


def numbers(cases) -> set[str]:
    return set(cases.values_list("number", flat=True))


# -- reach ----------------------------------------------------------------------------------------

REACH = {
    "hotline-agent": True,  # the whole company
    "cs-manager": True,
    "vice-president": True,
    "network": True,  # it handles it
    "crew": True,  # it owes the arrival
    "testing-centre": False,
    "meter-reader": False,
    "inspection": False,
}


@pytest.mark.parametrize(("role", "sees"), REACH.items())
def test_a_burst_pipe_is_seen_by_those_whose_reach_takes_it_in(water, role, sees):
    burst = taken(water, "pipe-repair", water.people["hotline-agent"])
    assert (burst.number in seen_by(water.people[role], water.company)) is sees


def test_who_took_it_in_was_asked_first_or_got_a_copy_sees_it_always(water):
    reader, clerk, tester = (water.people[r] for r in ("meter-reader", "clerk", "testing-centre"))
    case = taken(water, "pipe-repair", reader, first_asked=clerk)
    Copy.objects.create(case=case, staff=tester, sent_at=NOON)
    for person in (reader, clerk, tester):
        assert seen_by(person, water.company) == {case.number}


def test_the_head_of_the_company_sees_all_of_it_and_nothing_of_a_sister(water, db):
    case = taken(water, "pipe-repair", water.people["hotline-agent"])
    sister = house("water-company", code="X")
    assert case.number in seen_by(water.top, water.company)
    assert seen_by(sister.top, sister.company) == set()


def test_who_keeps_the_house_opens_no_case(water):
    _post, keeper = seat(water.company, "administrator", "W-adm", None)
    taken(water, "pipe-repair", water.people["hotline-agent"])
    assert seen_by(keeper, water.company) == set()


def test_the_group_sees_its_subsidiaries_where_its_post_sees_the_company(grid, power):
    case = taken(power, "service-complaint", power.people["agent"])
    assert case.number in seen_by(grid.people["group-market"], grid.company)
    assert case.number not in seen_by(grid.people["supply-unit"], grid.company)
    assert case.number not in seen_by(grid.people["group-party"], grid.company)


def test_the_group_looks_and_does_nothing(grid, power):
    case = taken(power, "service-complaint", power.people["agent"])
    with pytest.raises(RefusedByRule, match="To be done by"):
        hand_over(
            case=case, to=power.units["supply-unit"], by=grid.people["vice-president"], now=SOON
        )


# -- restricted -----------------------------------------------------------------------------------


@pytest.fixture
def report(power) -> Case:
    """Somebody reports misconduct on the hotline."""
    return taken(power, "conduct-report", power.people["agent"])


def test_only_supervision_knows_of_a_report(power, grid, report):
    assert report.restricted
    assert report.docket.handling_unit == power.units["supervision"]
    knows = {"S-supervision"}
    for role, person in power.people.items():
        assert (report.number in seen_by(person, power.company)) is (person.badge in knows), role
    assert report.number in seen_by(grid.people["group-supervision"], grid.company)
    assert report.number not in seen_by(grid.top, grid.company)


@pytest.mark.parametrize("role", ["crew", "supply-unit", "agent"])
def test_who_took_a_report_in_has_it_in_no_list_afterwards(power, role):
    """Neither among what he sees nor among the open ones of his unit's queue."""
    report = taken(power, "conduct-report", power.people[role])
    assert report.docket.handling_unit == power.units["supervision"]
    assert seen_by(power.people[role], power.company) == set()


def test_in_a_report_only_who_knows_fills_a_form_whoever_it_names(power, report):
    """One of several posts is enough; a form that names nobody is open to nobody else."""
    pack = regulation_for(digest=report.docket.release_id, company=power.company).pack
    form = pack.forms["report-acceptance"]
    for who in ((), ("organisation",), ("handling_unit",), ("agent",)):
        shape = form.model_copy(update={"who": who})
        for role, person in power.people.items():
            posts = posts_of(staff=person, at=SOON)
            may = may_fill(form=shape, docket=report.docket, posts=posts, by=person)
            assert may is (role == "supervision"), (who, role)
        both = [power.posts["agent"], power.posts["supervision"]]
        assert may_fill(form=shape, docket=report.docket, posts=both)


def test_who_may_fill_an_open_form(water, grid, power):
    """A form that names nobody: the company's own people, also one without a post; of the group
    nobody whose role the company has itself. What the customer signs: who holds the case."""
    case = taken(power, "service-complaint", power.people["agent"])
    pack = regulation_for(digest=case.docket.release_id, company=power.company).pack
    named_none = pack.forms["report-acceptance"].model_copy(update={"who": ()})
    rows = [
        (posts_of(staff=power.people["crew"], at=SOON), True),
        ([], True),
        (posts_of(staff=grid.people["supply-unit"], at=SOON), False),
    ]
    for posts, may in rows:
        assert may_fill(form=named_none, docket=case.docket, posts=posts) is may
    burst = taken(water, "pipe-repair", water.people["hotline-agent"])
    signed = named_none.model_copy(update={"who": ("customer",)})
    for role, may in (("network", True), ("meter-reader", False), ("testing-centre", False)):
        posts = posts_of(staff=water.people[role], at=SOON)
        assert may_fill(form=signed, docket=burst.docket, posts=posts) is may, role


def test_who_is_asked_for_help_sees_the_case_and_no_other_unit(water):
    case = taken(water, "pipe-repair", water.people["hotline-agent"])
    ask_assistance(
        case=case,
        unit=water.units["engineering"],
        asked_for="需要挖掘机",
        by=water.people["network"],
        now=SOON,
    )
    for role, sees in (("engineering", True), ("testing-centre", False), ("meter-reader", False)):
        assert (case.number in seen_by(water.people[role], water.company)) is sees, role


@pytest.mark.parametrize(
    ("roles", "takes"),
    [
        (("hotline-agent",), True),  # accepts
        (("clerk",), True),  # customers reach it through a channel
        (("general-manager",), True),  # the head of the company does everything
        (("network",), False),  # heads a department
        (("network", "clerk"), True),
        ((), False),
    ],
)
def test_who_takes_matters_in(water, roles, takes):
    assert takes_in(posts=[water.posts[role] for role in roles], at=NOON) is takes


def test_everything_in_it_is_owed_by_those_who_know(power, report):
    owed = {(o.unit_id, o.role) for o in report.docket.obligations.all()}
    assert owed == {(power.units["supervision"].pk, "supervision")}


def test_the_inspection_department_handles_a_report_and_never_replies_or_calls_back_on_it(water):
    case = taken(water, "violation-report", water.people["hotline-agent"])
    hand_over(case=case, to=water.units["inspection"], by=None, now=SOON)
    owed = {o.rule: o.role for o in case.docket.obligations.all()}
    assert owed["complaint-first-reply"] == owed["canned-reply-phone"] == "cs-specialist"
    assert owed["matter-answered"] == "inspection"
    assert set(owed.values()) == {"cs-specialist", "inspection"}
    assert case.number not in seen_by(water.people["cs-manager"], water.company)
    assert case.number not in seen_by(water.people["hotline-agent"], water.company)
    for knows in ("cs-specialist", "inspection"):
        assert case.number in seen_by(water.people[knows], water.company), knows


def test_a_report_goes_to_nobody_who_does_not_know(power, report):
    officer = power.people["supervision"]
    with pytest.raises(RefusedByRule, match="only be handed to units that may know"):
        hand_over(case=report, to=power.units["marketing"], by=officer, now=SOON)


def test_supervision_handles_it_to_the_end(power, report):
    officer = power.people["supervision"]
    answers = {
        "report-acceptance": {"content": "举报内容", "reporter": "named"},
        "report-investigation": {"findings": "核查情况", "upheld": "true"},
        "report-action": {"action": "责令改正", "unit": "抄表班"},
        "report-conclusion": {"conclusion": "处理意见", "informed": "true", "accepted": "true"},
    }
    for form, raw in answers.items():
        case = fill_case(report, form, raw, token=form, by=officer, now=SOON)
    assert case.closed_at is not None
    with pytest.raises(RefusedByRule):
        fill_case(
            report,
            "report-acceptance",
            answers["report-acceptance"],
            token="x",
            by=power.top,
            now=SOON,
        )


def test_a_message_that_climbs_to_somebody_else_names_nothing(water):
    case = taken(water, "violation-report", water.people["hotline-agent"])
    while tick(now=NOON + timedelta(days=20)):
        pass
    told = OutboxMessage.objects.filter(key__contains=":escalated:")
    knowing = [str(water.people[r].pk) for r in ("cs-specialist", "inspection")]
    others = told.exclude(recipient__in=knowing)
    assert others.exists()
    for message in others:
        assert case.number not in str(message.payload)
        assert message.payload["docket"] == ""
        assert "限制知悉" in message.payload["zh"]


roles = st.sampled_from(
    ["agent", "marketing", "supply-unit", "crew", "manager", "general-manager", "head", "nobody"]
)
places = st.sampled_from(["supervision", "agent", "marketing", "supply-unit", "general-manager"])
some_posts = st.lists(st.tuples(places, roles, st.booleans()), max_size=4)


@given(some_posts, st.sampled_from(["13800000001", "抄表员", "示例路", "conduct", ""]))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example([("supervision", "nobody", True)], "抄表员")
def test_whatever_the_posts_nobody_outside_ever_meets_a_restricted_case(
    power, report, stranger, held, words
):
    posts = [
        Post(organisation=power.units[unit], role=role, is_head=head) for unit, role, head in held
    ]
    who = {"staff": stranger, "posts": posts, "company": power.company, "at": SOON}
    shown = visible(**who)
    assert not Case.objects.filter(shown).exists()
    assert Case.objects.filter(shown).count() == 0
    assert not may_see(case=report, **who)
    assert not Obligation.objects.filter(visible(**who, through="docket__case__")).exists()
    for term in (words, report.number, report.number[-5:]):
        for few in (None, few_dockets(**who)):
            found = search(
                companies=[power.company], asked=term, shown=shown, in_full=EVERY, few=few
            )
            assert not found.cases.exists()
    assert report.docket_id not in {o.docket_id for o in desk(posts=posts)}
    counts = desk_counts(posts=posts, now=SOON, today_ends=SOON + timedelta(days=1))
    assert counts.running == len(desk(posts=posts, limit=500))


@pytest.fixture
def stranger(power):
    """Somebody of the company who has nothing to do with it."""
    _post, person = seat(power.units["marketing"], "marketing", "S-stranger", None)
    return person


# -- confidential ---------------------------------------------------------------------------------


@pytest.fixture
def complaint(power) -> Case:
    """Who complains asks to stay unknown to those complained of."""
    case = taken(power, "service-complaint", power.people["agent"], confidential=True)
    return hand_over(case=case, to=power.units["supply-unit"], by=power.people["agent"], now=SOON)


def knows(person, case, moment=SOON):
    posts = posts_of(staff=person, at=moment)
    one = knows_complainant(case=case, staff=person, posts=posts, at=moment)
    listed = Case.objects.filter(knowing(staff=person, posts=posts, at=moment), pk=case.pk)
    assert listed.exists() is one
    return one


@pytest.mark.parametrize(
    ("role", "may"),
    [("agent", True), ("supply-unit", False), ("manager", False), ("general-manager", False)],
)
def test_only_the_side_that_took_it_in_knows_who_complains(power, complaint, role, may):
    assert complaint.number in seen_by(power.people[role], power.company)
    assert knows(power.people[role], complaint) is may


# -- break-glass ----------------------------------------------------------------------------------


def opens(person, case, company, moment=SOON):
    return closed_to(case=case, **asked(person, company, moment))


def test_who_may_open_what(power, complaint, report):
    handler, top = power.people["supply-unit"], power.top
    assert opens(handler, complaint, power.company) is ClosedPart.CONTACT
    assert opens(handler, report, power.company) is None
    assert opens(top, report, power.company) is ClosedPart.CASE
    assert opens(power.people["agent"], complaint, power.company) is None
    assert opens(power.people["manager"], report, power.company) is ClosedPart.CASE


def test_a_look_ends_by_itself_and_stands_in_the_ledger(power, report):
    with pytest.raises(Refused):
        break_glass(case=report, by=power.top, company=power.company, why="看看", now=SOON)
    made = break_glass(case=report, by=power.top, company=power.company, why=REASON, now=SOON)
    assert made.until - made.since == timedelta(minutes=30)
    assert report.number in seen_by(power.top, power.company)
    assert report.number not in seen_by(power.top, power.company, made.until)
    assert glass_of(case=report, staff=power.top, at=made.until) is None
    entry = Entry.objects.get(kind="case.glass_broken")
    assert (entry.actor_id, entry.subject) == (power.top.pk, report.docket_id)
    assert entry.data["why"] == REASON


def test_supervision_and_the_accepting_head_are_told(power, complaint):
    handler = power.people["supply-unit"]
    break_glass(case=complaint, by=handler, company=power.company, why=REASON, now=SOON)
    told = OutboxMessage.objects.filter(key__startswith="glass:")
    people = {power.people["supervision"].pk, power.people["agent"].pk}
    assert {int(m.recipient) for m in told} == people
    assert all(handler.badge in m.payload["zh"] and REASON in m.payload["zh"] for m in told)
    assert knows(handler, complaint)
    assert not knows(handler, complaint, SOON + timedelta(minutes=31))


def test_of_a_restricted_matter_only_those_who_know_are_told(power, grid, report):
    break_glass(case=report, by=power.top, company=power.company, why=REASON, now=SOON)
    told = {int(m.recipient) for m in OutboxMessage.objects.filter(key__startswith="glass:")}
    assert told == {
        person.pk
        for person in (
            power.people["supervision"],
            grid.people["group-supervision"],
            grid.people["supervision"],
        )
    }


def test_nobody_opens_what_is_not_closed_to_him(power, report, complaint):
    for person, case in ((power.people["crew"], report), (power.people["agent"], complaint)):
        with pytest.raises(Unknown):
            break_glass(case=case, by=person, company=power.company, why=REASON, now=SOON)
    assert not BreakGlass.objects.exists()


# -- masks ----------------------------------------------------------------------------------------


@given(st.from_regex(r"\+?[0-9]{1,20}", fullmatch=True))
def test_a_masked_number_never_holds_the_number(phone):
    assert phone not in masked_phone(phone)
    assert len(masked_phone(phone)) == len(phone)


@given(st.text(min_size=2, max_size=40))
def test_a_masked_name_and_address_never_hold_the_whole(text):
    told = text.replace("*", "x")
    assert told not in masked_name(told)
    assert told not in masked_address(told)


def test_whoever_sees_more_than_his_own_sees_his_unit_too(water):
    """Also where he sees all of the company: what is restricted to a unit is his by the unit."""
    roles = shipped("water-company").pack.roles
    for role, person in water.people.items():
        posts = posts_of(staff=person, at=NOON)
        reach = reach_of(staff=person, posts=posts, company=water.company, at=NOON)
        own = role in roles and roles[role].sees == "own" and role != "general-manager"
        assert (water.units[role].pk in reach.units) is not own, role
