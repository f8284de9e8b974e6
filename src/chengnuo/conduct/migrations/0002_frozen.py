"""What was signed is for ever: deductions and pay sheets, and a proceeding with its parts from its
signature on."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.ledger.immutable import make_freezing, make_ordinary, make_permanent

FREEZING = {
    "conduct_proceeding": "OLD.signed_at IS NOT NULL",
    "conduct_part": "OLD.final_points IS NOT NULL",
}
PERMANENT = ("conduct_deduction", "conduct_paysheet")


def forwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in PERMANENT:
        make_permanent(editor, table)
    for table, when in FREEZING.items():
        make_freezing(editor, table, when)


def backwards(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in (*PERMANENT, *FREEZING):
        make_ordinary(editor, table)


class Migration(migrations.Migration):
    dependencies = (("conduct", "0001_initial"),)
    operations = (migrations.RunPython(forwards, backwards),)
