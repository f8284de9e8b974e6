"""The promises of matters that are open, beside the millions that are over."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

FILL = """
INSERT INTO obligations_openpromise
    (obligation_id, docket_id, organisation_id, unit_id, role, rule, runs, act_by)
SELECT o.id, o.docket_id, o.organisation_id, o.unit_id, o.role, o.rule,
    (o.kept_at IS NULL AND o.voided_at IS NULL),
    CASE WHEN o.kept_at IS NULL AND o.voided_at IS NULL THEN o.act_by END
FROM obligations_obligation o JOIN obligations_docket d ON d.id = o.docket_id
WHERE d.closed_at IS NULL AND d.process <> ''
"""


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
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    )
