"""Every rule that carries an obligation has its three rows: kept, cheated in vain, broken.

The rows of a pack stand in its own test file and in `rows/`. A new rule without its rows is named.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.packs import (
    test_gas_appliance_rules,
    test_gas_callcentre_rules,
    test_gas_company_rules,
    test_power_rules,
    test_water_company_rules,
)
from tests.packs.played import Row, outcome
from tests.packs.rows import (
    by_hand,
    gas_appliance,
    gas_appliance_visits,
    gas_callcentre,
    gas_company,
    gas_company_rounds,
    power_grid,
    power_subsidiary,
    water_company,
)
from tests.packs.shipped import shipped
from tests.packs.three_rows import BREAKS, CHEATS, PARTS, lacking

OF_THE_GROUP = tuple(row for pack, row in test_power_rules.ROWS if pack == "power-grid")
OF_A_SUBSIDIARY = tuple(row for pack, row in test_power_rules.ROWS if pack == "power-subsidiary")
MORE = {
    "gas-appliance": gas_appliance.ROWS + gas_appliance_visits.ROWS,
    "gas-callcentre": gas_callcentre.ROWS + by_hand.GAS_CALLCENTRE,
    "gas-company": gas_company.ROWS + gas_company_rounds.ROWS + by_hand.GAS_COMPANY,
    "water-company": water_company.ROWS + by_hand.WATER_COMPANY,
    "power-grid": power_grid.ROWS + by_hand.POWER_GRID,
    "power-subsidiary": power_subsidiary.ROWS,
}
# A subsidiary takes over the rules of the group as they are, and their rows with them.
GROUP = OF_THE_GROUP + MORE["power-grid"]
SHOWN: Mapping[str, tuple[Row, ...]] = {
    "gas-appliance": test_gas_appliance_rules.ROWS + MORE["gas-appliance"],
    "gas-callcentre": test_gas_callcentre_rules.ROWS + MORE["gas-callcentre"],
    "gas-company": test_gas_company_rules.ROWS + MORE["gas-company"],
    "water-company": test_water_company_rules.ROWS + MORE["water-company"],
    "power-grid": GROUP,
    "power-subsidiary": OF_A_SUBSIDIARY + MORE["power-subsidiary"] + GROUP,
}
EVERY = [(pack, row) for pack, rows in MORE.items() for row in rows]


@pytest.mark.parametrize(("pack", "row"), EVERY, ids=lambda v: str(v))
def test_what_becomes_of_it(pack: str, row: Row) -> None:
    assert outcome(shipped(pack), row) == row.outcome


# What no row shows yet, by pack: it may only become less. The pushes of the water company are the
# handing over at intake, which the product does by itself.
OPEN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "gas-callcentre": {
        "representative-guided": (CHEATS,),
        "post-taken-up": PARTS,
    },
    "gas-company": {"indoor-pipeline-installed": (CHEATS,)},
    "water-company": {
        "first-asked": (CHEATS, BREAKS),
        "pushed-to-department": (CHEATS, BREAKS),
        "enquiry-pushed": PARTS,
        "repair-pushed": (CHEATS, BREAKS),
    },
}


@pytest.mark.parametrize("pack", SHOWN)
def test_every_rule_has_its_three_rows(pack: str) -> None:
    assert lacking(shipped(pack), SHOWN[pack]) == OPEN.get(pack, {})
