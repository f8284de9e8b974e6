"""How a call or a visit may end, and what a rating is, in words."""

from __future__ import annotations

from typing import Any

from chengnuo.callbacks.models import Outcome
from chengnuo.ledger.kinds import Detail, Said, Telling
from chengnuo.rules.words import Text

# In the order of the keys 1 to 6; beside each the letter that marks an attempt.
OUTCOMES = {
    Outcome.CONNECTED: (Text("已接通", "Connected"), Text("通", "C")),
    Outcome.NO_ANSWER: (Text("无人接听", "No answer"), Text("无", "N")),
    Outcome.BUSY: (Text("占线", "Busy"), Text("忙", "B")),
    Outcome.REFUSED: (Text("拒访", "Refused"), Text("拒", "R")),
    Outcome.WRONG_NUMBER: (Text("号码错误", "Wrong number"), Text("错", "W")),
    Outcome.CALL_LATER: (Text("约定再拨", "Call later"), Text("约", "L")),
}


# How a visit may end, where it has other words; what it has none for only a telephone knows.
AT_THE_DOOR = {
    Outcome.CONNECTED: Text("已见面", "Met"),
    Outcome.NO_ANSWER: Text("到访不遇", "No access"),
    Outcome.REFUSED: Text("拒访", "Refused"),
    Outcome.CALL_LATER: Text("改约时间", "Rescheduled"),
}


def _in_words(value: Any, telling: Telling) -> Said:
    return OUTCOMES[Outcome(value)][0] if value in Outcome.values else str(value)


OUTCOME = Detail(key="outcome", label=Text("结果", "Outcome"), said=_in_words)


def _of_five(value: Any, telling: Telling) -> Said:
    return f"{value}/5"


SCORE = Detail(key="score", label=Text("评分", "Score"), said=_of_five)
