"""Who may do what, in one table that a head of department reads in five minutes: by form who fills
it, whose promises that keeps, ends or puts off, and who is kept apart; by post what it decides.

Separation of duties is said once for a pack and proved against its forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from chengnuo.packs.duty_shapes import SeparationShape
from chengnuo.packs.errors import Problem
from chengnuo.packs.filing import AT_THE_DESK, HANDS, owing, tells_an_arrival
from chengnuo.packs.loader import LoadedPack
from chengnuo.packs.references import conditions_of, role_title
from chengnuo.packs.rule_shapes import AnyRuleShape, BeforeShape, WithinShape
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.rules.words import Text


@dataclass(frozen=True, slots=True)
class FormRight:
    """A form. `who`: those who fill it, nobody named: everybody. `keeps`, `lets_off`: the posts
    whose promises it keeps, and whose it ends, puts off or begins anew. `apart`: not by whoever
    filled these. `arrival`: evidence of an arrival."""

    form: str
    title: Text
    roles: tuple[str, ...]
    who: tuple[Text, ...]
    keeps: tuple[Text, ...]
    lets_off: tuple[Text, ...]
    apart: tuple[Text, ...]
    arrival: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Something that a post decides. `what`: in words; `rule`: where the pack says so."""

    role: str
    who: Text
    what: Text
    rule: str


def form_rights(pack: Pack) -> list[FormRight]:
    """The table form by form, in the pack's own order."""
    return [
        FormRight(
            form=form_id,
            title=form.title.text(),
            roles=form.who,
            who=_titles(pack, form.who),
            keeps=_titles(pack, owing(pack, form)),
            lets_off=_titles(pack, _let_off(pack, form)),
            apart=tuple(pack.forms[one].title.text() for one in form.other_than),
            arrival=tells_an_arrival(pack, form),
        )
        for form_id, form in pack.forms.items()
    ]


# What a role does in all cases, or sees of all; whose side it is on when it takes one in shows by
# the forms.
ACTS = {
    "overseeing": Text("催办、督办", "sends reminders and oversees"),
    "auditing": Text(
        "查阅个人信息访问记录和审计台账", "reads the access log of personal data and the ledger"
    ),
    "leading": Text("查看全公司概览和登记表", "sees the overview and the registers of the company"),
}


def decisions(pack: Pack) -> list[Decision]:
    """What is decided by whom: pauses, releases, supervision, accountability, misconduct."""
    found = [one for rule_id, rule in pack.rules.items() for one in _decided(pack, rule_id, rule)]
    if pack.accountability is not None:
        given = pack.accountability
        what = Text("责任追究的处理决定", "the decision in an accountability case")
        found.append(_decision(pack, given.decides, what, given.service))
    for service_id, service in pack.services.items():
        for role in service.restricted_to:
            what = Text(
                f"知悉并办理受限事项“{service.title.zh}”",
                f"knows of and handles the restricted “{service.title.en}”",
            )
            found.append(_decision(pack, role, what, service_id))
    for role, shape in pack.roles.items():
        found += [_decision(pack, role, ACTS[act], "") for act in shape.acts if act in ACTS]
    return sorted(found, key=lambda one: one.who.zh)


def _decided(pack: Pack, rule_id: str, rule: AnyRuleShape) -> Iterator[Decision]:
    if isinstance(rule, WithinShape):
        for pause in rule.pause:
            what = Text(
                f"批准暂停“{rule.title.zh}”：{pause.title.zh}",
                f"approves a pause of “{rule.title.en}”: {pause.title.en}",
            )
            yield _decision(pack, pause.approver, what, rule_id)
    if isinstance(rule, WithinShape | BeforeShape):
        for role in rule.released_by:
            what = Text(
                f"解除、推迟“{rule.title.zh}”或使其重新起算",
                f"ends “{rule.title.en}”, postpones or restarts it",
            )
            yield _decision(pack, role, what, rule_id)


def _decision(pack: Pack, role: str, what: Text, rule: str) -> Decision:
    return Decision(role=role, who=role_title(pack, role), what=what, rule=rule)


def _titles(pack: Pack, roles: Iterable[str]) -> tuple[Text, ...]:
    return tuple(role_title(pack, role) for role in roles)


def _let_off(pack: Pack, form: FormShape) -> list[str]:
    """The posts whose promises a form ends without a verdict, puts off or begins anew."""
    emitted = {e.event for e in form.emits}
    told = {f.fact for f in form.fields if f.fact is not None}
    found = set()
    for rule in pack.rules.values():
        if not isinstance(rule, WithinShape | BeforeShape):
            continue
        # Enforced whoever fills the form: others than these let nobody off by it.
        if rule.released_by and form.who and not set(rule.released_by) & set(form.who):
            continue
        agreed = rule.appointment if isinstance(rule, WithinShape) else None
        moves = agreed is not None and agreed.event in emitted
        anew = rule.again == "restart" and emitted & set(rule.start.events)
        hangs_on = {fact for given in conditions_of(rule) for fact in given}
        if emitted & set(rule.void_on) or moves or anew or told & hangs_on:
            found.add(rule.owed_by)
    return sorted(found)


# -- as text ---------------------------------------------------------------------------------------

HEADINGS = (
    Text("# 谁可办什么", "# Who may do what"),
    Text(
        "| 表单 | 填写 | 履行谁的承诺 | 解除或推迟谁的承诺 | 须与何表的填写人分开 |",
        "| form | filled by | keeps promises of | ends or postpones those of | not by who filled |",
    ),
    Text("| 岗位 | 决定事项 |", "| post | decides |"),
    Text("| 职责分离 | 依据 |", "| separation of duties | clause |"),
)
EVERYBODY = Text("谁都可填", "everybody")
ARRIVED = Text("（到场凭证）", " (evidence of an arrival)")


def rights_table(packs: Iterable[Pack], language: str) -> Iterator[str]:
    """The tables of several packs, as lines of Markdown."""
    head, forms, decided, apart = (text.said(language) for text in HEADINGS)
    yield head
    for pack in packs:
        yield f"\n## {pack.title.text().said(language)} `{pack.id}`\n"
        yield forms
        yield "|---|---|---|---|---|"
        for row in form_rights(pack):
            mark = ARRIVED.said(language) if row.arrival else ""
            who = _listed(row.who, language) or EVERYBODY.said(language)
            cells = [_listed(t, language) for t in (row.keeps, row.lets_off, row.apart)]
            name = f"{row.title.said(language)}{mark} `{row.form}`"
            yield f"| {' | '.join([name, who, *cells])} |"
        yield f"\n{decided}"
        yield "|---|---|"
        for one in decisions(pack):
            place = f" `{one.rule}`" if one.rule else ""
            yield f"| {one.who.said(language)} | {one.what.said(language)}{place} |"
        if pack.separations:
            yield f"\n{apart}"
            yield "|---|---|"
        for separation in pack.separations.values():
            title, clause = separation.title.text().said(language), separation.clause
            yield f"| {title} | {clause.source} {clause.place} |"


def _listed(texts: Iterable[Text], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(text.said(language) for text in texts)


# -- separation of duties --------------------------------------------------------------------------


def separation_problems(loaded: LoadedPack) -> Iterator[Problem]:
    """Duties that the pack keeps apart and that one person could do all the same."""
    pack = loaded.pack
    for name, separation in pack.separations.items():
        where = loaded.where("separations", name)
        for what in _joined_duties(pack, separation):
            yield Problem(where, what, f"separations.{name}")


def _joined_duties(pack: Pack, separation: SeparationShape) -> Iterator[Text]:
    for one in separation.one:
        for other in separation.other:
            first, second = pack.forms[one], pack.forms[other]
            both = _both(first, second)
            if not both or one in second.other_than or other in first.other_than:
                continue
            names = _titles(pack, both)
            yield Text(
                f"“{first.title.zh}”与“{second.title.zh}”可由同一人填写"
                f"（{'、'.join(n.zh for n in names)}）：请写 other_than，或让岗位不同",
                f"“{first.title.en}” and “{second.title.en}” may be filled by one person "
                f"({', '.join(n.en for n in names)}): write other_than, or name other posts",
            )
    for form_id, form in pack.forms.items() if separation.roles else ():
        if set(separation.roles) <= set(form.who):
            yield Text(
                f"表单“{form.title.zh}” {form_id} 由须分开的岗位共同填写",
                f"the form “{form.title.en}” {form_id} is filled by posts that are kept apart",
            )


def _both(one: FormShape, other: FormShape) -> list[str]:
    """The roles under which one person may fill both; a form that names nobody is everybody's."""
    if not one.who or not other.who:
        return sorted({*one.who, *other.who}) or ["organisation"]
    found = set(one.who) & set(other.who)
    for same in (HANDS, AT_THE_DESK):
        if same & set(one.who) and same & set(other.who):
            found |= same & {*one.who, *other.who}
    return sorted(found)
