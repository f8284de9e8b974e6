"""The pages of somebody who sees his unit alone, beside those of somebody who sees all of it.

A million cases over two years, the newest three in a hundred still open. Four units handle them:
four in ten, five in a hundred and two in a thousand of them lie with those whose heads look here.
"""

from __future__ import annotations

import time
from typing import Any

from bench.search import ASKED, ready
from bench.telling import percentile, say
from bench.world import NOW, PASSWORD, company, set_up

TURNS = 15
OPEN = 30_000
# Which unit a case lies with, by its place among a thousand, and what its head is called.
UNITS = (
    ("B1-L", "a large unit", 400),
    ("B1-M", "a middling unit", 50),
    ("B1-S", "a small unit", 2),
)
EVERYTHING = ("B2", "the whole company")
PAGES = (
    ("the list of what is open", "/cases/"),
    ("the list of everything", "/cases/?state=all"),
    ("my unit's own", "/cases/?state=mine"),
    ("the queues", "/queues/"),
    ("the queues, what is overdue", "/queues/?due=overdue"),
    ("the desk", "/"),
)


def run() -> None:
    """Each page and each search, asked by the company's and by the units' people."""
    set_up()
    from django.test import Client

    ready()
    viewers = [EVERYTHING, *_spread()]
    asked = [*PAGES, *((f"search, {what}", f"/cases/?q={words}") for what, words in ASKED)]
    slowest: dict[str, float] = {}
    for what, address in asked:
        whole = 0.0
        for badge, who in viewers:
            client = Client(SERVER_NAME="127.0.0.1")
            if not client.login(badge=badge, password=PASSWORD):
                raise AssertionError(f"{badge} could not sign in")
            median, slow = _asked(client, address)
            whole = whole or median
            name = f"{who}: {'search' if 'q=' in address else 'page'}"
            slowest[name] = max(slowest.get(name, 0.0), slow)
            say(f"{what}, {who}", f"{median:.0f} ms", f"p95 {slow:.0f} ms; {median / whole:.2f} ×")
    for name, slow in slowest.items():
        say(f"the slowest p95, {name}", f"{slow:.0f} ms", "bar: 100 ms" if "search" in name else "")


def _asked(client: Any, address: str) -> tuple[float, float]:
    """Milliseconds of the server for one page: the median and the 95th of a hundred."""
    taken = []
    for turn in range(TURNS + 1):
        begun = time.perf_counter()
        answer = client.get(address)
        if answer.status_code != 200:
            raise AssertionError(f"{address} answered {answer.status_code}")
        if turn:
            taken.append((time.perf_counter() - begun) * 1000)
    return percentile(taken, 0.5), percentile(taken, 0.95)


def _spread() -> list[tuple[str, str]]:
    """The cases given to their units, most of them closed; the heads of those units with names."""
    from django.db import connection

    from chengnuo.people.models import Organisation, Staff
    from chengnuo.people.services import appoint, found_organisation, hire, open_post

    heads = [(f"{code}-head", who) for code, who, _ in UNITS]
    if Staff.objects.filter(badge=heads[-1][0]).exists():
        return heads
    bench = company()
    upto, places = 0, []
    for (code, who, number), (badge, _) in zip(UNITS, heads, strict=True):
        unit = found_organisation(
            code=code, name_zh=who, name_en=who, kind="department", now=NOW, parent=bench
        )
        post = open_post(
            organisation=unit, role="department-manager", title_zh=who, title_en=who, now=NOW,
            is_head=True,
        )  # fmt: skip
        head = hire(badge=badge, name=who, organisation=unit, password=PASSWORD, now=NOW)
        appoint(staff=head, post=post, now=NOW)
        places.append(f"WHEN mixed < {upto + number} THEN {unit.pk}")
        upto += number
    rest = Organisation.objects.get(code="B1-N").pk
    with connection.cursor() as cursor:
        for statement in SPREAD.format(units=" ".join(places), rest=rest, open=OPEN).split(";"):
            if statement.strip():
                cursor.execute(statement)
        for table in ("cases_case", "obligations_docket", "obligations_obligation"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return heads


SPREAD = """
CREATE TEMP TABLE spread AS
SELECT docket_id, age > {open} AS closed, CASE {units} ELSE {rest} END AS unit
FROM (SELECT docket_id, abs(hashint8(n)) % 1000 AS mixed, n AS age
    FROM (SELECT docket_id, row_number() OVER (ORDER BY lodged_at DESC) AS n FROM cases_case) aged
) told;
CREATE INDEX ON spread (docket_id);
ANALYZE spread;
UPDATE cases_case c SET closed_at = c.lodged_at + interval '1 hour'
FROM spread s WHERE s.docket_id = c.docket_id AND s.closed;
UPDATE obligations_obligation o SET unit_id = s.unit,
    kept_at = CASE WHEN s.closed THEN o.start_at + interval '1 minute' END
FROM spread s WHERE s.docket_id = o.docket_id;
UPDATE obligations_docket d SET handling_unit_id = s.unit,
    closed_at = CASE WHEN s.closed THEN d.opened_at + interval '1 minute' END
FROM spread s WHERE s.docket_id = d.id;
"""
