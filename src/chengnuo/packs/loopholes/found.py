"""What was found: the kind of loophole, the rule it opens, and the way through it in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from chengnuo.rules.words import Text

KINDS: dict[str, Text] = {
    "K1": Text("责任人可自行解除、推迟或重新起算", "Released by who owes it"),
    "K2": Text("留空即不适用", "Switched off by a blank"),
    "K3": Text("凭证已失效仍放行", "Stale evidence"),
    "K4": Text("答“否”也算履行", "Kept by nothing"),
    "K5": Text("经办人自行验收或代签", "Kept by the wrong person"),
    "K6": Text("按计划时间而非实际时间判定", "Judged by the plan"),
    "K7": Text("数字不作比对", "Numbers not compared"),
    "K8": Text("适用范围过窄", "Too narrow"),
    "K9": Text("除外情形未写入", "An exception lost"),
    "K10": Text("不合格结果无后续", "The follow-up is lost"),
    "K11": Text("对客户另有说法", "Said otherwise elsewhere"),
    "K12": Text("无法履行", "No way out"),
}
"""The kinds that are searched for. Of K8 only what shows in the pack itself: values of a fact that
rules share out among them and leave over. Too wide asks for the text's meaning."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One loophole. `rule` it opens; `by`: the form through which, or the fact or field it hangs
    on; `trace`: what is done, in words."""

    kind: str
    rule: str
    by: str
    trace: Text

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.kind, self.rule, self.by)

    def as_dict(self) -> dict[str, Any]:
        trace = {"zh": self.trace.zh, "en": self.trace.en}
        return {"kind": self.kind, "rule": self.rule, "by": self.by, "trace": trace}
