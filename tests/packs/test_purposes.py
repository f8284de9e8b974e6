"""What a form or field is for is said by the pack; what means nothing there is refused."""

import pytest

from chengnuo.packs.loader import load
from tests.packs.writing import PACK, changed, not_loaded, written

FLAG = {"type": "flag", "title": {"zh": "是否", "en": "Whether"}}
ASKED = {"id": "reached", **FLAG, "required": True, "column": "reached"}
AGAIN = {"id": "answered", **FLAG, "column": "reached"}
ASKING = {
    "satisfied": {"reached": True},
    "dissatisfied": {"reached": False},
    "missed": {"reached": False},
}
FORM = "forms/repaired"


def with_words(given):
    """The small pack with some of its values replaced."""
    text = PACK
    for path, value in given.items():
        text = changed(path, value, text)
    return text


FAULTS = [
    (
        {f"{FORM}/purpose": "overdue_register"},
        "purpose: overdue_register is that of a duty: write duty: true",
    ),
    (
        {f"{FORM}/purpose": "callback_register"},
        "purpose: callback_register is that of a duty: write duty: true",
    ),
    ({f"{FORM}/purpose": "survey"}, "purpose"),
    (
        {f"{FORM}/fields": [ASKED]},
        "column is one of the follow-up register: only a form with `callback` has it",
    ),
    ({f"{FORM}/fields": [{**ASKED, "column": "mood"}]}, "column"),
    (
        {f"{FORM}/callback": ASKING, f"{FORM}/fields": [ASKED, AGAIN]},
        "column 'reached' of the follow-up register is filled by several fields",
    ),
]


@pytest.mark.parametrize(("given", "told"), FAULTS)
def test_what_means_nothing_is_refused_with_its_place(tmp_path, given, told):
    found = not_loaded(written(tmp_path / "small", with_words(given)))
    assert told in str(found)
    assert "forms.repaired" in str(found)


def test_an_answer_of_a_questionnaire_stands_in_its_column(tmp_path):
    given = with_words({f"{FORM}/callback": ASKING, f"{FORM}/fields": [ASKED]})
    pack = load(str(written(tmp_path / "small", given))).pack
    assert pack.forms["repaired"].fields[0].column == "reached"


@pytest.mark.parametrize(
    ("urging", "told"),
    [
        ({"a_day": "often"}, "unknown setting 'often'"),
        (
            {"in_all": "inspection"},
            "setting 'inspection' limits reminders: its values are unset or whole numbers",
        ),
        ({"weekly": "inspection"}, "unknown key 'weekly'"),
    ],
)
def test_urging_is_limited_by_a_setting_of_numbers(tmp_path, urging, told):
    assert told in str(not_loaded(written(tmp_path / "small", with_words({"urging": urging}))))
