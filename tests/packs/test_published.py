"""What customers may read of a regulation: all that binds towards them, with its exceptions."""

from __future__ import annotations

import pytest

from chengnuo.packs.commitments import Commitment, always, branches, unasked
from chengnuo.packs.compiling import compiled
from chengnuo.packs.notices import shipped_notices
from chengnuo.packs.schema import Pack
from tests.packs.shipped import shipped

# As it is installed: what equals a default is not stored.
LOADED = shipped("gas-company")
PACK = Pack.model_validate(LOADED.content())
BOOK = compiled(PACK, digest=LOADED.digest, notices=shipped_notices())


def of_service(service: str) -> dict[str, Commitment]:
    found = [s for b in branches(PACK, BOOK) for s in b.services if s.id == service]
    return {c.rule: c for c in found[0].commitments}


@pytest.mark.parametrize(
    ("rule", "limits"),
    [
        ("outage-notified", ("提前48小时", "除外：已认定为紧急事故")),
        ("supply-restored", ("24小时", "除外：已认定为紧急事故")),
        ("business-inspected-twice", ("每年至少2次",)),
        ("home-inspected-once", ("每年至少1次",)),
    ],
)
def test_what_nobody_asks_for_is_promised_too(rule: str, limits: tuple[str, ...]):
    told = {c.rule: tuple(line.zh for line in c.limits) for c in unasked(PACK, BOOK)}
    assert told[rule] == limits


def test_what_is_agreed_otherwise_is_said():
    lines = [line.zh for line in of_service("gas-on")["gas-turned-on"].limits]
    assert lines == ["3个自然日", "另有约定的按约定", "除外：不符合条件"]


@pytest.mark.parametrize(
    ("service", "rule", "since"),
    [
        ("indoor-pipeline", "indoor-pipeline-installed", "受理登记、费用已交（以后到者为准）"),
        ("connection", "survey-and-estimate", "受理登记或所缺条件已补齐"),
        ("indoor-alteration", "indoor-alteration-finished", "费用已交"),
    ],
)
def test_both_and_either_are_told_apart(service: str, rule: str, since: str):
    assert of_service(service)[rule].since.zh == since


def test_what_is_owed_inside_the_house_is_not_published():
    told = {c.rule for c in unasked(PACK, BOOK)} | {r.id for r in always(BOOK)}
    assert not told & {
        "rebuttal-considered",
        "equipment-cared-for",
        "floor-conduct",
        "work-shoes",
        "staff-trained",
    }
