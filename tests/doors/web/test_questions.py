"""The questions of a form: when one is needed, what a score means, what a case answers itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from chengnuo.doors.web.kit.formviews import FieldView, form_view
from tests.packs.shipped import shipped

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def pack():
    return shipped("water-company").pack


def field(pack, form: str, name: str, service: str = "") -> FieldView:
    view = form_view(
        pack=pack, form_id=form, token="t", now=NOW, facts={}, signer="", service=service
    )
    return next(one for one in view.fields if one.name == name)


@pytest.mark.parametrize(
    ("form", "name", "zh", "en"),
    [
        ("first-reply", "content", "“使用规定的标准答复”为否时必填",
         "required when “Prescribed standard reply used” is no"),
        ("callback", "course", "“已联系上客户”为是时必填",
         "required when “Customer reached” is yes"),
        ("callback", "works_issue", "“回访内容类别”为工程施工时必填",
         "required when “Category of questions” is Works"),
    ],
)  # fmt: skip
def test_when_a_question_is_needed_is_said_in_the_words_of_the_form(pack, form, name, zh, en):
    asked = field(pack, form, name)
    assert (asked.needed.zh, asked.needed.en) == (zh, en)


def test_the_page_can_follow_the_condition(pack):
    asked = field(pack, "callback", "works_issue")
    assert json.loads(asked.when) == [{"field": "category", "op": "in", "values": ["works"]}]
    asked = field(pack, "first-reply", "content")
    assert json.loads(asked.when) == [{"field": "canned", "op": "in", "values": ["false"]}]


def test_a_score_is_said_in_words(pack):
    options = field(pack, "callback", "attitude").options
    assert [(value, title.en) for value, title in options] == [
        ("1", "1 very poor"), ("2", "2 poor"), ("3", "3 fair"), ("4", "4 good"),
        ("5", "5 very good"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("service", "category"),
    [
        ("works-complaint", "works"),
        ("no-water", "quality_pressure"),
        ("meter-data-review", "reading_charging"),
        ("service-complaint", "enquiry_complaint"),
        ("customer-callback", None),
    ],
)
def test_a_callback_asks_what_its_case_is_about(pack, service, category):
    assert field(pack, "callback", "category", service).value == category
