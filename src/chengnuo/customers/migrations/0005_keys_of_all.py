"""Keys of the names and numbers that are there already; numbers in one spelling.

Batch by batch, each committed for itself: interrupted, it does the same again.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.customers.telephones import key_of, name_key, tidy

BATCH = 2000


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    customers = apps.get_model("customers", "Customer")
    last = 0
    while rows := list(customers.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for row in rows:
            row.phone, row.phone_key = tidy(row.phone), key_of(row.phone)
            row.name_key = name_key(row.name)
        customers.objects.bulk_update(rows, ["phone", "phone_key", "name_key"], batch_size=200)
        last = rows[-1].pk
    further = apps.get_model("customers", "CustomerPhone")
    last = 0
    while others := list(further.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        for one in others:
            one.key = key_of(one.number)
        # Two spellings of one number stay two rows of the customer: only the key tells them one.
        further.objects.bulk_update(others, ["key"], batch_size=200)
        last = others[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("customers", "0004_keys"),)
    operations = (migrations.RunPython(fill, migrations.RunPython.noop),)
