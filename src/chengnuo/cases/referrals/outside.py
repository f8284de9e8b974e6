"""Matters from outside: 12345, the mayor's mailbox, superiors, media, posts.

A matter is known by who sent it and the sender's number: told twice, it is one case. The sender's
own limit runs beside ours as the fact `outside_due_at`, where the pack knows that fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction

from chengnuo.cases.casework.services import hand_over
from chengnuo.cases.intake.lodging import LONGEST as OF_A_REQUEST
from chengnuo.cases.intake.lodging import Request, already_lodged, check_lengths, lodge
from chengnuo.cases.models import Attachment, Case, Copy
from chengnuo.cases.sources import source_key
from chengnuo.cases.unit_of_work import find
from chengnuo.ledger.services import Fact, OutgoingMessage, post, record
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.services import locked
from chengnuo.packs.outside import outside_of, senders_of
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import roster_of
from chengnuo.rules.refusing import Refused, keep_within
from chengnuo.rules.rulebook import Rulebook
from chengnuo.rules.words import Text
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.services import submit

# A matter whose sender gave no number: it is kept under a mark of its own, never shown as one.
NO_NUMBER = "#"
LONGEST = {"number": 100, "sender_name": 100, **OF_A_REQUEST}
NOT_TAKEN = (Refused, DataError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A file that came with a matter; its content lies in the file store under its hash."""

    sha256: str
    name: str
    type: str
    size: int
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What somebody outside sent: the request, its papers, and to whom it goes."""

    sender: str
    number: str
    received_at: datetime
    request: Request
    sender_name: str = ""
    scans: Sequence[Scan] = ()
    copies: Sequence[Staff] = ()
    unit: Organisation | None = None
    # How the sender wrote what goes back to it: `received` and `due`.
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registered:
    """The case of a matter, and whether this registration made it."""

    case: Case
    is_new: bool


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A matter of a batch that was refused, and why, in both languages."""

    number: str
    why: Text


@dataclass(slots=True)
class Batch:
    """What became of the matters of a batch."""

    taken: list[Case] = field(default_factory=list)
    known: int = 0
    refused: list[NotTaken] = field(default_factory=list)


def as_request(*, matter: Matter, pack: Pack) -> Request:
    """The request that a matter is: its source, and the facts that the pack knows of it."""
    due = matter.request.outside_due_at
    told: dict[str, Any] = {"sender": matter.sender, "outside_due_at": due}
    facts = {n: v for n, v in told.items() if n in pack.facts and v is not None}
    # Made of the token: what is sent twice has the same mark, two matters never have.
    number = matter.number or f"{NO_NUMBER}{matter.request.token[:60]}"
    return replace(
        matter.request,
        source=matter.sender,
        source_ref=number,
        sender_words=dict(matter.words),
        facts={**facts, **matter.request.facts},
    )


def known_matter(*, company: Organisation, sender: str, number: str) -> Case | None:
    """The case that this number of this sender is already."""
    if not number:
        return None
    rows = Case.objects.filter(organisation=company, source=sender, source_key=source_key(number))
    return rows.select_related("docket", "organisation").first()


def register(
    *, company: Organisation, pack: Pack, matter: Matter, by: Staff, now: datetime
) -> Registered:
    """Take in a matter with its papers: the case, its copies, its scans, the unit that works on it.

    All of it or nothing. Raises Refused at what is too long, UnableToLodge, NoRegulation,
    RefusedByRule, UnableToReckon.
    """
    keep_within(LONGEST, number=matter.number)
    check_lengths(matter.request)
    request = as_request(matter=matter, pack=pack)
    known = already_lodged(company=company, request=request)
    if known is not None:
        return Registered(known, is_new=False)
    with transaction.atomic():
        case = lodge(company=company, request=request, at=matter.received_at, now=now, by=by)
        # Somebody may have taken it in between the look above and the lock: their papers are not
        # doubled.
        if _was_faster(case, request):
            return Registered(case, is_new=False)
        return Registered(_with_papers(case, matter, pack, by, now), is_new=True)


def _was_faster(case: Case, request: Request) -> bool:
    papers = case.attachments.exists() or case.copies.exists()
    return case.token != request.token or papers or "case.handed_over" in case.docket.seen


def _with_papers(case: Case, matter: Matter, pack: Pack, by: Staff, now: datetime) -> Case:
    attach(case=case, scans=matter.scans, by=by, now=now)
    send_copies(case=case, to=matter.copies, by=by, now=now)
    _fill_scan_form(case, matter, pack, by, now)
    if matter.unit is not None:
        hand_over(case=case, to=matter.unit, by=by, now=now)
    return find(case_id=case.pk)


def register_all(
    *, company: Organisation, pack: Pack, matters: Sequence[Matter], by: Staff, now: datetime
) -> Batch:
    """Take in the matters of a sheet; one that is refused does not hold up the others."""
    batch = Batch()
    with transaction.atomic():
        for matter in matters:
            try:
                # A savepoint for each: what one refused matter wrote goes, what the others wrote
                # stays.
                with transaction.atomic():
                    done = register(company=company, pack=pack, matter=matter, by=by, now=now)
            except NOT_TAKEN as error:
                batch.refused.append(NotTaken(matter.number, _why(error)))
                continue
            if done.is_new:
                batch.taken.append(done.case)
            else:
                batch.known += 1
    return batch


def _why(error: Exception) -> Text:
    """Why a matter was not taken in, as its reader can mend it."""
    if isinstance(error, Refused):
        return error.text
    return Text(
        "内容过长或含有数据库不接受的字符，请更正后重新导入",
        "A value is too long or has characters the database does not accept. Correct it.",
    )


# -- papers and copies -----------------------------------------------------------------------------


@transaction.atomic
def attach(*, case: Case, scans: Sequence[Scan], by: Staff | None, now: datetime) -> None:
    """Keep files with a case; a file that is there already is not kept twice."""
    locked(docket_id=case.docket_id, expected_version=None)
    # Read under the lock: two who attach the same scan would both find it missing.
    held = set(case.attachments.values_list("sha256", flat=True))
    fresh = {scan.sha256: scan for scan in scans if scan.sha256 not in held}
    if not fresh:
        return
    Attachment.objects.bulk_create(
        Attachment(
            case=case, sha256=scan.sha256, name=scan.name[:200], type=scan.type, size=scan.size,
            added_by=by, added_at=now,
        )
        for scan in fresh.values()
    )  # fmt: skip
    files = [{"name": scan.name, "sha256": scan.sha256} for scan in fresh.values()]
    _note(case, "case.attached", by, now, files=files)


@transaction.atomic
def send_copies(*, case: Case, to: Sequence[Staff], by: Staff | None, now: datetime) -> None:
    """Send a copy (抄送): each gets a message, once. Of a restricted matter nobody gets one."""
    locked(docket_id=case.docket_id, expected_version=None)
    held = set(case.copies.values_list("staff_id", flat=True))
    fresh = {p.pk: p for p in to if p.pk not in held and not case.restricted}
    if not fresh:
        return
    Copy.objects.bulk_create(
        Copy(case=case, staff=person, sent_by=by, sent_at=now) for person in fresh.values()
    )
    _note(case, "case.copied", by, now, to=[person.name for person in fresh.values()])
    zh = f"抄送：{case.number}"
    en = f"Copy to you: {case.number}"
    messages = [
        OutgoingMessage(
            key=f"copy:{case.pk}:{person}",
            channel="desk",
            recipient=str(person),
            payload={"kind": "copied", "zh": zh, "en": en, "docket": str(case.docket_id)},
            not_before=now,
        )
        for person in fresh
    ]
    post(organisation_id=case.organisation_id, messages=messages, now=now)


@transaction.atomic
def see_copy(*, case: Case, by: Staff, now: datetime) -> bool:
    """The one who got a copy opened the case; True the first time."""
    fresh = Copy.objects.filter(case=case, staff=by, seen_at__isnull=True).update(seen_at=now)
    if fresh:
        _note(case, "case.copy_seen", by, now)
    return bool(fresh)


def _note(case: Case, kind: str, by: Staff | None, now: datetime, **data: Any) -> None:
    fact = Fact(
        kind=kind, at=now, actor_id=by.pk if by else None, subject=case.docket_id, data=data
    )
    record(organisation_id=case.organisation_id, facts=[fact], now=now)


@dataclass(frozen=True, slots=True)
class Suggested:
    """Somebody who should get a copy: by which role."""

    staff: Staff
    role: str


def suggested_copies(*, company: Organisation, pack: Pack, at: datetime) -> list[Suggested]:
    """Who gets a copy by the pack's clause: whoever holds the roles that it names."""
    known = outside_of(pack.id)
    roster = roster_of(company=company)
    held: dict[int, str] = {}
    for role in known.copies.roles if known else ():
        for seat in roster.seats.values():
            if seat.role == role and roster.is_inside(seat.unit):
                held.update((person, role) for person in seat.holders(at) if person not in held)
    people = Staff.objects.in_bulk(held)
    return [Suggested(people[pk], role) for pk, role in held.items() if pk in people]


def _fill_scan_form(case: Case, matter: Matter, pack: Pack, by: Staff, now: datetime) -> None:
    """What was just told is not told again: the pack's form about the scan is filled from it.

    Where something for it is missing, or somebody else has to fill it, it stays to be filled.
    """
    known = outside_of(pack.id)
    scan = known.scan if known else None
    form = pack.forms.get(scan.form) if scan else None
    if scan is None or form is None or not matter.scans or not matter.copies:
        return
    told = {
        "received_on": _zoned(pack, case, matter.received_at).date().isoformat(),
        "sender": matter.sender,
        "sender_name": matter.sender_name or senders_of(pack)[matter.sender].zh,
        "scan": matter.scans[0].value,
        "copied": "true",
        "copies": "、".join(person.name for person in matter.copies),
        "sent_at": now.isoformat(),
    }
    files = {name: told[what] for name, what in scan.fields.items() if what == "scan"}
    values = {name: told[what] for name, what in scan.fields.items() if what != "scan"}
    try:
        with transaction.atomic():
            submit(
                form=scan.form, docket=case.docket_id, by=by, at=now, values=values, files=files,
                via=Via.PRODUCT, token=f"scan-{case.pk}",
            )  # fmt: skip
    except (Refused, IntegrityError):
        return


def _zoned(pack: Pack, case: Case, at: datetime) -> datetime:
    return _book(case).calendar.local(at)


def _book(case: Case) -> Rulebook:
    return regulation_for(digest=case.docket.release_id, company=case.organisation).book
