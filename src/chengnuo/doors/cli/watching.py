"""The watch: is the service well (/healthz), and its figures for Prometheus (/metrics).

A process of its own, on loopback unless it is told otherwise: neither figure is for strangers. The
figures are counted in the database when they are asked for, so they tell of all servers and workers
at once, and they name no customer.
"""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from chengnuo.ledger import aside, heartbeat
from chengnuo.reports.standing import backlog, figures_of_work

TOO_LATE = 600  # seconds
Answer = Callable[[str, list[tuple[str, str]]], Any]


class FiguresCollector(Collector):
    """What stands in the database now."""

    def collect(self) -> Iterator[Metric]:
        """Each figure anew; `chengnuo_up` 0 alone when the database does not answer."""
        now = datetime.now(UTC)
        free = shutil.disk_usage(settings.VAR).free
        yield GaugeMetricFamily("chengnuo_disk_free_bytes", "Free space for our data", value=free)
        try:
            found = [*_of_workers(now), *_of_work(now)]
        except (DatabaseError, InterfaceError):
            found = []
        up = GaugeMetricFamily("chengnuo_up", "Whether the database answers", value=bool(found))
        yield up
        yield from found


def _of_workers(now: datetime) -> Iterator[Metric]:
    alive = heartbeat.alive(now=now)
    yield GaugeMetricFamily("chengnuo_workers", "Workers at work", value=len(alive))
    judging = sum(beat.judges for beat in alive)
    yield GaugeMetricFamily("chengnuo_workers_judging", "… whose clock is right", value=judging)
    off = GaugeMetricFamily(
        "chengnuo_worker_clock_off_seconds", "How far a worker's clock is off", labels=["worker"]
    )
    for beat in alive:
        off.add_metric([beat.worker], beat.off_by)
    yield off


def _of_work(now: datetime) -> Iterator[Metric]:
    waits, figures = backlog(now=now), figures_of_work()
    gauges = (
        ("chengnuo_clocks_waiting", "Clocks that ran out and were not looked at", waits.clocks),
        ("chengnuo_messages_waiting", "Messages that are due", waits.messages),
        ("chengnuo_behind_seconds", "The longest wait", waits.behind(now).total_seconds()),
        ("chengnuo_set_aside", "Work that failed too often", aside.waiting().count()),
        ("chengnuo_failing", "Work that failed and is tried again", aside.failing().count()),
        ("chengnuo_cases_open", "Cases that are open", figures.cases_open),
        ("chengnuo_promises_running", "Promises", figures.promises_running),
        (
            "chengnuo_promises_overdue", "Promises that are broken and not yet kept",
            figures.promises_overdue,
        ),
    )  # fmt: skip
    for name, says, value in gauges:
        yield GaugeMetricFamily(name, says, value=value)
    yield CounterMetricFamily("chengnuo_cases", "Cases", value=figures.cases)
    yield CounterMetricFamily("chengnuo_breaches", "Breaches", value=figures.breaches)
    yield CounterMetricFamily(
        "chengnuo_ledger_entries", "Entries of the ledger", value=figures.ledger_entries
    )


def health(*, now: datetime, pages: int | None) -> dict[str, Any]:
    """Whether people can work and clocks run: `ok`, and each part of it."""
    try:
        alive = heartbeat.alive(now=now)
        behind = backlog(now=now).behind(now).total_seconds()
        parts = {
            "database": True,
            "worker": any(beat.judges for beat in alive),
            "in_time": behind < TOO_LATE,
        }
    except (DatabaseError, InterfaceError):
        parts = {"database": False}
    if pages is not None:
        with socket.socket() as probe:
            probe.settimeout(2)
            parts["pages"] = not probe.connect_ex(("127.0.0.1", pages))
    return {"ok": all(parts.values()), **parts}


def application(pages: int | None) -> Callable[[dict[str, Any], Answer], Iterable[bytes]]:
    """The two addresses as a WSGI application; there is nothing else."""
    registry = CollectorRegistry()
    registry.register(FiguresCollector())
    figures = make_wsgi_app(registry)

    def answer(environ: dict[str, Any], start: Answer) -> Iterable[bytes]:
        try:
            if environ["PATH_INFO"] == "/metrics":
                return list(figures(environ, start))
            if environ["PATH_INFO"] == "/healthz":
                state = health(now=datetime.now(UTC), pages=pages)
                start("200 OK" if state["ok"] else "503 Service Unavailable",
                      [("Content-Type", "application/json")])  # fmt: skip
                return [json.dumps(state).encode() + b"\n"]
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"/healthz, /metrics\n"]
        finally:
            close_old_connections()

    return answer


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Prometheus asks every few seconds: nothing to write down."""


def watch(*, host: str, port: int, pages: int | None) -> None:
    """Answer until stopped."""
    with make_server(host, port, application(pages), handler_class=_Quiet) as server:
        server.serve_forever()
