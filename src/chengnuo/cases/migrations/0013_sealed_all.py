"""What is there already is sealed, and the words that find it are hashed.

Batch by batch, each committed for itself: interrupted, it does the same again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.cases.finding.words import words_of
from chengnuo.vault.resealing import reseal

BATCH = 1000


def seal(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for name in ("Case", "CaseTelephone", "Contact"):
        reseal(apps.get_model("cases", name))
    cases = apps.get_model("cases", "Case")
    last = UUID(int=0)
    while rows := list(cases.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        _words(apps, rows)
        last = rows[-1].pk


def _words(apps: Apps, rows: list[Any]) -> None:
    model = apps.get_model("cases", "CaseWords")
    by_case = {row.pk: row for row in rows}
    changed = []
    for held in model.objects.filter(case_id__in=list(by_case)):
        row = by_case[held.case_id]
        words = words_of(
            number=row.number,
            narrative=row.narrative,
            name=row.contact_name,
            phone=row.contact_phone,
            address=row.address,
            reference=row.source_ref,
            confidential=row.confidential,
        )
        if words != held.words:
            held.words = words
            changed.append(held)
    model.objects.bulk_update(changed, ["words"], batch_size=200)


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("cases", "0012_sealed"), ("customers", "0007_sealed_all"))
    operations = (migrations.RunPython(seal),)
