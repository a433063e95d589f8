"""What is under way is ended at Stripe first and acted upon afterwards: another page may open the next try in between.

No lock is held across a call of Stripe, so each of these asks again under the payment's lock. Where the story is told
with that second look taken away, Amara's card is charged for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import stripe
from django.db import transaction
from django.test import Client
from rest_framework.test import APIClient

from banibs.core import audit, clock, events
from banibs.core.models import Event
from marketplace.models import Checkout, Order
from payments import policy
from payments.charges import change_method, expiry, frozen_wallets, open_intent, purchase
from payments.charges.open_intent import NotPayable
from payments.gateways import outcomes
from payments.models import Dispute, Intent, Method, Payment
from payments.views import card_payment as pages
from tests import market as scene
from tests.stripe import LocalStripe
from wallet import ledger

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = events.Actor(type="buyer", name="Amara")
PAGE = Intent.Kind.PAYMENT_INTENT


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    """Kofi's basket and Zuri's jar: £72.00."""
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent.open_intent(payment.pk, kind=PAGE)


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def reserved(market: scene.Market) -> int:
    return ledger.balance(f"user:{market.amara.pk}:reserved", "GBP").amount


def charged(local_stripe: LocalStripe) -> int:
    """What Stripe took from the card, given back since or not."""
    made = local_stripe.client.v1.charges.list({"limit": 100}).data
    return sum(one.amount_captured for one in made)


def a_page_opens_another(
    monkeypatch: pytest.MonkeyPatch, *, times: int = 1, guarded: bool = True
) -> Callable[[], int]:
    """Right after the end of what was under way, so many times, Amara's other tab opens a try of its own.

    Unguarded, nobody looks a second time. Returns how often it happened.
    """
    end, look, done = change_method.end_open, change_method.open_intents, [0]

    def end_open(payment_id: int) -> None:
        end(payment_id)
        if done[0] < times:
            done[0] += 1
            open_intent.open_intent(payment_id, kind=PAGE)

    def nothing(payment_id: int) -> list[int]:
        return [] if done[0] else look(payment_id)

    monkeypatch.setattr(change_method, "end_open", end_open)
    if not guarded:
        monkeypatch.setattr(change_method, "open_intents", nothing)
    return lambda: done[0]


def declined(local_stripe: LocalStripe) -> tuple[scene.Market, Payment]:
    """£50.00 of the wallet set aside, and a card that says no to the other £22.00."""
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(opened(payment).stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.deliver()
    return market, payment


def tries_again_while_it_is_given_back(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> tuple[scene.Market, Payment, Intent]:
    market, payment = declined(local_stripe)
    a_page_opens_another(monkeypatch, guarded=guarded)
    change_method.give_back_reserved(payment.pk)
    row = Intent.objects.get(status="open")
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    row.refresh_from_db()
    payment.refresh_from_db()
    return market, payment, row


def test_a_try_begun_while_the_wallet_part_is_given_back_keeps_it_and_pays(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, payment, row = tries_again_while_it_is_given_back(local_stripe, monkeypatch, guarded=True)
    assert (row.status, payment.status) == ("succeeded", "succeeded")
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
    assert (market.wallet(), reserved(market), charged(local_stripe)) == (0, 0, 2_200)
    assert broken() == []


def test_without_the_second_look_her_card_would_be_charged_and_the_order_unpaid(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, payment, row = tries_again_while_it_is_given_back(local_stripe, monkeypatch, guarded=False)
    assert (row.status, payment.status) == ("unapplied_refunded", "failed")
    assert (market.wallet(), charged(local_stripe)) == (5_000, 2_200)


def test_the_wallet_part_is_given_back_by_the_next_run_if_that_try_fails_too(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, payment = declined(local_stripe)
    a_page_opens_another(monkeypatch)
    change_method.give_back_reserved(payment.pk)
    assert (market.wallet(), reserved(market)) == (0, 5_000)
    assert change_method.failed_with_reserve() == [payment.pk]
    change_method.give_back_reserved(payment.pk)
    assert (market.wallet(), reserved(market)) == (5_000, 0)
    assert not Intent.objects.filter(status__in=("created", "open")).exists()
    assert broken() == []


def pays_from_the_wallet_beside_an_open_page(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> Intent:
    """Amara pays from her wallet while her other tab opens a card; then she enters it there. That try."""
    payment = placed(scene.opened(wallet=20_000))
    opened(payment)
    a_page_opens_another(monkeypatch, guarded=guarded)
    change_method.pay_again(payment.pk, method=Method.WALLET, actor=ACTOR)
    return Intent.objects.order_by("-pk")[0]


def test_a_card_opened_while_the_wallet_pays_is_ended_and_never_charged(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = pays_from_the_wallet_beside_an_open_page(local_stripe, monkeypatch, guarded=True)
    assert row.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        local_stripe.pay(row.stripe_id or "")
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
    assert charged(local_stripe) == 0
    assert broken() == []


def test_without_the_second_look_her_card_would_be_charged_beside_the_wallet(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = pays_from_the_wallet_beside_an_open_page(local_stripe, monkeypatch, guarded=False)
    local_stripe.pay(row.stripe_id or "")
    assert charged(local_stripe) == 7_200


def test_who_opens_it_again_and_again_is_told_to_look_again_and_nothing_has_changed(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = scene.opened(wallet=20_000)
    payment = placed(market)
    seen = a_page_opens_another(monkeypatch, times=100)
    with pytest.raises(outcomes.Unknown):
        change_method.pay_again(payment.pk, method=Method.WALLET, actor=ACTOR)
    assert seen() == policy.CHANGE_METHOD_MOST_TRIES
    payment.refresh_from_db()
    assert (payment.method, payment.card_part, market.wallet()) == ("card", 7_200, 20_000)
    assert set(Order.objects.values_list("status", flat=True)) == {"created"}
    assert broken() == []


def test_what_is_under_way_is_ended_at_stripe_before_the_wallet_pays(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = placed(scene.opened(wallet=20_000))
    row = opened(payment)
    asked: list[str] = []
    ended = order_of_steps(monkeypatch, asked)
    change_method.pay_again(payment.pk, method=Method.WALLET, actor=ACTOR)
    assert asked[:2] == ["ended", "locked"]
    assert ended() == [row.pk]
    assert local_stripe.client.v1.payment_intents.retrieve(row.stripe_id or "").status == "canceled"
    assert broken() == []


def order_of_steps(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> Callable[[], list[int]]:
    """Notes in `asked` what comes first: the end at Stripe, or the lock of the payment."""
    close, lock, closed = change_method.close_intent, change_method.lock_payment, list[int]()

    def close_intent(row_id: int) -> bool:
        answer = close(row_id)
        asked.append("ended")
        closed.append(row_id)
        return answer

    def lock_payment(payment_id: int) -> Any:
        asked.append("locked")
        return lock(payment_id)

    monkeypatch.setattr(change_method, "close_intent", close_intent)
    monkeypatch.setattr(change_method, "lock_payment", lock_payment)
    return lambda: closed


def expires_beside_an_open_page(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> tuple[scene.Market, Intent]:
    """The time is over while Amara's page, a moment earlier, is just opening its card."""
    market = scene.opened(wallet=0)
    payment = placed(market)
    late = Checkout.objects.filter(pk=payment.checkout_id)
    until = late.get().expires_at
    scene.forward(minutes=31)
    end, look, done = change_method.end_open, change_method.open_intents, [False]

    def end_open(payment_id: int) -> None:
        end(payment_id)
        if not done[0]:
            done[0] = True
            late.update(
                expires_at=until + dt.timedelta(days=1)
            )  # its row was begun in time, and is committed only now
            open_intent.open_intent(payment_id, kind=PAGE)
            late.update(expires_at=until)

    monkeypatch.setattr(change_method, "end_open", end_open)
    if not guarded:
        monkeypatch.setattr(change_method, "open_intents", lambda one: [] if done[0] else look(one))
    expiry.expire_due()
    return market, Intent.objects.get()


def test_a_try_opened_while_the_checkout_expires_is_ended_by_the_next_run(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, row = expires_beside_an_open_page(local_stripe, monkeypatch, guarded=True)
    assert set(Order.objects.values_list("status", flat=True)) == {"created"}
    assert expiry.expire_due() == 1
    row.refresh_from_db()
    market.basket.refresh_from_db()
    assert (row.status, market.basket.stock) == ("canceled", 10)
    assert set(Order.objects.values_list("status", flat=True)) == {"canceled"}
    with pytest.raises(stripe.InvalidRequestError):
        local_stripe.pay(row.stripe_id or "")
    assert not Event.objects.filter(kind="payment.unapplied").exists()
    assert broken() == []


def test_a_try_opened_while_the_checkout_expires_may_pay_it_in_the_last_second(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    _market, row = expires_beside_an_open_page(local_stripe, monkeypatch, guarded=True)
    local_stripe.pay(row.stripe_id or "")
    assert expiry.expire_due() == 0
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
    assert broken() == []


def test_without_the_second_look_her_card_would_be_charged_for_an_order_that_has_ended(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    _market, row = expires_beside_an_open_page(local_stripe, monkeypatch, guarded=False)
    assert set(Order.objects.values_list("status", flat=True)) == {"canceled"}
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    assert Event.objects.filter(kind="payment.unapplied").count() == 1


def test_no_card_is_opened_once_the_time_is_over_so_that_no_page_holds_the_stock(
    local_stripe: LocalStripe,
) -> None:
    payment = placed(scene.opened(wallet=0))
    scene.forward(minutes=31)
    with pytest.raises(NotPayable) as over:
        opened(payment)
    assert over.value.status == "expired"
    assert not Intent.objects.exists()


def test_a_card_page_never_gets_a_session_that_another_tab_has_just_opened(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = placed(scene.opened(wallet=0))
    session = open_intent.row_for(payment.pk, kind=Intent.Kind.CHECKOUT_SESSION)
    close = open_intent.close_intent

    def closed_and_opened_again(row_id: int) -> bool:
        ended = close(row_id)
        open_intent.row_for(payment.pk, kind=Intent.Kind.CHECKOUT_SESSION)
        return ended

    monkeypatch.setattr(open_intent, "close_intent", closed_and_opened_again)
    with pytest.raises(outcomes.Unknown):
        opened(payment)
    session.refresh_from_db()
    assert session.status == "canceled"


# What the pages and the program hear of it ------------------------------------------------------------------


def number_of(payment: Payment) -> str:
    assert payment.checkout is not None
    return str(payment.checkout.number)


def over_time(market: scene.Market) -> Payment:
    """A checkout whose time ran out a moment ago; the sweeper has not come by yet."""
    payment = placed(market)
    Checkout.objects.filter(pk=payment.checkout_id).update(expires_at=clock.now() - dt.timedelta(seconds=1))
    return payment


def test_another_way_for_an_order_whose_time_is_over_is_answered_by_the_page(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = scene.opened(wallet=0)
    payment = over_time(market)
    monkeypatch.setattr(pages, "_is_over", lambda payment: False)  # it ran out after the page had looked
    amara = Client()
    amara.force_login(market.amara)
    answer = amara.post(
        f"/checkout/pay/{number_of(payment)}/",
        {"method": "stripe_checkout"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/checkout/return/{payment.pk}/")
    assert not Intent.objects.exists()


def test_a_frozen_wallet_leaves_the_page_of_a_failed_card_open(local_stripe: LocalStripe) -> None:
    """It does not send the buyer round in circles: another card, or staff, can help."""
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    row = opened(payment)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.deliver()
    change_method.give_back_reserved(payment.pk)
    dispute = Dispute.objects.create(
        stripe_id="du_1",
        payment=payment,
        intent=row,
        state="lost",
        currency="GBP",
        amount=1,
        reason="fraudulent",
    )
    with transaction.atomic():
        frozen_wallets.freeze(market.amara.pk, dispute=dispute)
    amara = Client()
    amara.force_login(market.amara)
    address = f"/checkout/pay/{number_of(payment)}/"
    assert amara.get(address).status_code == 200
    assert market.wallet() == 5_000

    # nor does a saved card, by page or by program, set anything of it aside again
    pressed = amara.post(address, {"card": "pm_card_visa"})
    assert (pressed.status_code, pressed.headers["Location"]) == (302, address)
    assert "wallet is frozen" in amara.get(address).content.decode()
    api = APIClient()
    api.force_authenticate(market.amara)
    answer = api.post(
        f"/api/v1/checkouts/{number_of(payment)}/pay/",
        {},
        format="json",
        headers={"Idempotency-Key": "frozen-1"},
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "wallet_frozen")
    assert (market.wallet(), reserved(market), charged(local_stripe)) == (5_000, 0, 0)
    assert Intent.objects.count() == 1
