"""闭环: whatever a case goes through, it reaches its end, and there is always a next step.

Seeded random walks over every service of every shipped pack. They check with real steps what the
pack check proves about the diagram. No database.
"""

from datetime import timedelta

import pytest

from chengnuo.packs.forms import belongs
from chengnuo.packs.loader import shipped_packs
from tests.packs.walking import Walk, services, utility

WALKS = 2
EVERY = [(pack, service) for pack in shipped_packs() for service in services(pack)]


@pytest.mark.parametrize(("pack", "service"), EVERY, ids=lambda v: v)
def test_every_walk_through_a_service_reaches_closure(pack, service):
    walks = [Walk(pack, service, seed).go() for seed in range(WALKS)]
    open_still = [str(w) for w in walks if w.state.closed_at is None]
    assert not open_still, "\n".join(open_still)
    lost = [f"{w} (after {w.empty_handed[0]})" for w in walks if w.empty_handed]
    assert not lost, "open, with nothing owed and nothing to fill in:\n" + "\n".join(lost)


@pytest.mark.parametrize(("pack", "service"), EVERY, ids=lambda v: v)
def test_a_case_that_was_reopened_reaches_closure_again(pack, service):
    walk = Walk(pack, service, seed=99).go()
    assert walk.state.closed_at is not None, str(walk)
    broken = {o.key: o.broken_at for o in walk.state.obligations if o.broken_at is not None}
    walk.now += timedelta(minutes=1)
    assert walk.take([("case.reopened", {})]), "a closed case can be reopened"
    assert walk.state.closed_at is None
    walk.go()
    assert walk.state.closed_at is not None, str(walk)
    assert not walk.empty_handed, str(walk)
    after = {o.key: o.broken_at for o in walk.state.obligations}
    assert {key: after[key] for key in broken} == broken, "what was broken stays broken"


@pytest.mark.parametrize("pack", shipped_packs())
def test_every_form_of_a_case_is_filled_on_some_walk(pack):
    shape, _ = utility(pack)
    wanted = {i for i, f in shape.forms.items() if not f.duty}
    found: set[str] = set()
    for seed in range(40):
        for service in services(pack):
            if may_fill(shape, service, wanted - found):
                found |= Walk(pack, service, seed=1000 + seed).go().filled
    assert not wanted - found, f"nobody ever came to fill {sorted(wanted - found)}"


def may_fill(pack, service, missing):
    """Whether a walk through the service may come to one of the forms that are missing."""
    process = pack.services[service].process
    return any(belongs(pack.forms[f], service=service, process=process) for f in missing)
