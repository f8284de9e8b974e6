"""The packs that come with the product, read once in a process: nobody changes them."""

from __future__ import annotations

from functools import cache

from chengnuo.packs.loader import LoadedPack, load


@cache
def shipped(pack: str) -> LoadedPack:
    return load(pack)
