"""Cases are found by what people have in hand: a number, a telephone's end, a street, a word."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q

from chengnuo.cases.finding.search import fitting, search
from chengnuo.cases.finding.words import Knows, fits, terms_of, words_of
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.obligations.models import Docket
from tests.companies import house, rule, small_pack
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
RULES = rule(
    "repaired-soon",
    "kind: within, start: case.lodged, stop: repair.completed, owed_by: network, "
    "limit: {amount: 2, unit: hour}",
)
TOLD = {
    "narrative": "幸福小区12号楼路面冒水，DN300管",
    "contact_name": "演示张三",
    "contact_phone": "13800001234",
    "address": "示例市解放路8号2单元501室",
}


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, RULES))


def take(firm, token="one", moment=NOW, **told):
    request = Request(service="leak", channel="phone", token=token, **{**TOLD, **told})
    by = firm.people["network"]
    return lodge(company=firm.again(), request=request, at=moment, now=moment, by=by)


EVERY, NONE = Q(pk__isnull=False), Q(pk__isnull=True)


def found(firm, asked, shown=EVERY, in_full=EVERY):
    return list(search(companies=[firm.company], asked=asked, shown=shown, in_full=in_full).cases)


@pytest.mark.parametrize(
    "asked",
    [
        "冒水",
        "水",
        "冒",
        "管",
        "路面冒水",
        "幸福小区",
        "12号楼",
        "小区12号",
        "dn300",
        "ＤＮ３００",
        "dn",
        "解放路",
        "解放路8号",
        "501",
        "张三",
        "1234",
        "01234",
        "13800001234",
        "138 0000 1234",
        "138-0000-1234",
        "冒水 解放路",
        "冒水 1234 张三",
        "  冒水，",
    ],
)
def test_a_case_is_found_by(firm, asked):
    case = take(firm)
    assert found(firm, asked) == [case]


@pytest.mark.parametrize(
    "asked",
    [
        "漏水",
        "面水",  # both characters stand there, but not beside each other
        "路面水",
        "冒水 停水",  # all of the words must fit
        "234",  # too short an end of a telephone, and no number in the text
        "9999",
        "50",  # numbers are whole: not the beginning of 501
        "楼路面冒水管",
        "",
        "   ",
        "…",
        "%",
        "_",
        "' OR 1=1 --",
        '"',
        "*",
        "冒水)",
    ],
)
def test_a_case_is_not_found_by(firm, asked):
    case = take(firm)
    expected = [case] if asked == "冒水)" else []  # a bracket asks for nothing
    assert found(firm, asked) == expected


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ("13800001234", True),
        ("138 0000 1234", True),
        ("+86 138-0000-1234", True),
        ("１３８００００１２３４", True),
        ("演示张三", True),
        ("演示张三 冒水", True),
        ("示例市解放路8号2单元501室", True),
        ("解放路8号", True),  # the mask of an address leaves the street to be read
        ("冒水", True),
        ("1380000123", False),
        ("3800001234", False),
        ("00001234", False),
        ("1234", False),
        ("冒水 1234", False),
        ("张三", False),
        ("张", False),
        ("演", False),
        ("演示张", False),
        ("501", False),
        ("501室", False),
        ("2单元501", False),
        ("@@演", False),
        ("@@1380000", False),
        ("##1234", False),
        ("##张", False),
    ],
)
def test_whoever_sees_a_mask_finds_by_the_whole_value_only(firm, asked, fits):
    case = take(firm)
    assert found(firm, asked, in_full=NONE) == ([case] if fits else [])
    few = Docket.objects.values_list("pk")
    wanted = {"companies": [firm.company], "asked": asked, "shown": EVERY, "in_full": NONE}
    assert list(search(**wanted, few=few).cases) == ([case] if fits else [])


@pytest.mark.parametrize(
    ("phone", "asked"),
    [
        ("+86 138-0000-1234", "13800001234"),
        ("13800001234/010-88880000", "010 8888 0000"),
        ("13800001234、13900005678", "13900005678"),
        ("010-88880000", "01088880000"),
    ],
)
def test_a_whole_telephone_is_found_however_it_is_written(firm, phone, asked):
    case = take(firm, contact_phone=phone)
    assert found(firm, asked, in_full=NONE) == [case]


@pytest.mark.parametrize(
    ("phone", "asked"),
    [
        ("13800138000", "13800138000转801"),
        ("13800138000", "13800138000 转 801"),
        ("0571-88881234", "0571-88881234-801"),
        ("0571-88881234", "0571-88881234 ext. 5"),
        ("0571-88881234", "0571 8888 1234 EXT5"),
        ("0571-88881234转801", "（0571）88881234（分机号：801）"),
        ("0571-88881234转801", "0571-88881234-802"),  # the exchange tells no extension
        ("0571-88881234转801", "0571-88881234"),
        ("13800138000转801", "13800138000"),
    ],
)
def test_a_number_is_found_with_its_extension_as_people_paste_it(firm, phone, asked):
    case = take(firm, contact_phone=phone)
    other = take(firm, "two", contact_phone="13900005678")
    assert found(firm, asked) == found(firm, asked, in_full=NONE) == [case]
    assert found(firm, "13900005678转1", in_full=NONE) == [other]


@pytest.mark.parametrize("asked", ["80000", "3800001", "138000", "00123", "800001234", "0000123"])
def test_a_part_of_a_telephone_finds_it_for_whom_it_is_no_secret(firm, asked):
    """Whoever sees it masked finds nothing by it: he would read it out digit by digit."""
    case = take(firm, contact_phone="13800001234、13900005678")
    assert found(firm, asked) == [case]
    assert found(firm, asked, in_full=NONE) == []


@pytest.mark.parametrize("asked", ["8000", "80001", "3413900", "000012345", "13900001234"])
def test_what_is_no_part_of_a_telephone_does_not_find_it(firm, asked):
    """Nor four digits in its midst: too many have these."""
    take(firm, contact_phone="13800001234、13900005678")
    assert found(firm, asked) == []


def test_a_name_with_a_blank_is_a_whole_one(firm):
    case = take(firm, contact_name="Zhang San")
    assert found(firm, "zhang san", in_full=NONE) == [case]
    assert [found(firm, q, in_full=NONE) for q in ("zhang", "san", "zhang s")] == [[], [], []]


def test_a_case_is_found_by_its_number_and_by_the_end_of_it(firm):
    first, second = take(firm), take(firm, "two")
    day, last = first.number.split("-")[1:]
    assert found(firm, first.number) == [first]
    assert found(firm, first.number.lower()) == [first]
    assert found(firm, f"{day}-{last}") == [first]
    assert found(firm, second.number.split("-")[2]) == [second]


def test_the_newest_come_first(firm):
    late = take(firm, "late", at("2026-03-09 12:00"))
    early = take(firm, "early", at("2026-03-08 12:00"))
    assert found(firm, "冒水") == [late, early]


def test_another_company_finds_nothing(firm, tmp_path):
    take(firm)
    other = house(small_pack(tmp_path, RULES), code="U")
    assert found(other, "冒水") == []


def test_who_asked_in_confidence_is_not_found_by_name_telephone_or_address(firm):
    case = take(firm, confidential=True)
    assert found(firm, "冒水") == [case]
    assert [found(firm, q) for q in ("张三", "1234", "13800001234", "解放路")] == [[]] * 4


def test_what_may_not_be_seen_is_not_found(firm):
    case = take(firm)
    assert found(firm, "冒水", ~Q(pk=case.pk)) == []


def test_of_many_that_fit_only_the_newest_are_looked_at(firm):
    cases = [take(firm, str(n), NOW + timedelta(minutes=n)) for n in range(3)]
    newest = fitting(company=firm.company, asked="冒水", limit=2)
    assert [pk for pk, _at in newest] == [cases[2].pk, cases[1].pk]
    assert not search(companies=[firm.company], asked="冒水", shown=EVERY, in_full=EVERY).more


def test_words_keep_their_order_and_their_ends():
    told = words_of(number="W-260309-00012", narrative="冒水了 dn300", phone="+86 138-0000-1234")
    assert " 冒水 水了 了 dn 300 " in told
    assert " @00012 " in told
    assert "1234" not in told, "telephones stand there as keyed hashes alone"
    for asked in ("1234", "13800001234", "138 0000 1234"):
        assert fits(told, terms_of(asked, knows=Knows.FULL))
        whole = len(asked) > 4
        assert fits(told, terms_of(asked, knows=Knows.WHOLE)) == whole


def test_a_telephone_within_the_words_of_a_matter_is_found_whole_and_not_kept_in_the_clear():
    told = words_of(number="W-1", narrative="请回电13800001234，漏水")
    assert "1380000" not in told
    assert fits(told, terms_of("13800001234", knows=Knows.SHOWN))
    assert fits(told, terms_of("回电13800001234", knows=Knows.SHOWN))
    assert not fits(told, terms_of("1380000123", knows=Knows.FULL))


def test_a_name_is_found_while_it_is_being_typed_by_who_sees_it():
    told = words_of(number="W-1", narrative="漏水", name="张三 Smith")
    for asked in ("张", "张三", "smi", "Smith"):
        assert fits(told, terms_of(asked, knows=Knows.FULL)), asked
        assert not fits(told, terms_of(asked, knows=Knows.WHOLE)), asked
    assert "张" not in told
    assert "smith" not in told


@pytest.mark.parametrize("asked", ["", "。", "—— %_", "\x00"])
def test_nothing_is_asked_without_a_letter_or_a_digit(asked):
    assert terms_of(asked, knows=Knows.FULL) == []
