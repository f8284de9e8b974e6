"""A breach keeps how its obligation stood. SQLite makes a table anew for a column and forgets its
triggers: they are taken off and put on again around it."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.ledger.immutable import make_ordinary, make_permanent


def permanent(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_permanent(editor, "obligations_breach")


def ordinary(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_ordinary(editor, "obligations_breach")


class Migration(migrations.Migration):
    dependencies = (("obligations", "0006_escalation_answered"),)

    operations = (
        migrations.RunPython(ordinary, permanent),
        migrations.AddField(
            model_name="breach",
            name="record",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(permanent, ordinary),
    )
