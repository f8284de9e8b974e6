"""How far the ledger was read for closings is kept by the ledger itself."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# A model that is no more: a type checker knows those of today.
BEFORE: str = "callbacks.Reading"
READER = "ratings"


def carried(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    before: Any = apps.get_model(BEFORE)
    marks: Any = apps.get_model("ledger", "Bookmark")
    for organisation, seq in before.objects.values_list("organisation_id", "seq"):
        marks.objects.create(reader=READER, organisation_id=organisation, seq=seq)


def carried_back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    before: Any = apps.get_model(BEFORE)
    marks = apps.get_model("ledger", "Bookmark").objects.filter(reader=READER)
    for mark in marks:
        before.objects.create(organisation_id=mark.organisation_id, seq=mark.seq)
    marks.delete()


class Migration(migrations.Migration):
    dependencies = (("callbacks", "0002_callbacks"), ("ledger", "0004_bookmark"))

    operations = (
        migrations.RunPython(carried, carried_back),
        migrations.DeleteModel(name="Reading"),
    )
