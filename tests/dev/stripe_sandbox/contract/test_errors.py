"""What is refused, in Stripe's words: keys, parameters, identifiers."""

from typing import Any

import pytest
import stripe


def _refusal(call: Any) -> stripe.StripeError:
    with pytest.raises(stripe.StripeError) as refused:
        call()
    return refused.value


def test_a_wrong_key_is_401(other_key_api: Any) -> None:
    refusal = _refusal(lambda: other_key_api.balance.retrieve())
    assert isinstance(refusal, stripe.AuthenticationError)
    assert refusal.http_status == 401


def test_an_unknown_parameter_is_named(api: Any) -> None:
    refusal = _refusal(lambda: api.payment_intents.create({"amount": 100, "currency": "usd", "price": 5}))
    assert (refusal.http_status, refusal.code, refusal.error.param) == (400, "parameter_unknown", "price")
    nested = _refusal(lambda: api.customers.create({"address": {"planet": "Mars"}}))
    assert nested.code == "parameter_unknown"


def test_a_missing_parameter_is_named(api: Any) -> None:
    refusal = _refusal(lambda: api.payment_intents.create({"amount": 100}))
    assert (refusal.code, refusal.error.param) == ("parameter_missing", "currency")


@pytest.mark.parametrize("amount", ["ten", "1.5", "1e3", "٣"])
def test_an_amount_is_a_whole_number(api: Any, amount: str) -> None:
    refusal = _refusal(lambda: api.payment_intents.create({"amount": amount, "currency": "usd"}))
    assert (refusal.code, refusal.error.param) == ("parameter_invalid_integer", "amount")


def test_amounts_have_bounds_and_currencies_exist(api: Any) -> None:
    assert (
        _refusal(lambda: api.payment_intents.create({"amount": 10, "currency": "usd"})).code
        == "amount_too_small"
    )
    too_large = {"amount": 100_000_000_0, "currency": "usd"}
    assert _refusal(lambda: api.payment_intents.create(too_large)).code == "amount_too_large"
    unknown = _refusal(lambda: api.payment_intents.create({"amount": 1000, "currency": "abc"}))
    assert unknown.error.param == "currency"


def test_what_does_not_exist_is_said_so(api: Any) -> None:
    missing = _refusal(lambda: api.payment_intents.retrieve("pi_nothing"))
    assert (missing.http_status, missing.code) == (404, "resource_missing")
    named = _refusal(
        lambda: api.payment_intents.create({"amount": 100, "currency": "usd", "customer": "cus_no"})
    )
    assert (named.http_status, named.code, named.error.param) == (400, "resource_missing", "customer")


def test_what_cannot_be_expanded_is_refused(api: Any) -> None:
    buyer = api.customers.create({})
    refusal = _refusal(lambda: api.customers.retrieve(buyer.id, {"expand": ["elephant"]}))
    assert refusal.http_status == 400
    assert "cannot be expanded" in str(refusal)


def test_another_accounts_name_opens_nothing(api: Any) -> None:
    refusal = _refusal(lambda: api.balance.retrieve({}, {"stripe_account": "acct_1nobody0000000"}))
    assert isinstance(refusal, stripe.PermissionError)
    assert refusal.error.code == "account_invalid"


def test_a_version_that_is_none_is_refused(api: Any) -> None:
    refusal = _refusal(lambda: api.balance.retrieve({}, {"stripe_version": "yesterday"}))
    assert refusal.http_status == 400
