"""A small company at work, its people in front of a browser, and a moment that stands still."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.people.models import Staff
from tests.companies import House, house, rule, small_pack
from tests.pages import in_one_line
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
LATER = NOW + timedelta(minutes=30)
RULES = "".join(
    (
        rule(
            "repaired-soon",
            "kind: within, start: case.lodged, stop: repair.completed, owed_by: network, "
            "limit: {amount: 2, unit: hour}, pause: [{reason: storm, title: {zh: 暴雨, en: Storm}, "
            "proof: {zh: 气象预警, en: Weather warning}, cap: {amount: 5, unit: hour}, "
            "approver: service}], "
            "appointment: {event: appointment.agreed, fact: agreed_at}",
        ),
        rule("first-arrive", "kind: gate, before: [repair.completed], until: crew.arrived"),
        rule(
            "bulletin-due",
            "kind: recurring, every: month, by: {day: 15}, in: next, stop: bulletin.sent, "
            "owed_by: service",
        ),
    )
)
FORMS = """
forms:
  survey:
    title: {zh: 勘察登记, en: Survey}
    processes: [repair]
    after: case.lodged
    emits: facts.changed
    fields:
      - {id: count, type: integer, title: {zh: 处数, en: Count}, required: true, min: 1, max: 9}
      - {id: remark, type: long_text, title: {zh: 说明, en: Remark}}
      - {id: where, type: choice, title: {zh: 位置, en: Where}, values: {road: {zh: 路面, en: Road}, yard: {zh: 院内, en: Yard}}}
      - {id: tools, type: choices, title: {zh: 工具, en: Tools}, values: {pump: {zh: 水泵, en: Pump}, saw: {zh: 锯, en: Saw}}}
      - {id: told, type: flag, title: {zh: 已告知, en: Told}}
      - {id: picture, type: file, title: {zh: 照片, en: Picture}}
  asked-back:
    title: {zh: 满意度回访, en: Satisfaction call}
    processes: [repair]
    after: repair.completed
    callback: {satisfied: {answer: content}, dissatisfied: {answer: not}}
    emits: facts.changed
    fields: [{id: answer, type: choice, title: {zh: 评价, en: Answer}, values: {content: {zh: 满意, en: Content}, not: {zh: 不满意, en: Not}}}]
"""  # noqa: E501 (a row is one line, so that it can be read)
TOKEN = "a-token-of-this-page"


@pytest.fixture(autouse=True)
def clock():
    """The moment at which pages are asked for."""
    with time_machine.travel(LATER, tick=False) as moment:
        yield moment


@pytest.fixture
def firm(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    folder = tmp_path / "small-1"
    folder.mkdir()
    (folder / "survey.yaml").write_text(FORMS, encoding="utf-8")
    escalate = "escalate: [{after: {amount: 0, unit: minute}, to: line-1}]"
    return house(small_pack(tmp_path, RULES, more=escalate))


@pytest.fixture
def leak(firm) -> Case:
    return take(firm)


@pytest.fixture
def browser(firm):
    """The head of the company, reading English."""
    return sits(firm.top)


def take(firm: House, narrative="路面冒水", token="leak-1", **more) -> Case:
    """A leak lodged half an hour before the page is asked for."""
    asked = {
        "contact_name": "演示客户甲",
        "contact_phone": "13800000001",
        "address": "示例市示例路1号1单元101室",
        **more,
    }
    request = Request(service="leak", channel="phone", narrative=narrative, token=token, **asked)
    return lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=firm.people["network"])


def sits(person: Staff, language: str = "en") -> Client:
    client = Client()
    client.force_login(person)
    client.cookies["chengnuo_language"] = language
    return client


def page(response) -> str:
    """What a browser makes of an answer: where a template breaks its lines is nobody's matter."""
    return unescape(in_one_line(response.content.decode()))


def control(html: str, name: str) -> str:
    """The tag of the control with this name."""
    found = re.search(rf'<(?:input|select|textarea)[^>]*name="{re.escape(name)}"[^>]*>', html)
    assert found, f"no control {name}"
    return found.group()


def error_at(html: str, field_id: str) -> str:
    """What is said under a field."""
    found = re.search(rf'id="{field_id}-error"[^>]*>(.*?)</p>', html, re.DOTALL)
    return re.sub(r"<[^>]+>", "", found.group(1)).strip() if found else ""
