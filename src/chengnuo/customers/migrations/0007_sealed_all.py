"""What is there already is sealed, batch by batch; interrupted, it goes on where it stopped."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.vault.resealing import reseal

BATCH = 500


def seal(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    reseal(apps.get_model("customers", "Customer"))
    further = apps.get_model("customers", "CustomerPhone")
    last = 0
    while rows := list(further.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for row in rows:
            row.whole = row.number
        further.objects.bulk_update(rows, ["number", "key", "whole"], batch_size=100)
        last = rows[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("customers", "0006_sealed"),)
    operations = (migrations.RunPython(seal),)
