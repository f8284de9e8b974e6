"""The house in words: values of settings, roles, and the tree with its posts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chengnuo.doors.web.kit.words import say
from chengnuo.packs.schema import Pack
from chengnuo.people.access import HOUSE_ROLES
from chengnuo.people.models import Organisation, Post
from chengnuo.rules.expiry import ABOVE


@dataclass(slots=True)
class UnitBranch:
    """A unit of the tree, its posts, and the units below it."""

    unit: Organisation
    posts: list[Post] = field(default_factory=list)
    below: list[UnitBranch] = field(default_factory=list)

    @property
    def vacant(self) -> int:
        return sum(not seated(post) for post in self.posts)


def tree(units: Iterable[Organisation], posts: Iterable[Post]) -> list[UnitBranch]:
    """Units in the order of their paths become a tree; a unit whose parent is not here is a
    root."""
    branches = {unit.pk: UnitBranch(unit) for unit in units}
    roots: list[UnitBranch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id or 0)
        (above.below if above else roots).append(branch)
    for post in posts:
        branches[post.organisation_id].posts.append(post)
    return roots


def seated(post: Post) -> list[Any]:
    """Who holds a post now, as `people.queries.posts_in` found it."""
    return getattr(post, "seated", [])


def roles(pack: Pack | None) -> dict[str, str]:
    """Every role a post of the company can have."""
    known = {name: say(role.title) for name, role in pack.roles.items()} if pack else {}
    return known | {name: say(title) for name, title in HOUSE_ROLES.items()}


def setting_value(value: str) -> str:
    """A value of a setting in words; numbers and codes of the pack stay as they are."""
    count, _of, unit = value.partition("_")
    if count.isdigit() and unit == "natural_days":
        return _("%(n)s calendar days") % {"n": count}
    words = {
        "unset": _("not set"),
        "week": _("every week"),
        "month": _("every month"),
        "quarter": _("every quarter"),
        "half_year": _("every half-year"),
        "year": _("every year"),
        "natural_day": _("calendar days"),
        "working_day": _("working days"),
        "own_list": _("the organisation's own list"),
        "report": _("from the report"),
        "arrival": _("from the arrival"),
        "hand_over": _("handed over to the next shift"),
        "cap": _("ends with the shift"),
        "true": _("yes"),
        "false": _("no"),
    }
    return words.get(value, value)


def kind_of(kind: str) -> str:
    """The kind of a unit."""
    return {
        "group": _("group"),
        "region": _("region"),
        "company": _("company"),
        "branch": _("branch"),
        "hall": _("service centre"),
        "department": _("department"),
        "crew": _("crew"),
    }.get(kind, kind)


def level(wanted: str) -> str:
    """To whom an escalation should have gone: so many steps up the line, or a role."""
    steps = wanted.removeprefix("line-")
    if steps.isdigit():
        told = ngettext(
            "%(n)s step up the reporting line", "%(n)s steps up the reporting line", int(steps)
        )
        return told % {"n": steps}
    return _("the unit above") if wanted == ABOVE else wanted
