"""A disputed top-up, and disputed money that no order took."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from banibs.core.money import Money
from banibs.dev.postgres import WEB_ROLE
from marketplace.checkout.refusals import CheckoutRefusal
from payments import policy
from payments.charges import change_method, expiry, frozen_wallets, purchase, top_ups
from payments.charges.open_intent import open_intent
from payments.disputes import wallet_shares
from payments.disputes.sync_dispute import sync_dispute
from payments.models import Dispute, DisputeShare, Intent, Method, Payment, WalletFreeze
from payments.refunds import unapplied_payments
from tests import market as scene
from tests import people
from tests.payments.disputes.scenes import Bank, books, broken, placed, takes_in, two_shops
from tests.shopping import buys
from tests.stripe import LocalStripe
from wallet import ledger

pytestmark = pytest.mark.django_db(transaction=True)


def topped_up(local_stripe: LocalStripe, market: scene.Market, amount: int = 5_000) -> Intent:
    payment = top_ups.create(user=market.amara, amount=Money(amount, "GBP"))
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    row.refresh_from_db()
    assert row.status == "succeeded"
    return row


def spends(market: scene.Market, amount: int) -> None:
    market.zine.offers.update(amount=amount)
    buys(market, (market.zine, 1))


def purse(market: scene.Market) -> tuple[int, int]:
    """What Amara can spend, and what is set aside of it."""
    return books(f"user:{market.amara.pk}:wallet"), books(f"user:{market.amara.pk}:disputed")


def test_what_is_still_there_is_set_aside_and_comes_back(local_stripe: LocalStripe) -> None:
    market = two_shops()
    bank = Bank(topped_up(local_stripe, market), amount=5_000)
    spends(market, 2_000)
    takes_in(bank.takes(fee=1_500))
    assert (purse(market), books("stripe:disputes")) == ((0, 3_000), -5_000)
    share = DisputeShare.objects.get()
    assert (share.user_id, share.order_id, share.amount, share.from_wallet) == (
        market.amara.pk,
        None,
        5_000,
        3_000,
    )
    assert books("platform:card_fees") < -1_500  # the fee is BANIBS's
    takes_in(bank.gives_back())
    assert (purse(market), books("stripe:disputes")) == ((3_000, 0), 0)
    assert not WalletFreeze.objects.exists()


def test_what_was_spent_is_written_off_and_the_wallet_pays_for_nothing(
    local_stripe: LocalStripe, client: Client
) -> None:
    market = two_shops()
    bank = Bank(topped_up(local_stripe, market), amount=5_000)
    spends(market, 2_000)
    takes_in(bank.takes())
    takes_in(bank.says("lost"))
    assert (purse(market), books("stripe:disputes"), books("platform:bad_debt")) == ((0, 0), 0, -2_000)
    scene.credit(market.amara, 20_000)
    for method in (Method.WALLET, Method.WALLET_AND_CARD):
        with pytest.raises(CheckoutRefusal, match="wallet is frozen"):
            placed(market, method=method)
    api = APIClient()
    api.force_authenticate(market.amara)
    answer = api.post(
        "/api/v1/checkouts/",
        {"address": market.amara.addresses.get().pk, "payment_method": "wallet"},
        format="json",
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wallet_frozen")
    payment = placed(market, method=Method.CARD)  # a card pays
    with pytest.raises(CheckoutRefusal, match="wallet is frozen"):
        change_method.pay_again(payment.pk, method=Method.WALLET, actor=purchase.events.SYSTEM)
    assert purse(market) == (20_000, 0)

    row = WalletFreeze.objects.get()
    client.force_login(people.ike())
    address = f"/admin/payments/walletfreeze/{row.pk}/"
    assert "Let the wallet pay again" in client.get(f"{address}change/").content.decode()
    assert client.post(f"{address}move/lift/", {"reason": ""}).status_code == 400
    assert frozen_wallets.frozen(market.amara.pk)
    assert client.post(f"{address}move/lift/", {"reason": "She has paid by bank"}).status_code == 302
    row.refresh_from_db()
    assert (row.note, row.lifted_by.email, frozen_wallets.frozen(market.amara.pk)) == (
        "She has paid by bank", "ike@example.com", False,
    )  # fmt: skip
    spends(market, 1_000)
    assert broken() == []


def test_given_back_after_the_loss_the_books_are_as_before(local_stripe: LocalStripe) -> None:
    market = two_shops()
    bank = Bank(topped_up(local_stripe, market), amount=5_000)
    spends(market, 2_000)
    takes_in(bank.takes())
    takes_in(bank.says("lost"))
    takes_in(bank.gives_back())
    assert (purse(market), books("platform:bad_debt")) == ((3_000, 0), 0)
    assert Dispute.objects.get().state == "reinstated"


def came_too_late(local_stripe: LocalStripe, market: scene.Market) -> Intent:
    """Money for a checkout that had ended, not sent back yet."""
    payment = placed(market)
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.control("webhooks", {"do": "lose"})
    local_stripe.pay(row.stripe_id or "")
    Payment.objects.filter(pk=payment.pk).update(status=Payment.Status.CANCELED)
    from marketplace.orders import transitions

    for order in payment.checkout.orders.all():
        from django.db import transaction

        with transaction.atomic():
            transitions.cancel([order], actor=purchase.events.SYSTEM, reason="not paid in time")
    from payments.charges.sync_intent import sync_intent
    from payments.gateways.stripe import payment_intents

    sync_intent(payment_intents.read_intent(row.stripe_id or ""))
    row.refresh_from_db()
    assert row.status == "unapplied"
    return row


def test_money_that_no_order_took_is_not_sent_back_while_the_bank_has_it(local_stripe: LocalStripe) -> None:
    row = came_too_late(local_stripe, two_shops())
    assert unapplied_payments.due_intents() == [row.pk]
    bank = Bank(row)
    takes_in(bank.takes())
    share = DisputeShare.objects.get()
    assert (share.from_unapplied, share.from_wallet) == (9_000, 0)
    assert unapplied_payments.due_intents() == []
    unapplied_payments.refund_unapplied(row.pk)
    assert local_stripe.client.v1.refunds.list({}).data == []
    takes_in(bank.gives_back())
    assert unapplied_payments.due_intents() == [row.pk]


def test_lost_it_has_gone_back_that_way(local_stripe: LocalStripe) -> None:
    row = came_too_late(local_stripe, two_shops())
    bank = Bank(row)
    takes_in(bank.takes())
    takes_in(bank.says("lost"))
    row.refresh_from_db()
    assert (row.status, books("stripe:unapplied"), books("stripe:disputes")) == ("unapplied_refunded", 0, 0)
    assert unapplied_payments.due_intents() == []
    assert not WalletFreeze.objects.exists()
    takes_in(bank.gives_back())
    row.refresh_from_db()
    assert (row.status, books("stripe:unapplied")) == ("unapplied", 9_000)


def test_of_what_was_sent_back_before_banibs_bears_it(local_stripe: LocalStripe) -> None:
    row = came_too_late(local_stripe, two_shops())
    unapplied_payments.refund_unapplied(row.pk)
    bank = Bank(row)
    takes_in(bank.takes())
    takes_in(bank.says("lost"))
    assert books("platform:bad_debt") == -9_000
    assert expiry.expire_due() == 0


def test_what_is_spent_in_that_very_moment_is_not_set_aside(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = two_shops()
    bank = Bank(topped_up(local_stripe, market), amount=5_000)
    spends(market, 2_000)
    read, answers = ledger.balance, iter([Money(5_000, "GBP")])  # as it was before she spent
    monkeypatch.setattr(
        wallet_shares.ledger, "balance", lambda code, currency: next(answers, None) or read(code, currency)
    )
    sync_dispute(bank.takes())
    assert (purse(market), DisputeShare.objects.get().from_wallet) == ((0, 3_000), 3_000)


def test_a_wallet_that_is_spent_again_and_again_is_left_for_later(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = two_shops()
    bank = Bank(topped_up(local_stripe, market), amount=5_000)
    spends(market, 2_000)
    drawn = []
    monkeypatch.setattr(wallet_shares.ledger, "balance", lambda *_: drawn.append(1) or Money(5_000, "GBP"))
    with pytest.raises(ledger.InsufficientFunds):
        sync_dispute(bank.takes())
    assert len(drawn) == policy.DISPUTE_MOST_DRAWS
    assert not DisputeShare.objects.exists()


def test_the_servers_role_takes_in_a_disputed_top_up(local_stripe: LocalStripe) -> None:
    """It may read the ledger's tables, and lock none of their rows."""
    market = two_shops()
    bank = Bank(topped_up(local_stripe, market), amount=5_000)
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WEB_ROLE}")
    try:
        for state in (bank.takes(fee=1_500), bank.says("lost"), bank.gives_back()):
            sync_dispute(state)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
    assert purse(market) == (5_000, 0)
    assert broken() == []
