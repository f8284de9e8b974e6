# ruff: noqa: E501 (a row is one line, so that it can be read)
"""A process as a drawing, held against one that was looked at; and what fits into a box."""

from pathlib import Path

import pytest

from chengnuo.packs.diagram import diagram, in_lines
from tests.packs.small import small_pack

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "diagram"
CLAUSE = "clause: {source: R, place: 第一条}"
BANDS = (
    "{when: {area: urban}, amount: %d, unit: hour}, {when: {area: rural}, amount: %d, unit: hour}"
)

# One arrow of each kind: on to the next column (two beside each other), within a column, back, a
# gate; limits of a small and of a large table, of a word, of none.
RULES = f"""
  arrive: {{kind: within, {CLAUSE}, title: {{zh: 到场, en: Arrive}}, start: case.lodged, stop: crew.arrived, owed_by: network, limit: {{table: [{BANDS % (2, 4)}]}}}}
  arrive-soon: {{kind: within, {CLAUSE}, title: {{zh: 尽快到场, en: Soon}}, start: case.lodged, stop: crew.arrived, limit: {{prompt: prompt}}}}
  repair: {{kind: within, {CLAUSE}, title: {{zh: 修复, en: Mend}}, start: crew.arrived, stop: repair.completed, limit: {{amount: 24, unit: hour}}}}
  call: {{kind: within, {CLAUSE}, title: {{zh: 回访 <三日>, en: Call & ask}}, start: case.lodged, stop: callback.made, limit: {{amount: 3, unit: working_day}}}}
  call-after: {{kind: within, {CLAUSE}, title: {{zh: 到场后回访, en: Call then}}, start: crew.arrived, stop: callback.made, limit: {{prompt: none}}}}
  call-again: {{kind: within, {CLAUSE}, title: {{zh: 再到场, en: Come again}}, start: repair.completed, stop: crew.arrived, limit: {{amount: 1, unit: next_day}}}}
  closed: {{kind: gate, {CLAUSE}, title: {{zh: 修复后回访, en: First mended}}, before: callback.made, until: repair.completed}}
"""


# A form whose event no promise leads to is an arrow of its own.
FEW = "\n".join(RULES.split("\n")[:2]) + "\n"
DRAWN = {"repair.zh": (RULES, "zh"), "repair.en": (RULES, "en"), "forms.en": (FEW, "en")}


@pytest.mark.parametrize("name", DRAWN)
def test_a_process_is_drawn_as_it_was_looked_at(tmp_path: Path, name: str):
    rules, language = DRAWN[name]
    drawn = diagram(small_pack(tmp_path, rules).pack, "repair", language=language) + "\n"
    path = GOLDEN / f"{name}.svg"
    if not path.exists():  # a new golden file is written once, to be looked at and committed
        path.write_text(drawn, encoding="utf-8")
        pytest.fail(f"{path.name} is new: look at it and commit it")
    assert drawn == path.read_text(encoding="utf-8")


def test_embedded_it_has_no_style_of_its_own(tmp_path: Path):
    pack = small_pack(tmp_path, RULES).pack
    alone = diagram(pack, "repair", language="en")
    inside = diagram(pack, "repair", language="en", embedded=True)
    assert "<style>" in alone
    assert "<style>" not in inside
    assert alone.replace(alone[alone.index("<style>") : alone.index("</style>") + 8], "") == inside


LINES = {
    "short": ("到场", ["到场"]),
    "13 Chinese signs are one line": ("一二三四五六七八九十一二三", ["一二三四五六七八九十一二三"]),
    "14 are two": ("一二三四五六七八九十一二三四", ["一二三四五六七八九十一二三", "四"]),
    "27 are cut, and it shows": ("一二三四五六七八九十一二三一二三四五六七八九十一二三四", ["一二三四五六七八九十一二三", "一二三四五六七八九十一二…"]),
    "English breaks between words": ("Handed over to another department", ["Handed over to another", "department"]),
    "26 letters are one line": ("abcdefghijkl mnopqrstuvwxy", ["abcdefghijkl mnopqrstuvwxy"]),
    "27 are two": ("abcdefghijkl mnopqrstuvwxyz", ["abcdefghijkl", "mnopqrstuvwxyz"]),
    "a word too long stays whole": ("abcdefghijklmnopqrstuvwxyzabcdefg h", ["abcdefghijklmnopqrstuvwxyzabcdefg", "h"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "lines"), LINES.values(), ids=LINES)
def test_a_name_has_at_most_two_lines(name: str, lines: list[str]):
    assert in_lines(name) == lines
