"""The second factor: codes that fit once, and recovery codes for the day without the telephone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django_otp.oath import totp

from chengnuo.ledger.models import Entry
from chengnuo.people import second_factor
from chengnuo.people.services import found_organisation, hire

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
    assert len(set(codes)) == second_factor.RECOVERY_CODES
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
