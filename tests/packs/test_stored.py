"""Releases in a database: those of before are read as they applied, whatever packs say now.

`releases/` holds the shipped packs as they were installed in format 1, when roles that audit, the
daily registers and the like were known by their ids.
"""

import gzip
import json
from pathlib import Path

import pytest

from chengnuo.packs import stored
from chengnuo.packs.channels import by_hand, channel_for, comes_from_a_customer
from chengnuo.packs.compiling import compiled
from chengnuo.packs.notices import shipped_notices
from tests.packs.shipped import shipped

RELEASES = Path(__file__).parent / "releases"
SINCE = {"app", "sms", "email"}
NAMES = ["gas-company", "power-subsidiary", "water-company"]


def of_before(name):
    return gzip.decompress((RELEASES / f"{name}.json.gz").read_bytes()).decode()


@pytest.mark.parametrize("name", NAMES)
def test_a_release_of_before_loads_and_judges_as_it_did(name):
    """The promises are those of today, since the packs said nothing else of them in between."""
    then, now = stored.read(of_before(name)), shipped(name).pack
    books = [compiled(pack, digest="x", notices=shipped_notices()) for pack in (then, now)]
    assert books[0].rules == books[1].rules


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("act", ["accepting", "overseeing", "auditing", "leading"])
def test_in_a_release_of_before_the_same_posts_act(name, act):
    assert stored.read(of_before(name)).acting(act) == shipped(name).pack.acting(act)


def test_the_roles_that_audit_and_lead_are_the_packs_word():
    water = shipped("water-company").pack
    assert water.acting("auditing") == {"inspection"}
    assert water.acting("leading") == {"vice-president", "general-manager"}


@pytest.mark.parametrize("name", NAMES)
def test_the_channels_of_before_may_be_chosen_as_they_could(name):
    """They stood in the code, or in the values of a fact; text message, e-mail and app did not."""
    then, now = stored.read(of_before(name)), shipped(name).pack
    chosen = by_hand(now)
    assert by_hand(then) == {c: title for c, title in chosen.items() if c not in SINCE}
    assert {c: then.channels[c] for c in by_hand(then)} == {
        c: now.channels[c] for c in by_hand(then)
    }
    assert comes_from_a_customer(then, "phone")
    for of in ("house", "import"):
        assert not comes_from_a_customer(then, channel_for(then, of))


@pytest.mark.parametrize("name", NAMES)
def test_urging_is_limited_by_the_settings_of_before(name):
    then = stored.read(of_before(name)).urging
    assert then == shipped(name).pack.urging
    assert then.a_day == "urgings-a-day"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_stored_now_says_its_format_and_comes_back(name):
    pack = shipped(name).pack
    text = stored.written(pack)
    assert json.loads(text)["format"] == stored.FORMAT
    assert stored.read(text) == pack


def test_what_stands_in_a_release_of_today_is_all_that_it_says():
    """Nothing is laid over it: a role is no auditor because of its name."""
    content = json.loads(stored.written(shipped("water-company").pack))
    del content["roles"]["inspection"]["acts"]
    assert stored.read(json.dumps(content)).acting("auditing") == set()


def columns(pack):
    return {
        (form_id, field.column): field.id
        for form_id, form in pack.forms.items()
        for field in form.fields
        if field.column not in (None, "none")
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_callback_register_of_before_has_the_same_columns(name):
    then, now = stored.read(of_before(name)), shipped(name).pack
    assert columns(then) == columns(now) != {}


def test_the_registers_and_the_acceptance_of_before_are_known_by_what_they_are_for():
    """A duty was a register by its code; today one form says so of itself."""
    water = stored.read(of_before("water-company")).forms
    assert water["callback-register-copy"].purpose == "callback_register"
    assert water["overdue-list"].purpose == "overdue_register"
    gas = stored.read(of_before("gas-company")).forms
    for one in (gas, shipped("gas-company").pack.forms):
        for_it = [form_id for form_id, form in one.items() if form.purpose == "acceptance"]
        assert for_it == [form_id for form_id, form in one.items() if form.code == "F-04"] != []
