"""Taking a matter in at a desk: the case, what it belongs together with, whom it goes to, and what
the caller was told at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from chengnuo.cases.casework.links import between, link
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.drafting import UnableToLodge, WrongFacts
from chengnuo.cases.events import HANDED_OVER
from chengnuo.cases.intake.lodging import Request, check_lengths, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.unit_of_work import find
from chengnuo.obligations.access import may_fill
from chengnuo.obligations.models import RUNNING, Docket
from chengnuo.obligations.regulation import Regulation, regulation_for, release_in_force
from chengnuo.obligations.services import RefusedByRule
from chengnuo.packs.asking import missing_facts
from chengnuo.packs.forms import belongs
from chengnuo.packs.schema import Pack
from chengnuo.packs.scripts import said
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of, roster_of
from chengnuo.rules.refusing import Refused
from chengnuo.rules.words import Text
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.queries import sent_before
from chengnuo.submissions.services import submit


@transaction.atomic
def take_in(
    *,
    company: Organisation,
    request: Request,
    by: Staff,
    now: datetime,
    related: Sequence[Case] = (),
    standard: bool = False,
) -> Case:
    """Lodge what is told now, link it with cases that have to do with it, and hand it over to the
    unit that owns the service. `standard`: the caller was told the prescribed words already.

    Raises Refused at what is too long, UnableToLodge (WrongFacts where something must be told),
    NoRegulation, RefusedByRule.
    """
    release = release_in_force(company=company, at=now)
    regulation = regulation_for(digest=release, company=company)
    if regulation.pack.is_conduct(request.service):
        raise UnableToLodge(
            Text(
                "责任追究由违诺或不满意回访启动，不能在受理时登记",
                "Accountability starts from a breach or a dissatisfied customer, not at intake.",
            )
        )
    check_lengths(request)
    _check_asked(regulation, request)
    case = lodge(company=company, request=request, at=now, now=now, by=by)
    if case.lodged_at != now:
        return case  # a second click: it is in, and passed on, already
    for other in related:
        if other.pk != case.pk and not between(case, other).exists():
            link(case=case, other=other, by=by, now=now)
    if standard:
        record_standard(case=case, by=by, now=now)
    _pass_on(case, by, now)
    return find(case_id=case.pk)


def is_the_same(*, case: Case, service: str, narrative: str, phone: str, address: str) -> bool:
    """Whether a case is what somebody just told: the same matter, of the same number and place."""
    held = (case.service, case.narrative, case.contact_phone, case.address)
    return held == (service, narrative, phone, address)


def _check_asked(regulation: Regulation, request: Request) -> None:
    """Whoever takes a matter in from somebody asks what the regulation says must be told.

    Raises WrongFacts.
    """
    pack = regulation.pack
    told = {"channel": request.channel, **request.facts}
    missing = missing_facts(pack=pack, service=request.service, facts=told)
    if missing:
        titles = [pack.facts[name].title for name in missing]
        zh, en = "、".join(t.zh for t in titles), ", ".join(t.en for t in titles)
        raise WrongFacts(Text(f"请向客户问明：{zh}", f"Ask the customer for: {en}"))


def _pass_on(case: Case, by: Staff, now: datetime) -> None:
    """Hand it over where the owner is another post, in whatever unit, a promise waits for it, and
    no gate stands before it; else it waits for somebody to do so. What a post of one's own answers
    stays. Who takes a restricted matter in has no more to do with it: the product hands it over."""
    docket = Docket.objects.select_related("handling_unit", "organisation").get(pk=case.docket_id)
    unit, regulation = docket.handling_unit, _regulation(docket)
    owner = regulation.pack.services[case.service].owner
    if owner is None or unit is None or _is_his(owner, docket, by, now):
        return
    waiting = regulation.book.stops.get(HANDED_OVER, frozenset())
    if not docket.obligations.filter(RUNNING, rule__in=waiting).exists():
        return
    try:
        with transaction.atomic():
            hand_over(case=case, to=unit, by=None if case.restricted else by, now=now)
    except RefusedByRule:
        return


def _is_his(owner: str, docket: Docket, by: Staff, now: datetime) -> bool:
    """Whether the owner of the service is who takes it in, or nobody in another place."""
    unit = docket.handling_unit_id
    if roster_of(company=docket.organisation).unit_of_role(owner) is None:
        return unit in (docket.accepting_unit_id, docket.organisation_id)
    held = {(post.organisation_id, post.role) for post in posts_of(staff=by, at=now)}
    return (unit, owner) in held


def standard_form(*, pack: Pack, service: str, channel: str, process: str | None) -> str | None:
    """The form that records the prescribed words as said, where the regulation has such words for
    this service and channel."""
    if not said(pack, moments=("reply",), channel=channel, service=service):
        return None
    for name, form in pack.forms.items():
        scripted = form.told is not None and form.told.scripted is not None
        if scripted and belongs(form, service=service, process=process):
            return name
    return None


def standard_waits(*, case: Case, by: Staff, now: datetime) -> str | None:
    """The form of the prescribed words, where this person may fill it and nobody has."""
    docket = Docket.objects.select_related("organisation").get(pk=case.docket_id)
    pack, posts = _regulation(docket).pack, posts_of(staff=by, at=now)
    entry = pack.services[case.service]
    form = standard_form(
        pack=pack, service=case.service, channel=case.channel, process=entry.process
    )
    if form is None or docket.closed_at is not None or standard_at(case=case) is not None:
        return None
    emits = {one.event for one in pack.forms[form].emits}
    if emits & docket.seen.keys() or not may_fill(
        form=pack.forms[form], docket=docket, posts=posts, by=by
    ):
        return None
    return form


def record_standard(*, case: Case, by: Staff, now: datetime) -> bool:
    """Record that the caller was told the prescribed words; doing it twice is doing it once."""
    form = standard_waits(case=case, by=by, now=now)
    if form is None:
        return False
    told = _regulation(Docket.objects.select_related("organisation").get(pk=case.docket_id))
    shape = told.pack.forms[form].told
    raw = {shape.scripted: "true"} if shape and shape.scripted else {}
    try:
        with transaction.atomic():
            submit(
                form=form, docket=case.docket_id, by=by, at=now, values=raw, via=Via.PRODUCT,
                token=_token(case),
            )  # fmt: skip
    except Refused:
        return False
    return True


def standard_at(*, case: Case) -> datetime | None:
    """When the prescribed words were recorded at intake."""
    held = sent_before(docket=case.docket_id, token=_token(case))
    return held.at if held is not None else None


def _token(case: Case) -> str:
    return f"standard-{case.pk.hex}"


def _regulation(docket: Docket) -> Regulation:
    return regulation_for(digest=docket.release_id, company=docket.organisation)
