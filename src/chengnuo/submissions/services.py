"""The one verb by which a filled form becomes evidence and its events happen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from chengnuo.obligations.models import Docket, Evidence
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.services import SomebodyWasFaster, locked
from chengnuo.packs.forms import Filled
from chengnuo.people.models import Staff
from chengnuo.submissions.checks import check, read, shape_of
from chengnuo.submissions.handlers import Submission, Via, handlers_of
from chengnuo.submissions.keeping import keep
from chengnuo.submissions.queries import sent_before

NOTHING: Mapping[str, str] = MappingProxyType({})


def submit(
    *,
    form: str,
    docket: UUID,
    by: Staff,
    at: datetime,
    values: Mapping[str, Any],
    files: Mapping[str, str] = NOTHING,
    via: Via,
    token: str,
    version: int | None = None,
    context: Mapping[str, str] = NOTHING,
) -> Evidence:
    """Fill a form of a docket: it is kept as evidence, its events happen, its room acts on it.

    `at` is when it was sent in; when the thing happened, the form itself says. `values` are as
    typed, by field; `files` are kept files, by field, as evidence holds them. `version` is that of
    the docket which the sender saw. `context` is what a door tells the form's room beside the
    fields. The same token twice is one submission.

    Raises NoSuchForm, FormHasErrors (fields), RefusedByRule (a gate, a post, a turn),
    SomebodyWasFaster (the docket moved on), and what the form's room raises; in each case nothing
    is written.
    """
    known = sent_before(docket=docket, token=token)
    if known is not None:
        return known
    with transaction.atomic():
        held = locked(docket_id=docket, expected_version=None)
        known = sent_before(docket=docket, token=token)
        if known is not None:
            return known  # a double click: the first one was written while we waited
        if version is not None and held.version != version:
            raise SomebodyWasFaster
        sent = _submission(held, form, by, at, context)
        return _carry_out(sent, read(sent, values, files), token, via)


def _submission(
    docket: Docket, form: str, by: Staff, at: datetime, context: Mapping[str, str]
) -> Submission:
    regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
    return Submission(
        form=form,
        shape=shape_of(form=form, docket=docket, regulation=regulation),
        docket=docket,
        regulation=regulation,
        by=by,
        at=at,
        context=context,
    )


def _carry_out(sent: Submission, filled: Filled, token: str, via: Via) -> Evidence:
    # The rooms first: what one of them refuses must be refused before anything is kept.
    after = [handler.handle(sent) for handler in handlers_of(sent)]
    told = check(sent, filled)
    evidence = keep(sent=sent, filled=filled, told=told, token=token, via=via)
    for then in after:
        if then is not None:
            then(evidence)
    return evidence
