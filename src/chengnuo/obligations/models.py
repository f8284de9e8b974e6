"""Tables of the obligations: dockets, obligations, breaches, evidence, unassigned escalations.

Timers are rows: `Obligation.next_at` is the next moment at which time alone does something.
Breaches are
permanent: triggers refuse to change or delete them, and their obligation cannot be deleted under
them.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from chengnuo.obligations.projected import OpenPromise, VerdictsOfDay
from chengnuo.obligations.stored_regulation import HolidayNotice, PackRelease, ReleaseSearch
from chengnuo.people.models import Organisation, Staff

__all__ = [
    "Annulment",
    "Average",
    "Breach",
    "Docket",
    "Escalation",
    "Evidence",
    "HolidayNotice",
    "Obligation",
    "OpenPromise",
    "PackRelease",
    "ReleaseSearch",
    "UnassignedEscalation",
    "VerdictsOfDay",
]

RUNNING = Q(kept_at__isnull=True, voided_at__isnull=True)
ONE_OF_MANY = Q(average="part")
"""One matter of an average: not kept, not late, not broken by itself."""
JUDGED = (Q(kept_at__isnull=False) | Q(broken_at__isnull=False)) & ~ONE_OF_MANY


# Kinds of subjects that have recurring duties. Other rooms name their own: a case, a round, a stop.
ORGANISATION = "organisation"
CUSTOMER = "customer"
PREMISES = "premises"


class Average(models.TextChoices):
    PART = "part", "计入平均"
    MEAN = "mean", "平均"


class Docket(models.Model):
    """What is known of one subject under rule: the pinned release, facts, and when events last
    happened.

    `subject_kind` says what it is about, `subject` about which one: by its number, or its key. A
    matter (a case, a round) runs a process and ends; a unit or a customer has duties, for ever.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="+")
    subject_kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    service = models.CharField(max_length=60, default="")
    process = models.CharField(max_length=60, default="")
    facts = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    accepting_unit = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True
    )
    handling_unit = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", null=True
    )
    opened_at = models.DateTimeField()
    round_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    # Only these rules are judged (None: all); an import judges what history can tell.
    judged = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at")),
                name="docket_closes_after_it_opens",
            ),
            models.CheckConstraint(condition=~Q(subject_kind=""), name="docket_is_about_something"),
            models.UniqueConstraint(
                fields=["organisation", "subject_kind", "subject"],
                name="docket_one_per_subject",
            ),
        )

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject}"

    @property
    def is_matter(self) -> bool:
        """Whether it runs a process, with a beginning and an end."""
        return bool(self.process)

    @property
    def is_open_matter(self) -> bool:
        """Whether it is a matter that is not over."""
        return self.is_matter and self.closed_at is None


class Obligation(models.Model):
    """A rule at work: owed by a unit and role, from a moment, until a moment.

    `act_by` is what the desk sorts by: the due moment, or an earlier one of a rule that governs it.
    `kept_at` and `broken_at` are two facts.
    """

    id = models.UUIDField(primary_key=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    docket = models.ForeignKey(Docket, on_delete=models.PROTECT, related_name="obligations")
    rule = models.CharField(max_length=80)
    turn = models.CharField(max_length=40)
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=60, default="")
    start_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    act_by = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True)
    # Its breach was recorded wrongly, two people said: it counts as if it had been kept in time.
    annulled_at = models.DateTimeField(null=True)
    annulled = models.PositiveSmallIntegerField(default=0)
    agreed_at = models.DateTimeField(null=True)
    needed = models.PositiveSmallIntegerField(default=1)
    done = models.PositiveSmallIntegerField(default=0)
    warned = models.PositiveSmallIntegerField(default=0)
    level = models.PositiveSmallIntegerField(default=0)
    level_since = models.DateTimeField(null=True)
    answered = models.PositiveSmallIntegerField(default=0)
    # Who held it before the unit and role above, and until when: a breach is divided among them.
    held_before = models.JSONField(default=list)
    unpublished = models.JSONField(default=list)
    standstills = models.JSONField(default=list)
    # One of its standstills waits for its decision: until then there is no verdict.
    hangs = models.BooleanField(default=False)
    # Of a promise that is an average: one matter of it, or the mean of a period. One matter counts
    # nowhere by itself; `counted_in` is the mean that it went into.
    average = models.CharField(max_length=4, choices=Average, default="", blank=True)
    counted_in = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="counted", null=True
    )
    proof = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["docket", "rule", "turn"], name="obligation_once_a_turn"
            ),
            models.CheckConstraint(
                condition=Q(broken_at__isnull=True) | Q(due_at__isnull=False),
                name="obligation_broken_needs_due",
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True) | Q(voided_at__isnull=True),
                name="obligation_kept_or_void",
            ),
            models.CheckConstraint(
                condition=Q(done__lte=F("needed")), name="obligation_done_le_needed"
            ),
            models.CheckConstraint(
                condition=~ONE_OF_MANY | Q(broken_at__isnull=True),
                name="obligation_one_of_many_unbroken",
            ),
            models.CheckConstraint(
                condition=Q(counted_in__isnull=True) | ONE_OF_MANY,
                name="obligation_counted_if_one_of_many",
            ),
            models.CheckConstraint(
                condition=Q(annulled_at__isnull=True) | Q(broken_at__isnull=True),
                name="obligation_annulled_is_not_broken",
            ),
        )
        indexes = (
            models.Index(
                fields=["next_at"],
                condition=RUNNING & Q(next_at__isnull=False),
                name="obligation_timers",
            ),
            models.Index(fields=["unit", "act_by"], condition=RUNNING, name="obligation_desk"),
            models.Index(
                fields=["unit", "start_at"],
                condition=RUNNING & Q(act_by__isnull=True),
                name="obligation_desk_undated",
            ),
            models.Index(
                fields=["organisation", "broken_at"],
                condition=RUNNING & Q(broken_at__isnull=False),
                name="obligation_overdue",
            ),
            models.Index(
                fields=["organisation", "due_at"],
                condition=Q(due_at__isnull=False),
                name="obligation_by_month",
            ),
            models.Index(
                fields=["organisation", "due_at"],
                condition=Q(broken_at__isnull=False, kept_at__isnull=True),
                name="obligation_undone",
            ),
            models.Index(
                fields=["organisation", "rule", "start_at"],
                condition=Q(due_at__isnull=True, voided_at__isnull=True),
                name="obligation_undated",
            ),
            models.Index(
                fields=["organisation", "due_at"],
                condition=Q(hangs=True),
                name="obligation_hanging",
            ),
            models.Index(
                fields=["organisation", "rule", "start_at"],
                condition=ONE_OF_MANY & Q(counted_in__isnull=True, voided_at__isnull=True),
                name="obligation_to_average",
            ),
            models.Index(
                fields=["organisation"],
                condition=RUNNING & ~Q(unpublished=[]),
                name="obligation_provisional",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule}#{self.turn}"

    @property
    def key(self) -> str:
        return f"{self.rule}#{self.turn}"

    @property
    def is_running(self) -> bool:
        return self.kept_at is None and self.voided_at is None


class Breach(models.Model):
    """An obligation not kept by its due moment. `broken_at` is the legal moment, `detected_at`
    ours."""

    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="breach")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=60, default="")
    rule = models.CharField(max_length=80)
    clause_zh = models.TextField()
    clause_en = models.TextField()
    digest = models.CharField(max_length=64)
    broken_at = models.DateTimeField()
    detected_at = models.DateTimeField()
    # As it stood when it broke: since when it ran, who held it, what stopped it. What is run again
    # later moves in its row and not here.
    record = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=["organisation", "-broken_at"], name="breach_by_moment"),)

    def __str__(self) -> str:
        return f"{self.rule} {self.broken_at.isoformat()}"


class Annulment(models.Model):
    """That a breach was recorded wrongly: one asks for it with a reason, another decides. The
    breach itself stays for ever; whether it counts, `Obligation.annulled_at` says."""

    breach = models.ForeignKey(Breach, on_delete=models.PROTECT, related_name="annulments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    words = models.TextField(default="")
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["breach"],
                condition=Q(decided_at__isnull=True),
                name="annulment_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, granted__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, granted__isnull=False),
                name="annulment_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="annulment_by_two",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="annulment_has_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.breach_id}: {self.reason[:40]}"


class Evidence(models.Model):
    """A filled form. `token` makes a second submission to the same docket recognisable."""

    id = models.UUIDField(primary_key=True)
    docket = models.ForeignKey(Docket, on_delete=models.PROTECT, related_name="evidence")
    form = models.CharField(max_length=60)
    digest = models.CharField(max_length=64)
    data = models.JSONField()
    events = models.JSONField(default=list)
    filled_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    at = models.DateTimeField()
    filled_at = models.DateTimeField()
    token = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["docket", "token"], name="evidence_once_a_docket"),
        )
        # In which matters somebody filled a form is asked of all that he ever filled.
        indexes = (models.Index(fields=["filled_by", "docket"], name="evidence_by_filler"),)

    def __str__(self) -> str:
        return f"{self.form} {self.filled_at.isoformat()}"


class Escalation(models.Model):
    """A person whom a level of the escalation reached, and what he said he would do."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="escalations")
    level = models.PositiveSmallIntegerField()
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    reached_at = models.DateTimeField()
    told_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["obligation", "level", "staff", "told_at"], name="escalation_once"
            ),
        )
        indexes = (
            models.Index(
                fields=["staff"], condition=Q(answered_at__isnull=True), name="escalation_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.level}"


class UnassignedEscalation(models.Model):
    """An escalation that found nobody: it becomes a matter of the organisation above, never
    silence."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="unassigned")
    level = models.PositiveSmallIntegerField()
    wanted = models.CharField(max_length=60)
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")
    remark = models.TextField(default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["obligation", "level"], name="unassigned_once_a_level"),
        )

    def __str__(self) -> str:
        return f"{self.wanted}: {self.obligation_id}"
