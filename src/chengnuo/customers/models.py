"""Tables of customers. Personal data: shown masked, looked at under a log (see `access`)."""

from __future__ import annotations

from django.db import models

from chengnuo.people.models import Organisation


class CustomerClass(models.TextChoices):
    RESIDENTIAL = "residential", "居民"
    COMMERCIAL_INDUSTRIAL = "commercial_industrial", "工商户"
    BATCH = "batch", "批量用户"
    KEY = "key", "大客户"
    SPECIAL = "special", "特殊客户"
    POTENTIAL = "potential", "潜在客户"


class Customer(models.Model):
    """CIM Customer."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    number = models.CharField(max_length=40)
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=30, default="")
    customer_class = models.CharField(
        max_length=30, choices=CustomerClass, default=CustomerClass.RESIDENTIAL
    )
    language = models.CharField(max_length=10, default="zh-hans")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "number"], name="customer_number_unique"
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "phone"], name="customer_by_phone"),
            models.Index(fields=["organisation", "customer_class"], name="customer_by_class"),
        )

    def __str__(self) -> str:
        return self.number


class ServiceLocation(models.Model):
    """CIM ServiceLocation: premises 用气/用水地址, with the facts that rules ask for."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="locations"
    )
    address = models.CharField(max_length=300)
    area = models.CharField(max_length=30, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.address


class UsagePoint(models.Model):
    """CIM UsagePoint: where gas, water or power is taken."""

    location = models.ForeignKey(
        ServiceLocation, on_delete=models.PROTECT, related_name="usage_points"
    )
    number = models.CharField(max_length=40)
    use_nature = models.CharField(max_length=40, default="")

    def __str__(self) -> str:
        return self.number


class Meter(models.Model):
    """CIM Meter."""

    usage_point = models.ForeignKey(UsagePoint, on_delete=models.PROTECT, related_name="meters")
    serial_number = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, default="")

    def __str__(self) -> str:
        return self.serial_number
