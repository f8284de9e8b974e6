"""Erases what was kept long enough, where the house lets the worker do so."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings

from chengnuo.people.queries import companies
from chengnuo.privacy.services import erase_due

log = logging.getLogger("chengnuo.retention")


def erase_kept_long_enough(*, now: datetime) -> None:
    """The worker's step. Without the setting people do it, on the page or by the command."""
    if not settings.ERASE_DUE:
        return
    for company in companies():
        done = erase_due(company=company, by=None, now=now)
        if any(done.values()):
            log.info("%s: erased %s", company.code, done)
