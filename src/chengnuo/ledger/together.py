"""Write rows of several tables at once: on PostgreSQL one prepared statement, one round trip.

Intake writes a docket, its obligations, a case, ledger entries and the chain's new head. One INSERT each
would be a round trip each; the order of the rows does not matter, since foreign keys are checked at
commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models
from psycopg import Cursor

from chengnuo.ledger.models import ChainHead

Group = tuple[type[models.Model], int]


def write_together(*, rows: Iterable[models.Model], head: ChainHead | None = None) -> None:
    """Insert new rows and move the chain's head. Must run inside a transaction."""
    groups: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    if connection.vendor == "postgresql":
        _in_one_statement(groups, head)
    else:
        _one_by_one(groups, head)


def _in_one_statement(
    groups: dict[type[models.Model], list[models.Model]], head: ChainHead | None
) -> None:
    shape = tuple((model, len(held)) for model, held in groups.items())
    values = [v for held in groups.values() for row in held for v in _values(row)]
    if head is not None:
        values += [head.seq, head.hash, head.organisation_id]
    if connection.connection is None:
        connection.ensure_connection()
    # Bound by the server and prepared: the statement's shape is the same for every intake of a service.
    with Cursor(connection.connection) as cursor:
        cursor.execute(_statement(shape, with_head=head is not None), values, prepare=True)


@lru_cache(maxsize=256)
def _statement(shape: tuple[Group, ...], *, with_head: bool) -> bytes:
    parts = [
        f"w{index} AS ({_insert(model, number)})" for index, (model, number) in enumerate(shape)
    ]
    if with_head:
        parts.append(f"head AS ({_head()})")
    return f"WITH {', '.join(parts)} SELECT 1".encode()


def _one_by_one(
    groups: dict[type[models.Model], list[models.Model]], head: ChainHead | None
) -> None:
    with connection.cursor() as cursor:
        for model, held in groups.items():
            for row in held:
                cursor.execute(_insert(model, 1), _values(row))
        if head is not None:
            cursor.execute(_head(), [head.seq, head.hash, head.organisation_id])


@lru_cache(maxsize=256)
def _insert(model: type[models.Model], number: int) -> str:
    fields = _fields(model)
    names = ", ".join(connection.ops.quote_name(f.column) for f in fields)
    marks = f"({', '.join(['%s'] * len(fields))})"
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({names}) VALUES {', '.join([marks] * number)}"  # noqa: S608


def _head() -> str:
    table = connection.ops.quote_name(ChainHead._meta.db_table)
    return f"UPDATE {table} SET seq = %s, hash = %s WHERE organisation_id = %s"  # noqa: S608


@lru_cache(maxsize=64)
def _fields(model: type[models.Model]) -> Sequence[models.Field[Any, Any]]:
    """The columns to write; the database numbers its own keys."""
    return [f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField)]


def _values(row: models.Model) -> list[Any]:
    return [
        f.get_db_prep_save(getattr(row, f.attname), connection=connection)
        for f in _fields(type(row))
    ]
