"""`chengnuo import`: the past goes through the engine, and every row is accounted for."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import pytest
from django.db import DataError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chengnuo.cases.models import Case
from chengnuo.customers.models import ServiceLocation
from chengnuo.doors.cli.importing import replay
from chengnuo.doors.cli.importing.history import HistoryReader
from chengnuo.doors.cli.importing.mapping import LoadedMapping, read_mapping
from chengnuo.doors.cli.importing.rejects import RejectFile
from chengnuo.doors.cli.importing.target import Target, target_of
from chengnuo.doors.cli.main import main
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.queries import verify
from chengnuo.obligations.models import Breach, Obligation, UnassignedEscalation
from chengnuo.people.models import Organisation
from chengnuo.tables.opening import opened
from tests.companies import house
from tests.doors.cli.leaks import MAPPING, Leak, bring_in, leaks_file, mapping_file

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "import"

NOW = datetime(2026, 1, 1, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def only(reference: str) -> Obligation:
    """The one obligation of the case with this reference."""
    return Obligation.objects.get(docket__case__source_ref=reference)


def rejects_of(file: Path) -> list[dict[str, str]]:
    with file.with_suffix(".rejects.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


# -- what history says ---------------------------------------------------------------------------


def test_a_repair_in_time_is_kept_at_its_recorded_moment(tmp_path):
    assert bring_in(leaks_file(tmp_path, [Leak(no="A", hours="23.5")])) == 0

    case = Case.objects.get(source_ref="A")
    assert case.lodged_at == datetime(2012, 3, 1, 16, tzinfo=UTC)  # 08:00 in Los Angeles
    held = only("A")
    assert (held.rule, held.start_at) == ("pipe-repaired", case.lodged_at)
    assert held.due_at == datetime(2012, 3, 2, 16, tzinfo=UTC)
    assert held.kept_at == case.closed_at == datetime(2012, 3, 2, 15, 30, tzinfo=UTC)
    assert held.broken_at is None


def test_a_repair_too_late_is_broken_at_its_due_moment_and_kept_late(tmp_path):
    assert bring_in(leaks_file(tmp_path, [Leak(no="B", hours="25")])) == 0

    held = only("B")
    assert held.broken_at == held.due_at == datetime(2012, 3, 2, 16, tzinfo=UTC)
    assert held.kept_at == datetime(2012, 3, 2, 17, tzinfo=UTC)
    breach = Breach.objects.get(obligation=held)
    assert breach.broken_at == held.due_at
    assert "24小时" in breach.clause_zh


@pytest.mark.parametrize(
    ("inches", "kept_hours", "broken_hours"),
    [("", 24, 25), ("6", 24, 25), ("24", 38, 39), ("36", 48, 49)],
)
def test_the_diameter_decides_and_an_unknown_one_has_the_shortest_limit(
    tmp_path, inches, kept_hours, broken_hours
):
    rows = [
        Leak(no="in time", inches=inches, hours=str(kept_hours)),
        Leak(no="late", inches=inches, hours=str(broken_hours)),
    ]
    assert bring_in(leaks_file(tmp_path, rows)) == 0

    assert only("in time").broken_at is None
    assert only("late").broken_at is not None


def test_only_what_history_can_judge_is_judged(tmp_path):
    bring_in(leaks_file(tmp_path, [Leak(no="known"), Leak(no="unknown", hours="")]))

    assert set(Obligation.objects.values_list("rule", flat=True)) == {"pipe-repaired"}
    unknown = Case.objects.get(source_ref="unknown")
    assert unknown.closed_at is None
    assert not Obligation.objects.filter(docket=unknown.docket).exists()


def test_rules_that_history_cannot_judge_do_not_hold_up_the_closing(tmp_path):
    """A hotline case owes a reply and a callback after the repair; this file knows of neither."""
    mapping = str(mapping_file(tmp_path, f"{MAPPING}channel: {{value: phone}}\n"))
    bring_in(leaks_file(tmp_path, [Leak(no="1", hours="8")]), mapping=mapping)

    case = Case.objects.get(source_ref="1")
    assert case.closed_at == only("1").kept_at


def test_gates_that_history_cannot_judge_refuse_nothing(tmp_path):
    """A matter closed without the steps that a gate asks for did close: the record stands."""
    text = MAPPING.replace("pipe-repair}", "service-complaint}").replace(
        "judge: [pipe-repaired]", "judge: []"
    )
    mapping = str(mapping_file(tmp_path, text.replace("repair.completed", "second-callback.made")))

    assert bring_in(leaks_file(tmp_path, [Leak(no="1")]), mapping=mapping) == 0
    assert Case.objects.get(source_ref="1").closed_at is not None


def test_what_was_still_open_when_the_record_ends_is_broken_at_its_due_moment(tmp_path):
    text = MAPPING.replace(", if_empty: not_judged", "")
    file = leaks_file(tmp_path, [Leak(no="open", hours="")])
    mapping = str(mapping_file(tmp_path, text))

    assert bring_in(file, "--as-of", "2012-03-01", mapping=mapping) == 0
    assert only("open").broken_at is None

    other = leaks_file(tmp_path, [Leak(no="open until now", hours="")])
    assert bring_in(other, mapping=mapping) == 0
    assert only("open until now").broken_at == datetime(2012, 3, 2, 16, tzinfo=UTC)


def test_nobody_is_told_of_what_was_late_years_ago(tmp_path):
    """Warnings, breaches and levels of the past are recorded; no desk hears of them."""
    house("water-company", code="LA")
    assert bring_in(leaks_file(tmp_path, [Leak(hours="90")])) == 0

    assert Breach.objects.count() == 1
    assert not OutboxMessage.objects.exists()
    assert not UnassignedEscalation.objects.exists()


def test_the_ledger_of_an_import_holds(tmp_path):
    bring_in(leaks_file(tmp_path, [Leak(no=str(n), hours=str(n)) for n in range(40)]))

    (company,) = Organisation.objects.exclude(pack="")
    assert verify(organisation_id=company.pk) == []


def test_coordinates_become_premises(tmp_path):
    columns = "coordinates: {latitude: Hours, longitude: Inches}\n"
    mapping = str(mapping_file(tmp_path, MAPPING + columns))
    bring_in(leaks_file(tmp_path, [Leak(no="1"), Leak(no="2", hours="")]), mapping=mapping)

    (place,) = ServiceLocation.objects.all()
    assert (place.latitude, place.longitude) == (8.0, 6.0)
    assert Case.objects.get(source_ref="1").location == place
    assert Case.objects.get(source_ref="2").location is None


# -- every row is accounted for ------------------------------------------------------------------


def test_twice_adds_nothing(tmp_path, capsys):
    file = leaks_file(tmp_path, [Leak(no=str(n)) for n in range(5)])
    bring_in(file)
    capsys.readouterr()

    assert bring_in(file) == 0
    assert Case.objects.count() == 5
    said = capsys.readouterr().out
    assert "0  导入 / imported" in said
    assert "5  已有 / already there" in said


def test_a_row_that_stands_twice_in_the_file_is_one_case(tmp_path):
    assert bring_in(leaks_file(tmp_path, [Leak(no="1"), Leak(no="1")])) == 0
    assert Case.objects.count() == 1


def test_a_reference_with_other_content_is_rejected_not_overwritten(tmp_path):
    file = leaks_file(tmp_path, [Leak(no="1", hours="8"), Leak(no="1", hours="30")])

    assert bring_in(file) == 3
    assert only("1").broken_at is None
    (reject,) = rejects_of(file)
    assert (reject["row"], reject["column"], reject["value"]) == ("3", "No", "1")
    assert "an import adds and never overwrites" in reject["reason"]


def test_the_reject_file_names_row_line_column_value_and_reason(tmp_path):
    rows = [
        Leak(no="1", remarks='"two\nlines"'),
        Leak(no="2", reported="soon", hours="many"),
        Leak(no="3", inches="=SUM(A1)"),
        '4,2012-03-01 08:00,6,8,"never closed',
        "5,2012-03-01 08:00,6,8,1 Example St,13800001234,wet road, and more",
        Leak(no="6", reported="2099-01-01 08:00"),
        Leak(no="7"),
    ]
    file = leaks_file(tmp_path, rows)

    assert bring_in(file) == 3
    assert set(Case.objects.values_list("source_ref", flat=True)) == {"1", "7"}
    found = file.with_suffix(".rejects.csv").read_text(encoding="utf-8-sig")
    assert found == (GOLDEN / "rejects.csv").read_text(encoding="utf-8-sig")


def test_what_the_engine_refuses_is_rejected_and_the_rest_goes_in(tmp_path):
    """A second event on a closed case: the rules refuse it, and the row leaves nothing behind."""
    again = "  - {event: crew.arrived, after: {column: Inches, unit: day}}\njudge:"
    mapping = str(mapping_file(tmp_path, MAPPING.replace("judge:", again)))
    file = leaks_file(tmp_path, [Leak(no="1"), Leak(no="2", inches="")])

    assert bring_in(file, mapping=mapping) == 3
    assert list(Case.objects.values_list("source_ref", flat=True)) == ["2"]
    (told,) = rejects_of(file)
    assert told["原因"] == "未能导入：状态：已办结，请先重新打开。"
    assert told["reason"].endswith("State: This is closed. Reopen it first.")


def test_what_the_database_refuses_is_rejected_and_the_rest_goes_in(tmp_path):
    take_over = replay.take_over

    def refusing(**words):
        if words["past"].request.source_ref == "2":
            raise DataError("value too long")
        return take_over(**words)

    file = leaks_file(tmp_path, [Leak(no=n) for n in "123"])
    with patch.object(replay, "take_over", refusing):
        assert bring_in(file) == 3
    assert set(Case.objects.values_list("source_ref", flat=True)) == {"1", "3"}


def test_an_interrupted_import_keeps_whole_batches_and_goes_on_when_run_again(
    tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(replay, "BATCH", 10)
    take_over = replay.take_over

    def stopped(**words):
        if words["past"].request.source_ref == "14":
            raise KeyboardInterrupt
        return take_over(**words)

    file = leaks_file(tmp_path, [Leak(no=str(n)) for n in range(25)])
    with patch.object(replay, "take_over", stopped):
        assert bring_in(file) == 130
    assert Case.objects.count() == 10
    assert "run it again to go on" in capsys.readouterr().err

    assert bring_in(file) == 0
    assert Case.objects.count() == 25


def test_a_limit_reads_the_first_rows_only(tmp_path):
    file = leaks_file(tmp_path, [Leak(no=str(n)) for n in range(5)])

    assert bring_in(file, "--limit", "2") == 0
    assert set(Case.objects.values_list("source_ref", flat=True)) == {"0", "1"}


# -- exit codes ----------------------------------------------------------------------------------


def test_a_file_of_which_nothing_can_be_taken_over_is_a_failure(tmp_path):
    assert bring_in(leaks_file(tmp_path, [Leak(reported="?"), Leak(no="")])) == 1


def test_a_missing_column_stops_it_before_a_company_is_founded(tmp_path, capsys):
    file = tmp_path / "other.csv"
    file.write_text("No,Street\n1,A\n", encoding="utf-8")

    assert bring_in(file) == 1
    assert "leaks.yaml:8: lodged.column: the file has no column 'Reported'" in (
        capsys.readouterr().err
    )
    assert not Organisation.objects.exists()


def test_an_unknown_company_is_told_with_those_that_are_there(tmp_path, capsys):
    house("water-company", code="W", roles=())
    file = leaks_file(tmp_path, [Leak()])
    named = ["--mapping", str(mapping_file(tmp_path)), "--into", "X"]

    assert main(["import", str(file), *named]) == 1
    assert "no such company; known: W" in capsys.readouterr().err


def test_a_company_of_another_trade_is_refused(tmp_path, capsys):
    house("gas-company", code="LA", roles=())

    assert bring_in(leaks_file(tmp_path, [Leak()])) == 1
    assert "LA works by 'gas-company', this mapping is for 'water-company'" in (
        capsys.readouterr().err
    )


def test_before_the_regulation_was_in_force_there_is_nothing_to_judge_by(tmp_path):
    text = MAPPING.replace("regulation: newest", "regulation: in_force")
    file = leaks_file(tmp_path, [Leak(no="1"), Leak(no="2", reported="2024-03-01 08:00")])

    assert bring_in(file, mapping=str(mapping_file(tmp_path, text))) == 3
    assert (
        "no release of pack 'water-company' is in force on 1 Mar 2012"
        in (rejects_of(file)[0]["reason"])
    )


def test_the_file_itself_is_no_place_for_the_rejects(tmp_path, capsys):
    file = leaks_file(tmp_path, [Leak()])
    command = ["import", str(file), "--mapping", str(mapping_file(tmp_path)), "--into", "LA"]

    assert main([*command, "--rejects", str(file)]) == 1
    assert "is the very file that is to be read" in capsys.readouterr().err
    assert file.exists()


@pytest.mark.parametrize(
    ("as_of", "told"),
    [("2999-01-01", "lies in the future"), ("monday", "'monday' is not a date like 2026-01-31")],
)
def test_a_record_cannot_end_in_the_future(tmp_path, as_of, told, capsys):
    assert bring_in(leaks_file(tmp_path, [Leak()]), "--as-of", as_of) == 1
    assert f"--as-of: {told}" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "-3", "some"])
def test_a_limit_that_is_none_is_wrong_usage(tmp_path, limit, capsys):
    with pytest.raises(SystemExit) as stopped:
        bring_in(leaks_file(tmp_path, [Leak()]), "--limit", limit)
    assert stopped.value.code == 2


# -- anything at all -----------------------------------------------------------------------------


CELLS = st.one_of(
    st.sampled_from(["1", "2012-03-01 08:00", "6", "24", "8", "", "-1", "1e9", "=1+1", "x" * 400]),
    st.text(max_size=12),
)
LINES = st.one_of(
    st.lists(CELLS, min_size=7, max_size=7).map(lambda cells: ",".join(cells).encode()),
    st.binary(max_size=40),
    st.integers(0, 9).map(lambda n: Leak(no=str(n)).line().encode()),
)


@pytest.fixture
def somewhere(tmp_path) -> tuple[LoadedMapping, Target]:
    loaded = read_mapping(str(mapping_file(tmp_path)))
    return loaded, target_of(code="LA", loaded=loaded, found=True, now=NOW)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(lines=st.lists(LINES, max_size=12))
def test_whatever_stands_in_the_file_no_row_is_lost_and_nothing_falls_over(
    tmp_path, somewhere, lines
):
    header = leaks_file(tmp_path, []).read_bytes()
    file = tmp_path / "any.csv"
    file.write_bytes(header + b"\n".join(lines))
    loaded, target = somewhere
    before = Case.objects.count()

    with opened(file, loaded.mapping) as table:
        found = list(table.rows)
    with opened(file, loaded.mapping) as table, RejectFile(tmp_path / "rejects.csv") as rejects:
        reader = HistoryReader(loaded.mapping, target.pack, table.header, NOW)
        here = replay.Replay(company=target.company, reader=reader, release=target.release, now=NOW)
        tally = replay.Tally()
        here.run(table.rows, rejects=rejects, tally=tally, advance=lambda _: None)

    assert tally.read == len(found)
    assert Case.objects.count() - before == tally.imported
    written = {r["row"] for r in _rows(rejects.path)} if rejects.path.exists() else set()
    assert len(written) == rejects.count == tally.rejected


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))
