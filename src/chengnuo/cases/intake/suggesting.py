"""Which service may be meant: words of alarm first, then what was learnt, then the catalogue.

Suggestions are shown and chosen by a person; nothing is taken in by them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from chengnuo.cases.intake.learnt import Learnt, LearntService, unpacked
from chengnuo.cases.models import Case, SuggestionModel
from chengnuo.ledger.services import Fact, record
from chengnuo.packs.schema import Pack
from chengnuo.packs.suggesting import Suggestion, by_words
from chengnuo.people.models import Organisation

SHOWN = 3
# Learnt answers stand before the catalogue's from here on, and are not told at all below that.
SURE, WORTH_TELLING = 0.5, 0.1
LEAST_PER_SERVICE = 20
MOST_READ = 50_000


class TooLittleToLearn(ValueError):
    """Too few closed cases of too few services; the message names the numbers."""


@dataclass(frozen=True, slots=True)
class Material:
    """Narratives of closed cases with the service each was handled as."""

    narratives: tuple[str, ...]
    services: tuple[str, ...]
    left_out: dict[str, int]


def suggest(*, company: Organisation, pack: Pack, narrative: str) -> list[Suggestion]:
    """The services that a narrative may mean, at most three, best first, each with its why."""
    model = SuggestionModel.objects.filter(organisation=company).only("trained_at").first()
    learnt = _weights(model.pk, model.trained_at) if model is not None else None
    return ranked(pack, narrative, learnt)


def ranked(pack: Pack, narrative: str, learnt: Learnt | None) -> list[Suggestion]:
    """Words of alarm, then what was learnt and is likely, the catalogue, and the less likely."""
    by_catalogue = [s for s in by_words(pack, narrative) if _is_asked_for(pack, s.service)]
    answers = learnt.answer(narrative) if learnt is not None else []
    answers = [a for a in answers if _is_asked_for(pack, a.service)]
    order = [
        *(s for s in by_catalogue if s.alarm),
        *(_as_suggestion(a) for a in answers if a.share >= SURE),
        *by_catalogue,
        *(_as_suggestion(a) for a in answers if WORTH_TELLING <= a.share < SURE),
    ]
    best: dict[str, Suggestion] = {}
    words = {s.service: s for s in by_catalogue}
    for one in order:
        best.setdefault(one.service, words.get(one.service, one))
    return list(best.values())[:SHOWN]


def _is_asked_for(pack: Pack, service: str) -> bool:
    """Whether somebody who calls may mean it: the house's own matters are nobody's call. What was
    learnt may be of a release whose catalogue was another one."""
    entry = pack.services.get(service)
    return entry is not None and entry.process is not None and entry.audience == "customer"


def _as_suggestion(answer: LearntService) -> Suggestion:
    return Suggestion(answer.service, answer.why, learnt=True)


@lru_cache(maxsize=32)
def _weights(model: int, trained_at: datetime) -> Learnt:
    """Read once a worker and training."""
    return unpacked(bytes(SuggestionModel.objects.get(pk=model, trained_at=trained_at).weights))


# -- learning --------------------------------------------------------------------------------------


def material(*, company: Organisation, read: Callable[[int], None] | None = None) -> Material:
    """What may be learnt from: the newest closed cases, never those that only some may know of.

    Merged cases are left out: their matter is counted once. `read` is told how many rows were read.
    Raises TooLittleToLearn.
    """
    rows = closed_cases(company=company)
    found: list[tuple[str, str]] = []
    for narrative, service in rows.values_list("narrative", "service").iterator(chunk_size=2000):
        found.append((narrative, service))
        if read is not None:
            read(1)
    counts = Counter(service for _, service in found)
    enough = {s for s, n in counts.items() if n >= LEAST_PER_SERVICE}
    if len(enough) < 2:
        told = ", ".join(f"{s} {n}" for s, n in counts.most_common()) or "none"
        raise TooLittleToLearn(
            f"{company.code}: learning wants {LEAST_PER_SERVICE} closed cases of each of two "
            f"services or more; there are: {told}"
        )
    kept = [(n, s) for n, s in found if s in enough]
    return Material(
        tuple(n for n, _ in kept),
        tuple(s for _, s in kept),
        {s: n for s, n in counts.items() if s not in enough},
    )


def closed_cases(*, company: Organisation) -> QuerySet[Case]:
    """The cases that are learnt from, newest first."""
    rows = Case.objects.filter(
        organisation=company, restricted=False, closed_at__isnull=False, merged_into__isnull=True
    ).exclude(narrative="")
    return rows.order_by("-lodged_at")[:MOST_READ]


@transaction.atomic
def keep_learnt(
    *, company: Organisation, learnt: Learnt, cases: int, held_out: float, now: datetime
) -> SuggestionModel:
    """Keep what was learnt in the place of what was known before; workers look again.

    `held_out` is the share of cases kept apart that it named rightly (0–1).
    """
    weights = learnt.packed()
    model, _ = SuggestionModel.objects.update_or_create(
        organisation=company,
        defaults={"trained_at": now, "cases": cases, "held_out": held_out, "weights": weights},
    )
    data = {"cases": cases, "held_out": round(held_out, 4), "sha256": sha256(weights).hexdigest()}
    record(
        organisation_id=company.pk,
        facts=[Fact(kind="suggestions.learnt", at=now, data=data)],
        now=now,
    )
    return model
