"""Who saw personal data, of which case, and why: the rows of the audit, for a page and a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from statistics import median

from django.db.models import Q

from chengnuo.cases.models import Case
from chengnuo.ledger.models import Entry
from chengnuo.ledger.queries import access_log, with_keys
from chengnuo.people.models import Holding, Organisation, Staff
from chengnuo.people.queries import staff_by_id
from chengnuo.reports.exports import Cell, View
from chengnuo.rules.words import Text
from chengnuo.vault.masking import HIDDEN

CHUNK = 500
KINDS = {
    "personal_data.seen": Text("查看", "seen"),
    "personal_data.exported": Text("导出", "exported"),
    "case.glass_broken": Text("应急查看", "Emergency access"),
}
# What was seen or carried away; a word that is not here is shown as it stands.
WHATS = {
    "contact": Text("联系方式", "contact"),
    "case": Text("工单", "case"),
    "file": Text("附件", "file"),
    "caller": Text("来电人", "caller"),
    "customer": Text("客户档案", "customer record"),
    "found": Text("按完整的电话、姓名或地址查到", "found by full telephone, name or address"),
    "missed": Text(
        "按完整的电话、姓名或地址未查到", "nobody found by full telephone, name or address"
    ),
    "looks": Text("查看记录", "access log"),
    "cases": Text("工单清单", "cases"),
    "obligations": Text("承诺清单", "promises"),
    "breaches": Text("违诺清单", "breaches"),
    "ledger": Text("审计台账", "ledger"),
}
TITLES = (
    Text("时间", "When"),
    Text("工号", "Staff number"),
    Text("姓名", "Name"),
    Text("方式", "How"),
    Text("工单编号", "Case"),
    Text("内容", "What"),
    Text("理由", "Reason"),
)


@dataclass(frozen=True, slots=True)
class AccessLogEntry:
    """One look. `who` is None for the command line; `login` is then whose."""

    at: datetime
    kind: str
    who: Staff | None
    login: str
    case: str
    what: Text
    why: str


def access_log_of(entries: Iterable[Entry], *, shown: Q) -> Iterator[AccessLogEntry]:
    """Ledger entries with their people and cases, some hundred at a time.

    `shown`: the cases that the reader sees. Of a restricted one that he does not see, he reads that
    somebody looked, not at which and why.
    """
    rows = iter(entries)
    while chunk := with_keys(islice(rows, CHUNK)):
        people = staff_by_id(e.actor_id for e in chunk if e.actor_id)
        subjects = {e.subject for e in chunk if e.subject}
        found = Case.objects.filter(docket_id__in=subjects)
        numbers = dict(found.values_list("docket_id", "number"))
        closed = set(
            found.filter(restricted=True).exclude(shown).values_list("docket_id", flat=True)
        )
        for entry in chunk:
            data = entry.data
            what = str(data.get("what", ""))
            hidden = entry.subject in closed
            yield AccessLogEntry(
                at=entry.at,
                kind=entry.kind,
                who=people.get(entry.actor_id or 0),
                login=str(data.get("by", "")),
                case=HIDDEN if hidden else numbers.get(entry.subject, "") if entry.subject else "",
                what=_of(what, data.get("number", 1)),
                why=HIDDEN if hidden else str(data.get("why", "")),
            )


def _of(what: str, number: int) -> Text:
    """What was seen, and of how many where they are several."""
    title = WHATS.get(what, Text(what, what))
    return title if number < 2 else Text(f"{title.zh}（{number}条）", f"{title.en} ({number})")


def cells_of(entries: Iterable[AccessLogEntry], view: View) -> Iterator[list[Cell]]:
    """The same as rows of a sheet."""
    for look in entries:
        name = ""
        if look.who is not None:
            name = look.who.name if view.language == "zh" else look.who.name_en or look.who.name
        badge = look.who.badge if look.who else look.login
        how = view.say(KINDS[look.kind])
        yield [view.at(look.at), badge, name, how, look.case, view.say(look.what), look.why]


def titles(view: View) -> list[str]:
    return [view.say(title) for title in TITLES]


WITHIN = timedelta(days=7)
# Fewer looks within the time are never unusual; so many times what colleagues take are.
FEWEST, TIMES = 20, 3


@dataclass(frozen=True, slots=True)
class Unusual:
    """Somebody who looked much more often than colleagues with the same role (`usual`: the one in
    the middle of them)."""

    who: Staff
    role: str
    number: int
    usual: float


def unusual(*, company: Organisation, now: datetime) -> list[Unusual]:
    """Who looked unusually much within the last seven days, most first."""
    rows = access_log(organisation_id=company.pk, since=now - WITHIN)
    actors = rows.exclude(actor_id=None).order_by().values_list("actor_id", flat=True)
    counted = Counter(actor for actor in actors if actor is not None)
    if max(counted.values(), default=0) < FEWEST:
        return []
    people = staff_by_id(counted)
    held = Holding.objects.filter(post__organisation__company=company, until__isnull=True)
    role_of: dict[int, str] = {}
    with_role: dict[str, set[int]] = {}
    for staff, role in held.order_by("pk").values_list("staff_id", "post__role"):
        role_of.setdefault(staff, role)
        with_role.setdefault(role, set()).add(staff)
    found = []
    for staff, number in counted.most_common():
        role = role_of.get(staff, "")
        others = [counted[other] for other in with_role.get(role, set()) - {staff}]
        usual = median(others) if others else 0
        if staff in people and number >= FEWEST and number > TIMES * usual:
            found.append(Unusual(people[staff], role, number, usual))
    return found
