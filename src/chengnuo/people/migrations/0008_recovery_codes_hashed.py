"""Recovery codes that lie in the table as they are typed are replaced by their hashes."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.people.second_factor import hashed

AS_TYPED = 8


def hash_them(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for row in apps.get_model("otp_static", "StaticToken").objects.all():
        if len(row.token) == AS_TYPED:
            row.token = hashed(row.token)
            row.save(update_fields=["token"])


class Migration(migrations.Migration):
    dependencies = (("people", "0007_by_two_people"), ("otp_static", "0003_add_timestamps"))
    operations = (migrations.RunPython(hash_them, migrations.RunPython.noop),)
