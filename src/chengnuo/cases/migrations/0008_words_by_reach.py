"""The words of every case anew: what is masked on pages is marked, and found in full by few.

Batch by batch, each committed for itself; done twice, it comes out the same.
"""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.cases.finding.words import words_of

BATCH = 2000


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    words_model = apps.get_model("cases", "CaseWords")
    rows = words_model.objects.select_related("case").order_by("pk")
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH]):
        for row in batch:
            case = row.case
            row.words = words_of(
                number=case.number,
                narrative=case.narrative,
                name=case.contact_name,
                phone=case.contact_phone,
                address=case.address,
                confidential=case.confidential,
            )
        words_model.objects.bulk_update(batch, ["words"])
        last = batch[-1].pk


class Migration(migrations.Migration):
    atomic = False
    dependencies = (("cases", "0007_restricted_cases"),)
    operations = (migrations.RunPython(fill, migrations.RunPython.noop),)
