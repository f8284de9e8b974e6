"""How a call or a visit may end, in words."""

from __future__ import annotations

from chengnuo.callbacks.models import Outcome
from chengnuo.doors.web.kit.words import say
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


def outcomes() -> dict[str, str]:
    """How an attempt may end."""
    return {outcome.value: say(words) for outcome, (words, _sign) in OUTCOMES.items()}
