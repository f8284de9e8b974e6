"""Where an import goes: the company, and the regulation under which its rows are judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from chengnuo.doors.cli.importing.checking import problems_with_pack
from chengnuo.doors.cli.importing.mapping import LoadedMapping
from chengnuo.obligations.regulation import NoRegulation, newest_release, regulation_for
from chengnuo.obligations.services import install
from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.loader import load
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation, OrganisationKind
from chengnuo.people.queries import companies
from chengnuo.people.services import found_organisation
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True)
class Target:
    """`release` is the digest that all rows are judged under; None: each by its own day."""

    company: Organisation
    pack: Pack
    release: str | None


def target_of(*, code: str, loaded: LoadedMapping, found: bool, now: datetime) -> Target:
    """The company with its regulation, checked against the mapping. Raises PackError."""
    wanted = load(loaded.pack).pack.id
    company = _company(code, loaded, found=found, now=now)
    if company.pack != wanted:
        what = Text(
            f"{code} 执行的制度是“{company.pack}”，此映射用于“{wanted}”",
            f"{code} works by '{company.pack}', this mapping is for '{wanted}'",
        )
        raise PackError(code, [loaded.problem(what, "pack")])
    try:
        digest = newest_release(company=company)
    except NoRegulation as error:
        command = f"chengnuo install {loaded.mapping.pack}"
        what = Text(
            f"{error.text.zh}；请先运行 `{command}`", f"{error.text.en}: run `{command}` first"
        )
        raise PackError(code, [Problem(code, what)]) from error
    pack = regulation_for(digest=digest, company=company).pack
    _check(loaded, pack)
    return Target(company, pack, digest if loaded.mapping.regulation == "newest" else None)


def _check(loaded: LoadedMapping, pack: Pack) -> None:
    problems = problems_with_pack(loaded, pack)
    if problems:
        raise PackError(loaded.path.name, problems)


def _company(code: str, loaded: LoadedMapping, *, found: bool, now: datetime) -> Organisation:
    held = {company.code: company for company in companies()}
    if code in held:
        return held[code]
    if not found:
        known = ", ".join(held)
        what = Text(
            f"没有这家公司；已有：{known or '无'}（加 --found 则按映射的制度新建）",
            f"no such company; known: {known or 'none yet'} "
            "(--found founds it under the mapping's pack)",
        )
        raise PackError(code, [Problem(code, what)])
    pack = load(loaded.pack)
    _check(loaded, pack.pack)
    title = loaded.mapping.title
    with transaction.atomic():
        install(loaded=pack, now=now)
        return found_organisation(
            code=code,
            name_zh=title.zh,
            name_en=title.en,
            kind=OrganisationKind.COMPANY,
            now=now,
            pack=pack.pack.id,
        )
