"""The telephones of a company that everybody may read: its line, and where one complains of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from chengnuo.ledger.services import Fact, record
from chengnuo.people.limits import OF_A_LINE
from chengnuo.people.models import Organisation, OrganisationSetting, Staff
from chengnuo.people.queries import settings_of
from chengnuo.rules.refusing import keep_within

LINE, COMPLAINTS = "public-line", "public-complaints"


@dataclass(frozen=True, slots=True)
class Lines:
    """Two telephones as they are shown; empty: none is published."""

    line: str = ""
    complaints: str = ""


def lines_of(*, company: Organisation) -> Lines:
    own = settings_of(company=company)
    return Lines(own.get(LINE, ""), own.get(COMPLAINTS, ""))


def publishes(*, company: Organisation) -> bool:
    """Whether a company is public: it says where one calls. Who has only brought data in, or tries
    the product, is nobody's service yet."""
    return bool(lines_of(company=company).line)


@transaction.atomic
def publish_lines(*, company: Organisation, lines: Lines, by: Staff, now: datetime) -> None:
    """Say which telephones stand on the public pages; an empty one stands there no more.
    Raises Refused."""
    keep_within(dict.fromkeys(("line", "complaints"), OF_A_LINE), **asdict(lines))
    for name, value in ((LINE, lines.line), (COMPLAINTS, lines.complaints)):
        rows = OrganisationSetting.objects.filter(organisation=company, name=name)
        if value:
            OrganisationSetting.objects.update_or_create(
                organisation=company, name=name, defaults={"value": value}
            )
        else:
            rows.delete()
    data = {LINE: lines.line, COMPLAINTS: lines.complaints}
    fact = Fact(kind="lines.published", at=now, actor_id=by.pk, data=data)
    record(organisation_id=company.pk, facts=[fact], now=now)
