"""The steps of the worker: those of the rooms, and its own."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from chengnuo.doors.jobs.checkpoints import sign_chains
from chengnuo.doors.jobs.retention import erase_kept_long_enough
from chengnuo.doors.jobs.tidying import tidy
from chengnuo.ledger.steps import WorkerStep

OWN = (
    WorkerStep(name="jobs.sign_chains", do=sign_chains, every=timedelta(minutes=1)),
    WorkerStep(name="jobs.erase", do=erase_kept_long_enough, every=timedelta(minutes=1)),
    WorkerStep(name="jobs.tidy", do=tidy, every=timedelta(days=1)),
)


def declared() -> tuple[WorkerStep, ...]:
    """Those of all rooms, the lower rooms first, then the worker's own."""
    found: tuple[WorkerStep, ...] = import_string(settings.HOUSE).steps
    return (*found, *OWN)
