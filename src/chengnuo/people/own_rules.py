"""What a company chooses for its sign-ins: how long a password holds, what it is made of, and
whether somebody is signed in once only."""

from __future__ import annotations

from datetime import datetime, timedelta

from chengnuo.packs.schema import SettingShape
from chengnuo.packs.shape import TextShape
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import settings_of

DAYS, LENGTH, KINDS, ONCE = "password-days", "password-length", "password-kinds", "one-session"
NEVER, NO, YES = "0", "false", "true"
SETTINGS = {
    DAYS: SettingShape(
        title=TextShape(zh="密码有效期", en="Password validity"),
        values=(NEVER, "30", "60", "90", "180", "365"),
        value=NEVER,
        note=TextShape(
            zh="到期后下次登录须更换；单位：天，0 为不限",
            en="After so many days the next sign-in asks for a new one; 0: for ever",
        ),
    ),
    LENGTH: SettingShape(
        title=TextShape(zh="密码最短长度", en="Minimum password length"),
        values=("10", "12", "14", "16", "20"),
        value="10",
        note=TextShape(zh="单位：字符", en="Unit: characters"),
    ),
    KINDS: SettingShape(
        title=TextShape(zh="密码至少含几类字符", en="Kinds of characters in a password"),
        values=("1", "2", "3", "4"),
        value="1",
        note=TextShape(
            zh="大写字母、小写字母、数字、其他符号，共四类",
            en="So many kinds of: capitals, small letters, digits, other signs",
        ),
    ),
    ONCE: SettingShape(
        title=TextShape(zh="每人只保留一个登录", en="One session per person"),
        values=(NO, YES),
        value=NO,
        note=TextShape(
            zh="在别处登录后，原来的登录即失效",
            en="Signing in elsewhere ends the session before",
        ),
    ),
}


def chosen(*, company: Organisation) -> dict[str, str]:
    """What holds for a company."""
    own = settings_of(company=company)
    return {name: own.get(name, setting.value) for name, setting in SETTINGS.items()}


def kinds_in(password: str) -> int:
    """Of how many kinds the characters of a password are."""
    return len({_kind(sign) for sign in password})


def _kind(sign: str) -> str:
    if sign.isdigit():
        return "digit"
    return "capital" if sign.isupper() else "small" if sign.islower() else "other"


def is_over(*, person: Staff, now: datetime) -> bool:
    """Whether a person's password has held as long as his company lets one."""
    days = int(chosen(company=person.organisation.home)[DAYS])
    since = person.password_since
    return bool(days) and since is not None and since + timedelta(days=days) <= now


def once_only(*, person: Staff) -> bool:
    return chosen(company=person.organisation.home)[ONCE] == YES
