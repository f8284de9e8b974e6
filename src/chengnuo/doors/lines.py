"""The telephones that a company publishes: on its public pages, and as they were last read on the
page that says that nothing can be read just now."""

from __future__ import annotations

from django.core.cache import cache
from django.utils.translation import gettext as _

from chengnuo.customers.telephones import Telephone, telephones_in
from chengnuo.people.lines import Lines, lines_of
from chengnuo.people.models import Organisation


def published(company: Organisation) -> list[tuple[str, Telephone]]:
    """Each with what it is for. Remembered, for when the database is away."""
    own = lines_of(company=company)
    cache.set(_key(company.code), own, None)
    return _named(own)


def remembered(code: str) -> list[tuple[str, Telephone]]:
    """Those of the company of this code that this server showed last; asks no database."""
    return _named(cache.get(_key(code), Lines()))


def _named(own: Lines) -> list[tuple[str, Telephone]]:
    told = (
        (_("Service line (24 hours)"), own.line),
        (_("Complaints about our service"), own.complaints),
    )
    return [(what, found[0]) for what, one in told if (found := telephones_in(one))]


def _key(code: str) -> str:
    return f"lines:{code.lower()}"
