"""What the archive declares to the house."""

from __future__ import annotations

from chengnuo.ledger.kinds import event

EVENTS = (
    event("customer.registered", "建立档案", "Record created"),
    event("customer.changed", "更正档案", "Record corrected"),
    event("location.added", "增加用能地址", "Premises added"),
    event("account.opened", "开户", "Account opened"),
    event("account.closed", "销户", "Account closed"),
    event("agreement.signed", "签订合同", "Contract signed"),
    event("meter.installed", "安装表具", "Meter installed"),
    event("meter.removed", "拆除表具", "Meter removed"),
    event("appliance.seen", "登记设备", "Equipment recorded"),
    event("personal_data.seen", "查看个人信息", "Personal data viewed", "eye"),
    event("personal_data.exported", "导出个人信息", "Personal data exported"),
)
FORM_HANDLERS = ()
