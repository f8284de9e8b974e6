"""Write rows of several tables at once: on PostgreSQL one prepared statement, one round trip.

Intake writes a docket, its obligations, a case, ledger entries and the chain's new head; a step of
a case changes some of them and adds others; the tick writes hundreds. Each table's rows travel as
one JSON parameter, so that the statement looks the same for any number of rows and is planned once.
The order of the rows does not matter: foreign keys are checked at commit. Raises IntegrityError
like any other write.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection, models
from psycopg import Cursor

from chengnuo.ledger.models import ChainHead
from chengnuo.vault.fields import BlindKey, SealedText


@dataclass(slots=True)
class BulkWrite:
    """What is to be written: new rows, rows that give way where somebody wrote the same before,
    changed rows with the fields of theirs that changed, heads of chains, and what is added to sums:
    to the fields that are named, in the row that has all others alike."""

    new: list[models.Model] = field(default_factory=list)
    unless_there: list[models.Model] = field(default_factory=list)
    changed: list[tuple[Sequence[models.Model], tuple[str, ...]]] = field(default_factory=list)
    heads: list[ChainHead] = field(default_factory=list)
    sums: list[tuple[Sequence[models.Model], tuple[str, ...]]] = field(default_factory=list)


INSERT, INSERT_UNLESS_THERE, UPDATE = "insert", "insert unless there", "update"
ADD = "add"
HEAD_FIELDS = ("seq", "hash")
Step = tuple[str, type[models.Model], tuple[str, ...]]
Work = list[tuple[Step, list[models.Model]]]


def write_together(*, bundle: BulkWrite) -> None:
    """Write a bundle. Must run inside a transaction. A row is changed once in a bundle."""
    work: Work = []
    for verb, rows in ((INSERT, bundle.new), (INSERT_UNLESS_THERE, bundle.unless_there)):
        work += [((verb, model, ()), held) for model, held in _by_table(rows).items()]
    for changed, fields in (*bundle.changed, (bundle.heads, HEAD_FIELDS)):
        work += [((UPDATE, model, fields), held) for model, held in _by_table(changed).items()]
    for added, fields in bundle.sums:
        work += [((ADD, model, fields), held) for model, held in _by_table(added).items()]
    if not work:
        return
    if connection.vendor == "postgresql":
        _in_one_statement(work)
    else:
        _one_by_one(work)


def _by_table(rows: Sequence[models.Model]) -> dict[type[models.Model], list[models.Model]]:
    found: dict[type[models.Model], list[models.Model]] = {}
    for row in rows:
        found.setdefault(type(row), []).append(row)
    return found


def _in_one_statement(work: Work) -> None:
    connection.ensure_connection()
    documents = [_document(step, rows) for step, rows in work]
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(_statement(tuple(step for step, _ in work)), documents, prepare=True)


@lru_cache(maxsize=256)
def _statement(steps: tuple[Step, ...]) -> bytes:
    parts = [f"w{index} AS ({_sql(step)})" for index, step in enumerate(steps)]
    return f"WITH {', '.join(parts)} SELECT 1".encode()


def _sql(step: Step) -> str:
    verb, model, _ = step
    table = connection.ops.quote_name(model._meta.db_table)
    rows = f"json_populate_recordset(NULL::{table}, %s::json)"
    names = [_quoted(f) for f in _fields(step)]
    if verb != UPDATE:
        listed = ", ".join(names)
        return f"INSERT INTO {table} AS t ({listed}) SELECT {listed} FROM {rows}{_meeting(step)}"  # noqa: S608
    key = _quoted(_key(model))
    sets = ", ".join(f"{n} = v.{n}" for n in names if n != key)
    return f"UPDATE {table} t SET {sets} FROM {rows} v WHERE t.{key} = v.{key}"  # noqa: S608


def _meeting(step: Step) -> str:
    """What happens where there is such a row already."""
    verb, _model, summed = step
    if verb == INSERT_UNLESS_THERE:
        return " ON CONFLICT DO NOTHING"
    if verb != ADD:
        return ""
    alike = ", ".join(_quoted(f) for f in _fields(step) if f.name not in summed)
    adds = (_quoted(f) for f in _fields(step) if f.name in summed)
    sets = ", ".join(f"{n} = t.{n} + excluded.{n}" for n in adds)
    return f" ON CONFLICT ({alike}) DO UPDATE SET {sets}"


def _document(step: Step, rows: list[models.Model]) -> str:
    fields = _fields(step)
    data = [{f.column: _in_json(f, getattr(row, f.attname)) for f in fields} for row in rows]
    return json.dumps(data, ensure_ascii=False, default=str)


def _in_json(field: models.Field[Any, Any], value: Any) -> Any:
    """As it stands in the document; what is sealed in the table is sealed on its way there."""
    return field.get_prep_value(value) if isinstance(field, SealedText | BlindKey) else value


def _one_by_one(work: Work) -> None:
    with connection.cursor() as cursor:
        for step, rows in work:
            fields = [f for f in _fields(step) if step[0] != UPDATE or not f.primary_key]
            names = [_quoted(f) for f in fields]
            table = connection.ops.quote_name(step[1]._meta.db_table)
            values = [_values(row, fields) for row in rows]
            if step[0] != UPDATE:
                marks = ", ".join(["%s"] * len(fields))
                sql = f"INSERT INTO {table} AS t ({', '.join(names)}) VALUES ({marks})"  # noqa: S608
                sql += _meeting(step)
            else:
                key = _key(step[1])
                sets = ", ".join(f"{n} = %s" for n in names)
                sql = f"UPDATE {table} SET {sets} WHERE {_quoted(key)} = %s"  # noqa: S608
                values = [
                    [*held, *_values(row, [key])] for held, row in zip(values, rows, strict=True)
                ]
            cursor.executemany(sql, values)


def _values(row: models.Model, fields: Sequence[models.Field[Any, Any]]) -> list[Any]:
    return [f.get_db_prep_save(getattr(row, f.attname), connection=connection) for f in fields]


@lru_cache(maxsize=64)
def _fields(step: Step) -> tuple[models.Field[Any, Any], ...]:
    """The columns to write; the database numbers its own keys."""
    verb, model, names = step
    if verb != UPDATE:
        own = (f for f in model._meta.concrete_fields if not isinstance(f, models.AutoField))
        return tuple(own)
    return (_key(model), *(model._meta.get_field(n) for n in names))  # type: ignore[arg-type]


def _quoted(column: models.Field[Any, Any]) -> str:
    return connection.ops.quote_name(str(column.column))


def _key(model: type[models.Model]) -> models.Field[Any, Any]:
    key = model._meta.pk
    if key is None:
        raise TypeError(f"{model.__name__} has no primary key")
    return key
