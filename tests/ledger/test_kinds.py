"""The ledger writes what rooms declare, and nothing else; what stands there stays readable."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import transaction

from chengnuo.ledger.bulk_write import BulkWrite, write_together
from chengnuo.ledger.kinds import WrongPayload
from chengnuo.ledger.models import ChainHead, Entry
from chengnuo.ledger.queries import history, verify
from chengnuo.ledger.services import Fact, chain, link, record, take_head

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
HERE = 7
FORM = {"form": "reply", "evidence": "e", "sha256": "0", "via": "page"}
DECIDED = {"decided": [], "verdicts": {}}

# What is said, whether of a subject, and what is answered; "" where it is written.
WRITTEN = [
    ("case.urged", {"why": "急", "count": 2}, True, ""),
    ("case.urged", {"why": "急", "count": 2, **DECIDED}, True, ""),
    ("case.urged", {"why": "急"}, True, "case.urged: missing count"),
    ("case.urged", {"why": "急", "cuont": 2}, True, "unknown cuont; missing count"),
    ("case.urged", DECIDED, True, ""),  # the history of a case from elsewhere
    ("case.linked", {}, True, "missing case, why"),  # no history tells that
    ("case.copy_seen", {}, True, ""),
    ("case.copy_seen", {"why": "看"}, True, "unknown why (its manifest declares nothing)"),
    ("post.taken", {"unit": 1, "badge": "b", "post": 2}, False, ""),
    ("post.taken", {"unit": 1, "badge": "b", "post": 2, **DECIDED}, False, "unknown decided"),
    ("sign_in.failed", {"step": "code", "source": "::1"}, False, ""),  # of nobody we know
    ("case.withdrawn", FORM, True, ""),  # a form tells it
    ("case.withdrawn", {**FORM, "why": "不用了"}, True, "unknown evidence, form, sha256, via"),
    ("reply.sent", {**FORM, **DECIDED, "facts": {"said": True}}, True, ""),
    ("reply.sent", DECIDED, True, ""),
    ("reply.sent", {"form": "reply"}, True, "no room declares this event"),
    ("reply.sent", {"words": "好"}, True, "no room declares this event"),
    ("reply.sent", {}, False, "no room declares this event"),
    ("rebuttal.made", {"part": 1, "words": "不是我"}, True, ""),
    ("rebuttal.made", {"part": 1}, True, "no room declares this event"),
]


@pytest.mark.parametrize(("kind", "data", "of_a_subject", "answer"), WRITTEN)
def test_the_writer_refuses_what_is_not_declared(db, kind, data, of_a_subject, answer):
    fact = Fact(kind=kind, at=NOW, subject=uuid4() if of_a_subject else None, data=data)
    if not answer:
        (entry,) = record(organisation_id=HERE, facts=[fact], now=NOW)
        assert entry.data == data
        return
    with pytest.raises(WrongPayload) as refused, transaction.atomic():
        record(organisation_id=HERE, facts=[fact], now=NOW)
    assert answer in str(refused.value)
    with pytest.raises(WrongPayload):
        chain(head=take_head(organisation_id=HERE), facts=[fact], now=NOW)  # the other way to write
    assert not Entry.objects.exists()


def test_what_was_written_before_is_read(db):
    """An entry of an older release, with keys of its own and without those of today."""
    head, subject = take_head(organisation_id=HERE), uuid4()
    (entry,) = chain(
        head=head, facts=[Fact(kind="case.copy_seen", at=NOW, subject=subject)], now=NOW
    )
    entry.kind, entry.payload = "case.urged", '{"times":3}'
    entry.hash = head.hash = link("", entry)
    write_together(bundle=BulkWrite(new=[entry], heads=[head]))
    assert [held.data for held in history(subject=subject)] == [{"times": 3}]
    assert verify(organisation_id=HERE) == []
    assert ChainHead.objects.get(pk=HERE).seq == 1
