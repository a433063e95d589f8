"""Kofi hears of his payouts in plain words: what happened, why, and what to do; once each, and nothing of what is not
his to mend.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client

from banibs.core import clock, events
from banibs.core.money import Money
from banibs.notifications import emails, inbox, text
from payouts.models import Payout, PayoutMethod
from payouts.providers.interface import Progress
from payouts.sending import request_payout, send_payout, shop_holds
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests import people
from tests.payouts.provider_by_hand import ByHand, by_hand, is_short, refuses, says
from tests.payouts.scenes import asks, earned, method
from tests.shopping import tell

pytestmark = pytest.mark.django_db
IKE = events.Actor(type="staff", name="Ike")


@pytest.fixture
def paypal(tmp_path: Path) -> Iterator[ByHand]:
    with by_hand(tmp_path / "book", "paypal") as hands:
        yield hands["paypal"]


@pytest.fixture
def market() -> scene.Market:
    market = scene.opened(wallet=100_000)
    earned(market, times=2)
    tell()
    mail.outbox.clear()
    return market


def asked(market: scene.Market) -> Payout:
    return asks(market.kofi, method(market.kofi, "paypal", masked="k…@example.com"), Money(2_000, "GBP"))


def heard(market: scene.Market) -> list[str]:
    """What Kofi has been told of payouts since, oldest first; every letter is sent."""
    tell()
    emails.send_due()
    told = inbox.for_user(market.kofi.user_id).filter(kind__startswith="payout")
    return [text.text(one) for one in told.order_by("pk")]


def letters() -> list[str]:
    return [one.subject for one in mail.outbox]


def test_on_its_way_and_arrived(paypal: ByHand, market: scene.Market, client: Client) -> None:
    payout = asked(market)
    paypal.answer = says("in_transit", arrives_on=dt.date(2031, 3, 4))
    send_payout.send_due()
    for _ in range(2):
        sync_payout(payout.attempts.get().pk, Progress("paid"))
        assert heard(market)[-1] == "£20.00 of Kofi Weaves was paid to PayPal k…@example.com."
    assert len(heard(market)) == 1  # it had arrived before anybody was told that it is on its way
    assert letters() == [f"A payout has arrived: {payout.number}"]
    client.force_login(market.kofi.user)
    (notice,) = [one for one in inbox.for_user(market.kofi.user_id) if one.kind == "payout_paid"]
    assert client.get(notice.url).status_code == 200


def test_on_its_way_with_the_day(paypal: ByHand, market: scene.Market) -> None:
    asked(market)
    paypal.answer = says("in_transit", arrives_on=dt.date(2031, 3, 4))
    send_payout.send_due()
    assert heard(market) == [
        "£20.00 of Kofi Weaves is on its way to PayPal k…@example.com. It is expected on 4 March 2031."
    ]


def test_failed_says_why_where_the_money_is_and_what_to_do_in_one_letter(
    paypal: ByHand, market: scene.Market
) -> None:
    payout = asked(market)
    paypal.answer = refuses
    send_payout.send_due()
    send_payout.send_due()
    assert heard(market) == [
        "£20.00 did not get through to PayPal k…@example.com and is in your available balance."
        " The account is closed."
    ]
    assert letters() == [f"A payout was not sent: {payout.number}"]
    for body in (mail.outbox[0].body, mail.outbox[0].alternatives[0][0]):  # type: ignore[attr-defined]
        assert "What to do: check where it goes" in body
        assert "code account_closed" in body
        assert "This payout is not tried again before you do" in body


def test_what_a_provider_lacks_is_never_told(paypal: ByHand, market: scene.Market) -> None:
    asked(market)
    paypal.answer = is_short
    for _ in range(3):
        send_payout.send_due()
    assert (heard(market), letters()) == ([], [])


def test_what_came_back_with_less_says_what_was_lost(paypal: ByHand, market: scene.Market) -> None:
    payout = asked(market)
    send_payout.send_due()
    attempt = payout.attempts.get()
    sync_payout(attempt.pk, Progress("paid"))
    heard(market)
    mail.outbox.clear()
    back = Progress(
        "returned", code="bounced", words="The bank did not take it.", returned=Money(1_871, "GBP")
    )
    for _ in range(2):
        sync_payout(attempt.pk, back)
    assert heard(market)[-1] == (
        "£18.71 came back from PayPal k…@example.com and is in your available balance."
        " The bank did not take it."
    )
    assert letters() == [f"A payout came back: {payout.number}"]
    assert "£1.29 were lost in conversion" in mail.outbox[0].body


def test_held_and_cancelled_by_staff_is_told_and_what_he_did_himself_is_not(
    paypal: ByHand, market: scene.Market
) -> None:
    payout = asked(market)
    request_payout.hold_payout(payout.pk, actor=IKE, reason="We look at a complaint.")
    assert heard(market) == [
        "Your payout of £20.00 to PayPal k…@example.com waits. “We look at a complaint.” You need do nothing."
    ]
    request_payout.cancel_payout(payout.pk, actor=IKE, reason="The complaint is right.")
    assert heard(market)[-1].endswith("The complaint is right.")
    before = len(heard(market))
    own = asks(market.kofi, payout.method, Money(1_000, "GBP"))
    request_payout.cancel_payout(own.pk, actor=events.Actor.person(market.kofi.user, role="seller"))
    assert len(heard(market)) == before


def test_it_waits_is_told_where_he_alone_can_go_on(paypal: ByHand, market: scene.Market) -> None:
    payout = asked(market)
    PayoutMethod.objects.filter(pk=payout.method_id).update(state=PayoutMethod.State.CHECKING)
    for _ in range(2):
        send_payout.send_due()
    assert heard(market) == [
        "Your payout of £20.00 to PayPal k…@example.com waits for you. The destination is not verified yet."
    ]
    assert letters() == [f"A payout waits for you: {payout.number}"]


def test_a_held_shop_reads_why_and_when_it_is_looked_at_again(paypal: ByHand, market: scene.Market) -> None:
    day = clock.now().date() + dt.timedelta(days=7)
    ike = people.ike()
    hold = shop_holds.place_hold(market.kofi.pk, user=ike, reason="Complaints.", review_on=day)
    assert heard(market) == [
        f"BANIBS holds the payouts of Kofi Weaves. “Complaints.” We look at it again on {day.isoformat()}."
    ]
    assert "reply to this email" in mail.outbox[0].body
    shop_holds.lift_hold(hold.pk, user=ike, note="Answered.")
    assert heard(market)[-1] == "The payouts of Kofi Weaves go on. What waited is sent now."
