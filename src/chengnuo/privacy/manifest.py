"""What privacy declares to the house."""

from __future__ import annotations

from chengnuo.ledger.kinds import event

EVENTS = (
    event("data_request.taken", "受理个人信息请求", "Personal data request taken"),
    event("data_request.decided", "个人信息请求已答复", "Personal data request decided"),
    event("legal_hold.set", "设置法律保全", "Legal hold set"),
    event("legal_hold.lifted", "解除法律保全", "Legal hold lifted"),
    event("personal_data.erased", "删除个人信息", "Personal data erased"),
)
FORM_HANDLERS = ()
