"""The screen of a call at 100,000 cases: page and saved case, four agents at once, the server's
time as the WSGI application gives it."""

from __future__ import annotations

import multiprocessing
import re
import time
import uuid

from bench.telling import percentile, say
from bench.world import PASSWORD, company, fill, set_up

HUNDRED_THOUSAND = 100_000
AGENTS = 4
CALLS = 60
BAR = 150.0


def run() -> None:
    """Every agent is a process of its own, as behind a server; all of them on one chain."""
    set_up()
    from django.db import connection

    from chengnuo.cases.models import Case

    company()
    if Case.objects.count() < HUNDRED_THOUSAND:
        fill(number=HUNDRED_THOUSAND, tag="0004")
    connection.close()
    for agents in (1, AGENTS):
        with multiprocessing.get_context("spawn").Pool(agents) as pool:
            told = pool.map(_calls, [CALLS] * agents)
        _tell(agents, [turn for turns in told for turn in turns])


def _tell(agents: int, turns: list[tuple[float, float, float]]) -> None:
    who = f"{agents} agent{'s' if agents > 1 else ''}"
    for what, place in (("page", 0), ("caller card", 1), ("saving", 2)):
        taken = [turn[place] for turn in turns]
        figure = f"{percentile(taken, 0.5):.0f} / {percentile(taken, 0.95):.0f} ms"
        say(f"{who}: {what}, median / p95", figure)
    whole = [page + saving for page, _, saving in turns]
    figure = f"{percentile(whole, 0.5):.0f} / {percentile(whole, 0.95):.0f} ms"
    say(f"{who}: page to saved case, median / p95", figure, f"bar: {BAR:.0f} ms")


def _calls(number: int) -> list[tuple[float, float, float]]:
    """One agent: the page, the card of the caller, the saved case; milliseconds of each."""
    set_up()
    from django.test import Client

    client = Client(SERVER_NAME="127.0.0.1")
    if not client.login(badge="B1", password=PASSWORD):
        raise AssertionError("the bench's agent could not sign in")
    for _ in range(5):
        _call(client)
    return [_call(client) for _ in range(number)]


def _call(client: object) -> tuple[float, float, float]:
    phone = f"138{uuid.uuid4().int % 100_000_000:08d}"
    begun = time.perf_counter()
    page = client.get(f"/intake/?phone={phone}&rang=7")  # type: ignore[attr-defined]
    shown = time.perf_counter()
    token = re.search(r'name="token" value="([^"]+)"', page.content.decode())
    typed = {
        "service": "pipe-repair", "channel": "phone", "narrative": "示例路路面冒水",
        "token": token.group(1) if token else "", "fact.area": "urban", "contact_phone": phone,
        "contact_name": "演示来电人", "address": "示例市示例路9号", "rang": "7",
    }  # fmt: skip
    asked = time.perf_counter()
    card = client.post("/intake/caller/", typed)  # type: ignore[attr-defined]
    known = time.perf_counter()
    saved = client.post("/intake/", typed)  # type: ignore[attr-defined]
    done = time.perf_counter()
    if (page.status_code, card.status_code, saved.status_code) != (200, 200, 302):
        raise AssertionError(f"{page.status_code}, {card.status_code}, {saved.status_code}")
    return (shown - begun) * 1000, (known - asked) * 1000, (done - known) * 1000
