"""`chengnuo suggest train`: it tells what it learnt from, refuses too little, and names what it
wants."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest

from chengnuo.cases.casework.services import say
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import SuggestionModel
from chengnuo.doors.cli import main
from tests.companies import house
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
SAID = {"no-water": "一早起来就断水", "water-quality": "水发黄有沉淀"}


@pytest.fixture
def firm(db):
    return house("water-company")


def closed(firm, number: int) -> None:
    for service, said in SAID.items():
        for index in range(number):
            moment = NOW + timedelta(minutes=index)
            request = Request(
                service=service, channel="phone", narrative=said, token=f"{service}-{index}"
            )
            case = lodge(company=firm.again(), request=request, at=moment, now=moment, by=firm.top)
            say(case=case, what="withdrawn", by=None, now=moment, reason="已解决")


def train(capsys, code="T"):
    result = main(["suggest", "train", "--company", code])
    return result, capsys.readouterr()


def test_it_tells_from_how_many_it_learnt_and_how_well(firm, capsys):
    closed(firm, 20)
    code, told = train(capsys)
    assert code == 0
    assert "learnt from 40 closed cases of 2 services" in told.out
    assert "of 8 kept apart, 100.0% were named first" in told.out
    kept = SuggestionModel.objects.get()
    assert (kept.cases, kept.held_out) == (40, 1.0)


def test_too_little_is_refused_with_the_numbers(firm, capsys):
    closed(firm, 2)
    code, told = train(capsys)
    assert code == 1
    assert "wants 20 closed cases of each of two services or more" in told.err
    assert "no-water 2" in told.err
    assert not SuggestionModel.objects.exists()


def test_an_unknown_company_is_named(firm, capsys):
    code, told = train(capsys, "NOBODY")
    assert code == 1
    assert "no such company; known: T" in told.err


def test_without_the_library_it_says_what_to_install(firm, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, "chengnuo.cases.intake.training", raising=False)
    for name in [n for n in sys.modules if n.split(".")[0] == "sklearn"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    code, told = train(capsys)
    assert code == 1
    assert "pip install 'chengnuo[learn]'" in told.err
