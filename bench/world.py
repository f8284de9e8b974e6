"""A database to measure in: one company with people, and a great many rows made by the database
itself."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import django
from django.db import connection

NOW = datetime.now(UTC)
PASSWORD = "bench-only-password"
# The same in every checkout: a database that was filled in one is read in another.
KEYS = ",".join(
    f"{name}:{base64.b64encode(name[0].encode() * 32).decode()}" for name in ("1", "index")
)


def set_up() -> None:
    """Django with the throwaway PostgreSQL, migrated."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.config.settings")
    os.environ.setdefault("CHENGNUO_DATA_KEYS", KEYS)
    django.setup()
    if connection.vendor != "postgresql":
        raise SystemExit("this benchmark wants PostgreSQL: run it by `make bench`")
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def company() -> Any:
    """The company of the benchmark with one head and one agent; made once."""
    from chengnuo.obligations.services import install
    from chengnuo.packs.loader import load
    from chengnuo.people.models import Organisation
    from chengnuo.people.services import appoint, found_organisation, hire, open_post

    known = Organisation.objects.filter(code="B1").first()
    if known is not None:
        return known
    since = NOW - timedelta(days=100)
    install(loaded=load("water-company"), now=since)
    made = found_organisation(
        code="B1", name_zh="基准", name_en="Bench", kind="company", now=since, pack="water-company"
    )
    unit = found_organisation(
        code="B1-N", name_zh="管网部", name_en="Network", kind="department", now=since, parent=made
    )
    for index, role in enumerate(("network", "hotline-agent", "cs-department")):
        post = open_post(
            organisation=unit, role=role, title_zh=role, title_en=role, now=since, is_head=not index
        )
        person = hire(badge=f"B{index}", name=role, organisation=unit, password=PASSWORD, now=since)
        appoint(staff=person, post=post, now=since)
    made.refresh_from_db()
    return made


FILL = """
INSERT INTO obligations_docket (id, organisation_id, release_id, subject_kind, subject, service,
process,
    facts, seen, accepting_unit_id, handling_unit_id, opened_at, round_at, version{docket_columns})
SELECT ('0190{tag}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(company)s, %(release)s,
'case',
    'BULK-{tag}-' || n, 'pipe-repair', %(process)s, '{{"area": "urban"}}', '{{}}', %(unit)s,
    %(unit)s,
    %(now)s::timestamptz - interval '1 hour', %(now)s::timestamptz - interval '1 hour',
    1{docket_values}
FROM generate_series(1, {number}) n;
INSERT INTO obligations_obligation (id, organisation_id, docket_id, rule, turn, unit_id, role,
start_at,
    due_at, act_by, next_at, needed, done, warned, level, unpublished, standstills,
    proof{obligation_columns})
SELECT ('0191{tag}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(company)s,
    ('0190{tag}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'pipe-repaired', '1', %(unit)s,
    '', %(now)s::timestamptz - interval '1 hour', d.due, d.due, d.due, 1, 0, 2, 0, '[]', '[]',
    '{{"segments": []}}'{obligation_values}
FROM generate_series(1, {number}) n,
    LATERAL (SELECT CASE WHEN n %% 100 = 0 THEN %(now)s::timestamptz - interval '1 minute'
        ELSE %(now)s::timestamptz + interval '1 hour' + n * interval '1 second' END AS due) d;
INSERT INTO cases_case (id, organisation_id, docket_id, number, service, channel, narrative,
contact_name,
    contact_phone, address, emergency, lodged_at, source, source_ref,
    token{case_columns})
SELECT ('0192{tag}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(company)s,
    ('0190{tag}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'BULK-{tag}-' || n,
    'pipe-repair',
    'phone', '示例路' || n || '号路面冒水', '', '', '', false, %(now)s::timestamptz - interval '1
    hour',
    '', '', 'bulk-{tag}-' || n{case_values}
FROM generate_series(1, {number}) n;
"""


def _defaults() -> dict[str, str]:
    """What the statements do not name and the tables want: the defaults of the models."""
    from chengnuo.cases.models import Case
    from chengnuo.obligations.models import Docket, Obligation

    found = {}
    for name, model in (("docket", Docket), ("obligation", Obligation), ("case", Case)):
        start = FILL.index(f"INSERT INTO {model._meta.db_table} ")
        named = FILL[start : FILL.index(")", start)]
        more = {
            f.column: f.get_db_prep_save(f.get_default(), connection=connection)
            for f in model._meta.concrete_fields
            if f.has_default() and not f.null and f" {f.column}" not in named.replace("\n", " ")
        }
        found[f"{name}_columns"] = "".join(f", {column}" for column in more)
        found[f"{name}_values"] = "".join(f", {_literal(value)}" for value in more.values())
    return found


def _literal(value: Any) -> str:
    """A default as it stands in a statement."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    return f"'{value.dumps(value.obj) if hasattr(value, 'obj') else value}'"


def fill(*, number: int, tag: str) -> None:
    """Make so many running obligations with case and docket; every hundredth is due."""
    from chengnuo.obligations.models import PackRelease
    from chengnuo.packs.loader import load
    from chengnuo.people.models import Organisation

    made = company()
    unit = Organisation.objects.get(code="B1-N")
    release = PackRelease.objects.get(pack="water-company")
    values = {
        "company": made.pk,
        "release": release.digest,
        "unit": unit.pk,
        "now": NOW,
        "process": load("water-company").pack.services["pipe-repair"].process,
    }
    statements = FILL.format(tag=tag, number=number, **_defaults())
    with connection.cursor() as cursor:
        for statement in statements.split(";"):
            if statement.strip():
                cursor.execute(statement, values)
        for table in ("obligations_docket", "obligations_obligation", "cases_case"):
            cursor.execute(f"ANALYZE {table}")
