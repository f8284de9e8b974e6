"""Handing over many cases at once: each by itself, in its own transaction, under its own checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.models import Case
from chengnuo.obligations.services import Refusal, RefusedByRule, SomebodyWasFaster
from chengnuo.people.models import Organisation, Staff
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text

MOST_AT_ONCE = 200
UNSEEN = Text(
    "没有这样的工单，或您无权查看；请核对编号",
    "No such case, or you have no access to it. Check the number.",
)
MOVED_ON = Text(
    "您打开列表之后，他人已处理过此工单，请查看后再移交",
    "Someone worked on it after you opened the list. Check it first.",
)
NO_UNIT = Text(
    "该单位不属于本公司，请另选", "That unit does not belong to this company. Choose another."
)


@dataclass(frozen=True, slots=True)
class Ticked:
    """A line of the list, as it stood when it was ticked."""

    number: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class HandOverOutcome:
    """What became of one line: handed over, or why not."""

    number: str
    case: Case | None = None
    refusals: tuple[Refusal, ...] = ()

    @property
    def went(self) -> bool:
        return not self.refusals


def hand_over_many(
    *,
    companies: Sequence[Organisation],
    ticked: Sequence[Ticked],
    to: Organisation,
    shown: Q,
    by: Staff,
    reason: str,
    now: datetime,
) -> list[HandOverOutcome]:
    """Hand every ticked case to a unit; what cannot go is told with its reason, the others go.

    A case that lies with the unit already is left alone: sent twice, nothing is handed over twice.
    `shown` is the viewer's reach (`access.visible`).
    """
    wanted = {one.number: one for one in ticked[:MOST_AT_ONCE]}
    rows = Case.objects.filter(shown, organisation__in=companies, number__in=wanted)
    held = {case.number: case for case in rows.select_related("docket")}
    return list(_each(wanted, held, to, by, reason, now))


def _each(
    wanted: dict[str, Ticked],
    held: dict[str, Case],
    to: Organisation,
    by: Staff,
    reason: str,
    now: datetime,
) -> Iterator[HandOverOutcome]:
    for number, one in wanted.items():
        case = held.get(number)
        if case is None:
            yield HandOverOutcome(number, None, (_because(UNSEEN),))
        else:
            yield HandOverOutcome(number, case, _hand_over(case, one, to, by, reason, now))


def _hand_over(
    case: Case, one: Ticked, to: Organisation, by: Staff, reason: str, now: datetime
) -> tuple[Refusal, ...]:
    version = case.docket.version if one.version is None else one.version
    try:
        hand_over(case=case, to=to, by=by, now=now, reason=reason, version=version)
    except RefusedByRule as refused:
        return tuple(refused.refusals)
    except SomebodyWasFaster:
        return (_because(MOVED_ON),)
    except Refused:
        return (_because(NO_UNIT),)
    return ()


def _because(what: Text) -> Refusal:
    return Refusal("", Text("", ""), Text("", ""), what)
