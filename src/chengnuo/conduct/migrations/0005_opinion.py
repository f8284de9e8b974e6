"""Opinions of departments become rows of their own; those that were given go along, each to the
department that its giver headed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

from chengnuo.ledger.immutable import make_freezing, make_ordinary

PROCEEDING = "conduct_proceeding"
PROTECT = django.db.models.deletion.PROTECT


def carried(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    # The models as they were then: a type checker knows those of today.
    known: Any = apps.get_model("conduct", "Proceeding")
    parts, opinions = apps.get_model("conduct", "Part"), apps.get_model("conduct", "Opinion")
    proceedings = known.objects.filter(opinion_by__isnull=False, opinion_at__isnull=False)
    for row in proceedings.exclude(opinion="").order_by("pk").iterator():
        of_it = parts.objects.filter(proceeding=row).order_by("pk")
        units = list(of_it.values_list("unit_id", flat=True))
        headed = _headed(apps, row.opinion_by_id, row.opinion_at)
        unit = next((u for u in units if u in headed), units[0] if units else row.organisation_id)
        opinions.objects.create(
            proceeding=row, unit_id=unit, by_id=row.opinion_by_id,
            words=row.opinion, at=row.opinion_at,
        )  # fmt: skip


def _headed(apps: Apps, staff: int, at: datetime) -> set[int]:
    then = Q(until__isnull=True) | Q(until__gt=at)
    held = apps.get_model("people", "Holding").objects.filter(
        then, staff_id=staff, since__lte=at, post__is_head=True
    )
    return set(held.values_list("post__organisation_id", flat=True))


def carried_back(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Where several departments spoke, the one that spoke last."""
    make_ordinary(editor, PROCEEDING)
    known: Any = apps.get_model("conduct", "Proceeding")
    for row in apps.get_model("conduct", "Opinion").objects.order_by("at", "pk").iterator():
        known.objects.filter(pk=row.proceeding_id).update(
            opinion=row.words, opinion_by_id=row.by_id, opinion_at=row.at
        )
    make_freezing(editor, PROCEEDING, "OLD.signed_at IS NOT NULL")


class Migration(migrations.Migration):
    dependencies = (("conduct", "0004_entry"), ("people", "0003_signing"))

    operations = (
        migrations.CreateModel(
            name="Opinion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to="people.staff"),
                ),
                (
                    "proceeding",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="opinions", to="conduct.proceeding"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "constraints": (
                    models.UniqueConstraint(
                        fields=("proceeding", "unit", "at"), name="opinion_one_a_moment"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True), name="opinion_has_words"
                    ),
                ),
            },
        ),
        migrations.RunPython(carried, carried_back),
    )
