"""Suggestions learnt from closed cases: what is learnt from, what is kept, what is answered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chengnuo.cases.casework.services import say
from chengnuo.cases.intake.learnt import Learnt, grams, unpacked
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.intake.suggesting import (
    LEAST_PER_SERVICE,
    SHOWN,
    TooLittleToLearn,
    keep_learnt,
    material,
    suggest,
)
from chengnuo.cases.intake.training import learn
from chengnuo.cases.models import Case, SuggestionModel
from chengnuo.ledger.queries import verify
from chengnuo.obligations.regulation import newest_release, regulation_for
from tests.companies import house
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
SAID = {
    "water-quality": ["水发黄", "水有股铁锈气", "自来水浑浊有沉淀", "水里有白色絮状东西"],
    "no-water": ["整栋楼没来水", "一早起来就断水了", "水龙头不出水", "三楼以上都没有水"],
}


@pytest.fixture
def firm(db):
    return house("water-company")


def pack_of(firm):
    digest = newest_release(company=firm.again())
    return regulation_for(digest=digest, company=firm.company).pack


def closed(firm, number: int, **more) -> None:
    """So many closed cases of each service, each in other words."""
    for service, said in SAID.items():
        for index in range(number):
            moment = NOW + timedelta(minutes=index)
            request = Request(
                service=service,
                channel="phone",
                narrative=f"{index % 17 + 1}栋的住户反映，{said[index % len(said)]}，请尽快处理",
                token=f"{service}-{index}",
            )
            case = lodge(company=firm.again(), request=request, at=moment, now=moment, by=firm.top)
            say(case=case, what="withdrawn", by=None, now=moment, reason="已解决")
    Case.objects.update(**{"restricted": False, **more})


def taught(firm) -> SuggestionModel:
    found = material(company=firm.company)
    lesson = learn(found)
    return keep_learnt(
        company=firm.company,
        learnt=lesson.learnt,
        cases=len(found.services),
        held_out=lesson.first,
        now=NOW,
    )


def first(firm, narrative):
    found = suggest(company=firm.company, pack=pack_of(firm), narrative=narrative)
    return found[0] if found else None


def test_below_a_number_of_cases_per_service_nothing_is_learnt(firm):
    closed(firm, 3)
    with pytest.raises(TooLittleToLearn, match=f"{LEAST_PER_SERVICE} closed.*no-water 3"):
        material(company=firm.company)


def test_restricted_merged_and_open_cases_are_never_learnt_from(firm):
    closed(firm, LEAST_PER_SERVICE)
    texts = set(material(company=firm.company).narratives)
    assert len(texts) > 10
    for change in ({"restricted": True}, {"closed_at": None}):
        spared = Case.objects.filter(service="no-water").first()
        Case.objects.filter(pk=spared.pk).update(narrative="只此一件", **change)
        with pytest.raises(TooLittleToLearn):
            material(company=firm.company)
        Case.objects.filter(pk=spared.pk).update(restricted=False, closed_at=NOW)
    assert "只此一件" in material(company=firm.company).narratives


def test_what_was_learnt_answers_words_that_the_catalogue_does_not_know(firm):
    asked = "龙头打开一滴都不出"
    closed(firm, LEAST_PER_SERVICE)
    assert first(firm, asked) is None
    kept = taught(firm)
    answer = first(firm, asked)
    assert (answer.service, answer.learnt) == ("no-water", True)
    assert all(word in asked for word in answer.why)
    assert kept.held_out > 0.9
    assert verify(organisation_id=firm.company.pk) == []


def test_a_word_of_alarm_stands_before_what_was_learnt(firm):
    closed(firm, LEAST_PER_SERVICE)
    taught(firm)
    pack = pack_of(firm)
    service, entry = next((s, e) for s, e in pack.services.items() if e.emergency)
    answer = first(firm, f"水龙头不出水，{entry.words[0]}")
    assert (answer.service, answer.alarm) == (service, True)


def test_a_new_lesson_takes_the_place_of_the_old_one(firm):
    closed(firm, LEAST_PER_SERVICE)
    taught(firm)
    asked = "龙头打开一滴都不出"
    assert first(firm, asked).service == "no-water"
    other = Learnt(("no-water", "water-quality"), (0.0, 9.0), {"水": 1.0}, {"水": [0.0, 1.0]})
    keep_learnt(
        company=firm.company, learnt=other, cases=2, held_out=1, now=NOW + timedelta(days=1)
    )
    assert SuggestionModel.objects.count() == 1
    assert first(firm, "水").service == "water-quality"


def test_a_service_that_is_no_longer_offered_is_not_suggested(firm):
    gone = Learnt(("gone", "no-water"), (9.0, 0.0), {"水": 1.0}, {"水": [1.0, 0.0]})
    keep_learnt(company=firm.company, learnt=gone, cases=2, held_out=1, now=NOW)
    found = suggest(company=firm.company, pack=pack_of(firm), narrative="水")
    assert "gone" not in {s.service for s in found}


NOTHING = ("", "13800000001", "？？？", "!!", "\x00\ufffd")


def test_nothing_that_can_be_learnt_from_answers_nothing(firm):
    closed(firm, LEAST_PER_SERVICE)
    taught(firm)
    pack = pack_of(firm)
    found = {said: suggest(company=firm.company, pack=pack, narrative=said) for said in NOTHING}
    assert [said for said, services in found.items() if services] == []


def test_never_more_than_three_are_suggested(firm):
    pack = pack_of(firm)
    everything = "，".join(w for e in pack.services.values() for w in e.words)
    found = suggest(company=firm.company, pack=pack, narrative=everything)
    assert len(found) == SHOWN
    assert len({s.service for s in found}) == SHOWN


def test_weights_are_read_as_they_were_written():
    learnt = Learnt(
        ("a", "b", "c"),
        (0.25, -0.5, 0.0),
        {"水": 1.5, "不出": 2.0},
        {"水": [0.5, -0.25, 1.0], "不出": [1.0, 0.0, -1.0]},
    )
    again = unpacked(learnt.packed())
    assert again.answer("水不出") == learnt.answer("水不出")
    assert sum(a.share for a in again.answer("水不出")) == pytest.approx(1)


def test_grams_are_characters_pairs_and_whole_words_without_digits():
    assert grams("ＩＣ卡 13800000001，坏了") == ["ic", "卡", "坏", "了", "坏了"]
