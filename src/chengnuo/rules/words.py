"""Bilingual texts and the clause a rule cites."""

from __future__ import annotations

from dataclasses import dataclass

# A quotation inside a quotation has single marks.
INNER = str.maketrans("“”", "‘’")


@dataclass(frozen=True, slots=True)
class Text:
    """A text in Chinese and in English; both are complete."""

    zh: str
    en: str

    def as_dict(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}

    def said(self, language: str) -> str:
        """One of the two: Chinese for `zh`, English for anything else."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A numbered place in a regulation, with a short fragment of its words."""

    source: str
    source_title: Text
    place: str
    quote: str = ""

    def cite(self) -> Text:
        """How a page or a letter names the clause in one line."""
        quoted = f"“{self.quote.translate(INNER)}”" if self.quote else ""
        return Text(
            f"《{self.source_title.zh}》{self.place}{quoted}",
            f"{self.source_title.en}, {self.place}{' ' + quoted if quoted else ''}",
        )
