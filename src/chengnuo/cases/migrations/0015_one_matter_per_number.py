"""One matter per number of its sender, however the number is spelt.

Of cases that are there twice already, the later ones keep a key of their own.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.cases.sources import source_key

BATCH = 2000


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    case_model = apps.get_model("cases", "Case")
    rows = case_model.objects.exclude(source="").order_by("pk")
    rows = rows.only("pk", "organisation_id", "source", "source_ref", "source_key")
    taken: set[tuple[int, str, str]] = set()
    last = None
    while batch := list((rows.filter(pk__gt=last) if last else rows)[:BATCH]):
        for case in batch:
            key = source_key(case.source_ref)
            if (case.organisation_id, case.source, key) in taken:
                key = f"{key[:60]}#{case.pk}"
            taken.add((case.organisation_id, case.source, key))
            case.source_key = key
        case_model.objects.bulk_update(batch, ["source_key"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    dependencies = (("cases", "0014_erasure"),)
    operations = (
        migrations.AddField(
            model_name="case",
            name="source_key",
            field=models.CharField(default="", max_length=100),
        ),
        migrations.AddField(
            model_name="case", name="sender_words", field=models.JSONField(default=dict)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="case", name="case_once_per_source"),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source", ""), _negated=True),
                fields=("organisation", "source", "source_key"),
                name="case_once_per_source",
            ),
        ),
    )
