"""What privacy declares to the house."""

from __future__ import annotations

from chengnuo.cases.telling import CASE
from chengnuo.ledger.kinds import event

EVENTS = (
    event(
        "data_request.taken",
        "受理个人信息请求",
        "Personal data request taken",
        needs="customer wanted why",
    ),
    event(
        "data_request.decided",
        "个人信息请求已答复",
        "Personal data request decided",
        needs="customer wanted granted remark",
    ),
    event(
        "legal_hold.set",
        "设置法律保全",
        "Legal hold set",
        needs="why",
        may="customer case",
        details=(CASE,),
    ),
    event(
        "legal_hold.lifted",
        "解除法律保全",
        "Legal hold lifted",
        may="customer case",
        details=(CASE,),
    ),
    event(
        "personal_data.erased",
        "删除个人信息",
        "Personal data erased",
        needs="why",
        may="customer case files contacts messages",
        details=(CASE,),
    ),
)
