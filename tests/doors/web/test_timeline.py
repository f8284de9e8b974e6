"""What the timeline says of an entry: what the room of its event declares, and no more."""

from __future__ import annotations

import pytest
from django.db.models import Q
from django.utils import translation

from chengnuo.doors.web.kit.timeline import timeline
from chengnuo.ledger.models import Entry
from chengnuo.ledger.services import canonical
from chengnuo.obligations.facts import MonthScope, facts
from chengnuo.obligations.regulation import regulation_shown
from tests.doors.web.conftest import LATER, NOW
from tests.submitting import fill_case

EVERYBODY = Q(pk__isnull=False)
FILES = [{"name": "a.pdf"}, {"name": "b.png"}]

# The entry, and its lines in English and in Chinese.
TOLD = [
    ("case.handed_over", {"unit": "抢修队", "to": 0}, "To: 抢修队", "移交至：抢修队"),
    ("case.assisted", {"unit": "抢修队", "why": "好"}, "Unit: 抢修队", "单位：抢修队"),
    ("case.linked", {"case": "T-1", "why": "重复"}, "Case: T-1", "工单：T-1"),
    ("case.lodged", {"case": "T-1"}, "", ""),
    ("rating.given", {"score": 4, "case": "T-1"}, "Score: 4/5 Case: T-1", "评分：4/5 工单：T-1"),
    ("callback.attempted", {"outcome": "busy"}, "Outcome: Busy", "结果：占线"),
    ("case.copied", {"to": ["甲", "乙"]}, "Copied to: 甲, 乙", "抄送：甲、乙"),
    ("case.attached", {"files": FILES}, "Attachments: a.pdf, b.png", "附件：a.pdf、b.png"),
    (
        "pause.requested",
        {"reason": "storm", "target": "repaired-soon#1"},
        "Reason: Storm",
        "理由：暴雨",
    ),
    (
        "case.glass_broken",
        {"until": "2026-03-09T11:00:00+08:00"},
        "Access until: Mon 9 Mar, 11:00",
        "可见至：3月9日（周一）11:00",
    ),
    ("opinion.of-a-pack", {"unit": "抢修队", "words": "同意"}, "Unit: 抢修队", "单位：抢修队"),
    # From before keys were declared: what is there is read, what is not is not missed.
    ("rating.given", {}, "", ""),
    ("case.urged", {"times": 3}, "", ""),
    ("callback.attempted", {"outcome": "of-old"}, "Outcome: of-old", "结果：of-old"),
    ("pause.requested", {"reason": "snow"}, "Reason: snow", "理由：snow"),
]


@pytest.fixture
def lines(firm):
    regulation = regulation_shown(company=firm.company, at=NOW)

    def of(kind, data, language, papers=True):
        entry = Entry(kind=kind, at=NOW, recorded_at=NOW, payload=canonical(data))
        with translation.override(language):
            [told] = timeline([entry], regulation, {}, papers=papers)
        between = "：" if language == "zh-hans" else ": "
        return " ".join(f"{label}{between}{words}" for label, words in told.details)

    return of


@pytest.mark.parametrize(("kind", "data", "en", "zh"), TOLD)
def test_an_entry_in_words(lines, kind, data, en, zh):
    assert lines(kind, data, "en") == en
    assert lines(kind, data, "zh-hans") == zh


def test_papers_are_not_named_to_whoever_may_not_know_who_asked(lines):
    assert lines("case.attached", {"files": FILES}, "en", papers=False) == ""


def test_facts_count_what_the_overview_counts(firm, leak, clock):
    """One leak, repaired in time: what every fact counts of its month."""
    for form, raw in (("arrival", {}), ("repaired", {"done_at": "2026-03-09T10:30"})):
        fill_case(leak, form, raw, token=form, by=firm.people["network"], now=LATER)
    scope = MonthScope(
        company=firm.company, units=None, shown=EVERYBODY, owed=EVERYBODY,
        begins=NOW.replace(day=1, hour=0), ends=NOW.replace(month=4, day=1, hour=0),
        now=NOW.replace(hour=13),
    )  # fmt: skip
    regulation = regulation_shown(company=firm.company, at=NOW)
    counted = {name: fact.rows(scope, regulation).count() for name, fact in facts().items()}
    assert {name: number for name, number in counted.items() if number} == {
        "promises.due": 1, "promises.kept": 1, "promises.timed": 1, "cases.taken": 1,
    }  # fmt: skip
    elsewhere = MonthScope(
        company=firm.company, units=frozenset({0}), shown=EVERYBODY, owed=EVERYBODY,
        begins=scope.begins, ends=scope.ends, now=scope.now,
    )  # fmt: skip
    assert not any(fact.rows(elsewhere, regulation).exists() for fact in facts().values())


def test_a_unit_is_told_by_its_name_in_the_reader_s_language(firm, lines):
    unit = next(iter(firm.units.values()))
    handed = {"unit": unit.name_zh, "to": unit.pk}
    assert lines("case.handed_over", handed, "en") == f"To: {unit.name_en}"
    assert lines("case.handed_over", handed, "zh-hans") == f"移交至：{unit.name_zh}"
