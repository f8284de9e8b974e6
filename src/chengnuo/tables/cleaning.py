"""One cleaning of texts, keys and headings. What nobody can see changes nothing.

A *text* stays as it was written but for what is invisible; a *key* is what two spellings of one
thing have in common; a *heading* is found whatever was done to make it look nice.
"""

from __future__ import annotations

import re
import unicodedata

# The joiner holds an emoji of several together; everywhere else it is as invisible as the others.
PICTURE = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
JOINED = re.compile(f"(?<=[{PICTURE}])\u200d(?=[{PICTURE}])")
KEPT_JOINER = "\ue000"  # stands in for such a joiner while the others are taken out
LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
BLANKS = re.compile(r"\s+")
# A mark of a heading that must be filled in is no part of its name.
MUST = re.compile(
    r"[*]|[(（\[【]\s*(?:必填|必须|选填|required|optional)\s*[)）\]】]", re.IGNORECASE
)
WHOLE = re.compile(r"[0-9]+\.0+")
REPLACED = "\ufffd"
# Signs that show nothing, or a blank, and are neither format nor control characters.
FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\uffa0\ufffc"
FILLER = re.compile(f"[{FILLERS}]")
# They choose how the sign before them looks, which is no part of a number or a heading.
VARIANT = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def cleaned(text: str) -> str:
    """A text without what is invisible: format and control characters, blanks around it.

    Line breaks of every kind are one, and blanks of every width are blanks. Bytes that were no
    text stay as they are, for whoever reads the cell has to refuse it (see `is_damaged`).
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = LINE_BREAKS.sub("\n", text).replace("\xa0", " ")
    if "\u200d" in text:
        text = JOINED.sub(KEPT_JOINER, text.replace(KEPT_JOINER, ""))
    kept = "".join(c for c in FILLER.sub("", text) if not _is_invisible(c))
    return kept.replace(KEPT_JOINER, "\u200d").strip()


def _is_invisible(character: str) -> bool:
    if character in "\n\t\0":
        return False
    return unicodedata.category(character) in ("Cf", "Cc")


def is_damaged(text: str) -> bool:
    """Whether it holds bytes that are no text in the file's encoding."""
    if text.isprintable():
        return False
    return "\0" in text or any("\ud800" <= c <= "\udfff" for c in text)


def shown(text: str, most: int = 200) -> str:
    """Whatever it is, a text that a page and a file can hold."""
    return "".join(REPLACED if "\ud800" <= c <= "\udfff" or c == "\0" else c for c in text[:most])


def folded(text: str) -> str:
    """A word as it is compared: width, case and blanks around it do not matter."""
    return unicodedata.normalize("NFKC", VARIANT.sub("", cleaned(text))).strip().casefold()


def key_of(text: str) -> str:
    """A number or name of something as it is compared: no blanks at all, and without case.

    `ＤＺ 2026-a`, `dz2026-A` and the same with an invisible mark are one key. An apostrophe that a
    spreadsheet puts before a number is none of it, nor are the stars and the `.0` that programs
    put around a number: `*H2026-11`, `202611.0`.
    """
    key = BLANKS.sub("", folded(text)).lstrip("'`*").rstrip("*")
    if WHOLE.fullmatch(key):
        key = key.partition(".")[0]
    # Without the blank between them a letter and its mark become one letter.
    return key if key.isascii() else unicodedata.normalize("NFKC", folded(key))


def heading_of(text: str) -> str:
    """A heading as it is shown: on one line, without marks that are no part of its name."""
    return BLANKS.sub(" ", cleaned(text)).strip()


def heading_key(text: str) -> str:
    """A heading as it is found."""
    plain = MUST.sub("", unicodedata.normalize("NFKC", VARIANT.sub("", cleaned(text))))
    return BLANKS.sub("", plain).rstrip(":").casefold()
