"""How many promises that fell due on a day were kept and how many broken, as a sum of each day."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("obligations", "0018_open_rows"),
        ("people", "0011_sign_in_throttle"),
    )

    operations = (
        migrations.CreateModel(
            name="VerdictsOfDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=80)),
                ("day", models.DateField()),
                ("restricted", models.CharField(default="", max_length=60)),
                ("kept", models.IntegerField(default=0)),
                ("broken", models.IntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "day", "unit", "rule", "restricted"),
                        name="verdicts_once_a_day",
                    )
                ],
            },
        ),
    )
