"""`chengnuo import`: past requests, replayed through the engine. See docs/how-to/import.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chengnuo.doors.cli.options import moment_option
from chengnuo.packs.errors import PackError, Problem
from chengnuo.rules.words import Text

if TYPE_CHECKING:
    from chengnuo.doors.cli.importing.history import HistoryReader
    from chengnuo.doors.cli.importing.replay import Replay, Tally
    from chengnuo.doors.cli.importing.target import Target
    from chengnuo.tables.shapes import Columns, Table

DONE, NOTHING, SOME_REJECTED, INTERRUPTED = 0, 1, 3, 130


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the command on the main parser."""
    importing = commands.add_parser(
        "import",
        help="replay a file of past service requests",
        epilog="Exit codes: 0 all rows are in, 3 some were rejected, 1 nothing could be done.",
    )
    importing.add_argument("file", type=Path, metavar="FILE", help="CSV or a workbook")
    importing.add_argument(
        "--mapping", required=True, help="a mapping that ships with the product, or a YAML file"
    )
    importing.add_argument(
        "--into", required=True, metavar="COMPANY_CODE", help="the company whose cases they become"
    )
    importing.add_argument(
        "--rejects", type=Path, metavar="FILE", help="default: NAME.rejects.csv, here"
    )
    importing.add_argument("--limit", type=_count, metavar="N", help="read only the first N rows")
    importing.add_argument("--as-of", metavar="DATE", help="when the record ends (default: now)")
    importing.add_argument(
        "--found", action="store_true", help="create the company if it does not exist"
    )
    importing.set_defaults(run=run_import, database=True)


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def run_import(args: argparse.Namespace) -> int:
    from chengnuo.doors.cli.importing.checking import problems_with_header
    from chengnuo.doors.cli.importing.history import HistoryReader
    from chengnuo.doors.cli.importing.mapping import columns_of, read_mapping
    from chengnuo.doors.cli.importing.replay import Replay
    from chengnuo.doors.cli.importing.target import target_of
    from chengnuo.doors.cli.importing.telling import unread
    from chengnuo.tables.opening import opened

    now = datetime.now(UTC)
    loaded = read_mapping(args.mapping)
    zone = ZoneInfo(loaded.mapping.time_zone)
    as_of = moment_option("--as-of", args.as_of, zone, end=True) or now
    if as_of > now:
        raise PackError("", [Problem("--as-of", Text("晚于现在", "lies in the future"))])
    _check_rejects(args)
    columns = [columns for _, columns in columns_of(loaded.mapping)]
    with _named(args.file), opened(args.file, loaded.mapping, wanted=columns) as table:
        problems = problems_with_header(loaded, table.header)
        if problems:
            raise PackError(loaded.path.name, problems)
        target = target_of(code=args.into, loaded=loaded, found=args.found, now=now)
        if left := unread(table, columns):
            print(left, file=sys.stderr)
        reader = HistoryReader(loaded.mapping, target.pack, table.header, as_of, table.epoch)
        _warn_of_unpublished(args, target, reader, columns)
        replay = Replay(company=target.company, reader=reader, release=target.release, now=now)
        return _run(args, table, replay)


def _warn_of_unpublished(
    args: argparse.Namespace, target: Target, reader: HistoryReader, columns: list[Columns]
) -> None:
    """Say before the first row where the file reaches into years whose holidays nobody knows."""
    from chengnuo.doors.cli.importing.reach import unpublished_years, warning
    from chengnuo.obligations.regulation import newest_release, regulation_for
    from chengnuo.tables.opening import opened

    digest = target.release or newest_release(company=target.company)
    calendar = regulation_for(digest=digest, company=target.company).book.calendar
    with opened(args.file, reader.mapping, wanted=columns) as table:
        years = unpublished_years(table.rows, reader, calendar)
    if years:
        print(warning(years), file=sys.stderr)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What is wrong with the file as a whole, in both languages."""
    from chengnuo.tables.shapes import NotATable

    try:
        yield
    except NotATable as error:
        what = f"{error.text.zh} / {error.text.en}"
        raise PackError(path.name, [Problem(path.name, what)]) from error


def _run(args: argparse.Namespace, table: Table, replay: Replay) -> int:
    from itertools import islice

    from chengnuo.doors.cli.importing.rejects import RejectFile
    from chengnuo.doors.cli.importing.replay import Tally
    from chengnuo.doors.cli.importing.telling import told
    from chengnuo.doors.cli.progress import progress
    from chengnuo.tables.opening import lines_of

    tally = Tally()
    code = None
    rows = islice(table.rows, args.limit) if args.limit else table.rows
    total = lines_of(args.file) if sys.stderr.isatty() else None
    with RejectFile(_rejects(args)) as rejects:
        try:
            with progress(args.file.name, args.limit or total) as advance:
                replay.run(rows, rejects=rejects, tally=tally, advance=advance)
        except KeyboardInterrupt:
            print("interrupted: run it again to go on", file=sys.stderr)
            code = INTERRUPTED
    print(told(tally, table=table, rejects=rejects.path))
    return _code(tally) if code is None else code


def _code(tally: Tally) -> int:
    if not tally.rejected:
        return DONE
    return SOME_REJECTED if tally.imported or tally.already_there else NOTHING


def _rejects(args: argparse.Namespace) -> Path:
    path: Path = args.rejects or Path(f"{args.file.stem}.rejects.csv")
    return path


def _check_rejects(args: argparse.Namespace) -> None:
    path = _rejects(args)
    if path.exists() and args.file.exists() and path.samefile(args.file):
        what = Text("就是要读取的文件，请另写一个", "is the very file that is to be read")
        raise PackError("", [Problem("--rejects", what)])
    if not path.absolute().parent.is_dir():
        what = Text(f"没有文件夹 {path.parent}", f"there is no folder {path.parent}")
        raise PackError("", [Problem("--rejects", what)])
