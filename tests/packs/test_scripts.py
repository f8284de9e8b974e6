"""Scripts of a pack: which are due when, and what stands in their blanks."""

import pytest

from chengnuo.packs.errors import PackError
from chengnuo.packs.loader import load, shipped_packs
from chengnuo.packs.scripts import BLANK, IN_TALK, said
from chengnuo.rules.words import Text
from tests.packs.shipped import shipped
from tests.packs.writing import PACK, written

BADGE, NUMBER = Text("A17", "A17"), Text("W-1", "W-1")


@pytest.mark.parametrize("pack_id", shipped_packs())
def test_every_company_greets_with_its_number_and_takes_leave(pack_id):
    pack = shipped(pack_id).pack
    for moment in ("greeting", "farewell"):
        (first, *_) = said(pack, moments=(moment,), channel="phone", badge=BADGE, number=NUMBER)
        assert first.text.zh, pack_id
        assert first.text.en, pack_id
        assert ("A17" if moment == "greeting" else "W-1") in first.text.zh


@pytest.mark.parametrize("pack_id", [p for p in shipped_packs() if p != "power-grid"])
def test_every_emergency_has_advice_for_the_caller(pack_id):
    pack = shipped(pack_id).pack
    (safety,) = said(pack, moments=("safety",), channel="phone", emergency=True)
    assert safety.text.zh
    assert not said(pack, moments=("safety",), channel="phone", emergency=False)


@pytest.mark.parametrize("pack_id", shipped_packs())
def test_words_are_either_cited_or_said_to_be_our_own(pack_id):
    for script_id, script in shipped(pack_id).pack.scripts.items():
        assert script.clause or script.reading, script_id


def test_what_is_not_known_yet_stays_open():
    (farewell,) = said(shipped("water-company").pack, moments=("farewell",), channel="phone")
    assert BLANK in farewell.text.zh
    assert "{" not in farewell.text.zh


def test_canned_replies_go_by_channel_and_service():
    pack = shipped("water-company").pack

    def reply(channel, service):
        found = said(pack, moments=("reply",), channel=channel, service=service)
        return [s.id for s in found]

    assert reply("phone", "no-water") == ["canned-phone-repair"]
    assert reply("wechat", "no-water") == ["canned-wechat"]
    assert reply("phone", "routine-enquiry") == []


def test_what_the_meter_waits_for_comes_before_apologies():
    pack = shipped("water-company").pack
    talk = said(pack, moments=IN_TALK, channel="phone", service="meter-verification")
    assert [s.moment for s in talk][:2] == ["before_report", "reply"]


@pytest.mark.parametrize(
    ("line", "said_why"),
    [
        ("text: {zh: '{nmae}', en: b}", "unknown placeholder {nmae}"),
        ("text: {zh: a, en: b}, services: [nothing]", "unknown service 'nothing'"),
        ("text: {zh: a, en: b}, reading: A-99", "unknown reading 'A-99'"),
    ],
)
def test_a_script_that_would_be_read_out_wrong_is_refused(tmp_path, line, said_why):
    head = "title: {zh: t, en: t}, moment: greeting, channel: phone"
    more = f"\n\nscripts:\n  a: {{{head}, {line}}}\n"
    folder = written(tmp_path / "small", PACK, more=more)
    with pytest.raises(PackError) as refused:
        load(str(folder))
    assert said_why in str(refused.value)
