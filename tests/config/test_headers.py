"""No page lets a stranger's script run, or stays behind in a cache."""

from django.http import HttpResponse
from django.test import RequestFactory

from chengnuo.config.headers import SecurityHeaders


def answer(**headers):
    page = SecurityHeaders(lambda request: HttpResponse("page", headers=headers))
    return page(RequestFactory().get("/")).headers


def test_scripts_come_from_us_alone():
    policy = dict(
        part.strip().split(" ", 1) for part in answer()["Content-Security-Policy"].split(";")
    )
    assert policy["script-src"] == "'self'"
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "http" not in answer()["Content-Security-Policy"]


def test_a_page_may_say_that_it_can_be_kept():
    assert answer()["Cache-Control"] == "private, no-store"
    assert answer(**{"Cache-Control": "max-age=60"})["Cache-Control"] == "max-age=60"
