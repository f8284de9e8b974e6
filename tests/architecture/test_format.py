"""Templates, style sheets and scripts are formatted and linted by machine: `make fix`."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(str(path) for path in (ROOT / "src").rglob("templates/**/*.html"))
STATIC = ["src/**/*.css", "src/**/*.js"]  # what lies in vendor/ is left alone: .oxfmtrc.json


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("djade", ["--target-version", "5.2", "--check", *TEMPLATES]),
        ("djlint", ["--lint", "src"]),
        ("oxfmt", ["--check", *STATIC]),
        ("oxlint", ["src"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_pages_are_formatted_and_linted(tool, words):
    run = subprocess.run(
        [Path(sys.executable).with_name(tool), *words], cwd=ROOT, capture_output=True, text=True
    )
    assert run.returncode == 0, f"`make fix`, then see what is left:\n{run.stdout}{run.stderr}"
