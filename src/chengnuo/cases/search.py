"""Finding cases by number, telephone, name, address and words of what was asked.

Newest first. Common words are found by walking back from the newest case, rare ones by the index
over words; neither way is good for both (docs/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    BooleanField,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Value,
)
from django.db.models.expressions import RawSQL

from chengnuo.cases.models import Case, CaseWords
from chengnuo.cases.words import PART, PHONE, Term, terms_of, words_of
from chengnuo.people.models import Organisation

# The newest so many of what fits are looked at; with more, another word narrows it down.
MOST_FOUND = 200
# Whoever sees only some of them: so many are looked at where fewer than these were his.
MOST_LOOKED_AT = 4_000
ENOUGH = 50
# How far back common words are looked for before the index is asked.
RECENT = 20_000
IN_POSTGRESQL = (
    "array_to_tsvector(string_to_array(btrim(cases_casewords.words), ' ')) @@ %s::tsquery"
)
_BY_MOMENT = ExpressionWrapper(
    F("lodged_at") + Value(timedelta(0), output_field=DurationField()), output_field=DateTimeField()
)
IN_SQLITE = "SELECT rowid FROM cases_wordindex WHERE cases_wordindex MATCH %s"


Shown = Callable[[Sequence[UUID]], Q]


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that fit, newest first, to be paged; whether there are older ones beyond them."""

    cases: QuerySet[Case]
    more: bool


def row_of_words(case: Case) -> CaseWords:
    """The words of a case, to be written together with it."""
    return CaseWords(
        case=case,
        organisation_id=case.organisation_id,
        lodged_at=case.lodged_at,
        words=_words(case),
    )


def note_words(*, case: Case) -> None:
    """After its narrative or contact was changed: in the same transaction."""
    CaseWords.objects.filter(case=case).update(words=_words(case))


def _words(case: Case) -> str:
    return words_of(
        number=case.number,
        narrative=case.narrative,
        name=case.contact_name,
        phone=case.contact_phone,
        address=case.address,
        confidential=case.confidential,
    )


def search(*, companies: Sequence[Organisation], asked: str, shown: Shown) -> Found:
    """The cases of some companies that fit everything asked, among those that `shown` lets be seen.

    `shown` tells, for some dockets, which of their cases the viewer sees (`access.visible` with
    `among`) and whatever narrows the list further. Whoever sees few of the newest is shown what he
    sees of many.
    """
    for most in (MOST_FOUND, MOST_LOOKED_AT):
        found = [
            row for one in companies for row in fitting(company=one, asked=asked, limit=most + 1)
        ]
        newest = sorted(found, key=lambda row: row[1], reverse=True)[: most + 1]
        among = Case.objects.filter(pk__in=[pk for pk, _at in newest[:most]])
        dockets = list(among.values_list("docket_id", flat=True))
        rows = among.filter(shown(dockets)).order_by("-lodged_at", "-pk")
        seen = list(rows.values_list("pk", flat=True)[: MOST_FOUND + 1])
        if len(newest) <= most or len(seen) > ENOUGH:
            break
    cases = Case.objects.filter(pk__in=seen[:MOST_FOUND]).order_by("-lodged_at", "-pk")
    return Found(cases, more=len(newest) > most or len(seen) > MOST_FOUND)


def fitting(*, company: Organisation, asked: str, limit: int) -> list[tuple[UUID, datetime]]:
    """The newest cases that fit with their moments, whoever may see them; none when nothing is
    asked."""
    terms = terms_of(asked)
    if not terms:
        return []
    rows = CaseWords.objects.filter(organisation=company)
    if connection.vendor != "postgresql":
        by_index = rows.filter(pk__in=RawSQL(IN_SQLITE, [fts5(terms)]))  # noqa: S611
        return _newest(by_index.order_by("-lodged_at", "-pk"), limit)
    if not _is_rare(terms):
        since = _recent_since(rows)
        if since is None:
            return _newest(_walked(rows, terms), limit)
        found = _newest(_walked(rows.filter(lodged_at__gte=since), terms), limit)
        if len(found) == limit:
            return found
    return _newest(_indexed(rows, terms), limit)


def _newest(rows: QuerySet[CaseWords], limit: int) -> list[tuple[UUID, datetime]]:
    return list(rows.values_list("case_id", "lodged_at")[:limit])


def _is_rare(terms: Sequence[Term]) -> bool:
    """A telephone or the number of a case is among what is asked."""
    return any(word[0] in (PHONE, PART) for term in terms for (word, *_) in term.phrases)


def _recent_since(rows: QuerySet[CaseWords]) -> datetime | None:
    recent = rows.order_by("-lodged_at").values_list("lodged_at", flat=True)
    return next(iter(recent[RECENT : RECENT + 1]), None)


def _walked(rows: QuerySet[CaseWords], terms: Sequence[Term]) -> QuerySet[CaseWords]:
    """From the newest back, by the index over moments, until there are enough."""
    return rows.filter(_alike(terms)).order_by("-lodged_at")


def _indexed(rows: QuerySet[CaseWords], terms: Sequence[Term]) -> QuerySet[CaseWords]:
    """All that fit by the index over words, then the newest of them.

    The order is by an expression, so that the planner does not walk back through everything.
    """
    holds = RawSQL(IN_POSTGRESQL, [_tsquery(terms)], output_field=BooleanField())  # noqa: S611
    return rows.filter(holds, _alike(terms)).order_by(_BY_MOMENT.desc())


def _alike(terms: Sequence[Term]) -> Q:
    """The phrases, one word after the other."""
    return reduce(and_, (reduce(or_, map(Q, _patterns(term))) for term in terms))


def _patterns(term: Term) -> list[tuple[str, Any]]:
    end = "" if term.open_end else " "
    return [("words__contains", f" {' '.join(phrase)}{end}") for phrase in term.phrases]


def _tsquery(terms: Sequence[Term]) -> str:
    """The words as PostgreSQL's index takes them: all of a phrase, any phrase, every term."""
    asked = []
    for term in terms:
        phrases = []
        for phrase in term.phrases:
            quoted = [f"'{word}'" for word in phrase]
            phrases.append(" & ".join(quoted) + (":*" if term.open_end else ""))
        asked.append(f"({' | '.join(f'({p})' for p in phrases)})")
    return " & ".join(asked)


def fts5(terms: Sequence[Term]) -> str:
    """The same for SQLite, whose index knows the order of the words."""
    asked = []
    for term in terms:
        end = " *" if term.open_end else ""
        asked.append(" OR ".join(f'"{" ".join(phrase)}"{end}' for phrase in term.phrases))
    return " AND ".join(f"({one})" for one in asked)
