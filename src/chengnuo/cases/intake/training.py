"""Learning which words mean which service, from closed cases. Wants scikit-learn; serving does not.

Only the command `chengnuo suggest train` imports this: it is the one place that needs the library.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from chengnuo.cases.intake.learnt import Learnt, grams
from chengnuo.cases.intake.suggesting import Material

KEPT_APART = 0.2
RARE = 2
MOST_GRAMS = 40_000
SEED = 20_260_309


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learnt from all cases, and how it did on those kept apart when it was tried.

    `first` and `among_three`: shares of the cases kept apart (0-1) whose service was named first,
    or among the first three.
    """

    learnt: Learnt
    tried_on: int
    first: float
    among_three: float


def learn(material: Material) -> Lesson:
    """Try on a fifth of the cases that were kept apart, then learn from all of them."""
    texts, services = list(material.narratives), list(material.services)
    known, asked, right, wanted = train_test_split(
        texts, services, test_size=KEPT_APART, stratify=services, random_state=SEED
    )
    trial = _fitted(known, right)
    answers = [[a.service for a in trial.answer(text)[:3]] for text in asked]
    pairs = list(zip(answers, wanted, strict=True))
    return Lesson(
        learnt=_fitted(texts, services),
        tried_on=len(asked),
        first=sum(found[:1] == [service] for found, service in pairs) / len(pairs),
        among_three=sum(service in found for found, service in pairs) / len(pairs),
    )


def _fitted(texts: list[str], services: list[str]) -> Learnt:
    counting = TfidfVectorizer(analyzer=grams, min_df=RARE, max_features=MOST_GRAMS)
    rows = counting.fit_transform(texts)
    model = LogisticRegression(C=10.0, max_iter=500).fit(rows, services)
    weights, intercepts = _of_every_service(model)
    columns = counting.vocabulary_
    return Learnt(
        services=tuple(str(s) for s in model.classes_),
        intercepts=tuple(float(b) for b in intercepts),
        rarity={gram: float(counting.idf_[i]) for gram, i in columns.items()},
        weights={gram: [float(w) for w in weights[:, i]] for gram, i in columns.items()},
    )


def _of_every_service(model: Any) -> tuple[Any, Any]:
    """Of two services the library keeps the difference alone; we keep a row for each."""
    weights, intercepts = model.coef_, model.intercept_
    if len(model.classes_) > 2:
        return weights, intercepts
    return np.vstack([-weights / 2, weights / 2]), np.concatenate([-intercepts / 2, intercepts / 2])
