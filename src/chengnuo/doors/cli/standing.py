"""Commands that watch over the service: doctor, watch, units."""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chengnuo.reports.standing import Diagnosis

MARKS = {"fine": "✓", "look": "!", "bad": "✗"}
ENVIRONMENT = "/etc/chengnuo/chengnuo.env"


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang them on the main parser."""
    looking = commands.add_parser("doctor", help="what is missing: exit code 1 when something is")
    looking.add_argument("--json", action="store_true", help="for machines")
    looking.set_defaults(run=run_doctor, database=True)
    watching = commands.add_parser(
        "watch", help="/healthz and figures for Prometheus (/metrics), on a port of their own"
    )
    watching.add_argument("--host", default="127.0.0.1", help="default: loopback")
    watching.add_argument("--port", type=int, default=8001)
    watching.add_argument(
        "--pages", type=int, metavar="PORT", help="the pages' port: healthy only if they answer"
    )
    watching.set_defaults(run=run_watch, database=True)
    units = commands.add_parser("units", help="systemd units for server, worker and watch")
    units.add_argument("--out", type=Path, metavar="FOLDER", help="write them; default: print")
    units.add_argument("--user", default="chengnuo", help="who runs them")
    units.add_argument("--var", default="/var/lib/chengnuo", help="CHENGNUO_VAR")
    units.add_argument("--environment", default=ENVIRONMENT, help="the file with the settings")
    units.set_defaults(run=run_units)


def run_doctor(args: argparse.Namespace) -> int:
    from chengnuo.reports.standing import BAD, findings

    found = findings(now=datetime.now(UTC))
    bad = any(one.level == BAD for one in found)
    if args.json:
        json.dump(
            {"ok": not bad, "findings": [_plain(one) for one in found]},
            sys.stdout, ensure_ascii=False, indent=1,
        )  # fmt: skip
        print()
        return int(bad)
    for one in found:
        print(f"{MARKS[one.level]} {one.check:<15} {one.says.zh}\n{'':18}{one.says.en}")
        if one.do.zh:
            print(f"{'':18}→ {one.do.zh}\n{'':18}→ {one.do.en}")
    return int(bad)


def _plain(one: Diagnosis) -> dict[str, object]:
    return {
        "check": one.check, "level": one.level, "says": one.says.as_dict(),
        "do": one.do.as_dict(), **one.facts,
    }  # fmt: skip


def run_watch(args: argparse.Namespace) -> int:
    from chengnuo.doors.cli.server import unable_to_listen
    from chengnuo.doors.cli.watching import watch

    if why := unable_to_listen(host=args.host, port=args.port):
        print(f"chengnuo watch: {why}", file=sys.stderr)
        return 1
    watch(host=args.host, port=args.port, pages=args.pages)
    return 0


def run_units(args: argparse.Namespace) -> int:
    """Write or print the units, made out for this installation."""
    command = Path(sys.executable).with_name("chengnuo")
    words = {
        "COMMAND": str(command if command.exists() else f"{sys.executable} -m chengnuo.doors.cli"),
        "USER": args.user, "VAR": args.var, "ENVIRONMENT": args.environment,
    }  # fmt: skip
    for unit in sorted(files("chengnuo.doors.cli").joinpath("units").iterdir(), key=str):
        text = unit.read_text(encoding="utf-8")
        for name, value in words.items():
            text = text.replace(f"@{name}@", value)
        if args.out is None:
            print(f"# {unit.name}\n{text}")
            continue
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / unit.name).write_text(text, encoding="utf-8")
        print(os.fspath(args.out / unit.name))
    return 0
