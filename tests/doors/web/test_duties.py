"""Duties of a unit: owed by period, kept by their form."""

import pytest

from chengnuo.obligations.duties import open_periods
from chengnuo.obligations.models import Docket, Obligation
from tests.doors.web.conftest import LATER, control, error_at, page, sits


@pytest.fixture
def duty(firm):
    open_periods(now=LATER)
    return Docket.objects.get(subject_kind="organisation")


@pytest.fixture
def clerk(firm, duty):
    return sits(firm.people["service"])


def address(duty, form="bulletin"):
    return f"/duties/{duty.pk}/forms/{form}/"


def test_a_duty_lies_on_the_desk_with_its_form_as_the_button(clerk, duty):
    html = page(clerk.get("/"))
    assert "bulletin-due" in html
    assert address(duty) in html


def test_a_duty_is_done_by_its_form(clerk, duty):
    answer = clerk.post(address(duty), {"figure": "12", "token": "1"})
    assert answer["Location"] == "/"
    assert Obligation.objects.filter(rule="bulletin-due", kept_at__isnull=False).count() == 1


def test_a_mistake_stands_at_its_field(clerk, duty):
    answer = clerk.post(address(duty), {"figure": "a lot", "token": "1"})
    html = page(answer)
    assert answer.status_code == 422
    assert error_at(html, "bulletin-figure")
    assert 'value="a lot"' in control(html, "figure")
    assert Obligation.objects.filter(kept_at__isnull=False).count() == 0


def test_the_form_of_a_case_is_no_duty(clerk, duty):
    assert clerk.get(address(duty, "arrival")).status_code == 404
    assert "figure" in page(clerk.get(address(duty)))


def test_the_docket_of_a_case_is_seen_through_the_case_alone(firm, duty, leak):
    """Nor by the head of the company: what a case is, and who may know of it, the case tells."""
    head = sits(firm.top)
    assert head.get(f"/duties/{duty.pk}/").status_code == 200
    assert head.get(f"/duties/{leak.docket_id}/").status_code == 404
    assert head.get(f"/duties/{leak.docket_id}/forms/bulletin/").status_code == 404
    assert head.post(f"/duties/{leak.docket_id}/forms/bulletin/", {}).status_code == 404
