"""Customers: the list, one customer's whole file, a new one, and putting a file right."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from chengnuo.customers.models import MOST_LEVEL, Customer
from chengnuo.customers.queries import by_masked, find_customers, numbered
from chengnuo.customers.services import (
    LONGEST,
    Phone,
    change_customer,
    register_customer,
    subject_of,
)
from chengnuo.customers.telephones import NO_TELEPHONE, keys_of, telephones_in, tidy
from chengnuo.disclosure.customers import who_of
from chengnuo.doors.web.kit.context import RequestContext, staffed
from chengnuo.doors.web.kit.customerpage import (
    MARKED,
    class_word,
    classes,
    gather_customer,
    may_see_in_full,
    meter_kinds,
)
from chengnuo.doors.web.kit.reading import number_in, too_long_in, words_in
from chengnuo.doors.web.kit.refusing import Trying
from chengnuo.doors.web.kit.revealing import finds_masked, refused_look, told_masked
from chengnuo.doors.web.kit.words import say
from chengnuo.packs.appliances import appliances_of

PAGE = 50
CONSENT: dict[str, bool | None] = {"": None, "yes": True, "no": False}


@dataclass(slots=True)
class CustomerDraft:
    """A customer's file while it is typed."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    phones: list[Phone] = field(default_factory=list)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the archive keeps it."""
        return {
            "name": self.typed["name"],
            "phone": self.typed["phone"],
            "customer_class": self.typed["customer_class"],
            "level": int(self.typed["level"]),
            "language": self.typed["language"],
            "visit_consent": CONSENT[self.typed["visit_consent"]],
        }


@require_GET
@staffed
def customer_list(ctx: RequestContext) -> HttpResponse:
    """Customers by number, telephone, name, address, account or meter; everything masked."""
    words = words_in(ctx.request.GET.get("q"))
    chosen = ctx.request.GET.get("class", "")
    wanted = (chosen,) if chosen in dict(classes()) else ()
    rows = _found(ctx, words, wanted)
    pages = Paginator(rows.prefetch_related("phones"), PAGE).get_page(ctx.request.GET.get("page"))
    lines = [customer_line(customer) for customer in pages.object_list]
    return ctx.page(
        "customers/customers",
        lines=lines,
        pages=pages,
        asked=words,
        chosen=chosen,
        classes=classes(),
        here="customers",
    )


def _found(ctx: RequestContext, words: str, classes: tuple[str, ...]) -> QuerySet[Customer]:
    """Whom a masked value gives away, and that it led to nobody, is recorded before it is shown."""

    def by(*, masked: bool) -> QuerySet[Customer]:
        return find_customers(company=ctx.company, words=words, classes=classes, masked=masked)

    if not words or not finds_masked(ctx, words):
        return by(masked=False)
    rows = by(masked=True)
    given = rows.filter(pk__in=by_masked(company=ctx.company, words=words))
    subjects = [subject_of(one) for one in given]
    missed = not subjects and (bool(keys_of(words)) or not rows.exists())
    shows = told_masked(ctx, words, found=subjects, missed=missed)
    return rows if shows else by(masked=False)


def customer_line(customer: Customer) -> dict[str, Any]:
    """A customer in a list: never in full."""
    return {
        "customer": customer,
        "who": who_of(customer=customer, in_full=False),
        "class_word": class_word(customer.customer_class),
        "marked": customer.customer_class in MARKED,
    }


def customer_or_404(ctx: RequestContext, pk: int) -> Customer:
    """A customer of the viewer's company; everybody else's does not exist."""
    found = numbered(company=ctx.company, pk=pk)
    if found is None:
        raise Http404(pk)
    return found


@require_GET
@staffed
def customer(ctx: RequestContext, pk: int) -> HttpResponse:
    """Who it is, what lies open, what happened."""
    return customer_page(ctx, customer_or_404(ctx, pk))


def customer_page(
    ctx: RequestContext, found: Customer, *, status: int = 200, in_full: bool = False, **told: Any
) -> HttpResponse:
    """The page; `told` is a step that was refused, with what was typed for it."""
    page = gather_customer(ctx, found, in_full=in_full)
    for name, value in told.items():
        setattr(page, name, value)
    kinds = {
        "meters": meter_kinds(),
        "appliances": appliances_of(ctx.regulation.pack if ctx.regulation else None),
    }
    return ctx.page("customers/customer", status=status, page=page, kinds=kinds, here="customers")


@require_POST
@staffed
def reveal(ctx: RequestContext, pk: int) -> HttpResponse:
    """Show personal data in full, once, for a reason that is recorded."""
    found = customer_or_404(ctx, pk)
    problem = _look(ctx, found)
    if problem:
        return customer_page(ctx, found, status=422, step="reveal", problem=problem)
    return customer_page(ctx, found, in_full=True)


def _look(ctx: RequestContext, found: Customer) -> str:
    """Record why somebody looks; what is wrong with the reason, or nothing."""
    return refused_look(ctx, subject=subject_of(found), what="customer")


def _check_keeper(ctx: RequestContext) -> None:
    """The archive is kept by those who take matters in."""
    if not ctx.takes_in:
        raise PermissionDenied


@require_http_methods(["GET", "POST"])
@staffed
def new(ctx: RequestContext) -> HttpResponse:
    """Open a customer's file."""
    _check_keeper(ctx)
    if ctx.request.method == "GET":
        sheet = CustomerDraft({"phone": "", "language": "zh-hans", "level": "0"})
        return _sheet_page(ctx, sheet)
    sheet = _read(ctx.request.POST, number=True)
    if sheet.errors:
        return _sheet_page(ctx, sheet, status=422)
    with Trying() as tried:
        made = register_customer(
            company=ctx.company,
            number=sheet.typed["number"],
            now=ctx.now,
            address=sheet.typed["address"],
            area=sheet.typed["area"],
            phones=sheet.phones,
            by=ctx.staff,
            **sheet.values,
        )
    if tried.refused:
        sheet.errors[tried.field] = tried.problem
        return _sheet_page(ctx, sheet, status=tried.status)
    ctx.say(_("Record created: %(number)s") % {"number": made.number})
    return ctx.go("customer", pk=made.pk)


@require_http_methods(["GET", "POST"])
@staffed
def edit(ctx: RequestContext, pk: int) -> HttpResponse:
    """Put a file right. Whoever does not work for the customer says first why he looks."""
    _check_keeper(ctx)
    found = customer_or_404(ctx, pk)
    post = ctx.request.POST
    if ctx.request.method == "GET" or "name" not in post:
        if not may_see_in_full(ctx, found):
            problem = _look(ctx, found) if ctx.request.method == "POST" else ""
            if ctx.request.method == "GET" or problem:
                return customer_page(ctx, found, step="edit", problem=problem)
        return _sheet_page(ctx, CustomerDraft(_typed_of(found)), customer=found)
    sheet = _read(post)
    if sheet.errors:
        return _sheet_page(ctx, sheet, status=422, customer=found)
    with Trying() as tried:
        changed = change_customer(
            customer=found,
            changes=sheet.values,
            phones=sheet.phones,
            by=ctx.staff,
            now=ctx.now,
            version=number_in(post.get("version")),
        )
    if tried.refused:
        return _sheet_page(ctx, sheet, status=tried.status, customer=found, faster=tried.moved_on)
    ctx.say(_("Record corrected") if changed else _("Nothing was changed"))
    return ctx.go("customer", pk=pk)


def _typed_of(found: Customer) -> dict[str, str]:
    said = {True: "yes", False: "no", None: ""}
    return {
        "name": found.name,
        "phone": found.phone,
        "phones": "\n".join(f"{p.number} {p.note}".strip() for p in found.phones.all()),
        "customer_class": found.customer_class,
        "level": str(found.level),
        "language": found.language,
        "visit_consent": said[found.visit_consent],
        "version": str(found.version),
    }


def _read(post: Mapping[str, str], *, number: bool = False) -> CustomerDraft:
    """What was typed, with what is wrong at each field."""
    names = ("number", "name", "phone", "phones", "customer_class", "level", "language")
    more = ("visit_consent", "address", "area", "version")
    sheet = CustomerDraft({name: post.get(name, "").strip() for name in (*names, *more)})
    typed, errors = sheet.typed, sheet.errors
    typed["phone"] = tidy(typed["phone"])
    if number and not typed["number"]:
        errors["number"] = _("Please enter a customer number.")
    if not typed["name"]:
        errors["name"] = _("Please enter the name.")
    if typed["phone"] and not (numbers := telephones_in(typed["phone"])):
        errors["phone"] = say(NO_TELEPHONE)
    elif typed["phone"] and len(numbers) > 1:
        errors["phone"] = _("Enter one number here; put the others under Further telephones.")
    if typed["customer_class"] not in dict(classes()):
        errors["customer_class"] = _("Please choose a class.")
    if not re.fullmatch(f"[0-{MOST_LEVEL}]", typed["level"]):
        errors["level"] = _("Please choose a level.")
    if typed["language"] not in ("zh-hans", "en") or typed["visit_consent"] not in CONSENT:
        errors["language"] = _("Please choose a language.")
    errors |= too_long_in(typed, LONGEST)
    _read_phones(sheet)
    return sheet


def _read_phones(sheet: CustomerDraft) -> None:
    """A line is a number and, after a space, whose it is."""
    for line in sheet.typed["phones"].splitlines():
        number, note = _number_and_note(line.strip())
        if not line.strip():
            continue
        if not number or len(note) > LONGEST["number"]:
            wrong = _(
                "“%(line)s” is not a telephone number; one per line, then a space and the owner."
            )
            sheet.errors["phones"] = wrong % {"line": line}
        sheet.phones.append(Phone(number=number, note=note.strip()))


def _number_and_note(line: str) -> tuple[str, str]:
    """13800000001 妻子, +86 138-0000-0001（妻子）: the one number of a line, and the words."""
    found = telephones_in(line)
    if len(found) != 1:
        return "", line
    number = str(found[0])
    return number, tidy(line).replace(number, "", 1).strip(" ():、,，")


def _sheet_page(
    ctx: RequestContext,
    sheet: CustomerDraft,
    *,
    status: int = 200,
    customer: Customer | None = None,
    **more: Any,
) -> HttpResponse:
    fact = ctx.regulation.pack.facts.get("area") if ctx.regulation else None
    return ctx.page(
        "customers/edit",
        status=status,
        sheet=sheet,
        longest=LONGEST,
        customer=customer,
        classes=classes(),
        levels=[str(level) for level in range(MOST_LEVEL + 1)],
        areas=fact.values if fact is not None else {},
        here="customers",
        **more,
    )
