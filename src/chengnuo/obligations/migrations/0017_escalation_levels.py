"""One word each: the steps of an escalation are levels, and one that finds nobody is unassigned.

An incident is an outage to everybody who knows ITIL. Names alone change; every row stays.
"""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("obligations", "0016_subjects"),)
    operations = (
        migrations.RemoveConstraint("incident", "incident_once_a_rung"),
        migrations.RemoveConstraint("escalation", "escalation_once"),
        migrations.RenameModel("Incident", "UnassignedEscalation"),
        migrations.RenameField("unassignedescalation", "rung", "level"),
        migrations.RenameField("escalation", "rung", "level"),
        migrations.RenameField("obligation", "rung", "level"),
        migrations.RenameField("obligation", "rung_since", "level_since"),
        migrations.AlterField(
            "unassignedescalation",
            "obligation",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="unassigned",
                to="obligations.obligation",
            ),
        ),
        migrations.AddConstraint(
            "unassignedescalation",
            models.UniqueConstraint(fields=("obligation", "level"), name="unassigned_once_a_level"),
        ),
        migrations.AddConstraint(
            "escalation",
            models.UniqueConstraint(
                fields=("obligation", "level", "staff", "told_at"), name="escalation_once"
            ),
        ),
    )
