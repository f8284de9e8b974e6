"""Ratings: asked for once a closing, given once a link, told to the head when they are bad."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from chengnuo.callbacks.models import Rating, RatingOffer
from chengnuo.callbacks.queries import dissatisfied, ratings_of
from chengnuo.callbacks.services import (
    CustomerWord,
    LinkExpired,
    LinkUsed,
    NoSuchLink,
    offer_of,
    offer_rating,
    offer_ratings,
    rate,
    rate_by_link,
    token_of,
)
from chengnuo.cases.casework.services import say
from chengnuo.cases.intake.lodging import Request, lodge
from chengnuo.cases.models import Case
from chengnuo.doors.jobs.worker import Worker
from chengnuo.ledger.models import OutboxMessage
from chengnuo.ledger.queries import history
from chengnuo.rules.refusing import Refused
from chengnuo.rules.state import Event
from tests.companies import house, small_pack
from tests.rules.world import at

TAKEN = at("2026-03-09 10:00")
CLOSED = at("2026-03-09 15:00")
WEEK = timedelta(days=7)
GLAD = CustomerWord(satisfied=True, score=5, solved=True)
ANGRY = CustomerWord(satisfied=False, score=1, solved=False, words="没有人来")


@pytest.fixture
def firm(db, tmp_path):
    return house(small_pack(tmp_path, "  {}"))


def closed_case(firm, token="t1", **more) -> Case:
    request = Request(
        service="leak", channel="phone", narrative="冒水", token=token,
        **{"contact_phone": "13800000001", **more},
    )  # fmt: skip
    return lodge(
        company=firm.again(), request=request, at=TAKEN, now=CLOSED, by=firm.people["service"],
        then=[Event(name="callback.made", at=CLOSED)],
    )  # fmt: skip


def messages(channel):
    return list(OutboxMessage.objects.filter(channel=channel, key__contains=":").order_by("key"))


def test_a_closed_case_is_asked_about_once_however_often_the_worker_looks(firm):
    case = closed_case(firm)
    asked = [offer_ratings(now=CLOSED, valid_for=WEEK) for _ in range(3)]
    offer_rating(case=case, now=CLOSED, valid_for=WEEK)
    assert asked == [1, 0, 0]
    assert [(m.recipient, m.payload["case"]) for m in messages("sms")] == [
        ("13800000001", case.number)
    ]


def test_neither_the_message_nor_the_table_opens_the_link(firm):
    offer = offer_rating(case=closed_case(firm), now=CLOSED, valid_for=WEEK)
    token = token_of(offer)
    assert token not in str(messages("sms")[0].payload)
    assert token not in str(RatingOffer.objects.values())


def test_at_night_the_message_waits(db, tmp_path):
    firm = house(small_pack(tmp_path, "  {}", more='calendar: {quiet_hours: "22:00-07:00"}'))
    offer_rating(case=closed_case(firm), now=at("2026-03-09 23:00"), valid_for=WEEK)
    assert messages("sms")[0].not_before == at("2026-03-10 07:00")


@pytest.mark.parametrize("why", ["no telephone", "internal", "withdrawn", "long ago"])
def test_who_is_not_asked(firm, why):
    more = {"no telephone": {"contact_phone": ""}}.get(why, {})
    case = closed_case(firm, **more)
    if why == "internal":
        Case.objects.filter(pk=case.pk).update(channel="internal")
    if why == "withdrawn":
        say(case=case, what="reopened", by=None, now=CLOSED, reason="x")
        say(case=case, what="withdrawn", by=None, now=CLOSED, reason="x")
    later = timedelta(days=9) if why == "long ago" else timedelta(0)
    assert offer_ratings(now=CLOSED + later, valid_for=WEEK) == 0


def test_a_link_is_good_once(firm):
    case = closed_case(firm)
    token = token_of(offer_rating(case=case, now=CLOSED, valid_for=WEEK))
    rate_by_link(token=token, said=GLAD, now=CLOSED)
    with pytest.raises(LinkUsed):
        rate_by_link(token=token, said=ANGRY, now=CLOSED)
    assert [(r.score, r.via, r.satisfied) for r in ratings_of(case=case)] == [(5, "link", True)]


def test_a_link_ends(firm):
    token = token_of(offer_rating(case=closed_case(firm), now=CLOSED, valid_for=WEEK))
    assert offer_of(token=token, now=CLOSED + WEEK - timedelta(seconds=1))
    with pytest.raises(LinkExpired):
        offer_of(token=token, now=CLOSED + WEEK)


@pytest.mark.parametrize("wrong", ["", "1", "1.abc", "2.{good}", "{good}x"])
def test_a_token_that_was_not_made_here_opens_nothing(firm, wrong):
    token = token_of(offer_rating(case=closed_case(firm), now=CLOSED, valid_for=WEEK))
    good = token.partition(".")[2]
    with pytest.raises(NoSuchLink):
        offer_of(token=wrong.format(good=good), now=CLOSED)


def test_the_ledger_of_the_case_tells_of_the_rating_and_not_its_words(firm):
    case = closed_case(firm)
    rate(case=case, said=ANGRY, via="phone", now=CLOSED, by=None)
    last = history(subject=case.docket_id)[-1]
    assert (last.kind, last.data["score"], last.data["satisfied"]) == ("rating.given", 1, False)
    assert "没有人来" not in last.payload


def test_the_head_of_the_accepting_unit_hears_of_a_dissatisfied_customer(firm):
    case = closed_case(firm)
    rate(case=case, said=GLAD, via="phone", now=CLOSED, by=None)
    rate(case=case, said=ANGRY, via="phone", now=CLOSED, by=None)
    told = [m for m in messages("desk") if m.key.startswith("dissatisfied:")]
    assert [int(m.recipient) for m in told] == [firm.people["service"].pk]
    unit = firm.units["service"].pk
    mine = dissatisfied(units=[unit], since=TAKEN, cases=Case.objects.all())
    assert [r.score for r in mine.rows] == [1]
    assert not mine.more
    rate(case=case, said=ANGRY, via="phone", now=CLOSED, by=None)
    assert dissatisfied(units=[unit], since=TAKEN, cases=Case.objects.all(), limit=1).more
    other = [firm.units["network"].pk]
    assert not dissatisfied(units=other, since=TAKEN, cases=Case.objects.all()).rows


def test_a_score_beyond_five_is_refused_by_the_database(firm):
    with pytest.raises(IntegrityError), transaction.atomic():
        rate(
            case=closed_case(firm),
            said=CustomerWord(satisfied=True, score=6, solved=True),
            via="phone",
            now=CLOSED,
            by=None,
        )
    assert not Rating.objects.exists()


def test_the_worker_asks_and_writes_the_message_with_its_link(firm, settings, tmp_path):
    settings.SMS_FILE = tmp_path / "sms.jsonl"
    settings.PUBLIC_ADDRESS = "https://example.invalid"
    closed_case(firm)
    with time_machine.travel(CLOSED, tick=False):
        Worker(measure=lambda **_: timedelta()).once()
    offer = RatingOffer.objects.get()
    written = settings.SMS_FILE.read_text(encoding="utf-8")
    assert f"https://example.invalid/rate/{token_of(offer)}/" in written
    assert settings.SMS_FILE.stat().st_mode & 0o077 == 0


def test_words_that_are_too_long_are_refused_and_the_link_is_not_used_up(firm):
    offer = offer_rating(case=closed_case(firm), now=CLOSED, valid_for=WEEK)
    long = CustomerWord(satisfied=True, score=5, solved=True, words="好" * 2001)
    with pytest.raises(Refused, match="At most 2000 characters") as refused:
        rate_by_link(token=token_of(offer), said=long, now=CLOSED)
    assert refused.value.field == "words"
    assert not Rating.objects.exists()
    whole = CustomerWord(satisfied=True, score=5, solved=True, words="好" * 2000)
    assert len(rate_by_link(token=token_of(offer), said=whole, now=CLOSED).words) == 2000
