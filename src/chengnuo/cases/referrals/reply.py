"""The reply to the sender of a matter from outside (办理情况回复): what the filled forms say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chengnuo.cases.models import Case
from chengnuo.obligations.models import Evidence
from chengnuo.packs.outside import ReplyShape, outside_of
from chengnuo.packs.schema import Pack
from chengnuo.rules.words import Text


@dataclass(slots=True)
class ReferralReply:
    """The reply to a sender (办理情况回复): what stands in it, and what is still missing."""

    findings: str = ""
    result: str = ""
    callback: str = ""
    satisfied: bool | None = None
    solved: bool | None = None
    replied_at: datetime | None = None
    sent_at: datetime | None = None
    text: str = ""
    signed_by: str = ""
    missing: list[Text] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return not self.missing


def reply_of(*, case: Case, pack: Pack) -> ReferralReply:
    """What the filled forms of a case say to its sender."""
    known = outside_of(pack.id)
    rows = list(case.docket.evidence.all())
    rows.sort(key=lambda row: (row.at, row.filled_at))
    reply = ReferralReply()
    if known is None or known.reply is None:
        # Without a plan of the reply: what was last written at length.
        reply.result = next((_longest(row.data) for row in reversed(rows) if row.data), "")
    else:
        _from_forms(reply, known.reply, {row.form: row.data for row in rows}, rows)
    if not (reply.findings or reply.result):
        reply.missing.append(Text("经办单位的办理结果", "the result of the handling unit"))
    if not reply.result:
        reply.missing.append(Text("对诉求人的答复", "the reply to the customer"))
    return reply


def _from_forms(
    reply: ReferralReply,
    shape: ReplyShape,
    told: Mapping[str, Mapping[str, Any]],
    rows: Sequence[Evidence],
) -> None:
    reply.findings = _first(told, shape.findings) or ""
    reply.result = _first(told, shape.result) or ""
    reply.callback = _first(told, shape.callback) or ""
    reply.satisfied = _yes(_first(told, shape.satisfied))
    reply.solved = _yes(_first(told, shape.solved))
    reply.text = str(told.get(shape.form, {}).get(shape.text, ""))
    reply.signed_by = str(told.get(shape.form, {}).get("signed_by", ""))
    answers = {source.split(".")[0] for source in shape.result}
    reply.replied_at = next((row.at for row in rows if row.form in answers), None)
    reply.sent_at = next((row.at for row in rows if row.form == shape.form), None)


def _first(told: Mapping[str, Mapping[str, Any]], sources: Sequence[str]) -> Any:
    for source in sources:
        form, name = source.split(".")
        value = told.get(form, {}).get(name)
        if value not in (None, "", []):
            return value
    return None


def _yes(value: Any) -> bool | None:
    return None if value is None else value is True or value == "true"


def _longest(data: Mapping[str, Any]) -> str:
    texts = [str(v) for v in data.values() if isinstance(v, str) and not v.startswith("{")]
    return max(texts, key=len, default="")


def draft_of(reply: ReferralReply, *, zh: bool) -> str:
    """The reply as a text to begin with: findings, result, callback."""
    parts = (
        ("经核实：", "Findings: ", reply.findings),
        ("处理答复：", "Reply: ", reply.result),
        ("回访情况：", "Callback: ", reply.callback),
    )
    return "\n".join(f"{a if zh else b}{text}" for a, b, text in parts if text)
