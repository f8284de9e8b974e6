"""A named form on paper: the parts that bear its code, as they were filled, or still blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chengnuo.doors.web.shown.casepage import CasePage, Filled
from chengnuo.packs.checking import forms_in
from chengnuo.packs.schema import FormShape


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the sheet; `filled` None: its lines stay blank."""

    shape: FormShape
    filled: Filled | None
    turn: int


def parts_of(page: CasePage, code: str) -> list[Part]:
    """Every part as often as it was filled, oldest first; what was never filled, once and blank."""
    pack = page.file.regulation.pack
    forms = forms_in(pack, page.case.docket.process)
    wanted = {i: f for i, f in forms.items() if f.code == code}
    found: list[tuple[Any, Part]] = []
    turns: dict[str, int] = {}
    for filled in page.evidence:
        if filled.row.form in wanted:
            turns[filled.row.form] = turns.get(filled.row.form, 0) + 1
            part = Part(wanted[filled.row.form], filled, turns[filled.row.form])
            found.append((filled.row.filled_at, part))
    rows = [part for _, part in sorted(found, key=lambda f: f[0])]
    return rows + [Part(shape, None, 1) for form, shape in wanted.items() if form not in turns]
