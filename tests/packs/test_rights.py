# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Who may do what as a table, and duties that are kept apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from chengnuo.packs.checking import check
from chengnuo.packs.errors import PackError
from chengnuo.packs.loader import shipped_packs
from chengnuo.packs.rights import ACTS, decisions, form_rights, rights_table
from tests.packs.shipped import shipped
from tests.packs.small import rule, small_pack

PROMISE = "kind: within, process: repair, start: case.lodged, stop: repair.completed, owed_by: network, limit: {prompt: prompt}"
APART = "separations:\n  apart: {title: {zh: 分开, en: Apart}, clause: {source: R, place: 第二条}, %s}\n"


def form(name: str, more: str) -> str:
    return f"  {name}: {{title: {{zh: {name}, en: {name}}}, processes: [repair], emits: crew.arrived{more}}}\n"


# what the pack keeps apart; its forms; what the check says (None: they are apart)
ROWS = {
    "one post fills both": ("one: [works], other: [judged]", form("works", ", who: [network]") + form("judged", ", who: [network, service]"), "may be filled by one person (Network)"),
    "different posts": ("one: [works], other: [judged]", form("works", ", who: [network]") + form("judged", ", who: [service]"), None),
    "one post, but another person": ("one: [works], other: [judged]", form("works", ", who: [network]") + form("judged", ", who: [network], other_than: [works]"), None),
    "another person, said at the other form": ("one: [works], other: [judged]", form("works", ", who: [network], other_than: [judged]") + form("judged", ", who: [network]"), None),
    "a form that is everybody's": ("one: [works], other: [judged]", form("works", ", who: [network]") + form("judged", ""), "may be filled by one person"),
    "two names for who handles it": ("one: [works], other: [judged]", form("works", ", who: [handler]") + form("judged", ", who: [handling_head]"), "may be filled by one person"),
    "posts that share a form": ("roles: [network, service]", form("works", ", who: [network, service]"), "filled by posts that are kept apart"),
    "posts that share none": ("roles: [network, service]", form("works", ", who: [network]"), None),
    "a form that is not there": ("one: [works], other: [gone]", form("works", ", who: [network]"), "unknown form 'gone'"),
    "only one side": ("one: [works]", form("works", ", who: [network]"), "give one and other"),
}  # fmt: skip


@pytest.mark.parametrize(("apart", "forms", "says"), ROWS.values(), ids=ROWS)
def test_duties_are_kept_apart(tmp_path: Path, apart: str, forms: str, says: str | None) -> None:
    place = tmp_path / "small-1"
    place.mkdir()
    (place / "apart.yaml").write_text(f"{APART % apart}forms:\n{forms}", encoding="utf-8")
    try:
        found = [p.what.en for p in check(small_pack(tmp_path, rule("repaired", PROMISE)))]
    except PackError as error:
        found = [str(error)]
    about = [
        one
        for one in found
        if "one person" in one or "kept apart" in one or "unknown form" in one or "give one" in one
    ]
    assert any(says in one for one in about) if says else not about, found


@pytest.mark.parametrize("name", shipped_packs())
def test_the_table_holds_every_form_and_every_decision(name: str) -> None:
    pack = shipped(name).pack
    assert [row.form for row in form_rights(pack)] == list(pack.forms)
    pauses = {(r, p.approver) for r, rule in pack.rules.items() for p in getattr(rule, "pause", ())}
    assert pauses <= {(one.rule, one.role) for one in decisions(pack)}
    acting = {(r, act) for r, role in pack.roles.items() for act in role.acts if act in ACTS}
    told = {(one.role, one.what) for one in decisions(pack)}
    assert {(role, ACTS[act]) for role, act in acting} <= told
    for language in ("zh", "en"):
        lines = list(rights_table([pack], language))
        assert sum(line.startswith("| ") and "`" in line for line in lines) >= len(pack.forms)
