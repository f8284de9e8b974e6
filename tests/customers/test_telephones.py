"""Telephones as people write them: what is stored, compared and sent a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.customers.telephones import (
    is_telephone,
    key_of,
    keys_of,
    mobile_in,
    name_key,
    tidy,
)

MOBILE, LANDLINE = "13800001234", "051265001234"


@pytest.mark.parametrize(
    ("written", "stored", "keys"),
    [
        # One mobile number, as it is read out, copied, pasted from abroad or from a sheet.
        ("13800001234", MOBILE, [MOBILE]),
        ("138 0000 1234", MOBILE, [MOBILE]),
        ("138-0000-1234", MOBILE, [MOBILE]),
        ("138.0000.1234", MOBILE, [MOBILE]),
        ("+86 138-0000-1234", MOBILE, [MOBILE]),
        ("+8613800001234", MOBILE, [MOBILE]),
        ("(+86)13800001234", MOBILE, [MOBILE]),
        ("0086-138-0000-1234", MOBILE, [MOBILE]),
        ("86-13800001234", MOBILE, [MOBILE]),
        ("8613800001234", MOBILE, [MOBILE]),
        ("013800001234", MOBILE, [MOBILE]),
        ("１３８００００１２３４", MOBILE, [MOBILE]),
        ("1380000123４ ", MOBILE, [MOBILE]),
        ("138\u200b00001234", MOBILE, [MOBILE]),
        ("\ufeff13800001234\u202c", MOBILE, [MOBILE]),
        ("13800001234（女儿）", "13800001234(女儿)", [MOBILE]),
        ("电话：138 0000 1234", "电话:13800001234", [MOBILE]),
        ("13800001234转2", "13800001234转2", [MOBILE]),
        # A landline with its area, in brackets or not; Excel takes the leading nought away.
        ("0512-65001234", "0512-65001234", [LANDLINE]),
        ("（0512）65001234", "0512-65001234", [LANDLINE]),
        ("(0512)65001234", "0512-65001234", [LANDLINE]),
        ("0512－65001234", "0512-65001234", [LANDLINE]),
        ("0512—65001234", "0512-65001234", [LANDLINE]),
        ("0512 6500 1234", "0512-65001234", [LANDLINE]),
        ("051265001234", "0512-65001234", [LANDLINE]),
        ("51265001234", "0512-65001234", [LANDLINE]),
        ("+86(0512)65001234", "0512-65001234", [LANDLINE]),
        ("0086 0512 65001234", "0512-65001234", [LANDLINE]),
        ("057165001234", "0571-65001234", ["057165001234"]),
        ("010 6500 1234", "010-65001234", ["01065001234"]),
        # Extensions are kept, and compared without.
        ("0512-65001234转801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234-801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234*801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234 转 801", "0512-65001234转801", [LANDLINE]),
        ("0512 6500 1234 ext 801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234分机801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234 转分机 801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234 分机号：801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234 ext. 801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234ext801", "0512-65001234转801", [LANDLINE]),
        ("0512-65001234（ext. 801）", "0512-65001234转801", [LANDLINE]),
        ("65001234-801", "65001234转801", ["65001234"]),
        ("+86 0512-65001234-801", "0512-65001234转801", [LANDLINE]),
        ("(0512)65001234-801", "0512-65001234转801", [LANDLINE]),
        # Two numbers in one field.
        ("13800001234/13900001234", "13800001234/13900001234", [MOBILE, "13900001234"]),
        ("13800001234、0512-65001234", "13800001234、0512-65001234", [MOBILE, LANDLINE]),
        ("13800001234,0512-65001234", "13800001234,0512-65001234", [MOBILE, LANDLINE]),
        ("13800001234 13900001234", "13800001234 13900001234", [MOBILE, "13900001234"]),
        ("13800001234\n13900001234", "13800001234 13900001234", [MOBILE, "13900001234"]),
        ("138 0000 1234、+86 13800001234", "13800001234、13800001234", [MOBILE]),
        # Other numbers of somebody: local ones, 400, the short line of a group, abroad.
        ("65001234", "65001234", ["65001234"]),
        ("6500-1234", "65001234", ["65001234"]),
        ("400-800-1234", "4008001234", ["4008001234"]),
        ("66601", "66601", ["66601"]),
        ("+49 30 901820", "+4930901820", ["+4930901820"]),
        # What everybody dials is nobody's number.
        ("12345", "12345", []),
        ("110", "110", []),
        ("95598", "95598", []),
        # Nothing to dial: stays as it is, and nobody is recognised by it.
        ("138****1234", "138****1234", []),
        ("138XXXX1234", "138XXXX1234", []),
        ("320500199001011234", "320500199001011234", []),
        ("无", "无", []),
        ("匿名", "匿名", []),
        ("-----", "-----", []),
        ("     1", "1", []),
        ("", "", []),
    ],
)
def test_a_field_is_stored_and_compared(written: str, stored: str, keys: list[str]) -> None:
    assert (tidy(written), keys_of(written)) == (stored, keys)
    assert key_of(written) == (keys[0] if keys else "")


@pytest.mark.parametrize(
    ("written", "mobile"),
    [
        ("+86 138 0000 1234", MOBILE),
        ("0512-65001234", ""),
        ("0512-65001234、13800001234", MOBILE),
        ("4008001234", ""),
        ("12345", ""),
        ("138****1234", ""),
        ("", ""),
    ],
)
def test_a_short_message_goes_to_a_mobile_only(written: str, mobile: str) -> None:
    assert mobile_in(written) == mobile


@pytest.mark.parametrize(
    ("written", "is_one"),
    [("12345", True), ("0512-65001234转801", True), ("call me", False), ("138****1234", False)],
)
def test_what_can_be_dialled(written: str, is_one: bool) -> None:
    assert is_telephone(written) is is_one


@given(st.text(max_size=40))
def test_what_is_stored_is_read_as_what_was_written(written: str) -> None:
    stored = tidy(written)
    assert keys_of(stored) == keys_of(written)
    assert tidy(stored) == stored


DIGITS = st.text("0123456789", min_size=8, max_size=8)
BLANKS = st.sampled_from(["", " ", "-", "－", "\u3000", "\u200b"])


BEFORE = st.sampled_from(["", "+86", "0086", "86", "+86 ", "+86-", "0"])


@given(DIGITS, BLANKS, BLANKS, BEFORE)
def test_a_mobile_is_one_however_it_is_divided(end: str, one: str, two: str, before: str) -> None:
    assert keys_of(f"{before}139{one}{end[:4]}{two}{end[4:]}") == [f"139{end}"]


@pytest.mark.parametrize(
    "written", ["买买提·阿不都", "买买提•阿不都", "买买提．阿不都", "买买提 阿不都", "买买提阿不都"]
)
def test_a_name_is_one_with_and_without_dots(written: str) -> None:
    assert name_key(written) == "买买提阿不都"


def test_a_padded_name_is_the_name() -> None:
    assert name_key("张\u3000三") == name_key("张 三") == name_key("张\u200b三") == "张三"
    assert name_key("𠮷田") == "𠮷田"
