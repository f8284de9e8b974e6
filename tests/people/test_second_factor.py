"""The second factor: codes that fit once, and recovery codes for the day without the telephone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django_otp.oath import totp
from django_otp.plugins.otp_static.models import StaticToken

from chengnuo.doors.cli.main import main
from chengnuo.ledger.models import Entry
from chengnuo.people import second_factor
from chengnuo.people.services import found_organisation, hire
from chengnuo.vault.keys import CannotUnseal, kept_in

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moment:
        yield moment


@pytest.fixture
def clerk(db):
    company = found_organisation(
        code="C", name_zh="示例公司", name_en="Example", kind="company", now=NOW, pack="p"
    )
    return hire(badge="C01", name="演示员工", organisation=company, password="x", now=NOW)


def code_of(device):
    return f"{totp(device.bin_key):06d}"


@pytest.fixture
def codes(clerk):
    device = second_factor.offered(staff=clerk)
    return second_factor.enrol(staff=clerk, code=code_of(device), now=NOW)


def test_the_offer_stays_the_same_until_it_is_taken(clerk):
    first = second_factor.offered(staff=clerk)
    assert second_factor.offered(staff=clerk).key == first.key
    assert len(first.bin_key) == 20, "as many as RFC 4226 asks for"
    assert second_factor.device_of(staff=clerk) is None
    assert second_factor.enrol(staff=clerk, code="000000", now=NOW) is None
    assert second_factor.device_of(staff=clerk) is None


def test_a_code_works_once(clerk, codes, clock):
    device = second_factor.device_of(staff=clerk)
    assert second_factor.proven(staff=clerk, code=code_of(device), now=NOW) is None
    clock.shift(timedelta(seconds=30))
    assert second_factor.proven(staff=clerk, code=code_of(device), now=NOW) == "totp"
    assert second_factor.proven(staff=clerk, code=code_of(device), now=NOW) is None


def test_a_recovery_code_works_once_however_it_is_written(clerk, codes):
    assert len(set(codes)) == second_factor.RECOVERY_CODES == 10
    assert all(re.fullmatch(r"[a-z2-7]{4}(-[a-z2-7]{4}){2}", code) for code in codes)
    written = codes[0].replace("-", " ").upper()
    assert second_factor.proven(staff=clerk, code=written, now=NOW) == "recovery"
    assert second_factor.proven(staff=clerk, code=codes[0], now=NOW) is None
    assert second_factor.codes_left(staff=clerk) == second_factor.RECOVERY_CODES - 1


def test_new_codes_make_the_old_ones_worthless(clerk, codes):
    fresh = second_factor.renew_codes(staff=clerk, now=NOW)
    assert second_factor.proven(staff=clerk, code=codes[0], now=NOW) is None
    assert second_factor.proven(staff=clerk, code=fresh[0], now=NOW) == "recovery"


def test_another_telephone_replaces_the_first(clerk, codes, clock):
    old = second_factor.device_of(staff=clerk)
    new = second_factor.offered(staff=clerk)
    assert second_factor.enrol(staff=clerk, code=code_of(new), now=NOW)
    assert second_factor.device_of(staff=clerk).key == new.key != old.key


def test_taken_away_nothing_is_left(clerk, codes):
    second_factor.remove(staff=clerk, by=clerk, now=NOW)
    assert second_factor.device_of(staff=clerk) is None
    assert second_factor.codes_left(staff=clerk) == 0


HALF_WAY = {
    "another telephone": lambda who, codes: second_factor.enrol(
        staff=who, code=code_of(second_factor.offered(staff=who)), now=None
    ),
    "new codes": lambda who, codes: second_factor.renew_codes(staff=who, now=None),
    "a recovery code": lambda who, codes: second_factor.proven(staff=who, code=codes[0], now=None),
    "taken away": lambda who, codes: second_factor.remove(staff=who, by=who, now=None),
}


@pytest.mark.parametrize("act", HALF_WAY.values(), ids=HALF_WAY)
def test_what_the_ledger_cannot_record_changes_nothing(clerk, codes, act):
    """Here it fails for want of a moment; a full disk would do the same."""
    before = second_factor.device_of(staff=clerk).key
    with pytest.raises(AttributeError):
        act(clerk, codes)
    assert second_factor.device_of(staff=clerk).key == before
    assert second_factor.codes_left(staff=clerk) == second_factor.RECOVERY_CODES
    assert second_factor.proven(staff=clerk, code=codes[0], now=NOW) == "recovery"


def test_the_ledger_tells_it_without_secrets(clerk, codes):
    device = second_factor.device_of(staff=clerk)
    second_factor.proven(staff=clerk, code=codes[0], now=NOW)
    second_factor.renew_codes(staff=clerk, now=NOW)
    second_factor.remove(staff=clerk, by=clerk, now=NOW)
    told = [e for e in Entry.objects.order_by("seq") if e.kind.startswith("second_factor.")]
    assert [e.kind.split(".")[1] for e in told] == [
        "enrolled",
        "recovery_used",
        "codes_renewed",
        "removed",
    ]
    words = " ".join(e.payload for e in told)
    assert device.key not in words
    assert not any(code in words or code.replace("-", "") in words for code in codes)


# -- at rest ---------------------------------------------------------------------------------------


def test_the_key_is_sealed_at_rest_and_for_this_person_alone(clerk, codes):
    device = second_factor.device_of(staff=clerk)
    assert device.key.startswith("enc:")
    assert len(device.key) <= 80, "as long as the column of django-otp may be"
    assert device.bin_key.hex() not in device.key
    device.user_id += 1
    with pytest.raises(CannotUnseal):
        _ = device.bin_key


def test_a_key_from_before_still_counts_until_it_is_sealed(clerk, codes):
    device = second_factor.device_of(staff=clerk)
    clear = device.bin_key
    type(device).objects.filter(pk=device.pk).update(key=clear.hex(), id=1)  # the very first
    assert second_factor.keys_waiting() == 1
    assert second_factor.device_of(staff=clerk).bin_key == clear
    assert second_factor.reseal_keys() == 1
    assert second_factor.keys_waiting() == 0
    assert second_factor.device_of(staff=clerk).bin_key == clear


def test_a_rotated_ring_seals_the_keys_anew(clerk, codes, tmp_path, settings, capsys):
    device = second_factor.device_of(staff=clerk)
    ring = tmp_path / "data_keys"
    settings.DATA_KEYS = kept_in(ring, make=True)
    device.seal(device_key := b"k" * 20)
    device.save()
    assert main(["keys", "rotate"]) == 0
    sealed = second_factor.device_of(staff=clerk)
    assert sealed.key.startswith("enc:2:")
    assert sealed.bin_key == device_key
    assert main(["keys", "status"]) == 0
    assert "key 2, which seals: 1 rows" in capsys.readouterr().out
    assert main(["keys", "retire"]) == 0
    assert [line.partition(":")[0] for line in ring.read_text().split()] == ["index", "2"]
    assert not ring.with_name("data_keys.lock").exists()
    assert main(["keys", "make", "--file", str(ring)]) == 1, "never over others"


def test_recovery_codes_lie_in_the_table_as_hashes(clerk, codes):
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert len(kept) == second_factor.RECOVERY_CODES
    assert {len(token) for token in kept} == {16}, "as many signs as the column of django-otp takes"
    assert not kept & {code.replace("-", "") for code in codes}
