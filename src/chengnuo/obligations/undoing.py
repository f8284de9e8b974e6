"""Taking back what was just told by mistake: the event and its undoing both stay in the ledger."""

from __future__ import annotations

from datetime import datetime

from chengnuo.ledger.models import Entry
from chengnuo.obligations.entries import moment_out
from chengnuo.obligations.models import Docket, Obligation
from chengnuo.obligations.persistence import save
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.unit_of_work import UnitOfWork
from chengnuo.people.models import Staff
from chengnuo.rules.state import Event
from chengnuo.rules.undoing import Undoing, undo


def take_back(
    *, docket: Docket, entry: Entry, told_as: str, undone: str, actor: Staff, now: datetime
) -> UnitOfWork:
    """Undo the event of an entry, the last that happened to a locked docket; what moved with it
    lies where it lay. Needs a transaction. Raises NotToBeUndone.

    `undone` is the name under which it is recorded, with the number of the entry it undoes.
    """
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    rows = list(docket.obligations.order_by("start_at", "pk"))
    work = UnitOfWork(docket, rows, regulation, now, actor, told_as)
    told = [(d["decision"], d.get("key", "")) for d in entry.data.get("decided", ())]
    undoing = Undoing(entry.kind, _before(entry, undone), told)
    decisions = undo(regulation.book, work.state, undoing, at=now)
    if "from" in entry.data:
        docket.handling_unit_id = entry.data["from"]
        _move_back(work, entry.at)
    work.take(Event(name=undone, at=now), decisions, {"undoes": entry.seq})
    save(work)
    return work


def _before(entry: Entry, undone: str) -> datetime | None:
    """When the same had happened to this docket before, and was not taken back."""
    earlier = Entry.objects.filter(subject=entry.subject, seq__lt=entry.seq)
    # What was itself taken back did not happen, and must not become the last time again.
    back = {e.data.get("undoes") for e in earlier.filter(kind=undone)}
    told = earlier.filter(kind=entry.kind).order_by("-seq")
    return max((e.at for e in told if e.seq not in back), default=None)


def _move_back(work: UnitOfWork, at: datetime) -> None:
    """No stay is recorded of the moment in between: nobody answers for it but who had it before."""
    for row in work.rows:
        if row.held_before and row.held_before[-1]["until"] == moment_out(at):
            *earlier, last = row.held_before
            _lay_back(row, earlier, last["unit"], last["role"])
            work.changed[row.key] = row


def _lay_back(row: Obligation, earlier: list[dict[str, object]], unit: int, role: str) -> None:
    row.held_before, row.unit_id, row.role = earlier, unit, role
