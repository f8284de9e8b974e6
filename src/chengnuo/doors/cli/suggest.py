"""`chengnuo suggest`: learn from closed cases which words mean which service."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from chengnuo.doors.cli.options import company_option
from chengnuo.doors.cli.progress import progress

WANTS_LIBRARY = (
    "learning wants scikit-learn, which is not installed here: pip install 'chengnuo[learn]'. "
    "Suggesting by the words of the catalogue works without it."
)


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the command on the main parser."""
    suggest = commands.add_parser("suggest", help="suggestions of a service at intake")
    actions = suggest.add_subparsers(dest="action", required=True)
    train = actions.add_parser(
        "train",
        help="learn from the company's closed cases which words mean which service",
        description="Restricted cases are never learnt from. What was learnt before is replaced.",
    )
    train.add_argument("--company", required=True, metavar="COMPANY_CODE")
    train.set_defaults(run=run_train, database=True)


def run_train(args: argparse.Namespace) -> int:
    from chengnuo.cases.intake.suggesting import (
        TooLittleToLearn,
        closed_cases,
        keep_learnt,
        material,
    )

    try:
        from chengnuo.cases.intake.training import learn
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in ("sklearn", "numpy", "scipy"):
            raise
        print(WANTS_LIBRARY, file=sys.stderr)
        return 1
    company = company_option(args.company)
    try:
        with progress("reading closed cases", closed_cases(company=company).count()) as advance:
            found = material(company=company, read=advance)
    except TooLittleToLearn as error:
        print(error, file=sys.stderr)
        return 1
    with progress("learning, first on four fifths, then on all", None):
        lesson = learn(found)
    keep_learnt(
        company=company,
        learnt=lesson.learnt,
        cases=len(found.services),
        held_out=lesson.first,
        now=datetime.now(UTC),
    )
    left_out = "".join(
        f"\n  left out, too few: {service} {number}"
        for service, number in sorted(found.left_out.items())
    )
    print(
        f"learnt from {len(found.services):,} closed cases of {len(set(found.services))} services; "
        f"of {lesson.tried_on:,} kept apart, {lesson.first:.1%} were named first and "
        f"{lesson.among_three:.1%} among the first three{left_out}"
    )
    return 0
