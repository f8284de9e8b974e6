"""Who may file what: whose promises a form keeps, and what is unsafe.

A promise of those who work in the field is kept by their own word, never by anybody's; that
somebody arrived is told by who came, with where and when.
"""

from __future__ import annotations

from collections.abc import Iterator

from chengnuo.packs.errors import Problem
from chengnuo.packs.forms import choices_of
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.references import role_title
from chengnuo.packs.rule_shapes import (
    AnyRuleShape,
    BeforeShape,
    RecurringShape,
    WithinShape,
)
from chengnuo.packs.schema import FieldShape, FormShape, Pack
from chengnuo.rules.words import Text

# Those who take matters in, under their built-in names.
AT_THE_DESK = frozenset({"accepting_unit", "first_asked"})
# Whoever handles the matter, under the built-in names.
HANDS = frozenset({"handling_unit", "handling_head", "handler"})
ARRIVAL = ("event_time", "crew", "place")
# The ways in which a customer confirms something himself.
OWN_CONFIRMATION = frozenset({"link", "call", "signature"})


def owing(pack: Pack, form: FormShape) -> list[str]:
    """The roles whose promises a form keeps."""
    emitted = {e.event for e in form.emits}
    found = [
        rule.owed_by
        for rule in pack.rules.values()
        if isinstance(rule, WithinShape | BeforeShape | RecurringShape)
        and emitted & set(rule.stop.events)
    ]
    return sorted(set(found))


def tells_an_arrival(pack: Pack, form: FormShape) -> bool:
    return any(e.event in pack.events and pack.events[e.event].arrival for e in form.emits)


def filing_problems(loaded: LoadedPack) -> Iterator[Problem]:
    """Forms by which somebody could keep a promise of the field from a desk."""
    pack = loaded.pack
    for form_id, form in pack.forms.items():
        where = loaded.where("forms", form_id)
        for what in (*_open(pack, form), *_arrival(pack, form), *_evidence(pack, form)):
            yield Problem(where, what, f"forms.{form_id}")


def _open(pack: Pack, form: FormShape) -> Iterator[Text]:
    field = [r for r in owing(pack, form) if r in pack.roles and pack.roles[r].field]
    if field and not form.who:
        names = [role_title(pack, role) for role in field]
        zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
        yield Text(
            f"它履行外勤（{zh}）的承诺，不能谁都可填：请用 who 写明由谁填写",
            f"it keeps a promise of those in the field ({en}) and cannot be open to everybody: "
            "say with who by whom it is filled",
        )


def _arrival(pack: Pack, form: FormShape) -> Iterator[Text]:
    if not tells_an_arrival(pack, form):
        return
    given = {field.is_ for field in form.fields if field.required}
    missing = [f"is: {part}" for part in ARRIVAL if part not in given]
    if missing:
        listed = ", ".join(missing)
        yield Text(
            f"到场要写明何时、何人、何地：缺少必填字段 {listed}",
            f"an arrival says when, who and where: required fields are missing: {listed}",
        )
    desk = [role for role in form.who if _at_the_desk(pack, role)]
    if desk or not form.who:
        listed = ", ".join(desk) or "who"
        yield Text(
            f"到场只能由到场的人填写，不能由受理岗位填写：{listed}",
            f"an arrival is reported by those who came, not by those who register cases: {listed}",
        )


def _evidence(pack: Pack, form: FormShape) -> Iterator[Text]:
    """What an event asks to lie behind it, asked wherever a form emits it."""
    for emit in form.emits:
        shape = pack.events.get(emit.event)
        given = {
            field.is_
            for field in form.fields
            if field.required
            or (field.required_when and field.required_when.items() <= emit.when.items())
        }
        for kind in shape.evidence if shape is not None else ():
            if kind not in given:
                yield Text(
                    f"事件 '{emit.event}' 要有凭证：缺少必填字段 is: {kind}",
                    f"the event '{emit.event}' asks for evidence: a required field is missing: "
                    f"is: {kind}",
                )
    for field in form.fields:
        if field.is_ == "photo" and field.type != "file":
            yield Text(
                f"'{field.id}' 是照片：type 应为 file", f"'{field.id}' is a photo: type: file"
            )
        if field.is_ == "customer" and not _is_the_customers_own(pack, field):
            yield Text(
                f"'{field.id}' 是客户本人的确认：用 type: signature，或用选择项，"
                "取值限 link、call、signature",
                f"'{field.id}' is the customer's own confirmation: type: signature, or a choice "
                "among link, call and signature",
            )


def _is_the_customers_own(pack: Pack, field: FieldShape) -> bool:
    if field.type == "choice":
        return set(choices_of(pack, field)) <= OWN_CONFIRMATION
    return field.type == "signature"


def _at_the_desk(pack: Pack, role: str) -> bool:
    held = pack.roles.get(role)
    return role in AT_THE_DESK or (held is not None and "accepting" in held.acts)


def release_problems(pack: Pack, rule: AnyRuleShape) -> Iterator[Text]:
    """Nobody releases himself, and somebody can release at all."""
    if not isinstance(rule, WithinShape | BeforeShape) or not rule.released_by:
        return
    same = next((hands for hands in (HANDS, AT_THE_DESK) if rule.owed_by in hands), {rule.owed_by})
    for role in sorted(same.intersection(rule.released_by)):
        yield Text(
            f"released_by：'{role}' 就是责任人，不得自行解除",
            f"released_by: '{role}' owes it and may not release itself",
        )
    for event in rule.void_on:
        forms = [f for f in pack.forms.values() if any(e.event == event for e in f.emits)]
        if forms and not any(not f.who or set(f.who) & set(rule.released_by) for f in forms):
            yield Text(
                f"released_by 中无人可填产生 '{event}' 的表单",
                f"nobody in released_by may fill a form that leads to '{event}'",
            )
