"""The throwaway server is real, and gone afterwards, whatever happened in between."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from scripts.throwaway_postgres import PostgresUnavailable, find_programs, throwaway_postgres

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "throwaway_postgres.py"


@pytest.fixture(autouse=True)
def installed():
    try:
        find_programs()
    except PostgresUnavailable as problem:
        pytest.skip(str(problem))


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/cmdline").exists()


def test_it_answers_sql_and_leaves_nothing_behind():
    with throwaway_postgres(settings={"work_mem": "7MB"}) as server:
        with psycopg.connect(server.url) as connection:
            assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
            assert connection.execute("SHOW work_mem").fetchone() == ("7MB",)
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        assert server.directory.is_dir()
    assert not server.directory.exists()
    assert not alive(server.pid)


def test_the_command_gets_the_url_and_its_exit_code_counts():
    command = [sys.executable, "-c", "import os; print(os.environ['DATABASE_URL']); exit(7)"]
    run = subprocess.run([sys.executable, SCRIPT, "--", *command], capture_output=True, text=True)
    assert run.returncode == 7
    assert run.stdout.startswith("postgresql://")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_caller_takes_the_server_along(number):
    caller = subprocess.Popen([sys.executable, SCRIPT], stdout=subprocess.PIPE, text=True)
    assert caller.stdout is not None
    url = caller.stdout.readline()
    directory = Path(url.strip().rpartition("host=")[2])
    server = int((directory / "data" / "postmaster.pid").read_text().split()[0])
    os.kill(caller.pid, number)
    caller.wait(timeout=20)
    caller.stdout.close()
    deadline = time.monotonic() + 20
    while alive(server) and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(directory, ignore_errors=True)  # a caller killed outright could not do it
    assert not alive(server)
