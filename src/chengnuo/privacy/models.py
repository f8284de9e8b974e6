"""Tables: what people asked of their data, and what is held back from erasure."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from chengnuo.cases.models import Case
from chengnuo.customers.models import Customer
from chengnuo.people.models import Organisation, Staff


class LegalHold(models.Model):
    """Nothing of this customer or case is erased (a lawsuit, an inquiry) until it is lifted."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="holds"
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="holds")
    reason = models.TextField()
    set_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(customer__isnull=False, case__isnull=True)
                | Q(customer__isnull=True, case__isnull=False),
                name="hold_on_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | Q(lifted_at__gte=F("set_at"), lifted_by__isnull=False),
                name="hold_lifted_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.customer_id or self.case_id}"


class Wanted(models.TextChoices):
    ACCESS = "access", "查阅、复制"
    ERASURE = "erasure", "删除"


class DataRequest(models.Model):
    """What a customer asked of his data, and how it was answered; two people act on each."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="data_requests")
    wanted = models.CharField(max_length=20, choices=Wanted)
    told = models.TextField()
    taken_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    remark = models.TextField(default="")
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("taken_by")),
                name="data_request_by_two",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, granted__isnull=True)
                | Q(decided_at__gte=F("taken_at"), decided_by__isnull=False, granted__isnull=False),
                name="data_request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(wanted__in=Wanted.values), name="data_request_of_a_kind"
            ),
        )
        indexes = (
            models.Index(
                fields=["organisation"],
                condition=Q(decided_at__isnull=True),
                name="data_request_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.wanted} {self.customer_id}"


class FileToRemove(models.Model):
    """A file of something erased that still lies on the disk: gone as soon as nothing else that is
    kept names it. A row, so that an interruption forgets none."""

    sha256 = models.CharField(max_length=64, primary_key=True)

    def __str__(self) -> str:
        return self.sha256
