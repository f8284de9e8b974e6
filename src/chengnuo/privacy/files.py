"""The files of what is erased: off the disk, unless something that is kept names the same file.

Files lie under their own hash, so one file may be that of several cases. Which are still named is
looked up once for all that wait, not once for each case.
"""

from __future__ import annotations

from collections.abc import Iterable

from chengnuo.cases.models import Attachment, Case
from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import history
from chengnuo.obligations.models import Evidence
from chengnuo.privacy.models import FileToRemove
from chengnuo.vault.files import named_in, remove

# The entry that names the proof of a pause.
PAUSED = "pause.requested"


def let_go(*, case: Case, evidence: Iterable[Evidence]) -> int:
    """Note the files of a case that is being erased: what came with it, what stands in its forms,
    the proofs of its pauses; how many. Must run in its transaction."""
    named = set(Attachment.objects.filter(case=case).values_list("sha256", flat=True))
    for one in evidence:
        named |= named_in(one.data)
    for entry in history(subject=case.docket_id):
        if entry.kind == PAUSED:
            named |= named_in(entry.data)
    Attachment.objects.filter(case=case).delete()
    rows = [FileToRemove(sha256=digest) for digest in sorted(named)]
    FileToRemove.objects.bulk_create(rows, ignore_conflicts=True)
    return len(named)


def remove_files() -> int:
    """Take the files that wait off the disk, but for those that are named elsewhere; how many."""
    waiting = set(FileToRemove.objects.values_list("sha256", flat=True))
    if not waiting:
        return 0
    gone = waiting - _kept(waiting)
    removed = sum(remove(digest) for digest in sorted(gone))
    FileToRemove.objects.filter(sha256__in=waiting).delete()
    return removed


def _kept(waiting: set[str]) -> set[str]:
    """Which of these something that is not erased names."""
    found = set(Attachment.objects.filter(sha256__in=waiting).values_list("sha256", flat=True))
    told = Evidence.objects.filter(data__icontains="sha256").values_list("data", flat=True)
    for data in told.iterator(chunk_size=1000):
        found |= named_in(data)
    erased = Case.objects.filter(erased_at__isnull=False).values("docket_id")
    paused = Entry.objects.filter(kind=PAUSED, payload__contains="sha256")
    for payload in paused.exclude(subject__in=erased).values_list("payload", flat=True).iterator():
        found |= named_in(payload)
    return found & waiting
