"""What survives, and what is never kept."""

import subprocess
import sys

import pytest
import stripe

from tests.dev.stripe_sandbox.local import PUBLISHABLE, ROOT, LocalStripe, Receiver, sdk

ONE = {"amount": 1500, "currency": "usd", "payment_method_types": ["card"]}
NUMBER = "4000002500003155"


def test_a_kill_loses_nothing_that_was_answered(own: LocalStripe, receiver: Receiver) -> None:
    own.control("endpoints", url=receiver.url, secret="whsec_" + "k" * 32)
    own.control("webhooks", paused=True)
    key = {"idempotency_key": "before-the-kill"}
    intent = own.client.payment_intents.create(ONE, key)
    own.forward(3600)
    own.kill()
    own.start()
    assert own.client.payment_intents.retrieve(intent.id).amount == 1500
    again = own.client.payment_intents.create(ONE, key)
    assert (again.id, again.last_response.headers["Idempotent-Replayed"]) == (intent.id, "true")
    assert own.state()["clock_offset"] == 3600
    assert receiver.bodies == []
    own.control("webhooks", paused=False)
    receiver.wait_for(1)
    assert receiver.types == ["payment_intent.created"]


def test_no_card_number_is_kept(own: LocalStripe) -> None:
    card = {"number": NUMBER, "exp_month": 12, "exp_year": 2034, "cvc": "947"}
    method = own.client.payment_methods.create({"type": "card", "card": card}, {"idempotency_key": "card"})
    assert (method.card.last4, method.card.brand, method.card.exp_year) == ("3155", "visa", 2034)
    own.stop()
    for kept in [*own.folder.iterdir(), own.folder.parent / "own.log"]:
        assert NUMBER.encode() not in kept.read_bytes(), kept
        assert b'"947"' not in kept.read_bytes(), kept


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"number": "4242424242424241"}, "incorrect_number"),
        ({"number": "42"}, "invalid_number"),
        ({"exp_month": 13}, "invalid_expiry_month"),
        ({"exp_year": 2020}, "invalid_expiry_year"),
        ({"cvc": "1"}, "invalid_cvc"),
        ({"number": "4111111111111111"}, "card_declined"),
    ],
)
def test_only_test_cards_are_taken(local: LocalStripe, card: dict[str, object], code: str) -> None:
    given = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123", **card}
    with pytest.raises(stripe.CardError) as refused:
        local.client.payment_methods.create({"type": "card", "card": given})
    assert refused.value.code == code
    assert local.client.events.list({}).data == []


def test_a_browsers_key_opens_one_intent_with_its_secret(local: LocalStripe) -> None:
    browser = sdk(PUBLISHABLE, local.url)
    intent = local.client.payment_intents.create({**ONE, "metadata": {"secret": "yes"}})
    seen = browser.payment_intents.retrieve(intent.id, {"client_secret": intent.client_secret})
    assert (seen.amount, "metadata" in seen.to_dict(), "customer" in seen.to_dict()) == (1500, False, False)
    with pytest.raises(stripe.InvalidRequestError):
        browser.payment_intents.retrieve(intent.id, {"client_secret": f"{intent.id}_secret_guess"})
    for call in (lambda: browser.balance.retrieve(), lambda: browser.payment_intents.create(ONE)):
        with pytest.raises(stripe.PermissionError):
            call()


def test_a_busy_port_is_said_in_one_sentence(local: LocalStripe) -> None:
    command = [
        sys.executable,
        "-m",
        "banibs.dev.stripe_sandbox",
        "--port",
        str(local.port),
        "--data",
        str(local.folder),
    ]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert ended.returncode == 1
    assert (
        ended.stderr
        == f"Port {local.port} is in use: end the program that has it, or name another with --port.\n"
    )
