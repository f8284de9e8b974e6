"""What the house declares for the pages of others."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.declared import Menu, NavEntry


def _administers(ctx: RequestContext) -> bool:
    return ctx.may_administer


def _only_audits(ctx: RequestContext) -> bool:
    return ctx.may_audit and not ctx.may_administer


def _audits(ctx: RequestContext) -> bool:
    return ctx.may_audit


def _audits_people(ctx: RequestContext) -> bool:
    return ctx.may_audit and not ctx.keeps_house_only


NAVIGATION = (
    NavEntry(
        url="house", title=_("Administration"), menu=Menu.HOUSE, rank=20, icon="building",
        here=("house",), names_menu=True, seen=_administers, counter="unassigned",
    ),
    NavEntry(
        url="house-waiting", title=_("By two people"), menu=Menu.HOUSE, rank=30, icon="users",
        here=("house-waiting",), seen=_only_audits,
    ),
    NavEntry(
        url="access-log", title=_("Access log"), menu=Menu.HOUSE, rank=40, icon="eye",
        here=("access-log",), names_menu=True, seen=_audits,
    ),
    NavEntry(
        url="ledger", title=_("Checkpoints"), menu=Menu.HOUSE, rank=50, icon="shield-check",
        here=("ledger",), names_menu=True, seen=_audits,
    ),
    NavEntry(
        url="privacy", title=_("Personal data"), menu=Menu.HOUSE, rank=60, icon="shield-lock",
        here=("privacy",), seen=_audits_people,
    ),
)  # fmt: skip
