"""When two addresses mean the same house, and how far two points lie apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chengnuo.cases.intake.places import (
    crossing_of,
    house_of,
    is_at,
    metres_between,
    spot_of,
    street_of,
)

HOUSE = "示例路12号"


@pytest.mark.parametrize(
    "told",
    [
        "示例路12号",
        "示例路 １２ 号",
        "示例路十二号",
        "示例市示例路12号3号楼2单元501室",
        "示例省示例市示例区示例路12号，三单元",
        "示例区示例街道示例路12号旁边的小店",
    ],
)
def test_units_rooms_and_districts_do_not_matter(told):
    assert house_of(told) == HOUSE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("示例路12号", "示例路112号"),
        ("示例路12号", "示例东路12号"),
        ("漕溪路200弄5号", "漕溪路200弄6号"),
        ("阳光小区3栋", "阳光小区13栋"),
    ],
)
def test_another_number_is_another_house(one, other):
    assert house_of(one) != house_of(other)


@pytest.mark.parametrize("vague", ["", "示例市", "示例路", "路口", "501室", "   ", "12号"])
def test_without_street_and_number_nothing_is_compared(vague):
    assert house_of(vague) == ""


def test_a_housing_estate_is_told_by_its_building():
    assert house_of("示例市阳光小区3栋2单元501室") == house_of("阳光小区三栋") == "阳光小区3栋"


def test_latin_addresses_lose_their_door():
    assert house_of("1200 N Main St. Apt 4") == house_of("1200 N main st, #12") == "1200 n main st"


@given(st.text(max_size=300))
def test_whatever_is_typed_is_read(text):
    house = house_of(text)
    assert house == "" or any(c.isdigit() for c in house)
    street_of(house)


@pytest.mark.parametrize(
    "told",
    [
        "示例路与示例街交叉口",
        "示例市示例区示例街示例路路口",
        "示例街和示例路交汇处",
        "示例路/示例街口",
        "示例路、示例街十字路口东北角",
        "示例市示例路近示例街",
        "在示例路与示例街交口",
        "示例路北侧与示例街交叉处",
        "示例街和示例路三岔路口",
    ],
)
def test_a_crossing_is_one_whichever_street_is_named_first(told):
    assert crossing_of(told) == {"示例路", "示例街"}


@pytest.mark.parametrize(
    ("told", "ways"),
    [
        ("示例道与示例大道交口", {"示例道", "示例大道"}),
        ("铁道路与示例路路口", {"铁道路", "示例路"}),
        ("示例街道示例路与铁道街口", {"示例路", "铁道街"}),
    ],
)
def test_a_way_has_many_words(told, ways):
    assert crossing_of(told) == ways


@pytest.mark.parametrize(
    ("told", "premises", "is_there"),
    [
        ("", "示例市示例路2号1单元", True),
        ("示例路２号", "示例市示例路2号1单元101室", True),
        ("1单元101室", "示例市示例路2号1单元101室", True),
        ("示例路2号 5单元", "示例市示例路2号1单元", True),
        ("示例路3号", "示例市示例路2号1单元", False),
        ("示例路与示例街路口", "示例市示例路2号1单元", False),
        ("示例路口路面", "示例市示例路2号1单元", False),
    ],
)
def test_what_was_told_is_at_the_premises_or_elsewhere(told, premises, is_there):
    assert is_at(told, premises) is is_there


@pytest.mark.parametrize(
    ("told", "spot"),
    [
        ("示例市示例区示例广场", "示例广场"),
        ("在示例广场", "示例广场"),
        ("示例路口", "示例路口"),
        ("示例路（全段）", "示例路全段"),
        ("示例市示例区示例路", ""),
        ("示例区", ""),
        ("", ""),
    ],
)
def test_a_place_is_told_by_its_name(told, spot):
    assert spot_of(told) == spot


@pytest.mark.parametrize("told", ["示例路12号", "示例路路口", "", "示例路"])
def test_no_crossing(told):
    assert crossing_of(told) == frozenset()


def test_metres_on_the_ground():
    assert metres_between((31.0, 121.0), (31.0, 121.0)) == 0
    assert metres_between((31.0, 121.0), (31.001, 121.0)) == pytest.approx(111, abs=1)
    assert metres_between((0.0, 179.9999), (0.0, -179.9999)) == pytest.approx(22, abs=1)
