"""Breaches, verdicts and narratives are held against what the ledger recorded of them."""

from datetime import timedelta

import pytest
from django.conf import settings

from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.doors.cli.main import main
from chengnuo.doors.jobs.checkpoints import sign, sign_chains
from chengnuo.doors.jobs.deliver import deliver
from chengnuo.ledger.immutable import make_ordinary
from chengnuo.ledger.models import ChainHead, Entry
from chengnuo.ledger.notes import Signer
from chengnuo.ledger.services import canonical, link
from chengnuo.obligations.models import Breach, Docket, Obligation
from chengnuo.reports.soundness import faults, recorded_in
from tests.companies import house, rule, small_pack
from tests.ledger.test_chain import Locksmith
from tests.obligations.matter import let_pass
from tests.rules.world import at

TWO_HOURS = (
    "kind: within, start: case.lodged, stop: repair.completed, limit: {amount: 2, unit: hour}"
)
NOW = at("2026-03-09 10:00")


@pytest.fixture
def firm(db, tmp_path):
    made = house(small_pack(tmp_path, rule("repaired-soon", TWO_HOURS)))
    for number in range(2):
        request = Request(
            service="leak", channel="phone", narrative=f"路面冒水{number}", token=f"t{number}"
        )
        lodge(company=made.again(), request=request, at=NOW, now=NOW, by=None)
    let_pass("2026-03-09 13:00")
    return made


def said(firm):
    return [fault.what for fault in faults(organisation_id=firm.company.pk)]


def first():
    return Obligation.objects.order_by("pk").first()


def test_what_was_recorded_holds(firm):
    assert Breach.objects.count() == 2
    assert said(firm) == []
    assert recorded_in() == [firm.company.pk]


HOUR = timedelta(hours=1)
CHANGES = {
    "a breach that is dated later": ("broken_at", at("2026-03-09 12:30"), "breach is dated"),
    "a breach noticed at another time": ("detected_at", NOW, "its breach was changed"),
    "a breach of another clause": ("clause_zh", "别的条款", "its breach was changed"),
    "a breach with another record": ("record", {}, "its breach was changed"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_breach_is_found(firm, change):
    name, value, words = CHANGES[change]
    make_ordinary(Locksmith(), "obligations_breach")
    Breach.objects.filter(obligation=first()).update(**{name: value})
    (found,) = said(firm)
    assert words in found


VERDICTS = {
    "kept that never was": ({"kept_at": NOW + HOUR}, "kept_at is"),
    "not broken any more": ({"broken_at": None}, "broken_at is None, the ledger recorded 2026"),
    "broken later": ({"broken_at": NOW + 3 * HOUR}, "broken_at is"),
    "void": ({"voided_at": NOW}, "voided_at is"),
    "due later": ({"due_at": NOW + 3 * HOUR}, "its verdict was changed"),
    "begun later": ({"start_at": NOW + HOUR}, "its verdict was changed"),
}


@pytest.mark.parametrize("change", VERDICTS)
def test_a_changed_verdict_is_found(firm, change):
    values, words = VERDICTS[change]
    Obligation.objects.filter(pk=first().pk).update(**values)
    (found,) = said(firm)
    assert words in found


def test_what_is_gone_is_found(firm):
    make_ordinary(Locksmith(), "obligations_breach")
    one = first()
    Breach.objects.filter(obligation=one).delete()
    assert [w.partition(": ")[2] for w in said(firm)] == ["its breach is gone"]
    Case.objects.filter(docket=one.docket_id).delete()
    one.delete()
    assert any("the promise is gone" in what for what in said(firm))
    assert any("the case of" in what for what in said(firm))
    Docket.objects.filter(pk=one.docket_id).delete()
    assert any("the case is gone" in what for what in said(firm))


def test_a_breach_that_nobody_recorded_is_found(firm):
    one = first()
    make_ordinary(Locksmith(), "obligations_breach")
    kept = Breach.objects.get(obligation=one)
    fresh = Obligation.objects.get(pk=one.pk)
    fresh.pk, fresh.turn = "0" * 32, "2"
    fresh.save(force_insert=True)
    kept.pk, kept.obligation = None, fresh
    kept.save(force_insert=True)
    assert any("the ledger recorded no such breach" in what for what in said(firm))


def test_a_changed_narrative_is_found(firm):
    case = Case.objects.order_by("number").first()
    Case.objects.filter(pk=case.pk).update(narrative="路面干燥")
    assert said(firm) == [f"{case.number}: its narrative was changed after it was recorded"]


def test_the_digest_of_a_narrative_tells_nothing_without_its_salt(firm):
    """Two cases with the same words have different digests; without salt nobody can guess."""
    digests = [e.data["narrative"] for e in Entry.objects.filter(kind="case.lodged")]
    salts = set(Case.objects.values_list("narrative_salt", flat=True))
    assert len(salts) == len(set(digests)) == 2
    assert all(len(salt) == 32 for salt in salts)


def test_a_case_that_nobody_recorded_is_found(firm):
    case = Case.objects.order_by("number").first()
    docket = case.docket
    docket.pk, docket.subject = "1" * 32, "X"
    docket.save(force_insert=True)
    case.pk, case.docket, case.number, case.token = "1" * 32, docket, "X", "x"
    case.save(force_insert=True)
    assert said(firm) == ["X: nothing was recorded of this case"]


def without_digests():
    """The ledger as an older release wrote it."""
    make_ordinary(Locksmith(), "ledger_entry")
    previous = ""
    for entry in Entry.objects.order_by("seq"):
        digests = ("verdicts", "breaches", "narrative")
        data = {k: v for k, v in entry.data.items() if k not in digests}
        entry.payload, entry.previous = canonical(data), previous
        entry.hash = previous = link(previous, entry)
        entry.save()
    ChainHead.objects.update(hash=previous)


def test_entries_from_before_the_digests_are_held_by_their_moments(firm):
    without_digests()
    assert said(firm) == []
    Obligation.objects.filter(pk=first().pk).update(broken_at=NOW + 3 * HOUR)
    (found,) = said(firm)
    assert "broken_at is" in found


# -- the commands ----------------------------------------------------------------------------------


@pytest.fixture
def kept(firm, tmp_path, settings):
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    sign(organisation_id=firm.company.pk, now=NOW, to=tmp_path / "elsewhere")
    (path,) = (tmp_path / "elsewhere").iterdir()
    return path


def test_verify_says_what_holds_and_against_what(kept, capsys):
    assert main(["ledger", "verify", "--against", str(kept)]) == 0
    assert "sound, held against 1 checkpoint, the last of" in capsys.readouterr().out


def test_verify_finds_a_changed_breach(firm, kept, capsys):
    make_ordinary(Locksmith(), "obligations_breach")
    Breach.objects.update(broken_at=at("2026-03-09 12:30"))
    assert main(["ledger", "verify"]) == 1
    assert "its breach is dated" in capsys.readouterr().err


def test_verify_finds_that_everything_was_cut(firm, kept, capsys):
    make_ordinary(Locksmith(), "ledger_entry")
    Entry.objects.all().delete()
    ChainHead.objects.all().delete()
    assert main(["ledger", "verify", "--against", str(kept)]) == 1
    told = capsys.readouterr().err
    assert "everything was cut" in told
    assert "the ledger recorded no such breach" in told, "and what is stored says so by itself"


def test_a_checkpoint_is_checked_by_the_key_that_was_kept_with_it(kept, capsys, settings):
    key = str(Signer.of(settings.CHECKPOINT_KEY).verifier)
    settings.CHECKPOINT_KEY = "another" * 20
    assert main(["ledger", "verify", "--against", str(kept)]) == 1
    assert "is not signed by" in capsys.readouterr().err
    assert main(["ledger", "verify", "--against", str(kept), "--key", key]) == 0


@pytest.mark.parametrize("words", ["", "nothing of the kind", "a\n\nb"])
def test_what_is_no_checkpoint_is_told(firm, tmp_path, capsys, words):
    path = tmp_path / "x.txt"
    path.write_text(words, encoding="utf-8")
    assert main(["ledger", "verify", "--against", str(path)]) == 2
    assert str(path) in capsys.readouterr().err


def test_the_worker_signs_once_a_day_and_mails_it(firm, tmp_path, settings, mailoutbox):
    settings.CHECKPOINTS = tmp_path / "checkpoints"
    settings.CHECKPOINT_MAIL = ["audit@example.org"]
    for _ in range(2):
        sign_chains(now=NOW + 6 * HOUR)
        deliver(now=NOW + 6 * HOUR)
    (path,) = settings.CHECKPOINTS.iterdir()
    (mail,) = mailoutbox
    assert path.read_text(encoding="utf-8") in mail.body
    assert mail.to == ["audit@example.org"]


def test_the_public_key_is_printed(firm, capsys):
    assert main(["ledger", "key"]) == 0
    assert capsys.readouterr().out.strip() == str(Signer.of(settings.CHECKPOINT_KEY).verifier)
