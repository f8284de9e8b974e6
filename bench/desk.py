"""My desk at a million cases: the server's time for the whole page, as the WSGI application gives
it."""

from __future__ import annotations

import time

from bench.telling import percentile, say
from bench.world import PASSWORD, company, fill, set_up

MILLION = 1_000_000


def run() -> None:
    """Ask for the page a few hundred times with a signed-in client in this process."""
    set_up()
    from django.test import Client

    from chengnuo.cases.models import Case

    company()
    if Case.objects.count() < MILLION:
        fill(number=MILLION, tag="0003")
    client = Client(SERVER_NAME="127.0.0.1")
    if not client.login(badge="B0", password=PASSWORD):
        raise AssertionError("the bench's head could not sign in")
    taken, size = [], 0
    for _ in range(20):
        client.get("/")
    for _ in range(200):
        begun = time.perf_counter()
        answer = client.get("/")
        taken.append((time.perf_counter() - begun) * 1000)
        size = len(answer.content)
        if answer.status_code != 200:
            raise AssertionError(f"the desk answered {answer.status_code}")
    say("cases in the database", f"{Case.objects.count():,}")
    say("my desk, median", f"{percentile(taken, 0.5):.1f} ms", f"{size / 1024:.0f} kB of HTML")
    say("my desk, p95", f"{percentile(taken, 0.95):.1f} ms", "bar: 50 ms")
