"""Personal data: kept so long and no longer, erased for good, held back where it must be."""

import hashlib
import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Attachment, Case, CaseWords, Contact
from chengnuo.customers.models import Customer, ServiceLocation
from chengnuo.customers.services import register_customer
from chengnuo.ledger.models import Entry, SubjectKey
from chengnuo.ledger.queries import history, verify
from chengnuo.ledger.services import Fact, record
from chengnuo.obligations.models import Evidence
from chengnuo.people.services import choose_setting
from chengnuo.privacy import queries, services
from chengnuo.privacy.models import DataRequest, FileToRemove, Wanted
from chengnuo.reports.soundness import faults
from chengnuo.rules.refusing import Refused
from chengnuo.vault.files import original_of, picture_of
from tests.companies import house, rule, small_pack
from tests.rules.world import at

NOW = at("2026-03-09 10:00")
LATER = NOW + timedelta(days=4 * 365)
YEAR = timedelta(days=366)
LIMIT = "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}"


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, rule("repaired-soon", LIMIT)))


@pytest.fixture
def person(firm):
    return register_customer(
        company=firm.company, number="U1", name="张三丰", phone="13800001234", now=NOW,
        address="示例路1号2室",
    )  # fmt: skip


@pytest.fixture
def case(firm, person):
    request = Request(
        service="leak", channel="phone", narrative="请张三丰回电", token="t", customer=person,
        contact_name="张三丰", contact_phone="13800001234", address="示例路1号2室",
    )  # fmt: skip
    made = lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=None)
    with transaction.atomic():
        fact = Fact(
            kind="case.urged",
            at=NOW,
            subject=made.docket_id,
            data={"why": "张三丰再催", "count": 1},
        )
        record(organisation_id=firm.company.pk, facts=[fact], now=NOW)
    return made


def close(case, at=NOW):
    Case.objects.filter(pk=case.pk).update(closed_at=at)


def hands(firm):
    return firm.people["network"], firm.people["service"]


def asked(person, by, wanted=Wanted.ERASURE):
    return services.take_request(
        customer=person, wanted=wanted, told="来电要求，已核身份证", by=by, now=LATER
    )


def test_words_in_the_ledger_are_read_and_stand_sealed_in_the_database(firm, case):
    entry = Entry.objects.get(kind="case.urged")
    assert entry.data["why"] == "张三丰再催"
    assert "张三丰" not in entry.payload
    assert [e.data["why"] for e in history(subject=case.docket_id) if e.kind == "case.urged"]


def test_an_erased_case_tells_nobody_and_the_ledger_still_holds(firm, case):
    close(case)
    done = services.erase_due(company=firm.company, by=None, now=LATER)
    assert done["case"] == 1
    gone = Case.objects.get(pk=case.pk)
    assert (gone.contact_name, gone.contact_phone, gone.address, gone.narrative) == ("",) * 4
    assert gone.customer is None
    assert "张" not in CaseWords.objects.get(case=case).words
    assert not gone.telephones.exists()
    assert not SubjectKey.objects.filter(pk=case.docket_id).exists()
    assert Entry.objects.get(kind="case.urged").data["why"] == "***"
    assert verify(organisation_id=firm.company.pk) == []
    assert not any("narrative" in fault.what for fault in faults(organisation_id=firm.company.pk))
    assert services.erase_due(company=firm.company, by=None, now=LATER)["case"] == 0


def kept_file(content):
    """A file on the disk with its small pictures; its digest."""
    digest = hashlib.sha256(content).hexdigest()
    for path in (original_of(digest), *(picture_of(digest, size) for size in ("small", "large"))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return digest


def attach(case, digest):
    told = {"name": "信.jpg", "type": "image/jpeg", "size": 3, "added_at": NOW}
    Attachment.objects.create(case=case, sha256=digest, **told)


def filled_in(case, digest):
    value = json.dumps({"name": "现场.jpg", "sha256": digest, "size": 3, "type": "image/jpeg"})
    return Evidence.objects.create(
        id=uuid4(), docket=case.docket, form="repaired", token=digest[:30], at=NOW,
        digest=case.docket.release_id, data={"photo": value}, filled_at=NOW,
    )  # fmt: skip


def lies(digest):
    paths = (original_of(digest), picture_of(digest, "small"), picture_of(digest, "large"))
    return [path.exists() for path in paths]


def test_files_go_with_what_is_erased_unless_something_kept_has_the_same(
    firm, case, person, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    letter, photo, shared, kept = (kept_file(f"{n}".encode()) for n in range(4))
    request = Request(service="leak", channel="phone", narrative="另一件", token="t2")
    other = lodge(company=firm.again(), request=request, at=NOW, now=NOW, by=None)
    attach(case, letter)
    attach(case, shared)
    filled_in(case, photo)
    filled_in(other, shared)
    attach(other, kept)
    first, second = hands(firm)
    hold = services.hold_back(thing=case, reason="诉讼进行中", by=first, now=LATER)
    close(case)
    assert services.erase_due(company=firm.company, by=None, now=LATER)["file"] == 0
    assert lies(letter) == lies(photo) == [True] * 3
    services.lift(hold=hold, by=second, now=LATER)
    assert services.erase_due(company=firm.company, by=None, now=LATER)["file"] == 2
    assert [any(lies(one)) for one in (letter, photo, shared, kept)] == [False, False, True, True]
    assert not case.attachments.exists()
    assert other.attachments.count() == 1
    assert not FileToRemove.objects.exists()
    assert Entry.objects.get(kind="personal_data.erased", subject=case.docket_id).data["files"] == 3
    close(other)
    assert services.erase_due(company=firm.company, by=None, now=LATER)["file"] == 2
    assert not any(lies(shared) + lies(kept))


def test_files_go_with_a_customer_who_asked_for_it(
    firm, case, person, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    letter = kept_file(b"letter")
    attach(case, letter)
    close(case)
    first, second = hands(firm)
    with django_capture_on_commit_callbacks(execute=True):
        services.decide_request(
            request=asked(person, first), granted=True, remark="", by=second, now=LATER
        )
    assert not any(lies(letter))


def test_a_narrative_that_was_emptied_without_an_erasure_is_found(firm, case):
    Case.objects.filter(pk=case.pk).update(narrative="", narrative_salt="")
    assert any("narrative" in fault.what for fault in faults(organisation_id=firm.company.pk))


@pytest.mark.parametrize(
    ("closed_at", "now", "is_due"),
    [
        (None, LATER, False),
        (NOW, NOW + 2 * YEAR, False),
        (NOW, NOW + 3 * YEAR, True),
    ],
)
def test_a_case_is_due_three_years_after_it_was_closed(firm, case, closed_at, now, is_due):
    close(case, closed_at)
    due = queries.due(company=firm.company, now=now, limit=9)
    assert [one.thing for one in due] == ([case] if is_due else [])


@pytest.mark.parametrize(
    ("months", "years", "is_due"), [("60", 4, False), ("60", 6, True), ("1", 2, False)]
)
def test_a_house_may_keep_longer_and_not_shorter(firm, case, months, years, is_due):
    close(case)
    choose_setting(company=firm.company, name="retention-case", value=months, by=None, now=NOW)
    due = queries.cases_due(company=firm.company, now=NOW + years * YEAR)
    assert due.exists() is is_due


def test_a_customer_asks_one_person_takes_it_down_and_another_erases(firm, case, person):
    first, second = hands(firm)
    close(case)
    request = asked(person, first)
    with pytest.raises(Refused, match="Ask a colleague"):
        services.decide_request(request=request, granted=True, remark="", by=first, now=LATER)
    services.decide_request(request=request, granted=True, remark="", by=second, now=LATER)
    gone = Customer.objects.get(pk=person.pk)
    assert (gone.name, gone.phone, gone.phones.count()) == ("***", "", 0)
    assert ServiceLocation.objects.get().customer is None
    assert Case.objects.get().narrative == ""
    kinds = list(Entry.objects.values_list("kind", flat=True))
    assert kinds.count("personal_data.erased") == 2
    with pytest.raises(Refused, match="already decided"):
        services.decide_request(request=request, granted=False, remark="不再", by=second, now=LATER)
    with pytest.raises(Refused, match="already been erased"):
        asked(gone, first)


def test_the_database_too_wants_two_people(firm, person):
    first, _second = hands(firm)
    request = asked(person, first)
    with pytest.raises(IntegrityError), transaction.atomic():
        DataRequest.objects.filter(pk=request.pk).update(
            decided_by=first, decided_at=LATER, granted=True
        )


def refusal(firm, person, now=LATER):
    first, second = hands(firm)
    with pytest.raises(Refused) as refused:
        services.decide_request(
            request=asked(person, first), granted=True, remark="", by=second, now=now
        )
    assert Customer.objects.get(pk=person.pk).name == "张三丰"
    return refused.value.text


def test_what_is_needed_or_must_be_kept_is_refused_with_its_provision(firm, case, person):
    assert "PIPL article 13" in refusal(firm, person).en
    close(case, LATER - YEAR)
    text = refusal(firm, person)
    assert "第一百八十八条" in text.zh
    assert "Civil Code article 188" in text.en
    close(case)
    person.accounts.create(organisation=firm.company, number="A1", opened_on=date(2020, 1, 1))
    assert "A1" in refusal(firm, person).zh


@pytest.mark.parametrize("what", ["case", "customer"])
def test_a_legal_hold_stops_it_until_it_is_lifted(firm, case, person, what):
    first, second = hands(firm)
    close(case)
    thing = case if what == "case" else person
    hold = services.hold_back(thing=thing, reason="诉讼进行中", by=first, now=LATER)
    assert "诉讼进行中" in refusal(firm, person).zh
    assert services.erase_due(company=firm.company, by=None, now=LATER)["case"] == 0
    (one,) = queries.due(company=firm.company, now=LATER, limit=9)
    assert one.hindrance is not None
    services.lift(hold=hold, by=second, now=LATER)
    assert services.erase_due(company=firm.company, by=None, now=LATER)["case"] == 1


def test_calls_without_a_case_are_emptied_after_their_time(firm, person):
    Contact.objects.create(
        organisation=firm.company, channel="phone", phone="13800001234", phone_key="13800001234",
        need="问停水", answer="已答复", at=NOW,
    )  # fmt: skip
    assert queries.contacts_due(company=firm.company, now=NOW + YEAR / 2) == 0
    assert queries.contacts_due(company=firm.company, now=NOW + 2 * YEAR) == 1
    done = services.erase_due(company=firm.company, by=None, now=NOW + 2 * YEAR)
    assert done["contact"] == 1
    left = Contact.objects.get()
    assert (left.phone, left.phone_key, left.need, left.answer) == ("",) * 4
