# ruff: noqa: E501 (a rule is one line)
"""The due day of a recurring duty as a setting: each choice counts, what does not fit is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from chengnuo.packs.checking import check
from chengnuo.packs.compiling import compiled
from chengnuo.packs.errors import PackError
from chengnuo.packs.loader import load
from chengnuo.packs.notices import shipped_notices
from chengnuo.rules.periods import period_of
from chengnuo.rules.rulebook import Recurring
from tests.packs.small import HEADER
from tests.rules.world import at

CASES = "{own: {month: 12, day: 31}, january: {month: 1, day: 31, in: next}}"
DUTY = (
    "  summed-up: {{kind: recurring, every: {every}, by: {{setting: report-due, cases: {cases}}}{more}, "
    "stop: bulletin.sent, owed_by: service, title: {{zh: 总结, en: Summary}}, "
    "clause: {{source: R, place: 第一条}}}}\n"
)
SETTING = (
    "settings: {report-due: {title: {zh: 日期, en: Day}, values: [own, january], value: own}}\n"
)


def pack(folder: Path, every: str = "year", cases: str = CASES, more: str = "") -> str:
    place = folder / "pack"
    place.mkdir()
    head = f'{HEADER}version: "1"\nin_force: {{from: 2023-01-01}}\n{SETTING}'
    (place / "pack.yaml").write_text(head, encoding="utf-8")
    rules = "rules:\n" + DUTY.format(every=every, cases=cases, more=more)
    (place / "rules.yaml").write_text(rules, encoding="utf-8")
    return str(place)


@pytest.mark.parametrize(
    ("chosen", "due"), [("own", "2026-12-31 24:00"), ("january", "2027-01-31 24:00")]
)
def test_the_organisations_choice_is_the_due_day(tmp_path: Path, chosen: str, due: str) -> None:
    loaded = load(pack(tmp_path))
    book = compiled(
        loaded.pack,
        digest=loaded.digest,
        notices=shipped_notices(),
        settings={"report-due": chosen},
    )
    rule = book.rules["summed-up"]
    assert isinstance(rule, Recurring)
    assert period_of(rule=rule, at=at("2026-06-01 09:00"), calendar=book.calendar).due_at == at(due)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"cases": "{own: {month: 12, day: 31}}"}, "must be exactly: own, january"),
        ({"more": ", in: next"}, "write in beside each of the cases of by"),
        ({"every": "week"}, "a week with weekday"),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, words: dict[str, str], says: str) -> None:
    try:
        found = [p.what.en for p in check(load(pack(tmp_path, **words)))]
    except PackError as error:
        found = [str(error)]
    assert any(says in one for one in found), found
