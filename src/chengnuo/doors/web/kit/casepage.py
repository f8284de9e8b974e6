"""Everything a case page shows, gathered once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chengnuo.cases import queries as cases
from chengnuo.cases.break_glass import glass_of
from chengnuo.cases.casework.reclassifying import others
from chengnuo.cases.casework.steps import steps_of
from chengnuo.cases.models import BreakGlass, Case
from chengnuo.disclosure.contacts import ContactView, Place, contact_of
from chengnuo.doors.web.kit import filestore
from chengnuo.doors.web.kit.alike import Linked, linked
from chengnuo.doors.web.kit.clocks import Picture, ProofSpan, picture, pieces
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.facts import asked
from chengnuo.doors.web.kit.formviews import (
    FieldView,
    FormView,
    answer_in_words,
    fact_in_words,
    for_control,
    form_view,
)
from chengnuo.doors.web.kit.handling import Handling, handling
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.timeline import TimelineEntry, timeline
from chengnuo.doors.web.kit.watch import Watch, watch
from chengnuo.doors.web.kit.wording import forbidden, scripts
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.access import may_fill, whose
from chengnuo.obligations.models import Evidence
from chengnuo.packs.channels import channel_of, channel_title
from chengnuo.packs.schema import FormShape, Pack, ServiceShape
from chengnuo.packs.scripts import SpokenScript
from chengnuo.people import queries as people
from chengnuo.people.models import Organisation
from chengnuo.rules.limits import Agreed
from chengnuo.rules.rulebook import Within


@dataclass(frozen=True, slots=True)
class Offered:
    """A form whose turn it is, and the running promises it keeps."""

    id: str
    shape: FormShape
    keeps: list[PromiseView]
    mine: bool

    @property
    def soonest(self) -> PromiseView | None:
        """The first promise with a moment that this form keeps."""
        return next((p for p in self.keeps if p.act_by is not None), None)

    whose: Any


@dataclass(frozen=True, slots=True)
class FilledView:
    """Evidence as people read it."""

    row: Evidence
    title: Any
    answers: list[tuple[Any, Any, filestore.StoredFile | None]]


@dataclass(slots=True)
class TypedStep:
    """A small step of the case with what was typed for it."""

    name: str
    typed: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


@dataclass(slots=True)
class CasePage:
    """The page."""

    case: Case
    file: cases.CaseFile
    service: Any
    channel: Any
    reply_to_sender: bool
    contact: ContactView
    running: list[PromiseView]
    finished: list[PromiseView]
    proofs: dict[str, list[ProofSpan]]
    picture: Picture | None
    facts: list[tuple[Any, Any]]
    fact_fields: list[FieldView]
    forms: list[Offered]
    evidence: list[FilledView]
    told: list[TimelineEntry]
    talk: list[SpokenScript]
    units: list[Organisation]
    services: list[tuple[str, ServiceShape]]
    may: frozenset[str]
    glass: BreakGlass | None
    appointments: list[tuple[str, Any]]
    pausable: list[PromiseView]
    handling: Handling
    linked: Linked
    watch: Watch
    token: str
    step: TypedStep
    open_form: FormView | None = None

    @property
    def is_open(self) -> bool:
        return self.case.docket.closed_at is None

    @property
    def others(self) -> list[Offered]:
        """Forms whose turn it is, but that other people fill."""
        return [o for o in self.forms if not o.mine]

    @property
    def overdue(self) -> int:
        return sum(p.is_overdue for p in self.running)


def _from_a_sender(pack: Pack, case: Case) -> bool:
    """Whether somebody passed it on who gets the reply the same way."""
    channel = channel_of(pack, case.channel)
    return bool(case.source) and channel is not None and channel.reply_to_sender


def gather(
    ctx: RequestContext, case: Case, *, in_full: bool = False, step: TypedStep | None = None
) -> CasePage:
    """Read the whole file of a case and turn it into words."""
    file = cases.case_file(case=case)
    regulation = file.regulation
    promises = [shown(row, regulation, ctx.now) for row in file.obligations]
    far = ctx.now.replace(year=9000)
    promises.sort(key=lambda p: (p.act_by or far, p.row.start_at))
    running = [p for p in promises if p.is_running]
    ids = {e.actor_id for e in file.entries if e.actor_id}
    entry = regulation.pack.services.get(case.service)
    contact = contact_of(case=case, viewer=ctx.viewer, place=Place.FILE, looked=in_full)
    closed = {paper.sha256 for paper in case.attachments.all()} if contact.hidden else set[str]()
    return CasePage(
        case=case,
        file=file,
        service=entry,
        channel=channel_title(regulation.pack, case.channel),
        reply_to_sender=_from_a_sender(regulation.pack, case),
        contact=contact,
        running=running,
        finished=[p for p in promises if not p.is_running],
        proofs={p.id: pieces(p.row.proof) for p in promises},
        picture=picture(promises, ctx.now),
        facts=_facts(regulation.pack, case),
        fact_fields=_fact_fields(regulation.pack, case, step),
        forms=_forms(ctx, file, running),
        evidence=[_filled(regulation.pack, row, contact, closed) for row in file.evidence],
        told=timeline(file.entries, regulation, people.staff_by_id(ids), papers=not contact.hidden),
        talk=_talk(ctx, regulation.pack, case),
        units=people.units_of(company=case.organisation),
        services=list(others(pack=regulation.pack, service=case.service).items()),
        may=steps_of(case=case, staff=ctx.staff, posts=ctx.posts),
        glass=glass_of(case=case, staff=ctx.staff, at=ctx.now),
        appointments=_appointments(file, running),
        pausable=[p for p in running if isinstance(p.rule, Within) and p.rule.pauses],
        handling=handling(ctx, file, running),
        linked=linked(ctx, case, regulation.pack, sight=contact.sight),
        watch=watch(ctx, case, promises, regulation),
        token=secrets.token_urlsafe(24),
        step=step or TypedStep(""),
    )


def open_form(
    ctx: RequestContext,
    page: CasePage,
    form_id: str,
    *,
    action: str,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, Any] | None = None,
    token: str = "",
) -> FormView | None:
    """A form of the case, if there is one by this name."""
    pack = page.file.regulation.pack
    if form_id not in pack.forms:
        return None
    view = form_view(
        pack=pack,
        form_id=form_id,
        token=token or secrets.token_urlsafe(24),
        now=ctx.now,
        facts=page.case.docket.facts,
        signer=say(ctx.staff),
        typed=typed,
        errors=errors,
        version=page.case.docket.version,
        action=action,
        service=page.case.service,
    )
    view.keeps = next((o.keeps for o in page.forms if o.id == form_id), [])
    view.forbidden = forbidden(page.file.regulation, page.file.state, form_id)
    return view


def _talk(ctx: RequestContext, pack: Pack, case: Case) -> list[SpokenScript]:
    """The words for this matter; what is said after the meter's report is no longer prescribed."""
    told = {"channel": case.channel, "service": case.service, "number": case.number}
    return scripts(ctx, pack, **told) if case.docket.closed_at is None else []


def _facts(pack: Pack, case: Case) -> list[tuple[Any, Any]]:
    found = []
    for name, value in case.docket.facts.items():
        shape = pack.facts.get(name)
        if name != "channel":
            found.append((shape.title if shape else name, fact_in_words(shape, value)))
    return found


def _fact_fields(pack: Pack, case: Case, step: TypedStep | None) -> list[FieldView]:
    """The facts of the service and those known already, to be put right."""
    entry = pack.services.get(case.service)
    wanted = dict.fromkeys([*(entry.facts if entry else ()), *case.docket.facts])
    known = {
        f"fact.{n}": for_control(v, pack.facts[n].type)
        for n, v in case.docket.facts.items()
        if n in pack.facts
    }
    given = step.typed if step is not None and step.name == "facts" else known
    return asked(pack, [n for n in wanted if n != "channel"], given)


def _forms(ctx: RequestContext, file: cases.CaseFile, running: list[PromiseView]) -> list[Offered]:
    """Forms that keep a promise first, by its moment; then the others in the pack's order."""
    pack = file.regulation.pack
    found = []
    for form_id in file.forms:
        shape = pack.forms[form_id]
        emits = {e.event for e in shape.emits}
        keeps = [
            p for p in running if isinstance(p.rule, Within) and emits & set(p.rule.stop.events)
        ]
        mine = may_fill(form=shape, docket=file.case.docket, posts=ctx.posts, by=ctx.staff)
        found.append(Offered(form_id, shape, keeps, mine, whose(form=shape, pack=pack)))
    far = ctx.now.replace(year=9000)

    def order(form: Offered) -> tuple[bool, bool, Any]:
        soonest = min((p.act_by or far for p in form.keeps), default=far)
        return (not form.keeps, not form.mine, soonest)

    return sorted(found, key=order)


def _filled(pack: Pack, row: Evidence, contact: ContactView, closed: set[str]) -> FilledView:
    """`closed`: files that tell who asked, and are not shown."""
    shape = pack.forms.get(row.form)
    answers = []
    for one in shape.fields if shape else ():
        value = row.data.get(one.id)
        if value in (None, "", []) or (contact.hidden and one.type == "phone"):
            continue
        file = filestore.from_value(value) if one.type == "file" else None
        if file is not None and file.sha256 in closed:
            continue
        answers.append((one.title, file.name if file else answer_in_words(pack, one, value), file))
    return FilledView(row, shape.title if shape else row.form, answers)


def _appointments(file: cases.CaseFile, running: list[PromiseView]) -> list[tuple[str, Any]]:
    """The facts that hold an agreed time: of promises that run, and of those that it starts."""
    found: dict[str, Any] = {}
    for promise in running:
        if isinstance(promise.rule, Within) and promise.rule.appointment is not None:
            found.setdefault(promise.rule.appointment.fact, promise.title)
    docket = file.case.docket
    if docket.closed_at is None:
        for rule in file.regulation.book.starts.get("appointment.agreed", ()):
            if isinstance(rule.limit, Agreed) and rule.binds(
                service=docket.service, process=docket.process
            ):
                found.setdefault(rule.limit.fact, rule.title)
    return list(found.items())
