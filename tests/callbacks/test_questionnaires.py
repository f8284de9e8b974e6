"""Every questionnaire of every pack: what its answers mean, and that every bad answer acts.

The table below names, for each questionnaire, the answers that mean "not satisfied" or "not done".
A choice or a flag of a questionnaire that is in neither of the two lists fails the test: whoever
adds a question says what its answers mean.
"""

from __future__ import annotations

from uuid import uuid4

import pytest

from chengnuo.callbacks.answers import holds, is_bad, is_undone, take_in
from chengnuo.callbacks.calling import callback_rules
from chengnuo.callbacks.models import BadAnswer
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.obligations.models import Evidence
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.compiling import compiled
from chengnuo.packs.loader import shipped_packs
from chengnuo.packs.notices import shipped_notices
from tests.companies import house
from tests.packs.shipped import shipped
from tests.rules.world import at

# Questionnaire → answers that mean that the customer is not satisfied, and that it is not done.
BAD = {
    ("gas-company", "satisfaction-survey"): ([{"outcome": "unhappy"}], []),
    ("gas-company", "regular-callback"): ([{"outcome": "unhappy"}], []),
    ("gas-appliance", "equipment-callback"): ([{"problem": True}], [{"problem": True}]),
    ("gas-appliance", "earlier-repair-callback"): ([{"problem": True}], [{"problem": True}]),
    ("gas-appliance", "opinion-callback"): ([{"satisfaction": "dissatisfied"}], []),
    ("gas-callcentre", "satisfaction-tracking"): (
        [{"outcome": "execution"}, {"outcome": "result"}], [{"outcome": "execution"}],
    ),
    ("gas-callcentre", "existing-customer-contact"): ([{"state": "problem"}], []),
    ("power-subsidiary", "callback"): ([{"satisfied": False}], []),
    ("water-company", "progress-callback"): ([{"satisfied": False}], [{"arrived": "no"}]),
    ("water-company", "callback"): (
        [{"satisfied": False}, {"integrity_issue": True}],
        [{"solved": False}, {"arrived": "no"}, {"pressure_enough": False}],
    ),
    ("water-company", "customer-callback"): (
        [{"satisfied": False}, {"integrity_issue": True}],
        [{"solved": False}, {"arrived": "no"}, {"pressure_enough": False}],
    ),
    ("water-company", "enquiry-callback"): (
        [{"satisfied": False}, {"integrity_issue": True}],
        [{"solved": False}, {"arrived": "no"}, {"pressure_enough": False}],
    ),
    ("water-company", "five-aspects"): ([{"satisfied": False}], []),
    ("water-company", "opinion-second-callback"): ([{"satisfied": False}], []),
    ("water-company", "second-callback"): ([{"satisfied": False}], []),
    ("water-company", "key-callback"): ([{"satisfied": False}], []),
    ("water-company", "key-callback-entry"): ([{"satisfied": False}], []),
}  # fmt: skip
# Choices and flags that tell something else.
NEUTRAL = {
    "reached", "contacted", "category", "has_opinion", "opinion_kind", "with_works", "told",
    "callback_mode", "mode", "means", "confirmed_by",
    # Findings: whether they leave the customer dissatisfied, he is asked himself.
    "water_quality", "reading_issue", "receipts", "works_issue", "norms_lacking",
}  # fmt: skip
GOOD = {
    "outcome": {"satisfaction-survey": "content", "regular-callback": "content",
                "satisfaction-tracking": "satisfied"},
    "satisfaction": "satisfied", "satisfied": True, "problem": False, "state": "well",
    "reached": True, "solved": True, "arrived": "yes", "pressure_enough": True,
}  # fmt: skip
PACKS = {pack_id: shipped(pack_id) for pack_id in shipped_packs()}
ALL = sorted(
    (pack_id, form_id)
    for pack_id, loaded in PACKS.items()
    for form_id, form in loaded.pack.forms.items()
    if form.callback is not None
)


def form_of(pack_id, form_id):
    return PACKS[pack_id].pack.forms[form_id]


SETS = {"solved": "enquiry_complaint", "pressure_enough": "quality_pressure"}
"""The set of questions under which one is asked."""


def good_answers(pack_id, form_id):
    """What a satisfied customer answers; what was not asked is stored as no."""
    fields = {f.id for f in form_of(pack_id, form_id).fields}
    given = {name: value for name, value in GOOD.items() if name in fields}
    if "category" in fields:
        given |= {"category": "works", "solved": False, "pressure_enough": False}
    if isinstance(given.get("outcome"), dict):
        given["outcome"] = given["outcome"].get(form_id, "已修复")
    return given


def answered(pack_id, form_id, answer):
    """The same with one bad answer, where its set of questions was asked."""
    (name,) = answer
    category = {"category": SETS[name]} if name in SETS else {}
    return good_answers(pack_id, form_id) | category | answer


def test_the_table_names_every_questionnaire_of_every_pack():
    assert sorted(BAD) == ALL


@pytest.mark.parametrize(("pack_id", "form_id"), ALL)
def test_every_choice_and_flag_says_what_its_answers_mean(pack_id, form_id):
    worse, undone = BAD[pack_id, form_id]
    told = {name for answer in [*worse, *undone] for name in answer} | NEUTRAL
    fields = form_of(pack_id, form_id).fields
    asked = {f.id for f in fields if f.type in ("choice", "choices", "flag", "tick")}
    assert asked <= told


@pytest.mark.parametrize(("pack_id", "form_id"), ALL)
def test_a_good_answer_is_good_and_nothing_else(pack_id, form_id):
    asked, given = form_of(pack_id, form_id).callback, good_answers(pack_id, form_id)
    assert holds(asked.reached, given)
    assert holds(asked.satisfied, given)
    assert not is_bad(asked, given)


@pytest.mark.parametrize(
    ("pack_id", "form_id", "answer", "undone"),
    [
        (pack_id, form_id, answer, answer in undone)
        for (pack_id, form_id), (worse, undone) in BAD.items()
        for answer in [*worse, *(a for a in undone if a not in worse)]
    ],
)
def test_a_bad_answer_is_bad_even_where_everything_else_is_good(pack_id, form_id, answer, undone):
    asked, given = form_of(pack_id, form_id).callback, answered(pack_id, form_id, answer)
    assert holds(asked.reached, given)
    assert is_bad(asked, given)
    assert is_undone(asked, given) == undone


def lodged(firm, pack_id, form_id):
    """A case of a process that has the questionnaire."""
    pack, form = PACKS[pack_id].pack, form_of(pack_id, form_id)
    service = next(s for s, e in pack.services.items() if e.process in form.processes)
    request = Request(
        service=service, channel="phone", narrative="示例", token=f"q-{form_id}",
        contact_phone="13800000001",
    )  # fmt: skip
    moment = at("2026-03-09 09:00")
    return lodge(company=firm.again(), request=request, at=moment, now=moment, by=None)


@pytest.mark.parametrize("pack_id", sorted({pack_id for pack_id, _form in BAD}))
def test_every_bad_answer_of_a_case_wants_it_back(db, pack_id):
    """Of every questionnaire of the pack, each bad answer by itself."""
    firm = house(pack_id)
    by, moment = firm.top, at("2026-03-09 15:00")
    for (pack, form_id), (worse, undone) in BAD.items():
        form = form_of(pack, form_id)
        if pack != pack_id or form.duty:
            continue
        case = lodged(firm, pack_id, form_id)
        for n, answer in enumerate([*worse, *undone]):
            data = answered(pack_id, form_id, answer)
            evidence = Evidence.objects.create(
                id=uuid4(), docket=case.docket, form=form_id, digest="d", data=data,
                filled_by=by, at=moment, filled_at=moment, token=f"{form_id}-{n}",
            )  # fmt: skip
            take_in(case=case, evidence=evidence, asked=form.callback, by=by, now=moment)
            bad = BadAnswer.objects.get(evidence=evidence)
            assert bad.rating.satisfied is False
            assert bad.rating.solved is (answer not in undone)


def test_a_promise_of_the_company_that_surveys_departments_is_no_callback_of_a_case(db):
    """S2.2 2 asks customers about departments, by number; nobody is called about his case."""
    pack = PACKS["gas-callcentre"].pack
    regulation = Regulation(pack, compiled(pack, digest="x", notices=shipped_notices()))
    rules = callback_rules(regulation)
    assert "tracked-until-satisfied" in rules
    assert not {"departments-surveyed", "customers-contacted", "finding-passed-on"} & set(rules)
