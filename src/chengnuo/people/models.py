"""Tables: organisations, posts, staff and who holds which post.

`Organisation` follows IEC 61968 (CIM) Organisation; a unit below a company belongs to it by
`company`.
"""

from __future__ import annotations

from binascii import unhexlify
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.crypto import salted_hmac
from django_otp.plugins.otp_totp.models import TOTPDevice

from chengnuo.vault.fields import ring
from chengnuo.vault.keys import is_sealed

# The role of whoever heads a unit, whatever else he is.
HEAD = "head"


class OrganisationKind(models.TextChoices):
    GROUP = "group", "集团"
    REGION = "region", "区域"
    COMPANY = "company", "公司"
    BRANCH = "branch", "分部"
    HALL = "hall", "营业厅"
    DEPARTMENT = "department", "部门"
    CREW = "crew", "班组"


class Organisation(models.Model):
    """A node of the tree. `path` is the ids from the root, for row scope by prefix: `/1/4/9/`.

    A company (or group) names the policy pack it works by; its units point at it by `company`.
    """

    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    company = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="units")
    path = models.CharField(max_length=200, default="")
    code = models.CharField(max_length=20, unique=True)
    pack = models.CharField(max_length=60, default="")
    # Rises with every change of posts and holdings, so that workers know when to look again.
    roster_version = models.PositiveIntegerField(default=0)
    # Rises when a release, a holiday notice or a setting arrives that this company works by.
    regulation_version = models.PositiveIntegerField(default=0)
    # Roles whose people sign in with a second factor, as this company chose.
    second_factor_roles = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=["path"], name="organisation_by_path"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(pack="") | Q(company__isnull=False), name="organisation_has_a_company"
            ),
        )

    def __str__(self) -> str:
        return self.name_zh

    @property
    def home(self) -> Organisation:
        """The company to which it belongs; itself where it stands above all companies."""
        return self.company or self

    @property
    def home_id(self) -> int:
        return self.company_id or self.pk


class OrganisationSetting(models.Model):
    """A company's choice where its pack leaves one open."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="settings"
    )
    name = models.CharField(max_length=60)
    value = models.CharField(max_length=60)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["organisation", "name"], name="one_choice_per_setting"),
        )

    def __str__(self) -> str:
        return f"{self.name}={self.value}"


class StaffManager(BaseUserManager["Staff"]):
    """Staff are found by badge number (工号)."""

    def create_user(self, badge: str, password: str | None, **fields: Any) -> Staff:
        person = self.model(badge=badge, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Staff:
        """Whoever signs in types the badge in either case. Raises DoesNotExist."""
        return self.get(badge__iexact=username)


class Staff(AbstractBaseUser):
    """A person who works here and signs in with the badge number."""

    badge = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80, default="")
    phone = models.CharField(max_length=30, default="")
    # As chosen by this person; empty as long as the browser says it.
    language = models.CharField(max_length=10, default="", blank=True)
    # How a new message makes itself known on an open page, as this person chose.
    sound = models.BooleanField(default=False)
    desktop_notice = models.BooleanField(default=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff")
    is_active = models.BooleanField(default=True)
    # The password is somebody else's doing: it opens nothing but the page that replaces it.
    must_change_password = models.BooleanField(default=False)
    # Since when the password holds that he gave himself; None: nobody wrote it down.
    password_since = models.DateTimeField(null=True)
    # Rises when every session of this person shall end.
    session_turn = models.PositiveIntegerField(default=0)

    objects = StaffManager()
    USERNAME_FIELD = "badge"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        # A badge is typed in either case.
        constraints = (models.UniqueConstraint(Upper("badge"), name="badge_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.badge}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session holds as long as the password and the turn it began with."""
        words = f"{self.password}#{self.session_turn}"
        return salted_hmac("people.session", words, secret=secret, algorithm="sha256").hexdigest()


class Authenticator(TOTPDevice):  # type: ignore[misc] # django-otp has no types
    """An authenticator of django-otp whose key is sealed at rest, for this person alone."""

    class Meta:
        proxy = True

    def seal(self, key: bytes) -> None:
        self.key = ring().seal(key, self.about)

    @property
    def about(self) -> str:
        return f"second factor {self.user_id}"

    @property
    def bin_key(self) -> bytes:
        """The key in the clear, as codes are reckoned with; one from before is not sealed."""
        return ring().open(self.key, self.about) if is_sealed(self.key) else unhexlify(self.key)


class PastPassword(models.Model):
    """A password a person had, as its hash, so that it does not come back at once."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="past_passwords")
    hash = models.CharField(max_length=128)
    until = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["staff", "-until"], name="past_password_newest"),)

    def __str__(self) -> str:
        return f"{self.staff_id} {self.until.isoformat()}"


class SignInThrottle(models.Model):
    """Failed sign-ins of one badge or from one address, since the first that still counts.

    `key` is a keyed hash: what is typed as a badge may be anything, also a password.
    """

    key = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveIntegerField(default=0)
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["since"], name="failures_by_age"),)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.number}"


class Post(models.Model):
    """A place in a unit with a role of the pack; the reporting line runs from post to post."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80)
    is_head = models.BooleanField(default=False)
    reports_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="reports"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("id")),
                name="post_not_its_own_superior",
            ),
        )
        indexes = (models.Index(fields=["organisation", "role"], name="post_by_role"),)

    def __str__(self) -> str:
        return f"{self.organisation.name_zh} {self.title_zh}"

    @property
    def owes_as(self) -> frozenset[str]:
        """The roles whose promises lie with this post: its own, nobody's, and the head's."""
        return frozenset({"", self.role, HEAD} if self.is_head else {"", self.role})


class Holding(models.Model):
    """Who holds a post, `[since, until)`."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="holdings")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="holdings")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("since")), name="holding_half_open"
            ),
            models.UniqueConstraint(
                fields=["post", "staff"],
                condition=Q(until__isnull=True),
                name="holding_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.staff} · {self.post}"


class Change(models.Model):
    """What nobody does alone (`two`): one person proposed it, another decides."""

    company = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+", null=True)
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True)
    decided_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="seat", post__isnull=False)
                | Q(kind__in=["password", "factor"], post__isnull=True),
                name="change_of_a_known_kind",
            ),
            models.CheckConstraint(
                condition=Q(
                    decided_by__isnull=True, decided_at__isnull=True, confirmed__isnull=True
                )
                | Q(decided_by__isnull=False, decided_at__isnull=False, confirmed__isnull=False),
                name="change_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("person"))),
                name="change_by_two_people",
            ),
            models.UniqueConstraint(
                fields=["person", "post"],
                condition=Q(decided_at__isnull=True, post__isnull=False),
                name="change_of_post_waits_once",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(decided_at__isnull=True, post__isnull=True),
                name="change_of_sign_in_waits_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.person_id}"


class Message(models.Model):
    """What a person was told inside the product; `key` is the outbox key it came from."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="messages")
    key = models.CharField(max_length=220, unique=True)
    kind = models.CharField(max_length=40)
    text_zh = models.TextField()
    text_en = models.TextField()
    link = models.CharField(max_length=200, default="")
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # Another message tells of this one too: a digest, or a later word on the same promise.
    gathered_in = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, related_name="gathered"
    )

    class Meta:
        indexes = (
            models.Index(
                fields=["staff", "-sent_at"],
                condition=Q(read_at__isnull=True),
                name="message_unread",
            ),
        )

    def __str__(self) -> str:
        return self.key
