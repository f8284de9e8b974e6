"""The answer of a customer on which a statement stands: what was said, how, and where it is
recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.callbacks.models import BadAnswer, RatedVia
from chengnuo.callbacks.queries import bad_answer_told
from chengnuo.conduct.answers import told_of
from chengnuo.conduct.models import Proceeding
from chengnuo.doors.web.kit.context import RequestContext


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """`sheet` is the title of the form, where it was asked for with one; `entry` the number in the
    ledger, with its `hash`, where the statement names it."""

    bad: BadAnswer | None
    way: str
    sheet: Any
    entry: int | None
    hash: str


def ways() -> dict[str, str]:
    return {
        RatedVia.LINK: _("link in a text message"),
        RatedVia.SMS: _("reply to a text message"),
        RatedVia.PHONE: _("telephone"),
        RatedVia.WEB: _("web"),
    }


def answer_behind(
    ctx: RequestContext, row: Proceeding, statement: dict[str, Any]
) -> AnswerShown | None:
    """None for a breach."""
    if row.breach_id is not None:
        return None
    told = told_of(proceeding=row)
    bad = bad_answer_told(
        organisation=row.organisation,
        rating=told.data["rating"] if told is not None else None,
        evidence=row.evidence_id,
    )
    return AnswerShown(
        bad=bad,
        way=ways().get(bad.rating.via, "") if bad is not None else "",
        sheet=_sheet(ctx, row),
        entry=statement.get("entry"),
        hash=statement.get("entry_hash", ""),
    )


def _sheet(ctx: RequestContext, row: Proceeding) -> Any:
    if row.evidence is None:
        return ""
    form = ctx.regulation_behind(row.evidence.digest).pack.forms.get(row.evidence.form)
    return form.title if form is not None else row.evidence.form
