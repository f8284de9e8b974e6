"""What an administrator does with staff and posts: checked, and each change with his name on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from chengnuo.ledger.services import Fact, record
from chengnuo.people import passwords, services
from chengnuo.people.access import ADMINISTRATOR, HOUSE_ROLES
from chengnuo.people.limits import OF_A_PERSON, OF_A_POST, OF_A_UNIT
from chengnuo.people.models import Holding, Organisation, PastPassword, Post, Staff
from chengnuo.people.signing import end_sessions
from chengnuo.rules.refusing import Refused, keep_within
from chengnuo.rules.words import Text


class PasswordRefused(Refused):
    """Why a password was refused, reason by reason."""

    def __init__(self, reasons: Sequence[Text]) -> None:
        self.reasons = tuple(reasons)
        zh, en = ("；".join(r.zh for r in reasons), "; ".join(r.en for r in reasons))
        super().__init__(Text(zh, en), field="new")


@transaction.atomic
def found_company(
    *,
    code: str,
    pack: str,
    name_zh: str,
    name_en: str,
    below: str | None,
    badge: str,
    name: str,
    now: datetime,
) -> tuple[Staff, str]:
    """A company, a unit that keeps its house, and its first administrator with a password for one
    time. Nobody did it: it is done on the command line."""
    above = _known(below) if below else None
    if Organisation.objects.filter(code=code).exists():
        raise Refused(
            Text(
                f"机构{code}已存在，请换一个代码",
                f"A unit with the code {code} already exists. Choose another code.",
            ),
            field="code",
        )
    _refuse_taken(badge)
    company = services.found_organisation(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        kind="company",
        parent=above,
        pack=pack,
        now=now,
    )
    unit = services.found_organisation(
        code=f"{code}-house"[:20],
        name_zh="信息化部",
        name_en="Information systems",
        kind="department",
        parent=company,
        now=now,
    )
    title = HOUSE_ROLES[ADMINISTRATOR]
    post = services.open_post(
        organisation=unit,
        role=ADMINISTRATOR,
        title_zh=title.zh,
        title_en=title.en,
        is_head=True,
        now=now,
    )
    password = passwords.one_time()
    person = services.hire(
        badge=badge,
        name=name,
        organisation=unit,
        password=password,
        must_change_password=True,
        now=now,
    )
    services.appoint(staff=person, post=post, now=now)
    return person, password


def _known(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise Refused(
            Text(
                f"没有机构{code}，请填已有机构的代码",
                f"There is no unit {code}. Enter the code of an existing unit.",
            ),
            field="below",
        )
    return found


# -- staff -----------------------------------------------------------------------------------------


@transaction.atomic
def take_on(
    *,
    badge: str,
    name: str,
    name_en: str,
    phone: str,
    unit: Organisation,
    by: Staff,
    now: datetime,
) -> tuple[Staff, str]:
    """Hire a person; the password is shown once and opens only the page that replaces it."""
    keep_within(OF_A_PERSON, badge=badge, name=name, name_en=name_en, phone=phone)
    _refuse_taken(badge)
    password = passwords.one_time()
    try:
        with transaction.atomic():
            person = services.hire(
                badge=badge,
                name=name,
                name_en=name_en,
                phone=phone,
                organisation=unit,
                password=password,
                must_change_password=True,
                by=by,
                now=now,
            )
    except IntegrityError as error:
        raise _taken(badge) from error
    return person, password


@transaction.atomic
def dismiss(*, person: Staff, by: Staff, now: datetime) -> None:
    """Let a person go: no sign-in, no sessions, no posts. What was owed stays with the posts."""
    if person.pk == by.pk:
        raise Refused(
            Text(
                "不能办理本人离职，请由另一位管理员办理",
                "You cannot end your own employment. Ask another administrator.",
            )
        )
    _one_at_a_time(person.organisation)
    Staff.objects.filter(pk=person.pk).update(is_active=False, must_change_password=True)
    end_sessions(person=person)
    for holding in _held(person):
        unseat(holding=holding, by=by, now=now)
    _note(person.organisation, "staff.dismissed", now, by, badge=person.badge)


@transaction.atomic
def take_back(*, person: Staff, by: Staff, now: datetime) -> str:
    """A person works here again; returns a password for one time. Posts are given anew."""
    Staff.objects.filter(pk=person.pk).update(is_active=True)
    _note(person.organisation, "staff.returned", now, by, badge=person.badge)
    return reset_password(person=person, by=by, now=now)


@transaction.atomic
def reset_password(*, person: Staff, by: Staff, now: datetime) -> str:
    """A password for one time; every session of the person ends."""
    password = passwords.one_time()
    person.set_password(password)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    end_sessions(person=person)
    _note(person.organisation, "password.reset", now, by, badge=person.badge)
    return password


def _in_both(error: ValidationError) -> list[Text]:
    with translation.override("zh-hans"):
        zh = error.messages
    with translation.override("en"):
        return [Text(*pair) for pair in zip(zh, error.messages, strict=True)]


@transaction.atomic
def change_password(*, person: Staff, password: str, now: datetime) -> None:
    """A person's own new password; his other sessions end. Raises PasswordRefused."""
    try:
        validate_password(password, user=person)
    except ValidationError as error:
        raise PasswordRefused(_in_both(error)) from error
    PastPassword.objects.create(staff=person, hash=person.password, until=now)
    kept = person.past_passwords.order_by("-until").values("pk")[: passwords.REMEMBERED]
    person.past_passwords.exclude(pk__in=[row["pk"] for row in kept]).delete()
    person.set_password(password)
    person.must_change_password, person.password_since = False, now
    person.save(update_fields=["password", "must_change_password", "password_since"])
    end_sessions(person=person)
    person.refresh_from_db(fields=["session_turn"])
    _note(person.organisation, "password.changed", now, person, badge=person.badge)


# -- units and posts -------------------------------------------------------------------------------


def open_unit(
    *,
    parent: Organisation,
    code: str,
    name_zh: str,
    name_en: str,
    kind: str,
    by: Staff,
    now: datetime,
) -> Organisation:
    """Open a unit below one of the company. Raises Refused for a code that is taken."""
    keep_within(OF_A_UNIT, code=code, name_zh=name_zh, name_en=name_en)
    try:
        with transaction.atomic():
            return services.found_organisation(
                code=code, name_zh=name_zh, name_en=name_en, kind=kind, parent=parent, by=by,
                now=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(
            Text(
                f"代码{code}已有机构使用，请换一个",
                f"The code {code} is already in use. Choose another.",
            ),
            field="code",
        ) from error


@transaction.atomic
def set_out(
    *,
    unit: Organisation,
    role: str,
    title_zh: str,
    title_en: str,
    is_head: bool,
    reports_to: Post | None,
    by: Staff,
    now: datetime,
) -> Post:
    """Open a post."""
    keep_within(OF_A_POST, title_zh=title_zh, title_en=title_en)
    _one_at_a_time(unit)
    if is_head and Post.objects.filter(organisation=unit, is_head=True).exists():
        raise Refused(
            Text(
                f"{unit.name_zh}已有负责人岗位，请取消勾选“机构负责人”，或任命到该岗位",
                f"{unit.name_en} already has a head. Clear “Head of the unit”, "
                "or appoint to that post.",
            ),
            field="is_head",
        )
    return services.open_post(
        organisation=unit,
        role=role,
        title_zh=title_zh,
        title_en=title_en,
        is_head=is_head,
        reports_to=reports_to,
        by=by,
        now=now,
    )


@transaction.atomic
def seat(*, person: Staff, post: Post, by: Staff, now: datetime) -> Holding:
    """Appoint a person to a post."""
    _one_at_a_time(post.organisation)
    if not Staff.objects.filter(pk=person.pk, is_active=True).exists():
        raise Refused(
            Text(
                "该员工已离职，不能任职；请选择在职人员，或恢复在职",
                "This person has left. Choose someone else, or reinstate them.",
            ),
            field="staff",
        )
    try:
        with transaction.atomic():
            return services.appoint(staff=person, post=post, by=by, now=now)
    except IntegrityError as error:
        raise Refused(
            Text(
                "该员工已在此岗位，无需再次任命；请选择其他人",
                "This person already holds the post. Choose someone else.",
            ),
            field="staff",
        ) from error


@transaction.atomic
def unseat(*, holding: Holding, by: Staff, now: datetime) -> None:
    """Relieve a person of a post. The house never stays without an administrator."""
    _one_at_a_time(holding.post.organisation)
    if holding.post.role == ADMINISTRATOR and not _other_administrators(holding):
        raise Refused(
            Text(
                "这是最后一位系统管理员，请先任命另一位",
                "This is the last administrator. Appoint another first.",
            )
        )
    services.relieve(holding=holding, by=by, now=now)


@transaction.atomic
def put_under(*, post: Post, superior: Post | None, by: Staff, now: datetime) -> None:
    """Change to whom a post reports. A line that comes back to itself is refused."""
    _one_at_a_time(post.organisation)
    lines = dict(Post.objects.values_list("pk", "reports_to"))
    above, met = superior.pk if superior else None, set[int]()
    while above is not None and above not in met:
        if above == post.pk:
            raise Refused(
                Text(
                    "汇报关系成环：所选上级本身向该岗位汇报，请另选上级",
                    "The reporting line would form a circle: the superior you chose "
                    "reports to this post. Choose another.",
                ),
                field="reports_to",
            )
        met.add(above)
        above = lines.get(above)
    Post.objects.filter(pk=post.pk).update(reports_to=superior)
    unit = post.organisation
    services.roster_changed(unit=unit)
    _note(
        unit, "post.reports_to", now, by, post=post.pk, superior=superior.pk if superior else None
    )


@transaction.atomic
def ask_second_factor(
    *, company: Organisation, roles: Sequence[str], by: Staff, now: datetime
) -> None:
    """Choose the roles whose people sign in with a second factor, from their next sign-in on."""
    Organisation.objects.filter(pk=company.pk).update(second_factor_roles=sorted(set(roles)))
    _note(company, "second_factor.asked", now, by, roles=sorted(set(roles)))


def _one_at_a_time(unit: Organisation) -> None:
    """Whoever changes posts of a company waits for whoever does so already: what is checked here
    holds until it is written."""
    companies = Organisation.objects.select_for_update(no_key=True)
    companies.get(pk=unit.home_id)


def _refuse_taken(badge: str) -> None:
    if Staff.objects.filter(badge__iexact=badge).exists():
        raise _taken(badge)


def _taken(badge: str) -> Refused:
    return Refused(
        Text(
            f"工号{badge}已有人使用，请换一个",
            f"Staff number {badge} is already in use. Choose another.",
        ),
        field="badge",
    )


def _held(person: Staff) -> list[Holding]:
    held = person.holdings.filter(until__isnull=True).select_related("post__organisation", "staff")
    return list(held)


def _other_administrators(holding: Holding) -> bool:
    company = holding.post.organisation.company_id
    others = Holding.objects.filter(
        post__role=ADMINISTRATOR,
        post__organisation__company_id=company,
        staff__is_active=True,
        until__isnull=True,
    )
    return others.exclude(staff_id=holding.staff_id).exists()


def _note(unit: Organisation, kind: str, now: datetime, by: Staff, **data: object) -> None:
    fact = Fact(kind=kind, at=now, actor_id=by.pk, data={"unit": unit.pk, **data})
    record(organisation_id=unit.home_id, facts=[fact], now=now)
