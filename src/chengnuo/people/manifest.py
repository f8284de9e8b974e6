"""What people declares to the house."""

from __future__ import annotations

from chengnuo.ledger.kinds import event

EVENTS = (
    event("organisation.founded", "设立单位", "Unit founded"),
    event("setting.chosen", "选定设置", "Setting chosen"),
    event("staff.hired", "录入人员", "Person added"),
    event("staff.dismissed", "人员离职", "Person left"),
    event("staff.returned", "人员复职", "Person returned"),
    event("post.opened", "设立岗位", "Post opened"),
    event("post.taken", "任职", "Post taken"),
    event("post.left", "卸任", "Post left"),
    event("post.reports_to", "调整汇报关系", "Reporting line changed"),
    event("password.changed", "修改密码", "Password changed"),
    event("password.reset", "重置密码", "Password reset"),
    event("password.over", "密码过期", "Password expired"),
    event("second_factor.asked", "要求两步验证", "Two-step verification required"),
    event("second_factor.enrolled", "启用两步验证", "Two-step verification set up"),
    event("second_factor.codes_renewed", "更换恢复码", "Recovery codes renewed"),
    event("second_factor.recovery_used", "使用恢复码", "Recovery code used"),
    event("second_factor.removed", "取消两步验证", "Two-step verification removed"),
    event("sign_in.succeeded", "登录", "Signed in"),
    event("sign_in.failed", "登录失败", "Sign-in failed"),
    event("sign_in.locked", "登录已锁定", "Sign-in locked"),
    event("sign_in.unlocked", "解除登录锁定", "Sign-in unlocked"),
    event("signed_out", "退出登录", "Signed out"),
    event("change.proposed", "申请变更", "Change proposed"),
    event("change.confirmed", "同意变更", "Change confirmed"),
    event("change.refused", "驳回变更", "Change refused"),
    event("lines.published", "公布热线电话", "Telephone lines published"),
)
FORM_HANDLERS = ()
