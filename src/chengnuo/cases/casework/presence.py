"""Who has a case or one of its forms open just now: a hint between colleagues, no evidence, so
nothing of it stands in the ledger. A page says so every few seconds; who falls silent has gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from chengnuo.cases.models import Case, Presence
from chengnuo.people.models import Staff

YOUNG = timedelta(seconds=20)
# A page speaks every five seconds, but not every word is worth a write.
WRITTEN_EVERY = timedelta(seconds=8)


def arrive(*, case: Case, staff: Staff, form: str, now: datetime) -> None:
    """This person has the case open, or the form with this id (of at most 60 characters)."""
    form = form[:60]
    lately = Presence.objects.filter(
        case=case, staff=staff, form=form, seen_at__gt=now - WRITTEN_EVERY
    )
    if not lately.exists():
        Presence.objects.update_or_create(
            case=case, staff=staff, defaults={"form": form, "seen_at": now}
        )


def leave(*, case: Case, staff: Staff) -> None:
    Presence.objects.filter(case=case, staff=staff).delete()


def others(*, case: Case, than: Staff, now: datetime) -> list[Presence]:
    """Everybody else who has the case open, by badge."""
    rows = Presence.objects.filter(case=case, seen_at__gt=now - YOUNG).exclude(staff=than)
    return list(rows.select_related("staff").order_by("staff__badge"))


def forget(*, before: datetime) -> int:
    """Who had which case open, when it says nothing any more."""
    return Presence.objects.filter(seen_at__lt=before).delete()[0]
