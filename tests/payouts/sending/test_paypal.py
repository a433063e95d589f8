"""Kofi is paid by PayPal: every answer at every step, and PayPal's balance is minus `paypal:clearing` at the end."""

from __future__ import annotations

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings

from banibs.core import events
from banibs.core.money import Money
from payments.gateways import outcomes
from payouts import policy
from payouts.gateways.paypal import batch_payouts
from payouts.models import Payout, PayoutAttempt, PayoutMethod
from payouts.providers.paypal import PROVIDER
from payouts.sending import look_up, request_payout, send_payout
from tests import market as scene
from tests.payouts.local_providers import LocalProvider
from tests.payouts.scenes import asks, available, broken, earned, method, pays_in, purse
from wallet import ledger

pytestmark = [pytest.mark.django_db]
DAY = 86_400
FEE = 25


def address(shop: scene.Seller, email: str = "kofi@example.com") -> PayoutMethod:
    return method(shop, PayoutMethod.Kind.PAYPAL, destination={"email": email}, masked="k…@example.com")


def asked(market: scene.Market, paypal: LocalProvider, there: int = 100_000) -> tuple[Payout, Money]:
    """Kofi asks for all that he has; so much of our money is at PayPal."""
    if there:
        pays_in(paypal, "paypal", Money(there, "GBP"))
    had = earned(market)
    return asks(market.kofi, address(market.kofi), had), had


def forward(paypal: LocalProvider, **time: int) -> None:
    """Both clocks go on, and what is due here is looked up."""
    paypal.control("clock", {"advance": time.get("days", 0) * DAY + time.get("minutes", 0) * 60})
    scene.forward(**time)
    look_up.look_up_due()


def attempt_of(payout: Payout) -> PayoutAttempt:
    return payout.attempts.latest("pk")


def agrees(paypal: LocalProvider) -> None:
    """PayPal's own balance is minus our clearing, and the books hold."""
    assert ledger.balance("paypal:clearing", "GBP") == Money(-paypal.balance(), "GBP")
    assert broken() == []


def refreshed(payout: Payout) -> Payout:
    payout.refresh_from_db()
    return payout


def test_it_is_paid_and_banibs_bears_the_fee(market: scene.Market, paypal: LocalProvider) -> None:
    payout, had = asked(market, paypal)
    assert send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.IN_TRANSIT
    paypal.settle()
    forward(paypal, minutes=5)
    assert refreshed(payout).status == Payout.Status.PAID
    assert purse(market.kofi, "in_transit").amount == 0
    assert paypal.balance() == 100_000 - had.amount - FEE
    assert ledger.balance("platform:payout_fees", "GBP") == Money(-FEE, "GBP")
    agrees(paypal)


@pytest.mark.parametrize("do", ["drop", "lose", "error", "hang"])
def test_an_answer_that_does_not_come_is_looked_up_and_paid_once(
    market: scene.Market, paypal: LocalProvider, settings: Settings, monkeypatch: pytest.MonkeyPatch, do: str
) -> None:
    monkeypatch.setattr(policy, "PROVIDER_READ_SECONDS", 1)
    payout, had = asked(market, paypal)
    paypal.fail_next(do, "/v1/payments/payouts", status=503, seconds=2)
    send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.UNKNOWN
    assert purse(market.kofi, "in_transit") == had
    forward(paypal, minutes=6)
    paypal.settle()
    forward(paypal, minutes=31)
    assert (refreshed(payout).status, payout.attempt) == (Payout.Status.PAID, 1)
    assert paypal.balance() == 100_000 - had.amount - FEE
    agrees(paypal)


def test_too_many_calls_are_no_answer(market: scene.Market, paypal: LocalProvider) -> None:
    payout, _had = asked(market, paypal)
    paypal.fail_next("error", "/v1/payments/payouts", status=429)
    send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.UNKNOWN


def test_an_attempt_that_paypal_knows_no_more_is_left_to_people(
    market: scene.Market, paypal: LocalProvider
) -> None:
    payout, had = asked(market, paypal)
    paypal.fail_next("drop", "/v1/payments/payouts")
    send_payout.send_payout(payout.pk)
    scene.forward(days=30)
    paypal.control("clock", {"advance": 30 * DAY})
    calls = len(paypal.calls("/v1/payments/payouts"))
    with pytest.raises(outcomes.Unknown):
        PROVIDER.look_up(attempt_of(payout))
    look_up.look_up_due()
    assert (refreshed(payout).status, purse(market.kofi, "in_transit")) == (Payout.Status.UNKNOWN, had)
    assert len(paypal.calls("/v1/payments/payouts")) == calls


@pytest.mark.parametrize("short", ["at_once", "later"])
def test_too_little_of_our_money_waits_and_is_tried_again(
    market: scene.Market, paypal: LocalProvider, short: str
) -> None:
    paypal.control("settings", {"short": short})
    payout, had = asked(market, paypal, there=0)
    send_payout.send_payout(payout.pk)
    paypal.settle()
    forward(paypal, minutes=5)
    assert (refreshed(payout).status, payout.waits_for) == (Payout.Status.REQUESTED, "provider_short")
    assert attempt_of(payout).state == PayoutAttempt.State.SHORT
    assert available(market.kofi) == had
    agrees(paypal)
    pays_in(paypal, "paypal", Money(100_000, "GBP"))
    assert send_payout.send_payout(payout.pk)
    paypal.settle()
    forward(paypal, minutes=6)
    assert (refreshed(payout).status, payout.attempt) == (Payout.Status.PAID, 2)
    agrees(paypal)


@pytest.mark.parametrize(("status", "code"), [("FAILED", "RECEIVER_ACCOUNT_LOCKED"), ("BLOCKED", "BLOCKED")])
def test_what_paypal_does_not_pay_is_available_again_with_its_reason(
    market: scene.Market, paypal: LocalProvider, status: str, code: str
) -> None:
    paypal.control("settings", {"next_item": status, "failure": "RECEIVER_ACCOUNT_LOCKED"})
    payout, had = asked(market, paypal)
    send_payout.send_payout(payout.pk)
    paypal.settle()
    forward(paypal, minutes=5)
    assert (refreshed(payout).status, payout.failure) == (Payout.Status.FAILED, code)
    assert "PayPal" in payout.failure_text
    assert available(market.kofi) == had
    agrees(paypal)
    paypal.control("settings", {"next_item": "SUCCESS"})
    request_payout.try_again(payout.pk, actor=events.SYSTEM)
    send_payout.send_payout(payout.pk)
    paypal.settle()
    forward(paypal, minutes=6)
    assert refreshed(payout).status == Payout.Status.PAID
    agrees(paypal)


def test_what_is_refused_after_a_silence_has_failed(market: scene.Market, paypal: LocalProvider) -> None:
    had = earned(market)
    payout = asks(market.kofi, address(market.kofi, "kofi@localhost"), had)
    paypal.fail_next("drop", "/v1/payments/payouts")
    send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.UNKNOWN
    forward(paypal, minutes=6)
    assert (refreshed(payout).status, payout.failure) == (Payout.Status.FAILED, "VALIDATION_ERROR")
    assert available(market.kofi) == had
    agrees(paypal)


def test_an_address_that_paypal_refuses_moves_nothing(market: scene.Market, paypal: LocalProvider) -> None:
    had = earned(market)
    payout = asks(market.kofi, address(market.kofi, "kofi@localhost"), had)
    send_payout.send_payout(payout.pk)
    assert (refreshed(payout).status, payout.failure) == (Payout.Status.FAILED, "VALIDATION_ERROR")
    assert "email address" in payout.failure_text
    assert available(market.kofi) == had
    agrees(paypal)


def test_what_nobody_claims_comes_back_after_thirty_days_and_the_fee_is_lost(
    market: scene.Market, paypal: LocalProvider
) -> None:
    paypal.control("settings", {"next_item": "UNCLAIMED"})
    payout, had = asked(market, paypal)
    send_payout.send_payout(payout.pk)
    paypal.settle()
    forward(paypal, minutes=5)
    assert refreshed(payout).status == Payout.Status.IN_TRANSIT
    forward(paypal, days=29)
    assert refreshed(payout).status == Payout.Status.IN_TRANSIT
    forward(paypal, days=2)
    assert (refreshed(payout).status, payout.failure) == (Payout.Status.FAILED, "RETURNED")
    assert "30 days" in payout.failure_text
    assert available(market.kofi) == had
    assert paypal.balance() == 100_000 - FEE
    agrees(paypal)


def test_what_nobody_has_claimed_can_be_taken_back(market: scene.Market, paypal: LocalProvider) -> None:
    paypal.control("settings", {"next_item": "UNCLAIMED"})
    payout, _had = asked(market, paypal)
    send_payout.send_payout(payout.pk)
    paypal.settle()
    forward(paypal, minutes=5)
    told = PROVIDER.bring_back(attempt_of(payout))
    assert (told.state, told.code) == ("returned", "RETURNED")
    with pytest.raises(outcomes.Refused):
        PROVIDER.bring_back(attempt_of(payout))


@pytest.mark.parametrize("verb", ["refund", "reverse"])
def test_what_comes_back_weeks_after_it_was_paid_is_available_again(
    market: scene.Market, paypal: LocalProvider, verb: str
) -> None:
    payout, had = asked(market, paypal)
    send_payout.send_payout(payout.pk)
    paypal.settle()
    forward(paypal, minutes=5)
    paypal.control(f"{verb}/{attempt_of(payout).payout_external_id}")
    forward(paypal, days=14)
    assert (refreshed(payout).status, payout.returned_amount) == (Payout.Status.RETURNED, had.amount)
    assert available(market.kofi) == had
    agrees(paypal)


def test_a_review_at_paypal_takes_its_time(market: scene.Market, paypal: LocalProvider) -> None:
    paypal.control("settings", {"next_item": "ONHOLD"})
    payout, _had = asked(market, paypal)
    send_payout.send_payout(payout.pk)
    paypal.settle()
    forward(paypal, minutes=5)
    assert refreshed(payout).status == Payout.Status.IN_TRANSIT
    paypal.control(f"claim/{attempt_of(payout).payout_external_id}")
    forward(paypal, minutes=31)
    assert refreshed(payout).status == Payout.Status.PAID
    agrees(paypal)


def test_a_token_that_paypal_took_away_is_fetched_anew(paypal: LocalProvider) -> None:
    paypal.fund("1000.00")
    assert batch_payouts.balances() == {"GBP": 100_000}
    paypal.control("revoke/all")
    assert batch_payouts.balances() == {"GBP": 100_000}


def test_wrong_keys_decide_nothing(market: scene.Market, paypal: LocalProvider, settings: Settings) -> None:
    payout, had = asked(market, paypal)
    settings.PAYPAL_CLIENT_ID = "another"
    send_payout.send_payout(payout.pk)
    assert refreshed(payout).status == Payout.Status.UNKNOWN
    settings.PAYPAL_CLIENT_ID = "local-paypal-client"
    forward(paypal, minutes=6)
    paypal.settle()
    forward(paypal, minutes=31)
    assert refreshed(payout).status == Payout.Status.PAID
    assert paypal.balance() == 100_000 - had.amount - FEE
    agrees(paypal)


def test_without_keys_it_says_so(settings: Settings) -> None:
    settings.PAYPAL_CLIENT_ID = ""
    terms = PROVIDER.terms()
    assert (terms.configured, "PAYPAL_CLIENT_ID" in terms.why_not) == (False, True)
    assert django_settings.PAYPAL_CLIENT_ID == ""


def test_an_address_is_checked_and_a_currency_is_offered_or_not(market: scene.Market) -> None:
    assert PROVIDER.check(address(market.kofi)).state == "verified"
    wrong = PROVIDER.check(address(market.kofi, "kofi"))
    assert (wrong.state, wrong.words) == ("failed", "This is no email address.")
    quote = PROVIDER.quote(address(market.kofi, "k@example.com"), Money(5000, "GBP"))
    assert (quote.arrives, quote.rate) == (Money(5000, "GBP"), "")
    for money in (Money(5000, "NGN"), Money(5050, "HUF")):
        with pytest.raises(outcomes.Refused) as refused:
            PROVIDER.quote(address(market.kofi, f"{money.currency}@example.com"), money)
        assert refused.value.code == "currency_not_supported"


def test_the_address_stays_sealed_in_what_is_frozen(market: scene.Market, paypal: LocalProvider) -> None:
    payout, _had = asked(market, paypal)
    send_payout.send_payout(payout.pk)
    assert "kofi@example.com" not in str(attempt_of(payout).params)
