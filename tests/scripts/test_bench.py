"""The benchmarks are run by hand and seldom: what they name must still be there."""

from importlib import import_module
from pathlib import Path

import pytest

BENCH = Path(__file__).resolve().parents[2] / "bench"


@pytest.mark.parametrize("module", sorted(p.stem for p in BENCH.glob("[a-z]*.py")))
def test_a_benchmark_finds_all_that_it_names(module: str) -> None:
    assert import_module(f"bench.{module}")
