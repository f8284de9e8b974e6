"""Cases that belong together: linked, merged, and taken apart again.

A merged case follows its main one and owes nothing more: its running promises end without a
verdict, because the main case owes the same, no later (this is checked). What was broken stays
broken, and stays where it broke. Undo merge is no pause: promises run on from where
they would be. See docs/explanation/decisions/0008-merging.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from chengnuo.cases.casework.steps import check_step
from chengnuo.cases.models import Attachment, Case, CaseLink, LinkKind
from chengnuo.cases.unit_of_work import happen_to, owing, refused, regulation_of, tell
from chengnuo.customers.telephones import key_of
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.models import Obligation
from chengnuo.obligations.services import Refusal, RefusedByRule, locked
from chengnuo.people.models import Staff
from chengnuo.rules.state import Event
from chengnuo.rules.words import Text

LINKING = Text("关联工单", "Linking cases")
MERGING = Text("合并工单", "Merging cases")
SEPARATING = Text("撤销合并", "Undo merge")
NOT_ITSELF = Text(
    "不能选择本工单，请填写另一张工单的编号",
    "This is the same case. Enter the number of another case.",
)
ANOTHER_COMPANY = Text(
    "两张工单不属于同一公司，请核对编号",
    "The two cases belong to different companies. Check the number.",
)
KNOWN_TO_FEWER = Text(
    "其中一张工单限制知悉，不能与其他工单关联或合并，请分别办理",
    "One of the cases is restricted. Handle them separately.",
)
HIDDEN_COMPLAINANT = Text(
    "其中一张工单为保密工单，关联或合并会泄露诉求人，请分别办理",
    "One of the cases is confidential. Linking would reveal the requester; handle them separately.",
)
LINKED_ALREADY = Text(
    "两张工单已经关联或合并，无需再办",
    "The two cases are already linked or merged.",
)
NOT_LINKED = Text("两张工单没有关联，请核对编号", "The two cases are not linked. Check the number.")
NOT_MERGED = Text(
    "本工单没有并入其他工单，请刷新页面", "This case is not merged into another. Refresh the page."
)
MERGED_CLOSED = Text(
    "本工单已办结，没有可合并的承诺；请改为关联",
    "This case is closed and has nothing to merge. Link it instead.",
)
INTO_CLOSED = Text(
    "对方工单已办结，并入后将无人兑现承诺；请先重新打开对方工单，或改为关联",
    "The other case is closed, so no one would keep the promises. Reopen it first, or link "
    "instead.",
)
IN_A_CIRCLE = Text(
    "对方工单是并入本工单的；如有误，请先撤销合并",
    "The other case is merged into this one. If that is wrong, undo the merge first.",
)


@transaction.atomic
def link(*, case: Case, other: Case, by: Staff | None, now: datetime, reason: str = "") -> CaseLink:
    """Two cases have to do with one another; each goes its own way. Raises RefusedByRule."""
    check_step(case=case, step="link", by=by, now=now)
    case, other = _locked(case, other)
    _check_together(LINKING, case, other)
    if between(case, other).exists():
        raise refused(LINKING, LINKED_ALREADY)
    made = CaseLink.objects.create(
        case=case, other=other, kind=LinkKind.RELATED, linked_by=by, linked_at=now
    )
    _note("case.linked", ((case, other), (other, case)), by, now, reason)
    return made


@transaction.atomic
def unlink(*, case: Case, other: Case, by: Staff | None, now: datetime, reason: str) -> None:
    """The two have nothing to do with one another. A merging is taken back by `separate`.

    Raises RefusedByRule.
    """
    check_step(case=case, step="link", by=by, now=now)
    case, other = _locked(case, other)
    removed, _ = between(case, other).filter(kind=LinkKind.RELATED).delete()
    if not removed:
        raise refused(LINKING, NOT_LINKED)
    _note("case.unlinked", ((case, other), (other, case)), by, now, reason)


@transaction.atomic
def merge(
    *,
    case: Case,
    into: Case,
    by: Staff | None,
    now: datetime,
    reason: str,
    version: int | None = None,
) -> Case:
    """The same matter was taken in twice: `case` follows `into`, which answers every caller.

    Raises RefusedByRule where a promise to this caller would be lost or come later by it, and
    SomebodyWasFaster.
    """
    check_step(case=case, step="link", by=by, now=now)
    case, into = _locked(case, into, version=version)
    _check_together(MERGING, case, into)
    _check_order(case, into)
    _check_promises(case, into)
    happen_to(
        case,
        [Event(name="case.merged", at=now)],
        by=by,
        now=now,
        note={"case": into.number, "why": reason},
    )
    case.merged_into = into
    case.save(update_fields=["merged_into"])
    between(case, into).delete()
    CaseLink.objects.create(
        case=case, other=into, kind=LinkKind.DUPLICATE, linked_by=by, linked_at=now
    )
    _note("case.took_in", [(into, case)], by, now, reason)
    said = Text(
        f"{case.number}已并入{into.number}，请一并答复来电人",
        f"{case.number} was merged into {into.number}. Reply to its caller too.",
    )
    # It points to the merged case: there is what this caller says.
    tell(case, people=owing(into, at=now), kind="merged", text=said, by=by, now=now)
    return case


@transaction.atomic
def separate(*, case: Case, by: Staff | None, now: datetime, reason: str) -> Case:
    """A merging was wrong: the case is open again, its promises as if nothing had happened.

    What fell due meanwhile is broken at its own moment. Raises RefusedByRule.
    """
    check_step(case=case, step="link", by=by, now=now)
    if case.merged_into is None:
        raise refused(SEPARATING, NOT_MERGED)
    case, into = _locked(case, case.merged_into)
    # Read again under the lock: somebody may have merged it elsewhere in between.
    if case.merged_into_id != into.pk:
        raise refused(SEPARATING, NOT_MERGED)
    happen_to(
        case,
        [Event(name="case.separated", at=now)],
        by=by,
        now=now,
        note={"case": into.number, "why": reason},
    )
    case.merged_into = None
    case.save(update_fields=["merged_into"])
    between(case, into).delete()
    _note("case.gave_back", [(into, case)], by, now, reason)
    return case


# -- what belongs together -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asker:
    """Somebody who waits for an answer, and the case by which he asked."""

    case: Case
    name: str
    phone: str


def between(case: Case, other: Case) -> QuerySet[CaseLink]:
    """The link of two cases, whichever was named first."""
    return CaseLink.objects.filter(Q(case=case, other=other) | Q(case=other, other=case))


def links_of(case: Case) -> list[CaseLink]:
    """What a case is linked with; mergings are apart."""
    rows = CaseLink.objects.filter(Q(case=case) | Q(other=case), kind=LinkKind.RELATED)
    return list(rows.select_related("case", "other", "linked_by").order_by("linked_at", "pk"))


def mains_of(case: Case) -> list[Case]:
    """What a case was merged into, and that in turn; the last one answers for all."""
    found: list[Case] = []
    # Circles are refused; one that came by a repair by hand must not hang a page.
    while case.merged_into is not None and case.merged_into not in found:
        case = case.merged_into
        found.append(case)
    return found


def merged_into(case: Case) -> list[Case]:
    """Every case that follows this one, through however many mergings."""
    found: list[Case] = []
    layer = [case]
    while layer:
        rows = Case.objects.filter(merged_into__in=layer).order_by("lodged_at", "pk")
        layer = [c for c in rows if c not in found and c != case]
        found += layer
    return found


def callers_of(case: Case) -> list[Asker]:
    """Everybody who asked for the matter, each telephone number once."""
    found: dict[str, Asker] = {}
    for one in [case, *merged_into(case)]:
        # Two spellings of one number are one caller; who left none is a caller of his own.
        key = key_of(one.contact_phone) or one.contact_phone or f"{one.pk}"
        if one.contact_phone or one.contact_name:
            found.setdefault(key, Asker(one, one.contact_name, one.contact_phone))
    return list(found.values())


def attachments_of(case: Case) -> list[Attachment]:
    """The papers of a case and of those merged into it."""
    cases = [case, *merged_into(case)]
    return list(Attachment.objects.filter(case__in=cases).select_related("case").order_by("pk"))


# -- checks ----------------------------------------------------------------------------------------


def _locked(case: Case, other: Case, *, version: int | None = None) -> tuple[Case, Case]:
    """Both as they are now, locked in one order: two mergings at once wait for each other."""
    for docket in sorted((case.docket_id, other.docket_id)):
        wanted = version if docket == case.docket_id else None
        locked(docket_id=docket, expected_version=wanted)
    rows = Case.objects.select_related("docket", "merged_into").in_bulk([case.pk, other.pk])
    return rows[case.pk], rows[other.pk]


def _check_together(what: Text, case: Case, other: Case) -> None:
    if case.pk == other.pk:
        raise refused(what, NOT_ITSELF)
    if case.organisation_id != other.organisation_id:
        raise refused(what, ANOTHER_COMPANY)
    if case.restricted != other.restricted:
        raise refused(what, KNOWN_TO_FEWER)
    if case.confidential != other.confidential:
        raise refused(what, HIDDEN_COMPLAINANT)


def _check_order(case: Case, into: Case) -> None:
    """Both are open, and no chain of mergings comes back to where it began."""
    if case in mains_of(into):
        raise refused(MERGING, IN_A_CIRCLE)
    if into.merged_into is not None:
        number = mains_of(into)[-1].number
        raise refused(
            MERGING,
            Text(
                f"{into.number}已并入{number}；请并入{number}",
                f"{into.number} is merged into {number}. Merge into {number}.",
            ),
        )
    if case.docket.closed_at is not None:
        raise refused(MERGING, MERGED_CLOSED)
    if into.docket.closed_at is not None:
        raise refused(MERGING, INTO_CLOSED)


def _check_promises(case: Case, into: Case) -> None:
    """Whoever asked here is not worse off: the main case owes the same no later, or has kept it."""
    theirs = list(into.docket.obligations.filter(voided_at__isnull=True))
    lost = [mine for mine in _running(case) if not _covered(mine, theirs)]
    if lost:
        raise RefusedByRule(list(_refusals(case, into, lost)))


def _running(case: Case) -> list[Obligation]:
    return [row for row in case.docket.obligations.order_by("due_at", "pk") if row.is_running]


def _covered(mine: Obligation, theirs: Iterable[Obligation]) -> bool:
    same = [row for row in theirs if row.rule == mine.rule]
    # What is kept there need not be kept for this caller again; what has no moment cannot come
    # later.
    if any(row.kept_at is not None for row in same) or (same and mine.due_at is None):
        return True
    return any(
        row.due_at is not None and mine.due_at is not None and row.due_at <= mine.due_at
        for row in same
    )


def _refusals(case: Case, into: Case, lost: Iterable[Obligation]) -> Iterator[Refusal]:
    book = regulation_of(case).book
    for row in lost:
        rule = book.rules.get(row.rule)
        title = rule.title if rule else MERGING
        missing = Text(
            f"{into.number}没有同一承诺，或到期更晚，本工单来电人的权益会受损；"
            "请把较晚的工单并入较早的，或改为关联",
            f"{into.number} does not hold this promise, or holds it later. The caller of this case "
            "would be worse off. Merge the later case into the earlier one, or link the two.",
        )
        yield Refusal(row.rule, title, rule.cite() if rule else Text("", ""), missing)


def _note(
    kind: str,
    pairs: Iterable[tuple[Case, Case]],
    by: Staff | None,
    now: datetime,
    reason: str,
) -> None:
    """One entry for each side: which other case, and why."""
    pairs = list(pairs)
    facts = [
        Fact(
            kind=kind,
            at=now,
            actor_id=by.pk if by else None,
            subject=one.docket_id,
            data={"case": other.number, "why": reason},
        )
        for one, other in pairs
    ]
    record(organisation_id=pairs[0][0].organisation_id, facts=facts, now=now)
