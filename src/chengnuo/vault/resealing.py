"""Bringing rows under the newest key, in batches: after a rotation, and what was never sealed.

Each batch is committed for itself. Whoever is interrupted begins again, and finds done what is
done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, models, transaction

from chengnuo.vault.fields import BlindKey, SealedText, ring
from chengnuo.vault.keys import HASHED, MARK

BATCH = 500
Progress = Callable[[int], None]


def guarded(model: type[models.Model]) -> list[SealedText | BlindKey]:
    """The columns of a table that are sealed or hashed."""
    return [f for f in model._meta.local_concrete_fields if isinstance(f, SealedText | BlindKey)]


def waiting(model: type[models.Model]) -> int:
    """How many rows of a table are not under the newest key."""
    with connection.cursor() as cursor:
        cursor.execute(*_asked(model, "COUNT(*)"))
        return int(cursor.fetchone()[0])


def under(model: type[models.Model], number: int) -> int:
    """How many rows of a table have a value that only this key opens."""
    sealed = [f for f in guarded(model) if isinstance(f, SealedText)]
    if not sealed:
        return 0
    where = " OR ".join(f"{_name(f)} LIKE %s" for f in sealed)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        asked = f"SELECT COUNT(*) FROM {table} WHERE {where}"  # noqa: S608 - our own names
        cursor.execute(asked, [f"{MARK}{number}:%"] * len(sealed))
        return int(cursor.fetchone()[0])


def reseal(model: type[models.Model], progress: Progress | None = None) -> int:
    """Bring every row of a table under the newest key; the number of rows that were not."""
    done = 0
    while number := _batch(model):
        done += number
        if progress is not None:
            progress(number)
    return done


def reseal_all(tables: Iterable[type[models.Model]], progress: Progress | None = None) -> int:
    return sum(reseal(model, progress) for model in tables if guarded(model))


@transaction.atomic
def _batch(model: type[models.Model]) -> int:
    key = connection.ops.quote_name(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        asked, values = _asked(model, key)
        cursor.execute(f"{asked} ORDER BY {key} LIMIT {BATCH}", values)
        ids = [row[0] for row in cursor.fetchall()]
    names = [f.name for f in guarded(model)]
    # Locked, so that what somebody writes meanwhile is not written over.
    rows = list(model._base_manager.select_for_update().filter(pk__in=ids).only("pk", *names))
    model._base_manager.bulk_update(rows, names, batch_size=100)
    return len(rows)


def _asked(model: type[models.Model], what: str) -> tuple[str, list[Any]]:
    """The question for the rows of which a column is not as it would be written now."""
    parts, values = [], []
    for field in guarded(model):
        prefix = HASHED if isinstance(field, BlindKey) else f"{MARK}{ring().newest}:"
        parts.append(f"({_name(field)} <> '' AND {_name(field)} NOT LIKE %s)")
        values.append(f"{prefix}%")
    table = connection.ops.quote_name(model._meta.db_table)
    where = " OR ".join(parts) or "1 = 0"
    return f"SELECT {what} FROM {table} WHERE {where}", values  # noqa: S608 - our own names


def _name(field: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(field.column))
