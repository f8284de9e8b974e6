"""The regulation that applies to a docket: its pinned release, compiled under settings and notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from chengnuo.obligations.models import HolidayNotice, PackRelease
from chengnuo.packs.compiling import compiled
from chengnuo.packs.notices import NoticeShape, joined, shipped_notices
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation
from chengnuo.people.queries import settings_of
from chengnuo.rules.calendar import HolidayNotice as Notice
from chengnuo.rules.conditions import Facts, Value
from chengnuo.rules.rulebook import Rulebook


class NoRegulation(LookupError):
    """No pack of this organisation is in force at the moment asked for."""


@dataclass(frozen=True, slots=True)
class Regulation:
    """A pack and the rulebook made of it. Immutable; shared by everything in this process."""

    pack: Pack
    book: Rulebook

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
    return _joined(_loaded())


def _loaded() -> tuple[int, ...]:
    return tuple(HolidayNotice.objects.order_by("pk").values_list("pk", flat=True))


@lru_cache(maxsize=8)
def _joined(keys: tuple[int, ...]) -> tuple[Notice, ...]:
    rows = HolidayNotice.objects.filter(pk__in=keys).order_by("pk")
    more = [NoticeShape.model_validate(r.content).notice() for r in rows]
    return joined(shipped_notices(), more)


def regulation_for(*, digest: str, company: Organisation) -> Regulation:
    """The regulation behind a pinned digest, under the company's settings."""
    chosen = tuple(sorted(settings_of(company=company).items()))
    return _compiled(digest, chosen, _loaded())


@lru_cache(maxsize=128)
def _compiled(
    digest: str, chosen: tuple[tuple[str, str], ...], loaded: tuple[int, ...]
) -> Regulation:
    pack = _pack(digest)
    settings = {n: v for n, v in chosen if n in pack.settings}
    known = _joined(loaded)
    return Regulation(pack, compiled(pack, digest=digest, notices=known, settings=settings))


@lru_cache(maxsize=64)
def _pack(digest: str) -> Pack:
    return Pack.model_validate(PackRelease.objects.get(pk=digest).content)


def release_in_force(*, company: Organisation, at: datetime) -> PackRelease:
    """The newest release of the company's pack that is in force on the day of `at`. Raises NoRegulation."""
    rows = PackRelease.objects.filter(pack=company.pack).order_by("-in_force_from", "-installed_at")
    for release in rows.defer("content"):
        begins = release.in_force_from
        ends = release.in_force_to
        if begins <= at.date() and (ends is None or at.date() < ends):
            return release
    raise NoRegulation(
        f"{company.code}: no release of pack '{company.pack}' is in force on {at:%Y-%m-%d}"
    )


def newest_release(*, company: Organisation) -> PackRelease:
    """The newest release, in force or not: for replaying history under today's regulation."""
    rows = PackRelease.objects.filter(pack=company.pack).order_by("-in_force_from", "-installed_at")
    release = rows.defer("content").first()
    if release is None:
        raise NoRegulation(f"{company.code}: pack '{company.pack}' is not installed")
    return release
