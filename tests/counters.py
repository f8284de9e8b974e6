"""Numbers on pages, and the lists that they open or stand above: do they agree?

A counter is a number in a link, which opens the list it counts; or a number beside a heading, which
counts the lines that follow it. A list tells how many it has in its heading, and has as many lines
on all its pages together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta"})
HEADINGS = frozenset({"h1", "h2", "h3", "summary"})


class Node:
    """An element of a page with what stands in it."""

    def __init__(self, tag: str, attributes: dict[str, str], above: Node | None) -> None:
        self.tag, self.attributes, self.above = tag, attributes, above
        self.inside: list[Node | str] = []

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        words = (one if isinstance(one, str) else one.text for one in self.inside)
        return re.sub(r"\s+", " ", "".join(words)).strip()

    def all(self, *tags: str) -> Iterator[Node]:
        """Every element below it with one of these names, in order."""
        for one in self.inside:
            if isinstance(one, Node):
                if one.tag in tags:
                    yield one
                yield from one.all(*tags)

    def everything(self) -> Iterator[Node]:
        for one in self.inside:
            if isinstance(one, Node):
                yield one
                yield from one.everything()

    def is_within(self, name: str) -> bool:
        """Whether something around it bears this class."""
        above = self.above
        return above is not None and (name in above.classes or above.is_within(name))


class Reader(HTMLParser):
    """Reads a page into nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.top = self.here = Node("page", {}, None)

    def handle_starttag(self, tag, attrs):
        node = Node(tag, {k: v or "" for k, v in attrs}, self.here)
        self.here.inside.append(node)
        if tag not in VOID:
            self.here = node

    def handle_endtag(self, tag):
        at = self.here
        while at.above is not None and at.tag != tag:
            at = at.above
        if at.above is not None:
            self.here = at.above

    def handle_data(self, data):
        self.here.inside.append(data)


def read(html: str) -> Node:
    """The main part of a page."""
    reader = Reader()
    reader.feed(html)
    return next(reader.top.all("main"), reader.top)


def number_in(node: Node) -> int | None:
    """The number that stands in an element of its own, or alone."""
    for one in (*node.all("b", "span"), node):
        if re.fullmatch(r"\d+", one.text):
            return int(one.text)
    return None


def links(page: Node) -> Iterator[tuple[str, int, str]]:
    """Where each number leads, which it is, and its words."""
    for one in page.all("a"):
        where = one.attributes.get("href", "")
        found = number_in(one)
        if found is None or where.startswith("#") or "pager" in getattr(one.above, "classes", ()):
            continue
        yield where, found, one.text


def headings(page: Node) -> Iterator[tuple[Node, int]]:
    """Headings beside which a number stands that is no link itself."""
    for one in page.all(*HEADINGS):
        for span in one.all("span"):
            if re.fullmatch(r"\d+", span.text) and not any(True for _ in span.all("a")):
                yield one, int(span.text)
                break


def lines_after(heading: Node) -> int:
    """How many lines stand in the first list or table that follows a heading in its section."""
    section, child = heading.above, heading
    while section is not None:
        later = section.inside[section.inside.index(child) + 1 :]
        for one in later:
            if isinstance(one, Node) and (found := _lists(one)):
                return _lines(found[0])
        if section.tag in ("section", "main", "details", "article"):
            break
        section, child = section.above, section
    return 0


def listed(page: Node, part: str = "") -> int:
    """How many lines a page lists, or the part of it that an address names."""
    if part:
        page = next((n for n in page.everything() if n.attributes.get("id") == part), page)
    marked = [row for row in page.all("tr") if "data-line" in row.attributes]
    # A desk has other tables above its rows.
    if marked or any(n.attributes.get("id") == "rows" for n in page.everything()):
        return len(marked)
    tables = [t for t in page.all("table") if part or not t.is_within("card")]
    return sum(_lines(table) for table in tables)


def _lists(node: Node) -> list[Node]:
    own = [node] if node.tag in ("table", "ul", "ol") else []
    return [*own, *node.all("table", "ul", "ol")]


def _lines(one: Node) -> int:
    if one.tag == "table":
        rows = [row for body in one.all("tbody") for row in body.all("tr")]
        return sum(1 for row in rows if any(True for _ in row.all("td")))
    return sum(1 for row in one.inside if isinstance(row, Node) and row.tag == "li")


def next_page(page: Node) -> str:
    """Where the list goes on, if it does."""
    onward = (a for a in page.all("a") if a.attributes.get("rel") == "next")
    return next((a.attributes["href"] for a in onward), "")


@dataclass
class Counted:
    """What was compared, and what did not agree."""

    opened: int = 0
    wrong: list[str] = field(default_factory=list)


# Of lines that are alike, so many are opened: each opens its list by the same rule.
ALIKE = 2
MOST_PAGES = 20


def sweep(get: Callable[[str], str | None], starts: Iterable[str]) -> Counted:
    """Open every counter of some pages, and hold it against the lines of the list that it opens.

    `get` gives a page by its address, None where it is closed.
    """
    found, seen = Counted(), dict[tuple[str, ...], int]()
    for start in starts:
        html = get(start)
        if html is None:
            continue
        page = read(html)
        for heading, number in headings(page):
            lines = lines_after(heading) if heading.tag != "h1" else _whole(get, start)
            found.opened += 1
            if lines != number:
                found.wrong.append(f"{start} “{heading.text}” stands above {lines} lines")
        for where, number, words in links(page):
            address = urljoin(start, where)
            kind = (start.partition("?")[0], address.partition("?")[0], *_asked(address))
            seen[kind] = seen.get(kind, 0) + 1
            if seen[kind] > ALIKE:
                continue
            lines = _whole(get, address)
            found.opened += 1
            if lines != number:
                found.wrong.append(f"{start} “{words}” opens {lines} lines at {address}")
    return found


def _asked(address: str) -> list[str]:
    """What an address asks for; of whom or when is no other question."""
    parts = urlsplit(address)
    alike = {"unit", "person", "day", "hour", "month", "service", "channel", "from", "sort"}
    asked = [k if k in alike else f"{k}={v}" for k, v in parse_qsl(parts.query)]
    return [*sorted(asked), parts.fragment]


def _whole(get: Callable[[str], str | None], address: str) -> int | None:
    """The lines of a list on all its pages."""
    part = urlsplit(address).fragment
    address = address.partition("#")[0]
    if urlsplit(address).path == "/":
        # A desk opens with what is due soonest; this is all of it.
        address += "&rows=500" if "?" in address else "?rows=500"
    html = get(address)
    if html is None:
        return None
    page, lines = read(html), 0
    for _ in range(MOST_PAGES):
        lines += listed(page, part)
        further = next_page(page)
        if not further:
            return lines
        html = get(urljoin(address, further))
        if html is None:
            return None
        page = read(html)
    return lines
