"""The administrator's pages: everything about staff and posts, nothing about customers."""

import re
from datetime import timedelta

import pytest

from chengnuo.doors.jobs.deliver import deliver
from chengnuo.ledger.models import Entry
from chengnuo.obligations.models import UnassignedEscalation
from chengnuo.people import second_factor
from chengnuo.people.models import Change, Organisation, Post, Staff
from chengnuo.people.queries import settings_of
from chengnuo.people.services import choose_setting
from chengnuo.people.signing import Knock, failed, knock
from tests.companies import administrator, house
from tests.doors.web.conftest import LATER, page, sits

PAGES = (
    "/house/", "/house/units/new/", "/house/staff/", "/house/staff/new/", "/house/staff/T-network/",
    "/house/posts/new/", "/house/settings/", "/house/unassigned/",
)  # fmt: skip
CUSTOMERS = ("/intake/", "/cases/", "/overdue/", "/cases/T-000000-00001/")


@pytest.fixture
def boss(firm):
    return administrator(firm)


@pytest.fixture
def desk(boss):
    return sits(boss)


def last():
    return Entry.objects.order_by("seq").last()


def post_of(firm, role):
    return Post.objects.get(pk=firm.posts[role].pk)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_for_an_administrator_and_for_nobody_else(firm, boss, path, language):
    assert sits(boss, language).get(path).status_code == 200
    answer = sits(firm.top, language).get(path)
    assert answer.status_code == 403
    assert ("administrators" if language == "en" else "系统管理员") in page(answer)


@pytest.mark.parametrize("path", CUSTOMERS)
def test_an_administrator_sees_no_customer(desk, leak, path):
    answer = desk.get(path)
    assert answer.status_code == 403
    assert "13800000001" not in page(answer)
    assert "演示客户甲" not in page(answer)
    assert 'href="/cases/"' not in page(desk.get("/"))


def test_who_also_works_on_another_post_sees_what_that_post_sees(firm, boss, desk, leak):
    desk.post(f"/house/staff/{boss.badge}/appoint/", {"post": firm.posts["network"].pk})
    assert desk.get("/cases/").status_code == 200


# -- staff -----------------------------------------------------------------------------------------


def test_somebody_is_hired_and_the_password_is_shown_once(firm, desk):
    form = {"badge": "T-77", "name": "演示新人", "name_en": "Demo Newcomer", "phone": "",
            "unit": firm.units["network"].pk}  # fmt: skip
    answer = desk.post("/house/staff/new/", form)
    password = re.search(r'id="one-time">([a-z0-9-]+)<', page(answer)).group(1)
    assert Staff.objects.get(badge="T-77").check_password(password)
    assert password not in page(desk.get("/house/staff/T-77/"))
    # the same again is refused, with everything still typed
    again = desk.post("/house/staff/new/", form)
    assert again.status_code == 422
    assert "already in use" in page(again)
    assert 'value="演示新人"' in page(again)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"badge": ""}, "This field is required."),
        ({"badge": "a/b"}, "Letters, digits"),
        ({"badge": "x" * 31}, "At most 30 characters"),
        ({"name": ""}, "This field is required."),
        ({"unit": ""}, "choose from the list"),
        ({"unit": "999999"}, "choose from the list"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_wrong(firm, desk, wrong, said):
    form = {"badge": "T-77", "name": "演示新人", "unit": firm.units["network"].pk, **wrong}
    answer = desk.post("/house/staff/new/", form)
    assert answer.status_code == 422
    field = next(iter(wrong))
    assert said in re.search(rf'id="{field}-error">(.*?)</p>', page(answer)).group(1)
    assert not Staff.objects.filter(name="演示新人").exists()


@pytest.mark.parametrize(
    ("asked", "found", "left_out"),
    [
        ("q=T-net", "T-network", "T-service"),
        ("q=service", "T-service", "T-network"),
        ("only=idle", "T-idle", "T-network"),
        ("only=dismissed", "T-gone", "T-network"),
    ],
)
def test_staff_are_found_by_badge_name_and_state(firm, desk, asked, found, left_out):
    for badge, active in (("T-idle", True), ("T-gone", False)):
        Staff.objects.create_user(
            badge, None, name="演示", organisation=firm.company, is_active=active
        )
    html = page(desk.get(f"/house/staff/?{asked}"))
    assert f"/house/staff/{found}/" in html
    assert f"/house/staff/{left_out}/" not in html


def test_somebody_is_dismissed_and_what_is_owed_stays_with_the_post(firm, desk, leak):
    person = firm.people["network"]
    html = page(desk.get(f"/house/staff/{person.badge}/"))
    assert "Open tasks stay with the posts:" in html
    assert "1 open" in html
    their = sits(person)
    assert their.get("/").status_code == 200
    assert desk.post(f"/house/staff/{person.badge}/dismiss/").status_code == 302
    assert their.get("/").status_code == 302, "the session is over"
    html = page(desk.get(f"/house/posts/{firm.posts['network'].pk}/"))
    assert "The post is vacant" in html
    assert "1 open" in html
    assert "vacant: 1" in page(desk.get("/house/"))
    assert (last().kind, last().data["badge"]) == ("staff.dismissed", person.badge)


def test_nobody_dismisses_himself(boss, desk):
    answer = desk.post(f"/house/staff/{boss.badge}/dismiss/")
    assert answer.status_code == 422
    assert "You cannot end your own employment" in page(answer)


def test_a_locked_sign_in_is_shown_and_opened(firm, boss, desk):
    person = firm.people["service"]
    at_door = Knock(person.badge, "10.1.1.1")
    for _ in range(5):
        knock(at_door=at_door, now=LATER)
        failed(at_door=at_door, person=person, step="password", now=LATER)
    assert "Locked until" in page(desk.get(f"/house/staff/{person.badge}/"))
    desk.post(f"/house/staff/{person.badge}/unlock/")
    assert "Locked until" not in page(desk.get(f"/house/staff/{person.badge}/"))
    assert knock(at_door=at_door, now=LATER) is None


def test_a_second_factor_is_reset(firm, desk):
    person = firm.people["service"]
    device = second_factor.offered(staff=person)
    device.confirmed = True
    device.save()
    desk.post(f"/house/staff/{person.badge}/reset-factor/")
    assert second_factor.device_of(staff=person) is None


def test_people_and_posts_of_another_company_are_not_there(firm, desk):
    other = house("water-company", code="U", roles=("network",))
    assert desk.get("/house/staff/U-network/").status_code == 404
    assert desk.post("/house/staff/U-network/reset-password/").status_code == 404
    assert desk.get(f"/house/posts/{other.posts['network'].pk}/").status_code == 404


# -- posts -----------------------------------------------------------------------------------------


def test_a_unit_and_a_post_in_it_are_opened_and_filled(firm, desk):
    form = {"name_zh": "东区班", "name_en": "East crew", "code": "T-east", "kind": "crew",
            "parent": firm.units["network"].pk}  # fmt: skip
    assert desk.post("/house/units/new/", form).status_code == 302
    unit = Organisation.objects.get(code="T-east")
    assert unit.company_id == firm.company.pk
    head = firm.posts["network"].pk
    form = {"unit": unit.pk, "role": "network", "reports_to": head, "is_head": "1"}
    desk.post("/house/posts/new/", form)
    made = Post.objects.get(organisation=unit)
    assert (made.title_zh, made.is_head, made.reports_to_id) == ("管网部", True, head)
    desk.post(f"/house/posts/{made.pk}/appoint/", {"badge": "T-network"})
    assert "T-network" in page(desk.get(f"/house/posts/{made.pk}/"))
    assert sorted(r.kind for r in Entry.objects.order_by("-seq")[:3]) == [
        "organisation.founded",
        "post.opened",
        "post.taken",
    ]


@pytest.mark.parametrize("missing", ["name_zh", "name_en", "code", "kind", "parent"])
def test_what_a_new_unit_lacks_is_said_where_it_lacks_it(firm, desk, missing):
    form = {"name_zh": "东区班", "name_en": "East crew", "code": "T-east", "kind": "crew",
            "parent": firm.units["network"].pk, missing: ""}  # fmt: skip
    answer = desk.post("/house/units/new/", form)
    assert answer.status_code == 422
    assert re.findall('class="wrong" id="(.*?)-error"', page(answer)) == [missing]


def test_a_reporting_line_changes_but_not_into_a_circle(firm, desk):
    top, low = firm.posts["general-manager"].pk, firm.posts["network"].pk
    answer = desk.post(f"/house/posts/{top}/reports-to/", {"reports_to": low})
    assert answer.status_code == 422
    assert "would form a circle" in page(answer)
    desk.post(f"/house/posts/{low}/reports-to/", {"reports_to": firm.posts["service"].pk})
    assert post_of(firm, "network").reports_to_id == firm.posts["service"].pk


def test_the_last_administrator_stays(boss, desk):
    holding = boss.holdings.get()
    answer = desk.post(f"/house/posts/{holding.post_id}/relieve/", {"holding": holding.pk})
    assert answer.status_code == 422
    assert "last administrator" in page(answer)


# -- settings and unassigned escalations -----------------------------------------------------------


def test_a_setting_that_the_pack_leaves_open_is_chosen(db):
    firm = house("water-company", code="W")
    desk = sits(administrator(firm))
    form = {"name": "pipe-repair-start", "value": "arrival"}
    assert desk.post("/house/settings/", form).status_code == 302
    assert settings_of(company=firm.company) == {"pipe-repair-start": "arrival"}
    assert "Changed" in page(desk.get("/house/settings/"))
    assert (last().kind, last().data["value"]) == ("setting.chosen", "arrival")
    for form in ({"name": "no-such", "value": "x"}, {"name": "dn800", "value": "99h"}):
        assert desk.post("/house/settings/", form).status_code == 404


def test_every_house_chooses_what_counts_as_perhaps_the_same_matter(db):
    firm = house(roles=())
    desk = sits(administrator(firm))
    desk.post("/house/settings/", {"name": "duplicate-days", "value": "30"})
    desk.post("/house/settings/", {"name": "duplicate-metres", "value": "50"})
    chosen = {"duplicate-days": "30", "duplicate-metres": "50"}
    assert settings_of(company=firm.company) == chosen
    assert (
        desk.post("/house/settings/", {"name": "duplicate-days", "value": "-1"}).status_code == 404
    )


def test_what_was_chosen_before_stays_chosen_although_it_is_not_offered(db):
    firm = house(roles=())
    choose_setting(company=firm.company, name="duplicate-days", value="10", by=None, now=LATER)
    html = page(sits(administrator(firm)).get("/house/settings/"))
    assert '<option value="10" selected>10</option>' in html


def test_roles_are_asked_for_a_second_factor(firm, desk):
    desk.post("/house/settings/", {"roles": "1", "role": ["network", "nonsense"]})
    assert firm.again().second_factor_roles == ["network"]
    assert last().kind == "second_factor.asked"


def test_an_incident_is_settled_with_a_remark(firm, desk, leak):
    row = leak.docket.obligations.filter(kept_at__isnull=True).first()
    unassigned = UnassignedEscalation.objects.create(
        organisation=firm.company, obligation=row, level=2, wanted="line-2", raised_at=LATER
    )
    html = page(desk.get("/house/unassigned/"))
    assert leak.number in html
    assert "2 steps up the reporting line" in html
    assert "演示客户甲" not in html
    path = f"/house/unassigned/{unassigned.pk}/settle/"
    assert desk.post(path, {"remark": ""}).status_code == 422
    assert desk.post(path, {"remark": "已任命新主管"}).status_code == 302
    assert "No unassigned escalations." in page(desk.get("/house/unassigned/"))
    assert (last().kind, last().data["remark"]) == ("incident.settled", "已任命新主管")
    assert "already been resolved" in page(desk.post(path, {"remark": "x"}, follow=True))


def test_a_session_outlives_the_changes_of_others(firm, boss, desk, clock):
    desk.get("/house/")
    desk.post(f"/house/staff/{firm.people['service'].badge}/reset-password/")
    clock.shift(timedelta(minutes=1))
    assert desk.get("/house/").status_code == 200


# -- by two people ---------------------------------------------------------------------------------


@pytest.fixture
def water(db):
    return house("water-company", code="W", roles=("inspection", "hotline-agent"))


def test_the_inspection_post_is_filled_by_two_on_the_pages(water):
    keeper, clerk = administrator(water), water.people["hotline-agent"]
    his, heads = sits(keeper), sits(water.top)
    post = water.posts["inspection"]
    refused = his.post(f"/house/posts/{post.pk}/appoint/", {"badge": keeper.badge})
    assert refused.status_code == 422
    assert "An administrator cannot hold a post with access to restricted" in page(refused)
    asked = his.post(f"/house/staff/{clerk.badge}/appoint/", {"post": post.pk})
    assert asked["Location"] == "/house/waiting/"
    assert not post.holdings.filter(staff=clerk).exists()
    change = Change.objects.get()
    assert his.post(f"/house/waiting/{change.pk}/confirm/").status_code == 422
    assert sits(clerk).post(f"/house/waiting/{change.pk}/confirm/").status_code == 403
    assert clerk.badge in page(heads.get("/house/waiting/"))
    while deliver(now=LATER):
        pass
    assert 'href="/house/waiting/"' in page(heads.get("/messages/")), "who decides is told where"
    assert heads.post(f"/house/waiting/{change.pk}/confirm/").status_code == 302
    assert post.holdings.filter(staff=clerk, until=None).exists()
    assert heads.post(f"/house/waiting/{change.pk}/confirm/").status_code == 302


def test_the_password_of_a_superior_is_shown_to_who_confirms(water):
    keeper, inspector = administrator(water), water.people["inspection"]
    his = sits(keeper)
    asked = his.post(f"/house/staff/{water.top.badge}/reset-password/")
    assert asked["Location"] == "/house/waiting/"
    change = Change.objects.get()
    shown = page(sits(inspector).post(f"/house/waiting/{change.pk}/confirm/"))
    password = re.search(r'id="one-time">([a-z0-9-]+)<', shown).group(1)
    assert Staff.objects.get(pk=water.top.pk).check_password(password)
    assert password not in page(his.get("/house/waiting/"))
    other = house("water-company", code="U", roles=("inspection",))
    elsewhere = sits(administrator(other)).post(f"/house/waiting/{change.pk}/confirm/")
    assert elsewhere.status_code == 302
