"""The kinds of equipment at the premises: the pack's own, or the usual ones."""

from chengnuo.packs import stored
from chengnuo.packs.appliances import appliances_of
from tests.packs.shipped import shipped
from tests.packs.test_stored import of_before
from tests.packs.writing import changed, loaded, not_loaded, written

OWN = {"boiler": {"zh": "锅炉", "en": "Boiler"}}


def test_a_pack_names_the_kinds_that_are_recorded(tmp_path):
    made = loaded(written(tmp_path / "small", changed("appliances", OWN)))
    assert {kind: title.en for kind, title in appliances_of(made.pack).items()} == {
        "boiler": "Boiler"
    }


def test_without_its_own_it_has_the_usual_ones_as_before():
    usual = appliances_of(None)
    assert "cooker" in usual
    assert appliances_of(shipped("gas-company").pack) == usual
    assert appliances_of(stored.read(of_before("gas-company"))) == usual


def test_a_kind_needs_its_name_in_both_languages(tmp_path):
    half = changed("appliances", {"boiler": {"zh": "锅炉"}})
    assert "appliances.boiler" in str(not_loaded(written(tmp_path / "small", half)))
