"""A queue as a page shows it: its filters with their numbers, and one line for each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from chengnuo.cases.finding.queues import DUE, MARKS, SORTS, QueueFacet, QueueFilter
from chengnuo.cases.models import Case
from chengnuo.disclosure.contacts import Place, contact_of
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.promises import PromiseView, shown
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.doors.web.kit.words import say
from chengnuo.packs.channels import channel_title
from chengnuo.people.models import Organisation

SHOWN_AT_FIRST = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: following it opens the rows that its number counts."""

    title: str
    number: int
    link: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter: its first values, and the rest to be unfolded."""

    name: str
    title: str
    choices: list[Choice]
    rest: list[Choice]
    chosen: Choice | None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One open case of a queue."""

    case: Case
    service: Any
    channel: Any
    name: str
    soonest: PromiseView | None
    running: int
    # How far it had come when it was ticked, where it is.
    ticked: int | None = None

    @property
    def is_ticked(self) -> bool:
        return self.ticked is not None

    @property
    def value(self) -> str:
        """What is sent when it is ticked: the case, and how far it had come."""
        version = self.case.docket.version if self.ticked is None else self.ticked
        return f"{self.case.number}:{version}"


def read_wanted(given: Mapping[str, str]) -> QueueFilter:
    """The filters in an address; what makes no sense asks nothing."""

    def known(name: str, allowed: Sequence[str], otherwise: str = "") -> str:
        value = given.get(name, "")
        return value if value in allowed else otherwise

    return QueueFilter(
        unit=number_in(given.get("unit")),
        stage=given.get("stage", "")[:80],
        due=known("due", DUE),
        service=given.get("service", "")[:60],
        channel=given.get("channel", "")[:20],
        mark=known("mark", tuple(MARKS)),
        sort=known("sort", tuple(SORTS), "due"),
    )


def address(wanted: QueueFilter, **changed: Any) -> str:
    """The filters as an address, with some of them changed."""
    parts = {**asdict(wanted), **changed}
    if parts["sort"] == "due":
        parts["sort"] = ""
    return urlencode({name: value for name, value in parts.items() if value not in ("", None)})


def facets(
    ctx: RequestContext,
    wanted: QueueFilter,
    found: dict[str, list[QueueFacet]],
    units: list[Organisation],
) -> list[Facet]:
    """The filters in the order in which one narrows a queue down."""
    titles = _titles(ctx, units)
    names = {
        "due": _("Due"),
        "unit": _("Handled by"),
        "stage": _("Stage"),
        "service": _("Service"),
        "channel": _("Channel"),
        "mark": _("Marks"),
    }
    return [_facet(name, names[name], wanted, found[name], titles[name]) for name in names]


def _facet(
    name: str, title: str, wanted: QueueFilter, groups: list[QueueFacet], titles: Mapping[str, Any]
) -> Facet:
    value = getattr(wanted, name)
    now = "" if value is None else str(value)
    choices = []
    for group in groups:
        chosen = group.key == now and now != ""
        if not group.key or (not group.number and not chosen):
            continue
        link = address(wanted, **{name: "" if chosen else group.key})
        choices.append(
            Choice(say(titles.get(group.key, group.key)), group.number, f"?{link}", chosen)
        )
    picked = next((c for c in choices if c.chosen), None)
    if now and picked is None:
        gone = address(wanted, **{name: ""})
        picked = Choice(say(titles.get(now, now)), 0, f"?{gone}", chosen=True)
        choices.insert(0, picked)
    at_first = [c for i, c in enumerate(choices) if i < SHOWN_AT_FIRST or c.chosen]
    return Facet(name, title, at_first, [c for c in choices if c not in at_first], picked)


def _titles(ctx: RequestContext, units: list[Organisation]) -> dict[str, Mapping[str, Any]]:
    regulation = ctx.regulation
    rules = regulation.book.rules if regulation else {}
    pack = regulation.pack if regulation else None
    return {
        "due": {
            "overdue": _("Overdue"),
            "hour": _("Within the hour"),
            "today": _("Later today"),
            "tomorrow": _("Tomorrow"),
            "later": _("After tomorrow"),
            "none": _("No deadline"),
        },
        "unit": {str(u.pk): u for u in units},
        "stage": {name: rule.title for name, rule in rules.items()},
        "service": {name: s.title for name, s in pack.services.items()} if pack else {},
        "channel": _Channels(pack),
        "mark": {
            "urged": _("Chased"),
            "supervised": _("Under oversight"),
            "emergency": _("Emergency"),
            "confidential": _("Confidential"),
        },
    }


class _Channels(dict[str, Any]):
    """Titles of channels, the pack's own where it has them."""

    def __init__(self, pack: Any) -> None:
        self.pack = pack

    def get(self, key: str, default: Any = None) -> Any:
        return channel_title(self.pack, key) if self.pack else default


def line_of(
    ctx: RequestContext, case: Case, *, stage: str = "", ticked: int | None = None
) -> QueueLine:
    """A case with its soonest promise, of the chosen stage where one is chosen. Its running
    obligations are read already."""
    regulation = ctx.regulation_behind(case.docket.release_id)
    entry = regulation.pack.services.get(case.service)
    running = [o for o in case.docket.obligations.all() if o.is_running]
    here = [o for o in running if not stage or o.rule == stage]
    far = datetime.max.replace(tzinfo=UTC)
    contact = contact_of(case=case, viewer=ctx.viewer, place=Place.OVERVIEW)
    first = min(here, key=lambda o: o.act_by or far, default=None)
    return QueueLine(
        case=case,
        service=entry.title if entry else case.service,
        channel=channel_title(regulation.pack, case.channel),
        name=_("confidential") if contact.hidden else contact.name,
        soonest=shown(first, regulation, ctx.now) if first is not None else None,
        running=len(running),
        ticked=ticked,
    )
