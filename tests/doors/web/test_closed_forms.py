"""A form opens for whom the regulation lets file it. To everybody else the page says who may, in
the words in which it is refused when it is sent."""

import pytest

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.cases.queries import case_file, keeping_forms
from chengnuo.obligations.access import may_fill
from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Docket
from chengnuo.obligations.regulation import regulation_for
from chengnuo.people.queries import posts_of
from tests.companies import house
from tests.doors.web.conftest import LATER, NOW, page, sits

SENTENCE = "To be completed by"
IN_A_SHEET = {"HX-Request": "true"}


@pytest.fixture
def water(db, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"
    return house("water-company", code="W")


def repair(firm) -> Case:
    """A burst pipe, taken in by the hotline."""
    told = {"narrative": "路面冒水", "address": "示例市示例路1号1单元101室"}
    request = Request(
        service="pipe-repair", channel="phone", token="1", facts={"area": "urban"}, **told
    )
    by = firm.people["hotline-agent"]
    return lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=by)


def may(firm, person, form, docket) -> bool:
    posts = posts_of(staff=person, at=LATER)
    return may_fill(form=form, docket=docket, posts=posts, by=person)


def closed_to(person, where, field) -> None:
    """Neither the page nor the sheet lets somebody type; sending it says the same."""
    browser = sits(person)
    for headers, status in (({}, 403), (IN_A_SHEET, 422)):
        answer = browser.get(where, headers=headers)
        assert (answer.status_code, SENTENCE in page(answer)) == (status, True), (person, where)
        assert field not in page(answer)
    sent = browser.post(where, {"token": "x"})
    assert (sent.status_code, SENTENCE in page(sent)) == (422, True), (person, where)


def test_every_form_of_a_case_opens_for_whom_it_names_and_for_nobody_else(water):
    case = repair(water)
    file = case_file(case=case)
    opened = closed = 0
    for form_id in file.forms:
        form = file.regulation.pack.forms[form_id]
        where = f"/cases/{case.number}/forms/{form_id}/"
        for role in ("hotline-agent", "network", "crew", "cs-specialist", "general-manager"):
            person = water.people[role]
            if may(water, person, form, case.docket):
                html = page(sits(person).get(where))
                assert f'action="{where}"' in html
                opened += 1
                continue
            closed_to(person, where, f'action="{where}"')
            mine = page(sits(person).get(f"/cases/{case.number}/?form={form_id}"))
            assert where not in mine
            closed += 1
    assert opened
    assert closed


def test_a_form_whose_turn_has_not_come_does_not_open_either(water):
    case = repair(water)
    file = case_file(case=case)
    early = next(
        name
        for name, form in file.regulation.pack.forms.items()
        if name not in file.forms and not form.duty
    )
    where = f"/cases/{case.number}/forms/{early}/"
    html = page(sits(water.top).get(where))
    assert "not available at this stage" in html
    assert f'action="{where}"' not in html


def test_the_form_of_a_duty_opens_for_who_owes_it(water):
    open_periods(now=LATER)
    seen = 0
    for docket in Docket.objects.filter(subject_kind="organisation")[:6]:
        regulation = regulation_for(digest=docket.release_id, company=docket.organisation)
        pack, rows = regulation.pack, docket.obligations.all()
        for form_id in {form for row in rows for form in keeping_forms(row, regulation)}:
            where = f"/duties/{docket.pk}/forms/{form_id}/"
            for role in ("hotline-agent", "general-manager", "cs-manager"):
                person = water.people[role]
                listed = page(sits(person).get(f"/duties/{docket.pk}/"))
                if may(water, person, pack.forms[form_id], docket):
                    assert f'action="{where}"' in page(sits(person).get(where))
                    assert where in listed
                else:
                    closed_to(person, where, f'action="{where}"')
                    assert where not in listed
                    seen += 1
    assert seen
