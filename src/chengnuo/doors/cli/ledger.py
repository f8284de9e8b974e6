"""Commands about the ledger: verify it, sign checkpoints of it, print the public key."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from chengnuo.doors.cli.options import UnfitFile, text_option

if TYPE_CHECKING:
    from chengnuo.ledger.notes import Checkpoint, Verifier
    from chengnuo.ledger.queries import ChainFault

MOST_BYTES = 16 << 20
"""Far more than all checkpoints of a hundred years."""


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Hang the ledger's commands on the main parser."""
    verbs = commands.add_parser("ledger", help="the ledger").add_subparsers(
        dest="verb", required=True
    )
    verifying = verbs.add_parser(
        "verify", help="recompute every hash, and hold verdicts, breaches and narratives against it"
    )
    verifying.add_argument(
        "--against",
        action="append",
        default=[],
        type=Path,
        metavar="CHECKPOINT",
        help="a signed checkpoint that was kept elsewhere (may be given more than once)",
    )
    verifying.add_argument(
        "--key",
        metavar="KEY",
        help="the public key that was kept with it (default: this installation's)",
    )
    verifying.set_defaults(run=run_verify, database=True)
    signing = verbs.add_parser("checkpoint", help="sign how far every chain has come")
    signing.add_argument("--to", type=Path, metavar="FOLDER", help="default: checkpoints/ in var/")
    signing.set_defaults(run=run_checkpoint, database=True)
    showing = verbs.add_parser("key", help="print the public key of this installation")
    showing.set_defaults(run=run_key, database=True)


def run_verify(args: argparse.Namespace) -> int:
    from django.conf import settings

    from chengnuo.doors.cli.progress import progress
    from chengnuo.ledger.checkpoints import held_against
    from chengnuo.ledger.notes import NoCheckpoint, Signer, Verifier
    from chengnuo.ledger.queries import entry_count
    from chengnuo.reports.soundness import faults, recorded_in

    own = Signer.of(settings.CHECKPOINT_KEY).verifier
    try:
        kept = _kept(args.against, Verifier.read(args.key) if args.key else own)
        kept += _kept(sorted(settings.CHECKPOINTS.glob("*.txt")), own, strange_ones=True)
    except UnfitFile as error:
        print(f"chengnuo ledger verify: {error}", file=sys.stderr)
        return 2
    except NoCheckpoint as error:
        print(error, file=sys.stderr)
        return 1
    faulty = 0
    for organisation_id in sorted({*recorded_in(), *(c.organisation_id for c in kept)}):
        total = entry_count(organisation_id=organisation_id)
        against = [c for c in kept if c.organisation_id == organisation_id]
        with progress(f"chain {organisation_id}", total) as advance:
            found = faults(organisation_id=organisation_id, progress=advance)
        found += [fault for checkpoint in against for fault in held_against(checkpoint=checkpoint)]
        faulty += len(found)
        _tell(organisation_id, total, found, against)
    return 1 if faulty else 0


def _kept(paths: list[Path], verifier: Verifier, *, strange_ones: bool = False) -> list[Checkpoint]:
    """The checkpoints in some files; `strange_ones`: those of other keys are passed over."""
    from chengnuo.ledger.notes import DASH, NoCheckpoint, notes_in

    found = []
    for path in paths:
        text = text_option(path, most=MOST_BYTES)
        notes = notes_in(text)
        if not notes or DASH not in text:
            raise UnfitFile(
                f"{path}: 不是检查点文件 / this is no checkpoint: a text that ends with the line "
                f"“{DASH}NAME SIGNATURE” is meant"
            )
        for note in notes:
            # In our own folder there may be those of a key before: they are held against it by
            # `--key`.
            if strange_ones and f"\u2014 {verifier.name} " not in note:
                continue
            try:
                found.append(verifier.read_note(note))
            except NoCheckpoint as error:
                raise NoCheckpoint(f"{path}: {error}") from None
    return found


def _tell(
    organisation_id: int, total: int, found: list[ChainFault], against: list[Checkpoint]
) -> None:
    for fault in found:
        print(f"organisation {organisation_id}, entry {fault.seq}: {fault.what}", file=sys.stderr)
    held = ""
    if against:
        last = max(against, key=lambda checkpoint: checkpoint.size)
        number = f"{len(against)} checkpoint{'s' if len(against) > 1 else ''}"
        held = f", held against {number}, the last of {last.size} entries at {last.at.isoformat()}"
    state = "BROKEN" if found else "sound"
    print(f"organisation {organisation_id}: {total} entries, {state}{held}")


def run_checkpoint(args: argparse.Namespace) -> int:
    from chengnuo.doors.jobs.checkpoints import sign
    from chengnuo.ledger.queries import organisations

    faulty = 0
    for organisation_id in organisations():
        made = sign(organisation_id=organisation_id, now=datetime.now(UTC), to=args.to)
        faulty += len(made.faults)
        for fault in made.faults:
            print(
                f"organisation {organisation_id}, entry {fault.seq}: {fault.what}; not signed",
                file=sys.stderr,
            )
        if made.row is not None:
            print(made.row.note)
    return 1 if faulty else 0


def run_key(args: argparse.Namespace) -> int:
    from django.conf import settings

    from chengnuo.ledger.notes import Signer

    print(Signer.of(settings.CHECKPOINT_KEY).verifier)
    return 0
