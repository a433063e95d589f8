"""Events on their way: signed, tried again, doubled, turned round, late, lost."""

from typing import Any

import pytest
import requests
import stripe

from tests.dev.stripe_sandbox.local import LocalStripe, Receiver

SECRET = "whsec_" + "s" * 32


@pytest.fixture
def hook(local: LocalStripe, receiver: Receiver) -> Receiver:
    """The receiver, registered."""
    local.control("endpoints", url=receiver.url, secret=SECRET)
    return receiver


def _customers(local: LocalStripe, count: int) -> list[str]:
    return [local.client.customers.create({"name": f"Buyer {n}"}).id for n in range(count)]


def _pay(local: LocalStripe) -> Any:
    return local.client.payment_intents.create(
        {"amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "payment_method_types": ["card"],
         "confirm": True, "capture_method": "automatic"}
    )  # fmt: skip


def test_a_payments_events_arrive_signed(local: LocalStripe, hook: Receiver) -> None:
    intent = _pay(local)
    hook.wait_for(3)
    assert set(hook.types) == {"payment_intent.created", "charge.succeeded", "payment_intent.succeeded"}
    for body, signature in zip(hook.bodies, hook.signatures, strict=True):
        event = stripe.Webhook.construct_event(body, signature, SECRET)
        assert event.api_version == "2026-08-26.dahlia"
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(body + b" ", signature, SECRET)
    paid = next(event for event in hook.events if event["type"] == "payment_intent.succeeded")
    assert (paid["data"]["object"]["id"], paid["livemode"]) == (intent.id, False)
    local.quiet()
    assert local.client.events.retrieve(paid["id"]).pending_webhooks == 0


def test_the_endpoint_that_the_api_made_uses_the_secret_it_told(
    local: LocalStripe, receiver: Receiver
) -> None:
    made = local.client.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["customer.*"], "api_version": "2026-08-26.dahlia"}
    )
    _pay(local)
    _customers(local, 1)
    receiver.wait_for(1)
    event = stripe.Webhook.construct_event(receiver.bodies[0], receiver.signatures[0], made.secret)
    assert (event.type, event.api_version) == ("customer.created", "2026-08-26.dahlia")
    local.quiet()
    assert receiver.types == ["customer.created"]


def test_while_a_secret_is_rolled_both_sign(local: LocalStripe, receiver: Receiver) -> None:
    old, new = "whsec_" + "o" * 32, "whsec_" + "n" * 32
    local.control("endpoints", url=receiver.url, secret=new, old_secret=old)
    _customers(local, 1)
    receiver.wait_for(1)
    for secret in (old, new):
        assert stripe.Webhook.construct_event(receiver.bodies[0], receiver.signatures[0], secret)
    assert receiver.signatures[0].count("v1=") == 2


def test_an_api_version_of_another_year_is_refused(local: LocalStripe, receiver: Receiver) -> None:
    other = {"url": receiver.url, "enabled_events": ["*"], "api_version": "2025-03-31.basil"}
    with pytest.raises(stripe.InvalidRequestError, match="api_version"):
        local.client.webhook_endpoints.create(other)
    with pytest.raises(stripe.InvalidRequestError, match="API version"):
        local.client.balance.retrieve({}, {"stripe_version": "2019-12-03"})


def test_a_failed_delivery_is_tried_again_when_its_time_has_come(local: LocalStripe, hook: Receiver) -> None:
    hook.answers = [500, 302]
    _customers(local, 1)
    hook.wait_for(1)
    local.quiet()
    assert local.client.events.list({}).data[0].pending_webhooks == 1
    local.forward(11)
    hook.wait_for(2)
    local.quiet()
    local.forward(61)
    hook.wait_for(3)
    local.quiet()
    assert len({event["id"] for event in hook.events}) == 1
    assert local.client.events.list({}).data[0].pending_webhooks == 0
    local.forward(86400)
    assert len(hook.bodies) == 3


def test_an_endpoint_that_never_answers_is_given_up(local: LocalStripe, hook: Receiver) -> None:
    hook.answers = [500] * 100
    _customers(local, 1)
    for count in range(1, 14):
        hook.wait_for(count)
        local.quiet()
        local.forward(43201)
    assert len(hook.bodies) == 13
    assert local.client.events.list({}).data[0].pending_webhooks == 0


def test_lost_doubled_late(local: LocalStripe, hook: Receiver) -> None:
    local.control("webhooks", do="lose", types="customer.*", count=1)
    lost, _ = _customers(local, 2)
    hook.wait_for(1)
    local.quiet()
    assert lost not in [event["data"]["object"]["id"] for event in hook.events]
    local.control("webhooks", do="duplicate", times=9, count=1)
    _customers(local, 1)
    hook.wait_for(11)
    assert len({event["id"] for event in hook.events}) == 2
    local.control("webhooks", do="delay", seconds=3600, count=1)
    _customers(local, 1)
    local.quiet()
    assert len(hook.bodies) == 11
    local.forward(3601)
    hook.wait_for(12)
    assert local.state()["webhook_rules"] != []
    local.clear("webhooks")
    assert local.state()["webhook_rules"] == []


def test_a_rule_names_one_pattern_or_many(local: LocalStripe, hook: Receiver) -> None:
    local.control("webhooks", do="lose", types=["refund.*", "customer.*"], count=2)
    _customers(local, 3)
    hook.wait_for(1)
    local.quiet()
    assert hook.types == ["customer.created"]
    local.control("webhooks", do="duplicate", types=["*"])
    _customers(local, 1)
    hook.wait_for(3)
    wrong = requests.post(f"{local.url}/_control/webhooks", json={"do": "lose", "types": [7]}, timeout=5)
    assert wrong.status_code == 400


def test_turned_round(local: LocalStripe, hook: Receiver) -> None:
    local.control("webhooks", do="reorder", seconds=1)
    made = _customers(local, 3)
    local.forward(15)
    hook.wait_for(3)
    assert sorted(made) == sorted(event["data"]["object"]["id"] for event in hook.events)
    dues = local.client.events.list({"type": "customer.created"}).data
    assert [one.data.object.id for one in dues] == made[::-1]


def test_held_back_then_let_go(local: LocalStripe, hook: Receiver) -> None:
    local.control("webhooks", paused=True)
    _customers(local, 3)
    assert hook.bodies == []
    assert local.state()["deliveries_waiting"] == 3
    local.control("webhooks", paused=False)
    hook.wait_for(3)


def test_sent_again_by_hand(local: LocalStripe, hook: Receiver) -> None:
    _customers(local, 1)
    hook.wait_for(1)
    assert local.control(f"events/{hook.events[0]['id']}/resend", times=3) == {"queued": 3}
    hook.wait_for(4)
    assert len({event["id"] for event in hook.events}) == 1


def test_what_happens_to_sellers_goes_to_the_connect_endpoint(local: LocalStripe, receiver: Receiver) -> None:
    ours = Receiver()
    local.control("endpoints", url=ours.url, secret=SECRET)
    local.control("endpoints", url=receiver.url, secret=SECRET, connect=True)
    seller = local.client.accounts.create(
        {"type": "express", "capabilities": {"transfers": {"requested": True}}}
    )
    local.control(f"accounts/{seller.id}", complete=True)
    receiver.wait_for(4)
    local.quiet()
    assert ours.bodies == []
    assert {event["account"] for event in receiver.events} == {seller.id}
    assert sorted(receiver.types) == [
        "account.external_account.created", "account.updated", "account.updated", "capability.updated",
    ]  # fmt: skip
    ours.close()


def test_the_same_address_registered_again_replaces(local: LocalStripe, hook: Receiver) -> None:
    local.control("endpoints", url=hook.url, secret="whsec_" + "n" * 32)
    assert len(local.client.webhook_endpoints.list({}).data) == 1
    _customers(local, 1)
    hook.wait_for(1)
    stripe.Webhook.construct_event(hook.bodies[0], hook.signatures[0], "whsec_" + "n" * 32)
    refused = requests.post(f"{local.url}/_control/endpoints", json={"url": hook.url}, timeout=5)
    assert refused.status_code == 400
