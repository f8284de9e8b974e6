"""The caller on the line: who it is, and contacts that need no case."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chengnuo.cases import queries as cases
from chengnuo.cases.access import is_shown, reach_of
from chengnuo.cases.intake.callers import Caller, Sees, caller, outages_at
from chengnuo.cases.intake.contacts import note_contact
from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer
from chengnuo.customers.queries import by_phone
from chengnuo.customers.services import subject_of
from chengnuo.customers.telephones import keys_of
from chengnuo.disclosure.access_log import log_access
from chengnuo.disclosure.contacts import Place, contact_of
from chengnuo.disclosure.customers import called, listed_name
from chengnuo.doors.web.intake.page.drafts import IntakeDraft, check_contact, draft_of
from chengnuo.doors.web.intake.views.lodging import reasons, screen
from chengnuo.doors.web.kit.alike import known_by
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.customerpage import MARKED, class_word
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.obligations.regulation import Regulation


@require_POST
@staffed
def card(ctx: RequestContext) -> HttpResponse:
    """What is known of the number that calls; of one customer in full, and that is recorded."""
    regulation = ctx.regulation
    if regulation is None:
        return HttpResponse(status=204)
    draft = draft_of(ctx, regulation, ctx.request.POST)
    phone = draft.typed["contact_phone"]
    if not keys_of(phone):
        return ctx.page("intake/part/caller", phone="")
    # Whoever takes calls sees who calls; to others a telephone number gives nobody away.
    customers = by_phone(company=ctx.company, phone=phone) if ctx.takes_in else []
    chosen = _chosen(customers, draft)
    known = caller(
        company=ctx.company, phone=phone, customers=customers, chosen=chosen,
        sees=_sees_caller(ctx), pack=regulation.pack, now=ctx.now,
    )  # fmt: skip
    if chosen is not None:
        log_access(
            viewer=ctx.staff,
            subject=subject_of(chosen),
            what="caller",
            why=_("on the line"),
            now=ctx.now,
        )
    return ctx.page("intake/part/caller", phone=phone, **_shown(ctx, regulation, draft, known))


def _chosen(customers: list[Customer], draft: IntakeDraft) -> Customer | None:
    """The one that was chosen; the only one there is."""
    picked = draft.customer.pk if draft.customer else None
    found = next((c for c in customers if c.pk == picked), None)
    return found or (customers[0] if len(customers) == 1 else None)


def _shown(
    ctx: RequestContext, regulation: Regulation, draft: IntakeDraft, known: Caller
) -> dict[str, Any]:
    services = regulation.pack.services
    places = [p.location for p in known.premises]
    picked = draft.location.pk if draft.location else None
    place = next((p for p in places if p.pk == picked), places[0] if places else None)
    titles = {name: entry.title for name, entry in services.items()}
    marked = known.chosen is not None and known.chosen.customer_class in MARKED
    return {
        "known": known,
        "place": place,
        "titles": titles,
        "marked": marked,
        "customers": [(c, listed_name(c), class_word(c.customer_class)) for c in known.customers],
        # The look at who was chosen is recorded by `card`.
        "name": called(customer=known.chosen, looked=True).name,
        "class_title": class_word(known.chosen.customer_class) if known.chosen else "",
    }


@require_POST
@staffed
def outages(ctx: RequestContext) -> HttpResponse:
    """Whether supply may be off where the matter is: whoever calls, and whatever was told first."""
    regulation = ctx.regulation
    if regulation is None:
        return HttpResponse(status=204)
    draft = draft_of(ctx, regulation, ctx.request.POST)
    place = draft.location
    off = outages_at(
        company=ctx.company, pack=regulation.pack, sees=_sees(ctx), location=place,
        address=draft.typed["address"] or (place.address if place else ""),
    )  # fmt: skip
    titles = {name: entry.title for name, entry in regulation.pack.services.items()}
    chosen = number_in(ctx.request.POST.get("location"))
    elsewhere = draft.customer is not None and chosen is not None and place is None
    return ctx.page("intake/part/outages", outages=off, titles=titles, elsewhere=elsewhere)


@require_POST
@staffed
def contact(ctx: RequestContext) -> HttpResponse:
    """A call that needs no case of its own; it may be about a running one."""
    regulation = ctx.regulation
    if regulation is None:
        return HttpResponse(status=204)
    draft = draft_of(ctx, regulation, ctx.request.POST)
    check_contact(ctx, draft, regulation)
    about = _about(ctx, draft)
    if not draft.is_good:
        return screen(ctx, regulation, draft, status=422)
    answer = reasons().get(draft.typed["answer"], draft.typed["answer"])
    note_contact(
        company=ctx.company, by=ctx.staff, now=ctx.now, channel=draft.channel,
        answer=answer, need=draft.typed["narrative"], phone=draft.typed["contact_phone"],
        customer=draft.customer, case=about, call=draft.call,
    )  # fmt: skip
    ctx.say(_("Recorded without a case: %(why)s") % {"why": answer})
    return ctx.go("intake")


def _sees(ctx: RequestContext) -> Sees:
    """Of which cases the viewer may know, and who asked; asked one by one, for there are few."""
    reach = reach_of(staff=ctx.staff, posts=ctx.posts, company=ctx.company, at=ctx.now)

    def sees(case: Case) -> bool:
        if not is_shown(case=case, reach=reach):
            return False
        return not case.confidential or known_by(ctx).filter(pk=case.pk).exists()

    return sees


def _sees_caller(ctx: RequestContext) -> Sees:
    """Of which cases the viewer may know that they are of this telephone: who takes no calls, only
    where he reads it unmasked."""
    sees = _sees(ctx)
    return lambda case: sees(case) and (ctx.takes_in or _reads(ctx, case))


def _reads(ctx: RequestContext, case: Case) -> bool:
    return contact_of(case=case, viewer=ctx.viewer, place=Place.FILE).in_full


def _about(ctx: RequestContext, draft: IntakeDraft) -> Case | None:
    number = draft.typed["about"]
    if not number:
        return None
    found = cases.numbered(company=ctx.company, number=number)
    if found is None or not _sees(ctx)(found):
        wrong = _("There is no case %(number)s that you can see; please check the number.")
        draft.errors["answer"] = wrong % {"number": number}
    elif draft.typed["answer"] == "answered" and not draft.typed["narrative"]:
        draft.errors["narrative"] = _("Please enter the customer's request.")
    return found
