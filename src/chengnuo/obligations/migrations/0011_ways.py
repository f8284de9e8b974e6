"""Of an undecided pause one due moment was known, if it and all after it are rejected; now there is
one for each way in which those after it are decided. The others are reckoned when they change."""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

Still = dict[str, Any]


def several(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _carry(apps, _with_several)


def one(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    _carry(apps, _with_one)


def _carry(apps: Apps, carried: Any) -> None:
    obligations = apps.get_model("obligations", "Obligation")
    paused = obligations.objects.exclude(standstills=[]).only("pk", "standstills")
    for row in list(paused):
        obligations.objects.filter(pk=row.pk).update(standstills=carried(row.standstills))


def _with_several(stills: list[Still]) -> list[Still]:
    waiting = sum(still["status"] == "requested" for still in stills)
    found = []
    for still in stills:
        moments: list[str | None] = []
        if still["status"] == "requested":
            waiting -= 1
            moments = [still.get("due_without"), *[None] * (2**waiting - 1)]
        found.append(still | {"due_without": moments})
    return found


def _with_one(stills: list[Still]) -> list[Still]:
    return [still | {"due_without": next(iter(still["due_without"]), None)} for still in stills]


class Migration(migrations.Migration):
    dependencies = (("obligations", "0010_hanging_index"),)

    operations = (migrations.RunPython(several, one),)
