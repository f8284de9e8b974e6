"""A row becomes a history: units, tables, dates, what is not known, and what cannot be."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chengnuo.doors.cli.importing.history import History, HistoryReader
from chengnuo.doors.cli.importing.mapping import Mapping, read_mapping
from chengnuo.packs.reading import read_file
from chengnuo.tables.shapes import Header, Row
from chengnuo.tables.values import NotReadable, moment_of, number_of
from tests.doors.cli.leaks import COLUMNS, Leak, mapping_file
from tests.packs.shipped import shipped

PACK = shipped("water-company").pack
SERVICE_DATE = shipped(read_mapping("la311").pack).pack
AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def mapping(tmp_path) -> Mapping:
    return Mapping.model_validate(read_file(mapping_file(tmp_path), name="leaks.yaml").data)


def told(mapping: Mapping, leak: Leak, as_of: datetime = AS_OF) -> History | list:
    reader = HistoryReader(mapping, PACK, Header(list(COLUMNS)), as_of)
    return reader.read(Row(2, 2, list(leak.line().split(","))))


@pytest.mark.parametrize(
    ("inches", "millimetres"),
    [
        pytest.param("6", 150, id="by the table: nominal, not by measure"),
        pytest.param("24", 600, id="by the table: in the band from DN 600"),
        pytest.param("36.0", 900, id="by the table, however it is written"),
        pytest.param("39", 990.6, id="not in the table: by the factor"),
    ],
)
def test_inches_become_nominal_diameters(mapping, inches, millimetres):
    assert told(mapping, Leak(inches=inches)).facts == {"diameter_mm": millimetres}


def test_an_unknown_diameter_is_left_out_so_that_the_shortest_limit_holds(mapping):
    history = told(mapping, Leak(inches=""))

    assert history.facts == {}
    assert history.judged == ("pipe-repaired",)


def test_hours_are_elapsed_hours_through_the_night_of_the_clock_change(mapping):
    """On 11 March 2012 Los Angeles lost an hour: 24 hours later it was 09:00 there, not 08:00."""
    history = told(mapping, Leak(reported="2012-03-10 08:00", hours="24"))

    assert history.lodged_at == datetime(2012, 3, 10, 16, tzinfo=UTC)
    assert history.events[0].at == datetime(2012, 3, 11, 16, tzinfo=UTC)


def test_without_hours_nothing_is_judged_and_a_remark_says_so(mapping):
    history = told(mapping, Leak(hours=""))

    assert history.events == ()
    assert history.judged == ()
    assert [r.en for r in history.remarks] == ["repair.completed is empty: not judged"]


@pytest.mark.parametrize(
    ("leak", "column", "reason"),
    [
        (Leak(no=""), "No", "is empty"),
        (Leak(no="x" * 101), "No", "is longer than 100 characters"),
        (Leak(reported="yesterday"), "Reported", "is not a valid date: use %Y-%m-%d %H:%M | 2026"),
        (Leak(reported="0042-01-01 00:00"), "Reported", "is not between 1900 and 2200"),
        (Leak(reported="2031-01-01 00:00"), "Reported", "lies in the future"),
        (Leak(reported=""), "Reported", "is empty"),
        (Leak(inches="six"), "Inches", "is not a number"),
        (Leak(inches="nan"), "Inches", "is not a number"),
        (Leak(inches="900"), "Inches", "is not allowed; a number in mm from 1 up to 5000"),
        (Leak(hours="-1"), "Hours", "must not be negative"),
        (Leak(hours="1e300"), "Hours", "is out of range"),
        (Leak(hours="999999"), "Hours", "lies in the future"),
        (Leak(remarks="a\0b"), "Remarks", "holds bytes that are no text"),
        (Leak(address="\udc80 St"), "Address", "holds bytes that are no text"),
        (Leak(address="x" * 301), "Address", "is longer than 300 characters"),
    ],
)
def test_what_cannot_be_is_told_with_its_column(mapping, leak, column, reason):
    (fault,) = told(mapping, leak)

    assert fault.column == column
    assert reason in fault.reason.en
    assert fault.reason.zh


def test_all_faults_of_a_row_are_told_at_once(mapping):
    faults = told(mapping, Leak(no="", reported="?", inches="?", hours="?"))

    assert [fault.column for fault in faults] == ["Reported", "No", "Inches", "Hours"]


def test_the_same_row_has_the_same_token_and_any_change_another(mapping):
    token = told(mapping, Leak()).token("leaks")

    assert told(mapping, Leak()).token("leaks") == token
    for changed in (Leak(hours="9"), Leak(inches="24"), Leak(address="2 Example St")):
        assert told(mapping, changed).token("leaks") != token


# -- a promise that stands in the file -----------------------------------------------------------


REQUESTS = {
    "id": "requests",
    "title": {"zh": "请求", "en": "Requests"},
    "pack": "service-date",
    "time_zone": "America/Los_Angeles",
    "reference": "No",
    "service": {"column": "Kind", "values": {"Bulky": "bulky-items"}},
    "lodged": {"column": "Opened"},
    "narrative": {"columns": ["Kind"]},
    "facts": {
        "promised_at": {
            "column": "Promised",
            "midnight": "day_end",
            "if_empty": "not_judged",
            "if_before_start": "not_judged",
        }
    },
    "events": [
        {"event": "service.done", "when": {"Status": "Closed"}, "column": "Closed"},
        {"event": "case.withdrawn", "when": {"Status": ["Cancelled"]}, "column": "Closed"},
    ],
    "judge": ["done-by-service-date"],
}


def request(**changes: str) -> History | list:
    row = {
        "No": "1", "Kind": "Bulky", "Opened": "2020-01-01 09:00", "Promised": "2020-01-03",
        "Closed": "2020-01-02 10:00", "Status": "Closed",
    } | changes  # fmt: skip
    reader = HistoryReader(Mapping.model_validate(REQUESTS), SERVICE_DATE, Header(list(row)), AS_OF)
    return reader.read(Row(2, 2, list(row.values())))


def test_a_promised_day_lasts_until_its_end_where_it_was_given():
    history = request()

    assert history.facts == {"promised_at": datetime(2020, 1, 4, 8, tzinfo=UTC)}
    assert [event.name for event in history.events] == ["service.done"]


def test_an_event_happens_only_to_the_rows_that_it_is_for():
    assert [e.name for e in request(Status="cancelled").events] == ["case.withdrawn"]
    assert request(Status="Open", Closed="").events == ()


def test_an_open_request_is_still_judged():
    assert request(Status="Open", Closed="").judged == ("done-by-service-date",)


@pytest.mark.parametrize("promised", ["", "2019-12-30"])
def test_no_promise_and_one_that_was_over_before_the_request_are_not_judged(promised):
    history = request(Promised=promised)

    assert history.facts == {}
    assert history.judged == ()
    assert len(history.remarks) == 1


def test_what_was_finished_before_it_began_is_rejected():
    (fault,) = request(Closed="2019-12-31 10:00")
    assert (fault.column, fault.reason.en) == ("Closed", "lies before the intake")


def test_a_kind_that_the_mapping_does_not_know_is_rejected_not_guessed():
    (fault,) = request(Kind="Meteorite")
    assert fault.reason.en == "the mapping does not know this value (service)"


# -- cells ---------------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text())
def test_a_number_is_finite_or_refused(text):
    number, reason = _read(lambda: number_of(text))
    assert abs(number) < float("inf") if reason is None else reason.zh and reason.en


@settings(deadline=None)
@given(st.one_of(st.text(), st.datetimes(), st.dates(), st.floats(), st.booleans()))
def test_a_moment_lies_in_the_span_or_is_refused(cell):
    moment, reason = _read(lambda: moment_of(cell, ("%d-%b-%y",), LOS_ANGELES, "day_end"))
    assert 1900 <= moment.year <= 2201 if reason is None else reason.zh and reason.en


def _read(read):
    """What was read and no reason, or nothing and the reason."""
    try:
        return read(), None
    except NotReadable as error:
        return None, error.reason
