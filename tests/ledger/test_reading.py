"""Reading a chain on from where it was left: nothing twice, nothing lost."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import transaction

from chengnuo.ledger import services
from chengnuo.ledger.models import Bookmark
from chengnuo.ledger.queries import unread_by
from chengnuo.ledger.services import read_on
from tests.ledger.test_chain import HERE, THERE, write

pytestmark = pytest.mark.django_db


def seqs(reader, organisation=HERE):
    return [entry.seq for entry in read_on(reader=reader, organisation_id=organisation)]


def test_each_reader_reads_every_entry_once_and_in_order(monkeypatch):
    write(3)
    write(1, THERE)
    monkeypatch.setattr(services, "AT_ONCE", 2)
    assert unread_by(reader="one") == {HERE, THERE}
    assert [seqs("one"), seqs("one"), seqs("one")] == [[1, 2], [3], []]
    assert unread_by(reader="one") == {THERE}
    assert unread_by(reader="other") == {HERE, THERE}
    assert seqs("other") == [1, 2]
    write(1)
    assert seqs("one") == [4]
    assert seqs("one", THERE) == [1]
    assert unread_by(reader="one") == set()


def test_what_fails_is_read_again():
    write(2)
    with suppress(ZeroDivisionError), transaction.atomic():
        assert seqs("one") == [1, 2]
        raise ZeroDivisionError
    assert seqs("one") == [1, 2]
    assert Bookmark.objects.get(reader="one").seq == 2
