"""`chengnuo export`: spreadsheets that can be handed on: complete, masked, and no formulas."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.doors.cli.main import main
from chengnuo.ledger.models import Entry
from chengnuo.obligations.regulation import regulation_for
from chengnuo.people.models import Organisation
from chengnuo.reports import spreadsheets
from chengnuo.reports.cells import as_text
from chengnuo.reports.exports import EXPORTS, View, titles
from chengnuo.rules.state import TIME_PASSED, Event
from chengnuo.vault.masking import masked_payload
from tests.companies import house

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "export"
START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def matter(company: Organisation, number: int, *, hours: float, **words: str) -> None:
    """A leak on one of the days after 2 March 2026, mended after so many hours."""
    at = START + DAY * number
    said = {
        "narrative": "路面冒水，请联系张三",
        "contact_name": "张三",
        "address": "示例路1号1单元101室",
    }
    request = Request(
        service="pipe-repair", channel="phone", token=f"t{number}", contact_phone="13812345678",
        facts={"diameter_mm": 300, "area": "urban"}, **(said | words),
    )  # fmt: skip
    done = at + timedelta(hours=hours)
    events = [Event(name="repair.completed", at=done), Event(name=TIME_PASSED, at=done)]
    lodge(
        company=company, request=request, at=at, now=at, by=None,
        judged=["pipe-repaired"], then=events,
    )  # fmt: skip


@pytest.fixture
def company() -> Organisation:
    made = house("water-company", code="W", roles=("network", "crew")).company
    matter(made, 0, hours=8)
    matter(made, 1, hours=30)
    matter(made, 2, hours=2, narrative="=HYPERLINK(A1)", contact_name="@cmd", address="")
    return made


def export(what: str, out: Path, *more: str) -> int:
    return main(["export", what, "--from", "W", "--out", str(out), *more])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("what", ["cases", "obligations", "breaches"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_export_looks_like_this(company, tmp_path, what, language):
    out = tmp_path / "out.csv"
    assert export(what, out, "--language", language) == 0

    # A case's number ends in its place in the ledger, which depends on what else a test founds.
    written = re.sub(r"(W-\d{6})-\d{5}", r"\1-…", out.read_text(encoding="utf-8-sig"))
    assert written == (GOLDEN / f"{what}.{language}.csv").read_text(encoding="utf-8")


def test_the_ledger_comes_out_whole_and_in_order(company, tmp_path):
    out = tmp_path / "ledger.csv"
    assert export("ledger", out, "--language", "en") == 0

    rows = rows_of(out)
    assert [int(row["Number"]) for row in rows] == list(range(1, Entry.objects.count() + 1))
    assert [row["Link before"] for row in rows[1:]] == [row["Link"] for row in rows[:-1]]


def test_a_workbook_holds_the_same_rows_with_real_moments(company, tmp_path):
    csv_file, book = tmp_path / "out.csv", tmp_path / "out.xlsx"
    assert export("obligations", csv_file, "--language", "en") == 0
    assert export("obligations", book, "--language", "en") == 0

    header, *rows = CalamineWorkbook.from_path(str(book)).get_sheet_by_name("Promises").to_python()
    assert header == titles(what="obligations", language="en")
    assert len(rows) == len(rows_of(csv_file)) == 3
    started = header.index("Start")
    assert rows[0][started] == datetime(2026, 3, 2, 9, 0)  # noqa: DTZ001 - a workbook has no zones


# -- personal data -------------------------------------------------------------------------------


@pytest.mark.parametrize("what", sorted(EXPORTS))
def test_without_a_reason_nothing_personal_leaves(company, tmp_path, what):
    out = tmp_path / "out.csv"
    assert export(what, out) == 0

    written = out.read_text(encoding="utf-8-sig")
    for secret in ("张三", "13812345678", "1单元101室", "HYPERLINK"):
        assert secret not in written


def test_in_full_wants_a_reason_which_the_ledger_keeps(company, tmp_path, capsys):
    out = tmp_path / "out.csv"

    assert export("cases", out, "--unmasked") == 2
    assert "--unmasked wants a --reason" in capsys.readouterr().err
    assert export("cases", out, "--unmasked", "--reason", "工作需要") == 2
    assert "says too little" in capsys.readouterr().err
    assert not out.exists()

    reason = ["--unmasked", "--reason", "年度审计", "--since", "2026-03-03"]
    assert export("cases", out, *reason) == 0
    assert "13812345678" in out.read_text(encoding="utf-8-sig")
    entry = Entry.objects.get(kind="personal_data.exported")
    assert entry.organisation_id == company.pk
    assert {k: entry.data[k] for k in ("what", "why", "since")} == {
        "what": "cases", "why": "年度审计", "since": "2026-03-03",
    }  # fmt: skip
    assert entry.data["by"]


def test_the_reason_is_kept_even_when_the_export_fails(company, tmp_path):
    nowhere = tmp_path / "no such folder" / "out.csv"

    assert export("cases", nowhere, "--unmasked", "--reason", "年度审计") == 1
    assert Entry.objects.filter(kind="personal_data.exported").count() == 1


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("pipe-repaired#1", "pipe-repaired#1"),
        ("2026-03-02T09:00:00.123456+08:00", "2026-03-02T09:00:00.123456+08:00"),
        ("W-260302-00012", "W-260302-00012"),
        (24.5, 24.5),
        (True, True),
        (None, None),
        ("张三的电话", "***"),
        ("13812345678", "***"),
        (13812345678, "***"),
        ({"why": "ok", "due": "2026-03-02"}, {"why": "***", "due": "2026-03-02"}),
        ([{"area": "urban", "note": "王 先生"}], [{"area": "urban", "note": "***"}]),
    ],
)  # fmt: skip
def test_of_stored_data_codes_and_moments_stay_and_words_do_not(stored, shown):
    assert masked_payload(stored) == shown


# -- formulas ------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_is_taken_for_a_formula(start):
    assert as_text(f"{start}1+1") == f"'{start}1+1"
    assert as_text(f"1{start}1") == f"1{start}1"


def test_a_customer_cannot_send_a_formula_into_a_spreadsheet(company, tmp_path):
    out = tmp_path / "out.csv"
    assert export("cases", out, "--unmasked", "--reason", "年度审计", "--language", "en") == 0

    last = rows_of(out)[-1]
    assert last["Request"] == "'=HYPERLINK(A1)"
    assert last["Contact"] == "'@cmd"


def test_in_a_workbook_such_a_text_is_a_text(company, tmp_path):
    book = tmp_path / "out.xlsx"
    assert export("cases", book, "--unmasked", "--reason", "年度审计", "--language", "en") == 0

    *_, last = CalamineWorkbook.from_path(str(book)).get_sheet_by_index(0).to_python()
    assert last[titles(what="cases", language="en").index("Request")] == "=HYPERLINK(A1)"


# -- which rows, which file ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bounds", "number"),
    [
        ((), 3),
        (("--since", "2026-03-03"), 2),
        (("--until", "2026-03-03"), 2),  # a day is included
        (("--since", "2026-03-03", "--until", "2026-03-03"), 1),
        (("--until", "2026-03-03T09:00"), 1),  # a moment is not: [since, until)
        (("--since", "2027-01-01"), 0),
    ],
)
def test_since_and_until_choose_by_the_utilitys_days(company, tmp_path, bounds, number):
    out = tmp_path / "out.csv"
    assert export("cases", out, *bounds) == 0
    assert len(rows_of(out)) == number


def test_without_rows_the_titles_are_still_there(company, tmp_path):
    out = tmp_path / "out.xlsx"
    assert export("cases", out, "--since", "2027-01-01", "--language", "zh") == 0

    rows = CalamineWorkbook.from_path(str(out)).get_sheet_by_name("工单").to_python()
    assert rows[0] == titles(what="cases", language="zh")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--out", "out.txt"), 2, "--out must end in .csv or .xlsx"),
        (("--since", "monday"), 1, "'monday' is not a date like 2026-01-31"),
        (("--from", "X"), 1, "no such company; known: W"),
    ],
)
def test_wrong_words_say_what_would_be_right(company, tmp_path, capsys, words, code, told):
    assert export("cases", tmp_path / "out.csv", *words) == code
    assert told in capsys.readouterr().err


def test_a_file_is_there_whole_or_not_at_all(company, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("the one of last week", encoding="utf-8")

    with patch.object(spreadsheets, "_csv_cell", side_effect=KeyboardInterrupt):
        assert export("cases", out) == 130
    assert out.read_text(encoding="utf-8") == "the one of last week"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_more_rows_than_a_sheet_holds_are_refused_not_cut(company, tmp_path, capsys):
    out = tmp_path / "out.xlsx"
    with patch.object(spreadsheets, "MOST_ROWS", 2):
        assert export("cases", out) == 1
    assert "choose --since and --until, or a .csv" in capsys.readouterr().err
    assert not out.exists()


def test_a_channel_is_called_what_the_companys_pack_calls_it(company):
    shown = View(company=company, language="zh", zone=ZoneInfo("Asia/Shanghai"))
    case = Case.objects.select_related("docket").first()
    pack = regulation_for(digest=case.docket.release_id, company=company).pack
    for channel, title in pack.facts["channel"].values.items():
        assert shown.channel(case.docket.release_id, channel) == title.zh
    assert shown.channel(case.docket.release_id, "transfer") != "transfer"
