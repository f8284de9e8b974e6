"""What stands behind a line of the pay sheet, so that every number opens into its rows: found while
the sheet is open, and frozen with it when it is signed."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from chengnuo.conduct.models import Deduction
from chengnuo.obligations.models import Obligation

# An annulled breach counts as if it had been kept in time.
IN_TIME = Q(kept_at__isnull=False, broken_at__isnull=True) & (
    Q(kept_at__lte=F("due_at")) | Q(annulled_at__isnull=False)
)
ID = 16  # bytes


@dataclass(frozen=True, slots=True)
class DrillDown:
    """The promises of a line in the order in which they fell due, the places in it of those that
    were not kept in time, and the deductions."""

    promises: tuple[UUID, ...]
    late: tuple[int, ...]
    deductions: tuple[int, ...]

    def only(self, what: str) -> Sequence[UUID]:
        """All of them, those `kept` in time, or those `late`."""
        late = set(self.late)
        wanted = {"kept": lambda n: n not in late, "late": lambda n: n in late}.get(what)
        if wanted is None:
            return self.promises
        return [one for n, one in enumerate(self.promises) if wanted(n)]


def found(rows: QuerySet[Obligation], taken: QuerySet[Deduction]) -> DrillDown:
    """What stands behind a line now."""
    in_time = ExpressionWrapper(IN_TIME, output_field=BooleanField())
    told = list(rows.order_by("due_at", "pk").annotate(t=in_time).values_list("pk", "t"))
    return DrillDown(
        promises=tuple(pk for pk, _ in told),
        late=tuple(n for n, (_, kept) in enumerate(told) if not kept),
        deductions=tuple(taken.order_by("decided_at", "pk").values_list("pk", flat=True)),
    )


def frozen(behind: DrillDown) -> dict[str, Any]:
    """As it is signed: a month may have a hundred thousand promises, so their ids are one text."""
    return {
        "promises": b64encode(b"".join(one.bytes for one in behind.promises)).decode(),
        "late": list(behind.late),
        "deductions": list(behind.deductions),
    }


def thawed(kept: dict[str, Any]) -> DrillDown:
    ids = b64decode(kept["promises"])
    return DrillDown(
        promises=tuple(UUID(bytes=ids[n : n + ID]) for n in range(0, len(ids), ID)),
        late=tuple(kept["late"]),
        deductions=tuple(kept["deductions"]),
    )


def promises(ids: Sequence[UUID]) -> list[Obligation]:
    """Some promises, a page of them, with what is said of each; in the order of their ids."""
    rows = Obligation.objects.select_related(
        "docket__case", "docket__organisation", "unit", "breach"
    ).in_bulk(list(ids))
    return [rows[one] for one in ids]


def deductions(behind: DrillDown) -> list[Deduction]:
    rows = Deduction.objects.filter(pk__in=behind.deductions)
    on = "part__proceeding__"
    rows = rows.select_related(
        f"{on}case__docket__organisation", f"{on}origin__docket__organisation", f"{on}organisation",
        f"{on}breach__obligation__docket__organisation",
    )  # fmt: skip
    return list(rows.order_by("decided_at", "pk"))
