"""The cases that are open, beside the millions that are over.

`chengnuo migrate` derives their rows, as those of every projection, when it is done.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("cases", "0017_channels_of_the_pack"),
        ("obligations", "0017_escalation_levels"),
        ("people", "0011_sign_in_throttle"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    )

    operations = (
        migrations.CreateModel(
            name="OpenCase",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stage", models.CharField(default="", max_length=80)),
                ("service", models.CharField(max_length=60)),
                ("channel", models.CharField(max_length=20)),
                ("emergency", models.BooleanField()),
                ("confidential", models.BooleanField()),
                ("restricted", models.BooleanField()),
                ("urged", models.PositiveSmallIntegerField()),
                ("supervised_at", models.DateTimeField(null=True)),
                ("lodged_at", models.DateTimeField()),
                ("act_by", models.DateTimeField(null=True)),
                (
                    "accepting_unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "docket",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="obligations.docket",
                    ),
                ),
                (
                    "first_asked",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lodged_by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["organisation", "stage", "act_by", "lodged_at"],
                        name="open_case_by_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("docket", "stage"), name="open_case_once_a_stage"
                    )
                ],
            },
        ),
    )
