"""What can be wrong with a pack, told so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: where it stands, what it is, and what to do."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class PackError(Exception):
    """A pack that cannot be taken as it is. Nothing of it is loaded."""

    def __init__(self, pack: str, problems: list[Problem]) -> None:
        self.pack = pack
        self.problems = problems
        super().__init__(
            f"{pack}: {len(problems)} problem(s)\n" + "\n".join(f"  {p}" for p in problems)
        )
