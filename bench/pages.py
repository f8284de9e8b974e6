"""Pages and searches of a full company, asked by those who work there, at three sizes.

    make bench BENCH=pages                              three databases, thrown away afterwards
    BENCH_DATABASE='URL …' python -m bench pages        these databases, which are kept

A database of BENCH_DATABASE that is empty is filled first, with BENCH_CASES (1,000,000 without it);
one that is filled is measured as it is, after the migrations of this checkout. So two checkouts
compare on one database; whoever wants it unchanged copies it (`CREATE DATABASE … TEMPLATE …`).
Each size is measured in a process of its own, by Django's test client: the server's time alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench.staffed import VIEWERS
from bench.telling import percentile, say
from bench.tellings import COMMON, RARE
from bench.world import NOW, PASSWORD, set_up

SIZES = (10_000, 100_000)
MOST_CASES = 1_000_000
TURNS, SECONDS = 20, 4.0
STAGE = "complaint-first-reply"
LAST_MONTH = f"{NOW.replace(day=1) - timedelta(days=1):%Y-%m}"
ALL, LEADS = ("company", "unit", "agent"), ("company", "unit")
# What it is called, its address, who asks, and the bar in milliseconds at the largest size.
PAGES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("the desk", "/", ALL, ""),
    ("open cases", "/cases/", ALL, ""),
    ("queues", "/queues/", ALL, "p50 50"),
    ("queues, overdue", "/queues/?due=overdue", ALL, "p50 50"),
    ("queues, by unit", "/queues/?sort=unit", ALL, "p50 50"),
    ("queues, one stage", f"/queues/?stage={STAGE}", ALL, "p50 50"),
    ("the queue, unchanged", "/live/queue/", ALL, "p50 3"),
    ("overview", "/overview/", LEADS, "p50 60"),
    ("overview, its broken ones", f"/overview/rows/?of=broken&month={LAST_MONTH}", LEADS, "p50 60"),
    ("pauses of last month", f"/pauses/?month={LAST_MONTH}", LEADS, "p50 60"),
    ("customer archive", "/customers/archive/", ALL, "p50 60"),
    ("callback rates", "/callbacks/rates/", ALL, "p50 60"),
    ("overdue list", "/overdue/", LEADS, "p50 60"),
    ("pay sheet", f"/conduct/pay/?month={LAST_MONTH}", ALL, "p50 60"),
    ("an open case", "/cases/{case}/", ALL, "p50 40"),
    ("search, two characters", f"/cases/?q={COMMON}", ("company", "agent"), ""),
    ("search, two characters", f"/cases/?q={COMMON}", ("unit",), "p95 80"),
    ("search, a rare word", f"/cases/?q={RARE}", ("company", "agent"), "p50 50"),
    ("search, a rare word", f"/cases/?q={RARE}", ("unit",), "p95 80"),
)  # fmt: skip
Measured = dict[str, Any]


def run() -> None:
    """Each size in its turn, then one table of all."""
    given = os.environ.get("BENCH_DATABASE", "").split()
    most = int(os.environ.get("BENCH_CASES", MOST_CASES))
    urls = [(url, most) for url in given] or list(_databases(most))
    found = [_of(url, cases) for url, cases in urls]
    _table(found)
    if not given:
        print("To keep a database for the next time: BENCH_DATABASE=postgresql://… of an empty one")


def _databases(most: int) -> Iterator[tuple[str, int]]:
    """A new database for each size, beside the one that DATABASE_URL names."""
    import psycopg

    whole = os.environ.get("DATABASE_URL", "")
    if not whole.startswith("postgres"):
        raise SystemExit("this benchmark wants PostgreSQL: run it by `make bench`")
    for cases in (*(size for size in SIZES if size < most), most):
        name = f"pages_{cases}"
        with psycopg.connect(whole, autocommit=True) as link:
            link.execute(f"DROP DATABASE IF EXISTS {name}")
            link.execute(f"CREATE DATABASE {name}")
        yield urlunsplit(urlsplit(whole)._replace(path=f"/{name}")), cases


def _of(url: str, cases: int) -> Measured:
    """What a process of its own measures in one database; it tells so in its last line."""
    env = {**os.environ, "DATABASE_URL": url, "BENCH_CASES": str(cases)}
    line = [sys.executable, "-m", "bench.pages"]
    child = subprocess.Popen(line, env=env, stdout=subprocess.PIPE, text=True)
    last = ""
    for last in child.stdout or ():
        if not last.startswith("{"):
            print(last, end="", flush=True)
    if child.wait():
        raise SystemExit(f"the measurement at {cases:,} cases failed")
    found: Measured = json.loads(last)
    return found


def _table(found: list[Measured]) -> None:
    """Page by size: the median and the 95th of a hundred, in milliseconds."""
    found.sort(key=lambda one: one["cases"])
    sizes = "".join(f"{one['cases']:>18,}" for one in found)
    print(f"\n{'milliseconds: p50 / p95':<52}{sizes}{'ratio':>8}  bar")
    for key, first in found[0]["pages"].items():
        told = [one["pages"][key] for one in found]
        cells = "".join(f"{_cell(one):>18}" for one in told)
        ratio = f"{told[-1]['p50'] / first['p50']:.1f}" if "p50" in first else ""
        print(f"{key:<52}{cells}{ratio:>8}  {_bar(told[-1])}")


def _cell(one: Measured) -> str:
    return f"{one['p50']:.1f} / {one['p95']:.1f}" if "p50" in one else f"({one['status']})"


def _bar(one: Measured) -> str:
    """The bar, and whether the largest size holds it."""
    if not one["bar"] or "p50" not in one:
        return ""
    what, most = one["bar"].split()
    return f"{one['bar']} {'holds' if one[what] <= float(most) else 'MISSED'}"


def measure() -> None:
    """Fill the database if nobody has, ask for every page, and tell it as one line of JSON."""
    set_up()
    from bench.populous import fill_world
    from bench.staffed import CODE
    from chengnuo.cases.models import Case
    from chengnuo.people.models import Organisation

    if not Organisation.objects.filter(code=CODE).exists():
        fill_world(cases=int(os.environ["BENCH_CASES"]))
    pages: dict[str, Measured] = {}
    for viewer, (badge, _who) in VIEWERS.items():
        client = _signed_in(badge)
        number = _open_case()
        for what, address, viewers, bar in PAGES:
            if viewer in viewers:
                asked = _asked(client, address.format(case=number))
                pages[f"{what}: {viewer}"] = {**asked, "bar": bar}
    kept = [f"{what}: {viewer}" for what, _a, viewers, _b in PAGES for viewer in viewers]
    say("1,000,000 additions on this machine", f"{_additions():.0f} ms", "compare runs by it")
    print(json.dumps({"cases": Case.objects.count(), "pages": {k: pages[k] for k in kept}}))


def _additions() -> float:
    """How fast the machine is just now: what else it does falls on every page alike."""
    begun, total = time.perf_counter(), 0
    for number in range(1_000_000):
        total += number
    return (time.perf_counter() - begun) * 1000


def _signed_in(badge: str) -> Any:
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    if not client.login(badge=badge, password=PASSWORD):
        raise AssertionError(f"{badge} could not sign in")
    return client


def _open_case() -> str:
    """The newest open case of the unit whose head asks, which all three see."""
    from chengnuo.cases.models import Case

    rows = Case.objects.filter(
        closed_at=None, docket__handling_unit__code="P1-N", confidential=False, restricted=False
    )
    return str(rows.order_by("-lodged_at").values_list("number", flat=True)[0])


def _asked(client: Any, address: str) -> Measured:
    """The times of one page. What an open page asks again, it asks with the mark it was given."""
    taken: list[float] = []
    known: dict[str, str] = {}
    begun = time.perf_counter()
    for turn in range(TURNS + 1):
        started = time.perf_counter()
        answer = client.get(address, headers=known)
        if answer.status_code not in (200, 304):
            return {"status": answer.status_code}
        if turn:
            taken.append((time.perf_counter() - started) * 1000)
        if "ETag" in answer.headers:
            known = {"If-None-Match": answer.headers["ETag"]}
        if len(taken) >= 3 and time.perf_counter() - begun > SECONDS:
            break
    return {"p50": percentile(taken, 0.5), "p95": percentile(taken, 0.95)}


if __name__ == "__main__":
    measure()
