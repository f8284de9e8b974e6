"""Tables of customers: the archive (客户档案, F-50), in the names of CIM.

Personal data: names and telephones are sealed in the database and found by keys; shown masked,
looked at under a log (see `access`).
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from chengnuo.people.models import Organisation
from chengnuo.vault.fields import BlindKey, SealedText

MOST_LEVEL = 5


class CustomerClass(models.TextChoices):
    RESIDENTIAL = "residential", "居民"
    COMMERCIAL_INDUSTRIAL = "commercial_industrial", "工商户"
    BATCH = "batch", "批量用户"
    KEY = "key", "大客户"
    SPECIAL = "special", "特殊客户"
    POTENTIAL = "potential", "潜在客户"


class Customer(models.Model):
    """CIM Customer. `phone` is the one to call first; further ones are `CustomerPhone`. Names and
    numbers are compared by their keys (`telephones`).

    `level` is what repeat purchases made of the customer (O2-024): 1 to 5, 0 where nobody has
    classified. `visit_consent`: whether the customer agrees to be visited; None: not asked yet.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    number = models.CharField(max_length=40)
    name = SealedText(longest=100)
    name_key = BlindKey(default="")
    phone = SealedText(longest=60, default="")
    phone_key = BlindKey(default="")
    customer_class = models.CharField(
        max_length=30, choices=CustomerClass, default=CustomerClass.RESIDENTIAL
    )
    level = models.PositiveSmallIntegerField(default=0)
    language = models.CharField(max_length=10, default="zh-hans")
    visit_consent = models.BooleanField(null=True)
    registered_at = models.DateTimeField(null=True)
    # When name and telephones were erased (`privacy.erasing`).
    erased_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "number"], name="customer_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(customer_class__in=CustomerClass.values), name="customer_of_a_class"
            ),
            models.CheckConstraint(condition=Q(level__lte=MOST_LEVEL), name="customer_level"),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(name=""), name="customer_has_number_and_name"
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "phone_key"], name="customer_by_telephone"),
            models.Index(fields=["organisation", "customer_class"], name="customer_by_class"),
            models.Index(fields=["organisation", "name_key"], name="customer_by_name_key"),
            models.Index(fields=["organisation", "registered_at"], name="customer_by_beginning"),
        )

    def __str__(self) -> str:
        return self.number


class CustomerPhone(models.Model):
    """A further telephone number of a customer, and whose it is (妻子, 门卫 …)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="phones")
    number = SealedText(longest=60)
    key = BlindKey(default="")
    # The whole field, with its extension and its words.
    whole = BlindKey(default="")
    note = models.CharField(max_length=40, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["customer", "whole"], name="phone_once_a_customer"),
            models.CheckConstraint(condition=~Q(number=""), name="phone_has_a_number"),
        )
        indexes = (models.Index(fields=["organisation", "key"], name="further_phone_by_key"),)

    def __str__(self) -> str:
        return self.number


class ServiceLocation(models.Model):
    """CIM ServiceLocation: premises 用气/用水地址, with the facts that rules ask for (E-02).

    None: nobody has looked yet.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="locations"
    )
    address = models.CharField(max_length=300)
    area = models.CharField(max_length=30, default="")
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    riser_ready = models.BooleanField(null=True)
    supplied = models.BooleanField(null=True)
    secondary_supply = models.BooleanField(null=True)
    secondary_builder = models.CharField(max_length=100, default="")
    low_pressure_zone = models.BooleanField(null=True)
    terrain_height = models.FloatField(null=True)
    meter_box = models.CharField(max_length=40, default="")

    class Meta:
        indexes = (
            models.Index(
                fields=["organisation", "address"],
                opclasses=["int8_ops", "varchar_pattern_ops"],
                name="location_by_address",
            ),
        )

    def __str__(self) -> str:
        return self.address


class UsagePoint(models.Model):
    """CIM UsagePoint: where gas, water or power is taken."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(
        ServiceLocation, on_delete=models.PROTECT, related_name="usage_points"
    )
    number = models.CharField(max_length=40)
    use_nature = models.CharField(max_length=40, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "number"], name="usage_point_number_unique"
            ),
        )

    def __str__(self) -> str:
        return self.number


class MeterKind(models.TextChoices):
    MECHANICAL = "mechanical", "机械表"
    IC_CARD = "ic_card", "IC卡表"
    REMOTE = "remote", "远传表"


class Meter(models.Model):
    """CIM Meter. Installed and removed on local days; a serial number hangs in one place only."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    usage_point = models.ForeignKey(UsagePoint, on_delete=models.PROTECT, related_name="meters")
    serial_number = models.CharField(max_length=40)
    kind = models.CharField(max_length=40, default="")
    type = models.CharField(max_length=40, default="")
    installed_on = models.DateField(null=True)
    removed_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "serial_number"],
                condition=Q(removed_on__isnull=True),
                name="meter_in_one_place",
            ),
            models.CheckConstraint(
                condition=Q(kind="") | Q(kind__in=MeterKind.values), name="meter_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True)
                | Q(installed_on__isnull=True)
                | Q(removed_on__gte=F("installed_on")),
                name="meter_removed_after_installed",
            ),
        )
        indexes = (models.Index(fields=["organisation", "serial_number"], name="meter_by_serial"),)

    def __str__(self) -> str:
        return self.serial_number


class Appliance(models.Model):
    """Equipment found at the premises on a visit (O0-039), as it was on the day it was seen."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(
        ServiceLocation, on_delete=models.PROTECT, related_name="appliances"
    )
    # One of the pack; see `packs.appliances`.
    kind = models.CharField(max_length=30)
    make = models.CharField(max_length=80, default="")
    seen_on = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(kind=""), name="appliance_of_a_kind"),
            models.UniqueConstraint(fields=["location", "kind", "make"], name="appliance_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.make}"


class CustomerAccount(models.Model):
    """CIM CustomerAccount (户号): opened and closed on local days, `[opened_on, closed_on)`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="accounts")
    number = models.CharField(max_length=40)
    use_nature = models.CharField(max_length=40, default="")
    applied_on = models.DateField(null=True)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "number"], name="account_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="account_closed_after_opened",
            ),
            models.CheckConstraint(
                condition=Q(applied_on__isnull=True) | Q(applied_on__lte=F("opened_on")),
                name="account_applied_before_opened",
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "opened_on"], name="account_by_opening"),
            models.Index(fields=["organisation", "closed_on"], name="account_by_closing"),
        )
        ordering: ClassVar = ["opened_on", "pk"]

    def __str__(self) -> str:
        return self.number


class CustomerAgreement(models.Model):
    """CIM CustomerAgreement (合同): for which premises an account is supplied, and the dates that
    clauses count from: paid, and the day agreed in the contract."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(
        CustomerAccount, on_delete=models.PROTECT, related_name="agreements"
    )
    location = models.ForeignKey(
        ServiceLocation, on_delete=models.PROTECT, null=True, related_name="agreements"
    )
    number = models.CharField(max_length=40)
    signed_on = models.DateField()
    paid_on = models.DateField(null=True)
    agreed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "number"], name="agreement_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("signed_on")),
                name="agreement_ends_after_signed",
            ),
        )

    def __str__(self) -> str:
        return self.number


class StrangerCount(models.Model):
    """How often a stranger asked since a moment. The key is a keyed hash: it names nobody."""

    key = models.CharField(max_length=64, primary_key=True)
    since = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = (models.Index(fields=["since"], name="attempt_by_age"),)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.number}"
