"""The case page between units: returns, assistance, urging, supervision, a sheet on paper."""

import re
from datetime import timedelta

import pytest

from chengnuo.cases.casework.services import ask_pause, decide_pause, hand_over
from chengnuo.cases.casework.undoing import WINDOW
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Assistance, Case, Objection
from chengnuo.ledger.models import OutboxMessage
from tests.companies import house
from tests.doors.web.conftest import LATER, NOW, page, sits
from tests.doors.web.conftest import take as take_leak


@pytest.fixture
def water(db):
    return house("water-company")


@pytest.fixture
def complaint(water):
    request = Request(
        service="works-complaint", channel="wechat", narrative="路面没恢复", token="t"
    )
    agent = water.people["hotline-agent"]
    case = lodge(company=water.again(), request=request, at=NOW, now=NOW, by=agent)
    return hand_over(case=case, to=water.units["engineering"], by=agent, now=NOW)


def step(case, what):
    return f"/cases/{case.number}/steps/{what}/"


def test_a_return_is_asked_for_and_decided_from_the_desk(water, complaint):
    engineers, agent = sits(water.people["engineering"]), sits(water.people["hotline-agent"])
    asked = {"unit": water.units["network"].pk, "reason": "属管网部"}
    assert engineers.post(step(complaint, "return"), {"unit": "", "reason": ""}).status_code == 422
    html = page(engineers.post(step(complaint, "return"), asked, follow=True))
    assert "Between units" in html
    desk = page(agent.get("/"))
    assert "Return request" in desk
    assert complaint.number in desk
    html = page(agent.get(f"/cases/{complaint.number}/"))
    assert "Approve and reassign" in html
    said = {"verdict": "upheld", "unit": water.units["network"].pk, "reason": "改派"}
    html = page(agent.post(step(complaint, "decide-return"), said, follow=True))
    assert "returned 1×" in html
    assert Objection.objects.get().upheld is True
    assert "Return request" not in page(agent.get("/"))


def test_a_refused_step_says_why_and_keeps_what_was_typed(water, complaint):
    agent = sits(water.people["hotline-agent"])
    for n in range(3):
        agent.post(step(complaint, "urge"), {"reason": f"催{n}"})
    answer = agent.post(step(complaint, "urge"), {"reason": "第四次来电"})
    assert answer.status_code == 422
    assert "ask a leader for oversight instead" in page(answer)
    assert "第四次来电" in page(answer)
    assert Case.objects.get().urged == 3


def test_help_is_asked_for_and_given(water, complaint):
    lead, helper = sits(water.people["engineering"]), sits(water.people["network"])
    asked = {"unit": water.units["network"].pk, "reason": "请提供管线图"}
    lead.post(step(complaint, "assist"), asked)
    assert "请提供管线图" in page(helper.get("/"))
    assert "Reply to lead unit" in page(helper.get(f"/cases/{complaint.number}/"))
    html = page(helper.post(step(complaint, "assisted"), {"reason": "图已送"}, follow=True))
    assert "图已送" in html
    assert Assistance.objects.get().answer == "图已送"


def test_a_leader_supervises_and_lists_show_it(water, complaint):
    leader = sits(water.people["vice-president"])
    assert leader.post(step(complaint, "supervise"), {"reason": "请速办"}).status_code == 422
    said = {"reason": "明日前恢复", "until": "2026-03-10T17:00"}
    html = page(leader.post(step(complaint, "supervise"), said, follow=True))
    assert "Under oversight" in html
    assert "Answer an oversight request by its limit" in html
    assert "Under oversight" in page(sits(water.people["engineering"]).get("/"))
    early = leader.post(step(complaint, "supervise"), {**said, "until": "2026-03-01T17:00"})
    assert early.status_code == 422
    assert "must be later than now" in page(early)


def test_a_sheet_has_every_part_blank_until_it_is_filled(db):
    firm = house("gas-appliance")
    clerk = firm.people["cs-centre"]
    request = Request(service="customer-opinion", channel="phone", narrative="态度生硬", token="t")
    case = lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=clerk)
    html = page(sits(clerk).get(f"/cases/{case.number}/sheets/F-02/"))
    for words in ("Customer feedback task order", "Signature of the head", "Task order returned"):
        assert words in html
    assert sits(clerk).get(f"/cases/{case.number}/sheets/F-99/").status_code == 404


# -- undo ------------------------------------------------------------------------------------------


def undo_button(html):
    """The number of the entry that the notice takes back, where there is a notice."""
    found = re.search(r'class="undo".*?name="entry" value="(\d+)"', html, re.DOTALL)
    return found.group(1) if found else None


def test_a_hand_over_is_undone_from_the_notice_even_by_who_sees_the_case_no_more(
    water, complaint, clock
):
    clock.move_to(NOW)
    agent, where = sits(water.people["hotline-agent"]), f"/cases/{complaint.number}/"
    to = {"unit": water.units["network"].pk}
    html = page(agent.post(step(complaint, "hand-over"), to, follow=True))
    assert "Handed over to network." in html
    for language, words in (("en", "Undo"), ("zh-hans", "撤回")):
        agent.cookies["chengnuo_language"] = language
        assert words in page(agent.get(where))
    entry = undo_button(html)
    stranger = sits(water.people["meter-reader"])
    assert stranger.post(f"{where}undo/", {"entry": entry}).status_code == 404
    assert sits(water.top).post(f"{where}undo/", {"entry": entry}).status_code == 404
    agent.cookies["chengnuo_language"] = "en"
    html = page(agent.post(f"{where}undo/", {"entry": entry}, follow=True))
    assert "Taken back" in html
    assert "Hand-over undone" in html
    assert Case.objects.get().docket.handling_unit_id == water.units["engineering"].pk
    html = page(agent.post(f"{where}undo/", {"entry": entry}, follow=True))
    assert "was not undone. The case has changed since. Check it first.<" in html
    assert 'class="alarm"' in html


def test_an_urging_is_undone_while_the_moment_lasts(water, complaint, clock):
    agent, where = sits(water.people["hotline-agent"]), f"/cases/{complaint.number}/"
    html = page(agent.post(step(complaint, "urge"), {"reason": "客户又来电"}, follow=True))
    assert Case.objects.get().urged == 1
    clock.shift(WINDOW + timedelta(seconds=1))
    assert undo_button(page(agent.get(where))) is None, "the offer goes with the moment"
    html = page(agent.post(f"{where}undo/", {"entry": undo_button(html)}, follow=True))
    assert "More than 2 minutes have passed." in html
    html = page(agent.post(step(complaint, "urge"), {"reason": "客户又来电"}, follow=True))
    agent.post(f"{where}undo/", {"entry": undo_button(html)})
    assert Case.objects.get().urged == 1


def test_handing_over_twice_to_one_unit_says_since_when_it_has_it(water, complaint):
    agent = sits(water.people["hotline-agent"])
    answer = agent.post(step(complaint, "hand-over"), {"unit": water.units["engineering"].pk})
    assert answer.status_code == 422
    assert "engineering has had it since Mon 9 Mar 2026, 10:00" in page(answer)


# -- the message to the customer -------------------------------------------------------------------

# The telephone that was told; where the message goes, and whether the case says "no mobile".
TELEPHONES = {
    "a mobile": ("13800000001", "13800000001", False),
    "a mobile with dashes and +86": ("+86 138-0000-0001", "13800000001", False),
    "a landline": ("021-55550001", "", True),
    "a landline with an extension": ("(021) 5555 0001 转 8", "", True),
    "a landline, then a mobile": ("021-55550001 / 13800000001", "13800000001", False),
    "nothing that can be dialled": ("见备注", "", True),
    "no telephone": ("", "", False),
}


@pytest.mark.parametrize("what", TELEPHONES)
def test_a_message_goes_to_a_mobile_and_else_the_case_says_there_is_none(firm, what):
    phone, goes_to, noted = TELEPHONES[what]
    case = take_leak(firm, contact_phone=phone)
    asks = {"case": case, "obligation": "repaired-soon#1", "now": LATER}
    ask_pause(**asks, reason="storm", proof="暴雨预警", by=firm.people["network"])
    decide_pause(**asks, verdict="approved", by=firm.people["service"])
    sent = OutboxMessage.objects.filter(channel="sms").values_list("recipient", flat=True)
    assert list(sent) == ([goes_to] if goes_to else [])
    said = {"en": "No text message sent: no mobile number", "zh-hans": "未发短信：没有手机号码"}
    for language, words in said.items():
        html = page(sits(firm.top, language).get(f"/cases/{case.number}/"))
        assert (words in html) is noted, language
