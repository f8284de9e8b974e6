"""Tables of cases. What a case owes and when lies with its docket; here is what it is about."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.obligations.models import Docket
from chengnuo.people.models import Organisation, Staff


class Channel(models.TextChoices):
    PHONE = "phone", "热线"
    COUNTER = "counter", "窗口"
    WECHAT = "wechat", "微信"
    WEB = "web", "网上"
    LETTER = "letter", "信函"
    TRANSFER = "transfer", "上级转办"
    INTERNAL = "internal", "内部"
    IMPORT = "import", "导入"


class Case(models.Model):
    """One customer matter from intake to closure."""

    id = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    docket = models.OneToOneField(Docket, on_delete=models.PROTECT, related_name="case")
    number = models.CharField(max_length=40)
    service = models.CharField(max_length=60)
    channel = models.CharField(max_length=20, choices=Channel)
    narrative = models.TextField()
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    location = models.ForeignKey(
        ServiceLocation, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    contact_name = models.CharField(max_length=100, default="")
    contact_phone = models.CharField(max_length=30, default="")
    address = models.CharField(max_length=300, default="")
    emergency = models.BooleanField(default=False)
    lodged_at = models.DateTimeField()
    lodged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    # Where it came from outside: two imports of one row are one case.
    source = models.CharField(max_length=60, default="")
    source_ref = models.CharField(max_length=100, default="")
    token = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "number"], name="case_number_unique"),
            models.UniqueConstraint(
                fields=["organisation", "source", "source_ref"],
                condition=~Q(source=""),
                name="case_once_per_source",
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "-lodged_at"], name="case_by_intake"),
            models.Index(fields=["organisation", "contact_phone"], name="case_by_phone"),
        )

    def __str__(self) -> str:
        return self.number
