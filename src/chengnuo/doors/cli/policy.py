"""`chengnuo policy …`: check, coverage, explain and diagram of packs. Needs no database."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from chengnuo.doors.cli.options import LANGUAGES, language_of
from chengnuo.packs.checking import check, notes
from chengnuo.packs.coverage import coverage, in_sum
from chengnuo.packs.diagram import diagram
from chengnuo.packs.errors import PackError, Problem
from chengnuo.packs.examples import read_examples
from chengnuo.packs.explaining import explain
from chengnuo.packs.loader import LoadedPack, load, shipped_packs
from chengnuo.packs.loopholes.search import UNSEEN, loopholes, told, unexplained
from chengnuo.packs.notices import joined, read_notice, shipped_notices
from chengnuo.packs.rights import rights_table
from chengnuo.rules import moments
from chengnuo.rules.calendar import PublishedNotice
from chengnuo.rules.words import Text


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the policy commands on the main parser."""
    policy = commands.add_parser("policy", help="check, explain and draw policy packs")
    verbs = policy.add_subparsers(dest="verb", required=True)
    checking = verbs.add_parser(
        "check", help="prove that packs are closed loops and that examples hold"
    )
    checking.add_argument(
        "packs", nargs="*", metavar="PACK", help="pack ids or folders (default: all)"
    )
    checking.add_argument(
        "--language", choices=LANGUAGES, help="of the messages (default: that of the locale, LANG)"
    )
    checking.add_argument(
        "--loopholes",
        action="store_true",
        help="search for the cheapest ways to keep, void or escape promises; exit 1 when some are",
    )
    checking.add_argument("--json", action="store_true", help="of the loopholes, machine-readable")
    checking.set_defaults(run=run_check)
    covering = verbs.add_parser("coverage", help="which obligation is executed by which rule")
    covering.add_argument(
        "packs", nargs="*", metavar="PACK", help="pack ids or folders (default: all)"
    )
    covering.add_argument("--json", action="store_true", help="machine-readable")
    covering.set_defaults(run=run_coverage)
    about = "who fills, keeps, ends, accepts and decides what, as tables (Markdown)"
    _tables(verbs, "rights", about, run_rights)
    drawing = verbs.add_parser("diagram", help="draw a pack's processes as SVG")
    drawing.add_argument("pack", metavar="PACK")
    drawing.add_argument("--process", help="one process only")
    drawing.add_argument("--language", choices=LANGUAGES, default="zh")
    drawing.add_argument(
        "--out", type=Path, help="folder for the files (default: to standard output)"
    )
    drawing.set_defaults(run=run_diagram)
    explaining = verbs.add_parser("explain", help="the due time of a rule, with its proof")
    explaining.add_argument("pack", metavar="PACK", help="a pack id, or the folder of a pack")
    explaining.add_argument(
        "rule", metavar="RULE", help="a rule id, or an obligation id such as O3-049"
    )
    explaining.add_argument("--at", required=True, metavar="MOMENT", help="2026-09-30T16:00+08:00")
    explaining.add_argument(
        "--set", action="append", default=[], metavar="FACT=VALUE", dest="given"
    )
    explaining.add_argument("--setting", action="append", default=[], metavar="NAME=VALUE")
    explaining.add_argument(
        "--agreed", metavar="MOMENT", help="an appointment that replaces the clock"
    )
    explaining.add_argument(
        "--language", choices=LANGUAGES, help="of the messages (default: that of the locale, LANG)"
    )
    explaining.add_argument("--pause", action="append", default=[], metavar="FROM/TO")
    explaining.add_argument("--notice", action="append", default=[], type=Path, metavar="FILE")
    explaining.add_argument("--json", action="store_true", help="machine-readable")
    explaining.set_defaults(run=run_explain)


def _tables(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    about: str,
    run: Callable[[argparse.Namespace], int],
) -> None:
    """A verb that prints tables of some packs in one language."""
    verb = verbs.add_parser(name, help=about)
    verb.add_argument("packs", nargs="*", metavar="PACK", help="pack ids or folders (default: all)")
    verb.add_argument("--language", choices=LANGUAGES, default="zh")
    verb.set_defaults(run=run)


def run_check(args: argparse.Namespace) -> int:
    if args.json and not args.loopholes:
        what = Text("只与 --loopholes 同用", "goes with --loopholes only")
        raise PackError("", [Problem("--json", what)])
    language = args.language or language_of(os.environ)
    if args.loopholes:
        return _search(args.packs or shipped_packs(), language, as_json=args.json)
    faulty, shipped = 0, shipped_packs()
    for name in args.packs or shipped:
        try:
            loaded = load(name)
            problems = check(loaded)
            # Those that come with the product owe it always; others are asked with --loopholes.
            problems += unexplained(loaded) if name in shipped else []
            examples = len(read_examples(loaded))
        except PackError as error:
            problems, examples = error.problems, 0
        faulty += bool(problems)
        for problem in problems:
            print(problem.said(language), file=sys.stderr)
        if problems:
            said = Text(f"{len(problems)}处问题", f"{len(problems)} problem(s)")
            print(f"{name}: {said.said(language)}", file=sys.stderr)
        else:
            print(f"{name}: {_sound(loaded, examples).said(language)}")
            for note in notes(loaded):
                print(note.said(language))
    return 1 if faulty else 0


def _search(names: Sequence[str], language: str, *, as_json: bool) -> int:
    reports = [loopholes(load(name)) for name in names]
    if as_json:
        print(json.dumps([r.as_dict() for r in reports], ensure_ascii=False, indent=1))
    else:
        for report in reports:
            for line in told(report, language):
                print(line)
        print(UNSEEN.said(language))
    return 0 if all(report.is_tight for report in reports) else 1


def _sound(loaded: LoadedPack, examples: int) -> Text:
    pack = loaded.pack
    return Text(
        f"无误。{len(pack.processes)} 个流程，{len(pack.services)} 个服务项目，"
        f"{len(pack.forms)} 张表单，{len(pack.rules)} 条规则，{examples} 个示例成立；"
        f"版本 {pack.version}，摘要 {loaded.digest[:12]}",
        f"sound. {len(pack.processes)} processes, {len(pack.services)} services, "
        f"{len(pack.forms)} forms, {len(pack.rules)} rules, {examples} examples hold; "
        f"version {pack.version}, digest {loaded.digest[:12]}",
    )


def run_coverage(args: argparse.Namespace) -> int:
    rows = coverage(load(name) for name in args.packs or shipped_packs())
    total = in_sum(rows)
    if args.json:
        told = {"obligations": [r.as_dict() for r in rows], "sum": total}
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return 0
    for row in rows:
        rules = " ".join(row.rules) or "registered"
        print(f"{row.id}  {row.kind:4}  {', '.join(dict.fromkeys(row.held_by)):28}  {rules}")
    print()
    for kind, count in total.items():
        print(f"{kind:4}  {count['with_rules']:4} of {count['obligations']:4} as working rules")
    return 0


def run_rights(args: argparse.Namespace) -> int:
    for line in rights_table([load(n).pack for n in args.packs or shipped_packs()], args.language):
        print(line)
    return 0


def run_diagram(args: argparse.Namespace) -> int:
    pack = load(args.pack).pack
    chosen = [args.process] if args.process else list(pack.processes)
    unknown = [p for p in chosen if p not in pack.processes]
    if unknown:
        known = ", ".join(pack.processes)
        what = Text(f"没有这个流程；已有：{known}", f"no such process; known: {known}")
        raise PackError(pack.id, [Problem(unknown[0], what)])
    for process_id in chosen:
        drawn = diagram(pack, process_id, language=args.language)
        if args.out is None:
            print(drawn)
            continue
        args.out.mkdir(parents=True, exist_ok=True)
        path = args.out / f"{pack.id}-{process_id}.svg"
        path.write_text(drawn, encoding="utf-8")
        print(path)
    return 0


def run_explain(args: argparse.Namespace) -> int:
    loaded = load(args.pack)
    notices = joined(shipped_notices(), [_notice(p) for p in args.notice])
    answer = explain(
        loaded.pack,
        digest=loaded.digest,
        rule=args.rule,
        at=_moment("--at", args.at),
        facts=_pairs("--set", args.given),
        settings=_pairs("--setting", args.setting),
        pauses=[_span(p) for p in args.pause],
        agreed=_moment("--agreed", args.agreed) if args.agreed else None,
        notices=notices,
    )
    if args.json:
        print(json.dumps(answer.as_dict(), ensure_ascii=False, indent=1))
        return 0
    print(f"{answer.rule.id}  {answer.rule.title.zh} / {answer.rule.title.en}")
    print(answer.sentence.zh)
    print(answer.sentence.en)
    for segment in answer.segments:
        mark = "+" if segment.counted else "·"
        begun, ended = (moments.for_control(at) for at in (segment.start, segment.end))
        print(f"  {mark} {begun} → {ended}  {segment.name.zh} / {segment.name.en}")
    if answer.also:
        print(f"See also: {', '.join(answer.also)}")
    return 0


def _notice(path: Path) -> PublishedNotice:
    try:
        return read_notice(path).notice()
    except OSError:
        what = Text("文件不在，或无法读取", "is not there, or cannot be read")
        raise PackError("", [Problem(str(path), what)]) from None


def _pairs(option: str, given: list[str]) -> dict[str, str]:
    found = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            what = Text(f"“{pair}”应写作“名称=值”", f"'{pair}' is not NAME=VALUE")
            raise PackError("", [Problem(option, what)])
        found[name] = value
    return found


def _moment(option: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        what = Text(
            f"“{text}”不是带时区的时刻，应如“2026-09-30T16:00+08:00”",
            f"'{text}' is not a moment with its time zone, like 2026-09-30T16:00+08:00",
        )
        raise PackError("", [Problem(option, what)])
    return moment


def _span(text: str) -> tuple[datetime, datetime]:
    first, slash, last = text.partition("/")
    if not slash:
        what = Text(
            f"“{text}”应写作“起/止”，如2026-09-30T16:00+08:00/2026-10-01T09:00+08:00",
            f"'{text}' is not FROM/TO, like 2026-09-30T16:00+08:00/2026-10-01T09:00+08:00",
        )
        raise PackError("", [Problem("--pause", what)])
    begin, end = _moment("--pause", first), _moment("--pause", last)
    if end <= begin:
        what = Text(f"“{text}”的止不晚于起", f"'{text}' ends no later than it begins")
        raise PackError("", [Problem("--pause", what)])
    return begin, end
