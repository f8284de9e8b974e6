# ruff: noqa: E501 (a row is one line, so that it can be read)
"""A small sound pack to test with, and how to write it, or a broken one, into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from chengnuo.packs.checking import check
from chengnuo.packs.errors import PackError
from chengnuo.packs.loader import LoadedPack, load

PACK = """
id: small-water
title: {zh: 小水司, en: Small water}
version: "1"
utility: water
in_force: {from: 2026-01-01}
sources:
  R: {title: {zh: 服务规定, en: Service regulation}}
readings:
  A-01: {zh: 五日指自然日, en: Five days are natural days}
settings:
  inspection: {title: {zh: 周期, en: Period}, values: [unset, month, year], value: unset}
roles:
  network: {title: {zh: 管网部, en: Network department}}
facts:
  area: {type: choice, title: {zh: 区域, en: Area}, values: {urban: {zh: 市区, en: Urban}, rural: {zh: 农村, en: Rural}}}
  diameter_mm: {type: number, title: {zh: 管径, en: Diameter}, min: 1, max: 5000}
  emergency: {type: flag, title: {zh: 紧急, en: Emergency}}
  stop_at: {type: moment, title: {zh: 停水时间, en: Stop}}
events:
  crew.arrived: {title: {zh: 到场, en: Crew arrived}}
  repair.completed: {title: {zh: 修复, en: Repaired}}
  callback.made: {title: {zh: 回访, en: Called back}}
  register.kept: {title: {zh: 台账, en: Register kept}}
indicators:
  K-1: {title: {zh: 及时率, en: On-time rate}, formula: {zh: 及时数/总数, en: on time / all}}
services:
  leak: {title: {zh: 漏水, en: Leak}, process: repair, owner: network, facts: [area, diameter_mm]}
processes:
  repair: {title: {zh: 维修, en: Repair}, closes_on: [callback.made], indicators: [K-1]}
forms:
  arrival:
    title: {zh: 到场登记, en: Arrival}
    processes: [repair]
    who: [network]
    after: case.lodged
    emits: crew.arrived
    fields: [{id: diameter_mm, type: number, title: {zh: 管径, en: Diameter}, fact: diameter_mm}]
  repaired:
    title: {zh: 修复登记, en: Repair}
    processes: [repair]
    who: [network]
    after: crew.arrived
    emits: repair.completed
  callback:
    title: {zh: 回访, en: Callback}
    processes: [repair]
    after: repair.completed
    emits: callback.made
  register:
    title: {zh: 台账, en: Register}
    duty: true
    emits: register.kept
rules:
  arrival:
    kind: within
    process: repair
    clause: {source: R, place: 第三条, quote: 市区30分钟、农村60分钟内到达}
    title: {zh: 到场, en: Arrive}
    start: case.lodged
    stop: crew.arrived
    limit:
      table:
        - {when: {area: urban}, amount: 30, unit: minute}
        - {when: {area: rural}, amount: 60, unit: minute}
  repair:
    kind: within
    process: repair
    clause: {source: R, place: 第四条, quote: 二十四小时内修复}
    title: {zh: 修复, en: Repair}
    start: crew.arrived
    stop: repair.completed
    limit: {amount: 24, unit: hour}
  callback:
    kind: within
    process: repair
    clause: {source: R, place: 第五条, quote: 次日回访}
    title: {zh: 回访, en: Call back}
    start: repair.completed
    stop: callback.made
    limit: {amount: 1, unit: next_day}
  register:
    kind: recurring
    clause: {source: R, place: 第六条, quote: 定期登记}
    title: {zh: 台账, en: Register}
    every: {setting: inspection}
    stop: register.kept
  no-night-work:
    kind: prohibition
    clause: {source: R, place: 第七条, quote: 夜间不得停水}
    title: {zh: 夜间不停水, en: No stop at night}
    held_by: script
    forbids: crew.arrived
    between: "22:00-06:00"
"""
EXAMPLES = """
- name: {zh: 农村报漏, en: A leak in the country}
  rule: arrival
  at: 2026-09-30T16:00+08:00
  facts: {area: rural}
  due: 2026-09-30T17:00+08:00
"""


def written(folder: Path, *parts: str, **files: str) -> Path:
    """A pack folder: `parts` joined are its pack.yaml, `files` its other files by stem."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pack.yaml").write_text("\n".join(parts), encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def changed(path: str, value: Any, text: str = PACK) -> str:
    """The small pack with one value replaced, or taken out where `value` is ...; path as `a/b/0/c`."""
    data = yaml.safe_load(text)
    *above, last = path.split("/")
    held: Any = data
    for part in above:
        held = held[int(part)] if isinstance(held, list) else held[part]
    if value is ...:
        del held[last]
    elif isinstance(held, list):
        held[int(last)] = value
    else:
        held[last] = value
    return yaml.safe_dump(data, allow_unicode=True, sort_keys=False)


def faults(folder: Path) -> list[str]:
    """What is wrong with a pack, line by line, whether it loads or not."""
    try:
        return [str(p) for p in check(load(str(folder)))]
    except PackError as error:
        return [str(p) for p in error.problems]


def loaded(folder: Path) -> LoadedPack:
    return load(str(folder))


def not_loaded(folder: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        load(str(folder))
    return [str(p) for p in caught.value.problems]
