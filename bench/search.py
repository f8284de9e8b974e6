"""Search in a million cases: the newest fifty that fit, by words common and rare, and by number.

On PostgreSQL with a million; on SQLite, in a file of its own, with a hundred thousand.
"""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.telling import percentile, say
from bench.world import company, fill, set_up

MILLION = 1_000_000
IN_SQLITE = 100_000
TURNS = 40
# What is told of the matters, each in so many of a million cases.
MATTERS = (
    (400_000, "路面漏水，积水较深，请尽快派人检修"),
    (250_000, "水压不足，高层用户反映用水高峰断水"),
    (200_000, "咨询水费账单，阶梯水价如何计算"),
    (100_000, "水表不转，要求校验并更换"),
    (45_000, "自来水发黄有异味，怀疑水质问题"),
    (4_500, "井盖破损，行人通过有危险"),
    (450, "主干管爆管，多个小区停水"),
    (50, "原水疑似蓝藻，请核实"),
)
ASKED = (
    ("a word in 400,000", "漏水"),
    ("a word in 45,000", "水质"),
    ("a word in 4,500", "井盖"),
    ("a word in 450", "爆管"),
    ("a word in 50", "蓝藻"),
    ("a word in none", "燃气"),
    ("one character", "漏"),
    ("two common words together in none", "漏水 水价"),
    ("a road and a word", "示例七路 漏水"),
    ("a road, a house and a word", "示例七路12号 漏水"),
    ("the end of a telephone", "4321"),
    ("a whole telephone", "13900654321"),
    ("the end of a number", "654321"),
    ("a name", "演示赵钱"),
)
NAMES = "赵钱孙李周吴郑王冯陈"
ROADS = "一二三四五六七八九十"


def run() -> None:
    """Both databases."""
    set_up()
    from django.db.models import Q

    from chengnuo.cases.finding.search import search

    bench = company()
    ready()
    worst = 0.0
    for what, asked in ASKED:

        def once(asked: str = asked) -> int:
            found = search(companies=[bench], asked=asked, shown=Q(), in_full=Q(pk__isnull=False))
            return len(list(found.cases[:50]))

        taken, number = _taken(once)
        worst = max(worst, percentile(taken, 0.95))
        _say(f"{what}: {asked}", taken, f"{number} on the page")
    say("the slowest p95", f"{worst:.1f} ms", "bar: 100 ms")
    _sqlite()


def ready() -> None:
    """A million cases and their words; made once."""
    from django.db import connection

    from chengnuo.cases.models import Case, CaseWords

    company()
    if Case.objects.count() < MILLION:
        fill(number=MILLION, tag="0004")
    if CaseWords.objects.count() < MILLION:
        begun = time.perf_counter()
        _write_words(connection)
        say("words of 1,000,000 cases written", f"{time.perf_counter() - begun:.0f} s")
        say("their table and its indexes", _size(connection))


def _told(number: int, mixed: random.Random) -> tuple[str, str, str, str]:
    """Narrative, name, telephone and address of an invented case."""
    matter = mixed.choices([m for _, m in MATTERS], [n for n, _ in MATTERS])[0]
    road, house = mixed.choice(ROADS) + mixed.choice(["", *ROADS]), mixed.randint(1, 400)
    where = f"示例市示例{road}路{house}号{mixed.randint(1, 30)}单元{mixed.randint(101, 999)}室"
    name = f"演示{mixed.choice(NAMES)}{mixed.choice(NAMES)}"
    return f"示例{road}路{house}号附近{matter}", name, f"1390{number:07d}", where


def _rows(ids: list[Any]) -> Iterator[tuple[Any, ...]]:
    from chengnuo.cases.finding.words import words_of

    mixed = random.Random(7)
    for number, case_id in enumerate(ids):
        narrative, name, phone, where = _told(number, mixed)
        words = words_of(
            number=f"BULK-0004-{number}", narrative=narrative, name=name, phone=phone, address=where
        )
        yield number, case_id, narrative, name, phone, where, words


def _write_words(connection: Any) -> None:
    """The cases told anew, minute by minute over two years, and the words of each."""
    from chengnuo.cases.models import Case

    bench = company()
    ids = list(Case.objects.order_by("pk").values_list("pk", flat=True)[:MILLION])
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE told (n int, id uuid, narrative text, name text, phone text, "
            "address text, words text)"
        )
        raw = connection.connection.cursor()
        with raw.copy("COPY told FROM STDIN") as copy:
            for row in _rows(ids):
                copy.write_row(row)
        cursor.execute(
            "UPDATE cases_case c SET narrative = t.narrative, contact_name = t.name, "
            "contact_phone = t.phone, address = t.address, "
            "lodged_at = now() - (1000000 - n) * interval '1 minute' FROM told t WHERE t.id = c.id"
        )
        cursor.execute(
            "INSERT INTO cases_casewords (case_id, organisation_id, lodged_at, words) "
            "SELECT t.id, %s, now() - (1000000 - n) * interval '1 minute', words FROM told t "
            "ORDER BY n",
            [bench.pk],
        )
        for table in ("cases_case", "cases_casewords"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def _size(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_size_pretty(pg_table_size('cases_casewords')), "
            "pg_size_pretty(pg_indexes_size('cases_casewords'))"
        )
        table, indexes = cursor.fetchone()
    return f"{table} + {indexes}"


def _taken(once: Callable[[], int]) -> tuple[list[float], int]:
    found, taken = once(), []
    for _ in range(TURNS):
        begun = time.perf_counter()
        found = once()
        taken.append((time.perf_counter() - begun) * 1000)
    return taken, found


def _say(what: str, taken: list[float], note: str) -> None:
    median, slow = percentile(taken, 0.5), percentile(taken, 0.95)
    say(what, f"{median:.1f} ms", f"p95 {slow:.1f} ms; {note}")


def _sqlite() -> None:
    """The same statement on the index that SQLite keeps, without the pages around it."""
    from importlib import import_module

    from chengnuo.cases.finding.search import fts5
    from chengnuo.cases.finding.words import Knows, terms_of

    with tempfile.TemporaryDirectory() as folder, sqlite3.connect(Path(folder) / "b.db") as link:
        link.execute(
            "CREATE TABLE cases_casewords (id integer PRIMARY KEY, lodged_at integer, words text)"
        )
        link.execute("CREATE INDEX by_intake ON cases_casewords (lodged_at DESC)")
        rows = ((n, n, words) for n, *_, words in _rows(list(range(IN_SQLITE))))
        link.executemany("INSERT INTO cases_casewords VALUES (?, ?, ?)", rows)
        index = import_module("chengnuo.cases.migrations.0004_words_of_all")
        for statement in index.SQLITE:
            link.execute(statement)
        link.commit()
        for what, asked in ASKED:

            def once(asked: str = asked) -> int:
                found = link.execute(
                    "SELECT id FROM cases_casewords WHERE id IN "
                    "(SELECT rowid FROM cases_wordindex WHERE cases_wordindex MATCH ?) "
                    "ORDER BY lodged_at DESC LIMIT 201",
                    [fts5(terms_of(asked, knows=Knows.FULL))],
                )
                return min(len(found.fetchall()), 50)

            taken, number = _taken(once)
            _say(f"SQLite, 100,000: {what}", taken, f"{number} on the page")
