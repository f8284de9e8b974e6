"""How much a file may cost. A large honest file gets more; no file gets more than this.

The figures are bytes, seconds of processor time, and numbers of cells.
"""

from __future__ import annotations

import resource
from dataclasses import dataclass

MIB = 1 << 20
# Address space of the reading process; it begins with about 30 MiB.
MEMORY = 176 * MIB
MOST_COLUMNS = 16_384
LONGEST_ROW = 1_000_000
# Beyond this size a part that unpacks to more than so many times its bytes is a bomb, no table.
BOMB_SIZE, BOMB_RATIO = 32 * MIB, 250


@dataclass(frozen=True, slots=True)
class Bounds:
    seconds: int
    unzipped: int
    cells: int


def bounds_of(size: int) -> Bounds:
    """What a file of so many bytes may cost: several times what an honest one does."""
    return Bounds(
        seconds=4 + max(0, size - 10 * MIB) // MIB,
        unzipped=64 * MIB + 20 * size,
        cells=2_000_000 + size // 2,
    )


def keep_within(bounds: Bounds) -> None:
    """Bind this process: beyond, memory is refused and the kernel ends it. It can write no file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.seconds, bounds.seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
