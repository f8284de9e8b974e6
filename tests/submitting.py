"""Forms sent in as a door sends them: values as typed, files apart."""

from chengnuo.cases.unit_of_work import find
from chengnuo.obligations.models import Docket
from chengnuo.obligations.regulation import regulation_for
from chengnuo.submissions.handlers import Via
from chengnuo.submissions.services import submit


def fill(docket_id, form, raw, *, token, by, now, version=None, **context):
    """A form of a docket, of a case or of duties, filled by a person; the evidence it became."""
    docket = Docket.objects.select_related("organisation").get(pk=docket_id)
    pack = regulation_for(digest=docket.release_id, company=docket.organisation).pack
    shape = pack.forms.get(form)
    files = {f.id for f in (shape.fields if shape else ()) if f.type == "file"} & raw.keys()
    return submit(
        form=form, docket=docket_id, by=by, at=now, via=Via.PAGE, token=token[:64],
        values={k: v for k, v in raw.items() if k not in files},
        files={k: raw[k] for k in files}, version=version, context=context,
    )  # fmt: skip


def fill_case(case, form, raw, **how):
    """A form of a case, filled; the case as it then stands."""
    fill(case.docket_id, form, raw, **how)
    return find(case_id=case.pk)
