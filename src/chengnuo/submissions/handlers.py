"""What a room does with forms of its own, beside what is done with every form.

A room declares its handlers in its `manifest.py`; the list of rooms (`config/rooms.py`) hands them
on. They are asked in the order of that list, the lower rooms first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from chengnuo.obligations.models import Docket, Evidence
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.schema import FormShape
from chengnuo.people.models import Staff


class Via(StrEnum):
    """By which door a filled form came in; it stands in the ledger."""

    PAGE = "page"
    PHONE = "phone"
    API = "api"
    MESSAGE = "message"
    IMPORT = "import"
    COMMAND = "command"
    PRODUCT = "product"
    """Nobody filled it by hand: it tells what the product was told in the same act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form that somebody sends in, before anything of it is kept. The docket is held."""

    form: str
    shape: FormShape
    docket: Docket
    regulation: Regulation
    by: Staff
    at: datetime
    context: Mapping[str, str]


Then = Callable[[Evidence], None]
"""What a handler does once the form is evidence and its events have happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormHandler:
    """A room's part in forms of its own.

    `takes` says which forms those are. `handle` refuses by raising, before anything is kept, and
    returns what to do afterwards in the same transaction. `context` names what a door may tell
    beside the fields.
    """

    name: str
    takes: Callable[[Submission], bool]
    handle: Callable[[Submission], Then | None]
    context: frozenset[str] = frozenset()


class UnknownContext(ValueError):
    """A door told something beside the fields that no handler of the form reads."""


def declared() -> tuple[FormHandler, ...]:
    """The handlers of all rooms."""
    return _of_house(settings.HOUSE)


@cache
def _of_house(house: str) -> tuple[FormHandler, ...]:
    found: tuple[FormHandler, ...] = import_string(house).form_handlers
    return found


def handlers_of(sent: Submission) -> list[FormHandler]:
    """Those who have a part in this form. Raises UnknownContext."""
    found = [handler for handler in declared() if handler.takes(sent)]
    read = frozenset[str]().union(*(handler.context for handler in found))
    if unread := sent.context.keys() - read:
        raise UnknownContext(f"no handler of '{sent.form}' reads {', '.join(sorted(unread))}")
    return found
