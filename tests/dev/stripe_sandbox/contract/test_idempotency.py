"""One key, one effect: replayed, refused with other parameters, raced."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

ONE = {"amount": 1500, "currency": "usd", "payment_method_types": ["card"], "metadata": {"race": "yes"}}


def _key() -> dict[str, str]:
    return {"idempotency_key": f"test-{uuid.uuid4()}"}


def test_the_same_call_gives_the_same_answer(api: Any) -> None:
    key = _key()
    first, again = api.payment_intents.create(ONE, key), api.payment_intents.create(ONE, key)
    assert first.id == again.id
    assert "Idempotent-Replayed" not in first.last_response.headers
    assert again.last_response.headers["Idempotent-Replayed"] == "true"


def test_another_call_with_the_key_is_refused(api: Any) -> None:
    key = _key()
    first = api.payment_intents.create(ONE, key)
    for other in ({**ONE, "amount": 1600}, {**ONE, "description": "more"}):
        with pytest.raises(stripe.IdempotencyError) as refused:
            api.payment_intents.create(other, key)
        assert refused.value.http_status == 400
    assert api.payment_intents.retrieve(first.id).amount == 1500


def test_a_decline_is_replayed_too(api: Any) -> None:
    key, declined = _key(), {**ONE, "payment_method": "pm_card_visa_chargeDeclined", "confirm": True}
    charges = set()
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            api.payment_intents.create(declined, key)
        charges.add(refused.value.error.charge)
    assert len(charges) == 1


def test_a_call_that_never_began_leaves_its_key_usable(api: Any) -> None:
    key = _key()
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_intents.create({**ONE, "unheard_of": "x"}, key)
    assert api.payment_intents.create(ONE, key).amount == 1500


def _press_twenty_times(api: Any, key: dict[str, str] | None) -> set[str]:
    def press(_: int) -> str:
        while True:
            try:
                return str(api.payment_intents.create(ONE, key or {}).id)
            except (stripe.APIError, stripe.RateLimitError) as busy:
                if busy.http_status not in (409, 429):
                    raise

    with ThreadPoolExecutor(20) as presses:
        return set(presses.map(press, range(20)))


def test_twenty_at_once_make_one(api: Any) -> None:
    made = _press_twenty_times(api, _key())
    assert len(made) == 1
    mine = [intent for intent in api.payment_intents.list({"limit": 30}).data if intent.id in made]
    assert len(mine) == 1


def test_without_the_key_twenty_make_twenty(api: Any) -> None:
    """The race above is one: nothing but the key keeps it to a single intent."""
    assert len(_press_twenty_times(api, None)) == 20
