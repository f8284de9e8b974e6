"""Parts that packs share: the pack says the last word, and a fault is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from chengnuo.packs.errors import PackError
from chengnuo.packs.loader import load, shipped_packs
from chengnuo.packs.reading import POLICIES
from tests.packs.shipped import shipped
from tests.packs.writing import PACK

PART = """
rules:
  answered:
    kind: within
    clause: {source: R, place: 第九条}
    title: {zh: 答复, en: Answer}
    owed_by: network
    start: crew.arrived
    stop: callback.made
    limit: {amount: 3, unit: working_day}
"""


def packed(folder: Path, *, part: str = PART, own: str = "", include: str = "[./part.yaml]") -> str:
    """A pack that includes a part which lies beside it, with words of its own."""
    inside = folder / "pack"
    inside.mkdir()
    (inside / "pack.yaml").write_text(f"{PACK}include: {include}\n", encoding="utf-8")
    if own:
        (inside / "own.yaml").write_text(own, encoding="utf-8")
    (folder / "part.yaml").write_text(part, encoding="utf-8")
    return str(inside)


def refused(folder: Path, **given: str) -> list[str]:
    with pytest.raises(PackError) as caught:
        load(packed(folder, include=given.pop("include", "[../part.yaml]"), **given))
    return [f"{problem.where}: {problem.text.en}" for problem in caught.value.problems]


def test_a_part_stands_in_the_pack_as_if_it_were_written_there(tmp_path):
    rule = load(packed(tmp_path, include="[../part.yaml]")).pack.rules["answered"]
    assert rule.owed_by == "network"


def test_the_pack_s_own_word_counts_key_by_key(tmp_path):
    own = "rules:\n  answered: {limit: {amount: 5, unit: working_day}}\n"
    loaded = load(packed(tmp_path, own=own, include="[../part.yaml]"))
    rule = loaded.pack.rules["answered"].model_dump()
    assert rule["limit"]["amount"] == 5
    assert rule["title"] == {"zh": "答复", "en": "Answer"}


def test_a_place_is_told_in_the_file_that_said_it(tmp_path):
    own = "rules:\n  answered:\n    owed_by: nobody\n"
    [problem] = refused(tmp_path, own=own)
    assert problem.startswith("pack/own.yaml:2")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"include": "[no-such-part]"}, "there is no shared part “no-such-part”; known: "),
        ({"include": "[../../etc/hosts]"}, "there is no shared part"),
        ({"include": "supervision"}, "include is a list of names"),
        ({"part": "utility: gas\n"}, "a shared part has no utility"),
        ({"part": "include: [supervision]\n"}, "a shared part has no include"),
        ({"part": PART.replace("owed_by: network", "owned_by: network")}, "owned_by"),
    ],
    ids=["unknown", "elsewhere", "no list", "a header", "parts in parts", "a wrong key"],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path, given, said):
    problems = refused(tmp_path, **given)
    assert any(said in problem for problem in problems), problems


def test_two_parts_that_define_the_same_are_refused(tmp_path):
    (tmp_path / "other.yaml").write_text(PART, encoding="utf-8")
    problems = refused(tmp_path, include="[../part.yaml, ../other.yaml]")
    assert any("stands already at" in problem for problem in problems)


def test_what_is_missing_in_a_part_the_pack_has_to_say():
    for name in shipped_packs():
        header = yaml.safe_load((POLICIES / name / "pack.yaml").read_text(encoding="utf-8"))
        if "supervision" in header.get("include", ()):
            assert shipped(name).pack.rules["supervision-answered"].owed_to
