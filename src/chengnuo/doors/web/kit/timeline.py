"""The ledger of a case in plain words: who did what when, and what followed from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from chengnuo.doors.web.kit import moments
from chengnuo.doors.web.kit.formviews import fact_in_words
from chengnuo.doors.web.kit.words import listed, say
from chengnuo.ledger.kinds import Detail, Telling, declared
from chengnuo.ledger.models import Entry
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.explaining import event_name
from chengnuo.packs.references import BUILT_IN_EVENTS
from chengnuo.people.models import Staff
from chengnuo.rules.expiry import ABOVE
from chengnuo.rules.words import Text

LATER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Effect:
    """What followed: a CSS class with an icon, and the words."""

    kind: str
    icon: str
    words: str


@dataclass(slots=True)
class TimelineEntry:
    """One entry of the ledger."""

    entry: Entry
    title: str
    icon: str
    actor: str
    why: str = ""
    details: list[tuple[str, str]] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)

    @property
    def is_late(self) -> bool:
        """Written down noticeably later than it happened."""
        return self.entry.recorded_at - self.entry.at > LATER

    @property
    def went_wrong(self) -> bool:
        return any(e.kind == "broken" for e in self.effects)


def timeline(
    entries: Sequence[Entry],
    regulation: Regulation,
    people: Mapping[int, Staff],
    *,
    papers: bool = True,
) -> list[TimelineEntry]:
    """Newest first. Without `papers`, what came with the case is not named: it tells who asked."""
    return [_told(e, regulation, people, papers=papers) for e in reversed(entries)]


def _told(
    entry: Entry, regulation: Regulation, people: Mapping[int, Staff], *, papers: bool
) -> TimelineEntry:
    data = entry.data
    actor = people.get(entry.actor_id) if entry.actor_id else None
    kind = declared().kinds.get(entry.kind)
    told = TimelineEntry(
        entry=entry,
        title=title_of(entry, regulation),
        icon=kind.icon if kind is not None else "clipboard-check",
        actor=say(actor) if actor else _("System"),
        why=str(data.get("why") or data.get("proof") or ""),
    )
    for name, value in (data.get("facts") or {}).items():
        shape = regulation.pack.facts.get(name)
        title = say(shape.title) if shape else name
        told.details.append((title, say(fact_in_words(shape, value))))
    for detail in declared().details_of(entry.kind):
        if data.get(detail.key) and (papers or not detail.with_papers):
            told.details.append((say(detail.label), _value(detail, entry, regulation)))
    told.effects = [_effect(d, regulation, entry) for d in data.get("decided") or ()]
    return told


def title_of(entry: Entry, regulation: Regulation) -> str:
    """What happened, by the form that told it, or by the event's own name."""
    form = regulation.pack.forms.get(entry.data.get("form", ""))
    kind = declared().kinds.get(entry.kind)
    if kind is not None and entry.kind not in BUILT_IN_EVENTS:
        return say(kind.title)
    name = say(event_name(regulation.pack, entry.kind))
    if form is not None and say(form.title) != name:
        return f"{name} · {say(form.title)}"
    return name


def _value(detail: Detail, entry: Entry, regulation: Regulation) -> str:
    """What its room says of it, in the reader's language."""
    read = Telling(data=entry.data, pack=regulation.pack, book=regulation.book)
    said = detail.said(entry.data[detail.key], read)
    if isinstance(said, datetime):
        return moments.due(said, entry.recorded_at)
    return say(said) if isinstance(said, str | Text) else listed(said)


def _effect(data: dict[str, Any], regulation: Regulation, entry: Entry) -> Effect:
    rule = regulation.book.rules.get(str(data.get("key", "")).split("#")[0])
    values = {"title": say(rule.title) if rule else data.get("key", "")}
    kind = data["decision"]
    if kind == "started":
        due = _moment(data.get("due"), entry)
        text = _("Started: %(title)s, due %(due)s") if due else _("Started: %(title)s")
        return Effect("started", "player-play", text % {**values, "due": due})
    if kind == "kept":
        text = _("Kept late: %(title)s") if data.get("late") else _("Kept: %(title)s")
        return Effect("late" if data.get("late") else "kept", "check", text % values)
    if kind == "broken":
        values["at"] = _moment(data.get("at"), entry)
        return Effect("broken", "alert-triangle", _("Breached at %(at)s: %(title)s") % values)
    if kind == "warned":
        return Effect("warned", "clock-exclamation", _("Warning: %(title)s is due soon") % values)
    if kind == "escalated":
        values |= {
            # Entries of before call it a rung.
            "level": str(data.get("level", data.get("rung", ""))),
            "to": _level(data.get("to", ""), regulation),
        }
        return Effect(
            "broken", "arrow-up", _("Level %(level)s, reported to %(to)s: %(title)s") % values
        )
    if kind == "moved":
        due = _moment(data.get("due_at"), entry)
        text = (
            _("%(title)s: now due %(due)s (%(why)s)") if due else _("%(title)s: changed (%(why)s)")
        )
        return Effect(
            "moved", "refresh", text % {**values, "due": due, "why": _why(data.get("why", ""))}
        )
    if kind == "restarted":
        return Effect("started", "refresh", _("Restarted: %(title)s") % values)
    if kind == "voided":
        return Effect("void", "circle-x", _("Cancelled: %(title)s") % values)
    if kind == "revived":
        return Effect("started", "refresh", _("Resumed: %(title)s") % values)
    if kind == "unseen":
        return Effect("void", "arrow-back-up", _("It counts as not done"))
    if kind == "counted":
        return Effect("kept", "check", _("Count + 1: %(title)s") % values)
    if kind == "closed":
        return Effect("closed", "lock", _("Case closed"))
    if kind == "reopened":
        return Effect("started", "lock-open", _("Case reopened"))
    return Effect("moved", "info-circle", kind)


def _level(to: str, regulation: Regulation) -> str:
    if to.startswith("line-"):
        level = to.removeprefix("line-")
        return _("direct superior") if level == "1" else _("superior %(n)s") % {"n": level}
    if to == ABOVE:
        return _("the unit above")
    role = regulation.pack.roles.get(to)
    return say(role.title) if role else to


def _why(why: str) -> str:
    return {
        "agreed": _("agreed with the customer"),
        "paused": _("clock paused"),
        "pause_rejected": _("pause rejected"),
        "their_turn": _("with the other side"),
        "own_turn": _("back with us"),
        "resumed": _("clock resumed"),
        "facts": _("key details changed"),
        "calendar": _("holiday notice"),
        "happened": _("it happened earlier than announced"),
    }.get(why, why)


def _moment(text: str | None, entry: Entry) -> str:
    """With its year only where that is another than the entry's."""
    return moments.due(datetime.fromisoformat(text), entry.recorded_at) if text else ""
