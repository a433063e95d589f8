"""The network on a bad day: silence after the effect, 429, 500, a key still in progress."""

import threading
import time
import uuid

import pytest
import stripe

from tests.dev.stripe_sandbox.local import SECRET, LocalStripe

ONE = {"amount": 1500, "currency": "usd", "payment_method_types": ["card"]}


def _key() -> dict[str, str]:
    return {"idempotency_key": f"test-{uuid.uuid4()}"}


def _count(local: LocalStripe) -> int:
    return len(local.client.payment_intents.list({"limit": 100}).data)


def test_silence_after_the_effect(local: LocalStripe) -> None:
    local.control("faults", do="timeout_after_effect", path="/v1/payment_intents", method="POST")
    key = _key()
    with pytest.raises(stripe.APIConnectionError):
        local.client.payment_intents.create(ONE, key)
    made = local.client.payment_intents.list({}).data
    assert len(made) == 1
    again = local.client.payment_intents.create(ONE, key)
    assert (again.id, again.last_response.headers["Idempotent-Replayed"]) == (made[0].id, "true")
    assert _count(local) == 1


def test_silence_before_the_effect(local: LocalStripe) -> None:
    local.control("faults", do="timeout_before_effect")
    key = _key()
    with pytest.raises(stripe.APIConnectionError):
        local.client.payment_intents.create(ONE, key)
    assert _count(local) == 0
    assert "Idempotent-Replayed" not in local.client.payment_intents.create(ONE, key).last_response.headers


def test_too_many_calls_leave_the_key_usable(local: LocalStripe) -> None:
    local.control("faults", do="rate_limit", count=2)
    key = _key()
    for _ in range(2):
        with pytest.raises(stripe.RateLimitError):
            local.client.payment_intents.create(ONE, key)
    local.client.payment_intents.create(ONE, key)
    assert _count(local) == 1


@pytest.mark.parametrize(("fault", "made"), [("api_error", 0), ("api_error_after_effect", 1)])
def test_a_500_is_kept_under_its_key(local: LocalStripe, fault: str, made: int) -> None:
    local.control("faults", do=fault, path="/v1/payment_intents")
    key = _key()
    for _ in range(2):
        with pytest.raises(stripe.APIError) as broke:
            local.client.payment_intents.create(ONE, key)
        assert broke.value.http_status == 500
    assert _count(local) == made


def test_unavailable_is_not_kept(local: LocalStripe) -> None:
    local.control("faults", do="unavailable")
    key = _key()
    with pytest.raises(stripe.APIError) as refused:
        local.client.payment_intents.create(ONE, key)
    assert refused.value.http_status == 503
    assert local.client.payment_intents.create(ONE, key).amount == 1500


def test_a_second_caller_meets_a_key_in_progress(local: LocalStripe) -> None:
    local.control("faults", do="slow_in_progress", seconds=2)
    key = _key()
    first = threading.Thread(target=local.client.payment_intents.create, args=(ONE, key))
    first.start()
    time.sleep(0.6)
    with pytest.raises(stripe.APIError) as busy:
        local.client.payment_intents.create(ONE, key)
    first.join()
    assert (busy.value.http_status, busy.value.error.code) == (409, "idempotency_key_in_use")
    assert (
        local.client.payment_intents.create(ONE, key).last_response.headers["Idempotent-Replayed"] == "true"
    )
    assert _count(local) == 1


def test_only_matching_calls_fail(local: LocalStripe) -> None:
    local.control("faults", do="api_error", path="/v1/refunds*")
    local.client.payment_intents.create(ONE)
    local.clear("faults")
    assert local.state()["faults"] == []


def test_the_sdks_own_retry_gets_the_first_answer(local: LocalStripe) -> None:
    patient = stripe.StripeClient(SECRET, base_addresses={"api": local.url}, max_network_retries=2).v1
    local.control("faults", do="timeout_after_effect", method="POST")
    patient.payment_intents.create(ONE)
    assert _count(local) == 1
