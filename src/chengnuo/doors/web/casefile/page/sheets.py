"""A named form on paper: the parts that bear its code, as they were filled, or still blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chengnuo.doors.web.kit.casepage import CasePage, FilledView
from chengnuo.doors.web.kit.words import say
from chengnuo.packs.checking import forms_in
from chengnuo.packs.schema import FormShape

SHORT = 22


@dataclass(frozen=True, slots=True)
class SheetPart:
    """One part of the sheet; `filled` None: its lines stay blank."""

    shape: FormShape
    filled: FilledView | None
    turn: int

    @property
    def rows(self) -> list[list[tuple[Any, str]]]:
        """Questions with their answers, two short ones in a row, so that a sheet fits its page."""
        if self.filled is None:
            answers = [(f.title, "") for f in self.shape.fields]
        else:
            told = self.filled.answers
            answers = [(title, file.name if file else say(value)) for title, value, file in told]
        rows: list[list[tuple[Any, str]]] = []
        for title, answer in answers:
            short = len(answer) <= SHORT
            if rows and short and len(rows[-1]) == 1 and len(rows[-1][0][1]) <= SHORT:
                rows[-1].append((title, answer))
            else:
                rows.append([(title, answer)])
        return rows


def parts_of(page: CasePage, code: str) -> list[SheetPart]:
    """Every part as often as it was filled, oldest first; what was never filled, once and blank."""
    pack = page.file.regulation.pack
    forms = forms_in(pack, page.case.docket.process)
    wanted = {i: f for i, f in forms.items() if f.code == code}
    found: list[tuple[Any, SheetPart]] = []
    turns: dict[str, int] = {}
    for filled in page.evidence:
        if filled.row.form in wanted:
            turns[filled.row.form] = turns.get(filled.row.form, 0) + 1
            part = SheetPart(wanted[filled.row.form], filled, turns[filled.row.form])
            found.append((filled.row.filled_at, part))
    rows = [part for _, part in sorted(found, key=lambda f: f[0])]
    return rows + [SheetPart(shape, None, 1) for form, shape in wanted.items() if form not in turns]
