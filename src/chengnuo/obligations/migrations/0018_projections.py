"""Small tables of what is open and of what each day came to, beside the millions that are over.

`chengnuo migrate` derives their rows, as those of every projection, when it is done.
"""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (
        ("obligations", "0017_escalation_levels"),
        ("people", "0011_sign_in_throttle"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
            ],
        ),
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
        migrations.AlterField(
            model_name="evidence",
            name="filled_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["filled_by", "docket"], name="evidence_by_filler"),
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
            model_name="openpromise",
            name="docket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="open_promises",
                to="obligations.docket",
            ),
        ),
        migrations.AddField(
            model_name="openpromise",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="openpromise",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="verdictsofday",
            name="handling_unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="verdictsofday",
            name="organisation",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="verdictsofday",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
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
