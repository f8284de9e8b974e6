"""Tables of the regulation itself: releases of packs, what was found in them, holiday notices."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class PackRelease(models.Model):
    """One version of a pack, whole, as it was installed. Dockets pin its digest."""

    digest = models.CharField(max_length=64, primary_key=True)
    pack = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    in_force_from = models.DateField()
    in_force_to = models.DateField(null=True)
    # JSON text: PostgreSQL's jsonb would forget the order of forms, fields and choices.
    content = models.TextField()
    time_zone = models.CharField(max_length=60, default="Asia/Shanghai")
    installed_at = models.DateTimeField()
    # When it had come into force and what its `transition` says was done to running dockets.
    carried_out_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["pack", "in_force_from"], name="release_by_pack"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gt=F("in_force_from")),
                name="release_half_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pack} {self.version}"


class ReleaseSearch(models.Model):
    """What the search for loopholes found in a release; kept until the search finds more, for a
    release never changes."""

    release = models.OneToOneField(
        PackRelease, on_delete=models.PROTECT, related_name="search", primary_key=True
    )
    report = models.JSONField()
    searched_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.release_id[:12]} {self.searched_at.isoformat()}"


class HolidayNotice(models.Model):
    """A published holiday notice that was loaded here; the newest of a family and year counts."""

    family = models.CharField(max_length=20)
    year = models.PositiveIntegerField()
    content = models.JSONField()
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.family} {self.year}"
