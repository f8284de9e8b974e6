"""A proceeding as a page shows it: the statement in words, who held the clock when, the way on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.callbacks.models import BadAnswer
from chengnuo.conduct import queries
from chengnuo.conduct.access import PartyStanding, standing_in
from chengnuo.conduct.models import Deduction, Ground, Opinion, Part, Proceeding
from chengnuo.conduct.proceeding import deciding_forms, rebuttal_of, regulation_of, tariff
from chengnuo.conduct.queries import Stage, deductions_of
from chengnuo.conduct.statements import read
from chengnuo.doors.web.conduct.page.conduct_answer import AnswerShown, answer_behind
from chengnuo.doors.web.conduct.page.conduct_held import (
    Held,
    moment,
    percent,
    picture,
    since_when,
    tenures,
)
from chengnuo.doors.web.kit.casepage import CasePage, gather
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.formviews import FormView
from chengnuo.doors.web.kit.promises import PromiseView, role_title, shown
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.models import Breach
from chengnuo.people.models import Organisation
from chengnuo.rules.words import Text


def grounds() -> dict[str, str]:
    return {
        Ground.BREACH: _("Promise breached"),
        Ground.DISSATISFIED: _("Dissatisfied customer"),
        Ground.FALSE_COMPLETION: _("Falsely reported complete"),
    }


def stages() -> dict[str, str]:
    return {
        Stage.OPENED: _("Opened"),
        Stage.SERVED: _("Served"),
        Stage.REBUTTED: _("Response received"),
        Stage.DECIDED: _("Decided"),
        Stage.SIGNED: _("Signed"),
        Stage.WITHDRAWN: _("Withdrawn"),
    }


COLOURS = {
    Stage.OPENED: "amber", Stage.SERVED: "blue", Stage.REBUTTED: "amber",
    Stage.DECIDED: "blue", Stage.SIGNED: "green", Stage.WITHDRAWN: "",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProceedingLine:
    """One proceeding of the list."""

    row: Proceeding
    ground: str
    stage: str
    stage_word: str
    colour: str
    title: Any
    parts: list[Part]
    points: int | None
    origin: str


def line(ctx: RequestContext, row: Proceeding) -> ProceedingLine:
    """What it is about, as far as it is open to the viewer."""
    stage = queries.stage_of(row)
    standing = standing_in(proceeding=row, staff=ctx.staff, posts=ctx.posts)
    parts = standing.shown(list(row.parts.all()))
    known = row.signed_at is not None
    return ProceedingLine(
        row=row,
        ground=grounds()[row.ground],
        stage=stage,
        stage_word=stages()[stage],
        colour=COLOURS[stage],
        title=_title(ctx, row),
        parts=parts,
        points=sum((p.final_points if known else p.points) or 0 for p in parts),
        origin=origin_of(ctx, row),
    )


def origin_of(ctx: RequestContext, row: Proceeding) -> str:
    """The number of the case in which it went wrong, for those who may see that case."""
    case = row.origin
    return case.number if case is not None and ctx.sees(case) else ""


def _title(ctx: RequestContext, row: Proceeding) -> Any:
    if row.breach is not None:
        regulation = ctx.regulation_behind(row.breach.digest)
        if regulation.pack.restricted_to(row.breach.obligation.docket.service):
            return _("Restricted case")
        rule = regulation.book.rules.get(row.breach.rule)
        return rule.title if rule else row.breach.rule
    return grounds()[row.ground]


@dataclass(frozen=True, slots=True)
class PartLine:
    """What one of those concerned answers for."""

    row: Part
    who: str
    role: Any
    mine: bool
    share: str
    typed_share: str
    accepted: bool
    by_unit: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ProceedingForm:
    """A form of the pack's accountability process."""

    id: str
    title: Any
    whose: Any
    filled: Any
    offered: bool
    mine: bool


@dataclass(slots=True)
class ActInput:
    """What was typed for an act that was refused, and why."""

    act: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(slots=True)
class Page:
    """One proceeding."""

    row: Proceeding
    line: ProceedingLine
    standing: PartyStanding
    statement: dict[str, Any]
    parts: list[PartLine]
    speaks: list[PartLine]
    opinions: list[tuple[Opinion, bool]]
    speaking: list[Organisation]
    breach: PromiseView | None
    answer: AnswerShown | None
    held: Held | None
    tenures: list[tuple[datetime, str, str]]
    pauses: list[tuple[datetime, datetime, Any]]
    right: PromiseView | None
    sheets: list[ProceedingForm]
    deductions: list[Deduction]
    calendar: str
    typed: ActInput
    case: CasePage | None
    again: bool | None = None
    deciding: FormView | None = None

    @property
    def start(self) -> datetime | None:
        return moment(self.statement.get("start"))

    @property
    def broken_at(self) -> datetime | None:
        return moment(self.statement.get("broken_at") or self.statement.get("answered_at"))

    @property
    def may_serve(self) -> bool:
        may = self.standing.decides or self.standing.oversees
        return may and self.row.served_at is None and not self.row.is_over

    @property
    def may_sign(self) -> bool:
        return self.standing.decides and not self.row.is_over

    @property
    def may_withdraw(self) -> bool:
        return self.standing.withdraws and not self.row.is_over

    @property
    def stray(self) -> str:
        """What was refused of an act that is not offered here."""
        offered = {
            "serve": self.may_serve,
            "rebut": self.row.served_at is not None and not self.row.is_over,
            "opinion": bool(self.speaking),
            "sign": self.may_sign,
            "withdraw": self.may_withdraw,
        }
        return "" if offered.get(self.typed.act) else self.typed.problem

    @property
    def hidden(self) -> int:
        """How many parts of others are not shown."""
        return self.row.parts.count() - len(self.parts)


def page_of(ctx: RequestContext, row: Proceeding, standing: PartyStanding, typed: ActInput) -> Page:
    """Everything one proceeding says to this person."""
    statement = read(row.statement)
    parts = standing.shown(list(row.parts.all()))
    case = gather(ctx, row.case) if ctx.sees(row.case) else None
    lines = [_part(ctx, p, standing, typed) for p in parts]
    open_to = None if standing.sees_all else {(p.unit_id, p.role) for p in parts}
    taken = deductions_of(parts=parts)
    return Page(
        row=row,
        line=line(ctx, row),
        standing=standing,
        statement=statement,
        parts=lines,
        speaks=[x for x in lines if x.row.pk in standing.speaks_for],
        opinions=_opinions(row, standing, parts),
        speaking=_speaking(row, standing),
        breach=_breach(ctx, row),
        answer=answer_behind(ctx, row, statement),
        held=picture(statement, open_to, parts),
        tenures=tenures(statement, open_to),
        pauses=_pauses(ctx, row, statement),
        right=_right(ctx, row),
        sheets=_sheets(case, deciding_forms(row)),
        deductions=list(taken.order_by("pk")),
        calendar=str(statement.get("calendar", "")),
        typed=typed,
        case=case,
    )


def _part(ctx: RequestContext, part: Part, standing: PartyStanding, typed: ActInput) -> PartLine:
    given = typed.values.get(f"share-{part.pk}")
    accepted = f"accept-{part.pk}" in typed.values if typed.act == "sign" else part.accepted
    regulation = regulation_of(part.proceeding)
    return PartLine(
        row=part,
        who=say(part.staff) if part.staff else say(part.unit),
        role=role_title(part.role, regulation) if part.role else "",
        mine=part.pk in standing.speaks_for,
        share=percent(part.share),
        typed_share=given if given is not None else percent(part.share),
        accepted=accepted,
        by_unit=f"unit-{part.pk}" in typed.values,
        since=since_when(read(part.proceeding.statement), part),
    )


def _opinions(
    row: Proceeding, standing: PartyStanding, parts: Sequence[Part]
) -> list[tuple[Opinion, bool]]:
    """Those of the departments that are open to the viewer."""
    units = {p.unit_id for p in parts}
    given = queries.opinions_on(proceeding=row)
    return [(o, counts) for o, counts in given if standing.sees_all or o.unit_id in units]


def _speaking(row: Proceeding, standing: PartyStanding) -> list[Organisation]:
    """The departments whose opinion the viewer may give, as long as it is not signed."""
    units = {p.unit_id: p.unit for p in standing.heads} if not row.is_over else {}
    return list(units.values())


def _breach(ctx: RequestContext, row: Proceeding) -> PromiseView | None:
    if row.breach is None:
        return None
    return shown(row.breach.obligation, ctx.regulation_behind(row.breach.digest), ctx.now)


def _right(ctx: RequestContext, row: Proceeding) -> PromiseView | None:
    held = rebuttal_of(proceeding=row)
    return shown(held, regulation_of(row), ctx.now) if held is not None else None


def _pauses(
    ctx: RequestContext, row: Proceeding, statement: dict[str, Any]
) -> list[tuple[datetime, datetime, Any]]:
    rule = _breach(ctx, row)
    listed = {p.id: p.title for p in getattr(rule.rule, "pauses", ())} if rule else {}
    return [
        (
            datetime.fromisoformat(p["start"]),
            datetime.fromisoformat(p["end"]),
            listed.get(p["why"], p["why"]),
        )
        for p in statement.get("pauses", ())
    ]


# -- before it is opened ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Starting:
    """On what a proceeding would be opened."""

    ground: str
    title: Any
    clause: Any
    unit: Any
    at: datetime
    number: str


def on_breach(ctx: RequestContext, breach: Breach) -> Starting:
    rule = ctx.regulation_behind(breach.digest).book.rules.get(breach.rule)
    case = getattr(breach.obligation.docket, "case", None)
    return Starting(
        ground=grounds()[Ground.BREACH],
        title=rule.title if rule else breach.rule,
        clause=Text(breach.clause_zh, breach.clause_en),
        unit=breach.unit,
        at=breach.broken_at,
        number=case.number if case is not None else "",
    )


def on_answer(bad: BadAnswer) -> Starting:
    ground = Ground.FALSE_COMPLETION if bad.false_completion else Ground.DISSATISFIED
    title = grounds()[ground]
    return Starting(title, title, None, bad.before, bad.raised_at, bad.case.number)


# -- the pack's own forms --------------------------------------------------------------------------


def _sheets(case: CasePage | None, deciding: frozenset[str]) -> list[ProceedingForm]:
    """The forms of the accountability process: what was filled, and whose turn it is. The decision
    is made where it is signed."""
    if case is None:
        return []
    filled = [
        ProceedingForm(f.row.form, f.title, "", f, offered=False, mine=False)
        for f in reversed(case.evidence)
    ]
    offered = [
        ProceedingForm(o.id, o.shape.title, o.whose, None, offered=True, mine=o.mine)
        for o in case.forms
        if not (o.mine and o.id in deciding)
    ]
    return filled + offered


def most_points(row: Proceeding) -> int:
    """The points of the statement, in hundredths: no decision goes beyond them."""
    return int(read(row.statement)["points"])


def decides_title(ctx: RequestContext, row: Proceeding) -> Any:
    """Who verifies and decides, in words."""
    regulation = regulation_of(row)
    return role_title(tariff(row).decides, regulation)
