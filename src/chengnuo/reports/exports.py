"""Cases, obligations, breaches and ledger entries as plain rows, one after the other.

Rows come off the database as they are asked for: memory stays flat whatever their number. Personal
data is masked unless the reader was let in (see `disclosure`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from chengnuo.cases.models import Case
from chengnuo.disclosure.contacts import ContactView, exported_contact
from chengnuo.ledger.models import Entry
from chengnuo.ledger.services import canonical
from chengnuo.obligations.models import Average, Breach, Obligation
from chengnuo.obligations.regulation import regulation_for
from chengnuo.packs.channels import channel_title
from chengnuo.people.models import Organisation
from chengnuo.rules.words import Text
from chengnuo.vault.masking import masked_payload, withheld

Cell = str | int | float | bool | datetime | None
Language = Literal["zh", "en"]
CHUNK = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Who looks: at which company, in which language and zone, and whether names are masked."""

    company: Organisation
    language: Language
    zone: ZoneInfo
    masked: bool = True
    # Restricted matters are left out unless those who know of them ask.
    restricted: bool = False

    def say(self, text: Text) -> str:
        return text.zh if self.language == "zh" else text.en

    def unit(self, unit: Organisation | None) -> str:
        if unit is None:
            return ""
        return unit.name_zh if self.language == "zh" else unit.name_en or unit.name_zh

    def at(self, moment: datetime | None) -> datetime | None:
        return moment.astimezone(self.zone) if moment else None

    def rule(self, digest: str, rule: str) -> str:
        held = regulation_for(digest=digest, company=self.company).book.rules.get(rule)
        return self.say(held.title) if held else rule

    def channel(self, digest: str, channel: str) -> str:
        pack = regulation_for(digest=digest, company=self.company).pack
        return self.say(channel_title(pack, channel))

    def service(self, digest: str, service: str) -> str:
        held = regulation_for(digest=digest, company=self.company).pack.services.get(service)
        return self.say(held.title.text()) if held else service

    def words(self, text: str) -> str:
        """What somebody wrote freely."""
        return withheld(text) if self.masked else text


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in both languages, and how it comes out of a row of the database."""

    title: Text
    cell: Callable[[Any, View], Cell]


@dataclass(frozen=True, slots=True)
class Export:
    """A kind of rows: where they come from, by which moment they are chosen, their columns, and
    which of them belong to restricted matters."""

    rows: Callable[[Organisation], QuerySet[Any]]
    moment: str
    columns: tuple[Column, ...]
    closed: Callable[[Organisation], Q]


def titles(*, what: str, language: Language) -> list[str]:
    """The names of the columns."""
    return [c.title.zh if language == "zh" else c.title.en for c in EXPORTS[what].columns]


def rows_of(
    *, what: str, view: View, since: datetime | None = None, until: datetime | None = None
) -> Iterator[list[Cell]]:
    """The rows whose moment lies in `[since, until)`, oldest first."""
    export = EXPORTS[what]
    chosen = _open_rows(export, view.company, restricted=view.restricted)
    if since is not None:
        chosen = chosen.filter(**{f"{export.moment}__gte": since})
    if until is not None:
        chosen = chosen.filter(**{f"{export.moment}__lt": until})
    for row in chosen.iterator(chunk_size=CHUNK):
        yield [column.cell(row, view) for column in export.columns]


def _open_rows(export: Export, company: Organisation, *, restricted: bool) -> QuerySet[Any]:
    rows = export.rows(company)
    return rows if restricted else rows.exclude(export.closed(company))


def number_of(
    *,
    what: str,
    company: Organisation,
    since: datetime | None,
    until: datetime | None,
    restricted: bool = False,
) -> int:
    """How many rows there are."""
    export = EXPORTS[what]
    bounds = {f"{export.moment}__gte": since, f"{export.moment}__lt": until}
    chosen = {name: moment for name, moment in bounds.items() if moment is not None}
    return _open_rows(export, company, restricted=restricted).filter(**chosen).count()


# -- where the rows come from ----------------------------------------------------------------------


def _cases(company: Organisation) -> QuerySet[Case]:
    rows = Case.objects.filter(organisation=company)
    return rows.select_related("docket__handling_unit", "location").order_by("lodged_at", "pk")


def _obligations(company: Organisation) -> QuerySet[Obligation]:
    rows = Obligation.objects.filter(organisation=company).defer("proof", "standstills")
    return rows.select_related("docket", "unit").order_by("start_at", "pk")


def _breaches(company: Organisation) -> QuerySet[Breach]:
    rows = Breach.objects.filter(organisation=company).defer("obligation__proof")
    return rows.select_related("obligation__docket", "unit").order_by("broken_at", "pk")


def _entries(company: Organisation) -> QuerySet[Entry]:
    return Entry.objects.filter(organisation_id=company.pk).order_by("seq")


def _restricted(through: str) -> Callable[[Organisation], Q]:
    return lambda _: Q(**{through: True})


def _about_restricted(company: Organisation) -> Q:
    cases = Case.objects.filter(organisation=company, restricted=True)
    return Q(subject__in=cases.values("docket_id"))


# -- cells -----------------------------------------------------------------------------------------


VERDICTS = {
    "void": Text("终止", "cancelled"),
    "kept": Text("按时兑现", "kept on time"),
    "late": Text("逾期兑现", "kept late"),
    "broken": Text("违诺", "breached"),
    "running": Text("进行中", "in progress"),
    "averaged": Text("计入平均", "counts in the average"),
}


def verdict(row: Obligation) -> Text:
    """What has become of an obligation so far."""
    if row.voided_at is not None and row.broken_at is None:
        return VERDICTS["void"]
    if row.average == Average.PART:
        return VERDICTS["averaged"]
    if row.average == Average.MEAN:
        return VERDICTS["kept" if row.broken_at is None else "broken"]
    if row.broken_at is not None:
        return VERDICTS["late" if row.kept_at else "broken"]
    return VERDICTS["kept" if row.kept_at else "running"]


def _place(name: str) -> Callable[[Case, View], Cell]:
    """A coordinate; masked to two decimals, which is about a kilometre."""

    def cell(row: Case, view: View) -> Cell:
        known = row.location if not row.confidential else None
        degrees = getattr(known, name) if known else None
        return round(degrees, 2) if degrees is not None and view.masked else degrees

    return cell


def _column(zh: str, en: str, cell: Callable[[Any, View], Cell]) -> Column:
    return Column(Text(zh, en), cell)


def _moment(zh: str, en: str, name: str) -> Column:
    return _column(zh, en, lambda row, view: view.at(getattr(row, name)))


def _plain(zh: str, en: str, name: str) -> Column:
    return _column(zh, en, lambda row, _: getattr(row, name))


def _who(case: Case, view: View) -> ContactView:
    return exported_contact(case=case, masked=view.masked)


def _facts(row: Case, view: View) -> str:
    facts = row.docket.facts
    shown = masked_payload(facts) if view.masked else facts
    return "; ".join(f"{name}={value}" for name, value in sorted(shown.items()))


def _payload(row: Entry, view: View) -> str:
    return canonical(masked_payload(row.data) if view.masked else row.data)


CASES: tuple[Column, ...] = (
    _plain("工单编号", "Case number", "number"),
    _column("服务项目", "Service", lambda r, v: v.service(r.docket.release_id, r.service)),
    _column("受理渠道", "Channel", lambda r, v: v.channel(r.docket.release_id, r.channel)),
    _plain("紧急", "Emergency", "emergency"),
    _moment("受理时间", "Received at", "lodged_at"),
    _moment("办结时间", "Closed at", "closed_at"),
    _column("经办单位", "Handled by", lambda r, v: v.unit(r.docket.handling_unit)),
    _column("联系人", "Contact", lambda r, v: _who(r, v).name),
    _column("联系电话", "Phone", lambda r, v: _who(r, v).phone),
    _column("地址", "Address", lambda r, v: _who(r, v).address),
    _column("纬度", "Latitude", _place("latitude")),
    _column("经度", "Longitude", _place("longitude")),
    _column("关键信息", "Key details", _facts),
    _column("诉求内容", "Request", lambda r, v: v.words(r.narrative)),
    _plain("来源", "Source", "source"),
    _plain("来源编号", "Source reference", "source_ref"),
)
OBLIGATIONS: tuple[Column, ...] = (
    _column("工单或职责", "Case or duty", lambda r, _: r.docket.subject),
    _column("规则", "Rule", lambda r, _: r.rule),
    _column("承诺", "Promise", lambda r, v: v.rule(r.docket.release_id, r.rule)),
    _plain("次序", "Turn", "turn"),
    _column("责任单位", "Responsible unit", lambda r, v: v.unit(r.unit)),
    _plain("角色", "Role", "role"),
    _moment("起算", "Start", "start_at"),
    _moment("到期", "Due", "due_at"),
    _column("暂定", "Provisional", lambda r, _: bool(r.unpublished)),
    _moment("兑现时间", "Kept at", "kept_at"),
    _moment("违诺时间", "Breached at", "broken_at"),
    _moment("终止时间", "Cancelled at", "voided_at"),
    _column("结果", "Verdict", lambda r, v: v.say(verdict(r))),
)
BREACHES: tuple[Column, ...] = (
    _column("工单或职责", "Case or duty", lambda r, _: r.obligation.docket.subject),
    _plain("规则", "Rule", "rule"),
    _column("承诺", "Promise", lambda r, v: v.rule(r.digest, r.rule)),
    _column("条款", "Clause", lambda r, v: v.say(Text(r.clause_zh, r.clause_en))),
    _column("责任单位", "Responsible unit", lambda r, v: v.unit(r.unit)),
    _plain("角色", "Role", "role"),
    _column("起算", "Start", lambda r, v: v.at(r.obligation.start_at)),
    _moment("违诺时间", "Breached at", "broken_at"),
    _moment("发现", "Detected at", "detected_at"),
    _column("逾期兑现时间", "Kept late at", lambda r, v: v.at(r.obligation.kept_at)),
    _column("撤销", "Annulled at", lambda r, v: v.at(r.obligation.annulled_at)),
)
LEDGER: tuple[Column, ...] = (
    _plain("序号", "Number", "seq"),
    _plain("事件", "Event", "kind"),
    _moment("发生", "Happened at", "at"),
    _moment("记录", "Recorded at", "recorded_at"),
    _plain("人员编号", "Actor", "actor_id"),
    _column("案卷", "Docket", lambda r, _: str(r.subject) if r.subject else ""),
    _column("内容", "Content", _payload),
    _plain("前一链接", "Link before", "previous"),
    _plain("链接", "Link", "hash"),
)
EXPORTS = {
    "cases": Export(_cases, "lodged_at", CASES, _restricted("restricted")),
    "obligations": Export(
        _obligations, "start_at", OBLIGATIONS, _restricted("docket__case__restricted")
    ),
    "breaches": Export(
        _breaches, "broken_at", BREACHES, _restricted("obligation__docket__case__restricted")
    ),
    "ledger": Export(_entries, "recorded_at", LEDGER, _about_restricted),
}
