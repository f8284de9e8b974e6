"""The rules of docs/style.md that a machine can tell, over every message, refusal and export."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "chengnuo"
PO = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
STYLE = ROOT / "docs" / "style.md"
# Rooms whose words are being written again; to be taken out of here, one by one.
NOT_YET = ("packs", "policies", "rules")
# A demonstration speaks as its invented people do.
INVENTED = "demo"
HAN = "\u4e00-\u9fff"
PLACE = r"%\(\w+\)[sd]|\{[^{}]*\}"


def string_in(node: ast.AST) -> str | None:
    """A text of the code, with a mark where something is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return None


def pairs_of_code() -> Iterator[tuple[str, str, str]]:
    """Where, Chinese, English: what is said in pairs, as `Text` says it."""
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0]
        if room in NOT_YET or "migrations" in path.parts or path.name.startswith(INVENTED):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and len(node.args) >= 2:
                zh, en = string_in(node.args[0]), string_in(node.args[1])
                if zh and en and re.search(f"[{HAN}]", zh):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", zh, en


def pairs_of_catalogue() -> Iterator[tuple[str, str, str]]:
    for entry in PO.read_text(encoding="utf-8").split("\n\n"):
        found = {"msgid": "", "msgid_plural": "", "msgstr": ""}
        at = ""
        for line in entry.splitlines():
            word, _, rest = line.partition(" ")
            word = word.removesuffix("[0]")
            at = word if word in found or word == "msgctxt" else at
            text = rest if word in found else line
            if at in found and text.startswith('"'):
                found[at] += ast.literal_eval(text)
        if found["msgid"]:
            yield "django.po", found["msgstr"], f"{found['msgid']} {found['msgid_plural']}".strip()


@cache
def pairs() -> list[tuple[str, str, str]]:
    return [*pairs_of_catalogue(), *pairs_of_code()]


def gave_way() -> dict[str, str]:
    """The table at the end of the guide."""
    table = STYLE.read_text(encoding="utf-8").split("## Words that gave way")[1]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", table, re.MULTILINE)
    return {old: new for old, new in rows if old != "gave way"}


NO_CODE = re.compile(r"<[^>]*>|https?://\S+|`[^`]*`")
CHINESE = {
    "half-width punctuation after Chinese": (
        rf"[{HAN}”）][,;:!?](?=[\s{HAN}]|$)|[{HAN}]\(|\)[{HAN}]"
    ),
    "a half-width stop": rf"[{HAN}]\.(?=\s|$)",
    "corner quotes": "[「」『』]",
    "a space at a number": rf"[{HAN}] \d|\d [{HAN}]|[{HAN}] %\(n\)s|%\(n\)s [{HAN}]",
    "a space before the percent sign": r"[\d}] %(?!\()",
}
# What stands there for a reason.
MAY = {
    "Excel 工作簿": "the name of a program",
    "XML 表格 2003": "the name of a format",
    "2026-01-31T16:00": "a moment as machines write it",
    "是,否": "for a filter that takes its words with a comma",
}


@pytest.mark.parametrize("rule", CHINESE)
def test_chinese_is_punctuated_as_chinese(rule):
    wrong = re.compile(CHINESE[rule])
    found = [
        f"{where}: {zh}"
        for where, zh, _en in pairs()
        if wrong.search(NO_CODE.sub("", zh)) and not any(word in zh for word in MAY)
    ]
    assert not found, f"{rule}:\n" + "\n".join(found)


def test_percent_signs_of_english_follow_their_figure():
    found = [f"{where}: {en}" for where, _zh, en in pairs() if re.search(r"\d %(?!\()", en)]
    assert not found, "\n".join(found)


# Where an old word is right.
ALLOWED = {
    "Callback number": "the number to call back in an emergency",
    "Callback and follow-up": "both are meant",
}


@pytest.mark.parametrize(("old", "new"), gave_way().items())
def test_words_that_gave_way_do_not_come_back(old, new):
    wrong = re.compile(rf"(?<![A-Za-z(]){re.escape(old)}(?![a-z])")
    found = [
        f"{where}: {said}"
        for where, zh, en in pairs()
        for said in (zh, en)
        if wrong.search(said) and said not in ALLOWED
    ]
    assert not found, f"say {new}:\n" + "\n".join(found)


def test_no_template_glues_a_sentence():
    """A message beside a bare value, or a mark that stands alone, is a sentence in two halves."""
    glued = re.compile(
        r"""{%\s*trans\s+(["'])\s*[:;(),.]\s*\1\s*%}(?!{%\s*endif)"""
        r"""|{%\s*trans\s+(["'])[^"']*[a-z]\2\s*%}(?:\ |:\ )?{{"""
    )
    found = [
        f"{path.relative_to(ROOT)}: {m.group(0)}"
        for path in sorted(PACKAGE.rglob("templates/**/*.html"))
        for m in glued.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "put the value into the message:\n" + "\n".join(found)
