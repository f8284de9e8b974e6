"""What can be wrong with a pack, told in both languages so that its author can mend it."""

from __future__ import annotations

from dataclasses import dataclass

from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: in which file and line, at which key, what it is, and what to do.

    `what` is a plain string where both languages say the same.
    """

    where: str
    what: Text | str
    key: str = ""

    def said(self, language: str) -> str:
        """The fault in one line, in Chinese for `zh` and in English for anything else."""
        what = self.what if isinstance(self.what, str) else self.what.said(language)
        return ": ".join(part for part in (self.where, self.key, what) if part)

    @property
    def text(self) -> Text:
        """The fault without its place, for a page in either language."""
        if isinstance(self.what, Text):
            return self.what
        return Text(self.what, self.what)

    def __str__(self) -> str:
        return self.said("en")


class PackError(Exception):
    """A pack that cannot be taken as it is. Nothing of it is loaded."""

    def __init__(self, pack: str, problems: list[Problem]) -> None:
        self.pack = pack
        self.problems = problems
        super().__init__(pack, problems)

    def said(self, language: str) -> str:
        """Every fault, one a line, under a heading."""
        count = len(self.problems)
        head = f"{count} 处问题" if language == "zh" else f"{count} problem(s)"
        named = f"{self.pack}: {head}" if self.pack else head
        return "\n".join([named, *(f"  {p.said(language)}" for p in self.problems)])

    def __str__(self) -> str:
        return self.said("en")
