"""The form by which a proceeding is decided, in the same place as the signature."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from chengnuo.conduct.models import Proceeding
from chengnuo.conduct.proceeding import deciding_forms, regulation_of
from chengnuo.conduct.signing import DecidingForm
from chengnuo.doors.web.conduct.page.conduct import Page
from chengnuo.doors.web.kit.casepage import CasePage, open_form
from chengnuo.doors.web.kit.context import RequestContext
from chengnuo.doors.web.kit.formviews import FormView, read_form
from chengnuo.doors.web.kit.reading import number_in
from chengnuo.packs.forms import fill
from chengnuo.rules.words import Text
from chengnuo.submissions.checks import FormHasErrors

FORM = "deciding"


def form_of(
    ctx: RequestContext, page: Page, wrong: Mapping[str, Text] | None = None
) -> FormView | None:
    """The deciding form whose turn it is and that this person fills; as typed, where it came
    back."""
    case = page.case
    waiting = _waiting(case, page.row) if case is not None and page.may_sign else None
    if case is None or waiting is None:
        return None
    post = ctx.request.POST
    shape = case.file.regulation.pack.forms[waiting]
    came_back = post.get(FORM) == waiting
    given = read_form(ctx.request, case.file.regulation.pack, shape, now=ctx.now)
    return open_form(
        ctx, case, waiting, action="",
        typed=given.typed if came_back else None,
        errors=wrong if came_back else None,
        token=post.get("token", "") if came_back else "",
    )  # fmt: skip


def _waiting(case: CasePage, row: Proceeding) -> str | None:
    deciding = deciding_forms(row)
    return next((o.id for o in case.forms if o.mine and o.id in deciding), None)


def read(ctx: RequestContext, row: Proceeding) -> DecidingForm | None:
    """What was typed into the deciding form; None where it was not part of what was sent. Raises
    FormHasErrors."""
    post = ctx.request.POST
    form, pack = post.get(FORM, ""), regulation_of(row).pack
    if form not in deciding_forms(row):
        return None
    given = read_form(ctx.request, pack, pack.forms[form], now=ctx.now)
    if given.errors:
        filled = fill(pack=pack, form=pack.forms[form], raw=given.raw)
        filled.errors.update(given.errors)
        raise FormHasErrors(filled)
    token = post.get("token", "")[:64] or secrets.token_urlsafe(24)
    version = number_in(post.get("version"))
    return DecidingForm(
        form=form, values=given.values, files=given.files, token=token, version=version
    )
