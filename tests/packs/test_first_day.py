"""The tutorial names every question that its forms insist on, as the page words it."""

from pathlib import Path

import pytest

from chengnuo.packs.forms import fill
from tests.packs.shipped import shipped

TUTORIAL = Path(__file__).resolve().parents[2] / "docs" / "tutorial"
PAGES = {"en": "first-day.md", "zh": "first-day.zh-CN.md"}
# how it sets off the words of a page
QUOTED = ("*{}*", "“{}”", "| {} |")
FORMS = {
    "first-reply": {"canned": "true"},
    "phone-head": {"head": "演示管网部", "system_reachable": "true"},
    "department-feedback": {"feedback": "result", "content": "已上门处理完毕", "clear": "true"},
    "reply": {"content": "井盖已固定，请您查看。", "same_channel": "true"},
    "callback": {
        "reached": "true",
        "category": "enquiry_complaint",
        "contacted": "yes",
        "arrived": "yes",
        "course": "按约上门",
        "outcome": "井盖已固定",
        "solved": "true",
        "attitude": "5",
        "integrity_issue": "false",
        "satisfied": "true",
    },
}


@pytest.mark.parametrize(("form", "answers"), FORMS.items(), ids=FORMS)
def test_what_the_first_day_fills_in_is_enough(form, answers):
    pack = shipped("water-company").pack
    assert fill(pack=pack, form=pack.forms[form], raw=answers).errors == {}


@pytest.mark.parametrize("language", PAGES)
@pytest.mark.parametrize(("form", "answers"), FORMS.items(), ids=FORMS)
def test_the_first_day_names_what_it_fills_in_as_the_page_does(form, answers, language):
    page = (TUTORIAL / PAGES[language]).read_text(encoding="utf-8")
    shape = shipped("water-company").pack.forms[form]
    titles = [shape.title, *(f.title for f in shape.fields if f.id in answers)]
    # the sheet of a callback is opened by calling, not by its name
    named = [getattr(title, language) for title in titles[form == "callback" :]]
    missing = [n for n in named if not any(as_.format(n) in page for as_ in QUOTED)]
    assert missing == []
