"""Checkpoints: signed, kept elsewhere, and what they find when they come back."""

import base64
from datetime import timedelta

import pytest
from django.db import connection

from chengnuo.ledger.checkpoints import due, held_against, make_checkpoint, newest
from chengnuo.ledger.immutable import make_ordinary
from chengnuo.ledger.models import ChainHead, Entry, SignedCheckpoint
from chengnuo.ledger.notes import Checkpoint, NoCheckpoint, Signer, Verifier, notes_in
from chengnuo.ledger.queries import verify
from tests.ledger.test_chain import HERE, NOW, Locksmith, unlocked, write

OURS, OTHERS = Signer.of("ours" * 20), Signer.of("others" * 20)
DAY = timedelta(days=1)


def sign(now=NOW, signer=OURS):
    return make_checkpoint(organisation_id=HERE, signer=signer, now=now)


def kept(now=NOW):
    """A checkpoint as it was carried out of the house."""
    row = sign(now).row
    assert row is not None
    return OURS.verifier.read_note(row.note)


def found(checkpoint):
    return [f"{fault.seq}: {fault.what}" for fault in held_against(checkpoint=checkpoint)]


# -- the form --------------------------------------------------------------------------------------


def test_a_checkpoint_has_the_form_that_other_tools_read():
    """C2SP tlog-checkpoint and signed-note: origin, size, base64 of 32 bytes, empty line, dash."""
    note = OURS.note(Checkpoint(origin=OURS.origin(7), size=3, hash="ab" * 32, at=NOW))
    origin, size, head, at, empty, signature = note.splitlines()
    assert origin == f"{OURS.verifier.name}/7"
    assert (size, empty) == ("3", "")
    assert base64.b64decode(head) == bytes.fromhex("ab" * 32)
    assert at == "at 2026-03-09T10:00:00+00:00"
    dash, name, coded = signature.split(" ")
    raw = base64.b64decode(coded)
    assert (dash, name) == ("\u2014", OURS.verifier.name)
    assert (len(raw), raw[:4]) == (4 + 64, OURS.verifier.key_id)
    assert note.endswith("\n")


def test_the_public_key_is_read_as_it_is_printed():
    assert Verifier.read(f" {OURS.verifier}\n") == OURS.verifier
    assert Signer.of("ours" * 20).verifier == OURS.verifier, "from one secret always the same key"
    name, key_id, coded = str(OURS.verifier).split("+")
    for wrong in ("", name, f"{name}+{key_id}+AAAA", f"{name}+00000000+{coded}"):
        with pytest.raises(NoCheckpoint):
            Verifier.read(wrong)


CHECKPOINT = Checkpoint(origin=OURS.origin(7), size=3, hash="ab" * 32, at=NOW)
NOTE = OURS.note(CHECKPOINT)


def test_what_was_signed_is_read_back():
    assert OURS.verifier.read_note(NOTE) == CHECKPOINT
    assert OURS.verifier.read_note(NOTE.replace("\n", "\r\n") + "\n\n") == CHECKPOINT


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (NOTE.replace("\n3\n", "\n2\n"), "was changed"),
        (NOTE.replace("/7\n", "/8\n"), "was changed"),
        (NOTE.replace("at 2026", "at 2025"), "was changed"),
        (NOTE.partition("\n\n")[0], "no signature"),
        (OTHERS.note(CHECKPOINT), "not signed by"),
        (NOTE[:-20], "cut off"),
        ("", "no signature"),
    ],
)
def test_what_was_changed_or_is_none_is_told(note, said):
    with pytest.raises(NoCheckpoint, match=said):
        OURS.verifier.read_note(note)


def test_a_signed_text_that_is_no_checkpoint_is_told():
    class Strange(Checkpoint):
        body = "x/1\nmany\nAAAA\nat noon\n"

    with pytest.raises(NoCheckpoint, match="no checkpoint"):
        OURS.verifier.read_note(OURS.note(Strange(origin="x/1", size=1, hash="", at=NOW)))


def test_several_stand_in_one_file():
    assert notes_in(f"\n{NOTE}\n\n{NOTE}") == [NOTE.strip(), NOTE.strip()]
    assert notes_in(NOTE * 2) == [NOTE.strip(), NOTE.strip()]
    assert notes_in("\n \n") == []


# -- making them -----------------------------------------------------------------------------------


def test_what_is_signed_is_the_last_entry(db):
    last = write(3)[-1]
    checkpoint = kept()
    assert (checkpoint.size, checkpoint.hash) == (3, last.hash)
    assert (checkpoint.organisation_id, checkpoint.at) == (HERE, NOW)
    assert found(checkpoint) == []


def test_where_nothing_came_the_last_one_stands(db):
    write(2)
    assert sign().row == sign(NOW + DAY).row
    assert SignedCheckpoint.objects.count() == 1
    assert sign(NOW + DAY, OTHERS).row.key == str(OTHERS.verifier), "a new key signs anew"


def test_a_chain_that_does_not_hold_is_not_signed(db):
    write(2)
    sign()
    write(2)
    unlocked("UPDATE ledger_entry SET kind = 'x' WHERE seq = 4")
    made = sign(NOW + DAY)
    assert made.row is None
    assert [fault.seq for fault in made.faults] == [4]


def test_a_chain_that_does_not_go_on_from_the_last_checkpoint_is_not_signed(db):
    write(3)
    sign()
    rewritten(2)
    write(4)
    made = sign(NOW + DAY)
    assert made.row is None
    assert "does not follow" in made.faults[0].what


@pytest.mark.parametrize(
    ("later", "more", "is_due"), [(DAY, 1, True), (DAY, 0, False), (DAY / 2, 1, False)]
)
def test_one_is_due_after_a_day_in_which_something_happened(db, later, more, is_due):
    write(1)
    assert due(every=DAY, now=NOW) == [HERE], "the first at once"
    sign()
    write(more)
    assert due(every=DAY, now=NOW + later) == ([HERE] if is_due else [])


# -- what they find --------------------------------------------------------------------------------


def rewritten(number):
    """Everything after some entries cut off, the head moved back with it: a chain that is sound."""
    make_ordinary(Locksmith(), "ledger_entry")
    Entry.objects.filter(organisation_id=HERE, seq__gt=number).delete()
    last = Entry.objects.filter(organisation_id=HERE).order_by("seq").last()
    ChainHead.objects.filter(pk=HERE).update(seq=number, hash=last.hash if last is not None else "")
    assert verify(organisation_id=HERE) == [], "the chain alone says nothing"


def test_a_tail_cut_with_its_head_is_found(db):
    write(5)
    checkpoint = kept()
    rewritten(3)
    assert found(checkpoint) == [
        "3: had 5 entries when the checkpoint was signed and has 3: its tail was cut"
    ]


def test_a_tail_that_was_written_anew_is_found(db):
    write(5)
    checkpoint = kept()
    rewritten(3)
    write(4)
    assert found(checkpoint) == ["5: is another entry than when the checkpoint was signed"]


def test_a_truncated_ledger_is_found(db):
    write(5)
    checkpoint = kept()
    make_ordinary(Locksmith(), "ledger_entry")
    verb = "TRUNCATE" if connection.vendor == "postgresql" else "DELETE FROM"
    for table in ("ledger_entry", "ledger_chainhead", "ledger_signedcheckpoint"):
        Locksmith().execute(f"{verb} {table}")
    assert verify(organisation_id=HERE) == []
    assert newest(organisation_id=HERE) is None
    assert found(checkpoint) == [
        "0: had 5 entries when the checkpoint was signed and has 0: everything was cut"
    ]


def test_a_ledger_that_went_on_holds(db):
    write(2)
    checkpoint = kept()
    write(3)
    assert found(checkpoint) == []
