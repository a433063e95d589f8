"""What Stripe refuses though each parameter by itself is one of its own."""

from typing import Any

import pytest
import stripe

CARD = {"payment_method_types": ["card"]}
SELLER = {"type": "express", "capabilities": {"transfers": {"requested": True}}}
RECIPIENT = {"tos_acceptance": {"service_agreement": "recipient"}}
AGREED = {
    "customer_acceptance": {"type": "online", "online": {"ip_address": "127.0.0.1", "user_agent": "test"}}
}


def _refusal(call: Any) -> stripe.StripeError:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        call()
    return refused.value


def _intent(api: Any, **more: Any) -> Any:
    return api.payment_intents.create({"amount": 1000, "currency": "usd", **CARD, **more})


def test_ways_to_pay_are_named_or_left_to_the_dashboard_not_both(api: Any) -> None:
    both = _refusal(lambda: _intent(api, automatic_payment_methods={"enabled": True}))
    assert both.http_status == 400
    wrong = _refusal(lambda: _intent(api, payment_method_types=["sepa_debit"]))
    assert "currency" in str(wrong)


@pytest.mark.parametrize(
    "more", [{"statement_descriptor": "BANIBS"}, {"statement_descriptor_suffix": "12345"},
             {"statement_descriptor_suffix": "<x>*"}],
    ids=str,
)  # fmt: skip
def test_a_cards_statement_bears_a_suffix_with_a_letter(api: Any, more: dict[str, str]) -> None:
    assert "statement_descriptor" in (_refusal(lambda: _intent(api, **more)).error.param or "")
    assert _intent(api, statement_descriptor_suffix="ORDER B7").statement_descriptor_suffix == "ORDER B7"


def test_an_email_is_one(api: Any) -> None:
    assert _refusal(lambda: api.customers.create({"email": "nonsense"})).code == "email_invalid"
    assert _refusal(lambda: _intent(api, receipt_email="nonsense")).code == "email_invalid"


def test_an_address_of_the_web_is_one(api: Any) -> None:
    line = {
        "quantity": 1,
        "price_data": {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Zine"}},
    }
    session = {"mode": "payment", "line_items": [line], "success_url": "nonsense"}
    assert _refusal(lambda: api.checkout.sessions.create(session)).code == "url_invalid"
    for url in ("nonsense", "http://localhost:8000/shop/kofi"):
        shop = {**SELLER, "country": "US", "business_profile": {"url": url}}
        assert _refusal(lambda shop=shop: api.accounts.create(shop)).code == "url_invalid"
    link = {"account": "acct_1none", "type": "account_onboarding", "return_url": "http://shop.test/"}
    there = _refusal(lambda: api.account_links.create({**link, "refresh_url": "ftp://shop.test/"}))
    assert there.http_status == 400


@pytest.mark.parametrize(("amount", "currency"), [(100, "ngn"), (1, "xof"), (20, "jpy")])
def test_an_amount_is_worth_half_a_dollar(api: Any, amount: int, currency: str) -> None:
    assert _refusal(lambda: _intent(api, amount=amount, currency=currency)).code == "amount_too_small"


def test_some_currencies_are_not_taken_and_some_only_whole(api: Any) -> None:
    assert _refusal(lambda: _intent(api, currency="ghs")).error.param == "currency"
    assert _refusal(lambda: _intent(api, amount=105_050, currency="isk")).http_status == 400
    assert _intent(api, amount=105_000, currency="isk").amount == 105_000


def test_an_account_is_opened_under_the_agreement_of_its_country(api: Any) -> None:
    for country in ("NG", "GH", "KE", "JM", "SN"):
        asked = {**SELLER, "country": country}
        assert _refusal(lambda asked=asked: api.accounts.create(asked)).http_status == 400
    cards = {"capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}}}
    with_cards = {**SELLER, "country": "GH", **RECIPIENT, **cards}
    assert _refusal(lambda: api.accounts.create(with_cards)).http_status == 400
    assert _refusal(lambda: api.accounts.create({**SELLER, "country": "US", **RECIPIENT})).http_status == 400
    nobody = _refusal(lambda: api.accounts.create({**SELLER, "country": "KP", **RECIPIENT}))
    assert nobody.error.param == "country"


def test_an_account_without_cards_charges_none(api: Any) -> None:
    seller = api.accounts.create({**SELLER, "country": "US"})
    own = {"stripe_account": seller.id}
    pay = {"amount": 1000, "currency": "usd", **CARD, "payment_method": "pm_card_visa", "confirm": True}
    assert _refusal(lambda: api.payment_intents.create(pay, own)).http_status == 400
    assert api.charges.list({}, own).data == []
    api.accounts.delete(seller.id)


def test_money_that_is_on_its_way_cannot_be_called_back(api: Any) -> None:
    buyer = api.customers.create({"email": "amara@example.com", "name": "Amara Obi"})
    sent = _intent(
        api, payment_method_types=["us_bank_account"], payment_method="pm_usBankAccount_success",
        customer=buyer.id, confirm=True, mandate_data=AGREED,
    )  # fmt: skip
    assert (sent.status, sent.amount_received) == ("processing", 0)
    refused = _refusal(lambda: api.payment_intents.cancel(sent.id))
    assert refused.code == "payment_intent_unexpected_state"
    assert api.payment_intents.retrieve(sent.id).status in ("processing", "succeeded")


def test_a_replay_names_the_request_that_was_answered_first(api: Any) -> None:
    key = {"idempotency_key": f"test-{api.customers.create({}).id}"}
    first = api.customers.create({"name": "Amara"}, key).last_response.headers
    again = api.customers.create({"name": "Amara"}, key).last_response.headers
    assert again["Idempotent-Replayed"] == "true"
    assert again["Original-Request"] == first["Request-Id"]
    assert again["Request-Id"] != first["Request-Id"]
