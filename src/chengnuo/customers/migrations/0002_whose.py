"""Usage points and meters carry their company, as every table does that grows."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    point = apps.get_model("customers", "UsagePoint")
    meter = apps.get_model("customers", "Meter")
    location = apps.get_model("customers", "ServiceLocation")
    whose = location.objects.filter(pk=OuterRef("location_id")).values("organisation_id")[:1]
    point.objects.update(organisation_id=Subquery(whose))
    whose = point.objects.filter(pk=OuterRef("usage_point_id")).values("organisation_id")[:1]
    meter.objects.update(organisation_id=Subquery(whose))


def company() -> Any:
    return models.ForeignKey(
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="people.organisation",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("people", "0002_regulation_version"),
    ]

    operations = [
        migrations.AddField("usagepoint", "organisation", company()),
        migrations.AddField("meter", "organisation", company()),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
