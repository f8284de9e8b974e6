"""A database of an earlier release, with rows in it, brought to today: `python -m tests.migrating`.

It runs in a process of its own, on a database of its own, and tells as JSON what became of rows.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import django
from django.apps import apps as today
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
# The migrations before those that fill or change rows.
BEFORE = [
    ("people", "0004_badge_in_either_case"), ("customers", "0004_keys"),
    ("cases", "0010_telephones"), ("obligations", "0008_open_cases"), ("conduct", "0004_entry"),
    ("callbacks", "0002_callbacks"), ("otp_static", "0003_add_timestamps"),
    ("otp_totp", "0003_add_timestamps"),
]  # fmt: skip
ASKED = {"status": "requested", "due_without": "2026-01-06T01:00:00Z"}
DECIDED = {"status": "approved"}


def made(model: Any, **given: Any) -> Any:
    """A row of a table as it was; what is not given is as empty as the table lets it be."""
    for field in model._meta.local_concrete_fields:
        if field.name in given or field.null or field.has_default():
            continue
        if isinstance(field, models.UUIDField):
            given[field.name] = uuid4()
        elif isinstance(field, models.DateTimeField):
            given[field.name] = AT
        elif isinstance(field, models.DateField):
            given[field.name] = AT.date()
        elif isinstance(field, models.BooleanField):
            given[field.name] = False
        elif isinstance(field, models.IntegerField) and not field.primary_key:
            given[field.name] = 1
        elif isinstance(field, models.JSONField):
            given[field.name] = {}
        elif isinstance(field, models.CharField | models.TextField):
            given[field.name] = f"{field.name}"[: field.max_length or 20]
    return model.objects.create(**given)


def fill(apps: Any) -> None:
    company = made(apps.get_model("people", "Organisation"), code="M", kind="company")
    staff = apps.get_model("people", "Staff")
    clerk = made(staff, badge="M1", organisation=company, language="zh-hans")
    other = made(staff, badge="M2", organisation=company, language="en")
    made(apps.get_model("otp_totp", "TOTPDevice"), user=clerk, key="ab" * 20)
    codes = made(apps.get_model("otp_static", "StaticDevice"), user=other)
    made(apps.get_model("otp_static", "StaticToken"), device=codes, token="abcdefgh")
    of_customers(apps, company)
    docket = of_cases(apps, company)
    of_promises(apps, company, clerk, docket, apps.get_model("cases", "Case").objects.first())
    if apps.get_model("callbacks", "Reading"):
        made(apps.get_model("callbacks", "Reading"), organisation=company, seq=7)


def of_customers(apps: Any, company: Any) -> None:
    customer = made(
        apps.get_model("customers", "Customer"), organisation=company, number="K1",
        name="买买提·阿不都", phone="+86 138-0000-1234",
    )  # fmt: skip
    for number in ("0532 8888 7777", "13900001234"):
        made(apps.get_model("customers", "CustomerPhone"), customer=customer,
             organisation=company, number=number)  # fmt: skip


def of_cases(apps: Any, company: Any) -> Any:
    release = made(apps.get_model("obligations", "PackRelease"), digest="d" * 64)
    docket_of, case_of = apps.get_model("obligations", "Docket"), apps.get_model("cases", "Case")
    docket = None
    for number, ref in enumerate(("DZ 1", "dz1", "DZ2")):
        docket = made(docket_of, organisation=company, release=release, subject=f"M-{number}")
        case = made(
            case_of, organisation=company, docket=docket, number=f"M-{number}", source="12345",
            source_ref=ref, token=f"t{number}", contact_name="张 三", narrative="路面冒水",
            contact_phone="138 0000 1234／13900001234", address="示例路1号1单元101",
        )  # fmt: skip
        made(apps.get_model("cases", "CaseWords"), case=case, organisation=company,
             lodged_at=AT, words=" old ")  # fmt: skip
    made(apps.get_model("cases", "Contact"), organisation=company, phone="+86 13800001234")
    return docket


def of_promises(apps: Any, company: Any, clerk: Any, docket: Any, case: Any) -> None:
    obligation = apps.get_model("obligations", "Obligation")
    for rule, stills in (("waits", [DECIDED, ASKED, ASKED]), ("decided", [DECIDED]), ("no", [])):
        made(obligation, docket=docket, organisation=company, unit=company, rule=rule,
             standstills=stills, rung=2)  # fmt: skip
    late = obligation.objects.order_by("pk").first()
    made(apps.get_model("obligations", "Escalation"), organisation=company, obligation=late,
         rung=1, staff=clerk)  # fmt: skip
    made(apps.get_model("obligations", "Incident"), organisation=company, obligation=late,
         rung=2, wanted="line-2")  # fmt: skip
    made(apps.get_model("people", "SignInFailures"), key="k" * 64, number=3)
    proceeding = made(
        apps.get_model("conduct", "Proceeding"), organisation=company, case=case, entry_seq=1,
        opinion="情况属实", opinion_by=clerk, opinion_at=AT,
    )  # fmt: skip
    made(apps.get_model("conduct", "Part"), proceeding=proceeding, unit=company)


def raw(table: str, column: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY id")
        return [str(row[0]) for row in cursor.fetchall()]


def found(model: str, *names: str) -> list[list[Any]]:
    rows = today.get_model(model)._base_manager.order_by("pk").values_list(*names)
    return sorted([list(row) for row in rows], key=str)


def told() -> dict[str, Any]:
    """What the rows are today, as the code reads them and as they lie in the tables."""
    # Models are there only when Django is.
    from chengnuo.cases.finding.search import search  # noqa: PLC0415
    from chengnuo.people.models import Organisation  # noqa: PLC0415
    from chengnuo.vault.fields import ring  # noqa: PLC0415
    from chengnuo.vault.keys import is_hashed, is_sealed  # noqa: PLC0415

    company = Organisation.objects.get(code="M")
    sealed = {
        f"{table}.{column}": all(map(is_sealed, raw(table, column)))
        for table, column in (
            ("customers_customer", "name"), ("customers_customer", "phone"),
            ("customers_customerphone", "number"), ("cases_contact", "phone"),
            ("otp_totp_totpdevice", "key"),
        )
    }  # fmt: skip
    hashed = {
        f"{table}.{column}": all(map(is_hashed, raw(table, column)))
        for table, column in (
            ("customers_customer", "phone_key"), ("customers_customer", "name_key"),
            ("customers_customerphone", "key"), ("cases_casetelephone", "key"),
            ("cases_contact", "phone_key"),
        )
    }  # fmt: skip
    by = models.Q()
    asked = ("13800001234", "138-0000-1234", "张三", "冒水", "old")
    return {
        "sealed": [name for name, is_so in sealed.items() if not is_so],
        "hashed": [name for name, is_so in hashed.items() if not is_so],
        "customers": found("customers.Customer", "name", "phone"),
        "by number": today.get_model("customers.Customer").objects.filter(
            phone_key="13800001234").count(),
        "further": found("customers.CustomerPhone", "number"),
        "cases": found("cases.Case", "contact_name", "contact_phone", "source_ref"),
        "matters": sorted("#" in key for key in raw("cases_case", "source_key")),
        "found": {words: search(companies=[company], asked=words, shown=by, in_full=by).number
                  for words in asked},
        "contacts": found("cases.Contact", "phone"),
        "promises": found("obligations.Obligation", "rule", "hangs", "standstills"),
        "levels": [
            *found("obligations.Obligation", "level"), *found("obligations.Escalation", "level"),
            *found("obligations.UnassignedEscalation", "level", "wanted"),
        ],
        "throttled": found("people.SignInThrottle", "number"),
        "opinions": found("conduct.Opinion", "words"),
        "bookmarks": found("ledger.Bookmark", "reader", "seq"),
        "languages": found("people.Staff", "badge", "language"),
        "code": [len(token) > 8 for token in raw("otp_static_statictoken", "token")],
        "factor": ring().open(raw("otp_totp_totpdevice", "key")[0], "second factor "
                              + raw("otp_totp_totpdevice", "user_id")[0]).hex(),
    }  # fmt: skip


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.config.settings")
    django.setup()
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).touch()
    before = MigrationExecutor(connection)
    before.migrate(BEFORE)
    fill(before.loader.project_state(BEFORE).apps)
    after = MigrationExecutor(connection)
    after.migrate(after.loader.graph.leaf_nodes())
    print(json.dumps(told(), ensure_ascii=False, default=str))


if __name__ == "__main__":
    main()
