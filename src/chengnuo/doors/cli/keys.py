"""Commands about the keys that seal personal data: make, rotate, say how things stand."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from chengnuo.vault.keys import fresh_key, fresh_ring, write

if TYPE_CHECKING:
    from django.db.models import Model


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the commands about keys on the main parser."""
    verbs = commands.add_parser("keys", help="the keys that seal personal data").add_subparsers(
        dest="verb", required=True
    )
    making = verbs.add_parser("make", help="make the first keys; never over others")
    making.add_argument("--file", type=Path, required=True, help="data_keys in CHENGNUO_VAR")
    making.set_defaults(run=run_make)
    rotating = verbs.add_parser(
        "rotate", help="seal with a new key from now on, and seal again what is stored"
    )
    rotating.set_defaults(run=run_rotate, database=True)
    sealing = verbs.add_parser(
        "seal", help="seal again what is not under the newest key (goes on after an interruption)"
    )
    sealing.set_defaults(run=run_seal, database=True)
    retiring = verbs.add_parser("retire", help="forget the keys that seal nothing any more")
    retiring.set_defaults(run=run_retire, database=True)
    telling = verbs.add_parser("status", help="how many rows wait, and under which keys they are")
    telling.set_defaults(run=run_status, database=True)


def run_make(args: argparse.Namespace) -> int:
    path: Path = args.file
    if path.exists():
        print(f"{path} is there already: nothing was made", file=sys.stderr)
        return 1
    write(path, fresh_ring(), over=False)
    print(f"{path}: made. Keep a copy where the database is not; without it the data is lost")
    return 0


def run_rotate(args: argparse.Namespace) -> int:
    from chengnuo.vault.fields import ring

    keys = ring()
    if keys.source is None:
        print(
            "the keys come from CHENGNUO_DATA_KEYS: add this line to it, start server and worker "
            f"anew, then run `chengnuo keys seal`\n{fresh_key(str(keys.newest + 1))}"
        )
        return 1
    with _alone(keys.source):
        # Read under the lock: written over what was read before, a key made meanwhile would be
        # lost, and with it all that it sealed.
        held = keys.source.read_text(encoding="ascii").rstrip()
        write(keys.source, f"{held}\n{fresh_key(str(keys.newest + 1))}\n", over=True)
    keys.read_again()
    print(f"key {keys.newest} seals from now on")
    return run_seal(args)


def run_seal(args: argparse.Namespace) -> int:
    from chengnuo.doors.cli.progress import progress
    from chengnuo.people.second_factor import keys_waiting, reseal_keys
    from chengnuo.vault.resealing import reseal, waiting

    total = 0
    for table in _tables():
        with progress(table._meta.db_table, waiting(table)) as advance:
            total += reseal(table, advance)
    with progress("second factors", keys_waiting()) as advance:
        total += reseal_keys(advance)
    print(f"{total} rows sealed with the newest key")
    return 0


def run_retire(args: argparse.Namespace) -> int:
    from chengnuo.vault.fields import ring

    keys = ring()
    # Never the newest, though it may have sealed nothing yet: it is the one in use.
    unused = [n for n in keys.numbers if n != keys.newest and not _rows_under(n)]
    if keys.source is None:
        print(f"take these keys out of CHENGNUO_DATA_KEYS: {unused or 'none'}")
        return 0
    with _alone(keys.source):
        lines = keys.source.read_text(encoding="ascii").split()
        kept = [line for line in lines if line.partition(":")[0] not in map(str, unused)]
        write(keys.source, "\n".join(kept) + "\n", over=True)
    print(f"retired: {', '.join(map(str, unused)) or 'none'}; old backups want the old keys")
    return 0


def run_status(args: argparse.Namespace) -> int:
    from chengnuo.people.second_factor import keys_waiting
    from chengnuo.vault.fields import ring
    from chengnuo.vault.resealing import waiting

    for table in _tables():
        print(f"{table._meta.db_table}: {waiting(table)} rows wait for the newest key")
    print(f"second factors: {keys_waiting()} rows wait for the newest key")
    for number in ring().numbers:
        newest = ", which seals" if number == ring().newest else ""
        print(f"key {number}{newest}: {_rows_under(number)} rows")
    return 0


def _tables() -> list[type[Model]]:
    from django.apps import apps

    from chengnuo.vault.resealing import guarded

    return [model for model in apps.get_models() if guarded(model)]


def _rows_under(number: int) -> int:
    from chengnuo.people.second_factor import keys_under
    from chengnuo.vault.resealing import under

    return keys_under(number) + sum(under(table, number) for table in _tables())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two who change the keys at once would lose one; Raises FileExistsError for the second."""
    lock = path.with_name(f"{path.name}.lock")
    lock.touch(mode=0o600, exist_ok=False)
    try:
        yield
    finally:
        lock.unlink()
