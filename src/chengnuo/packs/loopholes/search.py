"""The whole search over one pack, and what it cannot see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chengnuo.packs.compiling import compiled
from chengnuo.packs.errors import Problem
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.loopholes.found import KINDS, Finding
from chengnuo.packs.loopholes.gates import gate_findings
from chengnuo.packs.loopholes.playing import (
    DEEPEST,
    MOST_MOVES_PLAYED,
    MOST_SITUATIONS,
    Playboard,
)
from chengnuo.packs.loopholes.promises import Promises
from chengnuo.packs.loopholes.written import said_otherwise, written_findings
from chengnuo.packs.notices import shipped_notices
from chengnuo.packs.schema import Pack
from chengnuo.rules.words import Text

# Raised when the search comes to find more: what an earlier one found is looked for again.
SEARCH = 2
# A working Monday without a holiday near.
OPENING = (2026, 3, 9, 9, 0)
UNSEEN = Text(
    "仅试验本制度的表单与内置动作；K8只查各规则分别适用而遗漏的取值，过宽或过窄须对照原文，由人判断；"
    "数字和时间只试最小值与足够值；每张表单与每项承诺、关口、情况逐一相遇，不试其全部组合。",
    "Only the pack's own forms and built-in steps are played; of K8 only values that rules leave "
    "over are seen, the rest needs the meaning of the text and a person; numbers and moments are "
    "tried with the least and with enough; every form meets every promise, gate and fact, not all "
    "their combinations.",
)


BOUNDS = Text(
    f"每个服务项目最多连续填{DEEPEST}张表单，试{MOST_SITUATIONS}种情形、{MOST_MOVES_PLAYED}步。",
    f"Of every service up to {DEEPEST} forms in a row, {MOST_SITUATIONS} situations and "
    f"{MOST_MOVES_PLAYED} moves are tried.",
)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a pack, and which services were not played to the end."""

    pack: str
    findings: tuple[Finding, ...]
    accepted: tuple[tuple[Finding, str], ...]
    stale: tuple[tuple[str, str, str], ...]
    played: int
    cut: tuple[tuple[str, Text], ...]

    @property
    def is_tight(self) -> bool:
        """Whether nothing is left to mend or to accept, and nothing is accepted for nothing."""
        return not self.findings and not self.stale

    def as_dict(self) -> dict[str, Any]:
        return {
            "pack": self.pack,
            "search": SEARCH,
            "moves_played": self.played,
            "not_played_to_the_end": [service for service, _title in self.cut],
            "by_kind": self.counted(),
            "findings": [f.as_dict() for f in self.findings],
            "accepted": [f.as_dict() | {"reading": reading} for f, reading in self.accepted],
            "accepted_and_not_found": [list(key) for key in self.stale],
        }

    def counted(self) -> dict[str, int]:
        counts = Counter(f.kind for f in self.findings)
        return {kind: counts[kind] for kind in KINDS if counts[kind]}


def loopholes(loaded: LoadedPack) -> Report:
    """Attack every promise and gate of a pack."""
    return searched(loaded.pack, digest=loaded.digest)


def searched(pack: Pack, *, digest: str) -> Report:
    """The same for a pack as it is stored."""
    book = compiled(pack, digest=digest, notices=shipped_notices())
    table = Playboard(pack, book, datetime(*OPENING, tzinfo=ZoneInfo(pack.time_zone)))
    promises, played = Promises(table), 0
    for service, shape in pack.services.items():
        if shape.process is None:
            continue
        for one in table.play(service):
            promises.look(one)
            played += 1
    found: dict[tuple[str, str, str], Finding] = {}
    for source in (
        promises.findings(),
        gate_findings(table),
        written_findings(table),
        said_otherwise(table),
    ):
        for finding in source:
            found.setdefault(finding.key, finding)
    ordered = sorted(found.values(), key=lambda f: (list(KINDS).index(f.kind), f.rule, f.by))
    return _report(pack, ordered, played, table.cut)


def _report(pack: Pack, found: list[Finding], played: int, cut: set[str]) -> Report:
    """What is open, what the pack accepts by which reading, and what it accepts for nothing."""
    taken = {
        (one.kind, rule_id, one.by): one.reading
        for rule_id, rule in pack.rules.items()
        for one in rule.accepts
    }
    return Report(
        pack=pack.id,
        findings=tuple(f for f in found if f.key not in taken),
        accepted=tuple((f, taken[f.key]) for f in found if f.key in taken),
        stale=tuple(sorted(taken.keys() - {f.key for f in found})),
        played=played,
        cut=tuple((service, pack.services[service].title.text()) for service in sorted(cut)),
    )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _not_to_the_end(report: Report) -> Text:
    """Which services could not be played to the end, by name."""
    if not report.cut:
        return Text("各服务项目均已试完", "every service played to the end")
    zh = "、".join(f"{service}（{title.zh}）" for service, title in report.cut)
    en = ", ".join(f"{service} ({title.en})" for service, title in report.cut)
    number = len(report.cut)
    return Text(
        f"{number}个服务项目未试完：{zh}",
        f"{_counted(number, 'service')} not played to the end: {en}",
    )


def unexplained(loaded: LoadedPack) -> list[Problem]:
    """What of a pack is neither mended nor accepted, and what is accepted for nothing, as the check
    tells it."""
    report = loopholes(loaded)
    found = [
        Problem(
            loaded.where("rules", f.rule) if f.rule else loaded.where("services"),
            Text(
                f"{f.kind} {KINDS[f.kind].zh}（{f.by}）：{f.trace.zh}",
                f"{f.kind} {KINDS[f.kind].en} ({f.by}): {f.trace.en}",
            ),
            f"rules.{f.rule}" if f.rule else "services",
        )
        for f in report.findings
    ]
    for kind, rule, by in report.stale:
        what = Text(
            f"accepts 中的 {kind} {by} 已不再发现，请删去",
            f"{kind} {by} is accepted and no longer found: take it out",
        )
        found.append(Problem(loaded.where("rules", rule), what, f"rules.{rule}"))
    return found


def told(report: Report, language: str) -> Iterator[str]:
    """A report as lines of text, by kind."""
    number, played = len(report.findings), report.played
    head = Text(
        f"{report.pack}：{number}处疑似漏洞；试验{played}步；{_not_to_the_end(report).zh}",
        f"{report.pack}: {_counted(number, 'loophole')}; {_counted(played, 'move')} played; "
        f"{_not_to_the_end(report).en}",
    )
    yield head.said(language)
    for kind, name in KINDS.items():
        found = [f for f in report.findings if f.kind == kind]
        if found:
            yield f"  {kind} {name.said(language)} ({len(found)})"
        for one in found:
            where = " ".join(part for part in (one.rule, one.by) if part)
            yield f"    {where}: {one.trace.said(language)}"
    for one, reading in report.accepted:
        taken = Text(f"已按释义 {reading} 接受", f"accepted by reading {reading}")
        yield f"  {taken.said(language)}: {one.kind} {one.rule} {one.by}".rstrip()
    for key in report.stale:
        gone = Text(
            "已接受但未发现，请从制度包中删去", "accepted but not found: take it out of the pack"
        )
        yield f"  {gone.said(language)}: {' '.join(part for part in key if part)}"
