"""Back from the bank: Amara's page waits for Stripe's word, whatever an earlier try came to."""

import pytest
import stripe
from django.test import Client

from banibs.core import audit
from marketplace.models import Order
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.models import Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db


def waiting_for_a_card(client: Client) -> tuple[Payment, str]:
    """A basket that waits for a card, and its intent at Stripe; Amara is signed in."""
    market = scene.opened(wallet=0)
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    payment = purchase.buy(
        user=market.amara, address=address, method=Method.CARD, expected_total=None
    ).payment
    client.force_login(market.amara)
    return payment, open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT).stripe_id or ""


def declined(local_stripe: LocalStripe, stripe_id: str) -> None:
    with pytest.raises(stripe.CardError):
        local_stripe.pay(stripe_id, "pm_card_chargeDeclined")
    local_stripe.deliver()


def test_a_failed_try_leads_back_to_the_card(client: Client, local_stripe: LocalStripe) -> None:
    payment, stripe_id = waiting_for_a_card(client)
    declined(local_stripe, stripe_id)

    answer = client.get(f"/checkout/return/{payment.pk}/?redirect_status=failed")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/checkout/pay/")


def test_a_second_card_that_paid_is_waited_for_though_the_first_was_declined(
    client: Client, local_stripe: LocalStripe
) -> None:
    payment, stripe_id = waiting_for_a_card(client)
    declined(local_stripe, stripe_id)
    local_stripe.pay(stripe_id)  # paid at Stripe; the webhook is still on its way

    page = client.get(f"/checkout/return/{payment.pk}/?payment_intent={stripe_id}&redirect_status=succeeded")

    assert page.status_code == 200
    told = page.content.decode()
    assert "Waiting for your bank" in told
    assert "redirect_status=succeeded" in told  # the next look waits as well
    assert set(Order.objects.values_list("status", flat=True)) == {"created"}

    local_stripe.deliver()
    answer = client.get(f"/checkout/return/{payment.pk}/?redirect_status=succeeded")
    assert answer.headers["Location"].startswith("/checkout/done/")
    assert [one.check.name for one in audit.run(audit.checks()) if not one.holds] == []


def test_a_bank_that_said_yes_is_not_called_silent(client: Client, local_stripe: LocalStripe) -> None:
    payment, stripe_id = waiting_for_a_card(client)
    local_stripe.pay(stripe_id, "pm_card_authenticationRequired")
    local_stripe.deliver()

    asked = client.get(f"/checkout/return/{payment.pk}/").content.decode()
    assert "Your bank" in asked
    assert "Waiting for your bank. Keep this page open." not in asked

    confirmed = client.get(f"/checkout/return/{payment.pk}/?redirect_status=succeeded").content.decode()
    assert "Waiting for your bank. Keep this page open." in confirmed
