"""Finding cases by number, telephone, name, address and words of what was asked.

Newest first. Common words are found by walking back from the newest case, rare ones by the index
over words; neither way is good for both (docs/reference/benchmarks.md).
"""

from __future__ import annotations

from collections.abc import Sequence
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

from chengnuo.cases.finding.words import Knows, Phrase, SearchTerm, terms_of, words_of
from chengnuo.cases.models import Case, CaseWords
from chengnuo.people.models import Organisation

# The newest so many of what fits are looked at; with more, another word narrows it down.
MOST_FOUND = 200
# Whoever sees only some of them: where fewer than enough were his, as many are looked at as will do
# by the share that was, and at most so many.
MOST_LOOKED_AT = 4_000
ENOUGH = 50
WITH_LUCK = 1.5
# Of a list without words so many are shown.
MOST_LISTED = 500
# How far back common words are looked for before the index is asked; farther, where many are wanted
# of what was met so far.
RECENT, FARTHER = 20_000, 80_000
IN_POSTGRESQL = (
    "array_to_tsvector(string_to_array(btrim(cases_casewords.words), ' ')) @@ %s::tsquery"
)
_BY_MOMENT = ExpressionWrapper(
    F("lodged_at") + Value(timedelta(0), output_field=DurationField()), output_field=DateTimeField()
)
IN_SQLITE = "SELECT rowid FROM cases_wordindex WHERE cases_wordindex MATCH %s"


@dataclass(frozen=True, slots=True)
class FoundCases:
    """The cases that fit, newest first, to be paged; whether there are older ones beyond them."""

    cases: QuerySet[Case]
    number: int
    more: bool


def row_of_words(case: Case) -> CaseWords:
    """The words of a case, to be written together with it."""
    words = words_of(
        number=case.number,
        narrative=case.narrative,
        name=case.contact_name,
        phone=case.contact_phone,
        address=case.address,
        reference=case.source_ref,
        confidential=case.confidential,
    )
    return CaseWords(
        case=case, organisation_id=case.organisation_id, lodged_at=case.lodged_at, words=words
    )


def search(
    *,
    companies: Sequence[Organisation],
    asked: str,
    shown: Q,
    in_full: Q,
    others_by: Knows = Knows.WHOLE,
    few: QuerySet[Any] | None = None,
) -> FoundCases:
    """The cases of some companies that fit everything asked, among those that `shown` lets be seen.

    `shown` is the viewer's reach (`access.visible`) and whatever narrows the list further;
    `in_full`: those whose telephone, name and address he reads unmasked (`access.in_full`), the
    others are found by a whole one only, or not even so (`others_by`). `few`: the dockets of
    everything within reach, where they are few (`access.few_dockets`): then only these are looked
    through. Whoever sees few of the newest is shown what he sees of many.
    """
    if not (terms := terms_of(asked, knows=Knows.FULL)):
        return _newest_of(Case.objects.none(), MOST_FOUND)
    shown &= in_full | _alike(terms_of(asked, knows=others_by), "words__")
    if few is not None:
        his = Case.objects.filter(shown, organisation__in=companies, docket__in=few)
        return _newest_of(his.filter(_alike(terms, "words__")), MOST_FOUND)
    fits = _fitting(companies, asked, MOST_FOUND, RECENT)
    found = _seen_of(fits, shown, MOST_FOUND)
    if len(fits) <= MOST_FOUND or found.number > ENOUGH:
        return found
    # He sees so large a part of the newest; about that part of the older ones is his as well.
    share = max(found.number, 1) / MOST_FOUND
    most = min(MOST_LOOKED_AT, int(WITH_LUCK * ENOUGH / share))
    walk = FARTHER if _are_recent(companies, fits) else 0
    return _seen_of(_fitting(companies, asked, most, walk), shown, most)


def _fitting(
    companies: Sequence[Organisation], asked: str, most: int, walk: int
) -> list[tuple[UUID, datetime]]:
    """The newest of several companies, and one more where there are more."""
    fits = [
        row
        for one in companies
        for row in fitting(company=one, asked=asked, limit=most + 1, walk=walk)
    ]
    return sorted(fits, key=lambda row: row[1], reverse=True)[: most + 1]


def _seen_of(fits: Sequence[tuple[UUID, datetime]], shown: Q, most: int) -> FoundCases:
    among = Case.objects.filter(shown, pk__in=[pk for pk, _at in fits[:most]])
    return _newest_of(among, MOST_FOUND, more=len(fits) > most)


def _are_recent(companies: Sequence[Organisation], fits: Sequence[tuple[UUID, datetime]]) -> bool:
    """Whether they were met on the first walk: then another step further meets more of them."""
    rows = (CaseWords.objects.filter(organisation=one) for one in companies)
    since = [_recent_since(one, RECENT) for one in rows]
    return all(one is None or one <= fits[-1][1] for one in since)


def given_away(*, found: FoundCases, asked: str, in_full: Q) -> list[UUID]:
    """The dockets of those found cases that only a masked value, named whole, has led to: by what
    is shown there they would not have been found."""
    if not found.number:
        return []
    shown = _alike(terms_of(asked, knows=Knows.SHOWN), "words__")
    return list(found.cases.exclude(in_full).exclude(shown).values_list("docket_id", flat=True))


def newest(
    *, companies: Sequence[Organisation], shown: Q, few: QuerySet[Any] | None = None
) -> FoundCases:
    """The newest cases that `shown` lets be seen, when nothing is asked; `few` as in `search`."""
    rows = Case.objects.filter(shown, organisation__in=companies)
    return _newest_of(rows if few is None else rows.filter(docket__in=few), MOST_LISTED)


def _newest_of(rows: QuerySet[Case], most: int, *, more: bool = False) -> FoundCases:
    by_intake = ("-lodged_at", "-pk")
    seen = list(rows.order_by(*by_intake).values_list("pk", flat=True)[: most + 1])
    cases = Case.objects.filter(pk__in=seen[:most]).order_by(*by_intake)
    return FoundCases(cases, len(seen[:most]), more=more or len(seen) > most)


def fitting(
    *, company: Organisation, asked: str, limit: int, walk: int = RECENT
) -> list[tuple[UUID, datetime]]:
    """The newest cases that fit with their moments, whoever may see them and in full or not; none
    when nothing is asked. `walk`: among how many of the newest they are looked for before the index
    is asked."""
    terms = terms_of(asked, knows=Knows.FULL)
    if not terms:
        return []
    rows = CaseWords.objects.filter(organisation=company)
    if connection.vendor != "postgresql":
        by_index = rows.filter(pk__in=RawSQL(IN_SQLITE, [fts5(terms)]))  # noqa: S611
        return _newest(by_index.order_by("-lodged_at", "-pk"), limit)
    if walk and not any(term.is_rare for term in terms):
        since = _recent_since(rows, walk)
        if since is None:
            return _newest(_walked(rows, terms), limit)
        # Full already: what is older would not be shown. Else the word is rarer than it looked,
        # and the index finds the rest.
        found = _newest(_walked(rows.filter(lodged_at__gte=since), terms), limit)
        if len(found) == limit:
            return found
    return _newest(_indexed(rows, terms), limit)


def _newest(rows: QuerySet[CaseWords], limit: int) -> list[tuple[UUID, datetime]]:
    return list(rows.values_list("case_id", "lodged_at")[:limit])


def _recent_since(rows: QuerySet[CaseWords], number: int) -> datetime | None:
    recent = rows.order_by("-lodged_at").values_list("lodged_at", flat=True)
    return next(iter(recent[number : number + 1]), None)


def _walked(rows: QuerySet[CaseWords], terms: Sequence[SearchTerm]) -> QuerySet[CaseWords]:
    """From the newest back, by the index over moments, until there are enough."""
    return rows.filter(_alike(terms)).order_by("-lodged_at")


def _indexed(rows: QuerySet[CaseWords], terms: Sequence[SearchTerm]) -> QuerySet[CaseWords]:
    """All that fit by the index over words, then the newest of them.

    The order is by an expression, so that the planner does not walk back through everything.
    """
    holds = RawSQL(IN_POSTGRESQL, [_tsquery(terms)], output_field=BooleanField())  # noqa: S611
    return rows.filter(holds, _alike(terms)).order_by(_BY_MOMENT.desc())


def _alike(terms: Sequence[SearchTerm], through: str = "") -> Q:
    """The phrases, one word after the other; `through`: from the case."""
    return reduce(
        and_, (reduce(or_, _patterns(term, f"{through}words__contains")) for term in terms)
    )


def _patterns(term: SearchTerm, name: str) -> list[Q]:
    return [Q(**{name: phrase.text}) for phrase in term.phrases]


def _tsquery(terms: Sequence[SearchTerm]) -> str:
    """The words as PostgreSQL's index takes them: all of a phrase, any phrase, every term."""
    return " & ".join(f"({' | '.join(map(_lexemes, term.phrases))})" for term in terms)


def _lexemes(phrase: Phrase) -> str:
    quoted = " & ".join(f"'{word}'" for word in phrase.words)
    return f"({quoted}{':*' if phrase.open_end else ''})"


def fts5(terms: Sequence[SearchTerm]) -> str:
    """The same for SQLite, whose index knows the order of the words."""
    return " AND ".join(f"({' OR '.join(map(_quoted, term.phrases))})" for term in terms)


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.words)}"{" *" if phrase.open_end else ""}'
