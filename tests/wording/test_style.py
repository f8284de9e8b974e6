"""What a machine can tell of docs/reference/style.md, over every message, refusal and export."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "chengnuo"
PACKS = PACKAGE / "policies"
PO = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
STYLE = ROOT / "docs" / "reference" / "style.md"
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
        if "migrations" in path.parts or path.name.startswith(INVENTED):
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


def texts_in(node: Any, at: str, quoted: bool = False) -> Iterator[tuple[str, str, str]]:
    """The texts below a node of a pack. A script under a clause and without a reading is the
    regulation's own wording: its Chinese stays to the letter, its English is ours."""
    if isinstance(node, list):
        for place, below in enumerate(node):
            yield from texts_in(below, f"{at}/{place}")
    elif isinstance(node, dict) and {"zh", "en"} == set(node):
        yield at, "" if quoted else node["zh"], node["en"]
    elif isinstance(node, dict):
        for key, below in node.items():
            prescribed = key == "text" and "clause" in node and "reading" not in node
            yield from texts_in(below, f"{at}/{key}", quoted=prescribed)


def pairs_of_packs() -> Iterator[tuple[str, str, str]]:
    for path in sorted(PACKS.rglob("*.yaml")):
        node = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        yield from texts_in(node, str(path.relative_to(PACKS)))


@cache
def pairs() -> list[tuple[str, str, str]]:
    return [*pairs_of_catalogue(), *pairs_of_code(), *pairs_of_packs()]


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
    "a space between Chinese": rf"[{HAN}，。；：、）”] (?=[{HAN}“（])",
    # A number that stands with letters is a Latin word (UTF-8, 4 MB); alone it has no space.
    "a space at a number": (
        rf"[{HAN}] (?=\d)[^A-Za-z{HAN}]*(?:[{HAN}]|$)|(?:^|[{HAN}])[^A-Za-z{HAN}]*\d [{HAN}]"
        rf"|[{HAN}] %\(n\)s|%\(n\)s [{HAN}]"
    ),
    "a space before the percent sign": r"[\d}] %(?!\()",
}
# What stands there for a reason.
MAY = {
    "Excel 工作簿": "the name of a program",
    "XML 表格 2003": "the name of a format",
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


def test_quotation_marks_are_curved():
    found = [
        str(path.relative_to(ROOT))
        for path in sorted(PACKAGE.rglob("*"))
        if path.suffix in {".py", ".html", ".js", ".po", ".yaml"}
        and re.search("[「」『』]", path.read_text(encoding="utf-8"))
    ]
    assert not found, "write “ ”:\n" + "\n".join(found)


def test_percent_signs_of_english_follow_their_figure():
    found = [f"{where}: {en}" for where, _zh, en in pairs() if re.search(r"\d %(?!\()", en)]
    assert not found, "\n".join(found)


# Where an old word is right.
ALLOWED = {
    "Callback number": "the number to call back in an emergency",
    "Callback and follow-up": "both are meant",
}


@cache
def words_of_the_regulation(pack: str) -> str:
    """All that the clauses of a pack quote: where its regulation has a word, the pack may."""
    texts = (path.read_text(encoding="utf-8") for path in (PACKS / pack).rglob("*.yaml"))
    return "\n".join(found for text in texts for found in re.findall(r"\bquote: (.+)", text))


@pytest.mark.parametrize(("old", "new"), gave_way().items())
def test_words_that_gave_way_do_not_come_back(old, new):
    wrong = re.compile(rf"(?<![A-Za-z(]){re.escape(old)}(?![a-z])")
    found = [
        f"{where}: {said}"
        for where, zh, en in pairs()
        for said in (zh, en)
        if wrong.search(NO_CODE.sub("", said)) and said not in ALLOWED
        if old not in words_of_the_regulation(where.split("/")[0])
    ]
    assert not found, f"say {new}:\n" + "\n".join(found)


def test_no_template_glues_a_sentence():
    """A message beside a bare value, or a mark that stands alone, is a sentence in two halves."""
    glued = re.compile(
        r"""{%\s*translate\s+(["'])\s*[:;(),.]\s*\1\s*%}(?!{%\s*endif)"""
        r"""|{%\s*translate\s+(["'])[^"']*[a-z]\2\s*%}(?:\ |:\ )?{{"""
        r"""|}}\s*[:;(,]\ ?{{|%}\s*[:;(]\ ?{{"""
    )
    one_message = re.compile(r"{%\s*blocktranslate.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
    found = [
        f"{path.relative_to(ROOT)}: {m.group(0)}"
        for path in sorted(PACKAGE.rglob("templates/**/*.html"))
        for m in glued.finditer(one_message.sub("", path.read_text(encoding="utf-8")))
    ]
    assert not found, "put the value into the message:\n" + "\n".join(found)
