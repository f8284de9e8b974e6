"""Tables of accountability: proceedings, the parts of those concerned, deductions, pay sheets.

Points are stored in hundredths and money in fen, so that they divide without rest.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chengnuo.cases.models import Case
from chengnuo.obligations.models import Breach, Evidence
from chengnuo.people.models import Organisation, Staff
from chengnuo.rules.moments import month_key


class Ground(models.TextChoices):
    BREACH = "breach", "违诺"
    DISSATISFIED = "dissatisfied", "回访不满意"
    FALSE_COMPLETION = "false_completion", "虚假办结"


class Proceeding(models.Model):
    """One accountability procedure (责任追究) with its statement.

    `case` runs the pack's accountability process; `origin` is the matter in which it went wrong.
    `statement` is canonical JSON: derived from the record alone, so that it can be derived again.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="proceeding")
    origin = models.ForeignKey(
        Case, on_delete=models.PROTECT, null=True, related_name="proceedings"
    )
    ground = models.CharField(max_length=20, choices=Ground)
    breach = models.ForeignKey(
        Breach, on_delete=models.PROTECT, null=True, related_name="proceedings"
    )
    # A customer's answer: its entry in the organisation's ledger, and its form where it has one.
    entry_seq = models.BigIntegerField(null=True)
    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, null=True, related_name="+")
    statement = models.TextField()
    digest = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    # Why somebody opened it; what the regulation opens by itself gives no reason.
    reason = models.TextField(default="")
    served_at = models.DateTimeField(null=True)
    # What HR decided in the end, and why it differs from the statement where it does.
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed = models.BooleanField(null=True)
    remark = models.TextField(default="")
    final_digest = models.CharField(max_length=64, default="")
    # Taken back before it was decided: it stays on record, and the same ground may be opened anew.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_why = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["breach"],
                condition=Q(breach__isnull=False, withdrawn_at__isnull=True),
                name="proceeding_once_a_breach",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & Q(signed_at__isnull=True)
                    & ~Q(withdrawn_why="")
                ),
                name="proceeding_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(breach__isnull=False)
                | Q(evidence__isnull=False)
                | Q(entry_seq__isnull=False),
                name="proceeding_has_a_ground",
            ),
            models.UniqueConstraint(
                fields=["organisation", "entry_seq"],
                condition=Q(entry_seq__isnull=False, withdrawn_at__isnull=True),
                name="proceeding_once_an_entry",
            ),
            models.UniqueConstraint(
                fields=["evidence", "ground"],
                condition=Q(evidence__isnull=False, withdrawn_at__isnull=True),
                name="proceeding_once_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, confirmed__isnull=True)
                | Q(signed_at__isnull=False, confirmed__isnull=False),
                name="proceeding_signed_one_way",
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "-opened_at"], name="proceeding_by_opening"),
        )

    def __str__(self) -> str:
        return f"{self.ground} {self.case_id}"

    @property
    def is_over(self) -> bool:
        """Signed or withdrawn: nothing more is said in it."""
        return self.signed_at is not None or self.withdrawn_at is not None


class Part(models.Model):
    """What one of those concerned answers for, his rebuttal (申辩), and what was decided of it."""

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="parts")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=60, default="")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    seconds = models.PositiveBigIntegerField()
    share = models.PositiveIntegerField()
    points = models.PositiveIntegerField()
    fen = models.PositiveIntegerField()
    rebuttal = models.TextField(default="")
    rebutted_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(default=False)
    final_points = models.PositiveIntegerField(null=True)
    final_fen = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["proceeding", "unit", "role", "staff"],
                name="part_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(share__lte=10_000), name="part_of_the_whole"),
        )
        indexes = (models.Index(fields=["staff"], name="part_by_person"),)

    def __str__(self) -> str:
        return f"{self.proceeding_id}: {self.share}"


class Opinion(models.Model):
    """What the head of a department concerned says for those who decide (责任追究意见), for ever.

    The newest of each department counts; after the signature there are no more.
    """

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="opinions")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["proceeding", "unit", "at"], name="opinion_one_a_moment"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="opinion_has_words"),
        )

    def __str__(self) -> str:
        return f"{self.proceeding_id}: {self.unit_id}"


class Deduction(models.Model):
    """What was taken off in a month, for ever. `staff` None: it falls on the department."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    part = models.OneToOneField(Part, on_delete=models.PROTECT, related_name="deduction")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="deductions")
    month = models.DateField()
    points = models.PositiveIntegerField()
    fen = models.PositiveIntegerField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(month__day=1), name="deduction_of_a_month"),
        )
        indexes = (models.Index(fields=["organisation", "month"], name="deduction_by_month"),)

    def __str__(self) -> str:
        return f"{month_key(self.month)} {self.points}"


class PaySheet(models.Model):
    """The performance pay sheet of a month, signed: canonical JSON, for ever."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()
    content = models.TextField()
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "month"], name="sheet_once_a_month"),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id} {month_key(self.month)}"
