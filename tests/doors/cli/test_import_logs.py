"""Logs of events and letters of many years come to the verdicts that a few lines of plain Python
come to, which share nothing with the engine."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from chengnuo.cases.models import Case
from chengnuo.doors.cli.main import main
from chengnuo.obligations.models import Obligation
from tests.packs.small import rule, small_pack

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
LIMIT, CAP = 24 * HOUR, 30 * HOUR
START = datetime(2024, 3, 4, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
PAUSE = (
    "[{reason: absent, title: {zh: 不遇, en: Absent}, proof: {zh: 单号, en: Slip}, "
    "cap: {amount: 30, unit: hour}, approver: service}]"
)
# One rule per word for what a reopening does; they run side by side.
REPAIRED = "".join(
    rule(
        f"repaired-{name}",
        "kind: within, owed_by: network, start: case.lodged, stop: repair.completed, "
        f"limit: {{amount: 24, unit: hour}}, on_reopen: {name}, pause: {PAUSE}",
    )
    for name in ("new", "restart", "resume")
)
ANSWERED = rule(
    "answered",
    "kind: within, owed_by: network, start: case.lodged, stop: repair.completed, "
    "limit: {amount: 5, unit: working_day}",
)
HEAD = """\
id: log
title: {zh: 日志, en: Log}
pack: ./small-1
time_zone: Asia/Shanghai
reference: 编号
service: {value: leak}
lodged: {column: 受理}
narrative: {columns: [内容]}
"""
LOG = f"""{HEAD}repeats: {{take: events}}
events:
  - {{event: case.handed_over, when: {{动作: 派单}}, column: 时间}}
  - {{event: pause.requested, when: {{动作: 挂起}}, column: 时间, rule: RULE, reason: absent}}
  - {{event: pause.ended, when: {{动作: 恢复}}, column: 时间, rule: RULE}}
  - {{event: case.reopened, when: {{动作: 重开}}, column: 时间}}
  - {{event: repair.completed, when: {{动作: 办结}}, column: 时间}}
judge: [RULE]
"""
LETTERS = f"""{HEAD}events:
  - {{event: repair.completed, column: 答复时间, if_empty: leave_out}}
judge: [answered]
"""

# Hours after the intake at which something was done: worked out by hand where they are few.
TOLD = {
    "in time": [(0.2, "派单"), (20, "办结")],
    "too late": [(0.2, "派单"), (25, "办结")],
    "never": [(0.2, "派单")],
    "at the last moment": [(24, "办结")],
    "late but for a pause": [(2, "挂起"), (12, "恢复"), (33, "办结")],
    "late in spite of a pause": [(2, "挂起"), (12, "恢复"), (35, "办结")],
    "two pauses": [(2, "挂起"), (12, "恢复"), (15, "挂起"), (25, "恢复"), (43, "办结")],
    "a pause beyond its cap": [(2, "挂起"), (60, "恢复"), (55, "办结")],
    "a pause longer than its cap": [(2, "挂起"), (80, "恢复"), (53, "办结")],
    "done while it was paused": [(2, "挂起"), (20, "办结")],
    "a pause that came too late": [(26, "挂起"), (30, "恢复"), (31, "办结")],
    "reopened and both in time": [(5, "办结"), (50, "重开"), (70, "办结")],
    "reopened and the second too late": [(5, "办结"), (50, "重开"), (75, "办结")],
    "reopened and the first too late": [(30, "办结"), (50, "重开"), (60, "办结")],
    "reopened and paused": [(5, "办结"), (50, "重开"), (52, "挂起"), (62, "恢复"), (83, "办结")],
}


def drawn(seed: int, count: int) -> dict[str, list[tuple[float, str]]]:
    """Matters that go through any of this, at whole minutes."""
    dice = random.Random(seed)
    made: dict[str, list[tuple[float, str]]] = {}
    for number in range(count):
        at, told = 0.0, []
        for turn in range(dice.choice((1, 1, 2))):
            if turn:
                told.append((at := at + dice.randint(1, 3000) / 60, "重开"))
            for _ in range(dice.choice((0, 1, 1, 2))):
                told.append((at := at + dice.randint(1, 700) / 60, "挂起"))
                told.append((at := at + dice.randint(1, 2400) / 60, "恢复"))
            told.append((at := at + dice.randint(1, 1200) / 60, "办结"))
        made[f"drawn {number}"] = told
    return made


def reckoned(told: list[tuple[float, str]]) -> list[tuple[bool, datetime]]:
    """For each turn: whether it was kept, and when it was due with what its pauses took out."""
    turns: list[tuple[bool, datetime]] = []
    due, since, done = START + LIMIT, None, False
    for hours, what in sorted(told):
        at = START + timedelta(minutes=round(60 * hours))
        if what == "重开":
            due, since, done = at + LIMIT, None, False
        elif done:
            continue
        elif what == "挂起" and since is None and at < due:
            since = at
        elif what in ("恢复", "办结"):
            if since is not None:
                # Whose end nobody told may last until its cap.
                due, since = due + (min(at - since, CAP) if what == "恢复" else CAP), None
            if what == "办结":
                turns.append((at <= due, due))
                done = True
    if not done:
        turns.append((False, due))
    return turns


def test_the_plain_computation_is_right_itself():
    found = {name: [kept for kept, _ in reckoned(told)] for name, told in TOLD.items()}
    assert {name for name, kept in found.items() if all(kept)} == {
        "in time", "at the last moment", "late but for a pause", "two pauses",
        "a pause longer than its cap", "done while it was paused", "reopened and both in time",
        "reopened and paused",
    }  # fmt: skip
    assert found["reopened and the second too late"] == [True, False]
    assert reckoned(TOLD["two pauses"])[0][1] == START + 44 * HOUR


def bring_in(tmp_path, mapping, lines):
    path = tmp_path / "log.csv"
    path.write_text("\n".join((*lines, "")), encoding="utf-8")
    (tmp_path / "log.yaml").write_text(mapping, encoding="utf-8")
    words = ["import", str(path), "--mapping", str(tmp_path / "log.yaml"), "--into", "LG"]
    return main([*words, "--found", "--as-of", "2024-12-31"])


def turns_of(reference: str, name: str) -> list[Obligation]:
    case = Case.objects.get(source_ref=reference)
    return list(Obligation.objects.filter(docket=case.docket, rule=name).order_by("turn"))


def log_of(told: dict[str, list[tuple[float, str]]]) -> list[str]:
    """A row for everything that was done."""
    begin = START.astimezone(SHANGHAI)
    return [
        f"{name},{begin:%Y-%m-%d %H:%M},漏水,{what},"
        f"{begin + timedelta(minutes=round(60 * hours)):%Y-%m-%d %H:%M}"
        for name, events in told.items()
        for hours, what in events
    ]


def test_a_log_of_pauses_and_reopenings_comes_to_the_right_verdicts(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    small_pack(tmp_path, REPAIRED)
    told = TOLD | drawn(7, 25)
    rows = log_of(told)
    random.Random(3).shuffle(rows)
    lines = ["编号,受理,内容,动作,时间", *rows]
    assert bring_in(tmp_path, LOG.replace("RULE", "repaired-new"), lines) == 0
    assert "with pauses that stopped no clock" in capsys.readouterr().out
    for name, events in told.items():
        turns = turns_of(name, "repaired-new")
        found = [(turn.broken_at is None, turn.broken_at or turn.due_at) for turn in turns]
        assert found == reckoned(events), name


# What was done, and for each word of the rule, worked out by hand, its promises in order: kept or
# not, and the hour at which each was due in the end. 24 hours from the intake at first.
REOPENED = {
    "kept and in time again": (
        [(5, "办结"), (50, "重开"), (68, "办结")],
        {"restart": [(True, 74)], "resume": [(True, 69)]},
    ),
    "kept then later than what was left": (
        [(5, "办结"), (50, "重开"), (70, "办结")],
        {"restart": [(True, 74)], "resume": [(False, 69)]},
    ),
    "kept then later than a full time": (
        [(5, "办结"), (50, "重开"), (75, "办结")],
        {"restart": [(False, 74)], "resume": [(False, 69)]},
    ),
    "kept then never": (
        [(5, "办结"), (50, "重开")],
        {"restart": [(False, 74)], "resume": [(False, 69)]},
    ),
    "broken stays broken and a new one runs": (
        [(30, "办结"), (50, "重开"), (73, "办结")],
        {"restart": [(False, 24), (True, 74)], "resume": [(False, 24), (True, 74)]},
    ),
    "broken twice": (
        [(30, "办结"), (50, "重开"), (75, "办结")],
        {"restart": [(False, 24), (False, 74)], "resume": [(False, 24), (False, 74)]},
    ),
    "the pause before is no time used": (
        [(2, "挂起"), (12, "恢复"), (14, "办结"), (50, "重开"), (69, "办结")],
        {"restart": [(True, 74)], "resume": [(True, 70)]},
    ),
    "a pause afterwards moves both": (
        [(5, "办结"), (50, "重开"), (52, "挂起"), (62, "恢复"), (80, "办结")],
        {"restart": [(True, 84)], "resume": [(False, 79)]},
    ),
    "kept at the last moment leaves nothing to resume": (
        [(24, "办结"), (50, "重开"), (51, "办结")],
        {"restart": [(True, 74)], "resume": [(False, 50)]},
    ),
    "reopened twice": (
        [(5, "办结"), (50, "重开"), (60, "办结"), (100, "重开"), (108, "办结")],
        {"restart": [(True, 124)], "resume": [(True, 109)]},
    ),
    "reopened twice and the second too late for what was left": (
        [(5, "办结"), (50, "重开"), (60, "办结"), (100, "重开"), (110, "办结")],
        {"restart": [(True, 124)], "resume": [(False, 109)]},
    ),
}


@pytest.mark.parametrize("word", ["restart", "resume"])
def test_what_a_reopening_does_to_a_promise_is_the_same_from_a_log(tmp_path, monkeypatch, word):
    monkeypatch.chdir(tmp_path)
    small_pack(tmp_path, REPAIRED)
    rows = log_of({name: told for name, (told, _) in REOPENED.items()})
    random.Random(5).shuffle(rows)
    mapping = LOG.replace("RULE", f"repaired-{word}")
    assert bring_in(tmp_path, mapping, ["编号,受理,内容,动作,时间", *rows]) == 0
    for name, (_, right) in REOPENED.items():
        turns = turns_of(name, f"repaired-{word}")
        found = [(t.broken_at is None, t.broken_at or t.due_at) for t in turns]
        assert found == [(kept, START + due * HOUR) for kept, due in right[word]], name


# What was published for these years, typed from the notices: days off, and days worked instead.
OFF = {
    2004: "0101 0122-0128 0501-0507 1001-1007",
    2008: "0101 0206-0212 0404-0406 0501-0503 0607-0609 0913-0915 0929-1005",
    2013: "0101-0103 0209-0215 0404-0406 0429-0501 0610-0612 0919-0921 1001-1007",
    2016: "0101-0103 0207-0213 0402-0404 0430-0502 0609-0611 0915-0917 1001-1007",
    2020: "0101 0124-0202 0404-0406 0501-0505 0625-0627 1001-1008",
    2023: "0101-0102 0121-0127 0405 0429-0503 0622-0624 0929-1006",
}
WORKED = {
    2004: "0117 0118 0508 0509 1009 1010",
    2008: "0202 0203 0504 0927 0928",
    2013: "0105 0106 0216 0217 0407 0427 0428 0608 0609 0922 0929 1012",
    2016: "0206 0214 0612 0918 1008 1009",
    2020: "0119 0426 0509 0628 0927 1010",
    2023: "0128 0129 0423 0506 0625 1007 1008",
}


def days(year: int, words: str) -> set[date]:
    found = set()
    for span in words.split():
        first, _, last = span.partition("-")
        day = date(year, int(first[:2]), int(first[2:]))
        end = date(year, int((last or first)[:2]), int((last or first)[2:]))
        while day <= end:
            found.add(day)
            day += timedelta(days=1)
    return found


def fifth_working_day(day: date) -> date:
    """The day of intake is not counted."""
    left = 5
    while left:
        day += timedelta(days=1)
        off, worked = days(day.year, OFF[day.year]), days(day.year, WORKED[day.year])
        left -= day in worked or (day.weekday() < 5 and day not in off)
    return day


def test_letters_of_many_years_are_judged_by_working_days_without_loading_anything(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    small_pack(tmp_path, ANSWERED, begins="2004-01-01")
    around = (
        "0115",
        "0120",
        "0202",
        "0208",
        "0330",
        "0425",
        "0506",
        "0620",
        "0912",
        "0926",
        "1005",
    )
    asked = [date(y, int(d[:2]), int(d[2:])) for y in OFF for d in around]
    lines = ["编号,受理,内容,答复时间"]
    for number, day in enumerate(asked):
        last = fifth_working_day(day)
        answered = [f"{last} 17:00", f"{last + timedelta(days=1)} 09:00", ""][number % 3]
        lines.append(f"{number},{day} 10:{number % 60:02d},关于停水的来信,{answered}")
    assert bring_in(tmp_path, LETTERS, lines) == 0
    assert "holiday notice" not in capsys.readouterr().err
    for number, day in enumerate(asked):
        (found,) = turns_of(str(number), "answered")
        closing = datetime.combine(fifth_working_day(day), time(17, 30), SHANGHAI)
        assert found.due_at == closing, day
        assert (found.broken_at is None) == (number % 3 == 0), day
