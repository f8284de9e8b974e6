"""The parser of `chengnuo` and how its errors are told."""

from __future__ import annotations

import argparse
import os
import sys
from io import TextIOWrapper

from chengnuo.doors.cli import (
    exports,
    house,
    imports,
    keys,
    ledger,
    opening,
    policy,
    projections,
    retention,
    standing,
    suggest,
)
from chengnuo.doors.cli.options import language_of
from chengnuo.packs.errors import PackError


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    root = argparse.ArgumentParser(
        prog="chengnuo", description="Chengnuo executes service regulations as obligations."
    )
    commands = root.add_subparsers(dest="command", required=True)
    policy.add_to(commands)
    house.add_to(commands)
    ledger.add_to(commands)
    projections.add_to(commands)
    keys.add_to(commands)
    retention.add_to(commands)
    opening.add_to(commands)
    imports.add_to(commands)
    exports.add_to(commands)
    suggest.add_to(commands)
    standing.add_to(commands)
    return root


def main(arguments: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 something is wrong with the input, 2 wrong usage."""
    args = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal without Chinese is shown ? for it
            stream.reconfigure(errors="replace")
    try:
        if getattr(args, "database", False):
            house.set_up()
        code: int = args.run(args)
    except PackError as error:
        language = getattr(args, "language", None) or language_of(os.environ)
        print(error.said(language), file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        said = house.in_plain_words(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
