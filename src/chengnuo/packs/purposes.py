"""What a form or field is for, where the product asks: said twice, or where it means nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from chengnuo.packs.errors import Problem
from chengnuo.packs.names import unknown
from chengnuo.packs.reading import Document
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.rules.words import Text

REGISTERS = frozenset({"overdue_register", "callback_register"})


def purpose_problems(pack: Pack, document: Document) -> list[Problem]:
    """Purposes that do not fit the form; columns that are filled twice, or by no questionnaire."""
    return [
        Problem(document.place(("forms", form_id)), what, f"forms.{form_id}")
        for form_id, form in pack.forms.items()
        for what in (*_purpose(form), *_columns(form))
    ]


def urging_problems(pack: Pack, document: Document) -> list[Problem]:
    """Limits of urging that no setting gives, or one whose values are no numbers."""
    where = document.place(("urging",))
    named = [name for name in (pack.urging.a_day, pack.urging.in_all) if name is not None]
    bad = list(unknown("setting", named, pack.settings))
    for name in dict.fromkeys(named):
        setting = pack.settings.get(name)
        if setting and any(v != "unset" and not v.isdigit() for v in setting.values):
            bad.append(
                Text(
                    f"设置 '{name}' 限制催办次数，取值须为 unset 或整数",
                    f"setting '{name}' limits reminders: its values are unset or whole numbers",
                )
            )
    return [Problem(where, what, "urging") for what in bad]


def _purpose(form: FormShape) -> Iterator[Text]:
    if form.purpose in REGISTERS and not form.duty:
        yield Text(
            f"purpose: {form.purpose} 是定期职责的表单，须写 duty: true",
            f"purpose: {form.purpose} is that of a duty: write duty: true",
        )
    if form.purpose is not None and form.purpose not in REGISTERS and form.duty:
        yield Text(
            f"purpose: {form.purpose} 是工单的表单，不能写 duty: true",
            f"purpose: {form.purpose} is that of a form of cases, not of a duty",
        )


def _columns(form: FormShape) -> Iterator[Text]:
    named = Counter(f.column for f in form.fields if f.column is not None)
    if named and form.callback is None:
        yield Text(
            "column 是回访登记表的栏目，只用于有 `callback` 的表单",
            "column is one of the follow-up register: only a form with `callback` has it",
        )
    for column, times in named.items():
        if times > 1 and column != "none":
            yield Text(
                f"回访登记表的栏目 '{column}' 由多个字段填写",
                f"column '{column}' of the follow-up register is filled by several fields",
            )
