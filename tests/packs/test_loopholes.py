# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Loopholes: each kind once as it slips into a pack, and once as it is mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from chengnuo.packs.loader import load
from chengnuo.packs.loopholes.found import KINDS
from chengnuo.packs.loopholes.search import Report, loopholes, told
from chengnuo.rules.words import Text
from tests.packs.shipped import shipped
from tests.packs.small import HEADER

PROMISE = "kind: within, process: repair, start: case.lodged, stop: repair.completed, owed_by: network, limit: {amount: 2, unit: hour}"
TITLED = "title: {zh: 规则, en: Rule}"
CLAUSE = "clause: {source: R, place: 第一条}"
WORDS = """
events:
  site.unfit: {title: {zh: 条件不具备, en: Site unfit}}
  test.passed: {title: {zh: 检漏合格, en: Test passed}}
  test.failed: {title: {zh: 检漏不合格, en: Test failed}}
  works.accepted: {title: {zh: 验收合格, en: Accepted}}
  works.confirmed: {title: {zh: 客户确认, en: Confirmed}, evidence: [customer]}
  refund.paid: {title: {zh: 已退费, en: Refunded}}
  never.said: {title: {zh: 无人填报, en: Never said}}
facts:
  bore: {type: choice, title: {zh: 口径, en: Bore}, values: {small: {zh: 小, en: Small}, large: {zh: 大, en: Large}}}
  stop_at: {type: moment, title: {zh: 计划停水时间, en: Planned stop}}
  large: {type: flag, title: {zh: 大口径, en: Large}}
  never: {type: flag, title: {zh: 无人填报, en: Never}}
  size: {type: choice, title: {zh: 规格, en: Size}, values: {small: {zh: 小, en: Small}, middle: {zh: 中, en: Middle}, large: {zh: 大, en: Large}}}
  done_at: {type: moment, title: {zh: 完成时间, en: Done at}}
  charged: {type: number, title: {zh: 多收, en: Overcharged}}
  paid: {type: number, title: {zh: 返还, en: Paid back}}
  diameter: {type: number, title: {zh: 管径, en: Diameter}, min: 1, max: 5000}
"""


def report(folder: Path, rules: str, forms: str = "", words: str = WORDS) -> Report:
    place = folder / "pack"
    place.mkdir()
    header = f'{HEADER}version: "1"\nin_force: {{from: 2023-01-01}}\n'
    (place / "pack.yaml").write_text(header, encoding="utf-8")
    (place / "words.yaml").write_text(words, encoding="utf-8")
    (place / "rules.yaml").write_text(f"rules:\n{rules}", encoding="utf-8")
    if forms:
        (place / "forms.yaml").write_text(f"forms:\n{forms}", encoding="utf-8")
    return loopholes(load(str(place)))


def rule(name: str, words: str, quote: str = "") -> str:
    clause = f"clause: {{source: R, place: 第一条, quote: {quote}}}" if quote else CLAUSE
    return f"  {name}: {{{words}, {TITLED}, {clause}}}\n"


def form(name: str, title: str, words: str) -> str:
    return f"  {name}: {{title: {{zh: {title}, en: {name}}}, processes: [repair], after: case.lodged, {words}}}\n"


def flag(name: str, title: str, more: str = "") -> str:
    return f"{{id: {name}, type: flag, title: {{zh: {title}, en: {name}}}{more}}}"


VOIDED = rule("repaired", f"{PROMISE}, void_on: site.unfit")
GATE = "kind: gate, process: repair, before: [callback.made], until: "
LEAK_TEST = form(
    "leak-test",
    "检漏记录",
    "emits: [{event: test.passed, when: {tight: true}}, {event: test.failed, when: {tight: false}}], fields: ["
    + flag("tight", "无渗漏")
    + "]",
)
DONE = "{id: done_at, type: moment, title: {zh: 时刻, en: When}, required: true, is: event_time}"

ABSENT = "{id: found, type: choice, title: {zh: 到场情况, en: Found}, required: true, values: {unseen: {zh: 未见, en: Unseen}, absent: {zh: 无人在家, en: Nobody at home}}}"
MENDED_TOO = ABSENT.replace("values: {", "values: {mended: {zh: 已修复, en: Mended}, ")
AGAIN = rule(
    "again-mended",
    "kind: within, process: repair, start: test.failed, stop: works.accepted, again: another, limit: {amount: 2, unit: hour}",
)
EITHER = rule(
    "repaired",
    PROMISE.replace("stop: repair.completed", "stop: {any: [repair.completed, test.failed]}"),
)
PROGRESS = rule(
    "reported",
    PROMISE.replace("stop: repair.completed", "stop: {any: [repair.completed, bulletin.sent]}"),
)
STAGES = form(
    "report",
    "处理反馈",
    "emits: [{event: repair.completed, when: {stage: result}}, {event: bulletin.sent, when: {stage: progress}}], fields: [{id: stage, type: choice, title: {zh: 反馈性质, en: Stage}, required: true, values: {result: {zh: 处理结果, en: Result}, progress: {zh: 处理进展, en: Progress}}}]",
)
REFUSED = form(
    "acceptance",
    "验收记录",
    "emits: [{event: works.accepted, when: {passed: true}}], fields: ["
    + flag("passed", "验收合格", ", required: true")
    + "]",
).replace("after: case.lodged", "after: repair.completed")
DOUBLE = rule(
    "refund-is-double",
    'kind: gate, process: repair, before: refund.paid, facts: {paid: {gte: "2 * charged"}}',
)
PAID = "{id: paid, type: number, title: {zh: 返还金额, en: Paid}, required: true, fact: paid}"
CHARGED = (
    "{id: charged, type: number, title: {zh: 多收, en: Charged}, required: true, fact: charged}"
)

BY_BORE = "{table: [{when: {diameter: {lt: 600}}, amount: 24, unit: hour}, {when: {diameter: {gte: 600}}, amount: 48, unit: hour}]}"
MEASURED = (
    "{id: diameter, type: number, title: {zh: 管径, en: Diameter}, fact: diameter, required: true}"
)
RAIN = "{reason: rain, title: {zh: 暴雨, en: Rain}, proof: {zh: 气象预警, en: Warning}, cap: {amount: 1, unit: working_day}, approver: "
WHY = "{id: why, type: text, title: {zh: 说明, en: Why}}"
TICKED = "{id: mended, type: tick, title: {zh: 已修复, en: Mended}}, {id: tested, type: tick, title: {zh: 已复检, en: Tested}}"

# kind, what it hangs on; the rules and forms with the hole; the same, mended
ROWS = [
    ("K1", "unfit/void", "who owes the limit declares that it does not bind",
     VOIDED, form("unfit", "条件核查", "who: [network], emits: site.unfit"),
     VOIDED, form("unfit", "条件核查", "who: [service], emits: site.unfit")),
    ("K1", "agreed/later", "who owes the limit types the agreed time himself",
     rule("repaired", f"{PROMISE}, appointment: {{event: appointment.agreed, fact: agreed_at}}"),
     form("agreed", "预约", "who: [network], emits: appointment.agreed, fields: [{id: agreed_at, type: moment, title: {zh: 约定, en: Agreed}, required: true, fact: agreed_at}]"),
     rule("repaired", f"{PROMISE}, appointment: {{event: appointment.agreed, fact: agreed_at}}"),
     form("agreed", "预约", "who: [service], emits: appointment.agreed, fields: [{id: agreed_at, type: moment, title: {zh: 约定, en: Agreed}, required: true, fact: agreed_at}]")),
    ("K1", "case.returned/void", "who owes the limit sends the matter back",
     rule("repaired", f"{PROMISE}, void_on: case.returned"), "",
     rule("repaired", f"{PROMISE}, void_on: case.returned, released_by: [service]"), ""),
    ("K1", "case.handed_over/anew", "who owes the limit hands the matter on",
     rule("repaired", f"{PROMISE.replace('case.lodged', 'case.handed_over')}, again: restart"), "",
     rule("repaired", f"{PROMISE.replace('case.lodged', 'case.handed_over')}"), ""),
    ("K2", "bore", "a limit for large pipes, and the bore may be left blank",
     rule("repaired", f"{PROMISE}, when: {{bore: large}}"),
     form("look", "现场查看", "emits: crew.arrived, fields: [{id: bore, type: choice, title: {zh: 口径, en: Bore}, fact: bore}]"),
     rule("repaired", f"{PROMISE}, when: {{bore: large}}"),
     form("look", "现场查看", "emits: crew.arrived, fields: [{id: bore, type: choice, title: {zh: 口径, en: Bore}, fact: bore, required: true}]")),
    ("K3", "leak-test", "a pass, then a leak; the callback is made on the pass",
     rule("tight-first", f"{GATE}test.passed"), LEAK_TEST,
     rule("tight-first", f"{GATE}test.passed, since: test.failed"), LEAK_TEST),
    ("K4", "mended.restored", "the repair is signed off though supply is not restored",
     rule("repaired", PROMISE), form("mended", "抢修登记", "emits: repair.completed, fields: [" + flag("restored", "已恢复供水") + "]"),
     rule("repaired", PROMISE), form("mended", "抢修登记", "emits: [{event: repair.completed, when: {restored: true}}], fields: [" + flag("restored", "已恢复供水") + "]")),
    ("K5", "acceptance", "who did the work accepts it",
     rule("accepted-first", f"{GATE}works.accepted".replace("callback.made", "test.passed")),
     form("acceptance", "验收记录", "who: [network], emits: works.accepted") + form("work", "施工登记", "who: [network], emits: test.passed"),
     rule("accepted-first", f"{GATE}works.accepted".replace("callback.made", "test.passed")),
     form("acceptance", "验收记录", "who: [network], other_than: [work], emits: works.accepted") + form("work", "施工登记", "who: [network], emits: test.passed")),
    ("K7", "refund.paid", "double, says the clause; one yuan, says the form",
     rule("refunded", "kind: within, process: repair, start: case.lodged, stop: refund.paid, limit: {amount: 2, unit: hour}", "双倍返还"),
     form("refund", "退费", "emits: refund.paid, fields: [{id: paid, type: number, title: {zh: 返还金额, en: Paid}, required: true}]"),
     rule("refunded", "kind: within, process: repair, start: case.lodged, stop: refund.paid, limit: {amount: 2, unit: hour}", "双倍返还")
     + rule("refund-is-double", 'kind: gate, process: repair, before: refund.paid, facts: {paid: {gte: "2 * charged"}}'),
     form("refund", "退费", "emits: refund.paid, fields: [{id: paid, type: number, title: {zh: 返还金额, en: Paid}, required: true, fact: paid}]")),
    ("K5", "confirmation", "who does the work signs for the customer",
     rule("confirmed-first", f"{GATE}works.accepted".replace("callback.made", "test.passed")),
     form("confirmation", "客户确认单", "who: [network], emits: works.accepted") + form("work", "施工登记", "who: [network], emits: test.passed"),
     rule("confirmed-first", f"{GATE}works.confirmed".replace("callback.made", "test.passed")),
     form("confirmation", "客户确认单", "who: [network], emits: works.confirmed, fields: [{id: own, type: signature, is: customer, title: {zh: 客户, en: Customer}, required: true}]") + form("work", "施工登记", "who: [network], emits: test.passed")),
    ("K9", "另有约定", "the clause excepts what was agreed otherwise",
     rule("repaired", PROMISE, "2小时内修复，另有约定的除外"), "",
     rule("repaired", f"{PROMISE}, appointment: {{event: appointment.agreed, fact: agreed_at}}", "2小时内修复，另有约定的除外"), ""),
    ("K10", "poll.satisfied", "dissatisfied, and nothing follows",
     rule("polled", "kind: recurring, every: year, stop: bulletin.sent, owed_by: service"),
     "  poll: {title: {zh: 年度走访, en: Poll}, duty: true, emits: bulletin.sent, fields: [" + flag("satisfied", "客户满意") + "]}\n",
     rule("polled", "kind: recurring, every: year, stop: bulletin.sent, owed_by: service") + rule("mended-after", "kind: within, start: test.failed, stop: repair.completed, limit: {amount: 5, unit: working_day}"),
     "  poll: {title: {zh: 年度走访, en: Poll}, duty: true, emits: [bulletin.sent, {event: test.failed, when: {satisfied: false}}], fields: [" + flag("satisfied", "客户满意") + "]}\n"),
    ("K2", "area", "a gate waits for what the intake may leave out",
     rule("told-first", f"{GATE}test.passed, when: {{area: urban}}"), LEAK_TEST,
     rule("told-first", f"{GATE}test.passed, when: {{area: urban}}, until_known: binds"), LEAK_TEST),
    ("K2", "large", "a flag that is left blank is a no, and switches the promise off",
     rule("repaired", f"{PROMISE}, when: {{large: true}}"),
     form("look", "现场查看", "emits: crew.arrived, fields: [" + flag("large", "大口径", ", fact: large") + "]"),
     rule("repaired", f"{PROMISE}, when: {{large: true}}"),
     form("look", "现场查看", "emits: crew.arrived, fields: [" + flag("large", "大口径", ", fact: large, required: true") + "]")),
    ("K4", "mended.found", "nobody at home, by whatever answer: the repair counts",
     rule("repaired", PROMISE), form("mended", "抢修登记", "emits: repair.completed, fields: [" + ABSENT + "]"),
     rule("repaired", PROMISE), form("mended", "抢修登记", "emits: [{event: repair.completed, when: {found: mended}}, {event: site.unfit, when: {found: absent}}], fields: [" + MENDED_TOO + "]")),
    ("K4", "mended.restored", "the no has an event of its own, and nothing hears it",
     rule("repaired", PROMISE), form("mended", "抢修登记", "emits: [repair.completed, {event: test.failed, when: {restored: false}}], fields: [" + flag("restored", "已恢复供水") + "]"),
     rule("repaired", PROMISE) + AGAIN, form("mended", "抢修登记", "emits: [repair.completed, {event: test.failed, when: {restored: false}}], fields: [" + flag("restored", "已恢复供水") + "]")),
    ("K4", "mended.restored/either", "not restored has a deed of its own that keeps it as well, and nothing more is owed",
     EITHER, form("mended", "抢修登记", "emits: [{event: repair.completed, when: {restored: true}}, {event: test.failed, when: {restored: false}}], fields: [" + flag("restored", "已恢复供水", ", required: true") + "]"),
     EITHER + AGAIN, form("mended", "抢修登记", "emits: [{event: repair.completed, when: {restored: true}}, {event: test.failed, when: {restored: false}}], fields: [" + flag("restored", "已恢复供水", ", required: true") + "]")),
    ("K4", "report.stage/either", "a word on progress keeps it, and a new term runs for the same deed",
     PROGRESS + rule("result-follows", "kind: within, process: repair, start: bulletin.sent, stop: repair.completed, limit: {amount: 9, unit: hour}"),
     STAGES,
     PROGRESS.replace("stop: {any: [repair.completed, bulletin.sent]}", "stop: repair.completed") + rule("result-follows", "kind: within, process: repair, start: bulletin.sent, stop: repair.completed, limit: {amount: 9, unit: hour}"),
     STAGES),
    ("K4", "mended/acceptance", "the repair counts before it was accepted, and a refusal leaves nothing owed",
     rule("repaired", PROMISE),
     form("mended", "抢修登记", f"emits: repair.completed, fields: [{DONE}]") + REFUSED,
     rule("repaired", PROMISE) + AGAIN.replace("again-mended", "reworked"),
     form("mended", "抢修登记", f"emits: repair.completed, fields: [{DONE}]") + REFUSED.replace("works.accepted, when: {passed: true}}", "works.accepted, when: {passed: true}}, {event: test.failed, when: {passed: false}}")),
    ("K7", "refund.charged", "who pays back types what was overcharged as well",
     DOUBLE, form("refund", "退费", f"who: [network], emits: refund.paid, fields: [{PAID}, {CHARGED}]"),
     DOUBLE, form("refund", "退费", f"who: [network], emits: refund.paid, fields: [{PAID}]") + form("review", "收费核查", f"who: [service], emits: test.passed, fields: [{CHARGED}]")),
    ("K8", "size=middle", "small and large have their promise, the middle has none",
     rule("small", f"{PROMISE}, when: {{size: small}}") + rule("large", f"{PROMISE}, when: {{size: large}}"), "",
     rule("small", f"{PROMISE}, when: {{size: [small, middle]}}") + rule("large", f"{PROMISE}, when: {{size: large}}"), ""),
    ("K12", "", "a gate opens from the announced moment on: the promise is kept in its time",
     rule("repaired", PROMISE) + rule("not-before", "kind: gate, process: repair, before: repair.completed, facts: {never: true}"),
     form("mended", "抢修登记", "emits: repair.completed, fields: [{id: done_at, type: moment, title: {zh: 时刻, en: When}, required: true, is: event_time, fact: done_at}]"),
     rule("repaired", PROMISE) + rule("not-before", "kind: gate, process: repair, before: repair.completed, facts: {done_at: {gte: stop_at}}"),
     form("mended", "抢修登记", "emits: repair.completed, fields: [{id: done_at, type: moment, title: {zh: 时刻, en: When}, required: true, is: event_time, fact: done_at}]")
     + form("plan", "停水计划", "emits: site.unfit, fields: [{id: stop_at, type: moment, title: {zh: 计划停水时间, en: Planned stop}, required: true, fact: stop_at}]")),
    ("K12", "", "a promise that no form keeps",
     rule("said", "kind: within, process: repair, start: case.lodged, stop: never.said, limit: {amount: 2, unit: hour}"), "",
     rule("said", "kind: within, process: repair, start: case.lodged, stop: never.said, limit: {amount: 2, unit: hour}"), form("say", "填报", "emits: never.said, fields: [" + DONE + "]")),
    ("K1", "measure/later", "who owes the limit measures the pipe that lengthens it",
     rule("repaired", PROMISE.replace("{amount: 2, unit: hour}", BY_BORE)),
     form("measure", "测量", f"who: [network], emits: crew.arrived, fields: [{MEASURED}]"),
     rule("repaired", PROMISE.replace("{amount: 2, unit: hour}", BY_BORE)),
     form("measure", "测量", f"who: [service], emits: crew.arrived, fields: [{MEASURED}]")),
    ("K1", "rain/pause", "who owes the limit has its pause approved by his own post",
     rule("repaired", f"{PROMISE}, pause: [{RAIN}network}}]"), "",
     rule("repaired", f"{PROMISE}, pause: [{RAIN}service}}]"), ""),
    ("K4", "waive/unreasoned", "somebody else ends the promise and gives no reason",
     VOIDED, form("waive", "免予处理", f"who: [service], emits: site.unfit, fields: [{WHY}]"),
     VOIDED, form("waive", "免予处理", f"who: [service], emits: site.unfit, fields: [{WHY[:-1]}, required: true}}]")),
    ("K4", "work.mended+tested/unticked", "no point of the list is ticked, a word of text will do",
     rule("repaired", PROMISE.replace("repair.completed", "test.passed")),
     form("work", "施工登记", f"emits: test.passed, fields: [{TICKED}, {WHY[:-1]}, required: true}}]"),
     rule("repaired", PROMISE.replace("repair.completed", "test.passed")),
     form("work", "施工登记", f"emits: test.passed, fields: [{TICKED.replace('tick,', 'tick, required: true,')}, {WHY[:-1]}, required: true}}]")),
    ("K4", "walk", "a round of which nothing is recorded",
     rule("round", "kind: recurring, every: month, stop: test.passed"),
     "  walk: {title: {zh: 巡检, en: Walk}, duty: true, emits: test.passed}\n",
     rule("round", "kind: recurring, every: month, stop: test.passed"),
     f"  walk: {{title: {{zh: 巡检, en: Walk}}, duty: true, emits: test.passed, fields: [{WHY[:-1]}, required: true}}]}}\n"),
    ("K4", "case.returned", "who owes the repair sends the matter back, and that keeps it",
     rule("repaired", PROMISE.replace("stop: repair.completed", "stop: {any: [repair.completed, case.returned]}")), "",
     rule("repaired", PROMISE), ""),
    ("K5", "accepted", "who owes it writes down that the customer accepted",
     rule("accepted-in-time", PROMISE.replace("repair.completed", "works.accepted")),
     form("accepted", "客户验收单", f"who: [network], emits: works.accepted, fields: [{WHY[:-1]}, required: true}}]"),
     rule("accepted-in-time", PROMISE.replace("repair.completed", "works.confirmed")),
     form("accepted", "客户验收单", "who: [network], emits: works.confirmed, fields: [{id: own, type: signature, is: customer, title: {zh: 客户, en: Customer}, required: true}]")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "by", "story", "rules", "forms", "rules_mended", "forms_mended"),
    ROWS,
    ids=[f"{row[0]} {row[2]}" for row in ROWS],
)
def test_each_kind_is_found_and_gone_when_mended(
    kind, by, story, rules, forms, rules_mended, forms_mended, tmp_path
):
    (tmp_path / "open").mkdir()
    (tmp_path / "shut").mkdir()
    opened = report(tmp_path / "open", rules, forms)
    assert (kind, by) in {(f.kind, f.by) for f in opened.findings}, list(told(opened, "en"))
    shut = report(tmp_path / "shut", rules_mended, forms_mended)
    assert (kind, by) not in {(f.kind, f.by) for f in shut.findings}, list(told(shut, "en"))


def test_a_notice_is_measured_by_the_plan(tmp_path):
    found = report(
        tmp_path,
        rule("notified", "kind: before, process: repair, start: case.lodged, stop: bulletin.sent, announced: stop_at, limit: {amount: 24, unit: hour}"),
    )  # fmt: skip
    assert ("K6", "notified", "stop_at") in {f.key for f in found.findings}


def test_every_point_of_a_long_checklist_is_tried(tmp_path):
    points = "abcdefgh"
    emits = ", ".join(f"{{event: site.unfit, when: {{{p}: false}}}}" for p in points)
    fields = ", ".join(flag(p, f"第{p}项", ", required: true") for p in (*points, "ignored"))
    forms = form("checklist", "检查单", f"emits: [{emits}, repair.completed], fields: [{fields}]")
    found = report(
        tmp_path, rule("repaired", PROMISE) + AGAIN.replace("test.failed", "site.unfit"), forms
    )
    points_found = {f.by for f in found.findings if f.by.startswith("checklist.")}
    assert points_found == {"checklist.ignored"}


def test_a_no_that_keeps_nothing_loses_nothing(tmp_path):
    """The round is done and the leak still owed: its form may say "not yet"."""
    rules = rule(
        "leak-mended",
        PROMISE.replace("process: repair, ", "").replace("case.lodged", "test.failed"),
    )
    rules += rule("round", "kind: recurring, every: month, stop: test.passed")
    told_well = f"duty: true, emits: [test.passed, {{event: test.failed, when: {{leak: true}}}}], fields: [{flag('leak', '有泄漏问题', ', required: true')}]"
    mended = f"duty: true, emits: {{event: repair.completed, when: {{tight: true}}}}, fields: [{flag('tight', '检漏合格', ', required: true')}]"
    forms = "".join(
        f"  {name}: {{title: {{zh: {name}, en: {name}}}, {words}}}\n"
        for name, words in (("walk", told_well), ("mending", mended))
    )
    assert [f.key for f in report(tmp_path, rules, forms).findings if f.kind == "K10"] == []


def test_customers_are_told_what_no_rule_says(tmp_path):
    words = (
        WORDS
        + "services:\n  burst: {title: {zh: 爆管, en: Burst}, process: repair, notify: [{zh: 我们将在4小时内修复, en: within 4 hours}]}\n"
    )
    found = report(tmp_path, rule("repaired", PROMISE, "2小时内修复"), words=words)
    assert [f.key[:1] + f.key[2:] for f in found.findings if f.kind == "K11"] == [("K11", "burst/4小时")]  # fmt: skip


def test_a_report_reads_in_both_languages(tmp_path):
    found = report(tmp_path, VOIDED, form("unfit", "条件核查", "who: [network], emits: site.unfit"))
    assert any("管网部" in line and "条件核查" in line for line in told(found, "zh"))
    assert any("Network, who owes it" in line for line in told(found, "en"))
    assert set(found.counted()) <= set(KINDS)


@pytest.mark.parametrize(
    ("cut", "zh", "en"),
    [
        ((), "各服务项目均已试完", "0 loopholes; 1 move played; every service played to the end"),
        (
            (("leak", Text("报漏", "Leak")),),
            "1个服务项目未试完：leak（报漏）",
            "1 service not played to the end: leak (Leak)",
        ),
        (
            (("burst", Text("爆管", "Burst")), ("leak", Text("报漏", "Leak"))),
            "2个服务项目未试完：burst（爆管）、leak（报漏）",
            "2 services not played to the end: burst (Burst), leak (Leak)",
        ),
    ],
)
def test_services_that_were_not_played_to_the_end_are_named_and_counted(cut, zh, en):
    found = Report(pack="p", findings=(), accepted=(), stale=(), played=1, cut=cut)
    assert next(told(found, "zh")).endswith(zh)
    assert next(told(found, "en")).endswith(en)
    assert found.as_dict()["not_played_to_the_end"] == [service for service, _ in cut]


def test_what_lies_behind_a_handing_over_that_waits_is_played_too(tmp_path):
    rules = (
        rule("order-first", "kind: gate, process: repair, before: [case.handed_over], until: test.passed")
        + VOIDED.replace("start: case.lodged", "start: case.handed_over")
    )  # fmt: skip
    forms = form("order", "任务单", "emits: test.passed") + form(
        "unfit", "条件核查", "who: [network], emits: site.unfit"
    )
    found = report(tmp_path, rules, forms)
    assert ("K1", "repaired", "unfit/void") in {f.key for f in found.findings}


@pytest.mark.parametrize("pack", ["gas-callcentre", "water-company"])
def test_a_shipped_pack_has_nothing_unexplained(pack):
    """What an outside reader found in it by hand is mended, and stays so."""
    found = loopholes(shipped(pack))
    assert not found.findings, list(told(found, "en"))
    assert not found.stale


@pytest.mark.parametrize(
    ("accepts", "tight", "said"),
    [
        ("", False, "Released by who owes it (1)"),
        (", accepts: [{kind: K1, by: unfit/void, reading: A-1}]", True, "accepted by reading A-1: K1 repaired unfit/void"),
        (", accepts: [{kind: K1, by: unfit/void, reading: A-1}, {kind: K3, by: x, reading: A-1}]", False, "accepted but not found: take it out of the pack: K3 repaired x"),
    ],
)  # fmt: skip
def test_a_reading_accepts_what_is_known_and_nothing_else(tmp_path, accepts, tight, said):
    forms = form("unfit", "条件核查", "who: [network], emits: site.unfit")
    rules = rule("repaired", f"{PROMISE}, void_on: site.unfit{accepts}")
    words = (
        WORDS
        + "readings: {A-1: {zh: 管网部自行核查，次日抽查, en: The network department decides}}\n"
    )
    found = report(tmp_path, rules, forms, words)
    of_kind = [f for f in found.findings if f.kind == "K1"]
    assert (not of_kind and not found.stale) is tight
    assert any(said in line for line in told(found, "en"))
