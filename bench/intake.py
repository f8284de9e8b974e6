"""Intake: the verb against bare psycopg writing the same rows, then over HTTP with two
processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar
from typing import Any

from bench.telling import best_rate, say
from bench.world import NOW, PASSWORD, company, set_up

CASES = 1500
CLIENTS = 4
PORT = 8931
TABLES = ("obligations_docket", "obligations_obligation", "cases_case", "ledger_entry")


def run() -> None:
    """The three rates and their ratios."""
    set_up()
    bench = company()
    verb = best_rate(lambda: _lodge(bench, CASES))
    rows = _rows_of_one_case()
    bare = best_rate(lambda: _bare(rows, CASES))
    count = sum(len(found) for found in rows.values())
    say(
        "bare psycopg, the same rows, per second",
        f"{bare:,.0f}",
        f"{count} rows and the chain's head",
    )
    say("the verb in this process", f"{verb:,.0f}", f"costs {bare / verb:.1f} × bare; bar: 4 ×")
    over_http = _http(600)
    say(
        "over HTTP, 2 processes, 4 clients",
        f"{over_http:,.0f}",
        f"{over_http / bare:.2f} of bare; bar: 0.20",
    )


def _lodge(bench: Any, number: int) -> int:
    from chengnuo.cases.intake.lodging import Request, lodge
    from chengnuo.people.models import Staff

    agent = Staff.objects.get(badge="B1")
    for _ in range(number):
        request = Request(
            service="pipe-repair", channel="phone", narrative="示例路路面冒水",
            token=uuid.uuid4().hex, facts={"area": "urban", "diameter_mm": 300},
            contact_phone="13800000001",
        )  # fmt: skip
        lodge(company=bench, request=request, at=NOW, now=NOW, by=agent)
    return number


def _rows_of_one_case() -> dict[str, list[dict[str, Any]]]:
    """The rows that the last intake wrote, table by table."""
    from django.db import connection

    from chengnuo.cases.models import Case

    case = Case.objects.order_by("-lodged_at", "-id").first()
    if case is None:
        raise AssertionError("nothing was lodged")
    wanted = {
        "obligations_docket": ("id", case.docket_id),
        "obligations_obligation": ("docket_id", case.docket_id),
        "cases_case": ("id", case.pk),
        "ledger_entry": ("subject", case.docket_id),
    }
    found = {}
    with connection.cursor() as cursor:
        for table, (column, value) in wanted.items():
            cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s", [value])
            names = [c.name for c in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def _bare(rows: dict[str, list[dict[str, Any]]], number: int) -> int:
    """The same inserts by hand: one transaction per case, prepared by psycopg."""
    import psycopg

    with psycopg.connect(_dsn(), prepare_threshold=2) as link, link.cursor() as cursor:
        for turn in range(number):
            docket = uuid.uuid4()
            cursor.execute("SELECT seq FROM ledger_chainhead WHERE organisation_id = -1 FOR UPDATE")
            for table in TABLES:
                for row in rows[table]:
                    _insert(cursor, table, _fresh(table, row, docket, turn))
            cursor.execute("UPDATE ledger_chainhead SET seq = seq + 1 WHERE organisation_id = -1")
            link.commit()
    return number


def _insert(cursor: Any, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(row.values()))


def _fresh(table: str, row: dict[str, Any], docket: uuid.UUID, turn: int) -> dict[str, Any]:
    """The row with keys of its own."""
    from psycopg.types.json import Json

    made = {k: Json(v) if isinstance(v, dict | list) else v for k, v in row.items()}
    token = uuid.uuid4()
    if table == "ledger_entry":
        made.pop("id")
        return made | {"organisation_id": -1, "seq": int(token) % 2**62 + 1, "subject": docket}
    if table == "obligations_docket":
        return made | {"id": docket, "subject": token.hex}
    made |= {"id": token, "docket_id": docket}
    if table == "cases_case":
        made |= {"number": token.hex, "token": token.hex}
    return made


def _dsn() -> str:
    from django.db import connection

    found = connection.get_connection_params()
    keys = ("dbname", "user", "password", "host", "port")
    return " ".join(f"{k}={found[k]}" for k in keys if found.get(k))


def _http(number: int) -> float:
    line = [
        sys.executable,
        "-m",
        "chengnuo.doors.cli",
        "serve",
        "--port",
        str(PORT),
        "--processes",
        "2",
    ]
    server = subprocess.Popen(line, env=os.environ, stdout=subprocess.DEVNULL)
    try:
        clients = [Client() for _ in range(CLIENTS)]
        for client in clients:
            client.sign_in()
        _together(clients, 5)
        begun = time.perf_counter()
        _together(clients, number // CLIENTS)
        return (number // CLIENTS) * CLIENTS / (time.perf_counter() - begun)
    finally:
        server.terminate()
        server.wait()


def _together(clients: list[Client], each: int) -> None:
    threads = [threading.Thread(target=c.lodge, args=(each,)) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    failed = [c.failed for c in clients if c.failed]
    if failed:
        raise AssertionError(f"intake by HTTP failed: {failed[0]}")


class Client:
    """A browser without a screen: cookies, the form's secret, one intake after the other."""

    def __init__(self) -> None:
        self.cookies = urllib.request.HTTPCookieProcessor(CookieJar())
        self.web = urllib.request.build_opener(self.cookies)
        self.base = f"http://127.0.0.1:{PORT}"
        self.secret = ""
        self.failed = ""

    def sign_in(self) -> None:
        for _ in range(100):
            try:
                page = self._get("/sign-in/")
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise AssertionError("the server did not start")
        self.secret = _secret(page)
        self._post("/sign-in/", {"badge": "B1", "password": PASSWORD})
        self.secret = _secret(self._get("/intake/"))

    def lodge(self, number: int) -> None:
        for _ in range(number):
            form = {
                "service": "pipe-repair", "channel": "phone", "narrative": "示例路路面冒水",
                "token": uuid.uuid4().hex, "fact-area": "urban", "fact-diameter_mm": "300",
                "contact_phone": "13800000001", "contact_name": "", "address": "",
            }  # fmt: skip
            answer = self._post("/intake/", form)
            if "/cases/" not in answer:
                self.failed = answer
                return

    def _get(self, path: str) -> str:
        with self.web.open(self.base + path, timeout=30) as answer:
            return str(answer.read().decode())

    def _post(self, path: str, form: dict[str, str]) -> str:
        """Where the answer points to, without following it."""
        data = urllib.parse.urlencode(form | {"csrfmiddlewaretoken": self.secret}).encode()
        request = urllib.request.Request(self.base + path, data=data)
        opener = urllib.request.build_opener(NoFollowing, self.cookies)
        try:
            with opener.open(request, timeout=30) as answer:
                return f"{answer.status}"
        except urllib.error.HTTPError as answer:
            return f"{answer.code} {answer.headers.get('Location', '')}"


class NoFollowing(urllib.request.HTTPRedirectHandler):
    """A redirect is the answer, not a further page."""

    def redirect_request(self, *args: object, **named: object) -> None:
        return None


def _secret(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if found is None:
        raise AssertionError("the page has no form secret")
    return found.group(1)
