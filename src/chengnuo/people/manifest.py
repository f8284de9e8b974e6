"""What people declares to the house."""

from __future__ import annotations

from chengnuo.ledger.kinds import event

EVENTS = (
    event("organisation.founded", "设立单位", "Unit founded", needs="unit code pack"),
    event("setting.chosen", "选定设置", "Setting chosen", needs="unit name value"),
    event("staff.hired", "录入人员", "Person added", needs="unit badge"),
    event("staff.dismissed", "人员离职", "Person left", needs="unit badge"),
    event("staff.returned", "人员复职", "Person returned", needs="unit badge"),
    event("post.opened", "设立岗位", "Post opened", needs="unit post role title"),
    event("post.taken", "任职", "Post taken", needs="unit badge post"),
    event("post.left", "卸任", "Post left", needs="unit badge post"),
    event("post.reports_to", "调整汇报关系", "Reporting line changed", needs="unit post superior"),
    event("password.changed", "修改密码", "Password changed", needs="unit badge"),
    event("password.reset", "重置密码", "Password reset", needs="unit badge"),
    event("password.over", "密码过期", "Password expired", needs="badge"),
    event(
        "second_factor.asked", "要求两步验证", "Two-step verification required", needs="unit roles"
    ),
    event("second_factor.enrolled", "启用两步验证", "Two-step verification set up", needs="badge"),
    event("second_factor.codes_renewed", "更换恢复码", "Recovery codes renewed", needs="badge"),
    event("second_factor.recovery_used", "使用恢复码", "Recovery code used", needs="badge left"),
    event("second_factor.removed", "取消两步验证", "Two-step verification removed", needs="badge"),
    event("sign_in.succeeded", "登录", "Signed in", needs="badge factor source"),
    event("sign_in.failed", "登录失败", "Sign-in failed", needs="step source", may="badge"),
    event("sign_in.locked", "登录已锁定", "Sign-in locked", needs="what source until", may="badge"),
    event("sign_in.unlocked", "解除登录锁定", "Sign-in unlocked", needs="badge"),
    event("signed_out", "退出登录", "Signed out", needs="badge why"),
    event("change.proposed", "申请变更", "Change proposed", needs="what badge post asked_by"),
    event("change.confirmed", "同意变更", "Change confirmed", needs="what badge post asked_by"),
    event("change.refused", "驳回变更", "Change refused", needs="what badge post asked_by"),
    event(
        "lines.published",
        "公布热线电话",
        "Telephone lines published",
        needs="public-line public-complaints",
    ),
)
