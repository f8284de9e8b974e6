"""A proceeding may stand on an entry of the ledger: an answer by a link has no form. SQLite makes a
table anew and forgets its triggers: they are taken off and put on again around it."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.ledger.immutable import make_freezing, make_ordinary

TABLE = "conduct_proceeding"


def freezing(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_freezing(editor, TABLE, "OLD.signed_at IS NOT NULL")


def ordinary(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_ordinary(editor, TABLE)


class Migration(migrations.Migration):
    dependencies = (("conduct", "0003_ledger_read"),)

    operations = (
        migrations.RunPython(ordinary, freezing),
        migrations.AddField(
            model_name="proceeding", name="entry_seq", field=models.BigIntegerField(null=True)
        ),
        migrations.RemoveConstraint(model_name="proceeding", name="proceeding_has_a_ground"),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("breach__isnull", False),
                    ("evidence__isnull", False),
                    ("entry_seq__isnull", False),
                    _connector="OR",
                ),
                name="proceeding_has_a_ground",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entry_seq__isnull", False)),
                fields=("organisation", "entry_seq"),
                name="proceeding_once_an_entry",
            ),
        ),
        migrations.RunPython(freezing, ordinary),
    )
