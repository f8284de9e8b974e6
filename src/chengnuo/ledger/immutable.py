"""Triggers that refuse to change or delete rows which are records for ever."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

POSTGRES = """
CREATE OR REPLACE FUNCTION chengnuo_refuse() RETURNS trigger AS $$
BEGIN
  RAISE EXCEPTION '% is a permanent record: % refused', TG_TABLE_NAME, TG_OP;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_permanent BEFORE UPDATE OR DELETE ON {table}
  FOR EACH ROW {when} EXECUTE FUNCTION chengnuo_refuse();
"""
SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} {when}
BEGIN SELECT RAISE(ABORT, '{table} is a permanent record: {verb} refused'); END
"""


def make_permanent(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Forbid UPDATE and DELETE on a table, in the database itself."""
    _refuse(editor, table, "")


def make_freezing(editor: BaseDatabaseSchemaEditor, table: str, when: str) -> None:
    """Forbid them on rows of which a condition on OLD holds: what was signed, for example."""
    _refuse(editor, table, f"WHEN ({when})")


def _refuse(editor: BaseDatabaseSchemaEditor, table: str, when: str) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRES.format(table=table, when=when), params=None)
        return
    for verb in ("update", "delete"):
        editor.execute(SQLITE.format(table=table, verb=verb, when=when), params=None)


def make_ordinary(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Take the triggers off again (the way back of the migration)."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER {table}_permanent ON {table}", params=None)
        return
    for verb in ("update", "delete"):
        editor.execute(f"DROP TRIGGER {table}_no_{verb}", params=None)
