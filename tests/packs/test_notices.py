"""Holiday notices: the ones we ship, against an independent record of the same notices."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from chengnuo.packs.errors import PackError
from chengnuo.packs.notices import joined, read_notice, shipped_notices
from tests.rules.world import calendar

RECORD = Path(__file__).resolve().parents[3] / "shared" / "data" / "holidays"
YEARS = (2024, 2025, 2026)
recorded = pytest.mark.skipif(
    not RECORD.is_dir(), reason="the holiday-cn record is not beside the repository"
)


@recorded
@pytest.mark.parametrize("year", YEARS)
def test_every_day_is_what_the_record_says(year: int):
    days = json.loads((RECORD / f"{year}.json").read_text(encoding="utf-8"))["days"]
    said = {date.fromisoformat(d["date"]): not d["isOffDay"] for d in days}
    wrong = []
    for n in range((date(year, 12, 31) - date(year, 1, 1)).days + 1):
        day = date(year, 1, 1) + timedelta(days=n)
        works = said.get(day, day.weekday() < 5)
        if calendar().day(day).is_working is not works:
            wrong.append(str(day))
    assert wrong == []


@recorded
@pytest.mark.parametrize("year", YEARS)
def test_a_record_can_be_loaded_in_place_of_ours(year: int):
    ours = next(n for n in shipped_notices() if n.year == year)
    theirs = read_notice(RECORD / f"{year}.json").notice()
    assert (set(theirs.off), set(theirs.work)) == (set(ours.off), set(ours.work))
    assert len(joined(shipped_notices(), [theirs])) == len(shipped_notices())


@recorded
def test_a_year_without_days_is_no_notice():
    with pytest.raises(PackError, match="is it published yet"):
        read_notice(RECORD / "2027.json")


@pytest.mark.parametrize(("year", "off", "work"), [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)])
def test_as_many_days_as_the_notice_names(year: int, off: int, work: int):
    """Days off on the page of the notice, weekends within them included, and make-up days."""
    notice = next(n for n in shipped_notices() if n.year == year)
    assert (len(notice.off), len(notice.work)) == (off, work)


def test_each_kind_of_day_has_its_reason():
    reasons = {
        "2026-03-09": "working_day",
        "2026-03-08": "rest_day",
        "2026-02-17": "holiday",
        "2026-02-14": "makeup_working_day",
    }
    assert {d: calendar().day(date.fromisoformat(d)).reason for d in reasons} == reasons
