# ruff: noqa: E501 (a row is one rule, so that it can be read)
"""What other companies' commitments may ask for, written with the page on the pack language in hand.

Each row is a rule as its author would write it, a moment, the facts, and the due moment.
"""

from pathlib import Path

import pytest
import yaml

from chengnuo.packs.explaining import explain
from tests.packs.writing import faults, loaded, written
from tests.rules.world import at, book

HEADER = """
id: others
title: {zh: 他家承诺, en: Other commitments}
version: "1"
utility: power
in_force: {from: 2026-01-01}
sources: {R: {title: {zh: 服务承诺, en: Commitments}}}
facts:
  area: {type: choice, title: {zh: 区域, en: Area}, values: {urban: {zh: 城区, en: Urban}, rural: {zh: 农村, en: Rural}, remote: {zh: 特殊边远, en: Remote}}}
  stop_hours: {type: number, title: {zh: 时长, en: Hours}, min: 0}
  stop_at: {type: moment, title: {zh: 停供开始, en: Stop}}
  agreed_at: {type: moment, title: {zh: 约定, en: Agreed}}
indicators:
  rate: {title: {zh: 率, en: Rate}, formula: {zh: 率, en: rate}}
"""
RULES = {
    "three areas, the country in four hours": (
        "{kind: within, start: case.lodged, stop: crew.arrived, limit: {table: [{when: {area: urban}, amount: 45, unit: minute}, {when: {area: rural}, amount: 90, unit: minute}, {when: {area: remote}, amount: 4, unit: hour}]}}",
        "城区45分钟、农村90分钟、边远4小时", "2026-09-30 22:00", {"area": "remote"}, "2026-10-01 02:00",
    ),
    "answered within three minutes": (
        "{kind: within, start: chat.opened, stop: chat.answered, limit: {amount: 3, unit: minute}}",
        "3分钟内", "2026-09-30 22:00", {}, "2026-09-30 22:03",
    ),
    "ninety working days ahead": (
        "{kind: before, announced: stop_at, stop: notice.sent, limit: {amount: 90, unit: working_day}}",
        "提前90个工作日", "2026-07-01 09:00", {}, "2026-02-13 00:00",
    ),
    "two tiers of notice": (
        "{kind: before, announced: stop_at, stop: notice.sent, limit: {table: [{when: {stop_hours: {lte: 12}}, amount: 24, unit: hour}, {when: {stop_hours: {gt: 12}}, amount: 48, unit: hour}]}}",
        "12小时以内提前24小时，超过12小时提前48小时", "2026-03-12 09:00", {"stop_hours": 20}, "2026-03-10 09:00",
    ),
    "once in two years": (
        "{kind: recurring, every: two_years, anchor_year: 2026, subject: customer, stop: inspection.done}",
        "每两年一次", "2026-05-01 09:00", {}, "2027-12-31 24:00",
    ),
    "a meter changed every ten years": (
        "{kind: recurring, every: {years: 10}, anchor_year: 2020, subject: usage_point, stop: meter.changed}",
        "每10年更换", "2026-05-01 09:00", {}, "2029-12-31 24:00",
    ),
    "read every two months by the 20th": (
        "{kind: recurring, every: {months: 2}, by: {day: 20}, subject: usage_point, stop: meter.read}",
        "双月抄表，20日前", "2026-03-25 09:00", {}, "2026-04-20 24:00",
    ),
    "the first five working days of the month": (
        "{kind: recurring, every: month, by: {working_day: 5}, stop: bill.issued}",
        "每月前5个工作日", "2026-10-01 09:00", {}, "2026-10-13 17:30",
    ),
    "a limit for rest days, another for working days": (
        "{kind: within, start: case.lodged, stop: crew.arrived, limit: {table: [{when: {start_day: working}, amount: 1, unit: hour}, {when: {start_day: rest}, amount: 2, unit: hour}]}}",
        "工作日1小时，节假日2小时", "2026-10-03 09:00", {}, "2026-10-03 11:00",
    ),
    "weekends and holidays apart": (
        "{kind: within, start: case.lodged, stop: crew.arrived, limit: {table: [{when: {start_holiday: true}, amount: 3, unit: hour}, {when: {start_holiday: false, start_weekday: [sat, sun]}, amount: 2, unit: hour}, {when: {start_holiday: false, start_weekday: {not: [sat, sun]}}, amount: 1, unit: hour}]}}",
        "平日1小时，周末2小时，法定节假日3小时", "2026-03-08 09:00", {}, "2026-03-08 11:00",
    ),
    "节假日不顺延": (
        "{kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 3, unit: natural_day}}",
        "3日内，节假日不顺延", "2026-09-29 09:00", {}, "2026-10-02 24:00",
    ),
    "遇节假日顺延": (
        "{kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 3, unit: natural_day, roll: forward}}",
        "3日内，遇节假日顺延", "2026-09-29 09:00", {}, "2026-10-08 24:00",
    ),
    "次日起算": (
        "{kind: within, start: order.received, stop: order.completed, limit: {amount: 5, unit: working_day}}",
        "收到次日起5个工作日", "2026-09-24 09:00", {}, "2026-10-09 17:30",
    ),
    "自当日起": (
        "{kind: within, start: order.received, stop: order.completed, limit: {amount: 5, unit: working_day, count_start_day: true}}",
        "自当日起5个工作日", "2026-09-24 09:00", {}, "2026-10-08 17:30",
    ),
    "当日办结": (
        "{kind: within, start: order.received, stop: order.completed, limit: {amount: 0, unit: natural_day}, readings: [A-1]}",
        "当日办结", "2026-09-24 09:00", {}, "2026-09-24 24:00",
    ),
    "hours within business hours only": (
        "{kind: within, start: case.lodged, stop: reply.sent, limit: {amount: 2, unit: working_hour}}",
        "工作时间2小时内", "2026-09-30 16:30", {}, "2026-10-08 09:30",
    ),
    "hours within the hours of service": (
        "{kind: within, start: case.lodged, stop: reply.sent, limit: {amount: 2, unit: hour, between: '08:00-20:00'}}",
        "8时至20时内2小时", "2026-09-30 19:00", {}, "2026-10-01 09:00",
    ),
    "whichever comes first": (
        "{kind: within, start: case.lodged, stop: reply.sent, limit: {min_of: [{amount: 48, unit: hour}, {amount: 3, unit: working_day}]}}",
        "48小时且不超过3个工作日", "2026-03-09 09:00", {}, "2026-03-11 09:00",
    ),
    "on the day of the contract": (
        "{kind: within, start: case.lodged, stop: supply.begun, limit: {agreed: agreed_at}}",
        "按合同约定", "2026-03-09 09:00", {"agreed_at": "2026-04-01T09:00+08:00"}, "2026-04-01 09:00",
    ),
    "the second of a chain of 2 hours, 24 hours, 7 days, 15 days": (
        "{kind: within, start: customer.contacted, stop: plan.sent, limit: {amount: 24, unit: hour}}",
        "24小时内", "2026-09-30 11:00", {}, "2026-10-01 11:00",
    ),
    "the last of that chain": (
        "{kind: within, start: plan.sent, stop: repair.completed, limit: {amount: 15, unit: natural_day}}",
        "15日内", "2026-09-30 11:00", {}, "2026-10-15 24:00",
    ),
    "half a year": (
        "{kind: within, start: case.lodged, stop: review.done, limit: {amount: 6, unit: month}}",
        "6个月内", "2026-08-31 11:00", {}, "2027-02-28 24:00",
    ),
    "no cut until thirty days have passed": (
        "{kind: gate, before: supply.cut, wait: {from: bill.overdue, amount: 30, unit: natural_day}}",
        "逾期30日", "2026-03-09 11:00", {}, "2026-04-08 24:00",
    ),
    "at least 97 per cent": (
        "{kind: standing, held_by: system_figure, how: {zh: 统计, en: Figures}, measure: {indicator: rate, at_least: 97, unit: percent, over: year}}",
        "不低于97%", "2026-03-09 11:00", {}, None,
    ),
    "a late fee of one per mille a day": (
        "{kind: standing, held_by: system_figure, how: {zh: 计费, en: Billing}, measure: {indicator: rate, at_most: 1, unit: permille, over: day}}",
        "每日千分之一", "2026-03-09 11:00", {}, None,
    ),
    "no cut at night or on the eve of a holiday": (
        "{kind: prohibition, held_by: form, forbids: supply.cut, between: '17:00-09:00'}",
        "夜间不得停供", "2026-03-09 11:00", {}, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "quote", "start", "facts", "due"), RULES.values(), ids=RULES)
def test_can_be_said(
    tmp_path: Path, rule: str, quote: str, start: str, facts: dict, due: str | None
):
    said = {
        **yaml.safe_load(rule),
        "clause": {"source": "R", "place": "第一条", "quote": quote},
        "title": {"zh": "承诺", "en": "Promise"},
    }
    parts = {"rules": {"promise": said}, "readings": {"A-1": {"zh": "当日为零日", "en": "Today"}}}
    form = "forms: {deed: {title: {zh: 登记, en: Record}, duty: true, emits: [inspection.done, meter.changed, meter.read, bill.issued]}}"
    folder = written(tmp_path / "others", HEADER, yaml.safe_dump(parts, allow_unicode=True), form)
    assert faults(folder) == []
    made = loaded(folder)
    answer = explain(made.pack, digest=made.digest, rule="promise", at=at(start), facts=facts)
    assert answer.due == (at(due) if due else None)
    assert quote in answer.sentence.zh


KINDS = {
    "a promise": ("{kind: within, start: case.lodged, stop: reply.sent, limit: {amount: 1, unit: hour}}", "DL"),
    "a promise without a number": ("{kind: within, start: case.lodged, stop: reply.sent, limit: {prompt: prompt}}", "EVT"),
    "a notice": ("{kind: before, announced: stop_at, stop: notice.sent, limit: {amount: 1, unit: hour}}", "DL"),
    "a recurring duty": ("{kind: recurring, every: month, stop: register.kept}", "REC"),
    "a gate": ("{kind: gate, before: reply.sent, until: crew.arrived}", "GATE"),
    "what always holds": ("{kind: standing, held_by: form, how: {zh: 表, en: Form}}", "STD"),
    "a prohibition": ("{kind: prohibition, held_by: form, forbids: supply.cut}", "PROH"),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "kind"), KINDS.values(), ids=KINDS)
def test_what_a_rule_executes_is_of_its_kind_unless_it_says_another(rule: str, kind: str):
    cited = "obligations: [R-1, {id: R-2, kind: EVT}, {id: R-3, kind: GATE}]"
    made = book(f"x: {{{cited}, {rule[1:]}").rules["x"]
    assert made.obligations == (("R-1", kind), ("R-2", "EVT"), ("R-3", "GATE"))
