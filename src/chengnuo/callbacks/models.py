"""Tables of callbacks: ratings and the links that ask for them, attempts, bad answers, samples."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from chengnuo.cases.models import Case
from chengnuo.obligations.models import Evidence, Obligation
from chengnuo.people.models import Organisation, Staff


class RatedVia(models.TextChoices):
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
        return f"{self.case_id} {self.offered_at.isoformat()}"


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
    via = models.CharField(max_length=10, choices=RatedVia)
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(score__gte=1) & Q(score__lte=5), name="rating_one_to_five"
            ),
            models.CheckConstraint(condition=Q(via__in=RatedVia.values), name="rating_via"),
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


class Outcome(models.TextChoices):
    CONNECTED = "connected", "已接通"
    NO_ANSWER = "no_answer", "无人接听"
    BUSY = "busy", "占线"
    REFUSED = "refused", "拒访"
    WRONG_NUMBER = "wrong_number", "号码错误"
    CALL_LATER = "call_later", "约定再拨"


class Manner(models.TextChoices):
    PHONE = "phone", "电话回访"
    VISIT = "visit", "上门回访"


class Assignment(models.Model):
    """Whose list a due callback is on. Only its running obligation makes it due."""

    obligation = models.OneToOneField(
        Obligation, on_delete=models.PROTECT, related_name="callback_assignment"
    )
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.obligation_id}"


class Attempt(models.Model):
    """One attempt to reach a customer, and when to try again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(
        Obligation, on_delete=models.PROTECT, related_name="callback_attempts"
    )
    officer = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    manner = models.CharField(max_length=10, choices=Manner)
    outcome = models.CharField(max_length=20, choices=Outcome)
    note = models.TextField(default="")
    at = models.DateTimeField()
    again_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="attempt_outcome"),
            models.CheckConstraint(
                condition=Q(again_at__isnull=True) | Q(again_at__gt=F("at")), name="attempt_again"
            ),
        )
        indexes = (models.Index(fields=["organisation", "-at"], name="attempt_by_moment"),)

    def __str__(self) -> str:
        return f"{self.obligation_id}: {self.outcome}"


class VisitOrder(models.Model):
    """A callback by a visit: the customer consents (S3 三.3(2)), the leader instructs (S3 二.2)."""

    obligation = models.OneToOneField(
        Obligation, on_delete=models.PROTECT, related_name="callback_visit"
    )
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    why = models.TextField()
    consented_by = models.CharField(max_length=100, default="")
    consented_at = models.DateTimeField(null=True)
    instruction = models.TextField(default="")
    instructed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    instructed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.obligation_id}"


class BadAnswer(models.Model):
    """A customer is not satisfied, or says it is not done: the case is wanted back.

    `false_completion`: a unit had reported it done (虚假办结). `before` is that unit.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    rating = models.OneToOneField(Rating, on_delete=models.PROTECT, related_name="bad_answer")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bad_answers")
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, related_name="+")
    before = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    false_completion = models.BooleanField(default=False)
    raised_at = models.DateTimeField()
    reopened = models.BooleanField(null=True)
    remark = models.TextField(default="")
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, reopened__isnull=True)
                | Q(decided_at__isnull=False, reopened__isnull=False),
                name="bad_answer_decided_one_way",
            ),
        )
        indexes = (
            models.Index(
                fields=["organisation"],
                condition=Q(decided_at__isnull=True),
                name="bad_answer_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id}"


class Sample(models.Model):
    """A draw of closed cases to be called back. `seed` and `population` let it be drawn again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    plan = models.CharField(max_length=60)
    begins = models.DateField()
    ends = models.DateField()
    seed = models.CharField(max_length=64)
    population = models.PositiveIntegerField()
    drawn = models.JSONField(default=list)
    drawn_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "plan", "begins"], name="sample_once_a_period"
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan} {self.begins}"


class Drawn(models.Model):
    """One case of a draw: the callback that was lodged, and the original that it asks about."""

    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, related_name="cases")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="drawn_for")
    original = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="drawn")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["sample", "original"], name="drawn_once_a_sample"),
            models.CheckConstraint(condition=~Q(case=F("original")), name="drawn_asks_of_another"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} → {self.original_id}"
