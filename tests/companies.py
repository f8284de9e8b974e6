"""Invented companies to test with: one unit, one post and one person for every role of a pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from chengnuo.obligations.services import install
from chengnuo.packs.loader import LoadedPack, load
from chengnuo.people.access import ADMINISTRATOR
from chengnuo.people.models import Organisation, Post, Staff
from chengnuo.people.queries import Roster, roster_of
from chengnuo.people.services import appoint, found_organisation, hire, open_post

LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)
HEAD = "general-manager"


@dataclass(slots=True)
class House:
    """A company at work. `units`, `posts` and `people` are found by role; `top` heads them all."""

    company: Organisation
    top: Staff
    units: dict[str, Organisation] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Staff] = field(default_factory=dict)

    def again(self) -> Organisation:
        """The company as it stands in the database now."""
        self.company = Organisation.objects.get(pk=self.company.pk)
        return self.company

    @property
    def roster(self) -> Roster:
        return roster_of(company=self.again())


def house(
    pack: LoadedPack | str = "water-company",
    *,
    code: str = "T",
    parent: Organisation | None = None,
    roles: tuple[str, ...] | None = None,
) -> House:
    """A company working by a pack, which is installed; everybody reports to its head."""
    loaded = load(pack) if isinstance(pack, str) else pack
    install(loaded=loaded, now=LONG_AGO)
    company = found_organisation(
        code=code,
        name_zh=f"示例公司{code}",
        name_en=f"Example {code}",
        kind="company",
        now=LONG_AGO,
        parent=parent,
        pack=loaded.pack.id,
    )
    top = seat(company, HEAD, f"{code}-top", None)
    made = House(company, top[1])
    made.units[HEAD], made.posts[HEAD], made.people[HEAD] = company, *top
    wanted = tuple(loaded.pack.roles) if roles is None else roles
    for index, role in enumerate(r for r in wanted if r != HEAD):
        unit = found_organisation(
            code=f"{code}-{index}",
            name_zh=role,
            name_en=role,
            kind="department",
            now=LONG_AGO,
            parent=company,
        )
        made.units[role] = unit
        made.posts[role], made.people[role] = seat(unit, role, f"{code}-{role}"[:30], top[0])
    made.again()
    return made


def seat(unit: Organisation, role: str, badge: str, reports_to: Post | None) -> tuple[Post, Staff]:
    """A post at the head of a unit, and somebody on it."""
    post = open_post(
        organisation=unit,
        role=role,
        title_zh=role,
        title_en=role,
        now=LONG_AGO,
        is_head=True,
        reports_to=reports_to,
    )
    person = hire(badge=badge, name=role, organisation=unit, password=badge, now=LONG_AGO)
    appoint(staff=person, post=post, now=LONG_AGO)
    return post, person


def administrator(made: House, *, now: datetime = LONG_AGO) -> Staff:
    """Somebody who keeps the house, in a unit of his own."""
    code = made.company.code
    unit = found_organisation(
        code=f"{code}-house",
        name_zh="信息化部",
        name_en="Information systems",
        kind="department",
        now=now,
        parent=made.company,
    )
    return seat(unit, ADMINISTRATOR, f"{code}-00", made.posts[HEAD])[1]


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
"""  # noqa: E501 (a row is one line, so that it can be read)


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
