"""The ways a matter comes in: the pack's own, where it names any, else the product's."""

from __future__ import annotations

from collections.abc import Iterator

from chengnuo.packs.errors import Problem
from chengnuo.packs.names import unknown
from chengnuo.packs.reading import Document, Place
from chengnuo.packs.schema import Pack
from chengnuo.rules.words import Text

OWN = {
    "phone": Text("热线", "Hotline"),
    "counter": Text("窗口", "Counter"),
    "wechat": Text("微信", "WeChat"),
    "web": Text("网上", "Web"),
    "letter": Text("信函", "Letter"),
    "transfer": Text("上级转办", "Referred from above"),
    "internal": Text("内部", "Internal"),
    "import": Text("导入", "Imported"),
}
NOT_BY_HAND = frozenset({"import"})
# What a script may name beside: every channel; calls and messages that the company sends itself.
OF_SCRIPTS = frozenset({"any", "callback", "sms"})


def channels_of(pack: Pack) -> dict[str, Text]:
    """Every channel by which a matter of this pack may come in, with its name there."""
    if pack.channels:
        return {name: shape.title.text() for name, shape in pack.channels.items()}
    fact = pack.facts.get("channel")
    if fact is not None and fact.values:
        return {name: title.text() for name, title in fact.values.items()}
    return dict(OWN)


def by_hand(pack: Pack) -> dict[str, Text]:
    """What may be chosen at intake."""
    shut = {name for name, shape in pack.channels.items() if not shape.by_hand}
    shut = shut if pack.channels else set(NOT_BY_HAND)
    return {name: title for name, title in channels_of(pack).items() if name not in shut}


def channel_title(pack: Pack, channel: str) -> Text:
    """A channel's name: the pack's word for it, else the product's, else its id."""
    return channels_of(pack).get(channel) or _of_the_fact(pack, channel)


def _of_the_fact(pack: Pack, channel: str) -> Text:
    fact = pack.facts.get("channel")
    if fact is not None and channel in fact.values:
        return fact.values[channel].text()
    return OWN.get(channel, Text(channel, channel))


def channel_problems(pack: Pack, document: Document) -> list[Problem]:
    """Roles, scripts and facts that name a channel by which nothing comes in."""
    known = channels_of(pack) if pack.channels else {**OWN, **channels_of(pack)}
    return [
        Problem(document.place(place), what, ".".join(map(str, place)))
        for place, channel in _named(pack)
        for what in unknown("channel", [channel], known)
    ]


def _named(pack: Pack) -> Iterator[tuple[Place, str]]:
    for role, shape in pack.roles.items():
        if shape.channel is not None:
            yield ("roles", role, "channel"), shape.channel
    for script, said in pack.scripts.items():
        if said.channel not in OF_SCRIPTS:
            yield ("scripts", script, "channel"), said.channel
    fact = pack.facts.get("channel")
    for value in fact.values if fact is not None and pack.channels else ():
        yield ("facts", "channel", "values", value), value
