"""The ring of keys: what it seals opens again, and only there; it lies where others cannot read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.vault import keys
from chengnuo.vault.keys import CannotUnseal, NoKeys, Ring

RING = Ring(keys.fresh_ring())


@given(st.binary(max_size=200), st.text(max_size=20).filter(lambda t: "\ud800" not in t))
def test_what_is_sealed_opens_again_and_is_never_the_same_twice(value, about):
    sealed = RING.seal(value, about)
    assert keys.is_sealed(sealed)
    assert sealed.isascii()
    assert RING.open(sealed, about) == value
    assert RING.seal(value, about) != sealed


SEALED = RING.seal(b"13800001234", "customers_customer.phone")


@pytest.mark.parametrize(
    ("sealed", "about"),
    [
        (SEALED, "cases_case.contact_phone"),
        (SEALED[:-8] + "AAAAAAA=", "customers_customer.phone"),
        (SEALED.replace("enc:1:", "enc:2:"), "customers_customer.phone"),
        (SEALED[:20], "customers_customer.phone"),
        ("enc:", "customers_customer.phone"),
        ("enc:x:AAAA", "customers_customer.phone"),
    ],
    ids=["moved", "changed", "other key", "cut", "nothing", "no key"],
)
def test_what_was_moved_or_changed_does_not_open(sealed, about):
    with pytest.raises(CannotUnseal, match=about):
        RING.open(sealed, about)


def test_equal_values_have_equal_hashes_and_other_rings_have_others():
    one = RING.hashed("13800001234")
    assert one == RING.hashed("13800001234") != RING.hashed("13800001235")
    assert one != Ring(keys.fresh_ring()).hashed("13800001234")
    assert RING.hashed(one) == one, "a hash is not hashed again"
    assert RING.hashed("") == ""
    assert "1380" not in one


@pytest.mark.parametrize(
    "text",
    [
        "",
        "index:AAAA",
        keys.fresh_key("1"),
        keys.fresh_key("index"),
        "\n".join([keys.fresh_ring(), keys.fresh_key("1")]),
        "\n".join([keys.fresh_ring(), keys.fresh_key("two")]),
        keys.fresh_ring() + "3:???",
    ],
    ids=["empty", "short", "no index", "only an index", "twice", "no number", "no key"],
)
def test_what_is_no_ring_is_refused(text):
    with pytest.raises(NoKeys):
        Ring(text)


def test_a_ring_is_made_once_where_that_is_allowed_and_is_ours_alone(tmp_path):
    path = tmp_path / "data_keys"
    with pytest.raises(NoKeys, match="chengnuo keys make"):
        keys.kept_in(path, make=False)
    sealed = keys.kept_in(path, make=True).seal(b"x", "a")
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.kept_in(path, make=True).open(sealed, "a") == b"x"
    assert [file.name for file in tmp_path.iterdir()] == ["data_keys"]
    path.chmod(0o644)
    with pytest.raises(NoKeys, match="chmod 600"):
        keys.kept_in(path, make=True)


def test_a_key_that_another_process_added_is_taken_up(tmp_path):
    path = tmp_path / "data_keys"
    running = keys.kept_in(path, make=True)
    old = running.seal(b"x", "a")
    keys.write(path, path.read_text() + keys.fresh_key("2"), over=True)
    rotated = keys.kept_in(path, make=False)
    assert (rotated.newest, rotated.open(old, "a")) == (2, b"x")
    assert running.newest == 1
    assert running.open(rotated.seal(b"y", "a"), "a") == b"y"
    assert running.newest == 2
