# ruff: noqa: E501 (a row is one line, so that it can be read)
"""What the rules say in words: sentences of proofs, spans of years, refusals."""

import pytest

from chengnuo.rules.calendar import spans_of
from chengnuo.rules.clock import Due
from chengnuo.rules.limits import Agreed
from chengnuo.rules.proof import moment_in_words, prove, sentence
from chengnuo.rules.state import Denied
from chengnuo.rules.words import Text
from tests.rules.world import Docket, at, book, calendar, count, limit

SPANS = {
    "none": ([], ""),
    "one": ([2026], "2026"),
    "in a row": ([2004, 2005, 2006], "2004-2006"),
    "with a gap": ([2006, 2004, 2008, 2005], "2004-2006,2008"),
    "told twice": ([2026, 2026], "2026"),
}


@pytest.mark.parametrize(("years", "said"), SPANS.values(), ids=SPANS)
def test_years_in_a_row_are_one_span(years: list[int], said: str):
    assert spans_of(years) == said


SENTENCES = {
    "a holiday": ("{amount: 2, unit: working_day}", "2026-01-01 10:00", "自2026年1月1日10:00（受理）起2个工作日（1月1日起算当日不计；1月2日至1月3日元旦；调休上班日计入），至2026年1月5日17:30止。依据：第一条。", "2 working days from Thu 1 Jan 2026, 10:00 (lodged) (1 Jan the starting day is not counted; 2 Jan to 3 Jan New Year; make-up working days counted), until Mon 5 Jan 2026, 17:30. Under 1."),
    "several days": ("{amount: 2, unit: working_day}", "2026-09-30 10:00", "自2026年9月30日10:00（受理）起2个工作日（9月30日起算当日不计；10月1日至10月7日国庆节），至2026年10月9日17:30止。依据：第一条。", "2 working days from Wed 30 Sep 2026, 10:00 (lodged) (30 Sep the starting day is not counted; 1 Oct to 7 Oct National Day), until Fri 9 Oct 2026, 17:30. Under 1."),
    "a weekend": ("{amount: 2, unit: working_day}", "2026-03-06 10:00", "自2026年3月6日10:00（受理）起2个工作日（3月6日起算当日不计；休息日不计），至2026年3月10日17:30止。依据：第一条。", "2 working days from Fri 6 Mar 2026, 10:00 (lodged) (6 Mar the starting day is not counted; rest days not counted), until Tue 10 Mar 2026, 17:30. Under 1."),
    "nothing": ("{amount: 2, unit: working_day}", "2026-03-09 10:00", "自2026年3月9日10:00（受理）起2个工作日（3月9日起算当日不计），至2026年3月11日17:30止。依据：第一条。", "2 working days from Mon 9 Mar 2026, 10:00 (lodged) (9 Mar the starting day is not counted), until Wed 11 Mar 2026, 17:30. Under 1."),
    "before the opening": ("{amount: 1, unit: hour, starts: next_opening}", "2026-03-09 06:00", "自2026年3月9日06:00（受理）起1小时（3月9日非办公时间，自下次开始办公起算），至2026年3月9日09:30止。依据：第一条。", "1 hour from Mon 9 Mar 2026, 06:00 (lodged) (9 Mar counts from the next opening), until Mon 9 Mar 2026, 09:30. Under 1."),
    "a night before the opening": ("{amount: 1, unit: hour, starts: next_opening}", "2026-03-09 22:00", "自2026年3月9日22:00（受理）起1小时（3月9日至3月10日非办公时间，自下次开始办公起算），至2026年3月10日09:30止。依据：第一条。", "1 hour from Mon 9 Mar 2026, 22:00 (lodged) (9 Mar to 10 Mar counts from the next opening), until Tue 10 Mar 2026, 09:30. Under 1."),
}  # fmt: skip


@pytest.mark.parametrize(("words", "start", "zh", "en"), SENTENCES.values(), ids=SENTENCES)
def test_a_sentence_says_what_did_not_count(words: str, start: str, zh: str, en: str):
    due = count(words, start)
    told = sentence(
        due=due,
        start=at(start),
        started_by=Text("受理", "lodged"),
        cited=Text("第一条", "1"),
        segments=prove(due=due, start=at(start), calendar=calendar()),
        calendar=calendar(),
    )
    assert (told.zh, told.en) == (zh, en)


def test_a_moment_that_was_agreed_is_proven_too():
    due = Due(at("2026-03-10 15:00"), Agreed("agreed_at"))
    (only,) = prove(due=due, start=at("2026-03-09 10:00"), calendar=calendar())
    assert (only.start, only.end) == (at("2026-03-09 10:00"), at("2026-03-10 15:00"))


def test_a_notice_has_no_opening_to_wait_for():
    due = Due(at("2026-03-09 20:00"), limit("{amount: 12, unit: hour}"))
    segments = prove(due=due, start=at("2026-03-10 08:00"), calendar=calendar(), backwards=True)
    assert {s.reason for s in segments} == {"elapsed"}


STORM = "{reason: storm, title: {zh: 暴雨, en: Storm}, proof: {zh: 预警, en: Warning}, cap: {amount: 9, unit: hour}, approver: handler}"
REASONS = {
    "the reasons that there are": (f"pause: [{STORM}]", "暂停理由须为：storm", "The reason must be one of: storm"),
    "that there are none": ("urgent: true", "暂停理由须为：无", "The reason must be one of: none listed"),
}  # fmt: skip


@pytest.mark.parametrize(("more", "zh", "en"), REASONS.values(), ids=REASONS)
def test_a_pause_for_another_reason_is_told(more: str, zh: str, en: str):
    docket = Docket(
        book(
            f"reply: {{kind: within, start: case.lodged, stop: reply.sent, limit: {{amount: 4, unit: hour}}, {more}}}"
        )
    )
    docket.happens("case.lodged", "2026-03-09 09:00")
    (told,) = docket.happens("pause.requested", "2026-03-09 10:00", target="reply#1", reason="mood")
    assert isinstance(told, Denied)
    assert (told.missing.zh, told.missing.en) == (zh, en)


MOMENTS = {
    "midnight ends the day before": (
        "2026-03-01 00:00",
        "2026年2月28日24:00",
        "Sat 28 Feb 2026, 24:00",
    ),
    "a minute later": ("2026-03-01 00:01", "2026年3月1日00:01", "Sun 1 Mar 2026, 00:01"),
    "a whole hour": ("2026-03-01 01:00", "2026年3月1日01:00", "Sun 1 Mar 2026, 01:00"),
}


@pytest.mark.parametrize(("moment", "zh", "en"), MOMENTS.values(), ids=MOMENTS)
def test_a_moment_as_people_write_it(moment: str, zh: str, en: str):
    told = moment_in_words(at(moment))
    assert (told.zh, told.en) == (zh, en)
