"""Who may fill which form and decide what: the roles a pack names, the units that hold it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from chengnuo.obligations.holders import named
from chengnuo.obligations.models import Docket, Escalation, Obligation
from chengnuo.obligations.owners import authors, standing_in
from chengnuo.obligations.regulation import regulation_for
from chengnuo.obligations.restricting import knowing
from chengnuo.obligations.services import Refusal, RefusedByRule
from chengnuo.packs.compiling import decision_id
from chengnuo.packs.references import role_title
from chengnuo.packs.schema import FormShape, Pack
from chengnuo.people.models import Post, Staff
from chengnuo.people.queries import posts_of
from chengnuo.rules.rulebook import PauseReason, Within
from chengnuo.rules.words import Text

ANYBODY = {"organisation"}


def may_fill(
    *, form: FormShape, docket: Docket, posts: Sequence[Post], by: Staff | None = None
) -> bool:
    """Whether somebody on these posts may fill it. A form that names nobody is open to all.

    Where duties are separate, not by the person who did what it follows; where that is the head of
    the handling unit, the superior does it instead.
    """
    if roles := knowing(docket=docket):
        return any(p.role in roles for p in posts)
    done_by = authors(form=form, docket=docket)
    if by is not None and by.pk in done_by:
        return False
    wanted = set(form.who) or ANYBODY
    if named(roles=wanted, docket=docket, posts=posts):
        return True
    if not done_by or "handling_head" not in wanted or docket.handling_unit_id is None:
        return False
    seat = standing_in(unit=docket.handling_unit_id, company=docket.organisation, not_by=done_by)
    return seat is not None and seat.id in {p.pk for p in posts}


def barred(*, form: FormShape, docket: Docket, by: Staff) -> bool:
    """Whether it is only his own earlier part that keeps a person from filling a form."""
    return by.pk in authors(form=form, docket=docket)


def whose(*, form: FormShape, pack: Pack) -> Text:
    """By whom a form is to be filled, in words."""
    roles = [role_title(pack, role) for role in form.who]
    return Text("、".join(r.zh for r in roles), ", ".join(r.en for r in roles))


def refusal_to_fill(
    *, form: FormShape, pack: Pack, docket: Docket, posts: Sequence[Post], by: Staff
) -> Refusal | None:
    """Why somebody may not fill a form of a docket, and who may; None where he may. Said before
    the form is opened as when it is sent."""
    if may_fill(form=form, docket=docket, posts=posts, by=by):
        return None
    roles = whose(form=form, pack=pack)
    missing = Text(f"由{roles.zh}填写", f"To be completed by: {roles.en}")
    if barred(form=form, docket=docket, by=by):
        done = [pack.forms[f].title for f in form.other_than]
        zh, en = "、".join(t.zh for t in done), ", ".join(t.en for t in done)
        missing = Text(
            f"您已填写“{zh}”，本表须由其他人员填写（{roles.zh}；无其他人员的，由上级填写）",
            f"You completed “{en}”, so someone else must complete this form ({roles.en}, "
            "or the line manager).",
        )
    cited = form.clause.place if form.clause else ""
    return Refusal("", form.title.text(), Text(cited, cited), missing)


def check_approver(*, docket: Docket, key: str, by: Staff, now: datetime) -> None:
    """A pause is approved or rejected by the role that its clause names; when that let its time
    pass, also by whoever the escalation reached. Raises RefusedByRule."""
    row = next((o for o in docket.obligations.all() if o.key == key), None)
    asked = undecided(row) if row is not None else None
    if row is None or asked is None or may_decide(row=row, by=by, posts=posts_of(staff=by, at=now)):
        return
    rule, reason = asked
    pack = regulation_for(digest=docket.release_id, company=docket.organisation).pack
    role = role_title(pack, reason.approver)
    missing = Text(
        f"由{role.zh}决定；逾期未决的，由上报到的上级决定",
        f"To be decided by: {role.en}. If the time limit passes, by the superior it escalates to.",
    )
    raise RefusedByRule([Refusal(rule.id, rule.title, rule.cite(), missing)])


def may_decide(*, row: Obligation, by: Staff, posts: Sequence[Post]) -> bool:
    """Whether somebody on these posts may decide the pause of a promise that waits for it."""
    return bool(to_decide(rows=[row], by=by, posts=posts))


def to_decide(*, rows: Iterable[Obligation], by: Staff, posts: Sequence[Post]) -> list[Obligation]:
    """Those of these promises whose pause somebody on these posts may decide."""
    asked = [(row, found) for row in rows if (found := undecided(row)) is not None]
    if not asked:
        return []
    escalated = Escalation.objects.filter(
        staff=by,
        obligation__kept_at__isnull=True,
        obligation__docket__in={row.docket_id for row, _ in asked},
    )
    parts = ("obligation__docket_id", "obligation__rule", "obligation__turn")
    reached = {(d, rule, turn.partition(".")[0]) for d, rule, turn in escalated.values_list(*parts)}
    return [
        row
        for row, (rule, reason) in asked
        if (row.docket_id, decision_id(rule.id, reason.id), row.turn) in reached
        or named(
            roles=set(knowing(docket=row.docket)) or {reason.approver},
            docket=row.docket,
            posts=posts,
        )
    ]


def undecided(row: Obligation) -> tuple[Within, PauseReason] | None:
    """The rule of a promise and the reason of its oldest pause that nobody has decided."""
    docket = row.docket
    rule = regulation_for(digest=docket.release_id, company=docket.organisation).book.rules.get(
        row.rule
    )
    wanted = next((s["reason"] for s in row.standstills if s["status"] == "requested"), None)
    if not isinstance(rule, Within):
        return None
    return next(((rule, p) for p in rule.pauses if p.id == wanted), None)
