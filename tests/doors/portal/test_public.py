"""The public pages: nobody signs in, nobody learns of anybody else."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client, RequestFactory

from chengnuo.callbacks.services import offer_rating, token_of
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.doors.web.kit.away import unavailable
from chengnuo.people.lines import Lines, publish_lines
from chengnuo.rules.state import Event
from tests.companies import house, rule, small_pack
from tests.pages import in_one_line
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
LATER = at("2026-03-09 13:00")
RULES = "".join(
    (
        rule(
            "repaired-soon",
            "kind: within, start: case.lodged, stop: repair.completed, owed_by: network, "
            "limit: {table: [{when: {area: urban}, amount: 2, unit: hour}, "
            "{when: {area: rural}, amount: 4, unit: hour}]}",
        ),
        rule(
            "told-inside",
            "kind: within, start: case.lodged, stop: crew.arrived, owed_by: network, "
            "owed_to: service, limit: {amount: 1, unit: hour}",
        ),
    )
)

DONE = [Event(name=n, at=NOW) for n in ("crew.arrived", "repair.completed", "callback.made")]


@pytest.fixture(autouse=True)
def clock():
    cache.clear()
    with time_machine.travel(LATER, tick=False) as moment:
        yield moment


@pytest.fixture
def firm(db, tmp_path):
    """A company that publishes: it says where one calls."""
    made = house(small_pack(tmp_path, RULES))
    lines = Lines(line="0571-88881234")
    publish_lines(company=made.company, lines=lines, by=made.top, now=NOW)
    return made


@pytest.fixture
def leak(firm) -> Case:
    return take(firm)


@pytest.fixture
def visitor() -> Client:
    return Client()


def take(firm, token="t1", then=(), **more) -> Case:
    asked = {"contact_name": "演示客户甲", "contact_phone": "13800000001", **more}
    request = Request(
        service="leak", channel="phone", narrative="门口冒水，我叫张三", token=token,
        facts={"area": "urban"}, **asked,
    )  # fmt: skip
    return lodge(
        company=firm.again(), request=request, at=NOW, now=LATER, by=firm.people["network"],
        then=then,
    )  # fmt: skip


def read(response) -> str:
    return unescape(in_one_line(response.content.decode()))


def ask(visitor, number, phone="13800000001", **more):
    return visitor.post("/public/t/progress/", {"number": number, "phone": phone}, **more)


def test_commitments_are_made_from_the_pack(firm, visitor):
    page = read(visitor.get("/public/t/commitments/"))
    for said in (
        "漏水",
        "repaired-soon",
        "区域：市区：2小时",
        "区域：农村：4小时",
        "第一条",
        "2023年1月1日",
    ):
        assert said in page
    assert "told-inside" not in page, "what is owed inside the house is not published"


@pytest.mark.parametrize(
    ("path", "english"),
    [
        ("/public/", "Service commitments"),
        ("/public/t/commitments/", "Service commitments"),
        ("/public/t/progress/", "Look up a case"),
        ("/rate/no-such-link/", "This link"),
        ("/sign-in/", "Sign in"),
    ],
)
def test_the_language_is_the_one_chosen_else_the_browsers_else_chinese(firm, path, english):
    def seen(visitor, wants, query=""):
        answer = visitor.get(f"{path}{query}", headers={"accept-language": wants} if wants else {})
        assert "Accept-Language" in answer.headers["Vary"]
        return "en" if english in read(answer) and 'lang="en"' in read(answer) else "zh"

    for wants, said in (("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("", "zh"),
                        ("de-DE,de", "zh"), ("de,en;q=0.5", "en")):  # fmt: skip
        assert seen(Client(), wants) == said, wants
    for chosen, wants, said in (("en", "zh-CN", "en"), ("zh-hans", "en", "zh")):
        visitor = Client()
        visitor.get(f"/public/?language={chosen}", headers={"accept-language": wants})
        assert seen(visitor, wants) == said, chosen


@pytest.mark.parametrize("path", ["/public/", "/public/t/commitments/", "/public/t/progress/"])
def test_pages_need_no_sign_in_and_no_script(firm, visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 200
    assert "<script" not in read(answer)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_company_that_publishes_no_telephone_is_not_public(firm, visitor, tmp_path):
    """It only brought its data in, or tries the product: nobody's service yet."""
    quiet = house("water-company", code="Q")
    assert "Example Q" not in read(visitor.get("/public/?language=en"))
    assert "Example T" in read(visitor.get("/public/"))
    said = "No commitments are published yet."
    assert said in read(visitor.get("/public/q/commitments/"))
    assert said not in read(visitor.get("/public/t/commitments/"))
    lines = Lines(line="0571-88881235")
    publish_lines(company=quiet.company, lines=lines, by=quiet.top, now=NOW)
    assert "Example Q" in read(visitor.get("/public/"))
    assert said not in read(visitor.get("/public/q/commitments/"))


def test_when_nothing_is_published_the_front_page_says_so(db, visitor):
    assert "No commitments are published yet." in read(visitor.get("/public/?language=en"))


AWAY = [
    ("/public/", False),
    ("/public/t/commitments/", True),
    ("/public/T/progress/", True),
    ("/rate/some-link/", False),
]


@pytest.mark.parametrize(("path", "telephone"), AWAY)
def test_when_the_database_is_away_customers_read_what_customers_need(
    firm, visitor, path, telephone
):
    """An apology, that nothing was lost, where to call: no word of databases or administrators."""
    visitor.get("/public/t/commitments/")  # what was last shown is remembered
    for language, sorry in (("en", "Sorry, this page"), ("zh-CN", "抱歉，页面暂时无法打开")):
        request = RequestFactory(headers={"accept-language": language}).get(path)
        answer = unavailable(request, kind="gone")
        html = read(answer)
        assert answer.status_code == 503
        assert sorry in html
        assert ('href="tel:057188881234"' in html) is telephone
        for inside in ("database", "数据库", "dministrator", "管理员", "doctor"):
            assert inside not in html


def test_staff_read_what_is_broken(firm):
    request = RequestFactory(headers={"accept-language": "en"}).get("/cases/")
    assert "chengnuo doctor" in read(unavailable(request, kind="gone"))


def test_an_unknown_company_is_not_found(firm, visitor):
    assert visitor.get("/public/nobody/commitments/").status_code == 404


@pytest.mark.parametrize("phone", ["13800000001", "138-0000-0001", "+86 138 0000 0001"])
def test_number_and_telephone_together_show_the_progress(leak, visitor, phone):
    answer = ask(visitor, leak.number.lower(), phone)
    page = read(answer)
    assert answer.status_code == 200
    assert "repaired-soon" in page
    assert "已超时" in page
    assert "2026年3月9日12:00" in page
    assert "told-inside" not in page
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_no_names_no_notes_no_narrative(firm, leak, visitor):
    page = read(ask(visitor, leak.number))
    secret = ("演示客户甲", "张三", "门口", "13800000001", firm.people["network"].badge)
    assert not [said for said in secret if said in page]


def test_a_wrong_number_and_a_wrong_telephone_get_the_same_answer(leak, visitor):
    answers = [ask(visitor, leak.number, "13800000002"), ask(visitor, "T-260309-99999")]
    bare = [
        read(a).replace(leak.number, "#").replace("T-260309-99999", "#").replace("00002", "00001")
        for a in answers
    ]
    token = 'name="csrfmiddlewaretoken"'
    same = [[line for line in page.splitlines() if token not in line] for page in bare]
    assert same[0] == same[1]
    assert {a.status_code for a in answers} == {422}


def test_a_case_without_telephone_is_opened_by_none(firm, visitor):
    case = take(firm, contact_phone="")
    for phone in ("-", "0", "\x00"):
        assert ask(visitor, case.number, phone).status_code == 422


def test_a_number_is_read_however_it_is_typed(firm, visitor):
    case = take(firm, contact_phone="+86 138-0000-0001/010-88880000")
    for number, phone in (
        (f" {case.number.lower()} ", "138 0000 0001"),
        (case.number.replace("-", "－"), "１３８０００００００１"),
        (case.number, "010-8888 0000"),
    ):
        assert ask(visitor, number, phone).status_code == 200


SPELLINGS = (
    "13800000002",
    "138 0000 0002",
    "+86 138-0000-0002",
    "１３８００００００02",
    "8613800000002",
)


def test_another_spelling_is_no_other_attempt(leak, firm, visitor):
    """Neither of the number of the case nor of the telephone."""
    spelt = [leak.number, leak.number.lower(), f" {leak.number}", leak.number.replace("-", "－")]
    codes = [ask(visitor, number, "13800000002").status_code for number in [*spelt, *spelt]]
    assert codes == [422] * 5 + [429] * 3
    away = {"REMOTE_ADDR": "10.0.0.1"}
    codes = [ask(visitor, f"T-{n}", SPELLINGS[n % 5], **away).status_code for n in range(12)]
    assert codes == [422] * 10 + [429] * 2


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("10.0.0.1", "10.0.0.2", False),
        ("10.0.0.1", "::ffff:10.0.0.1", True),
    ],
)
def test_one_household_is_one_place(leak, visitor, first, second, same):
    """Of IPv6 a household has a whole /64."""
    for n in range(5):
        ask(visitor, leak.number, f"1380000{n + 10:04d}", REMOTE_ADDR=first)
    assert ask(visitor, leak.number, REMOTE_ADDR=second).status_code == (429 if same else 200)


def test_strangers_do_not_shut_the_customer_out(leak, visitor):
    """However many guess at his case or with his telephone, from wherever: he has it right."""
    for n in range(60):
        phone, number = (
            (f"1380000{n + 10:04d}", leak.number) if n % 2 else ("13800000001", f"T-{n}")
        )
        ask(visitor, number, phone, REMOTE_ADDR=f"10.0.{n}.1")
    assert ask(visitor, leak.number, REMOTE_ADDR="10.9.9.9").status_code == 200
    guesses = [
        ask(visitor, leak.number, f"1390000{n:04d}", REMOTE_ADDR="10.8.8.8").status_code
        for n in range(3)
    ]
    assert guesses == [422, 429, 429]  # but with one guess from each place


def test_attempts_are_limited_also_for_who_then_knows(leak, visitor):
    codes = [ask(visitor, leak.number, f"1380000{n:04d}").status_code for n in range(10, 16)]
    assert codes == [422] * 5 + [429]
    assert ask(visitor, leak.number).status_code == 429


def test_of_a_restricted_case_only_that_it_was_received(leak, visitor):
    Case.objects.filter(pk=leak.pk).update(restricted=True)
    page = read(ask(visitor, leak.number))
    assert "已受理" in page
    assert "repaired-soon" not in page
    assert "漏水" not in page


def test_a_confidential_case_answers_its_own_customer(leak, visitor):
    Case.objects.filter(pk=leak.pk).update(confidential=True)
    assert "repaired-soon" in read(ask(visitor, leak.number))


def test_a_closed_case_says_so(firm, visitor):
    page = read(ask(visitor, take(firm, then=DONE).number))
    assert "已办结" in page
    assert "已按时办理" in page


def test_who_fetches_in_a_loop_waits(firm, visitor):
    codes = [visitor.get("/public/").status_code for _ in range(125)]
    assert codes[0] == 200
    assert codes[-1] == 429


@pytest.fixture
def link(firm) -> str:
    offer = offer_rating(case=take(firm, then=DONE), now=LATER, valid_for=timedelta(days=7))
    return f"/rate/{token_of(offer)}/"


def test_a_rating_is_given_once(link, visitor):
    said = {"satisfied": "no", "score": "2", "solved": "no", "words": "还在漏"}
    assert "提交评价" in read(visitor.get(link))
    assert "深表歉意" in read(visitor.post(link, said))
    assert visitor.post(link, said).status_code == 410
    assert "已评价过" in read(visitor.get(link))


@pytest.mark.parametrize("missing", ["satisfied", "score", "solved"])
def test_what_is_missing_is_said_and_nothing_typed_is_lost(link, visitor, missing):
    said = {"satisfied": "yes", "score": "5", "solved": "yes", "words": "写了很多"}
    answer = visitor.post(link, {k: v for k, v in said.items() if k != missing})
    assert answer.status_code == 422
    assert "写了很多" in read(answer)
    assert "请回答以上三个问题" in read(answer)


def test_words_that_are_too_long_come_back_whole(link, visitor):
    said = {"satisfied": "yes", "score": "5", "solved": "yes", "words": "多谢" * 1001}
    answer = visitor.post(link, said)
    assert answer.status_code == 422
    assert said["words"] in read(answer)
    assert "2000" in read(answer)
    assert "maxlength" not in read(answer)


def test_a_number_that_is_too_long_is_said_and_not_cut(firm, visitor):
    number = "9" * 41
    answer = ask(visitor, number)
    assert answer.status_code == 422
    assert number in read(answer)
    assert "40" in read(answer)


def test_an_old_link_and_a_made_up_one_say_so_kindly(link, visitor, clock):
    assert visitor.get("/rate/1.made-up/").status_code == 404
    clock.shift(timedelta(days=8))
    assert "评价链接已过期" in read(visitor.get(link))
