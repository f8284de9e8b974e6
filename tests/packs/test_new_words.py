# ruff: noqa: E501 (a row is one line, so that it can be read)
"""The words by which a rule is tight: who releases, what undoes, what is compared, what is known."""

from __future__ import annotations

from pathlib import Path

import pytest

from chengnuo.packs.checking import check
from chengnuo.packs.errors import PackError
from chengnuo.packs.loader import LoadedPack, load
from chengnuo.rules import conditions
from tests.packs.played import Row, outcome
from tests.packs.small import HEADER

WORDS = """
roles:
  network: {title: {zh: 管网部, en: Network}}
  dispatcher: {title: {zh: 调度, en: Dispatcher}}
  service: {sees: company, acts: [accepting], title: {zh: 客服部, en: Service}}
events:
  repair.completed: {title: {zh: 修复, en: Repaired}}
  callback.made: {title: {zh: 回访, en: Called back}}
  site.unfit: {title: {zh: 条件不具备, en: Unfit}}
  leak.passed: {title: {zh: 检漏合格, en: Passed}}
  leak.found: {title: {zh: 检出渗漏, en: Leak found}}
  works.changed: {title: {zh: 返工, en: Reworked}}
  refund.paid: {title: {zh: 已退费, en: Refunded}}
  notice.sent: {title: {zh: 已通知, en: Notice sent}}
  supply.stopped: {title: {zh: 已停水, en: Stopped}}
  bulletin.sent: {title: {zh: 通报, en: Bulletin sent}}
  callback.given-up: {title: {zh: 放弃回访, en: Given up}}
  customer.agreed: {title: {zh: 客户认可, en: Agreed}, evidence: [customer]}
facts:
  area: {type: choice, title: {zh: 区域, en: Area}, values: {urban: {zh: 市区, en: Urban}, rural: {zh: 农村, en: Rural}}}
  agreed_at: {type: moment, title: {zh: 约定时间, en: Agreed}}
  bore: {type: choice, title: {zh: 口径, en: Bore}, values: {small: {zh: 小, en: Small}, large: {zh: 大, en: Large}}}
  overcharged: {type: number, title: {zh: 多收, en: Overcharged}}
  refunded: {type: number, title: {zh: 退还, en: Refunded}}
  stop_at: {type: moment, title: {zh: 计划停水, en: Planned stop}}
"""
CLAUSE = "clause: {source: R, place: 第一条}, title: {zh: 规则, en: Rule}"
LIMIT = "limit: {amount: 2, unit: hour}"
RULES = f"""
rules:
  repaired: {{kind: within, process: repair, start: case.lodged, stop: repair.completed, owed_by: network, {LIMIT}, void_on: site.unfit, released_by: [dispatcher], appointment: {{event: appointment.agreed, fact: agreed_at}}, readings: [n], {CLAUSE}}}
  large-bore: {{kind: within, process: repair, start: case.lodged, stop: repair.completed, owed_by: network, {LIMIT}, when: {{bore: large}}, until_known: binds, readings: [n], {CLAUSE}}}
  small-bore: {{kind: within, process: repair, start: case.lodged, stop: repair.completed, owed_by: network, {LIMIT}, when: {{bore: small}}, readings: [n], {CLAUSE}}}
  tight-first: {{kind: gate, process: repair, before: repair.completed, until: leak.passed, since: [leak.found, works.changed], when: {{area: rural}}, {CLAUSE}}}
  double: {{kind: gate, process: repair, before: refund.paid, facts: {{refunded: {{gte: "2 * overcharged"}}}}, {CLAUSE}}}
  noticed: {{kind: before, process: repair, announced: stop_at, stop: notice.sent, happened: supply.stopped, owed_by: network, limit: {{amount: 48, unit: hour}}, readings: [n], {CLAUSE}}}
  called: {{kind: within, process: repair, start: repair.completed, stop: callback.made, void_on: callback.given-up, owed_by: service, limit: {{amount: 3, unit: natural_day}}, readings: [n], blocks_close: false, {CLAUSE}}}
readings: {{n: {{zh: 2小时，48小时，3日, en: '2 hours, 48 hours, 3 days'}}}}
"""
FIELD = "{{id: {0}, type: {1}, title: {{zh: 项, en: Item}}{2}}}"


def form(name: str, emits: str, fields: str = "", more: str = "") -> str:
    return f"  {name}: {{title: {{zh: 表, en: Form}}, processes: [repair], after: case.lodged, emits: {emits}, fields: [{fields}]{more}}}\n"


def field(name: str, kind: str, more: str = "") -> str:
    return FIELD.format(name, kind, more)


FORMS = "forms:\n" + "".join((
    form("unfit", "site.unfit"),
    form("agreed", "appointment.agreed", field("agreed_at", "moment", ", required: true, fact: agreed_at")),
    form("look", "facts.changed", field("bore", "choice", ", fact: bore")),
    form("leak-test", "[{event: leak.passed, when: {tight: true}}, {event: leak.found, when: {tight: false}}]", field("tight", "flag")),
    form("rework", "works.changed"),
    form("done", "repair.completed"),
    form("charge", "facts.changed", field("overcharged", "number", ", fact: overcharged")),
    form("refund", "refund.paid", field("refunded", "number", ", required: true, fact: refunded")),
    form("plan", "facts.changed", field("stop_at", "moment", ", fact: stop_at")),
    form("notice", "notice.sent"),
    form("stop", "supply.stopped"),
    form("call", "[{event: callback.made, when: {reached: true}}]", field("reached", "flag")),
    form("give-up", "callback.given-up", more=", attempts: {of: [call], times: 3, apart: {amount: 2, unit: hour}}"),
))  # fmt: skip

TOLD = {"area": "urban"}
RURAL = {"area": "rural"}
ROWS = (
    Row("repaired", "the dispatcher says that the site is unfit", "ended", "leak", (("0:20", "dispatcher", "unfit"),), TOLD),
    Row("repaired", "who owes it says so himself", "refused", "leak", (("0:20", "network", "unfit"),), TOLD),
    Row("repaired", "who owes it enters a later time", "refused", "leak", (("0:20", "network", "agreed", {"agreed_at": "9d"}),), TOLD),
    Row("repaired", "the dispatcher enters a later time", "running", "leak", (("0:20", "dispatcher", "agreed", {"agreed_at": "9d"}), ("2d",)), TOLD),
    Row("repaired", "who owes it enters an earlier time: that lets nobody off", "broken", "leak", (("0:20", "network", "agreed", {"agreed_at": "1:00"}), ("1:01",)), TOLD),
    Row("large-bore", "nobody told the bore", "broken", "leak", (("2:01",),), TOLD),
    Row("large-bore", "the bore was left blank", "broken", "leak", (("0:10", "network", "look"), ("2:01",)), TOLD),
    Row("large-bore", "it turns out to be small", "ended", "leak", (("0:10", "network", "look", {"bore": "small"}),), TOLD),
    Row("small-bore", "without the word a rule waits for its fact", "no promise", "leak", (("2:01",),), TOLD),
    Row("tight-first", "a pass opens it", "no promise", "leak", (("0:10", "network", "leak-test", {"tight": True}), ("0:20", "network", "done")), RURAL),
    Row("tight-first", "a leak found after the pass shuts it again", "refused", "leak", (("0:10", "network", "leak-test", {"tight": True}), ("0:15", "network", "leak-test", {"tight": False}), ("0:20", "network", "done")), RURAL),
    Row("tight-first", "works after the pass shut it again", "refused", "leak", (("0:10", "network", "leak-test", {"tight": True}), ("0:15", "network", "rework"), ("0:20", "network", "done")), RURAL),
    Row("double", "one yuan for three hundred", "refused", "leak", (("0:10", "network", "charge", {"overcharged": 300}), ("0:20", "network", "refund", {"refunded": 1})), TOLD),
    Row("double", "twice, to the fen", "no promise", "leak", (("0:10", "network", "charge", {"overcharged": "300.05"}), ("0:20", "network", "refund", {"refunded": "600.1"})), TOLD),
    Row("double", "a fen less", "refused", "leak", (("0:10", "network", "charge", {"overcharged": "300.05"}), ("0:20", "network", "refund", {"refunded": "600.09"})), TOLD),
    Row("double", "nobody told what was charged: it cannot be held against anything", "refused", "leak", (("0:20", "network", "refund", {"refunded": 600}),), TOLD),
    Row("noticed", "notice two days before the plan, and the stop as planned", "kept", "leak", (("0:05", "network", "plan", {"stop_at": "3d"}), ("0:10", "network", "notice"), ("3d", "network", "stop")), TOLD),
    Row("noticed", "notice in time for the plan, and the stop the same day", "kept late", "leak", (("0:05", "network", "plan", {"stop_at": "3d"}), ("0:10", "network", "notice"), ("4:00", "network", "stop")), TOLD),
    Row("noticed", "the stop comes without any notice", "broken", "leak", (("0:05", "network", "plan", {"stop_at": "9d"}), ("4:00", "network", "stop")), TOLD),
    Row("noticed", "neither plan nor notice, and the supply is cut", "broken", "leak", (("4:00", "network", "stop"),), TOLD),
    Row("noticed", "the stop is put off: whoever was told in time stays told in time", "kept", "leak", (("0:05", "network", "plan", {"stop_at": "3d"}), ("0:10", "network", "notice"), ("5d", "network", "stop")), TOLD),
    Row("called", "given up after one call", "refused", "leak", (("1:00", "network", "done"), ("2:00", "service", "call"), ("2:05", "service", "give-up")), TOLD),
    Row("called", "three calls within minutes are one", "refused", "leak", (("1:00", "network", "done"), ("2:00", "service", "call"), ("2:05", "service", "call"), ("2:10", "service", "call"), ("2:15", "service", "give-up")), TOLD),
    Row("called", "three calls over a day", "ended", "leak", (("1:00", "network", "done"), ("2:00", "service", "call"), ("4:00", "service", "call"), ("1d", "service", "call"), ("1d 1:00", "service", "give-up")), TOLD),
)  # fmt: skip


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> LoadedPack:
    return _pack(tmp_path_factory.mktemp("words"))


def _pack(folder: Path, rules: str = RULES, forms: str = FORMS) -> LoadedPack:
    place = folder / "pack"
    place.mkdir()
    header = (
        HEADER.partition("facts:")[0] + HEADER[HEADER.index("services:") : HEADER.index("forms:")]
    )
    header = f'{header}version: "1"\nin_force: {{from: 2023-01-01}}\n'
    for name, text in (("pack", header), ("words", WORDS), ("rules", rules), ("forms", forms)):
        (place / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(str(place))


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_becomes_of_it(tight: LoadedPack, row: Row) -> None:
    assert outcome(tight, row) == row.outcome


# what is written, what the check says of it
REFUSED = (
    ("who owes it releases himself", RULES.replace("released_by: [dispatcher]", "released_by: [network]"), FORMS, "may not release itself"),
    ("a bound that nobody knows", RULES.replace("2 * overcharged", "2 * nothing_told"), FORMS, "unknown fact 'nothing_told'"),
    ("twice a moment", RULES.replace('refunded: {gte: "2 * overcharged"}', 'stop_at: {gte: "2 * agreed_at"}'), FORMS, "cannot be compared so with agreed_at"),
    ("a number against a moment", RULES.replace("2 * overcharged", "stop_at"), FORMS, "cannot be compared so with stop_at"),
    ("bounds that no number meets", RULES.replace('{gte: "2 * overcharged"}', "{gte: 10, lte: 5}"), FORMS, "no value meets both"),
    ("nothing is unknown without a condition", RULES.replace("owed_by: service,", "owed_by: service, until_known: binds,"), FORMS, "'until_known' needs when"),
    ("evidence that no form asks for", RULES, FORMS + form("accept", "customer.agreed"), "a required field is missing: is: customer"),
    ("evidence that may be left out", RULES, FORMS + form("accept", "customer.agreed", field("sign", "signature", ", is: customer")), "a required field is missing: is: customer"),
    ("the technician's word for the customer's", RULES, FORMS + form("accept", "customer.agreed", field("sign", "flag", ", required: true, is: customer")), "the customer's own confirmation"),
    ("attempts counted in days", RULES, FORMS.replace("{amount: 2, unit: hour}}", "{amount: 2, unit: natural_day}}"), "second, minute or hour"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "forms", "says"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_what_is_refused(tmp_path: Path, rules: str, forms: str, says: str) -> None:
    try:
        found = [p.what.en for p in check(_pack(tmp_path, rules, forms))]
    except PackError as error:
        found = [str(error)]
    assert any(says in one for one in found), found


def test_multiples_are_counted_to_the_fen() -> None:
    three_times = conditions.Test("paid", "gte", (conditions.Times("owed", 3),))
    assert three_times.holds({"owed": 0.1, "paid": 0.3}) is True
    assert three_times.holds({"owed": 0.1, "paid": 0.29}) is False
    assert three_times.holds({"paid": 0.29}) is None
    above = conditions.Test("back", "gte", (conditions.Times("charged", less="told"),))
    assert above.holds({"charged": 99.9, "told": 80.1, "back": 19.8}) is True
    assert above.holds({"charged": 99.9, "told": 80.1, "back": 19.79}) is False
    assert above.holds({"charged": 99.9, "back": 19.8}) is None


def test_a_signature_where_it_is_needed_is_taken(tmp_path: Path) -> None:
    signed = form(
        "accept",
        "[{event: customer.agreed, when: {ok: true}}]",
        field("ok", "flag")
        + ", "
        + field("sign", "signature", ", required_when: {ok: true}, is: customer"),
    )
    assert not [p for p in check(_pack(tmp_path, RULES, FORMS + signed)) if "evidence" in p.what.en]
