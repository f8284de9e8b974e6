"""Draw a process as SVG: events, obligations as arrows with limit and clause, forms on the way.

Laid out in columns by how many promises lie between the intake and an event; no layout library
needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from chengnuo.packs.checking import forms_in, rules_in
from chengnuo.packs.explaining import event_name
from chengnuo.packs.references import BUILT_IN_ROLES
from chengnuo.packs.rule_shapes import BeforeShape, GateShape, WithinShape
from chengnuo.packs.schema import Pack
from chengnuo.rules.limit_words import in_words
from chengnuo.rules.limits import Limit, LimitTable, Unnumbered
from chengnuo.rules.words import Text

COLUMN, ROW, WIDTH, HEIGHT = 292, 66, 186, 40
LINE = 26  # how wide a line in a box may be: a Chinese sign counts two


@dataclass(frozen=True, slots=True)
class Box:
    """One event in the drawing."""

    event: str
    column: int
    row: int

    @property
    def x(self) -> int:
        return 24 + self.column * COLUMN

    @property
    def y(self) -> int:
        return 64 + self.row * ROW


@dataclass(frozen=True, slots=True)
class Link:
    """An obligation or a form between two events."""

    start: str
    end: str
    label: str
    note: str
    kind: str
    short: str = ""


def diagram(pack: Pack, process_id: str, *, language: str, embedded: bool = False) -> str:
    """One process as SVG in `zh` or `en`; colours are CSS variables.

    It stands alone with its own style; `embedded` leaves the style to the page around it.
    """
    links = _links(pack, process_id, language)
    boxes = _placed(pack, process_id, links)
    process = pack.processes[process_id]
    width = 48 + (max((b.column for b in boxes.values()), default=0) + 1) * COLUMN
    height = 110 + (max((b.row for b in boxes.values()), default=0) + 1) * ROW
    title = _say(process.title.text(), language)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'class="process" aria-label="{escape(title)}">',
        "" if embedded else STYLE,
        f'<text x="24" y="32" class="title">{escape(title)}</text>',
        ARROW,
    ]
    seen: dict[tuple[str, str], int] = {}
    said: list[str] = []
    for link in links:
        if link.start in boxes and link.end in boxes:
            turn = seen.get((link.start, link.end), 0)
            seen[link.start, link.end] = turn + 1
            arrow, words = _drawn_link(link, boxes[link.start], boxes[link.end], turn)
            parts.append(arrow)
            said.append(words)
    for box in boxes.values():
        closing = box.event in process.closes_on
        parts.append(_drawn_box(pack, box, language, closing=closing))
    # Words lie above all arrows, so that none runs through them.
    return "\n".join([*parts, *said, "</svg>"])


def _say(text: Text, language: str) -> str:
    return text.zh if language == "zh" else text.en


def _links(pack: Pack, process_id: str, language: str) -> list[Link]:
    links = []
    settings = {n: s.value for n, s in pack.settings.items()}
    for rule in rules_in(pack, process_id).values():
        clause = rule.clause[0].place
        if isinstance(rule, WithinShape | BeforeShape):
            reckoned = rule.limit.limit(settings)
            limit = _say(in_words(reckoned), language)
            short = _short(reckoned, language)
            title = _say(rule.title.text(), language)
            role = pack.roles.get(rule.owed_by)
            owner = role.title.text() if role else BUILT_IN_ROLES.get(rule.owed_by, Text("", ""))
            note = " · ".join(x for x in (limit, _say(owner, language), clause) if x)
            for start in rule.start.events[:1]:
                links += [
                    Link(start, e, title, note, "promise", short) for e in rule.stop.events[:2]
                ]
        elif isinstance(rule, GateShape) and rule.until is not None:
            title = _say(rule.title.text(), language)
            needed = rule.until.events[:1]
            links += [Link(n, b, title, clause, "gate") for n in needed for b in rule.before[:1]]
    covered = {link.end for link in links}
    for form in forms_in(pack, process_id).values():
        for emitted in form.emits:
            after = form.after.events[0] if form.after else "case.lodged"
            if emitted.event not in covered and emitted.event != after:
                links.append(
                    Link(after, emitted.event, _say(form.title.text(), language), "", "form")
                )
    return links


def _short(limit: Limit, language: str) -> str:
    """A limit as it fits an arrow: the bands of a small table; nothing where no time is stated."""
    if limit == Unnumbered("none"):
        return ""
    if isinstance(limit, LimitTable):
        bands = list(dict.fromkeys(_say(in_words(row.limit), language) for row in limit.rows))
        if len(bands) <= 3:
            return " / ".join(bands)
    return _say(in_words(limit), language)


def _placed(pack: Pack, process_id: str, links: list[Link]) -> dict[str, Box]:
    """Columns by the shortest way from the intake; rows beside those they come from."""
    column = {"case.lodged": 0}
    frontier = ["case.lodged"]
    while frontier:
        following = []
        for event in frontier:
            for link in links:
                if link.start == event and link.end not in column:
                    column[link.end] = column[event] + 1
                    following.append(link.end)
        frontier = following
    for link in links:
        for event in (link.start, link.end):
            column.setdefault(event, 1)
    boxes: dict[str, Box] = {}
    for place in sorted(set(column.values())):
        here = [event for event, found in column.items() if found == place]
        here.sort(key=lambda event: _height(event, links, boxes))
        boxes |= {event: Box(event, place, row) for row, event in enumerate(here)}
    return boxes


def _height(event: str, links: list[Link], boxes: dict[str, Box]) -> float:
    """Where the events lie from which one comes: so that few arrows cross."""
    rows = [boxes[k.start].row for k in links if k.end == event and k.start in boxes]
    return sum(rows) / len(rows) if rows else 99.0


def _drawn_box(pack: Pack, box: Box, language: str, *, closing: bool) -> str:
    name = _say(event_name(pack, box.event), language)
    kind = "closing" if closing else ("start" if box.event == "case.lodged" else "event")
    lines = in_lines(name)
    first = box.y + HEIGHT / 2 + 5 - 8 * (len(lines) - 1)
    words = "".join(
        f'<tspan x="{box.x + WIDTH / 2:.0f}" y="{first + 16 * i:.0f}">{escape(line)}</tspan>'
        for i, line in enumerate(lines)
    )
    return (
        f'<g class="box {kind}"><title>{escape(name)} ({box.event})</title>'
        f'<rect x="{box.x}" y="{box.y}" width="{WIDTH}" height="{HEIGHT}" rx="10"/>'
        f"<text>{words}</text></g>"
    )


def in_lines(name: str) -> list[str]:
    """A name in at most two lines: Chinese breaks anywhere, English between words."""
    parts = name.split(" ") if name.isascii() else list(name)
    glue = " " if name.isascii() else ""
    lines = [""]
    for part in parts:
        longer = f"{lines[-1]}{glue}{part}" if lines[-1] else part
        if _wide(longer) <= LINE or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(part)
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1][:-1]}…"]
    return lines


def _wide(text: str) -> int:
    return sum(1 if ord(sign) < 0x2E80 else 2 for sign in text)


def _drawn_link(link: Link, start: Box, end: Box, turn: int) -> tuple[str, str]:
    """An arrow. Its words stand at the tip, where no two arrows to different events meet."""
    x1: float
    x2: float
    words: tuple[float, float, str]
    y1, y2 = start.y + HEIGHT / 2, end.y + HEIGHT / 2 - turn * 12
    if end.column > start.column:
        x1, x2 = start.x + WIDTH, end.x
        bend = (x2 - x1) / 2 + turn * 10
        path = f"M{x1},{y1} C{x1 + bend:.0f},{y1} {x2 - bend:.0f},{y2} {x2},{y2}"
        words = (x2 - 12, y2 - 5, "end")
    elif end.column == start.column:
        x1 = x2 = start.x + WIDTH
        out = 34 + turn * 12
        path = f"M{x1},{y1} C{x1 + out},{y1} {x2 + out},{y2} {x2},{y2}"
        words = (x1 + 26, (y1 + y2) / 2 + 4, "start")
    else:
        x1, x2 = start.x + WIDTH / 2, end.x + WIDTH / 2
        y1, y2 = start.y + HEIGHT, end.y + HEIGHT
        bend = 34 + turn * 12
        path = f"M{x1},{y1} C{x1},{y1 + bend} {x2},{y2 + bend} {x2},{y2}"
        words = ((x1 + x2) / 2, (y1 + y2) / 2 + bend, "middle")
    tip = f"{link.label}{chr(10)}{link.note}" if link.note else link.label
    x, y, anchor = words
    return (
        f'<g class="link {link.kind}"><title>{escape(tip)}</title>'
        f'<path d="{path}" marker-end="url(#tip)"/></g>',
        f'<g class="link {link.kind}"><text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">'
        f"{escape(link.short)}</text></g>"
        if link.short
        else "",
    )


ARROW = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0,0 L8,4 L0,8 z" class="tip"/></marker></defs>'
)
STYLE = """<style>
.process text{font:13px/1.2 "Noto Sans CJK SC","Noto Sans SC",system-ui,sans-serif}
.process text{fill:var(--cn-ink,#1f2937)}
.process .title{font-size:17px;font-weight:600}
.process .box rect{fill:var(--cn-paper,#fff);stroke:var(--cn-line,#94a3b8);stroke-width:1.2}
.process .box text{text-anchor:middle}
.process .start rect{fill:var(--cn-accent-soft,#dbeafe);stroke:var(--cn-accent,#1d4ed8)}
.process .closing rect{fill:var(--cn-good-soft,#dcfce7);stroke:var(--cn-good,#15803d)}
.process .link path{fill:none;stroke:var(--cn-muted,#64748b);stroke-width:1.4}
.process .link text{font-size:11px;fill:var(--cn-accent,#1d4ed8);paint-order:stroke}
.process .link text{stroke:var(--cn-paper,#fff);stroke-width:4px}
.process .gate path{stroke:var(--cn-warn,#b45309);stroke-dasharray:2 4}
.process .form path{stroke-dasharray:6 4}
.process .tip{fill:var(--cn-muted,#64748b);stroke:none}
</style>"""
