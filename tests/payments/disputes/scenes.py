"""What stories of disputes share: Amara has paid Kofi £60.00 and Zuri £30.00 by card, and her bank takes it back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from banibs.core import audit, events
from marketplace.models import Order, OrderLine, Seller, ShippingRate
from marketplace.orders import transitions
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.disputes.sync_dispute import sync_dispute
from payments.gateways.stripe import stripe_balance
from payments.gateways.stripe.disputes import DisputeMove, DisputeState
from payments.models import Dispute, DisputeRound, DisputeShare, Incident, Intent, Method, Payment
from payouts import clearing
from tests import market as scene
from tests.payouts.scenes import sets_out
from tests.stripe import LocalStripe
from wallet import ledger
from wallet.models import Account

_numbers = itertools.count(1)
KOFI_NET, ZURI_NET = 4_313, 2_156
PLATFORM = ("platform:revenue", "platform:revenue_deferred", "platform:tax:GB", "platform:processing")


def two_shops() -> scene.Market:
    """Kofi's basket at £60.00 and Zuri's jar at £30.00, tax in it, delivered free."""
    market = scene.opened(wallet=0)
    market.basket.offers.update(amount=6_000)
    market.jar.offers.update(amount=3_000)
    ShippingRate.objects.update(flat=0, per_item=0)
    return market


def placed(market: scene.Market, *, method: str = Method.CARD, jar: bool = True) -> Payment:
    """A checkout of both."""
    scene.put_in_cart(market.amara, (market.basket, 1), *([(market.jar, 1)] if jar else []))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def paid(
    local_stripe: LocalStripe, market: scene.Market, *, method: str = Method.CARD, jar: bool = True
) -> Intent:
    """The card has paid, and our books know it."""
    row = open_intent(placed(market, method=method, jar=jar).pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    row.refresh_from_db()
    return row


def orders(row: Intent) -> list[Order]:
    """The orders that it paid: Kofi's, Zuri's."""
    return list(Order.objects.filter(checkout=row.payment.checkout_id).order_by("pk"))


def sends(order: Order) -> None:
    transitions.fulfil(order.pk, actor=events.SYSTEM, carrier="Post")


def clears(order: Order) -> None:
    scene.forward(days=3)
    assert clearing.clear(order.pk)


def pays_out(shop: Seller, amount: int) -> None:
    """All that is available leaves."""
    sets_out(shop, amount)


@dataclass
class Bank:
    """Amara's bank, as Stripe would tell of it: each verb returns the dispute as it is then."""

    intent: Intent
    amount: int = 9_000
    id: str = field(default_factory=lambda: f"du_{next(_numbers)}")
    status: str = "needs_response"
    currency: str = "GBP"
    moves: tuple[DisputeMove, ...] = ()

    def state(self) -> DisputeState:
        """The dispute as it is now."""
        return DisputeState(
            id=self.id,
            status=self.status,
            reason="product_not_received",
            amount=self.amount,
            currency=self.currency,
            charge=self.intent.charge_id,
            intent=self.intent.stripe_id or "",
            due_by=None,
            moves=self.moves,
        )

    def _moved(self, amount: int, fee: int, currency: str) -> DisputeState:
        move = DisputeMove(f"txn_{self.id}_{len(self.moves) + 1}", amount, fee, currency)
        self.moves = (*self.moves, move)
        return self.state()

    def takes(self, *, fee: int = 0, currency: str = "GBP") -> DisputeState:
        """It withdraws."""
        self.status = "needs_response" if not self.moves else "under_review"
        return self._moved(-self.amount, fee, currency)

    def gives_back(self, *, status: str = "won", fee: int = 0, currency: str = "GBP") -> DisputeState:
        """It gives back."""
        self.status = status
        return self._moved(self.amount, fee, currency)

    def says(self, status: str) -> DisputeState:
        """Words alone."""
        self.status = status
        return self.state()


def takes_in(state: DisputeState) -> Dispute:
    """Our books hear of it; the books hold."""
    row = sync_dispute(state)
    assert row is not None
    assert broken() == [], [f.rows for f in audit.run(audit.checks()) if not f.holds]
    return row


def books(code: str) -> int:
    """What an account holds, in pence."""
    return ledger.balance(code, "GBP").amount


def purse(shop: Seller) -> tuple[int, int, int]:
    """A shop's pending, available and disputed money."""
    return (
        books(f"seller:{shop.pk}:pending"),
        books(f"seller:{shop.pk}:available"),
        books(f"seller:{shop.pk}:disputed"),
    )


def broken() -> list[str]:
    """What does not hold."""
    return sorted(finding.check.name for finding in audit.run(audit.checks()) if not finding.holds)


def at_stripe() -> int:
    """What Stripe holds for us."""
    held = stripe_balance.read_balance()
    return sum(available + pending for currency, available, pending in held if currency == "GBP")


def digest() -> dict[str, Any]:
    """All that the books and rows of disputes say, times and ids of rows aside."""
    balances = {
        f"{row.code} {row.currency}": ledger.balance(row.code, row.currency).amount
        for row in Account.objects.all()
    }
    return {
        "balances": {code: amount for code, amount in balances.items() if amount},
        "orders": list(
            Order.objects.order_by("pk").values(
                "status", "dispute", "held", "fee_deferred", "refunded", "refunded_processing",
                "refunded_shipping", "refunded_shipping_tax",
            )
        ),
        "lines": list(
            OrderLine.objects.order_by("pk").values(
                "refunded", "refunded_tax", "refunded_fee", "refunded_promotion"
            )
        ),
        "disputes": list(Dispute.objects.order_by("stripe_id").values("stripe_id", "state", "round")),
        "rounds": list(
            DisputeRound.objects.order_by("dispute__stripe_id", "number").values(
                "number", "state", "withdrawn", "fee", "fee_returned", "withdrawal", "credit"
            )
        ),
        "shares": list(
            DisputeShare.objects.order_by("round__withdrawal", "order_id").values(
                "order__number", "amount", "net", "fee", "tax", "processing", "promotion", "from_held",
                "from_available", "from_reserve", "from_wallet", "from_unapplied", "excess", "dispute_fee",
            )
        ),
        "incidents": sorted((row.kind, row.closed_at is None) for row in Incident.objects.all()),
    }  # fmt: skip
