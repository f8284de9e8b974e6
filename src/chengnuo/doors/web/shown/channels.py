"""The ways a matter comes in: the pack's own, where it names any, else the product's."""

from __future__ import annotations

from typing import Any

from chengnuo.cases.models import Channel
from chengnuo.packs.schema import Pack

NOT_BY_HAND = {"import"}
NAMES = {
    "phone": {"zh": "热线", "en": "Hotline"},
    "counter": {"zh": "窗口", "en": "Counter"},
    "wechat": {"zh": "微信", "en": "WeChat"},
    "web": {"zh": "网上", "en": "Web"},
    "letter": {"zh": "信函", "en": "Letter"},
    "transfer": {"zh": "上级转办", "en": "Transferred from above"},
    "internal": {"zh": "内部", "en": "Internal"},
    "import": {"zh": "导入", "en": "Imported"},
}


def channels(pack: Pack) -> dict[str, Any]:
    """What may be chosen at intake."""
    if pack.channels:
        return {i: c.title for i, c in pack.channels.items() if c.by_hand}
    fact = pack.facts.get("channel")
    if fact is not None and fact.values:
        return {v: t for v, t in fact.values.items() if v not in NOT_BY_HAND}
    return {c.value: NAMES[c.value] for c in Channel if c.value not in NOT_BY_HAND}


def channel_title(pack: Pack, channel: str) -> Any:
    if channel in pack.channels:
        return pack.channels[channel].title
    fact = pack.facts.get("channel")
    if fact is not None and channel in fact.values:
        return fact.values[channel]
    return NAMES.get(channel, channel)
