"""The ways a matter comes in: the pack's own, where it names any, else the usual ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from pydantic import TypeAdapter

from chengnuo.packs.errors import Problem
from chengnuo.packs.names import unknown
from chengnuo.packs.reading import COMMON, Document, Place, read_file
from chengnuo.packs.schema import ChannelOf, ChannelShape, Pack
from chengnuo.rules.words import Text

# What a script may name beside: every channel; calls and messages that the company sends itself.
OF_SCRIPTS = frozenset({"any", "callback", "sms"})


@cache
def usual() -> Mapping[str, ChannelShape]:
    """The channels of a pack that names none: `policies/common/channels.yaml`."""
    path = COMMON / "channels.yaml"
    data = read_file(path, name=path.name).data["channels"]
    return TypeAdapter(dict[str, ChannelShape]).validate_python(data)


def channels_of(pack: Pack) -> Mapping[str, ChannelShape]:
    """Every channel by which a matter of this pack may come in."""
    return pack.channels or usual()


def by_hand(pack: Pack) -> dict[str, Text]:
    """What may be chosen at intake."""
    return {name: c.title.text() for name, c in channels_of(pack).items() if c.by_hand}


def channel_of(pack: Pack, channel: str) -> ChannelShape | None:
    """A channel by its id: of the pack, or a usual one by which a matter came in all the same."""
    return pack.channels.get(channel) or usual().get(channel)


def channel_title(pack: Pack, channel: str) -> Text:
    """A channel's name; its id where nobody knows it any more."""
    shape = channel_of(pack, channel)
    return shape.title.text() if shape is not None else Text(channel, channel)


def channel_for(pack: Pack, of: ChannelOf) -> str:
    """The channel of matters of the house itself, or of those that are imported."""
    return next(name for held in (pack.channels, usual()) for name, c in held.items() if c.of == of)


def comes_from_a_customer(pack: Pack, channel: str) -> bool:
    """Whether somebody turned to the company, so that he may be told and asked."""
    shape = channel_of(pack, channel)
    return shape is None or shape.of == "customer"


def with_channels(document: Document) -> Document:
    """The fact `channel`, where it lists no values of its own, takes the channels as its values."""
    facts = document.data.get("facts")
    fact = facts.get("channel") if isinstance(facts, dict) else None
    if isinstance(fact, dict) and "values" not in fact and fact.get("type") == "choice":
        told = document.data.get("channels") or {n: c.model_dump() for n, c in usual().items()}
        if isinstance(told, dict):
            fact["values"] = {n: c.get("title") for n, c in told.items() if isinstance(c, dict)}
    return document


def channel_problems(pack: Pack, document: Document) -> list[Problem]:
    """Roles, scripts and facts that name a channel by which nothing comes in."""
    return [
        Problem(document.place(place), what, ".".join(map(str, place)))
        for place, channel in _named(pack)
        for what in unknown("channel", [channel], channels_of(pack))
    ]


def _named(pack: Pack) -> Iterator[tuple[Place, str]]:
    for role, shape in pack.roles.items():
        if shape.channel is not None:
            yield ("roles", role, "channel"), shape.channel
    for script, said in pack.scripts.items():
        if said.channel not in OF_SCRIPTS:
            yield ("scripts", script, "channel"), said.channel
    fact = pack.facts.get("channel")
    for value in fact.values if fact is not None else ():
        yield ("facts", "channel", "values", value), value
