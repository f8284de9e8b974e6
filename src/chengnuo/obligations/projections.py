"""Projections: small tables of what lists and counts ask for, kept beside the truth.

A page that counts what is open must not read the millions that are over. Each projection is one
SELECT from the truth; its rows are derived anew for a docket by whatever changes the docket, in the
same transaction, and for all of them by `rebuild`. Nothing else writes them, and nothing is decided
by them: `faults` holds each row against the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction
from django.utils.module_loading import import_string

from chengnuo.obligations.models import Docket
from chengnuo.rules.words import Text

EVERYTHING = "1 = 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """What is derived from the truth and can be derived anew."""

    name: str
    title: Text

    def rebuild(self) -> int:
        """Derive everything anew; the number of rows."""
        raise NotImplementedError

    def faults(self) -> Iterator[tuple[str, str]]:
        """Where it differs from the truth: `missing` or `wrong`, and what."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsOfDockets(Projection):
    """A table with its truth: a SELECT of the model's columns, in their order and under their
    names, from tables among which `d` is the docket's. `{only}` stands where it is narrowed to one.

    `key` names the columns that tell its rows apart, a `docket_id` is among the columns; a number
    of the database's own is none of them.
    """

    model: type[models.Model]
    key: tuple[str, ...]
    truth: str

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def columns(self) -> list[str]:
        own = (f for f in self.model._meta.concrete_fields if not isinstance(f, models.AutoField))
        return [str(f.column) for f in own]

    def keep(self, *, docket: UUID) -> None:
        """Bring the rows of one docket in line with the truth. Needs a transaction."""
        key = Docket._meta.pk.get_db_prep_value(docket, connection)
        with connection.cursor() as cursor:
            told = [key] * self.truth.count("{only}")
            cursor.execute(self._kept("d.id = %s"), told)
            cursor.execute(self._over(), [key, *told])

    @transaction.atomic
    def rebuild(self) -> int:
        """Derive everything anew; the number of rows."""
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self.table}")  # noqa: S608 - names of our own tables
            cursor.execute(self._kept(EVERYTHING))
            return int(cursor.rowcount)

    def faults(self) -> Iterator[tuple[str, str]]:
        """Where it differs from the truth: `missing` or `wrong`, and the key of the row."""
        truth = self.truth.format(only=EVERYTHING)
        kept = f"SELECT {', '.join(self.columns)} FROM {self.table}"  # noqa: S608
        with connection.cursor() as cursor:
            for what, left, right in (("missing", truth, kept), ("wrong", kept, truth)):
                cursor.execute(f"SELECT * FROM ({left}) a EXCEPT SELECT * FROM ({right}) b")  # noqa: S608
                yield from ((what, f"{row[:2]}") for row in cursor.fetchall())

    def _kept(self, only: str) -> str:
        sets = ", ".join(f"{c} = excluded.{c}" for c in self.columns if c not in self.key)
        return (
            f"INSERT INTO {self.table} ({', '.join(self.columns)}) {self.truth.format(only=only)} "
            f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {sets}"
        )

    def _over(self) -> str:
        alike = " AND ".join(f"t.{c} = {self.table}.{c}" for c in self.key)
        truth = self.truth.format(only="d.id = %s")
        return (
            f"DELETE FROM {self.table} WHERE docket_id = %s "  # noqa: S608
            f"AND NOT EXISTS (SELECT 1 FROM ({truth}) t WHERE {alike})"
        )


def keep_lists(*, dockets: Sequence[UUID]) -> None:
    """Every projection of these dockets follows what changed. Needs a transaction."""
    for projection in projections():
        if isinstance(projection, RowsOfDockets):
            for docket in dockets:
                projection.keep(docket=docket)


def projections() -> tuple[Projection, ...]:
    """What the rooms of this house declare."""
    return _of_house(settings.HOUSE)


@cache
def _of_house(house: str) -> tuple[Projection, ...]:
    found: tuple[Projection, ...] = import_string(house).projections
    return found


Told = Callable[[Projection, int], None]


def rebuild(*, told: Told = lambda projection, rows: None) -> None:
    """Derive every projection anew from the truth; `told` hears of each when it is done."""
    for projection in projections():
        told(projection, projection.rebuild())
