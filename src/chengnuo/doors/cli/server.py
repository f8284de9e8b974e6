"""Start the server (granian, WSGI) and, for the demonstration, a worker beside it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time

from django.conf import settings
from django.db import connection

from chengnuo.doors.cli.supervisor import House

TARGET = "chengnuo.config.wsgi:application"


def command(*, host: str, port: int, processes: int | None) -> list[str]:
    """The granian command line. SQLite has one writer, so one process and one thread serve it
    best."""
    workers = processes or (1 if connection.vendor == "sqlite" else 2)
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi",
        "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "1",
        "--respawn-failed-workers",
        "--no-ws", TARGET,
    ]  # fmt: skip


def unable_to_listen(*, host: str, port: int) -> str | None:
    """Why nothing can listen there. The server would share a port that another one has."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or error
        return f"cannot listen on {host}, port {port}: {why}; choose others with --host and --port"
    return None


def serve(*, host: str, port: int, processes: int | None) -> int:
    """Serve until a signal stops us. A worker that dies is replaced, and so is the server."""
    connection.close()
    return House({"server": command(host=host, port=port, processes=processes)}).stand()


def free_port(*, wanted: int) -> int:
    """The wanted port on loopback, or the next that is free."""
    for port in range(wanted, wanted + 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return port
    return wanted


def run_house(*, port: int, banner: str) -> int:
    """Server and worker together, until Ctrl-C; both are stopped by their process ids."""
    connection.close()
    chosen = free_port(wanted=port)
    house = House(
        {
            "server": command(host="127.0.0.1", port=chosen, processes=None),
            "worker": [sys.executable, "-m", "chengnuo.doors.cli", "worker"],
        }
    )
    if _answers(chosen, house.process("server")):
        print(
            f"\n{banner}\n\n"
            f"  http://127.0.0.1:{chosen}/   ({settings.ENVIRONMENT}; Ctrl-C stops it)\n",
            flush=True,
        )
    return house.stand()


def _answers(port: int, server: subprocess.Popen[bytes]) -> bool:
    """Wait until the server listens; False when it died first."""
    for _ in range(150):
        if server.poll() is not None:
            return False
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return True
        time.sleep(0.1)
    return False
