"""What is said and what must not be said, as pages show it."""

from __future__ import annotations

import json
from typing import Any

from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.words import say
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.schema import Pack, ScriptMoment
from chengnuo.packs.scripts import IN_TALK, SpokenScript, said
from chengnuo.rules.gates import words_in_force
from chengnuo.rules.state import State
from chengnuo.rules.words import Text


def scripts(
    ctx: RequestContext,
    pack: Pack,
    *moments: ScriptMoment,
    channel: str,
    service: str = "",
    number: str = "",
) -> list[SpokenScript]:
    """Scripts with the badge of the reader and the name of the company filled in."""
    entry = pack.services.get(service)
    return said(
        pack,
        moments=moments or IN_TALK,
        channel=channel,
        service=service,
        emergency=bool(entry and entry.emergency),
        **_blanks(ctx, number),
    )


def _blanks(ctx: RequestContext, number: str) -> dict[str, Text]:
    """What stands in the blanks of each language, whichever the reader reads."""
    staff, company = ctx.staff, ctx.company
    found = {
        "badge": Text(staff.badge, staff.badge),
        "name": Text(staff.name, staff.name_en or staff.name),
        "company": Text(company.name_zh, company.name_en or company.name_zh),
    }
    return found | ({"number": Text(number, number)} if number else {})


def forbidden(regulation: Regulation, state: State, form: str = "") -> str:
    """The words that must not be written now, each with its clause, for the page to mark as one
    types; the server judges. Empty where no word is forbidden."""
    found: list[dict[str, Any]] = []
    for rule, words in words_in_force(regulation.book, state, form):
        why = f"{say(rule.title)} ({say(rule.cite())})"
        found.append({"words": list(words), "why": why})
    return json.dumps(found, ensure_ascii=False) if found else ""
