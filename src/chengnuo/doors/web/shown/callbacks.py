"""Callbacks in words: the lines of the officer's list, and the sheet of one call."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.callbacks.calling import forms_for, may_hand_on
from chengnuo.callbacks.listing import Due, Part, Reader, due_callbacks, part_of
from chengnuo.callbacks.models import Attempt, Manner, Outcome
from chengnuo.callbacks.queries import customer_of
from chengnuo.callbacks.visits import may_instruct
from chengnuo.callbacks.waiting import officers_for, used_up, waiver_of, waivers_of
from chengnuo.cases.access import visible
from chengnuo.cases.models import Case
from chengnuo.customers.access import masked_name, masked_phone
from chengnuo.doors.web.reading import number_in
from chengnuo.doors.web.shown.casepage import CasePage, contact_of, gather
from chengnuo.doors.web.shown.formviews import FormView, form_view
from chengnuo.doors.web.shown.promises import Shown, shown
from chengnuo.doors.web.shown.wording import scripts
from chengnuo.doors.web.shown.words import say
from chengnuo.doors.web.visit import Visit
from chengnuo.ledger.queries import looks
from chengnuo.obligations.access import may_fill, whose
from chengnuo.obligations.models import Obligation
from chengnuo.packs.schema import Pack
from chengnuo.packs.scripts import Said
from chengnuo.people.models import Staff
from chengnuo.rules.words import Text

# A look at a number holds for the call: afterwards one looks again.
LOOKED = timedelta(minutes=30)
LOOK = "callback"
TOLD = 4
MOST = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """One attempt as a small mark: a letter, what it stands for, whether the customer was met."""

    sign: str
    title: str
    met: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One callback of the list."""

    due: Due
    promise: Shown
    case: Case | None
    name: str
    about: Any
    form: Any
    marks: list[Mark]
    waits: bool

    @property
    def mine(self) -> bool:
        return self.due.mine

    @property
    def id(self) -> str:
        return str(self.due.obligation.pk)

    @property
    def may_be_called(self) -> bool:
        """Now: not planned for later, not waiting for a decision."""
        return self.mine and not self.waits and not self.due.is_used_up


@dataclass(frozen=True, slots=True)
class Group:
    """A part of the list."""

    kind: str
    title: str
    lines: list[Line]


# In the order of the keys 1 to 6; beside each the letter that marks an attempt.
OUTCOMES = {
    Outcome.CONNECTED: (Text("已接通", "Connected"), Text("通", "C")),
    Outcome.NO_ANSWER: (Text("无人接听", "No answer"), Text("无", "N")),
    Outcome.BUSY: (Text("占线", "Busy"), Text("忙", "B")),
    Outcome.REFUSED: (Text("拒访", "Refused"), Text("拒", "R")),
    Outcome.WRONG_NUMBER: (Text("号码错误", "Wrong number"), Text("错", "W")),
    Outcome.CALL_LATER: (Text("约定再拨", "Call later"), Text("约", "L")),
}


def outcomes() -> dict[str, str]:
    """How an attempt may end."""
    return {outcome.value: say(words) for outcome, (words, _sign) in OUTCOMES.items()}


def marks_of(attempts: Iterable[Attempt], visit: Visit) -> list[Mark]:
    found = []
    for a in attempts:
        words, sign = OUTCOMES[Outcome(a.outcome)]
        title = f"{say(words)} · {_when(a, visit)} · {say(a.officer)}"
        found.append(Mark(say(sign), title, a.outcome == Outcome.CONNECTED))
    return found


def _when(attempt: Attempt, visit: Visit) -> str:
    return f"{attempt.at.astimezone(visit.zone):%m-%d %H:%M}"


def line_of(visit: Visit, due: Due) -> Line:
    """A callback with its words; the customer is masked as on the page of the case."""
    row = due.obligation
    regulation = visit.regulation_behind(row.docket.release_id)
    case: Case | None = getattr(row.docket, "case", None)
    service = regulation.pack.services.get(row.docket.service)
    return Line(
        due=due,
        promise=shown(row, regulation, visit.now),
        case=case,
        name=_name(visit, due, case),
        about=service.title if service else "",
        form=regulation.pack.forms[due.form].title if due.form else "",
        marks=marks_of(due.attempts, visit),
        waits=due.again_at is not None and due.again_at > visit.now,
    )


def _name(visit: Visit, due: Due, case: Case | None) -> str:
    if case is not None:
        contact = contact_of(visit, case, in_full=False)
        return _("in confidence") if contact.hidden else contact.name
    customer = customer_of(due.obligation)
    return masked_name(customer.name) if customer is not None else ""


@dataclass(frozen=True, slots=True)
class Lists:
    """A part of what is to be called, and a part of what is to be decided."""

    to_call: Part[Line]
    used_up: Part[Line]

    @property
    def lines(self) -> list[Line]:
        return [*self.to_call.rows, *self.used_up.rows]

    @property
    def number(self) -> str:
        """How many are shown; with a plus where others wait."""
        more = self.to_call.is_cut or self.used_up.is_cut
        return f"{len(self.lines)}+" if more else str(len(self.lines))


def lists(visit: Visit) -> Lists:
    """What this person may call, what lies with those he heads, and what he may end."""
    regulation = visit.regulation
    if regulation is None:
        return Lists(part_of([], most=MOST), part_of([], most=MOST))
    reader = Reader(posts=visit.posts, staff=visit.staff)
    asked: dict[str, Any] = {
        "reader": reader, "regulation": regulation, "now": visit.now, "known": _known(visit),
    }  # fmt: skip
    return Lists(
        _part(visit, due_callbacks(**asked), "from"),
        _part(visit, used_up(company=visit.company, **asked), "ended"),
    )


def _part(visit: Visit, found: Iterable[Due], start: str) -> Part[Line]:
    part = part_of(found, most=MOST, start=number_in(visit.request.GET.get(start)) or 0)
    return part.each(lambda due: line_of(visit, due))


def _known(visit: Visit) -> Q:
    """Callbacks of cases that are closed to this person are not told of."""
    case = "docket__case__"
    seen = visible(
        staff=visit.staff, posts=visit.posts, company=visit.company, at=visit.now, through=case
    )
    return Q(docket__case__isnull=True) | Q(docket__case__restricted=False) | seen


def groups(lines: Sequence[Line], visit: Visit) -> list[Group]:
    """Overdue, now to be tried again, today, later; those whose attempts are used up at the end."""
    kinds = {
        "overdue": Group("overdue", _("Overdue"), []),
        "again": Group("again", _("Now to be tried again"), []),
        "today": Group("today", _("Today"), []),
        "later": Group("later", _("Later"), []),
        "ended": Group("ended", _("To be decided: attempts are used up"), []),
    }
    for line in lines:
        kinds[_kind(line, visit)].lines.append(line)
    return [group for group in kinds.values() if group.lines]


def _kind(line: Line, visit: Visit) -> str:
    again, until = line.due.again_at, line.promise.act_by
    if line.due.is_used_up:
        return "ended"
    if line.promise.is_overdue:
        return "overdue"
    if again is not None:
        return "again" if again <= visit.now else "today" if again < visit.today_ends else "later"
    return "today" if until is None or until <= visit.today_ends else "later"


def next_of(found: Sequence[Group], *, but: str = "") -> Line | None:
    """The one to be called next: the first that may be called now."""
    ready = (n for group in found for n in group.lines if n.may_be_called and n.id != but)
    return next(ready, None)


# -- the sheet of one call -------------------------------------------------------------------------


@dataclass(slots=True)
class Call:
    """One call: whom, what about, what was promised and reported, and what may be done now."""

    line: Line
    page: CasePage | None
    phone: str
    in_full: bool
    hidden: bool
    greeting: list[Said]
    farewell: list[Said]
    may_call: bool
    officers: list[Staff]
    may_order: bool
    waiver: str
    waivers: list[tuple[Any, Any]]
    token: str
    left: int | None = None
    form: FormView | None = None
    by_visit: bool = False
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: Any = None
    refusals: Sequence[Any] = ()
    faster: str = ""

    @property
    def reported(self) -> list[Any]:
        """What was written down last, newest first; not the attempts."""
        rows = self.page.evidence if self.page else []
        told = [e for e in rows if "callback.missed" not in e.row.events]
        return told[: -TOLD - 1 : -1]

    @property
    def promised(self) -> list[Shown]:
        """The promises of the case, those that were broken first."""
        if self.page is None:
            return []
        rows = [*self.page.running, *self.page.finished]
        others = [p for p in rows if p.id != self.line.id]
        return sorted(others, key=lambda p: p.row.broken_at is None)[:6]


def call_of(visit: Visit, due: Due) -> Call:
    """The sheet of one callback."""
    row = due.obligation
    regulation = visit.regulation_behind(row.docket.release_id)
    pack, case = regulation.pack, getattr(row.docket, "case", None)
    mine = _form_of(visit, due, pack)
    due = due if mine is None else replace(due, form=mine, mine=True)
    seen = _has_looked(visit, row)
    hidden = case is not None and not visit.knows_complainant(case)
    number = "" if hidden else _number(due, case)
    told = {"channel": "callback", "service": row.docket.service, "number": _case_number(case)}
    hands_on = may_hand_on(row=row, posts=visit.posts, by=visit.staff)
    order = due.visit
    given = pack.callbacks
    ends = waivers_of(row=row)
    return Call(
        line=line_of(visit, due),
        page=gather(visit, case) if case is not None else None,
        phone=number if seen else masked_phone(number),
        in_full=seen and not hidden,
        hidden=hidden,
        greeting=scripts(visit, pack, "greeting", **told),
        farewell=scripts(visit, pack, "farewell", **told),
        may_call=mine is not None,
        officers=officers_for(row=row, form=due.form, at=visit.now) if hands_on else [],
        may_order=order is not None
        and order.instructed_at is None
        and may_instruct(order=order, posts=visit.posts, by=visit.staff),
        waiver=waiver_of(due=due, posts=visit.posts, by=visit.staff) or "",
        waivers=[(pack.forms[f].title, whose(form=pack.forms[f], pack=pack)) for f in ends],
        token=secrets.token_urlsafe(24),
        left=given.most - len(due.attempts) if given is not None else None,
    )


def _has_looked(visit: Visit, row: Obligation) -> bool:
    """A look at the number was recorded a short while ago."""
    seen = looks(
        organisation_id=visit.company.pk, actor_id=visit.staff.pk, subject=row.docket_id,
        since=visit.now - LOOKED,
    )  # fmt: skip
    return seen.exists()


def _form_of(visit: Visit, due: Due, pack: Pack) -> str | None:
    """The questionnaire of this callback that this person may fill."""
    row = due.obligation
    regulation = visit.regulation_behind(row.docket.release_id)
    for form in forms_for(row=row, regulation=regulation):
        shape = pack.forms[form]
        if may_fill(form=shape, docket=row.docket, posts=visit.posts, by=visit.staff):
            return form
    return None


def _number(due: Due, case: Case | None) -> str:
    if case is not None:
        return str(case.contact_phone)
    customer = customer_of(due.obligation)
    return customer.phone if customer is not None else ""


def _case_number(case: Case | None) -> str:
    return case.number if case is not None else ""


def questionnaire(
    visit: Visit,
    call: Call,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Any] | None = None,
    token: str = "",
) -> FormView:
    """The questions, with what is known already: that somebody answered, and when."""
    due = call.line.due
    row = due.obligation
    pack = visit.regulation_behind(row.docket.release_id).pack
    manner = "?manner=visit" if call.by_visit else ""
    view = form_view(
        pack=pack, form_id=due.form, token=token or call.token, now=visit.now,
        facts=row.docket.facts, signer=say(visit.staff), typed=typed, errors=errors,
        version=row.docket.version if call.page else None,
        action=reverse("callback-answers", args=[row.pk]) + manner,
    )  # fmt: skip
    asked = pack.forms[due.form].callback
    if typed is None and asked is not None:
        answers = {n: str(v).lower() for n, v in asked.reached.items() if isinstance(v, bool)}
        for one in view.fields:
            one.value = answers.get(one.name, one.value)
    return view


def manner_of(visit: Visit) -> Manner:
    return Manner.VISIT if visit.request.GET.get("manner") == "visit" else Manner.PHONE
