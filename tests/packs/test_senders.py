"""Senders of matters from outside name only channels and services that their pack has."""

from __future__ import annotations

import pytest

from chengnuo.packs.loader import shipped_packs
from chengnuo.packs.outside import FOLDER, sender_problems
from chengnuo.packs.schema import ChannelShape
from chengnuo.packs.shape import TextShape
from tests.packs.shipped import shipped

REFERRED = ChannelShape(title=TextShape(zh="上级转办", en="Referred from above"))


@pytest.mark.parametrize("name", shipped_packs())
def test_what_is_shipped_is_sound(name):
    assert sender_problems(shipped(name).pack) == []


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("{channel: letter, service: transferred-item}", "channel"),
        ("{channel: transfer, service: nothing-known}", "service"),
    ],
)
def test_what_the_pack_has_not_is_named_with_its_line(tmp_path, line, key):
    pack = shipped("water-company").pack
    told = (FOLDER / "water-company.yaml").read_text(encoding="utf-8")
    told = told.replace("{channel: transfer, service: transferred-item}", line, 1)
    told = told.replace(
        "{channel: letter, service: public-letter}", "{channel: transfer, service: public-letter}"
    )
    (tmp_path / "water-company.yaml").write_text(told, encoding="utf-8")
    fewer = pack.model_copy(update={"channels": {"transfer": REFERRED}})
    (problem,) = sender_problems(fewer, tmp_path)
    assert problem.where.endswith("water-company.yaml:4")
    assert problem.key == f"senders.gov_hotline.{key}"
    assert problem.text.zh != problem.text.en
