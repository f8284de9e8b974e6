"""What running promises declares to the house."""

from __future__ import annotations

from chengnuo.ledger.kinds import built_in, event

EVENTS = (
    built_in("escalation.answered"),
    built_in("period.opened"),
    event("time.passed", "系统计时", "Timer", "clock"),
    event("calendar.published", "放假通知公布", "Holiday notice published", "calendar"),
    event("regulation.in_force", "制度施行", "Regulation in force"),
    event("regulation.replaced", "改按新版制度", "Moved to a new release"),
    event("average.judged", "平均时限已判定", "Average judged"),
    event("breach.annulment_asked", "申请撤销违诺", "Annulment requested", "history"),
    event("breach.annulled", "违诺已撤销", "Breach annulled", "history"),
    event("breach.annulment_refused", "撤销违诺未获同意", "Annulment refused", "x"),
    event("incident.settled", "上报无人接收已处置", "Unassigned escalation resolved"),
    event("work.tried_again", "重试失败的任务", "Failed work tried again"),
)
FORM_HANDLERS = ()
