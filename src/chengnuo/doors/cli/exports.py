"""`chengnuo export`: cases, obligations, breaches or the ledger as a spreadsheet."""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from chengnuo.customers.reasons import says_something
from chengnuo.doors.cli.options import LANGUAGES, company_option, moment_option

if TYPE_CHECKING:
    from chengnuo.people.models import Organisation

WHAT = ("cases", "obligations", "breaches", "ledger")
SHEETS = {
    "cases": ("工单", "Cases"),
    "obligations": ("承诺", "Promises"),
    "breaches": ("违诺", "Breaches"),
    "ledger": ("审计台账", "Ledger"),
}


def _language(args: argparse.Namespace) -> Literal["zh", "en"]:
    """Of the file; messages follow the locale where nothing is said."""
    return "en" if args.language == "en" else "zh"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the command on the main parser."""
    exporting = commands.add_parser(
        "export", help="write cases, obligations, breaches or the ledger to a spreadsheet"
    )
    exporting.add_argument("what", choices=WHAT)
    exporting.add_argument("--from", required=True, metavar="COMPANY_CODE", dest="company")
    exporting.add_argument("--out", required=True, type=Path, metavar="FILE", help=".csv or .xlsx")
    exporting.add_argument(
        "--since", metavar="DATE", help="received, started, breached or recorded since then"
    )
    exporting.add_argument("--until", metavar="DATE", help="… and until then; a day is included")
    exporting.add_argument(
        "--language", choices=LANGUAGES, help="of the file (default: zh) and of the messages"
    )
    exporting.add_argument(
        "--unmasked", action="store_true", help="names, numbers, addresses and texts in full"
    )
    exporting.add_argument(
        "--restricted", action="store_true", help="with restricted cases, left out otherwise"
    )
    exporting.add_argument(
        "--reason", metavar="TEXT", help="why; to the ledger (with --unmasked, --restricted)"
    )
    exporting.set_defaults(run=run_export, database=True)


def run_export(args: argparse.Namespace) -> int:
    from django.conf import settings

    from chengnuo.doors.cli.progress import progress
    from chengnuo.reports.exports import View, number_of, rows_of, titles
    from chengnuo.reports.spreadsheets import write

    if problem := _wrong_usage(args):
        print(f"chengnuo export: {problem}", file=sys.stderr)
        return 2
    zone = ZoneInfo(settings.TIME_ZONE)
    since = moment_option("--since", args.since, zone)
    until = moment_option("--until", args.until, zone, end=True)
    company = company_option(args.company)
    if args.unmasked or args.restricted:
        _note(args, company)
    view = View(
        company=company,
        language=_language(args),
        zone=zone,
        masked=not args.unmasked,
        restricted=args.restricted,
    )
    total = number_of(
        what=args.what, company=company, since=since, until=until, restricted=args.restricted
    )
    with progress(f"export {args.what}", total) as advance:
        number = write(
            path=args.out,
            sheet=SHEETS[args.what][_language(args) == "en"],
            titles=titles(what=args.what, language=_language(args)),
            rows=rows_of(what=args.what, view=view, since=since, until=until),
            advance=advance,
        )
    print(f"{number:,} rows → {args.out}")
    return 0


def _wrong_usage(args: argparse.Namespace) -> str | None:
    if args.out.suffix.lower() not in (".csv", ".xlsx"):
        return "--out must end in .csv or .xlsx"
    for name in ("unmasked", "restricted"):
        if getattr(args, name) and not (args.reason or "").strip():
            return f"--{name} wants a --reason, which is written to the ledger"
        if getattr(args, name) and not says_something(args.reason):
            return "--reason says too little: for whom or what for, such as 年度审计抽查"
    return None


def _note(args: argparse.Namespace, company: Organisation) -> None:
    """Written before the first row leaves, so that a broken export is known as well."""
    from chengnuo.disclosure.access_log import note_export

    bounds = {"restricted": "yes"} if args.restricted else {}
    bounds |= {name: text for name in ("since", "until") if (text := getattr(args, name))}
    note_export(
        company=company,
        what=args.what,
        why=args.reason.strip(),
        by=getpass.getuser(),
        now=datetime.now(UTC),
        **bounds,
    )
