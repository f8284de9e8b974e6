"""Nobody had chosen the language that everybody began with: the browser says it until they do."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_the_default(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("people", "Staff").objects.filter(language="zh-hans").update(language="")


class Migration(migrations.Migration):
    dependencies = [("people", "0008_recovery_codes_hashed")]

    operations = [
        migrations.AlterField(
            model_name="staff",
            name="language",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.RunPython(forget_the_default, migrations.RunPython.noop),
    ]
