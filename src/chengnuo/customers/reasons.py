"""Whether a reason for looking says something: whom it is about, what for. One judge for every door
that wants such a reason.

It cannot tell whether a reason is true; it refuses what would fit any look at anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# Written at all: so many Chinese characters, or so many Latin letters, of so many kinds.
SHORTEST, SHORTEST_LATIN, DIFFERENT = 4, 8, 3
# What must be left without the words below: characters, a Latin word counts as two.
LEFT, LATIN_WORD = 3, 2
# What says no more than that somebody looks, that he works here, or what the page asks.
EMPTY = """
因为 由于 为了 根据 按照 工作 业务 岗位 职责 履职 办公 日常 正常 需要 需求 要求 必须 必要 需
查看 查阅 查询 查找 看看 看一下 看一看 查一下 一下 看 查 完整 显示 访问 信息 资料 内容 数据
情况 了解 知道 核实 测试 试试 试用 演示 没有 没什么 无 理由 原因 事由 说明 留痕 记录 应急
其他 其它 随便 不知道 这个 我 本人 要 想 请 的 了 是 用 好奇 你好 您好 世界 呵呵 哈哈 嘿嘿 写什么
电话号码 客户的电话号码 客户的电话 阿斯顿
a an and any as at be because by can check checked checking daily data demo details do duty
explain for full get have i info information in is it its job just know logged look looked looking
looks me must my necessary need needed needs no none normal not nothing of on only other our
personal please purpose purposes reason reasons require required see seen show some something
stuff task tasks test testing tests that the this to use usual verify view viewed viewing want we
whatever why with without work working access business hello hi hey world lorem ipsum dolor sit
amet curious wanted wondering who he she they him her them his their name number phone telephone
"""
KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz")
VOWELS = frozenset("aeiouy")


def _runs() -> Iterator[str]:
    """Three or more keys, one beside the other, either way."""
    for row in KEYBOARD:
        for way in (row, row[::-1]):
            for length in range(len(way), 2, -1):
                yield from (way[at : at + length] for at in range(len(way) - length + 1))


REPEATED = re.compile(r"(.{1,6}?)\1+")
EMPTY_EN = frozenset(word for word in EMPTY.split() if word.isascii())
EMPTY_ZH = re.compile("|".join(sorted({*EMPTY.split()} - EMPTY_EN, key=len, reverse=True)))
RUN_OF_KEYS = re.compile(f"(?>{'|'.join(sorted(set(_runs()), key=len, reverse=True))})++")
# A case by its number, as the page shows it.
NUMBERED = re.compile(r"(?<![a-z0-9])[a-z]{1,6}-\d{4,8}-\d{2,}(?!\d)")
# A hand that slid over the keys: no word has so many consonants and nothing else.
CONSONANTS = 5


def says_something(why: str) -> bool:
    """Whether a reason is one: long enough, and more than figures, keys, one word again and again
    or what would fit any look."""
    plain = unicodedata.normalize("NFKC", why).casefold()
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf")
    words = "".join(c if c.isalpha() else " " for c in plain).split()
    kept = list(dict.fromkeys(w for word in words for w in _parts(word) if not _is_noise(w)))
    letters = "".join(kept)
    if NUMBERED.search(plain) and _left(kept) >= 2 * LATIN_WORD:
        return True  # which case (its letters are a word), and what is to be done there
    latin = sum(c.isascii() for c in letters)
    enough = len(letters) - latin >= SHORTEST or latin >= SHORTEST_LATIN
    return enough and len(set(letters)) >= DIFFERENT and _left(kept) >= LEFT


def _parts(word: str) -> list[str]:
    """Latin letters apart from others, each without what is only said again."""
    runs = re.findall(r"[a-z]+|[^a-z]+", word)
    return [again[1] if (again := REPEATED.fullmatch(run)) else run for run in runs]


def _is_noise(word: str) -> bool:
    if not word.isascii():
        return False
    slid = len(word) >= CONSONANTS and not VOWELS & set(word)
    return slid or RUN_OF_KEYS.fullmatch(word) is not None


def _left(words: list[str]) -> int:
    """How much is said beside what says nothing."""
    said = len(EMPTY_ZH.sub("", "".join(word for word in words if not word.isascii())))
    return said + LATIN_WORD * sum(word.isascii() and word not in EMPTY_EN for word in words)
