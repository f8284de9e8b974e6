"""`chengnuo open`: a company begins with somebody who can do the rest on the pages."""

import re

import pytest

from chengnuo.doors.cli import main
from chengnuo.people.access import may_administer
from chengnuo.people.models import Organisation, Staff
from chengnuo.people.queries import posts_of

LINE = [
    *("open", "OURS", "--pack", "water-company", "--name-zh", "示例水务", "--name-en", "Example"),
    *("--badge", "A001", "--administrator", "演示管理员"),
]


@pytest.mark.django_db
def test_a_company_is_open_with_its_first_administrator(capsys):
    assert main(LINE) == 0
    password = re.search(r"once with: (\S+)", capsys.readouterr().out).group(1)
    person = Staff.objects.get(badge="A001")
    assert person.check_password(password)
    assert person.must_change_password
    holding = person.holdings.get()
    assert may_administer(posts_of(staff=person, at=holding.since))
    assert person.organisation.company == Organisation.objects.get(code="OURS")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([], "A unit with the code OURS already exists"),
        (["--below", "NOWHERE"], "There is no unit NOWHERE"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(capsys, more, said):
    main(LINE)
    before = Organisation.objects.count()
    assert main([*LINE, *more]) == 2
    assert said in capsys.readouterr().err
    assert Organisation.objects.count() == before


@pytest.mark.django_db
def test_a_pack_that_nobody_knows_opens_no_company(capsys):
    line = ["nowhere" if word == "water-company" else word for word in LINE]
    assert main(line) == 2
    said = capsys.readouterr().err
    assert "there is no pack nowhere; known are" in said
    assert "water-company" in said
    assert not Organisation.objects.exists()
