"""The keys of the pages, in one list: the dialog shows it, app.js obeys what the dialog says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

CASES, HOUSE, ACCESS_LOG = "cases", "house", "access-log"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys pressed one after the other, and what they do: open a page, or something on this one.
    Without either, the page or the browser knows what to do, and the list only tells of it."""

    keys: str
    title: Any
    page: str = ""
    does: str = ""
    for_whom: str = ""

    @property
    def pressed(self) -> list[str]:
        return self.keys.split()

    @property
    def goes(self) -> str:
        return reverse(self.page) if self.page else ""


GROUPS: tuple[tuple[Any, tuple[Shortcut, ...]], ...] = (
    (
        _("Everywhere"),
        (
            Shortcut("/", _("Find a case"), does="find", for_whom=CASES),
            Shortcut("n", _("New case"), "intake", for_whom=CASES),
            Shortcut("!", _("Emergency"), "intake-emergency", for_whom=CASES),
            Shortcut("m", _("Messages"), does="messages"),
            Shortcut("?", _("Shortcuts"), does="keys"),
        ),
    ),
    (
        _("Go to"),
        (
            Shortcut("g d", _("My desk"), "desk"),
            Shortcut("g c", _("Cases"), "cases", for_whom=CASES),
            Shortcut("g q", _("Queues"), "queues", for_whom=CASES),
            Shortcut("g u", _("Customers"), "customers", for_whom=CASES),
            Shortcut("g e", _("Referrals"), "outside", for_whom=CASES),
            Shortcut("g o", _("Overdue register"), "overdue", for_whom=CASES),
            Shortcut("g b", _("Follow-ups"), "callback-list", for_whom=CASES),
            Shortcut("g r", _("Regulation"), "regulation"),
            Shortcut("g h", _("Administration"), "house", for_whom=HOUSE),
            Shortcut("g l", _("Access log"), "access-log", for_whom=ACCESS_LOG),
        ),
    ),
    (
        _("In a list"),
        (
            Shortcut("j", _("Next line"), does="next"),
            Shortcut("k", _("Previous line"), does="previous"),
            Shortcut("Enter", _("Open the line")),
            Shortcut("f", _("Next step of the line or the case"), does="step"),
            Shortcut("x", _("Select the line"), for_whom=CASES),
        ),
    ),
    (
        _("In a form"),
        (
            Shortcut("Ctrl+Enter", _("Save")),
            Shortcut("s", _("After saving: the standard reply was given"), does="standard"),
            Shortcut("z", _("Just handed over or urged: undo"), does="undo", for_whom=CASES),
            Shortcut("Esc", _("Close")),
            Shortcut("Alt+T…", _("On the call screen: the field with this letter"), for_whom=CASES),
        ),
    ),
)


def shortcuts(ctx: Any) -> list[tuple[Any, list[Shortcut]]]:
    """Those of the pages that this person may open."""
    open_to = {
        "": True,
        CASES: not ctx.keeps_house_only,
        HOUSE: ctx.may_administer,
        ACCESS_LOG: ctx.may_audit,
    }
    return [(title, [s for s in keys if open_to[s.for_whom]]) for title, keys in GROUPS]
