"""A server that somebody kills is back: one dead process never ends the pages."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.migrated import put_tables

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads processes from /proc")
PATIENCE = 60


@pytest.fixture
def server(tmp_path):
    ours = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and "CHENGNUO" not in k}
    ours |= {"CHENGNUO_VAR": str(tmp_path)}
    command = [sys.executable, "-m", "chengnuo.doors.cli"]
    put_tables(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (tmp_path / "log").open("wb") as log:
        house = subprocess.Popen(
            [*command, "serve", "--port", str(port)], env=ours, stdout=log, stderr=log
        )
        try:
            yield house, f"http://127.0.0.1:{port}/sign-in/"
        finally:
            house.terminate()
            house.wait(PATIENCE)


def children(pid: int) -> list[int]:
    """Those that a process started, in the order of their start."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, IndexError):
                continue
            if parent == pid:
                found.append(int(entry.name))
    return sorted(found)


def eventually(what):
    """The first true answer; a process is given its time to come back."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := what():
            return found
        time.sleep(0.1)
    raise AssertionError("it did not come back")


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE) as page:
            return page.status == 200
    except (OSError, urllib.error.URLError):
        return False


def test_pages_go_on_when_their_processes_are_killed(server):
    house, address = server
    eventually(lambda: answers(address))
    gone = set()
    # Workers, one right after the other, and then the process above them.
    for of in ("worker", "worker", "worker", "server"):

        def living(of=of):
            above = children(house.pid)
            held = above if of == "server" else [w for one in above for w in children(one)]
            return [pid for pid in held if pid not in gone]

        victim = eventually(living)[-1]
        gone.add(victim)
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: answers(address))
        assert house.poll() is None
    # Told to stop while a killed one's own workers still answer in its place, it leaves none.
    house.terminate()
    house.wait(PATIENCE)
    eventually(lambda: not answers(address))


def test_when_we_are_killed_no_server_stays_behind(server):
    house, address = server
    eventually(lambda: answers(address))
    below = children(house.pid)
    house.kill()
    house.wait(PATIENCE)
    eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in below))


def test_what_cannot_start_ends_with_its_code():
    house = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from chengnuo.doors.cli import supervisor; supervisor.PAUSE = 0.01;"
            "line = [sys.executable, '-c', 'raise SystemExit(7)'];"
            "raise SystemExit(supervisor.House({'server': line}).stand())",
        ],
        capture_output=True,
        timeout=PATIENCE,
    )
    assert house.returncode == 7
