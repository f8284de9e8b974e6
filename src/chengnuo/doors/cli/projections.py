"""Commands about projections, the small tables that lists and counts read: verify, rebuild."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chengnuo.obligations.projections import Projection

SHOWN = 10


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang them on the main parser."""
    verbs = commands.add_parser(
        "projections", help="the small tables that lists and counts read"
    ).add_subparsers(dest="verb", required=True)
    verifying = verbs.add_parser("verify", help="hold every row against the truth; 1: some differ")
    verifying.set_defaults(run=run_verify, database=True)
    building = verbs.add_parser("rebuild", help="derive every row anew from the truth")
    building.set_defaults(run=run_rebuild, database=True)


def run_verify(_args: argparse.Namespace) -> int:
    from chengnuo.doors.cli.progress import progress
    from chengnuo.obligations.projections import projections

    faulty = False
    with progress("projections", len(projections())) as advance:
        for projection in projections():
            found = list(projection.faults())
            advance(1)
            print(f"{projection.name}: {_told(len(found))}")
            for what, key in found[:SHOWN]:
                print(f"  {what}: {key}")
            faulty = faulty or bool(found)
    return int(faulty)


def _told(number: int) -> str:
    if not number:
        return "与事实一致 as the truth is"
    return f"{number} 处不符，请执行 rebuild / differences: run rebuild"


def run_rebuild(_args: argparse.Namespace) -> int:
    from chengnuo.doors.cli.progress import progress
    from chengnuo.obligations.projections import projections, rebuild

    with progress("projections", len(projections())) as advance:

        def told(projection: Projection, rows: int) -> None:
            advance(1)
            print(f"{projection.name}: {rows:,}")

        rebuild(told=told)
    return 0
