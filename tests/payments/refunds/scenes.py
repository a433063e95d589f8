"""What stories of refunds share: Amara has paid, a shop cancels, and in the end nothing may be stuck."""

from __future__ import annotations

from banibs.core import audit, events
from marketplace.models import Order
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.gateways.stripe import stripe_balance
from payments.models import Incident, Intent, Method, Payment, Refund
from payments.refunds import order_refunds
from tests import market as scene
from tests.stripe import LocalStripe
from wallet import ledger

STAFF = events.Actor(type="staff", id=None, name="Ike Mensah")
WHY = "Seen at Stripe"


def placed(market: scene.Market, *, jar: bool = False, method: str = Method.CARD) -> Payment:
    """Kofi's basket (£53.00 with delivery), and with it Zuri's jar (£19.00)."""
    wanted = [(market.basket, 1), *([(market.jar, 1)] if jar else [])]
    scene.put_in_cart(market.amara, *wanted)
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def paid(
    local_stripe: LocalStripe, market: scene.Market, card: str = "pm_card_visa", *, jar: bool = False
) -> Intent:
    """The card has paid, and our books know it."""
    row = opened(placed(market, jar=jar))
    local_stripe.pay(row.stripe_id or "", card)
    local_stripe.deliver()
    return row


def canceled(order: Order) -> Refund:
    """The shop cancels; the card's part is owed, and not sent yet."""
    refund = order_refunds.cancel_order(order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None)
    assert refund is not None
    return refund


def books(code: str) -> int:
    return ledger.balance(code, "GBP").amount


def broken() -> list[str]:
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def at_stripe() -> int:
    """What Stripe holds for us."""
    return sum(
        available + pending
        for currency, available, pending in stripe_balance.read_balance()
        if currency == "GBP"
    )


def nothing_is_stuck(local_stripe: LocalStripe) -> None:
    """No money between the chairs, no open incident, and the books agree with Stripe and with themselves."""
    local_stripe.deliver()
    assert (books("stripe:refunds"), books("stripe:unapplied"), books("stripe:disputes")) == (0, 0, 0)
    assert -books("stripe:clearing") == at_stripe()
    assert not Incident.objects.filter(closed_at=None).exists()
    assert broken() == [], broken()
