"""kill -9 of server and workers in a loop, under load over HTTP: nothing is lost, nothing doubled.

Somebody takes matters in through the pages and sends again what was not answered, as the page that
gives back what was typed does. `KILL_SECONDS` makes it long: `make kill-loop`.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from dataclasses import dataclass, field
from uuid import uuid4

from tests.doors.running.house import (
    CHENGNUO,
    SCENE,
    Browser,
    end,
    free_port,
    run,
    start,
    wait_for,
)

SECONDS = float(os.environ.get("KILL_SECONDS", "8"))
SEED = 20260309


@dataclass
class Load:
    """One person who takes in matter after matter, and what was acknowledged."""

    port: int
    stopping: threading.Event = field(default_factory=threading.Event)
    said: list[str] = field(default_factory=list)
    failed: int = 0

    def __post_init__(self) -> None:
        self.browser = Browser(self.port)
        self.browser.sign_in()
        self.csrf = self.browser.get("/intake/").hidden("csrfmiddlewaretoken")

    def run(self) -> None:
        while not self.stopping.is_set():
            token = uuid4().hex
            while not self._taken(token):
                self.failed += 1
                time.sleep(0.1)
            self.said.append(token)

    def _taken(self, token: str) -> bool:
        given = {
            "csrfmiddlewaretoken": self.csrf, "token": token, "service": "leak",
            "channel": "phone", "narrative": "冒水",
        }  # fmt: skip
        try:
            return self.browser.post("/intake/", given).status == 200
        except OSError:
            return False  # killed in the middle: nobody knows whether it was saved


def test_server_and_workers_killed_at_any_moment(env):
    rng, port, killed = random.Random(SEED), free_port(), 0
    serve = [*CHENGNUO, "serve", "--port", str(port)]
    house = {"server": start(serve, env), "worker": start([*CHENGNUO, "worker"], env)}
    words = {"server": serve, "worker": [*CHENGNUO, "worker"]}
    try:
        wait_for(port, 60)
        load = Load(port)
        person = threading.Thread(target=load.run)
        person.start()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            # Some die while they still start, some in the middle of their work.
            time.sleep(rng.uniform(0.5, 4.0))
            name = rng.choice(sorted(house))
            end(house[name], signal.SIGKILL)
            house[name] = start(words[name], env)
            killed += 1
        load.stopping.set()
        wait_for(port, 60)
        person.join(timeout=120)
        assert not person.is_alive()
    finally:
        for process in house.values():
            end(process)
    run([*SCENE, "settle"], env)
    found = json.loads(run([*SCENE, "inspect"], env))
    assert killed >= 3
    assert load.said, "there was load"
    expected = sorted([*load.said, *(f"first-{n}" for n in range(3))])
    assert sorted(found["cases"]) == expected, "each that was acknowledged, once"
    number = len(expected)
    assert found["lodged"] == number
    assert (found["obligations"], found["breaches"]) == (2 * number, 2 * number)
    assert found["told"] == found["decided"], "one message for each decision"
    assert found["messages"], "and each of them is delivered"
    for what in ("broken twice", "decided twice", "faults"):
        assert found[what] == [], what
    assert (found["unbroken"], found["wrongly dated"], found["undelivered"]) == (0, 0, 0)
