"""Undo, for a moment: who handed a case over or urged it takes that back, as long as nothing else
has happened. The undoing is an entry of its own, and who was told of the one is told of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from chengnuo.cases.events import HAND_OVER_UNDONE, HANDED_OVER
from chengnuo.cases.models import Case
from chengnuo.cases.open_cases import keep
from chengnuo.cases.unit_of_work import carried, refused, tell
from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import last_deed
from chengnuo.ledger.services import DESK, withdraw
from chengnuo.obligations.services import locked
from chengnuo.obligations.undoing import take_back
from chengnuo.people.models import Staff
from chengnuo.rules.undoing import NotToBeUndone
from chengnuo.rules.words import Text

# How long it can be taken back. Long enough to read the notice, too short to begin the work.
WINDOW = timedelta(minutes=2)
URGED, URGING_UNDONE = "case.urged", "case.urging_undone"
UNDONE = {HANDED_OVER: HAND_OVER_UNDONE, URGED: URGING_UNDONE}
# The kind of message that told of it.
TOLD = {HANDED_OVER: "handed_over", URGED: "urged"}

TITLE = Text("撤回", "Undo")
OVER = Text(
    f"已超过{WINDOW.seconds // 60}分钟，不能撤回；请重新移交，或与对方联系",
    f"More than {WINDOW.seconds // 60} minutes have passed. Hand it over again, or call the unit.",
)
MOVED_ON = Text(
    "此后工单已有新的处理，不能撤回；请先查看工单",
    "The case has changed since. Check it first.",
)
UNDERWAY = Text(
    "紧急工单已派出，不能撤回；请电话通知抢修人员",
    "An emergency has already been sent to the crew. Telephone them.",
)
MORE_THAN_THAT = Text(
    "该步骤还改变了其他时限，不能撤回；请重新移交",
    "This step changed other time limits too. Hand it over again instead.",
)


@dataclass(frozen=True, slots=True)
class Undoable:
    """What somebody may take back now: the entry that told of it, and until when."""

    entry: Entry
    until: datetime

    @property
    def is_hand_over(self) -> bool:
        return self.entry.kind == HANDED_OVER


def undoable(*, case: Case, by: Staff, now: datetime) -> Undoable | None:
    """What this person did last with a case, as long as it can be taken back."""
    entry = last_deed(subject=case.docket_id)
    if entry is None or entry.actor_id != by.pk or not _of_those(entry):
        return None
    # From when it was recorded: `at` may be told for an earlier moment.
    until = entry.recorded_at + WINDOW
    under_way = case.emergency and entry.kind == HANDED_OVER
    over = now > until or under_way or case.closed_at is not None
    return None if over else Undoable(entry, until)


def _of_those(entry: Entry) -> bool:
    """A hand-over that was part of another step (a return) is not taken back alone."""
    return entry.kind == URGED or (entry.kind == HANDED_OVER and "from" in entry.data)


def did(*, case: Case, entry: int, by: Staff) -> bool:
    """Whether this person did what an entry of this case tells of, and it is of a kind to undo."""
    return Entry.objects.filter(
        organisation_id=case.organisation_id, subject=case.docket_id, seq=entry,
        actor_id=by.pk, kind__in=UNDONE,
    ).exists()  # fmt: skip


@transaction.atomic
def undo(*, case: Case, entry: int, by: Staff, now: datetime) -> Case:
    """Take back what entry `entry` of the case's chain tells of; by who did it.

    Messages that were not sent yet are withdrawn; who got one gets a correction. Raises
    RefusedByRule once the moment is over, or something has happened since.
    """
    docket = locked(docket_id=case.docket_id, expected_version=None)
    last = last_deed(subject=case.docket_id)
    if last is None or last.seq != entry or last.actor_id != by.pk or not _of_those(last):
        raise refused(TITLE, MOVED_ON)
    # The crew may be on its way: only a call reaches it for certain.
    if case.emergency and last.kind == HANDED_OVER:
        raise refused(TITLE, UNDERWAY)
    if now > last.recorded_at + WINDOW:
        raise refused(TITLE, OVER)
    try:
        writing = take_back(
            docket=docket, entry=last, told_as=case.number, undone=UNDONE[last.kind],
            actor=by, now=now,
        )  # fmt: skip
    except NotToBeUndone:
        raise refused(TITLE, MORE_THAN_THAT) from None
    if last.kind == URGED:
        case.refresh_from_db(fields=["urged"])
        case.urged -= 1
        keep(case, "urged")
    back = carried(case, writing)
    kind = TOLD[last.kind]
    reached = withdraw(
        key_begins=f"{case.docket_id}:{kind}:", channel=DESK, since=last.recorded_at, now=now
    )
    people = {int(one) for one in reached}
    tell(back, people=people, kind=f"{kind}_undone", text=_taken_back(back, last), by=by, now=now)
    return back


def _taken_back(case: Case, entry: Entry) -> Text:
    if entry.kind == URGED:
        return Text(
            f"催办已撤回：{case.number}，请以原时限为准",
            f"Reminder for {case.number} undone: its time limits are as before",
        )
    return Text(
        f"移交已撤回：{case.number}，无需办理",
        f"Hand-over of {case.number} undone: no action needed from you",
    )
