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
                ("late", models.IntegerField(default=0)),
            ],
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("broken_at__isnull", False), ("kept_at__isnull", True)),
                fields=["organisation", "due_at"],
                name="obligation_undone",
            ),
        ),
        migrations.AddIndex(
            model_name="obligation",
            index=models.Index(
                condition=models.Q(("due_at__isnull", True), ("voided_at__isnull", True)),
                fields=["organisation", "rule", "start_at"],
                name="obligation_undated",
            ),
        ),
        migrations.AddField(
            model_name="verdictsofday",
            name="handling_unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="verdictsofday",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="verdictsofday",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdictsofday",
            constraint=models.UniqueConstraint(
                fields=("organisation", "day", "unit", "handling_unit", "rule", "restricted"),
                name="verdicts_once_a_day",
            ),
        ),
    )
