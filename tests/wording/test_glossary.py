"""Each term of the glossary is in use: its Chinese stands on pages, in packs or in messages."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "chengnuo"
GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<zh>[^|]+) \| [^|]+ \| .+ \|$")
# What only documents and those who write packs speak of; everybody else never meets them.
OF_DOCUMENTS = {"义务", "新旧衔接", "岗位表", "发件箱", "导入对照", "未导入行"}


def rows() -> list[re.Match[str]]:
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    found = [ROW.match(line) for line in lines if line.startswith("| ")]
    assert all(found), "four columns a row"
    return [row for row in found if row and row["term"] != "term"]


@cache
def spoken() -> str:
    files = [PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"]
    files += [*PACKAGE.rglob("*.yaml"), *PACKAGE.rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["term"])
def test_a_term_is_in_use(row):
    words = set(row["zh"].split("、"))
    assert {word for word in words - OF_DOCUMENTS if word.split("N")[0] not in spoken()} == set()


def test_words_of_documents_stay_there():
    """One that is spoken elsewhere too is no exception any more."""
    assert {word for word in OF_DOCUMENTS if word in spoken()} == set()


def test_no_chinese_word_stands_for_two_terms():
    words = [word for row in rows() for word in row["zh"].split("、")]
    assert sorted({word for word in words if words.count(word) > 1}) == []
