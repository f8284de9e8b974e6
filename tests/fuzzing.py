"""Every form of every page, and every address, asked with random, huge and odd values.

A walker signs in as everybody, reads the pages as a browser would, and sends what no browser would:
wrong kinds, numbers without end, days that are none, NUL, half a letter, files that are something
else, addresses and headers made up. Whatever comes, the answer is one of ours and no fault (500).

    make fuzz       the long walk, on a demonstration of its own (scripts/fuzz.py)

A fault is told with what was asked, so that it can be asked again; the same seed asks the same as
long as the pages are the same.
"""

from __future__ import annotations

import random
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.test import Client
from django.urls import get_resolver

from chengnuo.cases.models import Case
from chengnuo.obligations.models import Docket, Obligation
from chengnuo.people.models import Holding, Staff

SOURCE = Path(__file__).parent.parent / "src" / "chengnuo" / "doors"
PAGES_KEPT, FORMS_KEPT = 400, 400

NUMBERS = (
    "0", "1", "-1", "²", "٣", "1e3", "1.5", "NaN", "inf", "9" * 30, "9" * 5000, "0x10", "007",
    "2147483648", "9223372036854775808", "１２", "1_000", " 1 ",
)  # fmt: skip
MOMENTS = (
    "2026-03-09", "0001-01-01", "9999-12-31", "2026-02-30", "2026-13", "2026-03", "0000-00",
    "2026-03-09T10:30", "9999-12-31T23:59", "0001-01-01T00:00", "2026-03-09T25:00",
    "2026-03-09T10:30+99:00", "2026-W10-1", "20260309", "2026-03-09T10:30:00Z",
)  # fmt: skip
WORDS = (
    "", " ", "x", "路面冒水", "a/b", "../../etc/passwd", "a" * 300, "汉" * 20_000, "\x00",
    "冒\x00水", "\u200b", "\u202e水", "😀👨‍👩‍👧", "é" * 500, "%", "_", "%00", "%s%n{}",
    "{{7*7}}", "'\"<script>", "' OR 1=1 --", "\r\nX-Odd: 1", "http://[x", "//x",
    "javascript:x", "=1+1", "|", "a|b|c", "#", "x#y", "x:y", ":", ",", "null", "true", "[]",
    "{\"a\":1}", "None", "approved", "all", "me", "*", "?", "-", ".", "..", "\\", "\ufffe",
    "\U0010ffff", "ſ", "İ", "ß", "a\nb\nc", "13800000001", "+86 138-0000-0001", "110",
)  # fmt: skip
FILES = (
    ("x.txt", b""), ("x.csv", b"a,b\n1,2\n"), ("x.xlsx", b"PK\x03\x04broken"),
    ("x.png", b"\x89PNG\r\n\x1a\n"), ("a/b\x00.pdf", b"%PDF-1.7"),
    ("汉" * 200 + ".csv", "编号,内容\n1,水\n".encode("gb18030")),
    ("x.csv", b"\xff\xfe\x00\xd8"), ("x.xls", b"\xd0\xcf\x11\xe0"), ("x.csv", b'"' * 999),
    ("x.jpg", b"\xff\xd8\xff"),
)  # fmt: skip
HEADERS = (
    {"Referer": "http://[x"}, {"Referer": "x"}, {"Referer": "http://testserver/cases/?q=1"},
    {"HX-Request": "true"}, {"HX-Request": "true", "HX-Current-URL": "http://[x"},
    {"HX-Request": "true", "HX-Target": "\x7f"}, {"X-Quiet": "1"},
    {"Accept-Language": "zz-" + "a" * 200}, {"X-Forwarded-For": "x, 999.1.1.1"},
    {"Accept": "application/json"}, {"If-None-Match": '"x"'}, {"If-Modified-Since": "never"},
    {"Range": "bytes=9-1"},
)  # fmt: skip
# What would end the walk for everybody, done seldom.
ENDING = re.compile(r"sign-out|dismiss|password|reset|second-factor|relieve")


@dataclass(frozen=True, slots=True)
class Form:
    """What can be sent from a page: where to, how, and which fields with which values."""

    action: str
    method: str
    fields: tuple[tuple[str, str, tuple[str, ...]], ...]


class Page(HTMLParser):
    """The links and forms of a page, also those that HTMX follows."""

    def __init__(self, at: str) -> None:
        super().__init__()
        self.at = at
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._open: dict[str, Any] | None = None
        self._loose: list[tuple[str, str]] = []
        self._select: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and has.get("href", "").startswith(("/", "?")):
            self.links.append(self._whole(has["href"]))
        if "hx-get" in has:
            self._sends(has["hx-get"], "get")
        if "hx-post" in has:
            self._sends(has["hx-post"], "post")
        if tag == "form":
            self._open = {
                "to": has.get("action", ""),
                "how": has.get("method", "get"),
                "fields": [],
            }
        elif tag == "select":
            self._select = (has.get("name", ""), [])
        elif tag == "option" and self._select is not None:
            self._select[1].append(has.get("value", ""))
        elif tag in ("input", "textarea", "button") and has.get("name"):
            self._add(has["name"], has.get("type", "text"), [has.get("value", "")])

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select is not None:
            self._add(self._select[0], "select", self._select[1])
            self._select = None
        if tag == "form" and self._open is not None:
            fields = tuple(self._open["fields"])
            self.forms.append(
                Form(self._whole(self._open["to"]), self._open["how"].lower(), fields)
            )
            for to, how in self._loose:
                self.forms.append(Form(self._whole(to), how, fields))
            self._open, self._loose = None, []

    def _sends(self, to: str, how: str) -> None:
        if self._open is not None:
            self._loose.append((to, how))
        else:
            self.forms.append(Form(self._whole(to), how, ()))

    def _add(self, name: str, kind: str, values: list[str]) -> None:
        if self._open is not None and name != "csrfmiddlewaretoken":
            self._open["fields"].append((name, kind, tuple(values)))

    def _whole(self, address: str) -> str:
        if address.startswith("/"):
            return address
        path = urlsplit(self.at).path
        return path + address if address.startswith("?") else self.at


@dataclass(slots=True)
class Fault:
    """An answer that was none of ours, and what was asked."""

    asked: str
    told: str


@dataclass
class Walker:
    """Asks so many times; `faults` holds what went wrong, `answers` how often which status came."""

    people: list[Any]
    seed: int = 0
    faults: list[Fault] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        self.pages: list[tuple[str, Any]] = []
        self.forms: list[Form] = []
        self.names = sorted(_names_of_parameters())
        self.addresses = list(_addresses())
        self.clients: dict[Any, Any] = {}
        self.crash = ""

    def walk(self, requests: int) -> None:
        got_request_exception.connect(self._note_crash)
        try:
            while self.answers.total() < requests:
                self._step()
        finally:
            got_request_exception.disconnect(self._note_crash)

    def _note_crash(self, **_: Any) -> None:
        self.crash = traceback.format_exc()

    def _step(self) -> None:
        """One request: mostly a form filled wrongly, else a page of the walk, or one made up."""
        dice = self.dice.random()
        if dice < 0.5 and self.forms:
            self._send(self.dice.choice(self.forms))
        elif dice < 0.75:
            self._look()
        else:
            self._make_up()

    # -- asking ------------------------------------------------------------------------------------

    def _send(self, form: Form) -> None:
        if ENDING.search(form.action) and self.dice.random() < 0.8:
            return
        data: dict[str, Any] = {}
        odd = self.dice.random()
        for name, kind, values in form.fields:
            if self.dice.random() < 0.07:
                continue
            if kind == "file":
                if self.dice.random() < 0.5:
                    data[name] = self._file()
            elif self.dice.random() < odd or not any(values):
                data[name] = [self._value() for _ in range(self.dice.choice((1, 1, 1, 2)))]
            elif kind in ("checkbox", "radio", "button", "submit"):
                if name not in data or self.dice.random() < 0.5:
                    data[name] = self.dice.choice(values)
            else:
                data[name] = self.dice.choice(values)
        if self.dice.random() < 0.2:
            data[self.dice.choice(self.names)] = self._value()
        if form.method == "post":
            self._ask("post", form.action, data)
        else:
            flat = {k: v for k, v in data.items() if not hasattr(v, "read")}
            self._ask("get", _with(form.action, flat), None)

    def _look(self) -> None:
        address = (
            self.dice.choice(self.pages)[0] if self.pages and self.dice.random() < 0.8 else "/"
        )
        if self.dice.random() < 0.3:
            address = self._bent(address)
        self._ask("get", address, None)

    def _make_up(self) -> None:
        """An address of the resolver with parts of our own or of nobody."""
        address = self.dice.choice(self.addresses)(self)
        asked = {self.dice.choice(self.names): self._value() for _ in range(self.dice.randrange(4))}
        if self.dice.random() < 0.5:
            self._ask("get", _with(address, asked), None)
        elif not ENDING.search(address) or self.dice.random() < 0.1:
            self._ask("post", address, asked)

    def _bent(self, address: str) -> str:
        """The same address, its question answered otherwise."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        for name in asked:
            if self.dice.random() < 0.6:
                asked[name] = self._value()
        if not asked or self.dice.random() < 0.3:
            asked[self.dice.choice(self.names)] = self._value()
        return _with(parts.path, asked)

    def _ask(self, method: str, address: str, data: dict[str, Any] | None) -> None:
        person = self.dice.choice(self.people)
        client = self._client(person)
        headers = self.dice.choice(HEADERS) if self.dice.random() < 0.2 else {}
        self.crash = ""
        told = f"{method.upper()} {address!r:.600} as {person} with {data!r:.1500} {headers}"
        try:
            ask = client.get if method == "get" else client.post
            answer = (
                ask(address, data, headers=headers)
                if data is not None
                else ask(address, headers=headers)
            )
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        except Exception:  # whatever comes past the handlers is a fault as well
            self.answers[599] += 1
            self.faults.append(Fault(told, traceback.format_exc()))
            self.clients.clear()
            return
        self.answers[answer.status_code] += 1
        if answer.status_code >= 500:
            self.faults.append(Fault(told, self.crash))
        where = answer.headers.get("Location", "")
        if where.startswith(("/sign-in/", "/password/", "/second-factor/")):
            self._let_in_again(person)
        if "text/html" in answer.headers.get("Content-Type", ""):
            self._learn(urlsplit(address)._replace(fragment="").geturl(), content)

    def _learn(self, address: str, content: bytes) -> None:
        page = Page(address)
        page.feed(content.decode("utf-8", "replace"))
        for link in page.links:
            if link not in self.seen and len(link) < 300 and "/sign-out/" not in link:
                self.seen.add(link)
                self.pages.append((link, None))
        self.forms += [form for form in page.forms if len(form.action) < 300]
        for kept, most in ((self.pages, PAGES_KEPT), (self.forms, FORMS_KEPT)):
            while len(kept) > most:
                kept.pop(self.dice.randrange(len(kept)))

    # -- people ------------------------------------------------------------------------------------

    def _client(self, person: Any) -> Any:
        if person not in self.clients:
            client = Client(raise_request_exception=False)
            if person is not None:
                client.force_login(person)
            client.cookies["chengnuo_language"] = self.dice.choice(("zh-hans", "en"))
            self.clients[person] = client
        return self.clients[person]

    def _let_in_again(self, person: Any) -> None:
        if person is not None:
            Staff.objects.filter(pk=person.pk).update(is_active=True, must_change_password=False)
            person.refresh_from_db()
            self.clients.pop(person, None)

    # -- values ------------------------------------------------------------------------------------

    def _value(self) -> str:
        dice = self.dice.random()
        if dice < 0.2:
            return self.dice.choice(NUMBERS)
        if dice < 0.35:
            return self.dice.choice(MOMENTS)
        if dice < 0.9:
            return self.dice.choice(WORDS)
        return "".join(chr(self._sign()) for _ in range(self.dice.randrange(1, 40)))

    def _sign(self) -> int:
        sign = self.dice.choice(
            (self.dice.randrange(128), self.dice.randrange(0x3000), self.dice.randrange(0x110000))
        )
        return 63 if 0xD800 <= sign < 0xE000 else sign

    def _file(self) -> Any:
        name, content = self.dice.choice(FILES)
        return SimpleUploadedFile(name.replace("/", "_").replace("\x00", "_"), content)

    def part(self, kind: str, name: str) -> str:
        """A part of an address: one that there is, or one of nobody."""
        if kind == "id":
            return str(
                self.dice.choice((0, 1, 2, 3, 7, self.dice.randrange(200), 2**31, 10**17, 10**30))
            )
        if kind == "uuid":
            return str(self.dice.choice((UUID(int=0), *self._known("docket_id", "obligation_id"))))
        if kind == "slug":
            return self.dice.choice(
                ("reopen", "hand-over", "x", "approve", "a-b_c", "1", "in", "urge", "a" * 300)
            )
        if name == "number" and self.dice.random() < 0.8:
            return str(self.dice.choice(self._known("number") or ["x"]))
        return quote(
            self.dice.choice(("x", "汉", "%", "a b", "..", "a" * 400, "\x00", "DW", "dw", "1")),
            safe="",
        )

    def _known(self, *what: str) -> list[Any]:
        if what == ("number",):
            return list(Case.objects.order_by("?").values_list("number", flat=True)[:5])
        rows = (Docket.objects.order_by("?"), Obligation.objects.order_by("?"))
        return [pk for one in rows for pk in one.values_list("pk", flat=True)[:3]]


def _with(address: str, asked: dict[str, Any]) -> str:
    if not asked:
        return address
    sign = "&" if "?" in address else "?"
    return f"{address}{sign}{urlencode(asked, doseq=True)}"


def _names_of_parameters() -> Iterator[str]:
    """Every name that a view reads from an address or a form."""
    found = re.compile(
        r'(?:GET|POST|post|typed|asked|given)\.get(?:list)?\(\s*"([\w-]+)"|"([a-z_]+)":'
    )
    for file in SOURCE.rglob("*.py"):
        for one, other in found.findall(file.read_text(encoding="utf-8")):
            yield one or other


def _addresses() -> Iterator[Any]:
    """Every address of the resolver, as a maker of addresses."""
    part = re.compile(r"<(?:(\w+):)?(\w+)>")

    def makes(route: str) -> Any:
        def made(walker: Walker) -> str:
            return "/" + part.sub(lambda m: walker.part(m[1] or "str", m[2]), route)

        return made

    def below(patterns: Any, start: str) -> Iterator[str]:
        for one in patterns:
            route = start + str(one.pattern)
            yield from below(one.url_patterns, route) if hasattr(one, "url_patterns") else [route]

    for route in below(get_resolver().url_patterns, ""):
        yield makes(route)


def somebody_of_everything() -> list[Any]:
    """A person for every role of every company, and a stranger."""
    found: dict[tuple[int, str], Any] = {}
    held = Holding.objects.filter(until__isnull=True, staff__is_active=True)
    for row in held.select_related("staff", "post__organisation").order_by("pk"):
        found.setdefault((row.post.organisation.home_id, row.post.role), row.staff)
    return [*found.values(), None]
