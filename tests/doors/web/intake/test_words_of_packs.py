"""What the packs say at intake: greetings, replies, sentences, one-time notices, outages."""

from chengnuo.cases.models import Case
from tests.doors.web.conftest import page, sits
from tests.doors.web.intake.matter import LEAK


def test_the_greeting_names_the_badge_in_both_languages(agent):
    html = page(agent.get("/intake/"))
    assert "工号W-hotline-agent为您服务" in html
    assert "staff number W-hotline-agent" in html


def test_a_clerk_works_at_the_counter(water):
    html = page(sits(water.people["clerk"]).get("/intake/"))
    assert '<option value="counter" selected' in html
    assert "我是W-clerk号营业员" in html


def test_the_canned_reply_of_the_channel_stands_ready(agent):
    typed = {"service": "no-water", "channel": "wechat", "narrative": "无水"}
    html = page(agent.post("/intake/fields/", typed))
    assert "Your message has been received" in html
    assert "has been registered" not in html
    html = page(agent.post("/intake/fields/", typed | {"channel": "phone"}))
    assert "Your fault report has been registered" in html


def test_the_meter_sentence_stands_ready_for_a_meter_and_guesses_are_named(agent):
    html = page(agent.post("/intake/fields/", {"service": "meter-verification"}))
    assert "will be known from the verification report" in html
    assert "大概是" in html
    assert "S3.1 五.2" in html
    assert "data-forbidden" not in page(agent.post("/intake/fields/", {"service": "no-water"}))


def test_what_was_told_in_one_go_is_kept_in_the_words_of_the_regulation(agent):
    typed = {**LEAK, "service": "pipe-repair", "notified": ["1"]}
    agent.post("/intake/", typed)
    assert Case.objects.get().notified == ["接报后24、38或48小时内修复（按管径）。"]


def test_an_outage_along_all_of_the_street_is_told_of(agent, water):
    leak = {**LEAK, "service": "pipe-repair", "address": "示例市示例路（全段）"}
    agent.post("/intake/", leak)
    typed = {"contact_phone": "13900000001", "address": "示例市示例路18号2单元201室"}
    html = page(agent.post("/intake/outages/", typed))
    assert "Possible outage nearby" in html
    assert Case.objects.get().number in html
    typed["address"] = "示例市另一路18号"
    assert "Possible outage" not in page(agent.post("/intake/outages/", typed))
    assert "Possible outage" in page(agent.post("/intake/outages/", {"address": leak["address"]}))
