# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The numbers of a pack held against the words it cites: units, numerals, bands, and prose."""

from pathlib import Path

import pytest
import yaml

from chengnuo.packs.quantities import amounts_in, meant_by
from chengnuo.rules.units import Unit
from tests.packs.writing import PACK, changed, faults, written

STANDS = [
    # (amount, unit, the words, whether it stands in them)
    (3, "working_day", "3个工作日内", True),
    (3, "working_day", "三 个 工作日内", True),
    (3, "working_day", "３个工作日", True),
    (3, "working_day", "3日内", False),
    (3, "natural_day", "3日内", True),
    (3, "natural_day", "三天内", True),
    (3, "natural_day", "3个自然日内", True),
    (3, "natural_day", "3个工作日内", False),
    (3, "natural_day", "13日内", False),
    (3, "natural_day", "三十日内", False),
    (30, "natural_day", "三十日内", True),
    (10, "natural_day", "三十日内", False),
    (13, "natural_day", "十三日内", True),
    (120, "natural_day", "一百二十日内", True),
    (15, "natural_day", "每月15日内上报", False),
    (2, "working_day", "两个工作日内", True),
    (2, "hour", "两小时内", True),
    (2, "hour", "两个半小时内", False),
    (150, "minute", "两个半小时内", True),
    (90, "minute", "一个半小时内", True),
    (90, "minute", "1.5小时内", True),
    (30, "minute", "半小时内", True),
    (30, "minute", "半个小时内", True),
    (15, "minute", "一刻钟内", True),
    (6, "month", "半年内", True),
    (6, "month", "半个月内", False),
    (12, "month", "1年内", True),
    (1, "year", "十二个月内", True),
    (3, "month", "一个季度内", True),
    (7, "natural_day", "一周内", True),
    (1, "week", "7日内", True),
    (24, "hour", "一日内", False),
    (1, "natural_day", "24小时内", False),
    (4, "hour", "24小时内", False),
    (60, "minute", "1小时内", True),
    (45, "minute", "45秒内", False),
    (3, "natural_day", "3-5日内", True),
    (5, "natural_day", "3至5日内", True),
    (24, "hour", "24、38或48小时", True),
    (1, "next_day", "次日回访", True),
    (1, "next_day", "一日内回访", False),
    (2, "next_day", "第三天回访", True),
    (0, "natural_day", "当日办结", True),
    (3, "ring", "三声铃响内", True),
    (3, "ring", "铃响三下内", True),
    (2, "working_hour", "工作时间2小时内", True),
    (1, "shift_hour", "本班次1小时内", True),
    (3, "natural_day", "第三条", False),
    (2, "working_day", "within two working days", True),
    (2, "natural_day", "within two working days", False),
    (30, "minute", "within half an hour", True),
    (1, "natural_day", "一次性告知", False),
]  # fmt: skip


@pytest.mark.parametrize(("amount", "unit", "words", "stands"), STANDS)
def test_a_number_stands_in_the_words_with_its_unit(amount, unit, words, stands):
    assert bool(meant_by(amount, Unit(unit)) & amounts_in(words)) is stands


def rule(quote: str, limit: dict, **more: object) -> str:
    """The small pack, its promise to repair with other words, limit and keys."""
    data = yaml.safe_load(PACK)
    data["rules"]["repair"].update({"limit": limit, **more})
    data["rules"]["repair"]["clause"]["quote"] = quote
    data["readings"]["A-25h"] = {"zh": "修复按25小时计", "en": "A repair takes 25 hours"}
    data["settings"]["strict"] = {"title": {"zh": "x", "en": "x"}, "values": ["usual", "own"], "value": "usual"}  # fmt: skip
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


HOUR = {"amount": 24, "unit": "hour"}
READINGS = {
    "the words say it": ("24小时内修复", HOUR, [], None),
    "the words say another": ("38小时内修复", HOUR, [], "24 hour does not stand in the cited words “38小时内修复”, and no reading explains it"),
    "a reading says it": ("24小时内修复", {"amount": 25, "unit": "hour"}, ["A-25h"], None),
    "a reading of something else": ("24小时内修复", {"amount": 25, "unit": "hour"}, ["A-01"], "25 hour does not stand"),
    "the words give no number, a reading explains": ("及时修复", HOUR, ["A-01"], None),
    "the words give no number": ("及时修复", HOUR, [], "24 hour does not stand"),
    "the house's choice, explained": ("24小时内修复", {"setting": "strict", "cases": {"usual": HOUR, "own": {"amount": 20, "unit": "hour"}}}, ["A-01"], None),
    "the house's choice, unexplained": ("24小时内修复", {"setting": "strict", "cases": {"usual": HOUR, "own": {"amount": 20, "unit": "hour"}}}, [], "20 hour does not stand"),
    "what is usual is no choice": ("24小时内修复", {"setting": "strict", "cases": {"usual": {"amount": 20, "unit": "hour"}, "own": HOUR}}, ["A-01"], "20 hour does not stand"),
}  # fmt: skip


@pytest.mark.parametrize(("quote", "limit", "readings", "what"), READINGS.values(), ids=READINGS)
def test_a_number_needs_the_words_or_a_reading_that_says_it(tmp_path, quote, limit, readings, what):
    said = faults(written(tmp_path / "small", rule(quote, limit, readings=readings)))
    assert said == [] if what is None else any(what in s for s in said), said


def band(when: dict, amount: int, unit: str = "hour") -> dict:
    return {"when": when, "amount": amount, "unit": unit}


URBAN, RURAL = {"area": "urban"}, {"area": "rural"}
THIN, MIDDLE, THICK = {"lt": 600}, {"gte": 600, "lte": 800}, {"gt": 800}
WIDTHS = "DN600MM以下管径24小时，等于或大于DN600mm的38小时，DN800MM以上的48小时"
WORKING, REST = {"start_day": "working"}, {"start_day": "rest"}
BANDS = {
    "as the words say": ("市区1小时、农村2小时", [band(URBAN, 1), band(RURAL, 2)], None),
    "in another order": ("市区1小时、农村2小时", [band(RURAL, 2), band(URBAN, 1)], None),
    "the other way round": ("市区1小时、农村2小时", [band(URBAN, 2), band(RURAL, 1)], "band 1 says 2 hour, but the cited words “市区1小时、农村2小时” give it 1小时"),
    "the number before the name": ("1小时到市区，2小时到农村", [band(URBAN, 2), band(RURAL, 1)], "band 1 says 2 hour"),
    "the number before the name, right": ("1小时到市区，2小时到农村", [band(URBAN, 1), band(RURAL, 2)], None),
    "one name in other words": ("市区1小时、偏远地区2小时", [band(URBAN, 2), band(RURAL, 1)], "band 1 says 2 hour"),
    "both names in other words": ("城区1小时、偏远地区2小时", [band(URBAN, 2), band(RURAL, 1)], "the bands are in another order than the cited words"),
    "both in other words, in order": ("城区1小时、偏远地区2小时", [band(URBAN, 1), band(RURAL, 2)], None),
    "by size": (WIDTHS, [band({"diameter_mm": THIN}, 24), band({"diameter_mm": MIDDLE}, 38), band({"diameter_mm": THICK}, 48)], None),
    "by size, the thin and the thick": (WIDTHS, [band({"diameter_mm": THIN}, 48), band({"diameter_mm": MIDDLE}, 38), band({"diameter_mm": THICK}, 24)], "band 1 says 48 hour"),
    "by size, the middle": (WIDTHS, [band({"diameter_mm": THIN}, 24), band({"diameter_mm": MIDDLE}, 48), band({"diameter_mm": THICK}, 38)], "band 2 says 48 hour"),
    "by the day of the start": ("工作日1小时，节假日2小时", [band(WORKING, 2), band(REST, 1)], "band 1 says 2 hour"),
    "by the day of the start, right": ("工作日1小时，节假日2小时", [band(WORKING, 1), band(REST, 2)], None),
}  # fmt: skip


@pytest.mark.parametrize(("quote", "table", "what"), BANDS.values(), ids=BANDS)
def test_each_band_has_the_number_that_the_words_give_it(tmp_path, quote, table, what):
    said = faults(written(tmp_path / "small", rule(quote, {"table": table})))
    assert said == [] if what is None else any(what in s for s in said), said


PROSE = {
    "what the clause says": ("services/leak/notify", [{"zh": "市区30分钟内到达", "en": "In town within 30 minutes"}], None),
    "another number": ("services/leak/notify", [{"zh": "市区20分钟内到达", "en": "In town within 20 minutes"}], "small/pack.yaml:"),
    "another unit": ("services/leak/notify", [{"zh": "市区30小时内到达", "en": "In town within 30 hours"}], "services.leak.notify.0.zh: a number in “市区30小时内到达” is in no rule that applies"),
    "another number in English alone": ("services/leak/notify", [{"zh": "市区30分钟内到达", "en": "In town within 60 minutes"}], "services.leak.notify.0: the numbers in Chinese and in English differ"),
    "no number": ("services/leak/notify", [{"zh": "尽快到达", "en": "Soon"}], None),
    "the help of a fact": ("facts/area/help", {"zh": "农村50分钟", "en": "Rural"}, "facts.area.help.zh"),
    "the help of a form": ("forms/arrival/help", {"zh": "三十分钟内填写", "en": "Within 30 minutes"}, None),
    "the help of a form, wrong": ("forms/arrival/help", {"zh": "三分钟内填写", "en": "Fill in soon"}, "forms.arrival.help.zh"),
    "the help of a field": ("forms/arrival/fields/0/help", {"zh": "满2年的", "en": "If old"}, "forms.arrival.fields.0.help.zh"),
    "a consequence": ("rules/repair/consequence", {"zh": "超过48小时的停职3天", "en": "Suspended"}, "rules.repair.consequence.zh"),
    "a consequence with the clause's number": ("rules/repair/consequence", {"zh": "超过24小时的通报", "en": "Named"}, None),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "what"), PROSE.values(), ids=PROSE)
def test_what_is_told_says_no_other_number(tmp_path: Path, path: str, value: object, what):
    said = faults(written(tmp_path / "small", changed(path, value)))
    assert said == [] if what is None else any(what in s for s in said), said
