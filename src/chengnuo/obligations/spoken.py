"""The words of a message about a promise."""

from __future__ import annotations

from datetime import datetime

from chengnuo.rules.moments import Style, moment
from chengnuo.rules.words import Text

KINDS = {
    "warned": Text("即将到期", "due soon"),
    "broken": Text("已逾期", "overdue"),
    "escalated": Text("逾期上报", "escalated to you"),
    "incident": Text("上报无人接收", "unassigned escalation"),
}


def spoken(kind: str, subject: Text, title: Text, due: datetime | None, now: datetime) -> Text:
    """The words of a message; `due` and `now` are local."""
    what = KINDS[kind]
    head = Text(
        f"{what.zh}：{subject.zh}“{title.zh}”",
        f"{what.en[:1].upper()}{what.en[1:]}: {subject.en} “{title.en}”",
    )
    if due is None:
        return head
    when = moment(due, now=now, style=Style.SENTENCE, deadline=True)
    return Text(f"{head.zh}，{when.zh}到期", f"{head.en}, due {when.en}")
