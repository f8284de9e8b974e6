"""What the archive declares to the house."""

from __future__ import annotations

from chengnuo.ledger.kinds import event

EVENTS = (
    event("customer.registered", "建立档案", "Record created", needs="customer"),
    event("customer.changed", "更正档案", "Record corrected", needs="customer fields"),
    event("location.added", "增加用能地址", "Premises added", needs="customer location"),
    event("account.opened", "开户", "Account opened", needs="customer account"),
    event("account.closed", "销户", "Account closed", needs="customer account"),
    event("agreement.signed", "签订合同", "Contract signed", needs="customer agreement"),
    event("meter.installed", "安装表具", "Meter installed", needs="customer meter"),
    event("meter.removed", "拆除表具", "Meter removed", needs="customer meter"),
    event("appliance.seen", "登记设备", "Equipment recorded", needs="customer appliance"),
    event(
        "personal_data.seen",
        "查看个人信息",
        "Personal data viewed",
        "eye",
        needs="what why",
        may="key number",
    ),
    event(
        "personal_data.exported",
        "导出个人信息",
        "Personal data exported",
        needs="what why by",
        may="since until month day filters",
    ),
)
