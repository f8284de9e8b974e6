"""Tables that are derived from promises and can be derived anew (`projections.py`)."""

from __future__ import annotations

from typing import Any

from django.db import models

from chengnuo.people.models import Organisation


def copied(
    to: type[models.Model], *, null: bool = False, db_index: bool = False
) -> models.ForeignKey[Any, Any]:
    """A reference that a projection copies from a row whose own constraint holds it."""
    return models.ForeignKey(
        to, on_delete=models.PROTECT, null=null, related_name="+",
        db_constraint=False, db_index=db_index,
    )  # fmt: skip


class OpenPromise(models.Model):
    """A promise of a matter that is not over, as lists and counts ask for it: few narrow rows
    beside the millions that are done. A projection (`open_promises.py`); the truth is `Obligation`.

    `act_by` is None where it does not run, or has no moment.
    """

    obligation = models.OneToOneField(
        "obligations.Obligation", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    docket = models.ForeignKey(
        "obligations.Docket", on_delete=models.CASCADE, related_name="open_promises"
    )
    organisation = copied(Organisation)
    unit = copied(Organisation, db_index=True)
    role = models.CharField(max_length=60, default="")
    rule = models.CharField(max_length=80)
    runs = models.BooleanField()
    act_by = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.rule} of {self.docket_id}"


class VerdictsOfDay(models.Model):
    """How many promises of a unit that fell due on a day were kept in time, and how many broken; of
    those, how many were done late. A projection (`verdicts.py`); the truth is `Obligation`. A sum
    of nought is as good as no row.

    `handling_unit` has the matter, or owes what is no matter.
    """

    organisation = copied(Organisation)
    unit = copied(Organisation)
    handling_unit = copied(Organisation)
    rule = models.CharField(max_length=80)
    day = models.DateField()
    restricted = models.CharField(max_length=60, default="")
    kept = models.IntegerField(default=0)
    broken = models.IntegerField(default=0)
    late = models.IntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "day", "unit", "handling_unit", "rule", "restricted"],
                name="verdicts_once_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.day}: {self.kept}/{self.broken}"
