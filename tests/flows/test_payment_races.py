"""Many hands on one payment: the same key, two tabs with two ways to pay, one shop that cancels and posts at once.

Real threads, connections and a local Stripe. Where a guard can be taken away, the story then goes wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
import stripe
from django.db import connection
from rest_framework.test import APIClient

from banibs.core import audit, events, idempotency
from banibs.core.models import Event
from banibs.core.money import Money
from banibs.core.states import state_machine
from banibs.developers import keys
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Checkout, Order
from marketplace.orders import transitions
from payments import tasks
from payments.charges import card_payment, change_method, expiry, purchase
from payments.charges.open_intent import open_intent
from payments.gateways import outcomes
from payments.gateways.stripe import customers
from payments.models import Intent, Method, Payment, Refund
from payments.refunds import order_refunds
from tests import market as scene
from tests.concurrency import at_once
from tests.stripe import LocalStripe
from wallet import ledger

pytestmark = pytest.mark.django_db(transaction=True)
ACTOR = events.Actor(type="buyer", name="Amara")


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    """Kofi's basket and Zuri's jar: £72.00."""
    scene.put_in_cart(market.amara, (market.basket, 1), (market.jar, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def in_parallel(market: scene.Market, times: int) -> list[Any]:
    """Amara's program sends the same request so often at once; what it hears."""
    scene.put_in_cart(market.amara, (market.basket, 1), (market.zine, 1))
    _row, text = keys.create(market.amara, name="till", scopes=("*",))
    body = {"address": market.amara.addresses.get().pk, "payment_method": "wallet"}

    def send() -> Any:
        program = APIClient(raise_request_exception=False)
        headers = {"Authorization": f"Bearer {text}", "Idempotency-Key": "one key"}
        return program.post("/api/v1/checkouts/", body, format="json", headers=headers)

    return at_once([send] * times)


def test_fifty_requests_with_one_key_are_one_purchase_and_the_others_hear_of_it() -> None:
    market = scene.opened()
    answers = in_parallel(market, 50)

    told = Counter((answer.status_code, answer.get("Idempotency-Replayed", "")) for answer in answers)
    assert told[201, ""] == 1
    assert set(told) <= {(201, ""), (201, "true"), (409, "")}
    assert {answer.json()["number"] for answer in answers if answer.status_code == 201} == {
        Checkout.objects.get().number
    }
    busy = [answer for answer in answers if answer.status_code == 409]
    assert {answer.json()["error"]["code"] for answer in busy} <= {"idempotency_in_progress"}
    assert {answer["Retry-After"] for answer in busy} <= {"1"}
    assert market.wallet() == 20_000 - 6_000
    assert broken() == []


def test_without_the_key_the_others_would_hear_of_an_empty_cart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "once", lambda *, effect, **_: effect())
    answers = in_parallel(scene.opened(), 10)
    assert 400 in {answer.status_code for answer in answers}


@contextmanager
def gives_way(times: int, sqlstate: str) -> Iterator[None]:
    """PostgreSQL undoes the first so many purchases at their payment, as for another's sake."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE SEQUENCE given_way")
        cursor.execute(
            "CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF nextval('given_way') <= {times} THEN RAISE EXCEPTION 'undone' USING ERRCODE = '{sqlstate}'; END IF; "
            "RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER give_way BEFORE INSERT ON payments_payment FOR EACH ROW EXECUTE FUNCTION give_way()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION give_way() CASCADE; DROP SEQUENCE given_way")


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_a_purchase_undone_twice_is_made_once(sqlstate: str) -> None:
    market = scene.opened()
    with gives_way(2, sqlstate):
        (answer,) = in_parallel(market, 1)
    assert answer.status_code == 201
    assert market.wallet() == 20_000 - 6_000
    market.basket.refresh_from_db()
    assert market.basket.stock == 9
    assert Event.objects.filter(kind="order.paid").count() == 2
    assert broken() == []


def test_a_purchase_undone_three_times_is_503_nothing_moved_and_the_key_still_good() -> None:
    market = scene.opened()
    with gives_way(3, "40001"):
        (answer,) = in_parallel(market, 1)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer.json()["error"]["code"] == "temporarily_unavailable"
    assert not Checkout.objects.exists()
    assert market.wallet() == 20_000
    (again,) = in_parallel(market, 1)
    assert again.status_code == 201


def saved_card(local_stripe: LocalStripe, market: scene.Market) -> str:
    customers.ensure(market.amara)
    found = local_stripe.client.v1.payment_methods.attach(
        "pm_card_visa", {"customer": market.amara.stripe_customer_id}
    )
    return str(found.id)


def kept_at_stripe(local_stripe: LocalStripe) -> int:
    """What Stripe took and has not given back."""
    made = local_stripe.client.v1.charges.list({"limit": 100}).data
    return sum(one.amount_captured - one.amount_refunded for one in made)


def test_four_tabs_press_pay_with_the_saved_card_and_it_is_charged_once(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    card = saved_card(local_stripe, market)
    press = partial(card_payment.pay_by_card, payment, user=market.amara, card=card)

    answers = at_once([press] * 4)

    wrong = [one for one in answers if isinstance(one, Exception)]
    assert all(
        isinstance(one, outcomes.Unknown | outcomes.Refused | card_payment.NotPayable) for one in wrong
    ), wrong
    local_stripe.deliver()
    tasks.sweep_payments()
    assert kept_at_stripe(local_stripe) == 7_200
    assert Intent.objects.filter(status="succeeded").count() == 1
    assert Payment.objects.get().status == "succeeded"
    assert broken() == []


@pytest.mark.parametrize("_time", range(3))
def test_one_tab_pays_by_card_the_other_from_the_wallet_and_it_is_paid_once(
    local_stripe: LocalStripe, _time: int
) -> None:
    market = scene.opened(wallet=20_000)
    payment = placed(market)
    card = saved_card(local_stripe, market)

    answers = at_once(
        [
            partial(card_payment.pay_by_card, payment, user=market.amara, card=card),
            partial(change_method.pay_again, payment.pk, method=Method.WALLET, actor=ACTOR),
        ]
    )

    refused = (outcomes.Unknown, outcomes.Refused, card_payment.NotPayable, CheckoutRefusal)
    assert all(isinstance(one, (Intent, Payment, *refused)) for one in answers), answers
    local_stripe.deliver()
    scene.forward(minutes=3)
    tasks.sweep_payments()
    assert set(Order.objects.values_list("status", flat=True)) == {"paid"}
    assert kept_at_stripe(local_stripe) + (20_000 - market.wallet()) == 7_200
    assert ledger.balance("stripe:unapplied", "GBP").amount == 0
    assert broken() == []


def test_the_last_second_and_the_expiry_agree_on_one_end(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=5_000)
    payment = placed(market, Method.WALLET_AND_CARD)
    card = saved_card(local_stripe, market)
    open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    scene.forward(minutes=31)

    at_once(
        [
            partial(card_payment.pay_by_card, payment, user=market.amara, card=card),
            expiry.expire_due,
            expiry.expire_due,
        ]
    )

    local_stripe.deliver()
    scene.forward(minutes=3)
    tasks.sweep_payments()
    tasks.expire_checkouts()
    ended = set(Order.objects.values_list("status", flat=True))
    market.basket.refresh_from_db()
    whole = {"paid": (2_200, 0, 9), "canceled": (0, 5_000, 10)}[next(iter(ended))]
    assert len(ended) == 1
    assert (kept_at_stripe(local_stripe), market.wallet(), market.basket.stock) == whole
    assert broken() == []


def sold(wallet: int = 20_000) -> tuple[scene.Market, Order]:
    """Kofi's basket, paid."""
    market = scene.opened(wallet=wallet)
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    purchase.buy(user=market.amara, address=address, method="wallet", expected_total=None)
    return market, Order.objects.get()


def cancel(order: Order) -> Callable[[], Any]:
    return partial(order_refunds.cancel_order, order.pk, actor=events.SYSTEM, reason="Damaged", user_id=None)


def test_thirty_presses_on_cancel_give_the_money_back_once() -> None:
    market, order = sold()

    answers = at_once([cancel(order)] * 30)

    assert sum(isinstance(one, Refund) for one in answers) == 1
    assert sum(isinstance(one, state_machine.InvalidTransition) for one in answers) == 29
    assert market.wallet() == 20_000
    market.basket.refresh_from_db()
    assert market.basket.stock == 10
    assert Refund.objects.count() == 1
    assert broken() == []


def test_without_the_lock_the_database_alone_keeps_it_from_being_given_back_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both take it for uncancelled; the second falls over a CHECK instead of hearing that it is too late."""
    market = scene.opened()
    for _ in range(2):  # Zuri's escrow holds enough for another refund, and so does the payment
        placed(market, Method.WALLET)
    order = Order.objects.filter(seller=market.zuri).order_by("pk")[0]

    def look(ids: list[int]) -> list[Order]:
        found = list(Order.objects.filter(pk__in=ids))
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.3)")
        return found

    monkeypatch.setattr(transitions, "lock", look)
    answers = at_once([cancel(order)] * 2)
    assert Counter(type(answer).__name__ for answer in answers) == {"Refund": 1, "IntegrityError": 1}
    assert market.wallet() == 20_000 - 2 * 7_200 + order.total
    assert broken() == []


def test_posted_or_cancelled_but_never_both() -> None:
    market, order = sold()
    post = partial(transitions.fulfil, order.pk, actor=events.SYSTEM, carrier="Post", tracking="1")

    answers = at_once([post, cancel(order)] * 4)

    assert sum(isinstance(one, state_machine.InvalidTransition) for one in answers) == 7
    order.refresh_from_db()
    assert market.wallet() == {"fulfilled": 14_700, "canceled": 20_000}[order.status]
    assert broken() == []


# One wallet, many payments that want a part of it -----------------------------------------------------------


def test_many_waiting_orders_paid_from_one_wallet_and_a_card_at_once(local_stripe: LocalStripe) -> None:
    """Eight tabs draw on half of one total: each gets what is left, or hears that it is not there. None breaks."""
    market = scene.opened(wallet=3_600)
    waiting = []
    for _ in range(8):
        waiting.append(placed(market))
    works = [
        partial(change_method.pay_again, payment.pk, method=Method.WALLET_AND_CARD, actor=ACTOR)
        for payment in waiting
    ]
    answers = at_once(works)

    assert [answer for answer in answers if not isinstance(answer, (Payment, CheckoutRefusal))] == []
    rows = list(Payment.objects.filter(pk__in=[payment.pk for payment in waiting]))
    assert sum(row.reserved for row in rows) == 3_600
    assert all(row.reserved == row.wallet_part for row in rows)
    assert market.wallet() == 0
    assert broken() == []


def test_what_another_tab_spends_between_two_looks_is_drawn_anew(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = scene.opened(wallet=3_600)
    first, second = placed(market), placed(market)
    look, looks = ledger.balance, []

    def spent_after_the_first_look(code: str, currency: str) -> Money:
        found = look(code, currency)
        looks.append(found.amount)
        if len(looks) == 1:
            at_once([partial(change_method.pay_again, first.pk, method=Method.WALLET_AND_CARD, actor=ACTOR)])
        return found

    monkeypatch.setattr(ledger, "balance", spent_after_the_first_look)
    paid = change_method.pay_again(second.pk, method=Method.WALLET_AND_CARD, actor=ACTOR)

    first.refresh_from_db()
    assert (first.wallet_part, paid.wallet_part, paid.card_part) == (3_600, 0, 7_200)
    assert looks[0] == looks[1] == 3_600  # both looked before either had it
    assert broken() == []


def declined(local_stripe: LocalStripe, market: scene.Market) -> Payment:
    """A mixed payment whose card said no; its wallet part is still set aside."""
    payment = placed(market, Method.WALLET_AND_CARD)
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    with pytest.raises(stripe.CardError):
        local_stripe.pay(row.stripe_id or "", "pm_card_chargeDeclined")
    local_stripe.deliver()
    return payment


def test_a_try_that_is_begun_while_the_sweeper_looks_keeps_its_wallet_part(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The buyer presses "pay" between the sweeper's question to Stripe and its lock."""
    market = scene.opened(wallet=300)
    payment = declined(local_stripe, market)
    row = _begun_in_between(payment, market, monkeypatch)

    change_method.give_back_reserved(payment.pk)

    payment.refresh_from_db()
    assert payment.reserved == 300
    local_stripe.pay(row().stripe_id or "")
    local_stripe.deliver()
    assert set(Order.objects.filter(checkout=payment.checkout_id).values_list("status", flat=True)) == {
        "paid"
    }
    assert broken() == []


def test_without_looking_again_the_card_pays_for_nothing(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = scene.opened(wallet=300)
    payment = declined(local_stripe, market)
    row = _begun_in_between(payment, market, monkeypatch)
    monkeypatch.setattr(change_method, "open_intents", lambda payment_id: [])

    change_method.give_back_reserved(payment.pk)

    local_stripe.pay(row().stripe_id or "")
    local_stripe.deliver()
    assert row().status in (Intent.Status.UNAPPLIED, Intent.Status.UNAPPLIED_REFUNDED)


def _begun_in_between(
    payment: Payment, market: scene.Market, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Intent]:
    end = change_method.end_open

    def end_and_be_overtaken(payment_id: int) -> None:
        end(payment_id)
        card_payment.pay_by_card(Payment.objects.get(pk=payment_id), user=market.amara)

    monkeypatch.setattr(change_method, "end_open", end_and_be_overtaken)
    return lambda: Intent.objects.filter(payment=payment).latest("pk")
