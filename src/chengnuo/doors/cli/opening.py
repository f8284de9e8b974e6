"""`chengnuo open`: a company, and the first person who may do everything else on the pages."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the command on the main parser."""
    opening = commands.add_parser("open", help="open a company with its first administrator")
    opening.add_argument("code", help="short code of the company, e.g. OURS")
    opening.add_argument("--pack", required=True, help="the regulation it works by (a pack id)")
    opening.add_argument("--name-zh", required=True)
    opening.add_argument("--name-en", required=True)
    opening.add_argument("--below", metavar="CODE", help="code of the unit above")
    opening.add_argument("--badge", required=True, help="staff number of the administrator")
    opening.add_argument("--administrator", required=True, metavar="NAME")
    opening.set_defaults(run=run_open, database=True)


def run_open(args: argparse.Namespace) -> int:
    from chengnuo.obligations.queries import installed_packs
    from chengnuo.packs.loader import shipped_packs
    from chengnuo.people.house import found_company
    from chengnuo.rules.refusing import Refused

    installed = installed_packs()
    if args.pack not in installed | set(shipped_packs()):
        known = ", ".join(sorted(installed | set(shipped_packs())))
        print(
            f"chengnuo open: there is no pack {args.pack}; known are {known}. "
            "One of your own is installed first: chengnuo install FOLDER",
            file=sys.stderr,
        )
        return 2
    try:
        person, password = found_company(
            code=args.code,
            pack=args.pack,
            name_zh=args.name_zh,
            name_en=args.name_en,
            below=args.below,
            badge=args.badge,
            name=args.administrator,
            now=datetime.now(UTC),
        )
    except Refused as refused:
        print(f"chengnuo open: {refused.text.en}", file=sys.stderr)
        return 2
    print(f"{args.code} is open. {person.badge} signs in once with: {password}")
    if args.pack not in installed:
        print(f"Its regulation is not installed yet: chengnuo install {args.pack}")
    return 0
