"""The telephones of the cases and contacts that are there already, and words that find them.

Batch by batch, each committed for itself: interrupted, it does the same again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from chengnuo.cases.finding.words import words_of
from chengnuo.customers.telephones import key_of, keys_of, tidy

BATCH = 1000


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    cases = apps.get_model("cases", "Case")
    last = UUID(int=0)
    while rows := list(cases.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        _telephones(apps, rows)
        _words(apps, rows)
        last = rows[-1].pk
    contacts = apps.get_model("cases", "Contact")
    done = 0
    while calls := list(contacts.objects.filter(pk__gt=done).order_by("pk")[:BATCH]):
        for call in calls:
            call.phone, call.phone_key = tidy(call.phone), key_of(call.phone)
        contacts.objects.bulk_update(calls, ["phone", "phone_key"], batch_size=200)
        done = calls[-1].pk


def _telephones(apps: Apps, rows: list[Any]) -> None:
    telephone = apps.get_model("cases", "CaseTelephone")
    telephone.objects.bulk_create(
        (
            telephone(case_id=row.pk, organisation_id=row.organisation_id, key=key)
            for row in rows
            for key in keys_of(row.contact_phone)
        ),
        ignore_conflicts=True,
    )
    changed = []
    for row in rows:
        if (stored := tidy(row.contact_phone)) != row.contact_phone:
            row.contact_phone = stored
            changed.append(row)
    apps.get_model("cases", "Case").objects.bulk_update(changed, ["contact_phone"], batch_size=200)


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
    dependencies = (("cases", "0010_telephones"), ("customers", "0005_keys_of_all"))
    operations = (migrations.RunPython(fill, migrations.RunPython.noop),)
