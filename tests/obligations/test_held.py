"""From when somebody answers for a promise: from when his unit got the matter, not before."""

from __future__ import annotations

from datetime import datetime

import pytest

from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.obligations.held import since_it_had_it
from chengnuo.obligations.models import Breach
from tests.companies import house
from tests.obligations.matter import let_pass
from tests.rules.world import at

AGENT, NETWORK, LAB, LEADER = 1, 2, 3, 4
NINE, TEN, ELEVEN, NOON = (at(f"2026-03-09 {hour:02}:00") for hour in (9, 10, 11, 12))


def stay(unit, until=None):
    return {"unit": unit, "role": ""} | ({"until": until.isoformat()} if until else {})


@pytest.mark.parametrize(
    ("held", "lay", "expected"),
    [
        # owed by the network department, which got it at ten: the first hour is the agent's
        (
            [stay(NETWORK)],
            [(NINE, AGENT), (TEN, NETWORK)],
            [stay(AGENT, TEN), stay(NETWORK)],
        ),
        # over two desks
        (
            [stay(NETWORK)],
            [(NINE, AGENT), (TEN, LAB), (ELEVEN, NETWORK)],
            [stay(AGENT, TEN), stay(LAB, ELEVEN), stay(NETWORK)],
        ),
        # it came back later: who had it once answers on
        (
            [stay(NETWORK)],
            [(NINE, NETWORK), (TEN, AGENT), (ELEVEN, NETWORK)],
            [stay(NETWORK)],
        ),
        # it was there before this promise began
        ([stay(NETWORK)], [(at("2026-03-09 08:00"), AGENT), (NINE, NETWORK)], [stay(NETWORK)]),
        # who never gets a matter (a leader who signs) owes from the start
        ([stay(LEADER)], [(NINE, AGENT), (TEN, NETWORK)], [stay(LEADER)]),
        # a duty is older than its docket here: nobody had it before
        ([stay(NETWORK)], [(TEN, NETWORK)], [stay(NETWORK)]),
        # it left the unit's hands before it was ever handed to it
        (
            [stay(NETWORK, TEN), stay(LAB)],
            [(NINE, AGENT), (TEN, LAB), (NOON, NETWORK)],
            [stay(NETWORK, TEN), stay(LAB)],
        ),
    ],
)  # fmt: skip
def test_nobody_answers_for_time_in_which_it_lay_elsewhere(held, lay, expected):
    assert moments(since_it_had_it(held=held, start=NINE, lay=lay)) == moments(expected)


def moments(stays):
    """The stays with their moments comparable, whatever their zone."""
    told = [(s["unit"], s.get("until")) for s in stays]
    return [(unit, until and datetime.fromisoformat(until)) for unit, until in told]


@pytest.mark.django_db
def test_a_department_answers_from_the_hand_over():
    firm = house("gas-company")
    request = Request(
        service="gas-on", channel="phone", narrative="要求通气", token="held-1",
        contact_name="演示客户", contact_phone="13800000003",
    )  # fmt: skip
    agent, technicians = firm.people["agent"], firm.units["technician"]
    case = lodge(company=firm.again(), request=request, at=NINE, now=NINE, by=agent)
    hand_over(case=case, to=technicians, by=agent, now=TEN)
    let_pass("2026-03-20 09:00")
    theirs = Breach.objects.filter(unit=technicians, obligation__start_at=NINE)
    assert theirs, "turning the gas on runs from the request"
    for breach in theirs:
        assert moments(breach.record["held"])[:2] == [
            (agent.organisation_id, TEN),
            (technicians.pk, None),
        ]
