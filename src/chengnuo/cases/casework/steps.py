"""Who may do which small step with a case: the side that took it in, the side that handles it, and
those who oversee both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from chengnuo.cases.models import Case
from chengnuo.obligations.models import RUNNING, Docket
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.services import Refusal, RefusedByRule
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import Pack
from chengnuo.people.models import Post, Staff
from chengnuo.people.queries import posts_of, workplaces
from chengnuo.rules.words import Text


class Side(StrEnum):
    """What somebody is to a case."""

    ACCEPTING = "accepting"
    HANDLING = "handling"
    OVERSEEING = "overseeing"


SIDES = {
    Side.ACCEPTING: Text("受理单位或客服部门", "the receiving unit or customer service"),
    Side.HANDLING: Text("经办单位", "the handling unit"),
    Side.OVERSEEING: Text("公司领导或监督人员", "the company's leaders or oversight staff"),
}
EVERYTHING = frozenset(Side)
# Accepting closes with the customer; the handling unit may not undo that (O1-031, O1-033).
STEPS = {
    "hand_over": {Side.ACCEPTING, Side.HANDLING},
    "urge": {Side.ACCEPTING, Side.OVERSEEING},
    "supervise": {Side.OVERSEEING},
    "dispute": {Side.ACCEPTING},
    "withdraw": {Side.ACCEPTING},
    "reopen": {Side.ACCEPTING, Side.OVERSEEING},
    "appointment": {Side.ACCEPTING, Side.HANDLING},
    "facts": {Side.ACCEPTING, Side.HANDLING},
    "reclassify": {Side.ACCEPTING, Side.HANDLING, Side.OVERSEEING},
    "pause": {Side.ACCEPTING, Side.HANDLING},
    "link": {Side.ACCEPTING},
    "copy": {Side.ACCEPTING, Side.HANDLING, Side.OVERSEEING},
}
TITLES = {
    "hand_over": Text("移交", "Hand over"),
    "urge": Text("催办", "Chase"),
    "supervise": Text("督办", "Oversee"),
    "dispute": Text("登记客户异议", "Customer objects"),
    "withdraw": Text("登记客户撤回", "Customer withdraws"),
    "reopen": Text("重新办理", "Reopen"),
    "appointment": Text("约定时间", "Agree an appointment"),
    "facts": Text("更正关键信息", "Correct key details"),
    "reclassify": Text("改正服务项目", "Correct the service"),
    "pause": Text("申请暂停", "Request a pause"),
    "link": Text("关联或合并", "Link or merge"),
    "copy": Text("抄送", "Copy"),
}
AGREED = "appointment.agreed"
WITH_THOSE_WHO_KNOW = Text(
    "限制知悉的工单只在知悉单位之间移交", "It can only be handed to units that may know of it"
)


def steps_of(*, case: Case, staff: Staff, posts: Sequence[Post]) -> frozenset[str]:
    """The steps that somebody may do with a case, whatever state it is in."""
    sides = sides_of(case=case, staff=staff, posts=posts)
    told = {"appointment"} if _confirmed_on(case) else set()
    return frozenset(name for name, who in STEPS.items() if who & sides) - told


def check_step(*, case: Case, step: str, by: Staff | None, now: datetime) -> None:
    """Refuse a step to those who may not do it, and say who may. Nobody (`by=None`) is the product
    itself. Raises RefusedByRule."""
    if by is None:
        return
    who = STEPS[step]
    if step == "appointment" and (form := _confirmed_on(case)) is not None:
        confirmed = Text(
            f"须客户本人确认：请填写“{form.zh}”",
            f"The customer must confirm it: complete “{form.en}”",
        )
        raise RefusedByRule([Refusal("", TITLES[step], Text("", ""), confirmed)])
    if who & sides_of(case=case, staff=by, posts=posts_of(staff=by, at=now)):
        return
    allowed = [SIDES[side] for side in Side if side in who]
    missing = Text(
        f"由{'、'.join(a.zh for a in allowed)}办理",
        f"To be done by {', or by '.join(a.en for a in allowed)}",
    )
    raise RefusedByRule([Refusal("", TITLES[step], Text("", ""), missing)])


def _confirmed_on(case: Case) -> Text | None:
    """The form on which an appointment is confirmed, where the regulation asks for evidence of it:
    then the bare step will not do."""
    docket = Docket.objects.select_related("organisation").get(pk=case.docket_id)
    pack = regulation_for(digest=docket.release_id, company=docket.organisation).pack
    agreed = pack.events.get(AGREED)
    if agreed is None or not agreed.evidence:
        return None
    forms = (f for f in pack.forms.values() if any(e.event == AGREED for e in f.emits))
    return next((form.title.text() for form in forms), None)


def sides_of(*, case: Case, staff: Staff, posts: Sequence[Post]) -> frozenset[Side]:
    """What somebody is to a case. Posts above the company only look, unless their unit holds it."""
    docket = Docket.objects.select_related("organisation").get(pk=case.docket_id)
    pack = regulation_for(digest=docket.release_id, company=docket.organisation).pack
    if roles := pack.restricted_to(docket.service):
        return _of_restricted(case, docket, staff, posts, roles)
    if any(p.is_head and p.organisation_id == docket.organisation_id for p in posts):
        return EVERYTHING
    units = workplaces(staff=staff, posts=posts)
    # A role has acts that are no side of a case: to lead, to audit.
    sides = {side for side in Side for post in posts if side in _acts(post, docket, pack)}
    if docket.accepting_unit_id in units or staff.pk in (case.lodged_by_id, case.first_asked_id):
        sides.add(Side.ACCEPTING)
    if docket.handling_unit_id in units or _owes(docket, posts):
        sides.add(Side.HANDLING)
    return frozenset(sides)


def oversees(*, docket: Docket, posts: Sequence[Post]) -> bool:
    """Whether one of these posts oversees the cases of the company."""
    pack = regulation_for(digest=docket.release_id, company=docket.organisation).pack
    return any(Side.OVERSEEING in _acts(post, docket, pack) for post in posts)


def _of_restricted(
    case: Case, docket: Docket, staff: Staff, posts: Sequence[Post], roles: Sequence[str]
) -> frozenset[Side]:
    """Those who know of it do everything; who took it in, only until somebody else has it."""
    if any(p.role in roles for p in posts):
        return EVERYTHING
    stays = docket.handling_unit_id == docket.accepting_unit_id
    held = stays and "case.handed_over" not in docket.seen
    taker = staff.pk in (case.lodged_by_id, case.first_asked_id)
    return frozenset({Side.ACCEPTING}) if held and taker else frozenset()


def _acts(post: Post, docket: Docket, pack: Pack) -> tuple[str, ...]:
    """The sides for which a post of this company acts."""
    role = pack.roles.get(post.role)
    if role is None or post.organisation.company_id != docket.organisation_id:
        return ()
    return role.acts


def _owes(docket: Docket, posts: Sequence[Post]) -> bool:
    """Whether a running promise of the case lies with one of these posts."""
    mine = {(p.organisation_id, role) for p in posts for role in p.owes_as}
    running = docket.obligations.filter(RUNNING).values_list("unit_id", "role")
    return any(owner in mine for owner in running)


def check_hand_over(*, case: Case, to: int) -> None:
    """A restricted matter goes only to a unit where one of its roles sits. Raises RefusedByRule."""
    docket = Docket.objects.select_related("organisation").get(pk=case.docket_id)
    pack = regulation_for(digest=docket.release_id, company=docket.organisation).pack
    roles = pack.restricted_to(docket.service)
    if not roles or Post.objects.filter(organisation_id=to, role__in=roles).exists():
        return
    titles = [role_title(pack, role) for role in roles]
    missing = Text(
        f"{WITH_THOSE_WHO_KNOW.zh}：{'、'.join(t.zh for t in titles)}",
        f"{WITH_THOSE_WHO_KNOW.en}: {', '.join(t.en for t in titles)}",
    )
    raise RefusedByRule([Refusal("", TITLES["hand_over"], Text("", ""), missing)])
