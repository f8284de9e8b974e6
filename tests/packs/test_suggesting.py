"""What the catalogue hears in a narrative: longest match, words of alarm first, never a guess."""

import pytest

from chengnuo.packs.suggesting import branch_of, by_words
from tests.packs.letters import HELD_OUT, TRIED
from tests.packs.shipped import shipped

GAS = shipped("gas-company").pack


@pytest.mark.parametrize(
    ("narrative", "service", "word"),
    [
        ("家里有燃气味，快来人", "emergency-alarm", "燃气味"),
        ("楼下漏气了", "emergency-alarm", "漏气"),
        ("I can smell of gas in the kitchen", "emergency-alarm", "smell of gas"),
        ("装修改管要多少钱", "indoor-alteration", "装修改管"),
        ("想办过户", "account-transfer", "过户"),
        ("ＩＣ卡充值不成功", "ic-card-sale", "充值"),
        ("营业员态度差，我要投诉", "service-complaint", "态度差"),
    ],
)
def test_the_words_of_the_catalogue_are_heard(narrative, service, word):
    found = by_words(GAS, narrative)
    assert found[0].service == service
    assert word in found[0].why


def test_an_alarm_stands_before_a_longer_match():
    found = by_words(GAS, "上次申请停气没人来，现在漏气了")
    assert (found[0].service, found[0].alarm) == ("emergency-alarm", True)
    assert [s.alarm for s in found[1:]] == [False] * len(found[1:])


def test_a_word_inside_a_longer_one_does_not_count():
    found = by_words(GAS, "想问停气通知的事")
    assert [s.service for s in found] == ["planned-outage"]
    assert found[0].why == ("停气通知",)


def test_a_denied_alarm_is_still_told():
    assert by_words(GAS, "没有漏气，只是来问问")[0].alarm


def test_letters_match_whole_words():
    assert not [s for s in by_words(GAS, "I discarded the wrapper") if "card" in s.why]


@pytest.mark.parametrize("narrative", ["", "   ", "？！", "嗯", "%_\\"])
def test_nothing_said_suggests_nothing(narrative):
    assert by_words(GAS, narrative) == []


def test_every_word_of_every_pack_finds_its_service():
    for name in ("gas-company", "water-company", "power-subsidiary", "gas-appliance"):
        pack = shipped(name).pack
        for service, entry in pack.services.items():
            if entry.process is None:
                continue
            for word in (*entry.words, entry.title.zh):
                assert service in {s.service for s in by_words(pack, word)}, (name, word)


def test_a_branch_is_everything_below_its_top():
    services = GAS.services
    for service in services:
        branch = branch_of(services, service)
        assert service in branch
        assert all(branch_of(services, other) == branch for other in branch)


@pytest.mark.parametrize("manner", ["建议", "感谢", "投诉", "请问", "12345", "咨询"])
def test_how_somebody_writes_stands_behind_what_about(manner):
    """A letter about too little pressure may thank, suggest and complain as it likes."""
    water = shipped("water-company").pack
    assert by_words(water, f"{manner}，顶楼水压低，{manner}。")[0].service == "low-pressure"


def test_where_only_the_manner_is_heard_it_counts():
    assert by_words(GAS, "感谢你们")[0].service == "praise-and-suggestion"


def test_a_word_is_heard_with_a_sign_between_and_shown_as_it_was_written():
    found = by_words(shipped("water-company").pack, "六楼水压太低")
    assert (found[0].service, found[0].why) == ("low-pressure", ("水压太低",))
    assert by_words(shipped("water-company").pack, "水压。高的变低") != found


def test_letters_that_were_kept_apart_find_their_service():
    """Measured on 61 letters that the ranking was not tuned on: 75 % first and 93 % among three
    before words of the manner stood behind those of the subject, 90 % and 93 % since."""
    packs = {name: shipped(name).pack for name, _, _ in HELD_OUT}
    found = [[s.service for s in by_words(packs[p], letter)[:3]] for p, letter, _ in HELD_OUT]
    wanted = [service for _, _, service in HELD_OUT]
    first = sum(f[:1] == [w] for f, w in zip(found, wanted, strict=True))
    three = sum(w in f for f, w in zip(found, wanted, strict=True))
    assert first >= 0.88 * len(HELD_OUT)
    assert three >= 0.92 * len(HELD_OUT)
    assert not {letter for _, letter, _ in TRIED} & {letter for _, letter, _ in HELD_OUT}
