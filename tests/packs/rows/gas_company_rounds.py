# ruff: noqa: E501 (a row is one line, so that it can be read)
"""What a bad result of a round starts in the gas company: followed up, left, followed up in vain."""

from tests.packs.played import Row
from tests.packs.test_gas_company_rules import FOLLOWED

IN_VAIN = {
    "round-hazard-removed": ("2d", "callback-officer", "round-hazard-removal", {"safe": True}),
    "network-hazard-removed": ("2d", "callback-officer", "network-hazard-removal"),
    "supervised-retrained": ("2d", "callback-officer", "supervision-retraining", {"passed": True}),
    "round-problem-solved": ("2d", "callback-officer", "shift-problem-round"),
    "callback-opinion-followed": ("2d", "technician", "callback-round-followed"),
}
ROWS = tuple(
    row
    for _rule, bad, starts, ends in FOLLOWED
    for row in (
        Row(starts, "followed up", "kept", None, (bad, ends)),
        Row(starts, "left: it stays owed", "running", None, (bad, ("30d",))),
        Row(starts, "followed up by whose form it is not", "refused", None, (bad, IN_VAIN[starts])),
    )
)
