"""What a room says when it will not do something: why, in both languages, and at which input."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from chengnuo.rules.words import Text


class Kind(StrEnum):
    """Whose turn it is now. A door turns it into what its world understands (web: a status)."""

    WRONG = "wrong"  # what was given is wrong, or something is missing: put it right
    NOT_YOURS = "not_yours"  # this person may not: somebody else may
    MOVED_ON = "moved_on"  # it changed meanwhile, or it is over: look again
    UNKNOWN = "unknown"  # there is no such thing


class Refused(Exception):
    """Nothing was written. `text` says what is wrong and what to do; `field` names the input that
    is wrong, empty for none of them.

    Every room raises it, or a kind of it that somebody tells apart; only doors catch all of it.
    As a plain exception, in a log, it is told in English.
    """

    kind: ClassVar[Kind] = Kind.WRONG

    def __init__(self, text: Text, *, field: str = "") -> None:
        self.text, self.field = text, field
        super().__init__(text.en)

    @property
    def errors(self) -> Mapping[str, Text]:
        """What is wrong, input by input."""
        return {self.field: self.text} if self.field else {}


class NotYours(Refused):
    """This person may not do that; the text says who may."""

    kind = Kind.NOT_YOURS


class MovedOn(Refused):
    """Somebody was faster, or it is over."""

    kind = Kind.MOVED_ON


class Unknown(Refused):
    """There is no such thing."""

    kind = Kind.UNKNOWN


def too_long(length: int, *, longest: int, field: str) -> Refused:
    """Words that are longer than is kept: they are refused whole, and never cut."""
    return Refused(
        Text(
            f"最多{longest}字，现有{length}字，请缩短后再提交",
            f"At most {longest} characters, and these are {length}: shorten them.",
        ),
        field=field,
    )


def keep_within(longest: Mapping[str, int], **words: str) -> None:
    """Refuse at its field what is longer than is kept; fields without a limit may be of any length.

    Raises Refused.
    """
    for name, said in words.items():
        if len(said) > longest.get(name, len(said)):
            raise too_long(len(said), longest=longest[name], field=name)
