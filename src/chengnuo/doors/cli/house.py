"""Commands that keep the house: migrate, serve, worker, demo, packs and notices into the
database."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the house's commands on the main parser."""
    migrating = commands.add_parser("migrate", help="bring the database up to date")
    migrating.set_defaults(run=run_migrate, database=True)
    serving = commands.add_parser("serve", help="serve the pages (granian)")
    serving.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: loopback)"
    )
    serving.add_argument("--port", type=int, default=8000)
    serving.add_argument("--processes", type=int, help="default: 1 on SQLite, 2 on PostgreSQL")
    serving.set_defaults(run=run_serve, database=True)
    working = commands.add_parser("worker", help="process due times: breaches, warnings, messages")
    working.add_argument("--once", action="store_true", help="one round, then stop")
    working.add_argument(
        "--trust-clock",
        action="store_true",
        help="you have checked this machine's clock and it is right (SQLite)",
    )
    working.set_defaults(run=run_worker, database=True)
    installing = commands.add_parser("install", help="install policy packs as releases")
    installing.add_argument("packs", nargs="+", metavar="PACK", help="pack ids or folders")
    installing.set_defaults(run=run_install, database=True)
    noticing = commands.add_parser(
        "notice", help="load a published holiday notice (YAML, holiday-cn JSON)"
    )
    noticing.add_argument("file", type=Path)
    noticing.set_defaults(run=run_notice, database=True)
    demonstrating = commands.add_parser("demo", help="a demonstration: data, server and worker")
    demonstrating.add_argument("--port", type=int, default=8000)
    demonstrating.add_argument(
        "--prepare", action="store_true", help="make the data, start nothing"
    )
    demonstrating.add_argument(
        "--sign-ins",
        type=str.upper,
        default="",
        metavar="COMPANY",
        help="print who may sign in at one company of it (e.g. DW), start nothing",
    )
    demonstrating.set_defaults(run=run_demo, database=True)


def set_up() -> None:
    """Load Django; commands that touch the database call this first."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chengnuo.config.settings")
    django.setup()


def in_plain_words(error: Exception) -> str | None:
    """What to do about settings, files, and a database that is away; None for other errors."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    if isinstance(error, ImproperlyConfigured):
        return f"the settings are not right: {error}"
    if isinstance(error, UnicodeDecodeError):
        return "a file that was named is no text in UTF-8: 不是 UTF-8 文本"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    if not isinstance(error, OperationalError | ProgrammingError):
        return None
    if "is not there" in str(error):
        return (
            f"{error}. If there was one, stop server and worker and restore it from the backup; "
            "a new installation runs `chengnuo migrate` first"
        )
    if "no such table" in str(error) or "does not exist" in str(error):
        return "the database is not set up yet: run `chengnuo migrate` first"
    return f"the database cannot be reached or refuses: {error}".strip()


def run_migrate(args: argparse.Namespace) -> int:
    bring_up_to_date(verbosity=1)
    return 0


def bring_up_to_date(*, verbosity: int) -> None:
    """The tables as this version wants them. Nothing else makes the file of SQLite."""
    from django.core.management import call_command
    from django.db import connection

    from chengnuo.obligations.projections import rebuild

    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite" and not name.startswith(("file:", ":memory:")):
        Path(name).touch()
    stale = _is_behind()
    call_command("migrate", interactive=False, verbosity=verbosity)
    # What is derived may be new, or derived otherwise than before.
    if stale:
        rebuild()


def _is_behind() -> bool:
    """Whether there are migrations that this database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def run_serve(args: argparse.Namespace) -> int:
    from chengnuo.doors.cli.server import serve, unable_to_listen

    if why := unable_to_listen(host=args.host, port=args.port):
        print(f"chengnuo serve: {why}", file=sys.stderr)
        return 1
    return serve(host=args.host, port=args.port, processes=args.processes)


def run_worker(args: argparse.Namespace) -> int:
    from chengnuo.doors.jobs.worker import Worker

    worker = Worker(trusted=args.trust_clock)
    if args.once:
        worker.once()
        return 0
    worker.stop_on_signals()
    worker.run()
    return 0


def run_install(args: argparse.Namespace) -> int:
    from chengnuo.obligations.services import install
    from chengnuo.obligations.transitions import carry_out_transitions
    from chengnuo.packs.checking import check
    from chengnuo.packs.errors import PackError
    from chengnuo.packs.loader import load

    # All are read and checked before the first is kept.
    ready = []
    for name in args.packs:
        loaded = load(name)
        problems = check(loaded)
        if problems:
            raise PackError(name, problems)
        ready.append(loaded)
    for loaded in ready:
        release = install(loaded=loaded, now=datetime.now(UTC))
        print(
            f"{release.pack} {release.version} from {release.in_force_from}, {release.digest[:12]}"
        )
    moved = carry_out_transitions(now=datetime.now(UTC))
    if moved:
        print(f"{moved} running cases go on under new words")
    return 0


def run_notice(args: argparse.Namespace) -> int:
    from chengnuo.obligations.transitions import adopt_notice
    from chengnuo.packs.notices import read_notice

    notice = read_notice(args.file)
    corrected = adopt_notice(notice=notice, now=datetime.now(UTC))
    print(f"{notice.family} {notice.year} loaded; {corrected} provisional due times corrected")
    return 0


def run_demo(args: argparse.Namespace) -> int:
    from chengnuo.demo.building import CODES, prepare, refuse_in_production
    from chengnuo.doors.cli.progress import progress
    from chengnuo.doors.cli.server import run_house

    company = args.sign_ins
    if company and company not in CODES:
        print(
            f"chengnuo demo: there is no company {company}; there are {', '.join(CODES)}",
            file=sys.stderr,
        )
        return 2
    refuse_in_production()
    bring_up_to_date(verbosity=0)
    signs = prepare(now=datetime.now(UTC), company=company, progress=progress)
    if args.prepare or company:
        print(signs)
        return 0
    return run_house(port=args.port, banner=signs)
