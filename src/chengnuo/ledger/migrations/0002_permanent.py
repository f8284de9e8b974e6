"""Records for ever: the database refuses to change or delete rows of ledger_entry."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.ledger.immutable import make_ordinary, make_permanent


def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_permanent(editor, "ledger_entry")


def backwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_ordinary(editor, "ledger_entry")


class Migration(migrations.Migration):
    dependencies = (("ledger", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards),)
