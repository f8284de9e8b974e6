"""What a room refuses, as a page says it: the one place that catches it and knows its status."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from django.http import Http404

from chengnuo.doors.web.kit.words import in_turn, say
from chengnuo.obligations.services import Refusal, RefusedByRule
from chengnuo.rules.refusing import Kind, Refused
from chengnuo.rules.words import Text

# A page that comes back with what was typed. Nobody's fault is a 403 here: htmx shows none.
STATUS = {Kind.WRONG: 422, Kind.NOT_YOURS: 422, Kind.MOVED_ON: 409}


class Trying:
    """`with Trying() as tried:` around the one verb of a view. What it refused, `tried` says in the
    reader's language; what there is not, is 404."""

    def __init__(self) -> None:
        self.refused: Refused | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(error, Refused):
            return False
        if error.kind is Kind.UNKNOWN:
            raise Http404(error.text.en) from error
        self.refused = error
        return True

    @property
    def status(self) -> int:
        return STATUS[self.refused.kind] if self.refused is not None else 200

    @property
    def moved_on(self) -> bool:
        return self.refused is not None and self.refused.kind is Kind.MOVED_ON

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Those of the regulation, each told with its clause."""
        return self.refused.refusals if isinstance(self.refused, RefusedByRule) else ()

    @property
    def problem(self) -> str:
        """What is wrong in a sentence; empty where the regulation refused."""
        return say(self.refused.text) if self.refused is not None and not self.refusals else ""

    @property
    def line(self) -> str:
        """What is wrong in one line, for where there is room for no more."""
        return in_turn(say(r.missing) for r in self.refusals) if self.refusals else self.problem

    @property
    def field(self) -> str:
        """The input that is wrong; empty for none of them."""
        return self.refused.field if self.refused is not None else ""

    @property
    def errors(self) -> Mapping[str, Text]:
        """What is wrong, input by input."""
        return self.refused.errors if self.refused is not None else {}


def wrong(sentence: str, field: str = "") -> Refused:
    """What a page itself finds wrong, in the words of the catalogue, so in one language."""
    return Refused(Text(sentence, sentence), field=field)
