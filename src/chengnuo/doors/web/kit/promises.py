"""One promise as a page shows it: where it stands, until when, by which clause, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.words import listed, say
from chengnuo.obligations.models import Average, Obligation
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs import references
from chengnuo.rules.expiry import breakable
from chengnuo.rules.rulebook import AnyRule, Within
from chengnuo.rules.words import Text

UNKNOWN = Text("", "")


@dataclass(frozen=True, slots=True)
class Undecided:
    """What the decision of a pause will say: broken at one moment or at the other, or not at all.

    `until`: when the promise was kept or void, or now.
    """

    rejected: datetime
    approved: datetime
    until: datetime

    @property
    def late_either_way(self) -> bool:
        return self.approved < self.until


@dataclass(frozen=True, kw_only=True)
class PromiseView:
    """A promise ready for a template."""

    row: Obligation
    rule: AnyRule | None
    title: Text
    place: str
    clause: Text
    consequence: Text | None
    owner: Text
    digest: str
    stands: str
    warn_at: datetime | None
    now: datetime

    @property
    def id(self) -> str:
        return str(self.row.pk)

    @property
    def act_by(self) -> datetime | None:
        """What to count down to."""
        return self.row.act_by or self.row.due_at

    @property
    def owed_by(self) -> str:
        """The unit, and the role in it where that is not the unit itself."""
        unit, role = say(self.row.unit), say(self.owner)
        return f"{unit} · {role}" if role and role != unit else unit

    @property
    def governed(self) -> bool:
        """Another rule asks for it earlier than its own due moment."""
        row = self.row
        return bool(row.act_by and row.due_at and row.act_by < row.due_at)

    @property
    def countdown(self) -> str:
        return moments.countdown(self.act_by, self.now) if self.act_by else ""

    @property
    def is_overdue(self) -> bool:
        return self.stands == "overdue"

    @property
    def is_running(self) -> bool:
        return self.row.is_running

    @property
    def provisional(self) -> bool:
        return bool(self.row.unpublished)

    @property
    def years(self) -> str:
        return listed(str(y) for y in self.row.unpublished)

    @property
    def sentence(self) -> dict[str, str] | None:
        found: dict[str, str] | None = self.row.proof.get("sentence")
        return found

    @property
    def late_by(self) -> str:
        """How long after the due moment it was kept."""
        row = self.row
        if row.kept_at is None or row.broken_at is None or row.kept_at <= row.broken_at:
            return ""
        return moments.span((row.kept_at - row.broken_at).total_seconds())

    @property
    def took(self) -> str:
        end = self.row.kept_at
        return moments.span((end - self.row.start_at).total_seconds()) if end else ""

    @property
    def standstill(self) -> dict[str, Any] | None:
        """The pause that is open now."""
        last = self.row.standstills[-1] if self.row.standstills else None
        is_open = last is not None and last["end"] is None and last["status"] != "rejected"
        return last if is_open and not self.waits_for_them else None

    @property
    def waits_for_them(self) -> bool:
        """It is the other side's turn: the clock stands until the next step of ours."""
        last = self.row.standstills[-1] if self.row.standstills and self.is_running else None
        return last is not None and last["cap"] is None

    @property
    def late_since(self) -> datetime | None:
        """Since when it is late for certain: broken, or over whichever way its pause is decided."""
        turns = self.turns_on
        over = turns is not None and turns.late_either_way
        return self.row.broken_at or (self.row.due_at if over else None)

    @property
    def turns_on(self) -> Undecided | None:
        """Its verdict waits for the decision of a pause, and one of its moments is over."""
        row = self.row
        asked = [s for s in row.standstills if s["status"] == "requested"] if row.hangs else []
        if not asked or row.due_at is None or row.broken_at is not None:
            return None
        if self.rule is None or not breakable(self.rule):
            return None
        without = asked[0]["due_without"][0]
        rejected = datetime.fromisoformat(without) if without else row.due_at
        until = row.kept_at or row.voided_at or self.now
        return Undecided(rejected, row.due_at, until) if rejected < until else None

    @property
    def word(self) -> str:
        return {
            "overdue": _("Overdue"),
            "soon": _("Due soon"),
            "running": _("In progress"),
            "open": _("No deadline"),
            "kept": _("Kept"),
            "kept_late": _("Kept late"),
            "told_late": _("Kept on time, recorded late"),
            "void": _("Cancelled"),
            "averaged": _("Counts in the average"),
            "missed": _("Average missed"),
        }[self.stands]

    @property
    def icon(self) -> str:
        return {
            "overdue": "alert-triangle",
            "soon": "clock-exclamation",
            "running": "clock",
            "open": "clock",
            "kept": "circle-check",
            "kept_late": "circle-check",
            "told_late": "circle-check",
            "void": "circle-x",
            "averaged": "clock",
            "missed": "alert-triangle",
        }[self.stands]


def shown(row: Obligation, regulation: Regulation, now: datetime) -> PromiseView:
    """A row with everything a page says about it."""
    rule = regulation.book.rules.get(row.rule)
    warn_at = _warn_at(row, rule)
    place = f"{rule.clauses[0].place}" if rule and rule.clauses else ""
    return PromiseView(
        row=row,
        rule=rule,
        title=rule.title if rule else Text(row.rule, row.rule),
        place=place,
        clause=rule.cite() if rule else UNKNOWN,
        consequence=rule.consequence if rule else None,
        owner=role_title(row.role, regulation),
        digest=regulation.book.digest,
        stands=_stands(row, warn_at, now),
        warn_at=warn_at,
        now=now,
    )


def role_title(role: str, regulation: Regulation) -> Text:
    """A role's name; nobody's in particular is nobody's name."""
    if not role:
        return UNKNOWN
    return references.role_title(regulation.pack, "handling_head" if role == "head" else role)


def _stands(row: Obligation, warn_at: datetime | None, now: datetime) -> str:
    if row.average == Average.PART and row.voided_at is None:
        return "averaged"
    if row.average == Average.MEAN:
        return "kept" if row.broken_at is None else "missed"
    if row.kept_at is not None:
        hangs_late = row.hangs and row.due_at is not None and row.due_at < row.kept_at
        if row.broken_at is None:
            return "kept_late" if hangs_late else "kept"
        # Done in time, written down afterwards: the breach stands, and so does the deed's moment.
        told_late = row.due_at is not None and row.kept_at <= row.due_at
        return "told_late" if told_late else "kept_late"
    if row.voided_at is not None:
        return "void"
    until = row.act_by or row.due_at
    if row.broken_at is not None or (until is not None and until < now):
        return "overdue"
    if until is None:
        return "open"
    return "soon" if warn_at is not None and warn_at <= now else "running"


def _warn_at(row: Obligation, rule: AnyRule | None) -> datetime | None:
    """When it turns amber: at the last share of the time at which its owner is warned."""
    until = row.act_by or row.due_at
    if until is None:
        return None
    share = rule.warn[-1] if rule is not None and rule.warn else 0.8
    span = until - row.start_at
    return until - span * (1 - share) if span > timedelta(0) else None


def pausable(rule: AnyRule | None) -> bool:
    return isinstance(rule, Within) and bool(rule.pauses)
