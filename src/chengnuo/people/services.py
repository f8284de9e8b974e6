"""Verbs about people and organisations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from chengnuo.ledger.services import Fact, record
from chengnuo.people.models import (
    Holding,
    Message,
    Organisation,
    OrganisationSetting,
    Post,
    Staff,
)


@transaction.atomic
def found_organisation(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    now: datetime,
    parent: Organisation | None = None,
    pack: str = "",
    by: Staff | None = None,
) -> Organisation:
    """Set up an organisation. One with a pack is a company of its own; others belong to the one
    above."""
    unit = Organisation.objects.create(
        code=code, name_zh=name_zh, name_en=name_en, kind=kind, parent=parent
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.pack = pack
    unit.company = unit if pack or parent is None else parent.company
    unit.save(update_fields=["path", "pack", "company"])
    roster_changed(unit=unit)
    _note(unit, "organisation.founded", now, by=by, code=code, pack=pack)
    return unit


@transaction.atomic
def choose_setting(
    *, company: Organisation, name: str, value: str, by: Staff | None, now: datetime
) -> None:
    """Choose a value where the pack leaves it open."""
    OrganisationSetting.objects.update_or_create(
        organisation=company, name=name, defaults={"value": value}
    )
    regulation_changed(companies=[company.pk])
    _note(company, "setting.chosen", now, by=by, name=name, value=value)


@transaction.atomic
def hire(
    *,
    badge: str,
    name: str,
    organisation: Organisation,
    password: str | None,
    now: datetime,
    name_en: str = "",
    phone: str = "",
    hashed: str = "",
    must_change_password: bool = False,
    by: Staff | None = None,
) -> Staff:
    """Take a person on, with a password or one that is hashed already; None: no sign-in yet."""
    person = Staff.objects.create_user(
        badge,
        password,
        name=name,
        name_en=name_en,
        phone=phone,
        organisation=organisation,
        must_change_password=must_change_password,
        password_since=now,
    )
    if hashed:
        person.password = hashed
        person.save(update_fields=["password"])
    _note(organisation, "staff.hired", now, by=by, badge=badge)
    return person


@transaction.atomic
def open_post(
    *,
    organisation: Organisation,
    role: str,
    title_zh: str,
    title_en: str,
    now: datetime,
    is_head: bool = False,
    reports_to: Post | None = None,
    by: Staff | None = None,
) -> Post:
    """Open a post in a unit."""
    made = Post.objects.create(
        organisation=organisation,
        role=role,
        title_zh=title_zh,
        title_en=title_en,
        is_head=is_head,
        reports_to=reports_to,
    )
    roster_changed(unit=organisation)
    _note(organisation, "post.opened", now, by=by, post=made.pk, role=role, title=title_zh)
    return made


@transaction.atomic
def appoint(*, staff: Staff, post: Post, now: datetime, by: Staff | None = None) -> Holding:
    """Put a person on a post from now on."""
    holding = Holding.objects.create(post=post, staff=staff, since=now)
    roster_changed(unit=post.organisation)
    _note(post.organisation, "post.taken", now, by=by, badge=staff.badge, post=post.pk)
    return holding


@transaction.atomic
def relieve(*, holding: Holding, now: datetime, by: Staff | None = None) -> None:
    """End a holding; the post stays, perhaps vacant."""
    unit = holding.post.organisation
    if Holding.objects.filter(pk=holding.pk, until__isnull=True).update(until=now):
        roster_changed(unit=unit)
        _note(unit, "post.left", now, by=by, badge=holding.staff.badge, post=holding.post_id)


def deliver_message(
    *, staff_id: int, key: str, kind: str, text_zh: str, text_en: str, link: str, now: datetime
) -> tuple[Message, bool]:
    """Put a message before a person; whether it was not there already."""
    return Message.objects.get_or_create(
        key=key,
        defaults={
            "staff_id": staff_id,
            "kind": kind,
            "text_zh": text_zh,
            "text_en": text_en,
            "link": link,
            "sent_at": now,
        },
    )


def gather_messages(*, under: Message, rows: Sequence[Message]) -> None:
    """These lie under another one that tells of them, and are read with it."""
    pks = [row.pk for row in rows]
    Message.objects.filter(pk__in=pks).exclude(pk=under.pk).update(gathered_in=under)
    # What lay under one of them lies with it under the new one.
    Message.objects.filter(gathered_in__in=pks).update(gathered_in=under)


def read_messages(*, staff: Staff, now: datetime) -> None:
    """The person has seen what was waiting."""
    Message.objects.filter(staff=staff, read_at__isnull=True).update(read_at=now)


def choose_language(*, staff: Staff, language: str) -> None:
    Staff.objects.filter(pk=staff.pk).update(language=language)


def choose_notices(*, staff: Staff, sound: bool, desktop_notice: bool) -> None:
    """Whether a new message rings, and whether the desktop shows that there is one."""
    Staff.objects.filter(pk=staff.pk).update(sound=sound, desktop_notice=desktop_notice)


def regulation_changed(*, companies: Sequence[int] | None) -> None:
    """What these companies work by has changed (None: all of them); workers must look again."""
    rows = Organisation.objects.exclude(pack="")
    if companies is not None:
        rows = rows.filter(pk__in=companies)
    rows.update(regulation_version=F("regulation_version") + 1)


def roster_changed(*, unit: Organisation) -> None:
    """Rosters hold the posts of a company and of everything above it: those below must look
    again."""
    Organisation.objects.filter(path__startswith=unit.home.path).update(
        roster_version=F("roster_version") + 1
    )


def _note(
    unit: Organisation, kind: str, now: datetime, by: Staff | None = None, **data: Any
) -> None:
    fact = Fact(kind=kind, at=now, actor_id=by.pk if by else None, data={"unit": unit.pk, **data})
    record(organisation_id=unit.home_id, facts=[fact], now=now)
