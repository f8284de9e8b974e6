"""One cleaning: what nobody can see changes nothing, and what one sees stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chengnuo.tables.cleaning import cleaned, heading_key, key_of, shown
from chengnuo.tables.values import NotReadable, text_of

HEADINGS = [
    "SR Number", "srnumber", "*SR Number", "SR\nNumber:", "SR Number (required)", "ＳＲ Number",
]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("\u200b", ""),
        ("\ufeff张某\u200b", "张某"),
        ("\u202d13800001234\u202c", "13800001234"),
        ("𠮷田䶮", "𠮷田䶮"),
        ("张　三", "张　三"),
        ("买买提·阿不都", "买买提·阿不都"),
        ("家里没水了😭👨\u200d👩\u200d👧\u200d老人", "家里没水了😭👨\u200d👩\u200d👧老人"),
        ("❤️\u200d🔥 a\u200db", "❤️\u200d🔥 ab"),
        ("A\x0bB\r\nC\rD\u2028E", "A\nB\nC\nD\nE"),
        ("a\x01b\x9fc", "abc"),
        ("a\xa0b", "a b"),
        ("①㎡ＡＢ，：", "①㎡ＡＢ，："),
        ("\u3164\u2800", ""),
        ("张\u115f\u1160某\u034f\uffa0\ufffc", "张某"),
        ("葛\U000e0100城❤\ufe0f", "葛\U000e0100城❤\ufe0f"),
    ],
)
def test_a_text_loses_only_what_is_invisible(told, kept):
    assert cleaned(told) == kept


@pytest.mark.parametrize(
    "told",
    ["DZ-202611", " dz-202611", "DZ-202611\u200b", "ＤＺ－202611", "DZ- 2026 11", "'DZ-202611",
     "dz-2026\n11", "\ufeffDZ-202611\u3000", "DZ\u3164-2026\ufe0f11", "DZ-20\u034f2611\u2800",
     "DZ-2026\U000e010011", "*DZ-202611", "＊ DZ-202611*"],
)  # fmt: skip
def test_one_number_in_many_spellings_is_one_key(told):
    assert key_of(told) == "dz-202611"


@pytest.mark.parametrize("told", ["202611.0", "202611.00", "*202611", "２０２６１１．０", "202611"])
def test_a_number_that_was_taken_for_an_amount_is_the_same_key(told):
    assert key_of(told) == "202611"


@pytest.mark.parametrize("told", ["1.0.0", "a1.0", "2.05"])
def test_what_is_no_whole_number_keeps_its_point(told):
    assert key_of(told) == told


def test_digits_that_a_program_made_up_are_no_key():
    with pytest.raises(NotReadable, match="16 digits"):
        text_of("20300000000000000123.0")


@pytest.mark.parametrize("told", HEADINGS)
def test_one_heading_in_many_spellings_is_one(told):
    assert heading_key(told) == "srnumber"


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        (999_999_999_999_999, "999999999999999"),
        (6.0, "6"),
        (0.1 + 0.2, "0.3"),
        ("202611010930150001", "202611010930150001"),
        (True, "true"),
    ],
)
def test_numbers_keep_their_digits(cell, kept):
    assert text_of(cell) == kept


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        (10**15, "16 digits"),
        (2.0261101093015e17, "16 digits"),
        (202611010930150001, "16 digits"),
        ("2.03E+17", "scientific notation"),
        ("2.03e17", "scientific notation"),
        (float("nan"), "16 digits"),
        (float("inf"), "16 digits"),
        ("a\0b", "no text"),
        ("处\udcff", "no text"),
    ],
)
def test_a_number_that_was_changed_is_a_fault_and_no_other_number(cell, told):
    with pytest.raises(NotReadable, match=told) as caught:
        text_of(cell)
    assert caught.value.reason.zh
    if isinstance(cell, str) and "E" in cell:
        assert text_of(cell, exact=False) == cell


@given(st.text(st.characters()))
@example("C\u00b8")  # a letter, and a mark that carries a blank of its own
def test_cleaning_twice_is_cleaning_once_and_shows_nothing_that_a_page_cannot_hold(text):
    once = cleaned(text)
    assert cleaned(once) == once
    assert key_of(key_of(text)) == key_of(text)
    shown(text).encode()
    seen = [c for c in once if unicodedata.category(c) == "Cf"]
    assert all(c == "\u200d" for c in seen)
