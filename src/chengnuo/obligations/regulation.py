"""The regulation that applies to a docket: its pinned release, compiled under settings and
notices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from chengnuo.obligations.models import HolidayNotice, PackRelease
from chengnuo.packs import stored
from chengnuo.packs.compiling import compiled
from chengnuo.packs.notices import NoticeShape, joined, shipped_notices
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.people.queries import settings_of
from chengnuo.rules import moments
from chengnuo.rules.calendar import PublishedNotice as Notice
from chengnuo.rules.conditions import Facts, Value
from chengnuo.rules.refusing import Refused
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.words import Text


class NoRegulation(Refused):
    """No pack of this organisation is in force at the moment asked for; the text names it."""


@dataclass(frozen=True, slots=True)
class Regulation:
    """A pack and the rulebook made of it. Immutable; shared by everything in this process."""

    pack: Pack
    book: Rulebook
    parts: dict[tuple[str, ...], Rulebook] = field(default_factory=dict, compare=False)
    settings: Mapping[str, str] = field(default_factory=dict, compare=False)

    def judging(self, judged: Sequence[str] | None) -> Rulebook:
        """The rules that judge a docket: all of them, or those on which its history can tell.

        The others neither start nor refuse: what is recorded did happen.
        """
        if judged is None:
            return self.book
        chosen = tuple(judged)
        if chosen not in self.parts:
            rules = {name: self.book.rules[name] for name in chosen if name in self.book.rules}
            self.parts[chosen] = replace(self.book, rules=rules)
        return self.parts[chosen]

    def number(self, setting: str | None) -> int | None:
        """A setting that is a number, as this company chose it; None: unset, or not in the pack."""
        if setting is None:
            return None
        shape = self.pack.settings.get(setting)
        chosen = self.settings.get(setting, shape.value if shape else "")
        return int(chosen) if chosen.isdigit() else None

    def facts_in(self, stored: Mapping[str, Any]) -> dict[str, Value]:
        """Facts as values: moments are stored as text."""
        found: dict[str, Value] = {}
        for name, value in stored.items():
            shape = self.pack.facts.get(name)
            moment = shape is not None and shape.type == "moment" and isinstance(value, str)
            found[name] = datetime.fromisoformat(value) if moment else value
        return found


def facts_out(facts: Facts) -> dict[str, Any]:
    """Facts as JSON."""
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in facts.items()}


def notices() -> tuple[Notice, ...]:
    """Every holiday notice known here: those that ship, and those that were loaded since."""
    rows = HolidayNotice.objects.order_by("pk")
    return joined(shipped_notices(), [NoticeShape.model_validate(r.content).notice() for r in rows])


@dataclass(frozen=True, slots=True)
class InForce:
    """A release and the days on which it applies, `[begins, ends)`, in its own time zone."""

    digest: str
    begins: date
    ends: date | None
    zone: str

    def covers(self, at: datetime) -> bool:
        day = at.astimezone(ZoneInfo(self.zone)).date()
        return self.begins <= day and (self.ends is None or day < self.ends)


def regulation_for(*, digest: str, company: Organisation) -> Regulation:
    """The regulation behind a pinned digest, under the company's settings and the known notices.

    Kept in memory until `company.regulation_version` rises.
    """
    return _compiled(digest, company.pk, company.regulation_version)


@lru_cache(maxsize=128)
def _compiled(digest: str, company_id: int, version: int) -> Regulation:
    pack = pack_of(digest)
    chosen = settings_of(company=Organisation(pk=company_id))
    settings = {n: v for n, v in chosen.items() if n in pack.settings}
    return Regulation(pack, _book(digest, tuple(settings.items()), notices()), settings=settings)


@lru_cache(maxsize=64)
def _book(
    digest: str, settings: tuple[tuple[str, str], ...], known: tuple[Notice, ...]
) -> Rulebook:
    """Companies that chose the same share one rulebook."""
    return compiled(pack_of(digest), digest=digest, notices=known, settings=dict(settings))


@lru_cache(maxsize=64)
def pack_of(digest: str) -> Pack:
    """A release as it was installed; it is never changed."""
    return stored.read(PackRelease.objects.get(pk=digest).content)


def release_in_force(*, company: Organisation, at: datetime) -> str:
    """The digest of the newest release of the company's pack in force on the local day of `at`.

    Raises NoRegulation.
    """
    for release in _releases(company.pack, company.pk, company.regulation_version):
        if release.covers(at):
            return release.digest
    day = moments.day(at)
    raise NoRegulation(
        Text(
            f"{company.code}：{day.zh}没有生效的制度（{company.pack}）",
            f"{company.code}: no release of pack '{company.pack}' is in force on {day.en}",
        )
    )


def newest_release(*, company: Organisation) -> str:
    """The digest of the newest release, in force or not: for replaying history under today's
    words."""
    releases = _releases(company.pack, company.pk, company.regulation_version)
    if not releases:
        raise NoRegulation(
            Text(
                f"{company.code}：制度包{company.pack}尚未安装",
                f"{company.code}: pack '{company.pack}' is not installed",
            )
        )
    return releases[0].digest


def regulation_shown(*, company: Organisation, at: datetime) -> Regulation | None:
    """What pages speak by: the regulation in force, else the newest; None before the first."""
    try:
        digest = release_in_force(company=company, at=at)
    except NoRegulation:
        try:
            digest = newest_release(company=company)
        except NoRegulation:
            return None
    return regulation_for(digest=digest, company=company)


@lru_cache(maxsize=64)
def _releases(pack: str, company_id: int, version: int) -> tuple[InForce, ...]:
    rows = PackRelease.objects.filter(pack=pack).order_by("-in_force_from", "-installed_at")
    return tuple(
        InForce(r.digest, r.in_force_from, r.in_force_to, r.time_zone)
        for r in rows.defer("content")
    )
