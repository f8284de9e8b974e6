# ruff: noqa: E501 (a row is one line, so that it can be read)
"""A small utility to test with: its calendar, its moments, and rules written in the pack language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import TypeAdapter

from chengnuo.packs.compiling import calendar_plan, compiled
from chengnuo.packs.notices import shipped_notices
from chengnuo.packs.schema import Pack
from chengnuo.packs.triggers import LimitField
from chengnuo.rules.calendar import Calendar, PublishedNotice
from chengnuo.rules.clock import Due, due_at, notice_due
from chengnuo.rules.counting import Pause
from chengnuo.rules.evolve import evolve
from chengnuo.rules.limits import Limit
from chengnuo.rules.react import react
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.state import TIME_PASSED, Decision, Denied, Event, ObligationState, State

SHANGHAI = "Asia/Shanghai"
HEADER = """
id: small-utility
title: {zh: 小型公用事业, en: Small utility}
version: "1"
utility: water
in_force: {from: 2024-01-01}
sources: {R: {title: {zh: 服务规定, en: Service regulation}}}
facts:
  area: {type: choice, title: {zh: 区域, en: Area}, values: {urban: {zh: 市区, en: Urban}, rural: {zh: 农村, en: Rural}}}
  diameter_mm: {type: number, unit: mm, title: {zh: 管径, en: Diameter}, min: 1, max: 5000}
  emergency: {type: flag, title: {zh: 紧急, en: Emergency}}
  certificate: {type: choice, title: {zh: 证书, en: Certificate}, values: {valid: {zh: 有效, en: Valid}, expired: {zh: 过期, en: Expired}}}
  agreed_at: {type: moment, title: {zh: 约定时间, en: Agreed}}
  stop_at: {type: moment, title: {zh: 停水时间, en: Stop}}
calendar:
  shifts: {day: "08:00-20:00", night: "20:00-08:00"}
processes:
  repair:
    title: {zh: 维修, en: Repair}
    closes_on: [callback.made]
"""


def at(text: str, zone: str = SHANGHAI) -> datetime:
    """`2026-02-13 10:00` as a local moment; `24:00` is the end of the day."""
    day, _, clock = text.partition(" ")
    moment = datetime.fromisoformat(f"{day} {'00:00' if clock == '24:00' else clock or '00:00'}")
    ordinal = moment.toordinal() + (clock == "24:00")
    local = datetime.combine(datetime.fromordinal(ordinal), moment.time())
    return local.replace(tzinfo=ZoneInfo(zone))


@cache
def calendar(words: str = "{}", zone: str = SHANGHAI, *notices: PublishedNotice) -> Calendar:
    """A calendar written as in a pack: `{closed_days: …}`; the shipped notices if none are given."""
    data = yaml.safe_load(HEADER)
    shape = yaml.load(words, yaml.BaseLoader)
    data["calendar"] = {**data["calendar"], **shape}
    data["in_force"]["from"] = "2024-01-01"
    pack = Pack.model_validate({**data, "time_zone": zone})
    return Calendar(calendar_plan(pack), notices or shipped_notices())


def limit(words: str, **settings: str) -> Limit:
    """A limit as a pack says it: `{amount: 3, unit: working_day}`."""
    shape: Any = TypeAdapter(LimitField).validate_python(yaml.safe_load(words))
    made: Limit = shape.limit(settings)
    return made


def count(words: str, start: str, **known: Any) -> Due:
    """The due moment of a limit from a local start, in the ordinary calendar."""
    used = known.pop("calendar", None) or calendar()
    pauses = [Pause(at(a), at(b)) for a, b in known.pop("pauses", ())]
    return due_at(limit=limit(words), start=at(start), calendar=used, facts=known, pauses=pauses)


def back(words: str, announced: str, **known: Any) -> Due:
    """The last moment for a notice ahead of a local announced moment."""
    used = known.pop("calendar", None) or calendar()
    return notice_due(limit=limit(words), announced=at(announced), calendar=used, facts=known)


def pack(rules: str) -> Pack:
    data = yaml.safe_load(HEADER)
    data["in_force"]["from"] = "2024-01-01"
    written = yaml.safe_load(rules)
    for rule_id, rule in written.items():
        rule.setdefault("clause", {"source": "R", "place": "第一条"})
        rule.setdefault("title", {"zh": rule_id, "en": rule_id})
    return Pack.model_validate({**data, "rules": written})


def book(rules: str) -> Rulebook:
    """A rulebook from rules as a pack writes them; clause and title may be left out."""
    return compiled(pack(rules), digest="test", notices=shipped_notices())


class Docket:
    """One case, told event by event. Moments are local; `tick` lets time pass."""

    def __init__(self, rulebook: Rulebook, opened: str = "2026-03-09 09:00") -> None:
        self.book = rulebook
        self.state = State(subject="case", service="leak", process="repair", round_at=at(opened))
        self.told: list[Decision] = []

    def happens(self, name: str, moment: str, **facts: Any) -> tuple[Decision, ...]:
        """One event; `target` and `reason` belong to the event, everything else is a fact."""
        own = {k: facts.pop(k) for k in ("target", "reason", "due_at") if k in facts}
        return self.take(Event(name=name, at=at(moment), facts=facts, **own))

    def take(self, event: Event) -> tuple[Decision, ...]:
        decided = react(self.book, self.state, event)
        self.state = evolve(self.state, decided, event)
        self.told += decided
        return decided

    def tick(self, moment: str) -> tuple[Decision, ...]:
        return self.happens(TIME_PASSED, moment)

    def __getitem__(self, key: str) -> ObligationState:
        return self.state.find(key if "#" in key else f"{key}#1")


def refused(decided: Iterable[Decision]) -> list[str]:
    """The rules that refused an event, and nothing else may have been decided."""
    decided = list(decided)
    found = [d.rule for d in decided if isinstance(d, Denied)]
    assert not found or len(found) == len(decided)
    return found
