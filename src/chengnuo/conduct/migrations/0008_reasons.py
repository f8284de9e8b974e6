"""Why a proceeding was opened, and that it may be withdrawn; what was withdrawn is frozen as what was
signed is.

Whoever makes conduct_proceeding anew takes its triggers off around it, as here.
"""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.ledger.immutable import make_closing, make_freezing, make_open, make_ordinary

PROCEEDING, OPINION = "conduct_proceeding", "conduct_opinion"
SIGNED = "OLD.signed_at IS NOT NULL"
OVER = "OLD.signed_at IS NOT NULL OR OLD.withdrawn_at IS NOT NULL"
CLOSED = "EXISTS (SELECT 1 FROM conduct_proceeding p WHERE p.id = NEW.proceeding_id AND {})"
AFTER_SIGNATURE = CLOSED.format("p.signed_at IS NOT NULL")
AFTER_THE_END = CLOSED.format("(p.signed_at IS NOT NULL OR p.withdrawn_at IS NOT NULL)")


def loosened(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_open(editor, OPINION)
    make_ordinary(editor, PROCEEDING)


def held_again(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_freezing(editor, PROCEEDING, SIGNED)
    make_closing(editor, OPINION, AFTER_SIGNATURE)


def held(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_freezing(editor, PROCEEDING, OVER)
    make_closing(editor, OPINION, AFTER_THE_END)


def free(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    loosened(apps, editor)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_restricted_cases"),
        ("conduct", "0007_bookmark"),
        ("obligations", "0011_ways"),
        ("people", "0004_badge_in_either_case"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(loosened, held_again),
        migrations.RemoveConstraint(
            model_name="proceeding",
            name="proceeding_once_an_answer",
        ),
        migrations.RemoveConstraint(
            model_name="proceeding",
            name="proceeding_once_an_entry",
        ),
        migrations.AddField(
            model_name="proceeding",
            name="reason",
            field=models.TextField(default=""),
        ),
        migrations.AddField(
            model_name="proceeding",
            name="withdrawn_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="proceeding",
            name="withdrawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="proceeding",
            name="withdrawn_why",
            field=models.TextField(default=""),
        ),
        migrations.AlterField(
            model_name="proceeding",
            name="breach",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proceedings",
                to="obligations.breach",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("breach__isnull", False), ("withdrawn_at__isnull", True)),
                fields=("breach",),
                name="proceeding_once_a_breach",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                        ("withdrawn_why", ""),
                    ),
                    models.Q(
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        ("signed_at__isnull", True),
                        models.Q(("withdrawn_why", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="proceeding_withdrawn_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("entry_seq__isnull", False), ("withdrawn_at__isnull", True)),
                fields=("organisation", "entry_seq"),
                name="proceeding_once_an_entry",
            ),
        ),
        migrations.AddConstraint(
            model_name="proceeding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("evidence__isnull", False), ("withdrawn_at__isnull", True)),
                fields=("evidence", "ground"),
                name="proceeding_once_an_answer",
            ),
        ),
        migrations.RunPython(held, free),
    ]
