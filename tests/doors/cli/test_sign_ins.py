"""What the demonstration prints: a handful of sign-ins, and one company's on demand."""

from __future__ import annotations

import re

from chengnuo.demo.building import CODES, FIRST, sign_ins, sign_ins_of
from tests.companies import house
from tests.packs.small import rule, small_pack

BADGE = re.compile(r"^ +(D[A-Z]\d\d)", re.MULTILINE)


def test_the_handful_to_begin_with_and_how_to_see_the_others():
    said = sign_ins(password="demo-1")
    assert BADGE.findall(said) == [badge for badge, _zh, _en in FIRST]
    assert len(FIRST) < 7
    assert "--sign-ins COMPANY" in said
    assert all(f"  {code} " in said for code in CODES)
    assert "demo-1" in said


def test_one_company_and_nobody_else(db, tmp_path):
    within = "kind: within, start: case.lodged, stop: repair.completed, owed_by: network, "
    pack = small_pack(tmp_path, rule("soon", within + "limit: {amount: 2, unit: hour}"))
    for code in ("DW", "DG"):
        house(pack, code=code)
    lines = sign_ins_of(company="DW", password="demo-1").splitlines()
    assert lines[0] == "示例水务公司 / Example Water Co."
    assert [line.split()[0] for line in lines[1:-1]] == ["DW-top", "DW-network", "DW-service"]
    assert lines[-1].endswith("demo-1")
