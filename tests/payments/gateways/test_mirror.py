"""dj-stripe's copy comes after the effect, apart from it, and never holds our key."""

import pytest
from django.apps import apps

from payments.charges.open_intent import open_intent
from payments.gateways import outcomes
from payments.gateways.stripe import mirror
from payments.models import Intent, WebhookLog
from tests import market as scene
from tests.payments.charges.test_card_payment import placed
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db


def copies(model: str) -> int:
    return int(apps.get_model("djstripe", model).objects.count())


def test_every_object_of_a_card_payment_is_copied_once(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    row = open_intent(placed(market).pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    for log in WebhookLog.objects.filter(status="processed").order_by("id"):
        assert mirror.mirror(log.pk), log
        assert mirror.mirror(log.pk)
    assert (copies("PaymentIntent"), copies("Charge"), copies("Customer")) == (1, 1, 1)
    assert copies("APIKey") == 0


def test_a_mirror_that_fails_undoes_nothing(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    row = open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    logs = local_stripe.deliver("payment_intent.succeeded")
    local_stripe.control("faults", {"do": "unavailable", "path": "/v1/payment_intents/*", "count": 9})
    with pytest.raises(outcomes.Unknown):
        mirror.mirror(logs[0].pk)
    payment.refresh_from_db()
    logs[0].refresh_from_db()
    assert (payment.status, logs[0].status, logs[0].mirrored_at) == ("succeeded", "processed", None)
