#!/usr/bin/env python3
"""A real PostgreSQL server that lives only as long as the command that needs it.

    python scripts/throwaway_postgres.py -- pytest -q         runs it with DATABASE_URL set
    python scripts/throwaway_postgres.py --fsync on -- …      safe writes, as a benchmark wants them
    python scripts/throwaway_postgres.py                      prints the URL, waits for Ctrl-C

and from Python:

    with throwaway_postgres() as server:
        connect(server.url)

It uses the PostgreSQL programs of the system, a cluster of its own in a new temporary directory,
and a unix socket inside that directory: no TCP port, nothing to collide with, nobody else can
reach it. PostgreSQL refuses to run as root, so as root it runs as `postgres` or `nobody`. However
the caller ends, the server goes with it. Standard library only.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import quote

ROLE = "chengnuo"
LONGEST_SOCKET_PATH = 107  # sun_path on Linux, without its closing zero
PR_SET_PDEATHSIG = 1

INITDB_OPTIONS = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8")
SAFE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresUnavailable(RuntimeError):
    """PostgreSQL is not installed here, or would not start; the message says which."""


@dataclass(frozen=True)
class Server:
    url: str
    directory: Path
    pid: int
    programs: Path


def find_programs() -> Path:
    """The directory holding the newest installed `initdb` and `postgres`."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda program: int(program.parts[-3]) if program.parts[-3].isdigit() else 0,
    )
    if debian:
        return debian[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise PostgresUnavailable(
        "PostgreSQL's server programs are not installed. On Debian or Ubuntu:\n"
        "    sudo apt-get install --no-install-recommends postgresql"
    )


def _account() -> pwd.struct_passwd | None:
    """Whom to run as: somebody unprivileged when we are root, else ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresUnavailable("running as root, and neither `postgres` nor `nobody` exists")


def _new_directory(account: pwd.struct_passwd | None) -> Path:
    directory = Path(tempfile.mkdtemp(prefix="chengnuo-pg-"))
    if len(str(directory / ".s.PGSQL.5432")) > LONGEST_SOCKET_PATH:
        directory.rmdir()
        directory = Path(tempfile.mkdtemp(prefix="chengnuo-pg-", dir="/tmp"))
    if account:
        os.chown(directory, account.pw_uid, account.pw_gid)
    return directory


def _die_with_parent() -> None:
    """In the child, before exec: a parent killed outright takes the server along (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT, 0, 0, 0)


def _run_as(account: pwd.struct_passwd | None) -> dict[str, object]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _wait_until_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """PostgreSQL writes `ready` into the last line of its pid file when it takes connections."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError, IndexError):
            if (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready":
                return
        time.sleep(0.02)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    raise PostgresUnavailable(f"PostgreSQL did not start:\n{tail}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown first; each further step is for a server that does not listen."""
    for step in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(step)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)


@contextlib.contextmanager
def throwaway_postgres(
    *, fsync: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    programs = find_programs()
    account = _account()
    directory = _new_directory(account)
    data, log = directory / "data", directory / "log"
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    run_as = _run_as(account)
    process: subprocess.Popen[bytes] | None = None
    try:
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", ROLE, *INITDB_OPTIONS],
            cwd=directory,
            env=environment,
            capture_output=True,
            start_new_session=True,
            **run_as,  # type: ignore[call-overload]
        )
        if made.returncode != 0:
            raise PostgresUnavailable(f"initdb failed:\n{made.stderr.decode(errors='replace')}")
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(directory),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "timezone": "UTC",
            **(SAFE if fsync else FAST),
            **(settings or {}),
        }
        with log.open("wb") as log_file:
            process = subprocess.Popen(
                [programs / "postgres", "-D", data]
                + [word for name, value in options.items() for word in ("-c", f"{name}={value}")],
                cwd=directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the command; the server is stopped after it
                preexec_fn=_die_with_parent,  # no threads run here yet
                **run_as,  # type: ignore[call-overload]
            )
        _wait_until_ready(process, data, log)
        url = f"postgresql://{ROLE}@/postgres?host={quote(str(directory), safe='/')}"
        yield Server(url=url, directory=directory, pid=process.pid, programs=programs)
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(directory, ignore_errors=True)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _run(command: Sequence[str], url: str) -> int:
    """Run the command, hand signals on to it, and answer with its exit code."""
    child = subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})

    def hand_on(number: int, _frame: FrameType | None) -> None:
        child.send_signal(number)

    signal.signal(signal.SIGTERM, hand_on)
    signal.signal(signal.SIGHUP, hand_on)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal has told the child already
    code = child.wait()
    return code if code >= 0 else 128 - code


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description="Run a command beside a PostgreSQL server that ends with it."
    )
    parser.add_argument("--fsync", choices=("on", "off"), default="off", help="default: off")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a server setting"
    )
    parser.add_argument("command", nargs=argparse.REMAINDER, metavar="-- command …")
    given = parser.parse_args(arguments)
    command = given.command[1:] if given.command[:1] == ["--"] else given.command
    settings: dict[str, str] = {}
    for pair in given.set:
        name, equals, value = pair.partition("=")
        if not equals:
            parser.error(f"--set wants NAME=VALUE, not {pair!r}")
        settings[name] = value

    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGHUP, _leave)
    try:
        with throwaway_postgres(fsync=given.fsync == "on", settings=settings) as server:
            if command:
                return _run(command, server.url)
            # Also where a shell put it behind: it goes when the script around it is interrupted.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            print(f"DATABASE_URL={server.url}", flush=True)
            signal.pause()
            return 0
    except PostgresUnavailable as problem:
        print(problem, file=sys.stderr)
        return 1
    except FileNotFoundError as problem:
        print(f"not found: {problem.filename}", file=sys.stderr)
        return 127
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
