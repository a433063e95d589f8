"""Money that is not what was asked for pays nothing: another amount, another currency, a part, another payment's."""

from dataclasses import replace

import pytest

from banibs.core import audit
from marketplace.models import Order
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.charges.sync_intent import sync_intent
from payments.gateways.stripe import payment_intents
from payments.models import Incident, Intent, Method, Payment
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def paid_at_stripe(local_stripe: LocalStripe) -> tuple[Payment, payment_intents.IntentState]:
    """A basket of £53.00 that a card has paid, of which we have not heard yet."""
    market = scene.opened(wallet=0)
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    payment = purchase.buy(
        user=market.amara, address=address, method=Method.CARD, expected_total=None
    ).payment
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    return payment, payment_intents.read_intent(row.stripe_id or "")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"currency": "USD"}, "53.00 USD"),
        ({"amount": 5_299}, "52.99 GBP"),
        ({"received": 5_299}, "Stripe took 52.99 GBP of 53.00 GBP"),
        ({"metadata": {"banibs_intent": "1", "banibs_payment": "1"}}, "name another payment"),
    ],
)
def test_what_does_not_match_pays_nothing_and_staff_hear_of_it(
    local_stripe: LocalStripe, change: dict[str, object], said: str
) -> None:
    payment, state = paid_at_stripe(local_stripe)

    sync_intent(replace(state, **change))  # type: ignore[arg-type]

    payment.refresh_from_db()
    assert payment.status != Payment.Status.SUCCEEDED
    assert Order.objects.get(checkout=payment.checkout_id).status == "created"
    assert said in Incident.objects.get().detail
    assert [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds] == []


def test_what_matches_pays(local_stripe: LocalStripe) -> None:
    payment, state = paid_at_stripe(local_stripe)
    sync_intent(state)
    payment.refresh_from_db()
    assert payment.status == Payment.Status.SUCCEEDED
