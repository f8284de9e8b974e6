"""Tables of cases. What a case owes and when lies with its docket; here is what it is about."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.obligations.models import Docket
from chengnuo.obligations.projected import copied
from chengnuo.people.models import Organisation, Staff
from chengnuo.vault.fields import BlindKey, SealedText


class Case(models.Model):
    """One customer matter from intake to closure."""

    id = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    docket = models.OneToOneField(Docket, on_delete=models.PROTECT, related_name="case")
    number = models.CharField(max_length=40)
    service = models.CharField(max_length=60)
    # One of the pack; see `packs.channels`.
    channel = models.CharField(max_length=20)
    narrative = models.TextField()
    # Random: the digest in the ledger tells nothing of the words once this is erased with them.
    narrative_salt = models.CharField(max_length=32, default="")
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    location = models.ForeignKey(
        ServiceLocation, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    contact_name = SealedText(longest=100, default="")
    contact_phone = SealedText(longest=60, default="")
    address = models.CharField(max_length=300, default="")
    emergency = models.BooleanField(default=False)
    lodged_at = models.DateTimeField()
    lodged_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    # Who was asked first follows it to the end (首问负责), whoever typed it in.
    first_asked = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    # Restated once until it was clear; the one-time notification (一次性告知) items that were told.
    restated = models.BooleanField(default=False)
    notified = models.JSONField(default=list)
    # The complainant is hidden from those who handle it; only some roles know of the case at all.
    confidential = models.BooleanField(default=False)
    restricted = models.BooleanField(default=False)
    urged = models.PositiveSmallIntegerField(default=0)
    supervised_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged"
    )
    # Where it came from outside: two imports of one row are one case. The sender's own limit.
    source = models.CharField(max_length=60, default="")
    source_ref = models.CharField(max_length=100, default="")
    # `source_ref` is the number as its sender spells it, `source_key` by what it is known, and
    # `sender_words` how the sender wrote the moments that go back to it.
    source_key = models.CharField(max_length=100, default="")
    sender_words = models.JSONField(default=dict)
    outside_due_at = models.DateTimeField(null=True)
    token = models.CharField(max_length=64, unique=True)
    # When who asked, and in which words, was erased (`privacy.erasing`).
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "number"], name="case_number_unique"),
            models.UniqueConstraint(
                fields=["organisation", "source", "source_key"],
                condition=~Q(source=""),
                name="case_once_per_source",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="case_not_merged_into_itself",
            ),
        )
        indexes = (
            models.Index(fields=["organisation", "-lodged_at"], name="case_by_intake"),
            models.Index(
                fields=["organisation", "-lodged_at"],
                condition=Q(closed_at__isnull=True),
                name="case_open",
            ),
            models.Index(
                fields=["organisation", "-lodged_at"],
                condition=Q(restricted=True),
                name="case_restricted",
            ),
            models.Index(fields=["customer", "-lodged_at"], name="case_by_customer"),
        )

    def __str__(self) -> str:
        return self.number


class OpenCase(models.Model):
    """A case that is not over, as queues count and sort it: few narrow rows beside the millions
    that are done. A projection (`open_cases.py`); the truth is `Case`, its docket and its promises.

    One row for the case, where `stage` is empty, and one for each stage in which it stands: for
    each rule that runs. `act_by` is when the soonest promise of the row is due; `unit` handles it.
    """

    docket = models.ForeignKey(Docket, on_delete=models.CASCADE, related_name="+", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+", db_index=False)
    stage = models.CharField(max_length=80, default="")
    # Copied from rows whose own constraints hold them: held twice, each intake would check forty.
    organisation = copied(Organisation)
    unit = copied(Organisation, null=True)
    accepting_unit = copied(Organisation, null=True)
    service = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    emergency = models.BooleanField()
    confidential = models.BooleanField()
    restricted = models.BooleanField()
    urged = models.PositiveSmallIntegerField()
    supervised_at = models.DateTimeField(null=True)
    lodged_at = models.DateTimeField()
    lodged_by = copied(Staff, null=True)
    first_asked = copied(Staff, null=True)
    act_by = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["docket", "stage"], name="open_case_once_a_stage"),
        )
        indexes = (
            models.Index(
                fields=["organisation", "stage", "act_by", "lodged_at"], name="open_case_by_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage}"


class CaseTelephone(models.Model):
    """A number of the caller as it is compared (`customers.telephones`): one row for each of a
    field's numbers. None for what cannot be dialled, or is everybody's."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="telephones")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    key = BlindKey()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "key"], name="case_telephone_once"),
            models.CheckConstraint(condition=~Q(key=""), name="case_telephone_has_a_key"),
        )
        indexes = (models.Index(fields=["organisation", "key"], name="case_by_telephone"),)

    def __str__(self) -> str:
        return self.key


class CaseWords(models.Model):
    """What a case can be found by (see `words`). Beside the case, so that a search reads little.

    The databases keep an index over the words of their own kind, which Django does not know of:
    migration `0004_words_of_all`.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="words")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    lodged_at = models.DateTimeField()
    words = models.TextField()

    class Meta:
        indexes = (models.Index(fields=["organisation", "-lodged_at"], name="words_by_intake"),)

    def __str__(self) -> str:
        return f"{self.case_id}"


class LinkKind(models.TextChoices):
    DUPLICATE = "duplicate", "合并"
    RELATED = "related", "关联"


class CaseLink(models.Model):
    """Two cases that belong together. A merged one is the `case`; what it was merged into, the
    `other`."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links")
    other = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="linked_from")
    kind = models.CharField(max_length=20, choices=LinkKind)
    linked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["case", "other"], name="link_once"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="link_to_another"),
        )

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind} {self.other_id}"


class Assistance(models.Model):
    """A unit that helps the handling unit (协办): asked for what, and what it answered."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assistance")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_for = models.TextField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(default="")
    answered_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case", "unit"],
                condition=Q(answered_at__isnull=True),
                name="assistance_once_at_a_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["unit"], condition=Q(answered_at__isnull=True), name="assistance_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.case_id}"


class Objection(models.Model):
    """A unit says a case is not its own (退单). It keeps the case until this is decided."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    wants = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField()
    raised_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    upheld = models.BooleanField(null=True)
    remark = models.TextField(default="")
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(decided_at__isnull=True),
                name="objection_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, upheld__isnull=True)
                | Q(decided_at__isnull=False, upheld__isnull=False),
                name="objection_decided_one_way",
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.case_id}"


class Copy(models.Model):
    """Who gets a copy (抄送) of a case, and when he looked."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="copies")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    sent_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "staff"], name="copy_once"),)

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.case_id}"


class Attachment(models.Model):
    """A file that came with the matter: a scanned letter, a picture, the sheet of a sender."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    added_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "sha256"], name="attachment_once"),)

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One contact with a customer (来电/来访记录, F-01): a call, a visit to the counter, a message.

    `rang` is how many seconds it rang before somebody answered.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="contacts")
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, related_name="contacts"
    )
    # One of the pack; see `packs.channels`.
    channel = models.CharField(max_length=20)
    outbound = models.BooleanField(default=False)
    phone = SealedText(longest=60, default="")
    phone_key = BlindKey(default="")
    language = models.CharField(max_length=10, default="zh-hans")
    agent = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    need = models.TextField(default="")
    answer = models.TextField(default="")
    rang = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["organisation", "phone_key", "-at"], name="contact_by_key"),
            models.Index(fields=["customer", "-at"], name="contact_by_customer"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.at.isoformat()}"


class BreakGlass(models.Model):
    """A look into what is closed to the viewer (应急查看), for a reason, for a while."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="glass_half_open"),
        )
        indexes = (models.Index(fields=["case", "staff", "until"], name="glass_by_viewer"),)

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.case_id}"


class Presence(models.Model):
    """Who has a case or one of its forms open just now; a hint between colleagues, no evidence."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="present")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    form = models.CharField(max_length=60, default="")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "staff"], name="present_once"),)

    def __str__(self) -> str:
        return f"{self.staff_id}: {self.case_id}"


class SuggestionModel(models.Model):
    """What a company's closed cases taught about which words mean which service; the newest only.

    `held_out`: the share of the cases kept apart that it named rightly (0-1), from `cases` cases.
    """

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="+")
    trained_at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    held_out = models.FloatField()
    weights = models.BinaryField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(held_out__gte=0) & Q(held_out__lte=1), name="suggestions_held_out_share"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.cases}"
