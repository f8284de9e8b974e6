"""The words of a message about a promise."""

from __future__ import annotations

from datetime import datetime

from chengnuo.rules.words import Text

KINDS = {
    "warned": Text("即将到期", "due soon"),
    "broken": Text("已逾期", "overdue"),
    "escalated": Text("逾期上报", "escalated to you"),
    "incident": Text("上报无人接收", "unassigned escalation"),
}


def spoken(kind: str, subject: Text, title: Text, due: datetime | None) -> Text:
    """The words of a message; `due` is local."""
    when = f"{due:%m-%d %H:%M}" if due else ""
    what = KINDS[kind]
    return Text(
        f"{what.zh}：{subject.zh}“{title.zh}”{f'，{when} 到期' if when else ''}",
        f"{what.en[:1].upper()}{what.en[1:]}: {subject.en} “{title.en}”"
        f"{f', due {when}' if when else ''}",
    )
