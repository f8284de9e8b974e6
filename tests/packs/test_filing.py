# ruff: noqa: E501 (a row is one line, so that it can be read)
"""Who may file what: the table that a department head reads, and what the check refuses."""

from pathlib import Path

import pytest

from chengnuo.packs.filing import ARRIVAL, owing
from chengnuo.packs.loader import shipped_packs
from chengnuo.packs.rights import form_rights, rights_table
from tests.packs.shipped import shipped
from tests.packs.writing import PACK, changed, faults, written

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "rights.md"
ARRIVES = [
    {"id": "at", "type": "moment", "title": {"zh": "时间", "en": "When"}, "required": True, "is": "event_time"},
    {"id": "who", "type": "text", "title": {"zh": "人员", "en": "Who"}, "required": True, "is": "crew"},
    {"id": "place", "type": "text", "title": {"zh": "地点", "en": "Where"}, "required": True, "is": "place"},
]  # fmt: skip
FIELD = PACK.replace("network: {title:", "network: {field: true, title:").replace(
    "roles:", "roles:\n  agent: {acts: [accepting], title: {zh: 坐席, en: Agent}}"
)
COMING = FIELD.replace("crew.arrived: {title:", "crew.arrived: {arrival: true, title:")


def arriving(who: list[str], fields: list[dict]) -> str:
    """The small pack whose crew works in the field and tells its arrival."""
    form = {"title": {"zh": "到场", "en": "Arrival"}, "processes": ["repair"], "after": "case.lodged", "emits": "crew.arrived", "who": who, "fields": fields}  # fmt: skip
    return changed("forms/arrival", form, COMING)


def test_the_document_is_the_table_of_the_packs():
    """Made anew by `chengnuo policy rights > docs/reference/rights.md`."""
    packs = [shipped(name).pack for name in shipped_packs()]
    assert DOCUMENT.read_text(encoding="utf-8").splitlines() == "\n".join(
        rights_table(packs, "zh")
    ).split("\n")


@pytest.mark.parametrize("name", shipped_packs())
def test_no_form_is_open_to_everybody(name: str):
    assert [row.form for row in form_rights(shipped(name).pack) if not row.who] == []


@pytest.mark.parametrize("name", shipped_packs())
def test_an_arrival_is_told_by_those_who_came_with_who_and_where(name: str):
    pack = shipped(name).pack
    for row in form_rights(pack):
        if row.arrival:
            form = pack.forms[row.form]
            assert set(ARRIVAL) <= {f.is_ for f in form.fields if f.required}, row.form
            acts = [pack.roles[r].acts for r in form.who if r in pack.roles]
            assert not any("accepting" in a for a in acts), row.form


# Whose promises a form may end or put off: (pack, form, the posts).
LETS_OFF = [
    # The diameter decides the limit, the area the arrival.
    ("water-company", "repair-particulars", {"crew"}),
    ("gas-company", "fault-grading", {"emergency-crew"}),
    # Only HR lets the department off: what the department finds itself ends nothing.
    ("gas-appliance", "staff-check", {"hr"}),
    ("water-company", "callback-waiver", {"cs-department", "cs-specialist", "hotline-agent"}),
]


@pytest.mark.parametrize(("name", "form", "posts"), LETS_OFF)
def test_the_table_says_whose_promises_a_form_ends_or_puts_off(name: str, form: str, posts: set):
    pack = shipped(name).pack
    row = next(row for row in form_rights(pack) if row.form == form)
    assert {text.zh for text in row.lets_off} == {pack.roles[post].title.zh for post in posts}


# What a department would not put up with: (pack, form, a role that may not file it).
NOT_BY = [
    ("water-company", "arrival", "hotline-agent"),
    ("water-company", "sms-reply", "hotline-agent"),
    ("power-subsidiary", "crew-arrival", "agent"),
    ("gas-company", "complaint-response", "agent"),
    ("gas-company", "handled-again", "agent"),
    ("gas-company", "task-order", "emergency-crew"),
    ("gas-company", "acceptance", "engineering"),
]


@pytest.mark.parametrize(("name", "form", "role"), NOT_BY)
def test_nobody_keeps_the_promise_of_another(name: str, form: str, role: str):
    pack = shipped(name).pack
    assert role in pack.roles
    assert owing(pack, pack.forms[form])
    assert role not in pack.forms[form].who


REFUSED = {
    "sound": (arriving(["network"], ARRIVES), None),
    "open to everybody, though it keeps a promise of the field": (changed("forms/repaired/who", ..., FIELD), "forms.repaired: it keeps a promise of those in the field (Network department) and cannot be open to everybody"),
    "an arrival open to everybody": (arriving([], ARRIVES), "an arrival is reported by those who came"),
    "an arrival by who takes in": (arriving(["network", "agent"], ARRIVES), "not by those who register cases: agent"),
    "an arrival by the unit that took it in": (arriving(["accepting_unit"], ARRIVES), "not by those who register cases: accepting_unit"),
    "an arrival without a place": (arriving(["network"], ARRIVES[:2]), "required fields are missing: is: place"),
    "an arrival without anybody": (arriving(["network"], ARRIVES[::2]), "required fields are missing: is: crew"),
    "an arrival whose place need not be told": (arriving(["network"], [*ARRIVES[:2], {**ARRIVES[2], "required": False}]), "required fields are missing: is: place"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "what"), REFUSED.values(), ids=REFUSED)
def test_the_check_refuses(tmp_path: Path, text: str, what: str | None):
    owed = changed("rules/repair/owed_by", "network", text)
    said = faults(written(tmp_path / "small", owed))
    assert said == [] if what is None else any(what in s for s in said), said
