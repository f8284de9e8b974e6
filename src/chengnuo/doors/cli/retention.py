"""Commands about keeping and erasing personal data."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the commands about retention on the main parser."""
    verbs = commands.add_parser(
        "retention", help="personal data past its retention period"
    ).add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list", help="what is due for erasure, and the obstacles")
    listing.set_defaults(run=run_list, database=True)
    erasing = verbs.add_parser("erase", help="erase what is due; cannot be undone")
    erasing.set_defaults(run=run_erase, database=True)


def run_list(args: argparse.Namespace) -> int:
    from chengnuo.people.queries import companies
    from chengnuo.privacy.queries import contacts_due, due

    now = datetime.now(UTC)
    for company in companies():
        for one in due(company=company, now=now, limit=10_000):
            against = f": {one.hindrance.en}" if one.hindrance else ""
            print(f"{company.code} {one.thing.number} since {one.since.date()}{against}")
        print(f"{company.code}: {contacts_due(company=company, now=now)} calls without a case")
    return 0


def run_erase(args: argparse.Namespace) -> int:
    from chengnuo.people.queries import companies
    from chengnuo.privacy.services import erase_due

    for company in companies():
        done = erase_due(company=company, by=None, now=datetime.now(UTC))
        told = ", ".join(f"{number} {kind}s" for kind, number in done.items())
        print(f"{company.code}: erased {told}")
    return 0
