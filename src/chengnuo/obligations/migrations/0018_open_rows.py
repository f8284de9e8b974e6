"""The promises of matters that are open, beside the millions that are over.

`chengnuo migrate` derives their rows, as those of every projection, when it is done.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("obligations", "0017_escalation_levels"),
        ("people", "0011_sign_in_throttle"),
    )

    operations = (
        migrations.CreateModel(
            name="OpenPromise",
            fields=[
                (
                    "obligation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="obligations.obligation",
                    ),
                ),
                ("role", models.CharField(default="", max_length=60)),
                ("rule", models.CharField(max_length=80)),
                ("runs", models.BooleanField()),
                ("act_by", models.DateTimeField(null=True)),
                (
                    "docket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="open_promises",
                        to="obligations.docket",
                    ),
                ),
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
        ),
    )
