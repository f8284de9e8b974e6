"""Samples: drawn from a seed so that anybody draws the same again, and asked about the original."""

from __future__ import annotations

import math
from hashlib import sha256

import pytest

from chengnuo.callbacks.calling import original_of
from chengnuo.callbacks.drawing import draw, draw_samples, drawn_from
from chengnuo.callbacks.models import BadAnswer, Drawn, Rating, Sample
from chengnuo.cases.casework.links import link
from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from chengnuo.packs.callback_shapes import SampleShape
from tests.callbacks.test_calling import ANSWERED, ask
from tests.companies import house
from tests.rules.world import at

MONDAY = "2026-03-09 06:00"


@pytest.fixture
def firm(db):
    return house("water-company")


def closed(firm, token, service="routine-enquiry", to=None):
    """A case of the week before, closed."""
    request = Request(
        service=service, channel="phone", narrative="咨询水价", token=token,
        contact_phone="13800000001",
    )  # fmt: skip
    moment = at("2026-03-03 09:00")
    case = lodge(
        company=firm.again(), request=request, at=moment, now=moment,
        by=firm.people["hotline-agent"],
    )  # fmt: skip
    if to is not None:
        hand_over(case=case, to=firm.units[to], by=None, now=at("2026-03-03 09:10"))
    Case.objects.filter(pk=case.pk).update(closed_at=at("2026-03-03 10:00"))
    return case


def test_a_sample_can_be_drawn_again_from_its_seed():
    plan = SampleShape.model_validate(
        {
            "title": {"zh": "抽样", "en": "Sample"},
            "reading": "r",
            "service": "s",
            "of": ["a"],
            "every": "week",
            "percent": 10,
            "at_least": 2,
        }
    )
    numbers = [f"T-{n:03d}" for n in range(50)]
    drawn = drawn_from(numbers=numbers, seed="2026-11", plan=plan)
    assert len(drawn) == 5
    assert drawn == drawn_from(numbers=list(reversed(numbers)), seed="2026-11", plan=plan)
    assert drawn != drawn_from(numbers=numbers, seed="2026-12", plan=plan)
    assert len(drawn_from(numbers=numbers[:3], seed="x", plan=plan)) == 2, "at least"


def test_a_draw_lodges_a_callback_for_each_case_drawn_once_a_period(firm):
    request = Request(
        service="routine-enquiry", channel="phone", narrative="咨询水价", token="enquiry-1",
        contact_phone="13800000001",
    )  # fmt: skip
    case = lodge(
        company=firm.again(), request=request, at=at("2026-03-03 09:00"),
        now=at("2026-03-03 09:00"), by=firm.people["hotline-agent"],
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(closed_at=at("2026-03-03 10:00"))
    made = [
        draw(
            company=firm.company, plan_id="routine-enquiries", seed="s", now=at("2026-03-09 06:00")
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert made[0] is not None
    assert (made[0].population, made[0].drawn) == (1, [case.number])
    assert Case.objects.filter(service="customer-callback").count() == 1
    drawn = Drawn.objects.get()
    assert (drawn.original, drawn.case.service) == (case, "customer-callback")


def test_a_stranger_draws_the_same_from_what_the_ledger_tells(firm):
    """With nothing of ours: the numbers of the week's cases, the entry, and SHA-256."""
    numbers = sorted(closed(firm, f"e-{n}").number for n in range(25))
    before = set(Entry.objects.values_list("hash", flat=True))
    assert draw_samples(now=at(MONDAY)) == 1
    told = Entry.objects.get(kind="sample.drawn").data
    assert told["of"] == len(numbers)
    assert told["of_sha256"] == sha256("\n".join(numbers).encode()).hexdigest()
    assert told["seed"] in before, "a hash of the ledger, which nobody chooses"
    wanted = max(math.ceil(len(numbers) * told["percent"] / 100), told["at_least"])
    ordered = sorted(numbers, key=lambda n: sha256(f"{told['seed']}:{n}".encode()).hexdigest())
    assert told["drawn"] == sorted(ordered[:wanted])
    assert Sample.objects.get().drawn == told["drawn"]
    assert draw_samples(now=at("2026-03-09 07:00")) == 1, "known, not drawn anew"
    assert Entry.objects.filter(kind="sample.drawn").count() == 1


# -- what a callback of its own asks about ---------------------------------------------------------


@pytest.fixture
def drawn(firm):
    """A callback that was drawn, and its original."""
    original = closed(firm, "original", to="cs-manager")
    draw(company=firm.company, plan_id="routine-enquiries", seed="s", now=at(MONDAY))
    return Drawn.objects.get(original=original)


def test_what_is_said_to_a_drawn_callback_is_said_of_the_original(firm, drawn):
    answers = {**ANSWERED, "satisfied": "false", "solved": "false"}
    ask(drawn.case, answers, firm.people["cs-specialist"], "2026-03-09 10:00",
        form="customer-callback")  # fmt: skip
    bad = BadAnswer.objects.get()
    assert bad.case == drawn.original
    assert bad.before == firm.units["cs-manager"], "the unit that had the original"
    assert bad.decided_at is None, "who accepted the closed original decides"
    assert Rating.objects.get().case == drawn.original


def test_a_case_that_is_called_back_on_itself_has_no_original(firm):
    case, other = closed(firm, "a"), closed(firm, "b")
    link(case=case, other=other, by=None, now=at(MONDAY))
    assert original_of(case=case) is None


def test_a_callback_that_is_lodged_and_linked_asks_about_what_it_is_linked_to(firm):
    original, other = closed(firm, "a"), closed(firm, "b")
    request = Request(
        service="customer-callback", channel="internal", narrative="回访", token="c",
        contact_phone="13800000001",
    )  # fmt: skip
    case = lodge(company=firm.again(), request=request, at=at(MONDAY), now=at(MONDAY), by=None)
    assert original_of(case=case) is None
    link(case=original, other=case, by=None, now=at(MONDAY))
    assert original_of(case=case) == original
    link(case=case, other=other, by=None, now=at(MONDAY))
    assert original_of(case=case) is None, "which of two is not guessed"
