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

CLOSING_POSTGRES = """
CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$
BEGIN
  IF {when} THEN
    RAISE EXCEPTION '% is closed: % refused', TG_TABLE_NAME, TG_OP;
  END IF;
  RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE TRIGGER {table}_closed BEFORE INSERT ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_refuse();
"""
CLOSING_SQLITE = """
CREATE TRIGGER {table}_closed BEFORE INSERT ON {table} WHEN ({when})
BEGIN SELECT RAISE(ABORT, '{table} is closed: insert refused'); END
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


def make_closing(editor: BaseDatabaseSchemaEditor, table: str, when: str) -> None:
    """Forbid INSERT of rows for which a condition on NEW holds. It may ask another table; SQLite
    makes that one anew only while this trigger is off."""
    postgres = editor.connection.vendor == "postgresql"
    text = CLOSING_POSTGRES if postgres else CLOSING_SQLITE
    editor.execute(text.format(table=table, when=when), params=None)


def make_open(editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """Allow INSERT again (the way back of `make_closing`)."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP TRIGGER {table}_closed ON {table}", params=None)
        editor.execute(f"DROP FUNCTION {table}_refuse()", params=None)
        return
    editor.execute(f"DROP TRIGGER {table}_closed", params=None)
