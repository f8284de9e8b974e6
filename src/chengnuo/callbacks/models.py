"""Tables of callbacks: links that ask for a rating, ratings, and how far the ledger was read."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from chengnuo.cases.models import Case
from chengnuo.people.models import Organisation, Staff


class Via(models.TextChoices):
    LINK = "link", "短信链接"
    SMS = "sms", "短信回复"
    PHONE = "phone", "电话回访"
    WEB = "web", "网上"


class RatingOffer(models.Model):
    """A link by which one customer rates one closing of a case, once.

    Of the token only its hash is kept: who reads the table cannot rate.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rating_offers")
    closed_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64, default="")
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "closed_at"], name="offer_once_a_closing"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("offered_at")), name="offer_half_open"
            ),
        )
        indexes = (models.Index(fields=["sha256"], name="offer_by_hash"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.offered_at:%Y-%m-%d %H:%M}"


class Rating(models.Model):
    """What a customer says of a case: satisfied or not, 1 to 5, solved or not, in words."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="ratings")
    offer = models.OneToOneField(
        RatingOffer, on_delete=models.PROTECT, null=True, related_name="rating"
    )
    satisfied = models.BooleanField()
    score = models.PositiveSmallIntegerField()
    solved = models.BooleanField()
    words = models.TextField(default="")
    via = models.CharField(max_length=10, choices=Via)
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(score__gte=1) & Q(score__lte=5), name="rating_one_to_five"
            ),
            models.CheckConstraint(condition=Q(via__in=Via.values), name="rating_via"),
        )
        indexes = (
            models.Index(fields=["organisation", "-at"], name="rating_by_moment"),
            models.Index(
                fields=["organisation", "-at"],
                condition=Q(satisfied=False),
                name="rating_dissatisfied",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}: {self.score}"


class Reading(models.Model):
    """How far a company's ledger was read for closings."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.organisation_id}@{self.seq}"
