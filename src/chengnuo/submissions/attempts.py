"""Vain attempts that must stand on record before something may be given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from chengnuo.obligations.models import Docket, Evidence
from chengnuo.packs.forms import offered
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.packs.triggers import condition
from chengnuo.rules.limit_words import in_words
from chengnuo.rules.state import State
from chengnuo.rules.units import length_of
from chengnuo.rules.words import Text


def open_now(*, docket: Docket, pack: Pack, state: State) -> list[str]:
    """The forms whose turn it is and for which enough was tried."""
    return [
        form
        for form in offered(pack, state)
        if attempts_missing(docket=docket, pack=pack, form=pack.forms[form]) is None
    ]


def attempts_missing(*, docket: Docket, pack: Pack, form: FormShape) -> Text | None:
    """What a form still waits for; None where enough vain attempts stand on record, each so long
    after the one before as the pack says."""
    asked = form.attempts
    if asked is None:
        return None
    apart = timedelta(seconds=length_of(asked.apart.unit) * asked.apart.amount)
    counted: list[datetime] = []
    rows = Evidence.objects.filter(docket=docket, form__in=asked.of, filled_at__gte=docket.round_at)
    for row in rows.order_by("filled_at", "pk"):
        if not _in_vain(pack.forms[row.form], dict(row.data)):
            continue
        if not counted or row.filled_at - counted[-1] >= apart:
            counted.append(row.filled_at)
    if len(counted) >= asked.times:
        return None
    gap, there = in_words(asked.apart.limit({})), len(counted)
    return Text(
        f"须先有{asked.times}次未果的尝试，每次相隔不少于{gap.zh}；现有{there}次",
        f"Unsuccessful attempts needed first: {asked.times}, at least {gap.en} apart; "
        f"on record: {there}.",
    )


def _in_vain(form: FormShape, values: dict[str, object]) -> bool:
    """Whether nobody was reached; a form that is no questionnaire tells a vain attempt itself."""
    asked = form.callback
    if asked is None or not asked.reached:
        return True
    return condition(asked.reached).holds(values) is not True  # type: ignore[arg-type]
