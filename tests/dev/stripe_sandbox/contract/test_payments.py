"""Amara pays: at once, declined, reserved first, asked by her bank."""

from typing import Any

import pytest
import stripe

CARD = {"payment_method_types": ["card"]}


def _new(api: Any, **more: Any) -> Any:
    return api.payment_intents.create({"amount": 9340, "currency": "gbp", **CARD, **more})


def _pay(api: Any, card: str = "pm_card_visa", **more: Any) -> Any:
    return _new(api, payment_method=card, confirm=True, **more)


def test_a_payment_succeeds_and_its_fee_is_known(api: Any) -> None:
    intent = _pay(api, capture_method="automatic", transfer_group="B-71840", metadata={"checkout": "B-71840"},
                  expand=["latest_charge.balance_transaction"])  # fmt: skip
    charge = intent.latest_charge
    assert (intent.status, intent.amount_received, intent.metadata["checkout"]) == (
        "succeeded",
        9340,
        "B-71840",
    )
    assert (charge.paid, charge.captured, charge.transfer_group) == (True, True, "B-71840")
    assert charge.payment_method_details.card.last4 == "4242"
    money = charge.balance_transaction
    assert money.net == money.amount - money.fee
    assert (money.type, money.status, money.source) == ("charge", "pending", charge.id)


def test_the_default_settles_a_moment_later(api: Any) -> None:
    intent = _pay(api)
    assert intent.capture_method == "automatic_async"
    assert intent.status == "succeeded"


def test_a_declined_card_leaves_a_failed_charge_and_an_open_intent(api: Any) -> None:
    intent = _new(api)
    with pytest.raises(stripe.CardError) as refused:
        api.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa_chargeDeclined"})
    assert (refused.value.http_status, refused.value.code) == (402, "card_declined")
    assert refused.value.error.decline_code == "generic_decline"
    assert refused.value.error.payment_intent.id == intent.id
    after = api.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (after.status, after.payment_method) == ("requires_payment_method", None)
    assert after.last_payment_error.code == "card_declined"
    assert (after.latest_charge.status, after.latest_charge.paid) == ("failed", False)
    assert api.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


@pytest.mark.parametrize(
    ("card", "code", "decline_code"),
    [
        ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
    ],
)
def test_each_refusal_has_its_code(api: Any, card: str, code: str, decline_code: str | None) -> None:
    with pytest.raises(stripe.CardError) as refused:
        _pay(api, card)
    assert refused.value.code == code
    assert decline_code is None or refused.value.error.decline_code == decline_code


def test_money_is_reserved_then_captured_in_part(api: Any) -> None:
    intent = _pay(api, capture_method="manual")
    assert (intent.status, intent.amount_capturable, intent.amount_received) == ("requires_capture", 9340, 0)
    done = api.payment_intents.capture(intent.id, {"amount_to_capture": 9000, "expand": ["latest_charge"]})
    assert (done.status, done.amount_received, done.amount_capturable) == ("succeeded", 9000, 0)
    assert (done.latest_charge.amount_captured, done.latest_charge.captured) == (9000, True)


def test_reserved_money_is_let_go(api: Any) -> None:
    intent = _pay(api, capture_method="manual")
    gone = api.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (gone.status, gone.cancellation_reason, gone.amount_capturable) == ("canceled", "abandoned", 0)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.payment_intents.capture(intent.id)
    assert refused.value.code == "payment_intent_unexpected_state"


def test_the_bank_asks_and_the_intent_waits(api: Any) -> None:
    intent = _pay(api, "pm_card_authenticationRequired", return_url="https://banibs.example/return")
    assert (intent.status, intent.latest_charge) == ("requires_action", None)
    assert intent.next_action.type == "redirect_to_url"
    assert intent.next_action.redirect_to_url.return_url == "https://banibs.example/return"
    assert intent.next_action.redirect_to_url.url.startswith("http")


def test_without_the_payer_a_card_that_asks_is_declined(api: Any) -> None:
    buyer = api.customers.create({})
    card = api.payment_methods.attach("pm_card_authenticationRequired", {"customer": buyer.id})
    with pytest.raises(stripe.CardError) as refused:
        _pay(api, card.id, customer=buyer.id, off_session=True)
    assert refused.value.code == "authentication_required"


def test_a_paid_intent_is_neither_confirmed_nor_canceled_nor_changed_again(api: Any) -> None:
    intent = _pay(api)
    for again in (
        lambda: api.payment_intents.confirm(intent.id),
        lambda: api.payment_intents.cancel(intent.id),
        lambda: api.payment_intents.update(intent.id, {"amount": 5}),
    ):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            again()
        assert refused.value.code == "payment_intent_unexpected_state"
    assert api.payment_intents.retrieve(intent.id).amount_received == 9340


def test_metadata_is_merged_and_an_empty_value_removes(api: Any) -> None:
    intent = _new(api, metadata={"checkout": "1", "attempt": "1"})
    after = api.payment_intents.update(
        intent.id, {"metadata": {"attempt": "2", "checkout": ""}, "amount": 9000}
    )
    assert (after.metadata.to_dict(), after.amount) == ({"attempt": "2"}, 9000)


def test_a_card_is_saved_while_paying_and_used_again(api: Any) -> None:
    buyer = api.customers.create({"email": "amara@example.com"})
    paid = _pay(api, customer=buyer.id, setup_future_usage="off_session")
    cards = api.payment_methods.list({"customer": buyer.id, "type": "card"}).data
    assert [card.id for card in cards] == [paid.payment_method]
    assert _pay(api, cards[0].id, customer=buyer.id, off_session=True).status == "succeeded"
    api.payment_methods.detach(cards[0].id)
    assert api.payment_methods.list({"customer": buyer.id}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        _pay(api, cards[0].id, customer=buyer.id)


def test_a_card_without_a_customer_is_spent_by_one_payment(api: Any) -> None:
    used = _pay(api).payment_method
    with pytest.raises(stripe.InvalidRequestError, match="previously used"):
        _pay(api, used)


def test_a_declining_card_cannot_be_attached_but_one_that_fails_later_can(api: Any) -> None:
    buyer = api.customers.create({})
    with pytest.raises(stripe.CardError):
        api.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": buyer.id})
    later = api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": buyer.id})
    with pytest.raises(stripe.CardError):
        _pay(api, later.id, customer=buyer.id)


def test_refunds_stop_at_what_was_paid(api: Any) -> None:
    intent = _pay(api, capture_method="automatic")
    first = api.refunds.create(
        {"payment_intent": intent.id, "amount": 340, "reason": "requested_by_customer"}
    )
    assert (first.status, first.amount, first.charge) == ("succeeded", 340, intent.latest_charge)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded amount"):
        api.refunds.create({"payment_intent": intent.id, "amount": 9001})
    api.refunds.create({"payment_intent": intent.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_already_refunded"
    charge = api.charges.retrieve(intent.latest_charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 9340)
    assert len(api.refunds.list({"payment_intent": intent.id}).data) == 2


def test_a_hosted_page_is_opened_and_closed(api: Any) -> None:
    line = {
        "quantity": 1,
        "price_data": {"currency": "gbp", "unit_amount": 4800, "product_data": {"name": "Basket"}},
    }
    session = api.checkout.sessions.create(
        {"mode": "payment", "line_items": [line],
        "success_url": "https://banibs.example/ok?s={CHECKOUT_SESSION_ID}",
         "cancel_url": "https://banibs.example/no", "client_reference_id": "B-1",
         "metadata": {"checkout": "B-1"},
         "payment_intent_data": {"transfer_group": "B-1", "metadata": {"checkout": "B-1"}}}
    )  # fmt: skip
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 4800)
    assert session.url.startswith("http")
    assert api.checkout.sessions.expire(session.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        api.checkout.sessions.expire(session.id)
