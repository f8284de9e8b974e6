"""A promise that waits for the decision of a pause is found without reading its pauses; the token of
a form is one of its docket."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def hang(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    obligations = apps.get_model("obligations", "Obligation")
    paused = obligations.objects.exclude(standstills=[]).only("pk", "standstills")
    waiting = [
        row.pk
        for row in paused.iterator()
        if any(still["status"] == "requested" for still in row.standstills)
    ]
    for first in range(0, len(waiting), 500):
        obligations.objects.filter(pk__in=waiting[first : first + 500]).update(hangs=True)


class Migration(migrations.Migration):
    # The index is made when the update is over: PostgreSQL does not alter a table with changes
    # that are not written yet.
    dependencies = (("obligations", "0008_open_cases"),)

    operations = (
        migrations.AddField(
            model_name="obligation", name="hangs", field=models.BooleanField(default=False)
        ),
        migrations.RunPython(hang, migrations.RunPython.noop),
    )
