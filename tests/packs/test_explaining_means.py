"""`policy explain` of an average does not read like a promise for each matter."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from chengnuo.packs.explaining import explain
from tests.rules.world import pack

ZONE = ZoneInfo("Asia/Shanghai")

RULE = """
to-the-site:
  kind: within
  start: case.lodged
  stop: crew.arrived
  limit: {amount: 45, unit: minute}
  verdict: average
  over: half_year
"""
EACH = "\n".join(
    line for line in RULE.splitlines() if "verdict" not in line and "over:" not in line
)


def explained(text: str):
    at = datetime(2026, 3, 9, 10, tzinfo=ZONE)
    return explain(pack(text), digest="", rule="to-the-site", at=at)


def test_a_mean_says_that_the_moment_is_one_to_aim_at():
    answer = explained(RULE)
    assert answer.due == datetime(2026, 3, 9, 10, 45, tzinfo=ZONE)
    assert answer.sentence.zh.startswith("本条承诺的是每半年的平均值，单件超过不算违诺")
    assert answer.sentence.en.startswith("What is promised is the mean of each half-year")


def test_a_promise_for_each_matter_does_not():
    assert "平均" not in explained(EACH).sentence.zh


@pytest.mark.parametrize("word", ["month", "quarter", "half_year", "year"])
def test_every_span_has_its_word(word):
    assert "平均值" in explained(RULE.replace("half_year", word)).sentence.zh
