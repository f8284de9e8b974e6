"""The cases that are open, beside the millions that are over."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FILL = """
INSERT INTO cases_opencase
    (docket_id, case_id, organisation_id, unit_id, accepting_unit_id, service, channel,
    emergency, confidential, restricted, urged, supervised_at, lodged_at, lodged_by_id,
    first_asked_id, act_by)
SELECT c.docket_id, c.id, c.organisation_id, d.handling_unit_id, d.accepting_unit_id,
    c.service, c.channel, c.emergency, c.confidential, c.restricted, c.urged,
    c.supervised_at, c.lodged_at, c.lodged_by_id, c.first_asked_id,
    (SELECT min(o.act_by) FROM obligations_obligation o
        WHERE o.docket_id = d.id AND o.kept_at IS NULL AND o.voided_at IS NULL)
FROM cases_case c JOIN obligations_docket d ON d.id = c.docket_id
WHERE d.closed_at IS NULL
"""


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
                    "docket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="obligations.docket",
                    ),
                ),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "first_asked",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lodged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                        fields=["organisation", "act_by", "lodged_at"], name="open_case_by_due"
                    )
                ],
            },
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    )
