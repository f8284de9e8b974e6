"""5,238 real leak reports go through the engine; a few lines of plain Python get the same."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from chengnuo.cases.models import Case
from chengnuo.obligations.models import Breach, Obligation
from tests.doors.cli.leaks import bring_in

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
LEAKS = DATA / "ladwp_leaks" / "main_leaks_2010_to_partial_2014.csv"
REQUESTS = (
    DATA / "la311" / "MyLA311_2017_subset.csv",
    DATA / "la311" / "MyLA311_2020_requests.csv",
)

pytestmark = pytest.mark.django_db
real = pytest.mark.skipif(not LEAKS.exists(), reason="../shared/data is not at hand")


def by_hand() -> Counter[tuple[str, str]]:
    """Repairs by band and verdict, worked out from the file without any of our code."""
    seen, found = set(), Counter[tuple[str, str]]()
    with LEAKS.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            if row["LEAK_ID"] in seen:
                continue  # fifteen leaks stand twice in the file, with other coordinates at most
            seen.add(row["LEAK_ID"])
            inches = float(row["PIPE_SIZE"] or 0)  # 24 inches are DN 600, 32 inches DN 800
            band = "24 h" if inches < 24 else "38 h" if inches <= 32 else "48 h"
            hours = row["REPAIR_HRS"]
            late = hours and float(hours) > int(band.split()[0])
            verdict = "not judged" if not hours else "broken" if late else "kept"
            found[band if inches else "unknown: 24 h", verdict] += 1
    return found


def by_the_engine() -> Counter[tuple[str, str]]:
    """The same from the database."""
    found = Counter[tuple[str, str]]()
    held = {row.docket_id: row for row in Obligation.objects.defer("proof")}
    for case in Case.objects.select_related("docket"):
        diameter = case.docket.facts.get("diameter_mm", 0)
        band = "24 h" if diameter < 600 else "38 h" if diameter <= 800 else "48 h"
        row = held.get(case.docket_id)
        late = row is not None and row.broken_at is not None
        verdict = "not judged" if row is None else "broken" if late else "kept"
        found[band if diameter else "unknown: 24 h", verdict] += 1
    return found


@real
def test_the_leaks_of_los_angeles_are_kept_and_broken_as_history_says(capsys):
    assert bring_in_here(LEAKS, "ladwp_leaks") == 0

    said = capsys.readouterr().out
    assert "5,238  读取 / read" in said
    assert "5,223  导入 / imported" in said
    assert "15  已有 / already there" in said
    assert "345  没有坐标 / without coordinates" in said
    found = by_the_engine()
    assert found == by_hand()
    # The table of docs/how-to/import.md.
    assert found == {
        ("24 h", "kept"): 4574,
        ("24 h", "broken"): 26,
        ("24 h", "not judged"): 474,
        ("38 h", "kept"): 29,
        ("38 h", "not judged"): 3,
        ("48 h", "kept"): 13,
        ("48 h", "not judged"): 3,
        ("unknown: 24 h", "kept"): 90,
        ("unknown: 24 h", "not judged"): 11,
    }
    assert Breach.objects.count() == 26

    assert bring_in_here(LEAKS, "ladwp_leaks") == 0
    assert Case.objects.count() == 5223


@real
@pytest.mark.parametrize("file", REQUESTS, ids=lambda path: path.stem)
def test_the_requests_of_los_angeles_are_read_under_both_spellings(file, capsys):
    assert bring_in_here(file, "la311", "--limit", "400") == 0

    assert Case.objects.count() == 400
    assert set(Obligation.objects.values_list("rule", flat=True)) == {"done-by-service-date"}
    assert not Obligation.objects.filter(due_at__isnull=True).exists()


def bring_in_here(file: Path, mapping: str, *more: str) -> int:
    """The data lies in a folder where nothing may be written: rejects go to nowhere."""
    return bring_in(file, *more, "--rejects", "nothing.rejects.csv", mapping=mapping)
