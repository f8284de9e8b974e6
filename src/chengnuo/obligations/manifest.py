"""What running promises declares to the house."""

from __future__ import annotations

from datetime import timedelta

from chengnuo.ledger.kinds import built_in, event
from chengnuo.ledger.steps import WorkerStep
from chengnuo.obligations.averages import judge_averages
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.loopholes import search_releases
from chengnuo.obligations.models import CUSTOMER, ORGANISATION, PREMISES
from chengnuo.obligations.open_promises import OPEN_PROMISES
from chengnuo.obligations.subjects import SubjectKind
from chengnuo.obligations.ticking import tick
from chengnuo.obligations.transitions import carry_out_transitions
from chengnuo.obligations.verdicts import VERDICTS
from chengnuo.rules.words import Text

_MINUTE = timedelta(minutes=1)
STEPS = (
    WorkerStep(name="obligations.transitions", do=carry_out_transitions, every=_MINUTE),
    WorkerStep(name="obligations.periods", do=open_periods, every=_MINUTE),
    WorkerStep(name="obligations.averages", do=judge_averages, every=_MINUTE),
    WorkerStep(name="obligations.search", do=search_releases, every=_MINUTE),
    WorkerStep(name="obligations.clocks", do=tick),
)
# Who has recurring duties.
SUBJECT_KINDS = (
    SubjectKind(name=ORGANISATION, title=Text("单位", "Unit"), told_by_unit=True),
    SubjectKind(name=CUSTOMER, title=Text("客户", "Customer")),
    SubjectKind(name=PREMISES, title=Text("用能地址", "Premises")),
)
PROJECTIONS = (OPEN_PROMISES, VERDICTS)
# What comes along with every event of a subject: the facts it told, the promise it was about, what
# was decided, and the digests of what that changed.
ALONG = frozenset({"facts", "target", "reason", "decided", "verdicts", "breaches"})
EVENTS = (
    built_in("escalation.answered", may="level"),
    built_in("period.opened"),
    event("time.passed", "系统计时", "Timer", "clock", deed=False),
    event(
        "calendar.published",
        "放假通知公布",
        "Holiday notice published",
        "calendar",
        needs="was",
        deed=False,
    ),
    event(
        "regulation.in_force",
        "制度施行",
        "Regulation in force",
        needs="pack version digest transition moved stayed",
    ),
    event(
        "regulation.replaced", "改按新版制度", "Moved to a new release", needs="from to version was"
    ),
    event("average.judged", "平均时限已判定", "Average judged", needs="period bands"),
    event(
        "breach.annulment_asked",
        "申请撤销违诺",
        "Annulment requested",
        "history",
        needs="target reason",
    ),
    event(
        "breach.annulled",
        "违诺已撤销",
        "Breach annulled",
        "history",
        needs="decided broken reason asked_by words",
    ),
    event(
        "breach.annulment_refused",
        "撤销违诺未获同意",
        "Annulment refused",
        "x",
        needs="target reason words",
    ),
    event(
        "incident.settled",
        "上报无人接收已处置",
        "Unassigned escalation resolved",
        needs="level wanted remark",
    ),
    event(
        "work.tried_again", "重试失败的任务", "Failed work tried again", needs="step subject error"
    ),
)
