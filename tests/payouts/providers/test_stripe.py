"""Kofi is paid by Stripe, in every way that it can go well or not; the books and Stripe's balance agree at each end."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from banibs.core import events
from banibs.core.money import Money
from payments.gateways import outcomes
from payments.gateways.stripe.connect import connected_payouts, external_accounts, transfers
from payments.models import Incident
from payouts.models import Payout, PayoutAttempt
from payouts.providers import stripe
from payouts.sending import look_up, request_payout, send_payout
from payouts.sending.refusals import PayoutRefused
from tests.payouts.providers.stripe_scenes import FAILS, Shop
from tests.payouts.scenes import asks, available, purse
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db
Status = Payout.Status


def funded(local_stripe: LocalStripe, *, number: str = "") -> tuple[Shop, Money]:
    """Kofi has earned, and the card money has reached our available balance."""
    shop = Shop(local_stripe, number=number)
    earned = shop.sells()
    shop.days_pass(5)
    shop.told()
    return shop, earned


def test_he_is_paid_and_each_step_is_booked_once(local_stripe: LocalStripe) -> None:
    shop, earned = funded(local_stripe)
    payout = shop.asks(earned)
    assert payout.status == Status.IN_TRANSIT
    assert payout.arrives_on is not None
    assert (available(shop.kofi).amount, purse(shop.kofi, "in_transit")) == (0, earned)
    shop.agrees()

    shop.days_pass(7)
    shop.told(shuffled=True, times=2)
    payout.refresh_from_db()
    assert payout.status == Status.PAID
    assert purse(shop.kofi, "in_transit").amount == 0
    assert [(one.amount, one.destination) for one in shop.payouts()] == [
        (earned.amount, payout.method.provider_ref)
    ]
    shop.told(times=2)
    shop.looked_up()
    assert len(shop.transfers()) == 1
    assert shop.transfers()[0].transfer_group == payout.number
    shop.agrees()


def test_without_any_event_the_timetable_finds_that_it_was_paid(local_stripe: LocalStripe) -> None:
    shop, earned = funded(local_stripe)
    payout = shop.asks(earned)
    shop.days_pass(7)
    shop.looked_up()
    payout.refresh_from_db()
    assert payout.status == Status.PAID
    shop.agrees()


def test_a_bad_bank_account_sends_it_back_to_available_and_says_what_to_do(local_stripe: LocalStripe) -> None:
    shop, earned = funded(local_stripe, number=FAILS)
    payout = shop.asks(earned)
    assert payout.status == Status.IN_TRANSIT
    shop.days_pass(7)
    shop.told(shuffled=True, times=2)
    shop.looked_up()
    payout.refresh_from_db()
    assert (payout.status, payout.failure) == (Status.FAILED, "no_account")
    assert (
        payout.failure_text
        == "The bank knows no such account. Check the number and give Stripe the right one."
    )
    assert available(shop.kofi) == earned
    assert shop.transfers()[0].reversed
    shop.agrees()

    with pytest.raises(PayoutRefused) as refused:
        shop.asks(earned, payout.method)
    assert refused.value.code == "method_not_verified"  # Stripe wants another bank account of him first


def test_what_would_only_come_back_is_not_sent(local_stripe: LocalStripe) -> None:
    """No event has told us of it: one transfer back and forth is enough."""
    shop, earned = funded(local_stripe, number=FAILS)
    payout = shop.asks(earned)
    shop.days_pass(7)
    shop.looked_up()
    payout.refresh_from_db()
    assert payout.status == Status.FAILED
    again = shop.asks(earned, payout.method)
    assert (again.status, again.failure) == (Status.FAILED, "bank_account_unusable")
    assert (available(shop.kofi), len(shop.transfers())) == (earned, 1)
    shop.agrees()


def test_what_the_bank_sends_back_after_it_was_paid_is_available_again(local_stripe: LocalStripe) -> None:
    shop, earned = funded(local_stripe)
    payout = shop.asks(earned)
    shop.days_pass(7)
    shop.told()
    shop.stripe.control(f"payouts/{shop.payouts()[0].id}/return")
    shop.told(times=2)
    payout.refresh_from_db()
    assert payout.status in (Status.RETURNING, Status.RETURNED)
    shop.looked_up()
    payout.refresh_from_db()
    assert (payout.status, payout.returned_amount) == (Status.RETURNED, earned.amount)
    assert available(shop.kofi) == earned
    assert shop.transfers()[0].reversed
    shop.agrees()


@pytest.mark.parametrize("paid_first", [False, True])
def test_a_reversal_that_is_refused_is_stuck_until_the_money_is_there(
    local_stripe: LocalStripe, *, paid_first: bool
) -> None:
    shop, earned = funded(local_stripe)
    payout = shop.asks(earned)
    at_stripe = shop.payouts()[0].id
    if paid_first:
        shop.days_pass(7)
        shop.told()
    shop.stripe.control(f"payouts/{at_stripe}/{'return' if paid_first else 'fail'}")
    shop.control("accounts", "/adjust", amount=-1)  # Stripe takes something else from his account
    shop.told()
    shop.looked_up()
    payout.refresh_from_db()
    assert payout.status == Status.STUCK
    assert available(shop.kofi).amount == 0
    incident = Incident.objects.get(kind="payout_stuck")
    assert payout.number in incident.detail
    assert not shop.transfers()[0].reversed
    shop.looked_up()
    assert not shop.transfers()[0].reversed  # nobody knocks for ever

    shop.control("accounts", "/adjust", amount=1)
    shop.stripe.control(f"transfers/{shop.transfers()[0].id}/reverse")  # staff, at Stripe
    shop.told(times=2)
    payout.refresh_from_db()
    assert payout.status == (Status.RETURNED if paid_first else Status.FAILED)
    assert available(shop.kofi) == earned
    shop.agrees()


def test_card_money_that_has_not_reached_us_is_waited_for(local_stripe: LocalStripe) -> None:
    shop = Shop(local_stripe)
    earned = shop.sells()  # cleared here; at Stripe it is still pending
    shop.told()
    payout = shop.asks(earned)
    assert (payout.status, payout.waits_for) == (Status.REQUESTED, "provider_short")
    assert (payout.failure, available(shop.kofi)) == ("", earned)
    assert shop.transfers() == []
    shop.agrees()

    for _ in range(3):
        send_payout.send_due()
    assert payout.attempts.count() == 1  # Stripe is not asked every minute
    shop.stripe.control("clock", {"advance": 5 * 86_400, "tell_app": False})
    assert "balance.available" in {row.type for row in shop.told()}
    send_payout.send_due()
    payout.refresh_from_db()
    assert (payout.status, payout.attempt) == (Status.IN_TRANSIT, 2)
    shop.days_pass(7)
    shop.told()
    payout.refresh_from_db()
    assert payout.status == Status.PAID
    shop.agrees()


@pytest.mark.parametrize("path", ["/v1/transfers", "/v1/payouts"])
@pytest.mark.parametrize("after_a_day", [False, True])
def test_a_lost_answer_makes_no_second_transfer(
    local_stripe: LocalStripe, path: str, *, after_a_day: bool
) -> None:
    shop, earned = funded(local_stripe)
    to = shop.bank()
    shop.stripe.control("faults", {"do": "timeout_after_effect", "method": "POST", "path": path, "count": 2})
    payout = shop.asks(earned, to)
    assert payout.status in (Status.UNKNOWN, Status.IN_TRANSIT)
    assert available(shop.kofi).amount == 0
    if after_a_day:  # Stripe has forgotten the keys
        shop.days_pass(1.5)
    look_up.look_up(payout.attempts.get().pk)
    payout.refresh_from_db()
    assert payout.status in (Status.IN_TRANSIT, Status.PAID)
    assert (len(shop.transfers()), len(shop.payouts())) == (1, 1)
    shop.days_pass(7)
    shop.told(times=2)
    payout.refresh_from_db()
    assert (payout.status, payout.attempts.count()) == (Status.PAID, 1)
    shop.agrees()


def test_an_event_tells_what_the_lost_answer_did_not(local_stripe: LocalStripe) -> None:
    shop, earned = funded(local_stripe)
    to = shop.bank()
    shop.stripe.control(
        "faults", {"do": "timeout_after_effect", "method": "POST", "path": "/v1/transfers", "count": 2}
    )
    assert shop.asks(earned, to).status == Status.UNKNOWN
    shop.told(times=2)
    assert (len(shop.transfers()), len(shop.payouts())) == (1, 1)
    shop.days_pass(7)
    shop.told()
    assert Payout.objects.get().status == Status.PAID
    shop.agrees()


def test_what_never_reached_stripe_is_tried_again_after_its_key_is_forgotten(
    local_stripe: LocalStripe,
) -> None:
    shop, earned = funded(local_stripe)
    to = shop.bank()
    shop.stripe.control(
        "faults", {"do": "timeout_before_effect", "method": "POST", "path": "/v1/transfers", "count": 2}
    )
    payout = shop.asks(earned, to)
    assert payout.status == Status.UNKNOWN
    shop.days_pass(1.5)
    look_up.look_up(payout.attempts.get().pk)
    payout.refresh_from_db()
    assert (payout.status, available(shop.kofi)) == (Status.REQUESTED, earned)
    send_payout.send_due()
    payout.refresh_from_db()
    assert (payout.status, payout.attempt, len(shop.transfers())) == (Status.IN_TRANSIT, 2, 1)
    shop.agrees()


def test_a_dead_worker_between_the_commit_and_stripe_sends_nothing_twice(local_stripe: LocalStripe) -> None:
    shop, earned = funded(local_stripe)
    payout = asks(shop.kofi, shop.bank(), earned)
    attempt_id = send_payout.begin(payout.pk)
    assert attempt_id is not None
    attempt = PayoutAttempt.objects.select_related("payout__method").get(pk=attempt_id)
    stripe.PROVIDER.send(attempt)  # and the worker is killed before it could take the answer in
    look_up.look_up(attempt_id)
    payout.refresh_from_db()
    assert payout.status == Status.IN_TRANSIT
    assert (len(shop.transfers()), len(shop.payouts())) == (1, 1)
    shop.agrees()


def test_an_account_in_debt_is_sent_nothing(local_stripe: LocalStripe) -> None:
    """Stripe would keep the transfer for what the account owes, and the reversal would be refused, over and over."""
    shop, earned = funded(local_stripe)
    shop.control("accounts", "/adjust", amount=-500)
    payout = shop.asks(earned)
    assert (payout.status, payout.failure) == (Status.FAILED, "account_in_debt")
    assert "owes Stripe money" in payout.failure_text
    assert (available(shop.kofi), shop.transfers()) == (earned, [])
    shop.agrees()


def test_an_account_that_stripe_asks_something_of_is_sent_nothing(local_stripe: LocalStripe) -> None:
    shop, earned = funded(local_stripe)
    to = shop.bank()
    assert stripe.PROVIDER.check(to).state == "verified"
    shop.control("accounts", due=["individual.verification.document"])
    assert stripe.PROVIDER.check(to).state == "failed"
    payout = shop.asks(earned, to)
    assert (payout.status, payout.failure) == (Status.FAILED, "account_not_ready")
    assert (available(shop.kofi), shop.transfers()) == (earned, [])
    shop.control("accounts", complete=True)
    request_payout.try_again(payout.pk, actor=events.SYSTEM)
    send_payout.send_due()
    payout.refresh_from_db()
    assert payout.status == Status.IN_TRANSIT
    shop.agrees()


def test_another_bank_account_at_stripe_is_not_the_destination_that_waited(local_stripe: LocalStripe) -> None:
    """Whoever took over his account at Stripe does not get around the three days."""
    shop, earned = funded(local_stripe)
    to = shop.bank()
    shop.control("accounts", account_number="000999999999")
    payout = shop.asks(earned, to)
    assert payout.status == Status.IN_TRANSIT
    assert shop.payouts()[0].destination == to.provider_ref
    shop.agrees()


def test_a_balance_goes_only_to_a_bank_account_of_its_currency(local_stripe: LocalStripe) -> None:
    """W3: 10,000 GBP do not go to a bank in the United States."""
    shop, _earned = funded(local_stripe)
    shop.control("accounts", account_number="000123456789", currency="usd", country="US")
    dollars = next(bank for bank in stripe.bank_accounts(shop.kofi.pk) if bank.currency == "USD")
    to = shop.bank()
    to.currency, to.provider_ref = "USD", dollars.id
    with pytest.raises(outcomes.Refused) as refused:
        stripe.PROVIDER.quote(to, Money(10_000, "GBP"))
    assert refused.value.code == "currency_not_supported"
    assert stripe.PROVIDER.quote(to, Money(10_000, "USD")).arrives == Money(10_000, "USD")
    assert stripe.PROVIDER.check(to).masked == "STRIPE TEST BANK •••• 6789"


def test_a_recipient_across_a_border_is_paid_when_the_money_is_there(local_stripe: LocalStripe) -> None:
    """Ghana: transfers alone, and the money waits a day on his account before it can go to his bank."""
    shop = Shop(local_stripe, country="GH")
    earned = shop.sells()
    shop.days_pass(5)
    shop.told()
    payout = shop.asks(earned)
    assert payout.status == Status.IN_TRANSIT
    shop.told()
    look_up.look_up(payout.attempts.get().pk)
    assert (len(shop.transfers()), shop.payouts()) == (1, [])
    shop.agrees()

    shop.days_pass(1)
    shop.told(times=2)
    assert len(shop.payouts()) == 1
    shop.days_pass(7)
    shop.told()
    payout.refresh_from_db()
    assert payout.status == Status.PAID
    shop.agrees()


def test_the_page_lists_what_stripe_lists(local_stripe: LocalStripe) -> None:
    shop, earned = funded(local_stripe)
    payout = shop.asks(earned)
    (seen,) = stripe.PROVIDER.listed([payout.method])
    assert (seen.amount, seen.state, seen.ours) == (earned, "pending", payout.number)
    assert seen.arrives_on == payout.arrives_on


def test_no_call_to_stripe_is_made_inside_a_transaction(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, earned = funded(local_stripe)
    outside = len(connection.savepoint_ids)
    made = []
    for module in (connected_payouts, external_accounts, transfers):

        def asked(*_args: object, real: object = module.v1) -> object:
            assert len(connection.savepoint_ids) == outside
            made.append(1)
            return real()  # type: ignore[operator]  # the real way to Stripe

        monkeypatch.setattr(module, "v1", asked)
    shop.asks(earned)
    shop.days_pass(7)
    shop.told()
    assert len(made) >= 5
    with transaction.atomic(), pytest.raises(AssertionError):
        connected_payouts.v1()


def test_when_the_lost_answer_was_that_there_is_too_little_it_is_waited_for(
    local_stripe: LocalStripe,
) -> None:
    shop = Shop(local_stripe)
    earned = shop.sells()  # at Stripe it is still pending
    shop.told()
    to = shop.bank()
    shop.stripe.control(
        "faults", {"do": "timeout_after_effect", "method": "POST", "path": "/v1/transfers", "count": 2}
    )
    payout = shop.asks(earned, to)
    assert payout.status == Status.UNKNOWN
    look_up.look_up(payout.attempts.get().pk)
    payout.refresh_from_db()
    assert (payout.status, payout.waits_for) == (Status.REQUESTED, "provider_short")
    assert (available(shop.kofi), shop.transfers()) == (earned, [])
    shop.agrees()
