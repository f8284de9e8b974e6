# ruff: noqa: E501 (a row is one line, so that it can be read)
"""A child takes everything over and may only tighten; a loosening shows both clauses."""

from itertools import pairwise
from pathlib import Path

import pytest

from chengnuo.packs.inheritance import PER_YEAR
from tests.packs.writing import PACK, loaded, not_loaded, written

CHILD = """
id: branch
title: {zh: 分公司, en: Branch}
version: "1"
utility: water
in_force: {from: 2026-01-01}
extends: ../group
sources:
  B: {title: {zh: 分公司规定, en: Branch regulation}}
"""
PARENT = (
    (
        PACK.replace("id: small-water", "id: group")
        + """
  pausable:
    kind: within
    clause: {source: R, place: 第八条, quote: 五个工作日}
    title: {zh: 校验, en: Verify}
    start: crew.arrived
    stop: repair.completed
    limit: {amount: 5, unit: working_day}
    pause:
      - {reason: absent, title: {zh: 不在, en: Absent}, proof: {zh: 单号, en: Slip}, cap: {amount: 2, unit: natural_day}, approver: handling_head}
  inspected:
    kind: within
    clause: {source: R, place: 第十三条, quote: 十日内}
    title: {zh: 查看, en: Inspect}
    start: case.lodged
    stop: crew.arrived
    limit: {amount: 10, unit: natural_day}
  surveyed:
    kind: recurring
    clause: {source: R, place: 第十四条, quote: 两年内}
    title: {zh: 安检, en: Surveyed}
    since_last: {amount: 2, unit: year}
    stop: register.kept
  notice:
    kind: before
    clause: {source: R, place: 第九条, quote: 提前24小时}
    title: {zh: 通知, en: Notice}
    announced: stop_at
    stop: crew.arrived
    limit: {amount: 24, unit: hour}
  bulletin:
    kind: recurring
    clause: {source: R, place: 第十条, quote: 每月15日前}
    title: {zh: 简报, en: Bulletin}
    every: month
    by: {day: 15}
    in: next
    stop: register.kept
  weekly:
    kind: recurring
    clause: {source: R, place: 第二十二条, quote: 每周一}
    title: {zh: 周报, en: Weekly}
    every: week
    by: {weekday: mon}
    stop: register.kept
  quarterly:
    kind: recurring
    clause: {source: R, place: 第二十三条, quote: 每季度20日前}
    title: {zh: 季报, en: Quarterly}
    every: quarter
    by: {day: 20}
    stop: register.kept
  quarter-begun:
    kind: recurring
    clause: {source: R, place: 第二十四条, quote: 每季度首月20日前}
    title: {zh: 季初报, en: Begun}
    every: quarter
    by: {month: 1, day: 20}
    stop: register.kept
  quarter-after:
    kind: recurring
    clause: {source: R, place: 第二十五条, quote: 季后20日前}
    title: {zh: 季后报, en: After}
    every: quarter
    by: {day: 20}
    in: next
    stop: register.kept
  decade:
    kind: recurring
    clause: {source: R, place: 第二十六条, quote: 每十年}
    title: {zh: 十年报, en: Decade}
    every: {years: 10}
    stop: register.kept
  decade-ends:
    kind: recurring
    clause: {source: R, place: 第二十七条, quote: 每十年末月20日前}
    title: {zh: 十年末报, en: Decade's end}
    every: {years: 10}
    by: {day: 20}
    stop: register.kept
  signed:
    kind: gate
    clause: {source: R, place: 第十一条}
    title: {zh: 签字, en: Signed}
    before: repair.completed
    until: crew.arrived
    wait: {from: crew.arrived, amount: 3, unit: natural_day}
  answered:
    kind: standing
    clause: {source: R, place: 第十二条, quote: 95%}
    title: {zh: 接通率, en: Answered}
    held_by: system_figure
    how: {zh: 统计, en: Figures}
    measure: {indicator: K-1, at_least: 95, unit: percent, over: day}
  in-two:
    kind: within
    processes: [repair, moving]
    services: [leak, moved]
    clause: {source: R, place: 第十四条, quote: 二十四小时内}
    title: {zh: 两类都管, en: In two kinds}
    owed_by: network
    start: case.lodged
    stop: repair.completed
    limit: {amount: 24, unit: hour}
    on_reopen: restart
  early-list:
    kind: recurring
    clause: {source: R, place: 第十五条, quote: 每月倒数第3个工作日前}
    title: {zh: 清单, en: List}
    every: month
    by: {working_day: -3}
    stop: register.kept
  two-open:
    kind: gate
    clause: {source: R, place: 第十六条}
    title: {zh: 两者齐备, en: Both}
    before: [repair.completed, callback.made]
    until: {all: [crew.arrived, register.kept]}
    facts: {area: urban, emergency: true}
  either-opens:
    kind: gate
    clause: {source: R, place: 第二十一条, quote: 到场或登记之后}
    title: {zh: 其一即可, en: Either}
    before: callback.made
    until: {any: [crew.arrived, register.kept]}
  few-stops:
    kind: standing
    clause: {source: R, place: 第十七条, quote: 每年不超过5次}
    title: {zh: 停水次数, en: Stops}
    held_by: system_figure
    how: {zh: 统计, en: Figures}
    measure: {indicator: K-1, at_most: 5, unit: times, over: year}
  no-guess:
    kind: prohibition
    clause: {source: R, place: 第十八条, quote: 不得猜测}
    title: {zh: 不得猜测, en: No guess}
    held_by: script
    words: [可能是]
    forms: [arrival, repaired]
    until: repair.completed
  own-each:
    kind: within
    clause: {source: R, place: 第二十条, quote: 二十四小时内}
    title: {zh: 各自计时, en: Each of its own}
    start: crew.arrived
    stop: repair.completed
    void_on: [callback.made]
    again: another
    limit: {amount: 24, unit: hour}
  let-off:
    kind: within
    clause: {source: R, place: 第二十二条, quote: 二十四小时内}
    title: {zh: 谁可解除, en: Who lets off}
    owed_by: network
    when: {area: urban}
    until_known: binds
    start: case.lodged
    stop: repair.completed
    void_on: [callback.made]
    released_by: [handling_head, accepting_unit]
    limit: {amount: 24, unit: hour}
  as-it-came:
    kind: before
    clause: {source: R, place: 第二十三条, quote: 提前24小时}
    title: {zh: 按实际, en: As it came}
    announced: stop_at
    stop: crew.arrived
    happened: repair.completed
    limit: {amount: 24, unit: hour}
  undone:
    kind: gate
    clause: {source: R, place: 第二十四条}
    title: {zh: 失效, en: Undone}
    before: callback.made
    until: crew.arrived
    since: [repair.completed, register.kept]
  waiting:
    kind: gate
    clause: {source: R, place: 第十九条, quote: 3日}
    title: {zh: 满三日, en: Three days}
    before: callback.made
    wait: {from: repair.completed, amount: 3, unit: natural_day}
"""
    )
    .replace(
        "processes:\n",
        "processes:\n  moving: {title: {zh: 迁移, en: Moving}, closes_on: [callback.made], indicators: [K-1]}\n",
        1,
    )
    .replace(
        "services:\n",
        "services:\n  moved: {title: {zh: 迁表, en: Moved}, process: moving, owner: network}\n",
        1,
    )
)


def rule(rule_id: str, body: str) -> str:
    lines = "\n".join(f"    {row}" for row in body.strip().split("\n"))
    return f"""
rules:
  {rule_id}:
    clause: {{source: B, place: 第一条, quote: 新}}
    title: {{zh: 新, en: New}}
{lines}
"""


def family(tmp_path: Path, *parts: str) -> Path:
    written(tmp_path / "group", PARENT)
    return written(tmp_path / "branch", CHILD, *parts)


REPAIR = "kind: within\nprocess: repair\nstart: crew.arrived\nstop: repair.completed\n"
PAUSE = "pause: [{{reason: {0}, title: {{zh: 不在, en: Absent}}, proof: {{zh: 单, en: Slip}}, cap: {1}, approver: handling_head}}]"
VERIFY = "kind: within\nstart: crew.arrived\nstop: repair.completed\nlimit: {amount: 5, unit: working_day}\n"
VISIT = (
    "kind: within\nstart: case.lodged\nstop: crew.arrived\nlimit: {amount: 10, unit: natural_day}\n"
)
NOTICE = "kind: before\nannounced: stop_at\nstop: crew.arrived\n"
SURVEY = "kind: recurring\nsince_last: {amount: 2, unit: year}\nstop: register.kept"
BULLETIN = "kind: recurring\nstop: register.kept\n"
GATE = "kind: gate\nbefore: repair.completed\nuntil: crew.arrived\n"
TWO = "kind: within\nprocesses: [repair, moving]\nservices: [leak, moved]\nowed_by: network\nstart: case.lodged\nstop: repair.completed\nlimit: {amount: 24, unit: hour}\non_reopen: restart\n"
LIST = "kind: recurring\nevery: month\nstop: register.kept\n"
WEEK = "kind: recurring\nevery: week\nby: {weekday: %s}\nstop: register.kept"
QUARTER = "kind: recurring\nevery: quarter\nstop: register.kept\n"
DECADE = "kind: recurring\nevery: {years: 10}\nstop: register.kept\n"
BOTH = "kind: gate\nbefore: [repair.completed, callback.made]\nuntil: {all: [crew.arrived, register.kept]}\nfacts: {area: urban, emergency: true}\n"
STOPS = "kind: standing\nheld_by: system_figure\nhow: {zh: 统计, en: Figures}\nmeasure: {indicator: K-1, at_most: %s, unit: times, over: year}\n"
GUESS = "kind: prohibition\nheld_by: script\nwords: [可能是]\nforms: [arrival, repaired]\nuntil: repair.completed\n"
WAIT = "kind: gate\nbefore: callback.made\n"
STANDING = "kind: standing\nheld_by: system_figure\nhow: {zh: 统计, en: Figures}\n"

EITHER = "kind: gate\nbefore: callback.made\nuntil: %s"
LET_OFF = """
kind: within
owed_by: network
when: {area: urban}
until_known: binds
start: case.lodged
stop: repair.completed
void_on: [callback.made]
released_by: [handling_head, accepting_unit]
limit: {amount: 24, unit: hour}
"""
AS_IT_CAME = """
kind: before
announced: stop_at
stop: crew.arrived
happened: repair.completed
limit: {amount: 24, unit: hour}
"""
UNDONE = """
kind: gate
before: callback.made
until: crew.arrived
since: [repair.completed, register.kept]
"""
TIGHTER = {
    "fewer hours": ("repair", REPAIR + "limit: {amount: 20, unit: hour}"),
    "the same hours in another unit": ("repair", REPAIR + "limit: {amount: 1440, unit: minute}"),
    "the earlier of two": ("repair", REPAIR + "limit: {min_of: [{amount: 24, unit: hour}, {amount: 9, unit: working_hour}]}"),
    "a shorter pause in another unit": ("pausable", VERIFY + PAUSE.format("absent", "{amount: 24, unit: hour}")),
    "no pause at all": ("pausable", VERIFY),
    "a last day brought forward": ("inspected", VISIT.replace("day}", "day, roll: backward}")),
    "another promise for a second start": ("repair", REPAIR + "limit: {amount: 24, unit: hour}\nagain: another"),
    "an earlier notice": ("notice", NOTICE + "limit: {amount: 48, unit: hour}"),
    "an earlier day": ("bulletin", BULLETIN + "every: month\nin: next\nby: {day: 10}"),
    "before that day": ("bulletin", BULLETIN + "every: month\nin: next\nby: {day: 15}\nby_day_included: false"),
    "more often": ("bulletin", BULLETIN + "every: month\nin: next\nby: {day: 15}\ncount: 2"),
    "sooner after the last": ("surveyed", SURVEY.replace("2, unit: year", "700, unit: natural_day")),
    "an extra gate": ("signed", GATE.replace("before: repair.completed", "before: [repair.completed, callback.made]") + "wait: {from: crew.arrived, amount: 4, unit: natural_day}"),
    "the same pause again": ("pausable", VERIFY + PAUSE.format("absent", "{amount: 2, unit: natural_day}")),
    "the same reach": ("in-two", TWO),
    "a later on reopening, told otherwise": ("in-two", TWO.replace("restart", "resume")),
    "the same working day": ("early-list", LIST + "by: {working_day: -3}"),
    "one of the two that may open": ("either-opens", EITHER % "crew.arrived"),
    "the two that may open, the other way round": ("either-opens", EITHER % "{any: [register.kept, crew.arrived]}"),
    "both of the two that may open": ("either-opens", EITHER % "{all: [crew.arrived, register.kept]}"),
    "one of them, and something else": ("either-opens", EITHER % "{all: [crew.arrived, case.handed_over]}"),
    "a way out less": ("own-each", REPAIR.replace("process: repair\n", "") + "limit: {amount: 24, unit: hour}\nagain: another"),
    "a day from the beginning": ("early-list", LIST + "by: {working_day: 3}"),
    "an earlier working day": ("early-list", LIST + "by: {working_day: -4}"),
    "the same weekday": ("weekly", WEEK % "mon"),
    "an earlier month of the quarter": ("quarterly", QUARTER + "by: {month: 2, day: 25}"),
    "the last month, named": ("quarterly", QUARTER + "by: {month: 3, day: 20}"),
    "the first month after it, named": ("quarter-after", QUARTER + "in: next\nby: {month: 1, day: 20}"),
    "in the quarter itself": ("quarter-after", QUARTER + "by: {day: 31}"),
    "by a day of the last of 120 months": ("decade", DECADE + "by: {day: 31}"),
    "at the end as before": ("decade", DECADE),
    "the same two that open": ("two-open", BOTH),
    "three that open": ("two-open", BOTH.replace("register.kept]", "register.kept, case.handed_over]")),
    "fewer who let off": ("let-off", LET_OFF.replace("[handling_head, accepting_unit]", "[accepting_unit]")),
    "the same who let off": ("let-off", LET_OFF),
    "judged by what happened": ("as-it-came", AS_IT_CAME),
    "more that undoes": ("undone", UNDONE.replace("register.kept]", "register.kept, case.disputed]")),
    "a lower ceiling": ("few-stops", STOPS % 4),
    "the same ceiling": ("few-stops", STOPS % 5),
    "the same words in the same forms": ("no-guess", GUESS),
    "the words in all forms": ("no-guess", GUESS.replace("forms: [arrival, repaired]\n", "")),
    "a gate that waits longer, without until": ("waiting", WAIT + "wait: {from: repair.completed, amount: 4, unit: natural_day}"),
    "a higher target": ("answered", STANDING + "measure: {indicator: K-1, at_least: 97, unit: percent, over: day}"),
}  # fmt: skip
LOOSER = {
    "more who let off": ("let-off", LET_OFF.replace("accepting_unit]", "accepting_unit, first_asked]"), "more roles may release it"),
    "anybody who lets off": ("let-off", LET_OFF.replace("released_by: [handling_head, accepting_unit]\n", ""), "more roles may release it"),
    "a blank that lets off": ("let-off", LET_OFF.replace("until_known: binds\n", ""), "while a fact is unknown"),
    "judged by the plan": ("as-it-came", AS_IT_CAME.replace("happened: repair.completed\n", ""), "no longer judged by what happened"),
    "judged by something else": ("as-it-came", AS_IT_CAME.replace("happened: repair.completed", "happened: callback.made"), "no longer judged by what happened"),
    "evidence that stays good": ("undone", UNDONE.replace("[repair.completed, register.kept]", "repair.completed"), "evidence that was undone"),
    "more hours": ("repair", REPAIR + "limit: {amount: 25, unit: hour}", "it is due"),
    "working days for hours": ("repair", REPAIR + "limit: {amount: 1, unit: working_day}", "it is due"),
    "no number": ("repair", REPAIR + "limit: {prompt: prompt}", "no due time"),
    "another start": ("repair", REPAIR.replace("start: crew.arrived", "start: callback.made") + "limit: {amount: 1, unit: hour}", "it starts or stops on other events"),
    "an average": ("repair", REPAIR + "limit: {amount: 24, unit: hour}\nverdict: average\nover: month", "must not become 'average'"),
    "narrower conditions": ("repair", REPAIR + "limit: {amount: 24, unit: hour}\nwhen: {area: urban}", "narrower conditions"),
    "a case that closes without it": ("repair", REPAIR + "limit: {amount: 24, unit: hour}\nblocks_close: false", "no longer keeps the case open"),
    "an appointment": ("repair", REPAIR + "limit: {amount: 24, unit: hour}\nappointment: {fact: stop_at}", "an appointment may replace its clock"),
    "the whole time again": ("repair", REPAIR + "limit: {amount: 24, unit: hour}\nagain: restart", "gives the whole time again"),
    "steps that count alone": ("inspected", VISIT + "sum_of: [{from: case.lodged, to: repair.completed}]", "counts fewer steps"),
    "a later start": ("repair", REPAIR + "limit: {amount: 24, unit: hour, starts: next_opening}", "it is due"),
    "a last day moved on": ("inspected", VISIT.replace("day}", "day, roll: forward}"), "it is due"),
    "a new way out": ("repair", REPAIR + "limit: {amount: 24, unit: hour}\nvoid_on: [callback.made]", "more events end it"),
    "a new pause": ("pausable", VERIFY + PAUSE.format("holiday", "{amount: 1, unit: hour}"), "it adds the pause 'holiday'"),
    "a longer pause in a unit that sounds shorter": ("pausable", VERIFY + PAUSE.format("absent", "{amount: 1000, unit: hour}"), "it lengthens the pause 'absent'"),
    "a later notice": ("notice", NOTICE + "limit: {amount: 23, unit: hour}", "it is due"),
    "a later day": ("bulletin", BULLETIN + "every: month\nin: next\nby: {day: 16}", "its due day is later"),
    "less often": ("bulletin", BULLETIN + "every: {months: 2}\nin: next\nby: {day: 15}", "6 times a year instead of 12"),
    "later after the last": ("surveyed", SURVEY.replace("2, unit: year", "25, unit: month"), "longer after the last"),
    "by the calendar instead": ("surveyed", SURVEY.replace("since_last: {amount: 2, unit: year}", "every: year"), "another way"),
    "after the last instead": ("bulletin", "kind: recurring\nsince_last: {amount: 1, unit: natural_day}\nstop: register.kept", "another way"),
    "other people": ("bulletin", BULLETIN + "every: month\nin: next\nby: {day: 15}\nsubject: staff", "owed by others"),
    "a gate that opens without": ("signed", GATE.replace("until: crew.arrived", "until: callback.made") + "wait: {from: crew.arrived, amount: 3, unit: natural_day}", "it opens on less"),
    "a shorter wait in a larger number": ("signed", GATE + "wait: {from: crew.arrived, amount: 50, unit: hour}", "it waits less"),
    "a lower target": ("answered", STANDING + "measure: {indicator: K-1, at_least: 90, unit: percent, over: day}", "its target is lower"),
    "no target": ("answered", STANDING, "it drops the figure"),
    "another kind": ("answered", REPAIR + "limit: {amount: 24, unit: hour}", "it changes the kind from standing to within"),
    "a shorter ban": ("no-night-work", "kind: prohibition\nheld_by: script\nforbids: crew.arrived\nbetween: '23:00-05:00'", "a shorter time"),
    "fewer services": ("in-two", TWO.replace("[leak, moved]", "[leak]"), "fewer services"),
    "other services": ("in-two", TWO.replace("[leak, moved]", "[moved]"), "fewer services"),
    "some services instead of all": ("repair", REPAIR + "limit: {amount: 24, unit: hour}\nservices: [leak]", "fewer services"),
    "fewer processes": ("in-two", TWO.replace("[repair, moving]", "[repair]"), "fewer processes"),
    "one process instead of all": ("inspected", VISIT + "process: repair", "fewer processes"),
    "no longer on reopening": ("in-two", TWO.replace("on_reopen: restart\n", ""), "no longer runs again on reopening"),
    "owed by another": ("in-two", TWO.replace("owed_by: network", "owed_by: handling_unit"), "it is owed by handling_unit instead of network"),
    "another stop": ("in-two", TWO.replace("stop: repair.completed", "stop: callback.made"), "it starts or stops on other events"),
    "no promise of its own any more": ("own-each", REPAIR.replace("process: repair\n", "") + "limit: {amount: 24, unit: hour}", "no promise of its own any more"),
    "kept by another event": ("bulletin", BULLETIN.replace("register.kept", "callback.made") + "every: month\nin: next\nby: {day: 15}", "it is kept by other events"),
    "each unit instead of the house": ("bulletin", BULLETIN + "every: month\nin: next\nby: {day: 15}\neach: network", "owed by others"),
    "that day itself": ("early-list", LIST + "by: {working_day: -1}", "its due day is later"),
    "a later working day": ("early-list", LIST + "by: {working_day: -2}", "its due day is later"),
    "no day": ("early-list", LIST, "its due day is later"),
    "a later weekday": ("weekly", WEEK % "tue", "its due day is later"),
    "the last month for the first": ("quarter-begun", QUARTER + "by: {day: 20}", "its due day is later"),
    "a later month after it": ("quarter-after", QUARTER + "in: next\nby: {month: 2, day: 1}", "its due day is later"),
    "after the quarter": ("quarterly", QUARTER + "in: next\nby: {day: 1}", "its due day is later"),
    "after the end": ("decade", DECADE + "in: next\nby: {month: 1, day: 1}", "its due day is later"),
    "the end for a day of the last of 120 months": ("decade-ends", DECADE, "its due day is later"),
    "fewer events guarded": ("two-open", BOTH.replace("[repair.completed, callback.made]", "repair.completed"), "it guards fewer events"),
    "one of two that open": ("two-open", BOTH.replace("{all: [crew.arrived, register.kept]}", "crew.arrived"), "it opens on less"),
    "either of two that open": ("two-open", BOTH.replace("all:", "any:"), "it opens on less"),
    "a third that may open": ("either-opens", EITHER % "{any: [crew.arrived, register.kept, case.handed_over]}", "it opens on less"),
    "one of them, or another": ("either-opens", EITHER % "{any: [crew.arrived, case.handed_over]}", "it opens on less"),
    "another than the two": ("either-opens", EITHER % "case.handed_over", "it opens on less"),
    "others than the two": ("either-opens", EITHER % "{all: [case.handed_over, repair.completed]}", "it opens on less"),
    "either where one was needed": ("signed", GATE.replace("until: crew.arrived", "until: {any: [crew.arrived, register.kept]}"), "it opens on less"),
    "nothing that opens": ("two-open", BOTH.replace("until: {all: [crew.arrived, register.kept]}\n", ""), "it opens on less"),
    "fewer conditions": ("two-open", BOTH.replace(", emergency: true", ""), "fewer conditions"),
    "other conditions": ("two-open", BOTH.replace("area: urban", "area: rural"), "fewer conditions"),
    "no wait": ("signed", GATE, "it waits less"),
    "a wait from something else": ("waiting", WAIT + "wait: {from: crew.arrived, amount: 3, unit: natural_day}", "it waits less"),
    "a higher ceiling": ("few-stops", STOPS % 6, "its ceiling is higher"),
    "a target for a ceiling": ("few-stops", (STOPS % 5).replace("at_most", "at_least"), "its ceiling is higher"),
    "a word less": ("no-guess", GUESS.replace("[可能是]", "[也许]"), "it forbids less"),
    "fewer forms": ("no-guess", GUESS.replace("[arrival, repaired]", "[arrival]"), "it looks into fewer forms"),
    "some forms instead of all": ("no-night-work", "kind: prohibition\nheld_by: script\nforbids: crew.arrived\nbetween: '22:00-06:00'\nwords: [可能是]\nforms: [arrival]", "it looks into fewer forms"),
    "forbidden until something else": ("no-guess", GUESS.replace("until: repair.completed", "until: crew.arrived"), "a shorter time"),
    "a smaller ban": ("no-night-work", "kind: prohibition\nheld_by: script\nbetween: '22:00-06:00'", "it forbids less"),
}  # fmt: skip


@pytest.mark.parametrize(("rule_id", "body"), TIGHTER.values(), ids=TIGHTER)
def test_tightening_is_taken(tmp_path: Path, rule_id: str, body: str):
    made = loaded(family(tmp_path, rule(rule_id, body)))
    assert made.own_rules == {rule_id}
    assert made.pack.rules[rule_id].title.en == "New"


@pytest.mark.parametrize(("rule_id", "body", "what"), LOOSER.values(), ids=LOOSER)
def test_loosening_is_refused(tmp_path: Path, rule_id: str, body: str, what: str):
    said = not_loaded(family(tmp_path, rule(rule_id, body)))
    assert any(what in s and "a child may only tighten" in s for s in said), said


def test_both_clauses_are_shown(tmp_path: Path):
    (said,) = not_loaded(
        family(tmp_path, rule("repair", REPAIR + "limit: {amount: 25, unit: hour}"))
    )
    assert said.startswith("branch/pack.yaml:")
    assert "group: 《服务规定》第四条“二十四小时内修复”" in said
    assert "branch: 《分公司规定》第一条“新”" in said


def test_a_child_may_have_pauses_decided_earlier_but_not_later(tmp_path: Path):
    asked = "pauses: {reading: A-01, decide: {amount: %d, unit: %s}}\n"
    written(tmp_path / "group", PARENT, asked % (1, "working_day"))
    sooner = loaded(written(tmp_path / "sooner", CHILD, asked % (4, "working_hour")))
    assert sooner.pack.pauses.decide.amount == 4
    (said,) = not_loaded(written(tmp_path / "later", CHILD, asked % (2, "working_day")))
    assert "pauses: a child may only tighten; a pause is decided later than group says" in said


def test_everything_else_is_inherited(tmp_path: Path):
    made = loaded(family(tmp_path))
    assert made.parent is not None
    assert made.pack.rules == made.parent.pack.rules
    assert (made.pack.id, set(made.pack.sources)) == ("branch", {"R", "B"})
    assert made.own_rules == frozenset()


def test_a_longer_period_is_seldomer_than_every_shorter_one():
    """Two periods that counted alike could be exchanged for one another by a child."""
    often = list(PER_YEAR.values())
    assert all(more > less for more, less in pairwise(often))
    assert list(PER_YEAR)[-1] == "unset"


OF_THE_HEADER = {
    "calendar": ("{quiet_hours: '22:00-07:00'}", "{quiet_hours: '21:00-08:00'}"),
    "glass": ("{minutes: 20}", "{minutes: 10}"),
    "warn": ("[0.5]", "[0.8]"),
    "escalate": ("[{after: {amount: 1, unit: hour}, to: line-1}]", "[]"),
    "pauses": ("{reading: A-01, decide: {amount: 2, unit: hour}}", "{reading: A-01, decide: {amount: 1, unit: hour}}"),
}  # fmt: skip


@pytest.mark.parametrize(("key", "given"), OF_THE_HEADER.items(), ids=OF_THE_HEADER)
def test_what_a_child_says_of_itself_holds_and_else_what_its_parent_says(tmp_path, key, given):
    above, below = given
    parent = loaded(written(tmp_path / "group", PARENT, f"{key}: {above}"))
    silent = loaded(written(tmp_path / "silent", CHILD))
    own = loaded(written(tmp_path / "own", CHILD, f"{key}: {below}"))
    assert getattr(silent.pack, key) == getattr(parent.pack, key)
    assert getattr(own.pack, key) != getattr(parent.pack, key)


def test_a_child_may_add(tmp_path: Path):
    extra = rule(
        "extra", "kind: within\nstart: case.lodged\nstop: crew.arrived\nlimit: {prompt: immediate}"
    )
    assert "extra" in loaded(family(tmp_path, extra)).pack.rules


def test_a_child_may_choose_a_setting_differently(tmp_path: Path):
    chosen = "settings:\n  inspection: {title: {zh: 周期, en: Period}, values: [unset, month, year], value: month}"
    assert loaded(family(tmp_path, chosen)).pack.settings["inspection"].value == "month"


def test_a_child_may_not_redefine_what_is_no_rule(tmp_path: Path):
    (said,) = not_loaded(family(tmp_path, "roles:\n  network: {title: {zh: 别的, en: Other}}"))
    assert "roles.network: stands already in group; use another id" in said


def test_packs_that_extend_each_other_in_a_circle_are_refused(tmp_path: Path):
    written(tmp_path / "group", PARENT, "extends: ../branch")
    said = not_loaded(written(tmp_path / "branch", CHILD))
    assert any("extend each other in a circle" in s for s in said)


def test_a_parent_that_is_not_there(tmp_path: Path):
    (said,) = not_loaded(written(tmp_path / "branch", CHILD))
    assert "no such pack" in said


def test_a_faulty_parent_never_loads_half(tmp_path: Path):
    written(tmp_path / "group", PARENT.replace("unit: minute", "unit: moon"))
    said = not_loaded(written(tmp_path / "branch", CHILD))
    assert any(s.startswith("group/pack.yaml:") for s in said)
