"""What is said (话术): which scripts of a pack are due, with their blanks filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chengnuo.packs.schema import PLACEHOLDERS, Pack, ScriptMoment, ScriptShape
from chengnuo.rules.words import Text

ANY = "any"
BLANK = "……"
OPEN = Text(BLANK, BLANK)
# What may be of use while a customer is on the line, in the order of a conversation.
IN_TALK: tuple[ScriptMoment, ...] = (
    "safety",
    "before_report",
    "during",
    "reply",
    "first_asked",
    "apology",
)


@dataclass(frozen=True, slots=True)
class SpokenScript:
    """A script ready to be read out."""

    id: str
    moment: ScriptMoment
    title: Text
    text: Text
    clause: Text | None
    own_words: bool


def said(
    pack: Pack,
    *,
    moments: Sequence[ScriptMoment],
    channel: str,
    service: str = "",
    emergency: bool = False,
    **blanks: Text,
) -> list[SpokenScript]:
    """The scripts for a channel and a service, moment by moment.

    `blanks`: badge, name, number and company; what is not known yet stays open.
    """
    found = [
        (moments.index(script.moment), SpokenScript(
            script_id, script.moment, script.title.text(), _filled(script, blanks),
            _cited(script), script.reading is not None,
        ))
        for script_id, script in _due(pack, channel, service, emergency)
        if script.moment in moments
    ]  # fmt: skip
    return [one for _, one in sorted(found, key=lambda pair: pair[0])]


def _due(
    pack: Pack, channel: str, service: str, emergency: bool
) -> Iterator[tuple[str, ScriptShape]]:
    for script_id, script in pack.scripts.items():
        if script.channel not in (ANY, channel):
            continue
        if script.services and service not in script.services:
            continue
        if script.emergency in (None, emergency):
            yield script_id, script


def _filled(script: ScriptShape, blanks: dict[str, Text]) -> Text:
    zh, en = script.text.zh, script.text.en
    for name in PLACEHOLDERS:
        blank = blanks.get(name, OPEN)
        zh, en = zh.replace(f"{{{name}}}", blank.zh), en.replace(f"{{{name}}}", blank.en)
    return Text(zh, en)


def _cited(script: ScriptShape) -> Text | None:
    cited = script.clause
    if cited is None:
        return None
    words = f"{cited.source} {cited.place}"
    return Text(words, words)
