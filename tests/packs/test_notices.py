"""Holiday notices: the ones we ship, against an independent record of the same notices."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from chengnuo.packs.errors import PackError
from chengnuo.packs.notices import joined, read_notice, shipped_notices
from tests.rules.world import calendar, count

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


# Days that tell one reading of a notice from another: make-up days of the year before, an extension
# that was announced later, a holiday that was one once.
@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2004-01-18", True), ("2005-02-05", True), ("2005-12-31", True), ("2006-01-03", False),
        ("2006-12-30", True), ("2006-12-31", True), ("2007-01-03", False), ("2007-12-29", True),
        ("2007-12-31", False), ("2008-05-02", False), ("2008-05-04", True), ("2010-02-20", True),
        ("2011-12-31", True), ("2013-06-08", True), ("2015-09-03", False), ("2015-09-06", True),
        ("2018-12-29", True), ("2018-12-31", False), ("2019-05-02", False), ("2019-05-05", True),
        ("2020-01-31", False), ("2020-02-02", False), ("2020-02-03", True), ("2020-06-28", True),
        ("2022-12-31", False), ("2023-06-25", True), ("2023-10-06", False), ("2023-10-07", True),
    ],
)  # fmt: skip
def test_the_years_since_2004_are_known_day_by_day(day: str, works: bool):
    assert calendar().day(date.fromisoformat(day)).is_working is works


def test_every_year_from_2004_to_2026_is_published_and_none_beyond():
    assert [n.year for n in shipped_notices()] == list(range(2004, 2027))
    assert calendar().unpublished(date(2003, 1, 1), date(2027, 1, 1)) == (2003, 2027)


# Five and fifteen working days from a letter of that moment, counted by hand along the notices.
@pytest.mark.parametrize(
    ("lodged", "days", "due"),
    [
        ("2019-09-27 10:00", 5, "2019-10-10"),
        ("2019-04-29 10:00", 5, "2019-05-08"),
        ("2020-01-20 10:00", 15, "2020-02-18"),
        ("2018-12-28 16:00", 5, "2019-01-07"),
        ("2010-09-20 10:00", 5, "2010-09-28"),
    ],
)
def test_letters_of_past_years_come_out_right_without_loading_anything(lodged, days, due):
    words = f"{{amount: {days}, unit: working_day, ends: day_end}}"
    assert f"{count(words, lodged).at - timedelta(minutes=1):%Y-%m-%d}" == due


def test_each_kind_of_day_has_its_reason():
    reasons = {
        "2026-03-09": "working_day",
        "2026-03-08": "rest_day",
        "2026-02-17": "holiday",
        "2026-02-14": "makeup_working_day",
    }
    assert {d: calendar().day(date.fromisoformat(d)).reason for d in reasons} == reasons
