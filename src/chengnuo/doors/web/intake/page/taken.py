"""What is told after an intake: the number, the promises, the words to close with, and for an
emergency who has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chengnuo.cases.events import HANDED_OVER
from chengnuo.cases.intake.desk import standard_at, standard_waits
from chengnuo.cases.intake.dispatching import EmergencyReached, reached
from chengnuo.cases.models import Case
from chengnuo.cases.queries import case_file
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.wording import scripts
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.access import may_fill
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.packs.scripts import SpokenScript
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True)
class TakenPage:
    """The page after saving."""

    case: Case
    service: Any
    running: list[PromiseView]
    later: list[PromiseView]
    closing: list[SpokenScript]
    replies: list[SpokenScript]
    form: tuple[str, FormShape] | None
    reached: list[EmergencyReached]
    handed_over: bool
    receiver: Text | None
    waits_for_hand_over: bool
    standard_at: datetime | None
    standard_waits: bool

    @property
    def with_whom(self) -> str:
        """The unit that has the case, and the post where it stayed in the same unit."""
        unit, post = say(self.case.docket.handling_unit), say(self.receiver)
        return f"{unit} · {post}" if post else unit

    @property
    def seen(self) -> int:
        return sum(one.seen_at is not None for one in self.reached)

    @property
    def is_over(self) -> bool:
        return self.case.closed_at is not None


def _receiver(case: Case, pack: Pack) -> Text | None:
    """The post that has it now, where it stayed in the unit that took it in."""
    docket, owner = case.docket, pack.services[case.service].owner
    stays = docket.handling_unit_id == docket.accepting_unit_id
    return role_title(pack, owner) if stays and owner and HANDED_OVER in docket.seen else None


def taken_page(ctx: RequestContext, case: Case, *, hidden: bool = False) -> TakenPage:
    """Gather it. Of a matter that is `hidden` from whoever took it in, no more than its number."""
    file = case_file(case=case)
    pack, number = file.regulation.pack, case.number
    told = {"channel": case.channel, "service": case.service, "number": number}
    rows = [] if hidden else file.obligations
    promises = [shown(row, file.regulation, ctx.now) for row in rows]
    far = ctx.now.replace(year=9000)
    promises.sort(key=lambda p: p.act_by or far)
    form = next(
        (
            (f, pack.forms[f])
            for f in file.forms
            if pack.forms[f].purpose == "acceptance"
            and may_fill(form=pack.forms[f], docket=case.docket, posts=ctx.posts, by=ctx.staff)
        ),
        None,
    )
    return TakenPage(
        case=case,
        service=pack.services[case.service],
        running=[p for p in promises if p.is_running],
        later=[p for p in promises if not p.is_running],
        closing=scripts(ctx, pack, "farewell", **told),
        replies=scripts(ctx, pack, "safety", "before_report", "reply", **told),
        form=None if hidden else form,
        reached=reached(case=case) if case.emergency else [],
        handed_over=HANDED_OVER in case.docket.seen,
        receiver=_receiver(case, pack),
        waits_for_hand_over=not hidden and file.awaits_hand_over,
        standard_at=None if hidden else standard_at(case=case),
        standard_waits=not hidden
        and standard_waits(case=case, by=ctx.staff, now=ctx.now) is not None,
    )
