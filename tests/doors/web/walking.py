"""A case on its way through the pages, from the intake to its end, by people who are entitled to.

What to do next is chosen as in `tests/packs/walking.py`; doing it is left to the pages alone: the
person opens the case, takes the form that the page offers to him, fills in the controls that stand
there, and sends it with what the page gave along. What the product offers to nobody, or refuses to
who is offered it, is where a walk gets stuck.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from chengnuo.cases.models import Case
from chengnuo.cases.queries import CaseFile, case_file
from chengnuo.obligations.access import may_fill
from chengnuo.packs.forms import events_of, facts_of_form, fill
from chengnuo.packs.schema import FieldShape, FormShape
from chengnuo.people.models import Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.rulebook import Within
from tests.companies import House
from tests.doors.web.conftest import sits
from tests.fuzzing import Form, Page
from tests.packs.walking import MOODS, PAUSES, Step, Walk
from tests.pages import in_one_line

MOST_STEPS = 60
SAMPLES = 3
AGENTS = ("agent", "hotline-agent")
HAND_OVER, HANDED_OVER = "hand-over", "case.handed_over"


class Stuck(Exception):
    """Where a case does not get on: which service, what was tried, who, and what the page said."""


@dataclass(frozen=True, slots=True)
class Try:
    """A form with what is to be typed, or the step of handing over."""

    form: str
    typed: dict[str, Any]
    events: Step


@dataclass(slots=True)
class PagesWalk(Walk):
    """One case, through the pages. `clock` is what the pages take for now."""

    house: House = field(kw_only=True)
    clock: time_machine.Traveller = field(kw_only=True)
    case: Case = field(init=False)

    def take(self, events: Step, form: str = "") -> bool:
        """The intake as the walk begins it: through the page, with the facts that it would tell."""
        self.clock.move_to(self.now)
        self.lodged_with(dict(events[0][1]))
        return True

    # -- the intake --------------------------------------------------------------------------------

    def lodged_with(self, facts: dict[str, Any]) -> None:
        agent = next(self.house.people[r] for r in AGENTS if r in self.house.people)
        browser = sits(agent)
        form = self.intake(browser)
        channel = str(facts.get("channel", ""))
        typed = {"service": self.service, "narrative": f"来电反映：{self.service}"}
        if channel in values_of(form, "channel"):
            typed["channel"] = channel
        typed |= {"contact_name": "演示客户甲", "contact_phone": "13800000001"}
        typed |= {"address": "示例市示例路1号1单元101室"}
        sent = hidden(form) | {"channel": values_of(form, "channel")[0]} | typed
        asked = html(browser.post("/intake/fields/", sent))
        for name, kind, options in controls(asked):
            if name.startswith("fact.") and name not in sent:
                known = facts.get(name.removeprefix("fact."))
                sent[name] = self.told(known, kind, options)
        answer = browser.post(form.action, sent)
        if answer.status_code != 302:
            raise Stuck(f"{self.pack_id}/{self.service}: intake by {agent.name}: {said(answer)}")
        number = answer.headers["Location"].split("/")[2]
        self.case = Case.objects.get(number=number, organisation=self.house.company)
        if browser.get(answer.headers["Location"]).status_code != 200:
            raise Stuck(f"{self.pack_id}/{self.service}: no page after the intake for {agent.name}")
        self.read()

    def intake(self, browser: Client) -> Form:
        """The page where the service stands: for callers, or for the house's own matters."""
        internal = self.pack.services[self.service].audience == "internal"
        address = "/intake/?kind=internal" if internal else "/intake/"
        for form in forms(html(browser.get(address)), address):
            if self.service in values_of(form, "service"):
                return form
        raise Stuck(f"{self.pack_id}/{self.service}: {address} offers no such service")

    def told(self, value: Any, kind: str, options: list[str]) -> str:
        """A fact as its control takes it."""
        if isinstance(value, bool):
            value = "true" if value else "false"
        if hasattr(value, "isoformat"):
            return self.local(value)
        if value is not None and (kind not in ("radio", "select") or str(value) in options):
            return str(value)
        return next((o for o in options if o), "")

    def local(self, moment: Any) -> str:
        zone = ZoneInfo(self.pack.time_zone)
        return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"

    # -- onwards -----------------------------------------------------------------------------------

    def go(self) -> PagesWalk:
        """Step by step until it is closed. Raises Stuck."""
        for _ in range(MOST_STEPS):
            if self.case.docket.closed_at is not None:
                break
            self.now += self.rng.choice(PAUSES)
            self.clock.move_to(self.now)
            self.do(self.best())
        if self.case.docket.closed_at is None:
            raise self.stuck(f"not closed after {MOST_STEPS} steps")
        if self.running():
            raise self.stuck("closed, and something is still owed")
        return self

    def read(self) -> CaseFile:
        self.case = Case.objects.select_related("docket", "organisation").get(pk=self.case.pk)
        file = case_file(case=self.case)
        self.state = file.state
        return file

    def best(self) -> Try:
        """Of what might be done now, what brings the case on."""
        found = [
            self.filled_as(form, mood)
            for form in self.read().forms
            for mood in MOODS
            for _ in range(SAMPLES)
        ]
        if self.waits_for(HANDED_OVER):
            found.append(Try(HAND_OVER, {}, [(HANDED_OVER, {})]))
        self.rng.shuffle(found)
        best = max(found, key=lambda one: self.worth(one.events), default=None)
        if best is None or self.after(best.events) is None:
            raise self.stuck("nothing is offered that its gates let pass")
        return best

    def waits_for(self, event: str) -> bool:
        rules = [self.book.rules[name] for name in self.running()]
        return any(isinstance(r, Within) and event in r.stop.events for r in rules)

    def filled_as(self, form_id: str, mood: bool | None) -> Try:
        self.mood = mood
        form = self.pack.forms[form_id]
        typed = self.typed(form)
        filled = fill(pack=self.pack, form=form, raw=typed)
        assert not filled.errors, f"{form_id} refuses what its own shape allows: {filled.errors}"
        names = events_of(form, filled.values) or ["facts.changed"]
        facts = facts_of_form(form, filled.values)
        return Try(form_id, typed, [(n, {} if i else facts) for i, n in enumerate(names)])

    def do(self, one: Try) -> None:
        if one.form == HAND_OVER:
            self.hand_over()
        else:
            self.fill_in(one)
        self.done += [name for name, _ in one.events]
        self.filled.add(one.form)
        self.read()

    # -- the pages ---------------------------------------------------------------------------------

    def fill_in(self, one: Try) -> None:
        """Somebody to whom the case page offers the form fills in what stands there."""
        shape, place = self.pack.forms[one.form], f"/cases/{self.case.number}/forms/{one.form}/"
        asked = []
        for person in self.entitled(shape):
            asked.append(person.name)
            browser = sits(person)
            page = html(browser.get(f"/cases/{self.case.number}/?form={one.form}"))
            if f'href="{place}"' in page:
                break
        else:
            named = ", ".join(shape.who) or "anybody"
            whom = ", ".join(asked) or "anybody in the house"
            raise self.stuck(f"form {one.form} ({named}): the pages do not offer it to {whom}")
        form = next((f for f in forms(page, place) if f.action == place and f.fields), None)
        if form is None:
            raise self.stuck(f"form {one.form} does not open for {person.name}")
        missing = {f.id for f in shape.fields} - {name for name, _, _ in form.fields}
        if missing:
            raise self.stuck(f"form {one.form} has no control for {sorted(missing)}")
        sent = hidden(form) | {f.id: self.control(f, one.typed.get(f.id)) for f in shape.fields}
        answer = browser.post(place, {k: v for k, v in sent.items() if v is not None})
        if answer.status_code != 302:
            raise self.stuck(f"form {one.form} by {person.name}: {said(answer)}")

    def entitled(self, shape: FormShape) -> Iterator[Staff]:
        """Whom the form names first, then whoever holds the case; the page has the last word."""
        named = [self.house.people[r] for r in shape.who if r in self.house.people]
        for person in dict.fromkeys([*named, *self.house.people.values()]):
            posts = posts_of(staff=person, at=self.now)
            if may_fill(form=shape, docket=self.case.docket, posts=posts, by=person):
                yield person

    def control(self, shape: FieldShape, value: Any) -> Any:
        """What stands in the control; nothing where the walk leaves the question out."""
        if value is None:
            return None
        if shape.type == "file":
            return SimpleUploadedFile("p.txt", "现场照片说明".encode(), content_type="text/plain")
        if shape.type in ("flag", "tick"):
            return "true" if value in ("yes", "on") else "false"
        if shape.type == "moment":
            return self.local(type(self.now).fromisoformat(value))
        return value

    def hand_over(self) -> None:
        """Somebody of the unit that holds the case hands it to the owner of its service."""
        docket = self.case.docket
        holder = docket.handling_unit_id or docket.accepting_unit_id
        unit = self.house.units.get(
            self.pack.services[self.service].owner or "", self.house.company
        )
        place = f"/cases/{self.case.number}/steps/{HAND_OVER}/"
        for person in self.house.people.values():
            if person.organisation_id != holder:
                continue
            browser = sits(person)
            page = html(browser.get(f"/cases/{self.case.number}/?step={HAND_OVER}"))
            form = next((f for f in forms(page, place) if f.action == place and f.fields), None)
            if form is None:
                continue
            answer = browser.post(
                place, hidden(form) | {"unit": str(unit.pk), "reason": "按职责转办"}
            )
            if answer.status_code != 302:
                raise self.stuck(f"{HAND_OVER} by {person.name}: {said(answer)}")
            return
        raise self.stuck(f"{HAND_OVER} is offered to nobody of the unit that holds the case")

    def stuck(self, what: str) -> Stuck:
        """What does not get on, with the way there and the promises that are open."""
        return Stuck(f"{self.pack_id}/{self.service}: {what}\n    {self}")


def said(answer: HttpResponse) -> str:
    """What a page says that is wrong, and the status it came with."""
    found = re.findall(r'class="(?:wrong|alarm)[^>]*>(.*?)</(?:p|div)>', html(answer), re.DOTALL)
    words = (re.sub(r"<[^>]+>|\s+", " ", unescape(one)).strip() for one in found)
    return f"{answer.status_code} {' / '.join(words)}"


def html(answer: Any) -> str:
    return in_one_line(answer.content.decode())


def forms(text: str, at: str) -> list[Form]:
    page = Page(at)
    page.feed(text)
    return page.forms


def controls(text: str) -> list[tuple[str, str, list[str]]]:
    """The controls of a piece of a form: name, kind, and what may be chosen."""
    form = forms(f"<form action='/'>{text}</form>", "/")[0]
    kinds = {name: kind for name, kind, _ in form.fields}
    return [(name, kind, values_of(form, name)) for name, kind in kinds.items()]


def hidden(form: Form) -> dict[str, Any]:
    """What a page gives along: its tokens, and of which version of the case it speaks."""
    return {name: values[0] for name, kind, values in form.fields if kind == "hidden"}


def values_of(form: Form, name: str) -> list[str]:
    return [v for one, _, values in form.fields if one == name for v in values]
