"""Every word of the pages stands in Chinese too, and what is compiled is what is written."""

from __future__ import annotations

import ast
import gettext
import re
from io import BytesIO

import pytest
from django.conf import settings
from django.utils.translation import trim_whitespace

PO = settings.PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
PLAIN = re.compile(r"""{%-?\s*translate\s+(?P<q>["'])(?P<words>.*?)(?P=q)""")
BLOCK = re.compile(
    r"{%\s*blocktranslate\b(?P<how>[^%]*)%}(?P<words>.*?){%\s*endblocktranslate", re.DOTALL
)
CALLED = {"_", "gettext", "gettext_lazy", "pgettext", "ngettext"}


def written() -> dict[str, tuple[str, bool]]:
    """The messages of the .po: what they are in Chinese, and whether that is only a guess."""
    found: dict[str, tuple[str, bool]] = {}
    for entry in PO.read_text(encoding="utf-8").split("\n\n"):
        parts = {"msgctxt": "", "msgid": "", "msgid_plural": "", "msgstr": ""}
        at = ""
        for line in entry.splitlines():
            if line.startswith("#"):
                continue
            word, _, rest = line.partition(" ")
            word = word.removesuffix("[0]")  # Chinese has one form for every number
            if word in parts:
                at = word
            elif not line.startswith('"'):
                continue
            text = rest if word in parts else line
            parts[at] += ast.literal_eval(text)
        if parts["msgid"]:
            context = f"{parts['msgctxt']}\x04" if parts["msgctxt"] else ""
            found[context + parts["msgid"]] = (parts["msgstr"], "#, fuzzy" in entry)
    return found


def spoken() -> set[str]:
    """What the templates and the code of the pages say."""
    found: set[str] = set()
    for path in settings.PACKAGE.rglob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        found |= {m["words"] for m in PLAIN.finditer(text)}
        for block in BLOCK.finditer(text):
            said = re.split(r"{%\s*plural\s*%}", block["words"])[0]
            if "trimmed" in block["how"].split():
                said = trim_whitespace(said)
            found.add(re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", said))
    for path in settings.PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in CALLED
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                found.add(node.args[0].value)
    return found


def test_there_is_something_to_say():
    assert len(spoken()) > 150


def test_every_word_has_its_chinese():
    known = written()
    missing = sorted(w for w in spoken() if not known.get(w, ("", False))[0])
    assert not missing, "run makemessages, translate, msgfmt"
    assert not sorted(w for w, (_, guessed) in known.items() if guessed), "guesses are not checked"


@pytest.mark.parametrize("mark", [r"%\(\w+\)[sd]", r"{\w+}"])
def test_places_to_fill_are_the_same_in_both(mark):
    for english, (chinese, _) in written().items():
        assert sorted(re.findall(mark, english)) == sorted(re.findall(mark, chinese)), english


def test_what_is_compiled_is_what_is_written():
    compiled = gettext.GNUTranslations(BytesIO(PO.with_suffix(".mo").read_bytes()))
    known = {w: c for w, (c, guessed) in written().items() if c and not guessed}
    said = {k[0] if isinstance(k, tuple) else k: v for k, v in compiled._catalog.items() if k}
    stale = sorted(w for w, chinese in known.items() if said.get(w) != chinese)
    assert not stale, "run msgfmt"
    inside = set(said)
    assert inside == set(known), "run msgfmt"


# -- what gave way in packs; of pages and messages tests/wording/test_style.py tells ---------------

IN_PACKS = {
    "Three voices": "Greeting, reply and farewell",
    "Window construction": "Service-counter improvement",
    "Visit-missed": "No-access card",
    "Aftermath of": "Complaint follow-up",
    "natural days": "calendar days",
    "到场时刻": "到场时间",
    "修复时刻": "修复时间",
    "进程回访": "派单次日回访",
}


def test_old_words_do_not_come_back_in_packs():
    """Titles, helps and scripts; the quoted clauses keep their words."""
    found = []
    for path in (settings.PACKAGE / "policies").rglob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        titles = [one for one in lines if "title:" in one and "quote" not in one]
        found += [
            f"{path.name}: {w} → {IN_PACKS[w]}" for one in titles for w in IN_PACKS if w in one
        ]
    assert found == []
