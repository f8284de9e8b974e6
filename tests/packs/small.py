# ruff: noqa: E501 (a row is one line, so that it can be read)
"""A small pack of rules that a test writes in the pack language, without a database."""

from __future__ import annotations

from pathlib import Path

from chengnuo.packs.loader import LoadedPack, load

HEADER = """
id: small-utility
title: {zh: 小型公用事业, en: Small utility}
utility: water
sources: {R: {title: {zh: 服务规定, en: Service regulation}}}
facts:
  area: {type: choice, title: {zh: 区域, en: Area}, values: {urban: {zh: 市区, en: Urban}, rural: {zh: 农村, en: Rural}}}
  agreed_at: {type: moment, title: {zh: 约定时间, en: Agreed}}
roles:
  network: {title: {zh: 管网部, en: Network}}
  service: {sees: company, acts: [accepting], title: {zh: 客服部, en: Service}}
events:
  repair.completed: {title: {zh: 修复, en: Repaired}}
  callback.made: {title: {zh: 回访, en: Called back}}
  crew.arrived: {title: {zh: 到场, en: Arrived}}
  bulletin.sent: {title: {zh: 通报, en: Bulletin sent}}
services:
  leak: {title: {zh: 漏水, en: Leak}, process: repair, owner: network, facts: [area]}
processes:
  repair: {title: {zh: 维修, en: Repair}, closes_on: [callback.made]}
forms:
  repaired:
    title: {zh: 修复登记, en: Repair done}
    processes: [repair]
    after: case.lodged
    not_after: repair.completed
    emits: repair.completed
    fields:
      - {id: done_at, type: moment, title: {zh: 修复时刻, en: Done at}, required: true, is: event_time}
      - {id: remark, type: long_text, title: {zh: 备注, en: Remark}}
  arrival:
    title: {zh: 到场登记, en: Arrival}
    processes: [repair]
    after: case.lodged
    not_after: crew.arrived
    emits: crew.arrived
  call:
    title: {zh: 回访登记, en: Callback}
    processes: [repair]
    after: repair.completed
    not_after: callback.made
    emits: callback.made
  bulletin:
    title: {zh: 通报, en: Bulletin}
    duty: true
    emits: bulletin.sent
    fields: [{id: figure, type: number, title: {zh: 数, en: Figure}, required: true}]
"""


def small_pack(
    folder: Path, rules: str, *, version: str = "1", begins: str = "2023-01-01", more: str = ""
) -> LoadedPack:
    """A pack of a small water utility with the rules that a test writes in the pack language."""
    place = folder / f"small-{version}"
    place.mkdir(parents=True, exist_ok=True)
    header = f'{HEADER}version: "{version}"\nin_force: {{from: {begins}}}\n{more}\n'
    (place / "pack.yaml").write_text(header, encoding="utf-8")
    (place / "rules.yaml").write_text(f"rules:\n{rules}", encoding="utf-8")
    return load(str(place))


def rule(name: str, words: str) -> str:
    """One rule in the pack language; the clause and the title are filled in."""
    title = f"title: {{zh: {name}, en: {name}}}, clause: {{source: R, place: 第一条}}"
    return f"  {name}: {{{words}, {title}}}\n"
