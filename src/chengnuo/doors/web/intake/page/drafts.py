"""An intake while it is typed: read from what was sent, checked, and as a request."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from chengnuo.cases.intake.callers import premises_of
from chengnuo.cases.intake.contacts import IncomingCall
from chengnuo.cases.intake.lodging import LONGEST, Request
from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.customers.telephones import NO_TELEPHONE, is_telephone, tidy
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.facts import asked, read_facts
from chengnuo.doors.web.kit.formviews import FieldView
from chengnuo.doors.web.kit.reading import number_in, too_long_in, words_in
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.asking import missing_facts
from chengnuo.packs.channels import by_hand, channel_of
from chengnuo.packs.forms import REQUIRED
from chengnuo.packs.schema import Pack, ServiceShape
from chengnuo.people import queries as people
from chengnuo.people.models import Staff

TYPED = (*LONGEST, "first_asked", "answer", "about")
LANGUAGES = ("zh-hans", "en")
LONGEST_RING = 600


@dataclass(slots=True)
class IntakeDraft:
    """An intake while it is typed."""

    longest: ClassVar[Mapping[str, int]] = LONGEST
    service: str = ""
    channel: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    facts: list[FieldView] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    token: str = ""
    customer: Customer | None = None
    location: ServiceLocation | None = None
    first_asked: Staff | None = None
    told: tuple[int, ...] = ()
    restated: bool = False
    confidential: bool = False
    language: str = LANGUAGES[0]
    rang: int | None = None
    rings: bool = False
    line: str = ""

    @property
    def is_good(self) -> bool:
        return not self.errors and not any(f.error for f in self.facts)

    @property
    def call(self) -> IncomingCall:
        return IncomingCall(language=self.language, rang=self.rang if self.rings else None)

    def request(self, pack: Pack) -> Request:
        """What is asked of the case file."""
        notify = pack.services[self.service].notify
        return Request(
            service=self.service,
            channel=self.channel,
            narrative=self.typed["narrative"],
            token=self.token,
            facts=self.values,
            customer=self.customer,
            location=self.location,
            contact_name=self.typed["contact_name"],
            contact_phone=self.typed["contact_phone"],
            address=self.typed["address"],
            first_asked=self.first_asked,
            restated=self.restated,
            notified=[notify[i].zh for i in self.told if i < len(notify)],
            confidential=self.confidential,
            call=self.call,
        )


def draft_of(
    ctx: RequestContext, regulation: Regulation, given: QueryDict, *, known: bool = False
) -> IntakeDraft:
    """Read an intake. `known`: facts that nobody has typed yet come from customer and premises."""
    pack = regulation.pack
    customer, location = premises_of(
        company=ctx.company,
        customer=number_in(given.get("customer")),
        location=number_in(given.get("location")),
        address=given.get("address", ""),
    )
    draft = IntakeDraft(
        service=given.get("service", ""),
        channel=given.get("channel", "") or usual_channel(ctx, pack),
        typed={n: given.get(n, "").strip() for n in TYPED},
        token=given.get("token", ""),
        customer=customer,
        location=location,
        told=tuple(n for n in map(number_in, given.getlist("notified")) if n is not None),
        restated=bool(given.get("restated")),
        confidential=bool(given.get("confidential")),
        rang=number_in(given.get("rang"), most=LONGEST_RING),
        line=given.get("line", ""),
    )
    channel = channel_of(pack, draft.channel)
    draft.rings = channel is not None and channel.rings
    draft.typed["contact_phone"] = tidy(draft.typed["contact_phone"])
    language = given.get("language", "")
    if language in LANGUAGES:
        draft.language = language
    _read_facts(draft, pack, given, known=known)
    return draft


def _read_facts(draft: IntakeDraft, pack: Pack, given: QueryDict, *, known: bool) -> None:
    entry = pack.services.get(draft.service)
    if entry is None:
        return
    told = {name: given.get(name, "") for name in given}
    if known:
        told |= {k: v for k, v in _known(draft).items() if not told.get(k)}
    draft.facts = asked(pack, [f for f in entry.facts if f != "channel"], told)
    for one in draft.facts:
        if one.options and one.value not in dict(one.options):
            one.value = ""
    draft.values = read_facts(pack, draft.facts)


def _known(draft: IntakeDraft) -> dict[str, str]:
    """Facts that need not be asked: where the premises lie, what kind of customer, which line."""
    return {
        "fact.area": draft.location.area if draft.location else "",
        "fact.customer_class": draft.customer.customer_class if draft.customer else "",
        "fact.line": draft.line,
    }


def usual_channel(ctx: RequestContext, pack: Pack) -> str:
    """How customers reach this person: what the pack says of a role, else the first channel."""
    offered = by_hand(pack)
    for role in sorted(ctx.roles):
        usual = pack.roles[role].channel if role in pack.roles else None
        if usual in offered:
            return str(usual)
    return next(iter(offered))


def check(ctx: RequestContext, draft: IntakeDraft, regulation: Regulation) -> None:
    """What every intake needs, whatever the pack says."""
    entry = regulation.pack.services.get(draft.service)
    if entry is None or entry.process is None:
        draft.errors["service"] = _("Please choose a service.")
    if not draft.typed["narrative"]:
        draft.errors["narrative"] = _("Please enter the customer's request.")
    _check_facts(draft, regulation.pack)
    _check_caller(draft, regulation)
    _check_first_asked(ctx, draft)
    if not 8 <= len(draft.token) <= 64:
        draft.token = new_token()


def _check_facts(draft: IntakeDraft, pack: Pack) -> None:
    """What the pack says must be told is marked where it is asked."""
    told = {"channel": draft.channel, **draft.values}
    missing = {f"fact.{n}" for n in missing_facts(pack=pack, service=draft.service, facts=told)}
    for one in draft.facts:
        if one.name in missing and not one.error:
            one.error = REQUIRED


def check_contact(ctx: RequestContext, draft: IntakeDraft, regulation: Regulation) -> None:
    """What a contact without a case of its own needs."""
    if not draft.typed["answer"]:
        draft.errors["answer"] = _("Please choose why no case is needed.")
    _check_caller(draft, regulation)


def _check_caller(draft: IntakeDraft, regulation: Regulation) -> None:
    if draft.channel not in by_hand(regulation.pack):
        draft.errors["channel"] = _("Please choose a channel.")
    phone = draft.typed["contact_phone"]
    if phone and not is_telephone(phone):
        draft.errors["contact_phone"] = say(NO_TELEPHONE)
    draft.errors |= too_long_in(draft.typed, LONGEST)


def _check_first_asked(ctx: RequestContext, draft: IntakeDraft) -> None:
    """Whoever was asked first stays responsible; most often that is whoever types."""
    word = draft.typed["first_asked"]
    if not word:
        return
    found = people.colleagues(company=ctx.company, word=words_in(word))
    if len(found) == 1:
        draft.first_asked = found[0]
    elif found:
        draft.errors["first_asked"] = _(
            "More than one person has this name; enter the staff number."
        )
    else:
        draft.errors["first_asked"] = _(
            "No one here has this staff number or name; check it, or leave it empty."
        )


def new_token() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class ServiceBranch:
    """A branch of the service catalogue with its services."""

    title: Any
    services: list[tuple[str, ServiceShape]]


def tree(pack: Pack, *, internal: bool = False) -> list[ServiceBranch]:
    """Services under the branch they hang on: emergencies first, those of no branch last. What
    customers ask for, or the house's own matters; accountability is opened from its ground alone.
    """
    branches: dict[str, ServiceBranch] = {}
    audience = "internal" if internal else "customer"
    for service_id, entry in pack.services.items():
        if entry.process is None or entry.audience != audience or pack.is_conduct(service_id):
            continue
        top = entry.parent or ""
        while top and (above := pack.services.get(top)) is not None and above.parent:
            top = above.parent
        parent = pack.services.get(top)
        title = parent.title if parent else {"zh": "其他", "en": "Others"}
        branches.setdefault(top, ServiceBranch(title, [])).services.append((service_id, entry))

    def order(branch: tuple[str, ServiceBranch]) -> tuple[bool, bool]:
        return (not branch[0], not any(s.emergency for _, s in branch[1].services))

    return [branch for _, branch in sorted(branches.items(), key=order)]


def emergencies(pack: Pack) -> Sequence[tuple[str, ServiceShape]]:
    """The services of an emergency call, in the pack's order: the first is the usual one."""
    return [(i, s) for i, s in pack.services.items() if s.emergency and s.process is not None]
