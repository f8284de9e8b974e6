"""What the customer was told, as a conversation: the last word stands, what it overrode is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from chengnuo.cases.models import Case
from chengnuo.obligations.models import Evidence
from chengnuo.obligations.regulation import Regulation
from chengnuo.packs.triggers import condition
from chengnuo.people.models import Staff
from chengnuo.rules.conditions import Facts
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True)
class Reply:
    """One word to the customer. `overridden_at`: when a later reply took its place (S3 五.6)."""

    at: datetime
    by: Staff | None
    title: Text
    words: Text
    overridden_at: datetime | None
    current: bool = False


@dataclass(frozen=True, slots=True)
class HandlerAnswer:
    """What whoever handled it wrote, to be passed on to the customer: the words before the rest."""

    at: datetime
    by: Staff | None
    title: Text
    words: tuple[tuple[Text, str], ...]


def answers(
    *, case: Case, regulation: Regulation, evidence: Iterable[Evidence]
) -> list[HandlerAnswer]:
    """What the units wrote who had it in hand, newest first; not what the customer was told, nor
    what he said, nor the words of who took it in."""
    forms = regulation.pack.forms
    takers = {case.lodged_by_id, case.first_asked_id}
    found = []
    for row in evidence:
        shape = forms.get(row.form)
        if shape is None or shape.told or shape.callback or row.filled_by_id in takers:
            continue
        texts = [f for f in shape.fields if f.type == "long_text" and row.data.get(f.id)]
        words = tuple((f.title.text(), str(row.data[f.id])) for f in texts)
        if words:
            found.append(HandlerAnswer(row.at, row.filled_by, shape.title.text(), words))
    return sorted(found, key=lambda answer: answer.at, reverse=True)


def conversation(
    *, case: Case, regulation: Regulation, evidence: Iterable[Evidence]
) -> list[Reply]:
    """Every reply, oldest first. The customer sees those that are not overridden."""
    forms = regulation.pack.forms
    told = [row for row in evidence if row.form in forms and forms[row.form].told is not None]
    told.sort(key=lambda row: (row.at, row.filled_at))
    facts = regulation.facts_in(case.docket.facts)
    replies = []
    for index, row in enumerate(told):
        after = (r for r in told[index + 1 :] if _overrides(regulation, r.form, row.form, facts))
        over = next((r.at for r in after), None)
        title = forms[row.form].title.text()
        replies.append(Reply(row.at, row.filled_by, title, _words(case, regulation, row), over))
    standing = [n for n, reply in enumerate(replies) if reply.overridden_at is None]
    if standing:
        replies[standing[-1]] = replace(replies[standing[-1]], current=True)
    return replies


def _overrides(regulation: Regulation, form: str, earlier: str, facts: Facts) -> bool:
    told = regulation.pack.forms[form].told
    if told is None or earlier not in told.overrides:
        return False
    return condition(told.when).holds(facts) is True


def _words(case: Case, regulation: Regulation, row: Evidence) -> Text:
    """What was said; where the prescribed words were used, those."""
    told = regulation.pack.forms[row.form].told
    said = str(row.data.get(told.field) or "") if told else ""
    if said:
        return Text(said, said)
    for script in regulation.pack.scripts.values():
        if script.channel == case.channel and case.service in script.services:
            return script.text.text()
    return regulation.pack.forms[row.form].title.text()
