"""Opinions are for ever, and there are none after the signature: the database itself holds both.

The columns from which they came go. Whoever makes conduct_proceeding anew later takes its freezing
triggers and the closing trigger of conduct_opinion off around it, as here.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.ledger.immutable import (
    make_closing,
    make_freezing,
    make_open,
    make_ordinary,
    make_permanent,
)

PROCEEDING, OPINION = "conduct_proceeding", "conduct_opinion"
FROZEN = "OLD.signed_at IS NOT NULL"
SIGNED = (
    "EXISTS (SELECT 1 FROM conduct_proceeding p "
    "WHERE p.id = NEW.proceeding_id AND p.signed_at IS NOT NULL)"
)


def held(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_freezing(editor, PROCEEDING, FROZEN)
    make_permanent(editor, OPINION)
    make_closing(editor, OPINION, SIGNED)


def free(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_open(editor, OPINION)
    make_ordinary(editor, OPINION)
    make_ordinary(editor, PROCEEDING)


def ordinary(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_ordinary(editor, PROCEEDING)


def freezing(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_freezing(editor, PROCEEDING, FROZEN)


class Migration(migrations.Migration):
    dependencies = (("conduct", "0005_opinion"),)

    operations = (
        migrations.RunPython(ordinary, freezing),
        migrations.RemoveField(model_name="proceeding", name="opinion"),
        migrations.RemoveField(model_name="proceeding", name="opinion_by"),
        migrations.RemoveField(model_name="proceeding", name="opinion_at"),
        migrations.RunPython(held, free),
    )
