"""Numbers as they are typed into a form: which are taken, and the bounds that are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from chengnuo.packs.forms import fill
from chengnuo.packs.loader import load
from chengnuo.packs.sampling import sample_facts
from chengnuo.packs.schema import FieldShape
from chengnuo.rules.conditions import Value
from tests.packs.small import HEADER

# The field, what is typed, what is stored; None: it is refused, and the bounds are told.
TYPED: dict[str, tuple[str, str, Value, str]] = {
    "a score of its own range": ("score, min: 2, max: 4", "2", 2, ""),
    "below the own range of a score": ("score, min: 2, max: 4", "1", None, "2–4"),
    "above the own range of a score": ("score, min: 2, max: 4", "5", None, "2–4"),
    "a score without a range begins at one": ("score", "0", None, "1–5"),
    "and ends at five": ("score", "5", 5, ""),
    "a score with a low end alone": ("score, min: 3", "2", None, "3–5"),
    "half a score": ("score", "2.5", None, "whole number"),
    "a number at its bound": ("number, min: 0.5", "0.5", 0.5, ""),
    "a number below": ("number, min: 0.5", "0.4", None, "0.5–"),
    "a number above": ("number, max: 10", "10.01", None, "–10"),
    "a whole number written with a point": ("integer", "3.0", 3, ""),
    "no number": ("number", "ten", None, "Write a number"),
    "no end": ("number", "inf", None, "whole number"),
}


@pytest.mark.parametrize(("words", "typed", "stored", "told"), TYPED.values(), ids=TYPED)
def test_a_number_is_taken_or_its_bounds_are_told(
    tmp_path: Path, words: str, typed: str, stored: Value, told: str
) -> None:
    (tmp_path / "pack.yaml").write_text(
        f'{HEADER}version: "1"\nin_force: {{from: 2023-01-01}}\n', encoding="utf-8"
    )
    pack = load(str(tmp_path)).pack
    kind, *rest = words.split(", ")
    bounds = {key: float(value) for key, value in (one.split(": ") for one in rest)}
    title = {"zh": "数", "en": "Number"}
    field = FieldShape.model_validate({"id": "n", "type": kind, "title": title} | bounds)
    form = pack.forms["bulletin"].model_copy(update={"fields": (field,)})
    filled = fill(pack=pack, form=form, raw={"n": typed})
    if stored is not None:
        assert filled.values == {"n": stored}
        assert type(filled.values["n"]) is type(stored)
    else:
        assert told in filled.errors["n"].en


def test_every_value_of_a_choice_is_tried_where_packs_are_compared(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        f'{HEADER}version: "1"\nin_force: {{from: 2023-01-01}}\n', encoding="utf-8"
    )
    pack = load(str(tmp_path)).pack
    assert [*sample_facts(pack, [{"area": "urban"}])] == [{"area": "urban"}, {"area": "rural"}]
