"""Addresses as people tell them: when two of them mean the same house. Pure."""

from __future__ import annotations

import re
from math import asin, cos, radians, sin, sqrt
from unicodedata import normalize

EARTH_METRES = 6_371_000
DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
CHINESE_NUMBER = re.compile(r"[〇零一二两三四五六七八九十百]+(?=号|弄|栋|幢|座|单元|室|层|楼)")
GAPS = re.compile(r"[\s,.;:，。；：、()（）#\-_/]+")
# What stands before the street; a 小区, 社区 or 园区 is a place where people live, not a district.
ABOVE_THE_STREET = re.compile(
    r"^(?:[^省]{2,8}省)?(?:[^市路街]{2,8}市)?(?:[^区县路街号]{1,8}(?<![小社园])[区县])?"
    r"(?:[^镇乡路街号]{1,8}(?:街道|镇|乡))?"
)
HOUSE = re.compile(r"^(.*?\d+(?:号(?!楼)院?|弄(?:\d+号(?!楼))?))")
DOOR = re.compile(r"(?:\d+|[a-z甲乙丙丁东西南北中])+(?:单元|室|层|户|门|房)|(?<=[栋幢座楼元])\d+$")
WAY = r"(?:路|街|道(?![路街巷])|巷|里弄|胡同)"
SIDE = r"(?:[东南西北]{1,2}[侧边])?"
CROSSING = re.compile(
    rf"(.+?{WAY}){SIDE}(?:与|和|同|跟|到)?(.+?{WAY}){SIDE}的?(?:十字|丁字|三岔)?"
    r"(?:交叉路?[口处点]|交汇[处口]?|交界[处口]?|相交[处口]?|交口|路口|口)"
    rf"|(.+?{WAY}){SIDE}(?:靠近|近|临)(.+?{WAY})"
)
WHOLE_WAY = re.compile(rf".*{WAY}")
SHORTEST_SPOT = 3
LEADING_IN = re.compile(r"^(?:就?在|位于)")
COMPOUND = re.compile(r"^.*?[^\d路街号弄巷]{1,12}(?:小区|花园|新村|家园|公寓|花苑|社区|园区|苑)")
# A matter about all of a street: a planned stop, say.
ALL_OF_IT = re.compile(r"全段|全线|全路段|沿线|整条")
LATIN_DOOR = re.compile(r"\b(?:apt|apartment|unit|room|suite|flat|floor)\b.*$|#.*$")


def house_of(address: str) -> str:
    """The street and the house number, by which two addresses are compared; "" without a number.

    示例市示例路１号2单元301室, 示例路1号 and 示例路一号 are one house.
    """
    text = normalize("NFKC", address).casefold().strip()
    text = LATIN_DOOR.sub("", text) if text.isascii() else text
    if text.isascii():
        text = " ".join(GAPS.sub(" ", text).split())
        return text if any(c.isdigit() for c in text) else ""
    text = CHINESE_NUMBER.sub(lambda found: _number(found.group()), GAPS.sub("", text))
    text = ABOVE_THE_STREET.sub("", text) or text
    house = HOUSE.match(text)
    found = house.group(1) if house else DOOR.sub("", text)
    return found if any(c.isdigit() for c in found) and not found[0].isdigit() else ""


def _number(written: str) -> str:
    """十二 → 12, 一百零三 → 103, 二〇一 → 201."""
    if not set(written) & set("十百"):
        return "".join(str(DIGITS[c]) for c in written)
    total = last = 0
    for sign in written:
        if sign in DIGITS:
            last = DIGITS[sign]
        else:
            total += (last or (sign == "十")) * {"十": 10, "百": 100}[sign]
            last = 0
    return str(total + last)


def crossing_of(address: str) -> frozenset[str]:
    """The two streets that meet where an address lies; empty where it names no crossing."""
    text = GAPS.sub("", normalize("NFKC", address).casefold())
    text = LEADING_IN.sub("", text)
    found = CROSSING.search(ABOVE_THE_STREET.sub("", text) or text)
    ways = frozenset(filter(None, found.groups())) if found else frozenset()
    return ways if len(ways) > 1 else frozenset()


def spot_of(address: str) -> str:
    """A place that has neither number nor crossing, in the words it is told by: 示例广场; "" where
    they name no more than a street or a district."""
    text = GAPS.sub("", normalize("NFKC", address).casefold())
    text = LEADING_IN.sub("", text)
    text = ABOVE_THE_STREET.sub("", text)
    return "" if len(text) < SHORTEST_SPOT or WHOLE_WAY.fullmatch(text) else text


def is_at(told: str, premises: str) -> bool:
    """Whether the place that was told may be these premises, as far as words tell. A matter
    in the street is not at the home of whoever reports it."""
    here, there = (GAPS.sub("", normalize("NFKC", each).casefold()) for each in (told, premises))
    if here in there or there in here:
        return True
    house = house_of(told)
    return bool(house) and house == house_of(premises)


def section_of(address: str) -> str:
    """What is supplied together, as far as an address tells it: a housing estate."""
    text = GAPS.sub("", normalize("NFKC", address).casefold())
    found = COMPOUND.match(ABOVE_THE_STREET.sub("", text) or text)
    return found.group() if found else ""


def along(address: str, street: str) -> bool:
    """Whether an address means all of a street."""
    text = GAPS.sub("", normalize("NFKC", address).casefold())
    return bool(street) and street in text and bool(ALL_OF_IT.search(text))


def street_of(house: str) -> str:
    """What stands before the number; enough to look for in a column of addresses."""
    found = re.match(r"[^\d\s]+", house)
    return found.group() if found else house.split()[0] if house else ""


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """The distance of two points (latitude, longitude in degrees) on the ground."""
    (lat1, lon1), (lat2, lon2) = (map(radians, a), map(radians, b))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_METRES * asin(sqrt(min(1.0, h)))
