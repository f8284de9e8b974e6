"""The index and the constraint that go with 0009."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("obligations", "0009_hanging"),)

    operations = (
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("hangs", True)),
                fields=["organisation", "due_at"],
                name="obligation_hanging",
            ),
        ),
        migrations.AlterField(
            model_name="evidence", name="token", field=models.CharField(max_length=64)
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                fields=("docket", "token"), name="evidence_once_a_docket"
            ),
        ),
    )
