"""The sheet of one call: whom, what about, what was promised and reported, what may be done."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext as _

from chengnuo.callbacks.calling import forms_for, may_hand_on, original_of, own_form
from chengnuo.callbacks.listing import DueCallback
from chengnuo.callbacks.models import Manner, Rating
from chengnuo.callbacks.queries import customer_of, ratings_of
from chengnuo.callbacks.visits import LONGEST_NAME, may_instruct
from chengnuo.callbacks.waiting import officers_for, waiver_of, waivers_of
from chengnuo.cases.models import Case
from chengnuo.disclosure.contacts import callback_contact
from chengnuo.disclosure.customers import called
from chengnuo.doors.web.callbacks.page.callbacks import CallbackLine, line_of
from chengnuo.doors.web.kit.casepage import CasePage, gather
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.formviews import FormView, form_view
from chengnuo.doors.web.kit.promises import PromiseView
from chengnuo.doors.web.kit.wording import scripts
from chengnuo.doors.web.kit.words import say
from chengnuo.ledger.queries import access_log
from chengnuo.obligations.access import barred, whose
from chengnuo.obligations.models import Obligation
from chengnuo.packs.forms import in_vain
from chengnuo.packs.schema import Pack
from chengnuo.packs.scripts import SpokenScript
from chengnuo.people.models import Staff

# A look at a number holds for the call: afterwards one looks again.
LOOKED = timedelta(minutes=30)
LOOK = "callback"
TOLD = 4


@dataclass(frozen=True, slots=True)
class About:
    """The original that a callback asks about, where the callback is a case of its own."""

    case: Case
    service: Any
    page: CasePage | None


@dataclass(slots=True)
class CallSheet:
    """One call: whom, what about, what was promised and reported, and what may be done now."""

    longest_name: ClassVar[int] = LONGEST_NAME
    line: CallbackLine
    name: str
    page: CasePage | None
    ratings: list[Rating]
    about: About | None
    phone: str
    in_full: bool
    hidden: bool
    greeting: list[SpokenScript]
    farewell: list[SpokenScript]
    may_call: bool
    is_barred: bool
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
    def matter(self) -> CasePage | None:
        """The case that is spoken of: the original, where the callback is a case of its own."""
        return self.about.page if self.about is not None else self.page

    @property
    def reported(self) -> list[Any]:
        """What was written down last, newest first; not the attempts."""
        if self.matter is None:
            return []
        forms = self.matter.file.regulation.pack.forms
        told = [e for e in self.matter.evidence if not in_vain(forms[e.row.form], e.row.data)]
        return told[: -TOLD - 1 : -1]

    @property
    def promised(self) -> list[PromiseView]:
        """The promises of the case, those that were broken first."""
        if self.matter is None:
            return []
        rows = [*self.matter.running, *self.matter.finished]
        others = [p for p in rows if p.id != self.line.id]
        return sorted(others, key=lambda p: p.row.broken_at is None)[:6]


def call_of(ctx: RequestContext, due: DueCallback) -> CallSheet:
    """The sheet of one callback."""
    row = due.obligation
    regulation = ctx.regulation_behind(row.docket.release_id)
    pack, case = regulation.pack, getattr(row.docket, "case", None)
    forms = forms_for(row=row, regulation=regulation)
    mine = own_form(row=row, forms=forms, posts=ctx.posts, by=ctx.staff)
    due = due if mine is None else replace(due, form=mine, mine=True)
    seen = _has_looked(ctx, row)
    name, number, hidden = _whom(ctx, due, case, looked=seen)
    about = _about(ctx, case)
    spoken = about.case if about is not None else case
    told = {"channel": "callback", "service": row.docket.service, "number": _case_number(spoken)}
    told |= {"service": spoken.service} if spoken is not None else {}
    hands_on = may_hand_on(row=row, posts=ctx.posts, by=ctx.staff)
    order = due.visit
    given = pack.callbacks
    ends = waivers_of(row=row)
    line = line_of(ctx, due)
    return CallSheet(
        line=line,
        name=name,
        page=gather(ctx, case) if case is not None else None,
        ratings=ratings_of(case=case) if case is not None else [],
        about=about,
        phone=number,
        in_full=seen and not hidden,
        hidden=hidden,
        greeting=scripts(ctx, pack, "greeting", **told) if case is not None else [],
        farewell=scripts(ctx, pack, "farewell", **told),
        may_call=mine is not None,
        is_barred=mine is None and _is_barred(ctx, due, pack),
        officers=officers_for(row=row, form=due.form, at=ctx.now) if hands_on else [],
        may_order=order is not None
        and order.instructed_at is None
        and may_instruct(order=order, posts=ctx.posts, by=ctx.staff),
        waiver=waiver_of(due=due, posts=ctx.posts, by=ctx.staff) or "",
        waivers=[(pack.forms[f].title, whose(form=pack.forms[f], pack=pack)) for f in ends],
        token=secrets.token_urlsafe(24),
        left=given.most - len(due.attempts) if given is not None else None,
    )


def _about(ctx: RequestContext, case: Case | None) -> About | None:
    """The original, named to whoever calls about it; told of only as far as he sees it."""
    original = original_of(case=case) if case is not None else None
    if original is None:
        return None
    seen = ctx.sees(original)
    if original.restricted and not seen:
        return None
    pack = ctx.regulation_behind(original.docket.release_id).pack
    entry = pack.services.get(original.service)
    page = gather(ctx, original) if seen else None
    return About(original, entry.title if entry else "", page)


def _has_looked(ctx: RequestContext, row: Obligation) -> bool:
    """A look at the number was recorded a short while ago."""
    seen = access_log(
        organisation_id=ctx.company.pk, actor_id=ctx.staff.pk, subject=row.docket_id,
        since=ctx.now - LOOKED,
    )  # fmt: skip
    return seen.exists()


def _is_barred(ctx: RequestContext, due: DueCallback, pack: Pack) -> bool:
    """Whether it is his own part in the matter that keeps this person from calling."""
    docket = due.obligation.docket
    return bool(due.form) and barred(form=pack.forms[due.form], docket=docket, by=ctx.staff)


def _whom(
    ctx: RequestContext, due: DueCallback, case: Case | None, *, looked: bool
) -> tuple[str, str, bool]:
    """The name and the number that are called, and whether they are hidden from the viewer."""
    if case is None:
        customer = called(customer=customer_of(due.obligation), looked=looked)
        return customer.name, customer.phone, False
    contact = callback_contact(case=case, viewer=ctx.viewer, looked=looked)
    return _("confidential") if contact.hidden else contact.name, contact.phone, contact.hidden


def _case_number(case: Case | None) -> str:
    return case.number if case is not None else ""


def questionnaire(
    ctx: RequestContext,
    call: CallSheet,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Any] | None = None,
    token: str = "",
) -> FormView:
    """The questions, with what is known already: that somebody answered, and when."""
    due = call.line.due
    row = due.obligation
    pack = ctx.regulation_behind(row.docket.release_id).pack
    manner = "?manner=visit" if call.by_visit else ""
    view = form_view(
        pack=pack, form_id=due.form, token=token or call.token, now=ctx.now,
        facts=row.docket.facts, service=row.docket.service,
        signer=say(ctx.staff), typed=typed, errors=errors,
        version=row.docket.version if call.page else None,
        action=reverse("callback-answers", args=[row.pk]) + manner,
    )  # fmt: skip
    asked = pack.forms[due.form].callback
    if typed is None and asked is not None:
        answers = {n: str(v).lower() for n, v in asked.reached.items() if isinstance(v, bool)}
        for one in view.fields:
            one.value = answers.get(one.name, one.value)
    return view


def manner_of(ctx: RequestContext) -> Manner:
    return Manner.VISIT if ctx.request.GET.get("manner") == "visit" else Manner.PHONE
