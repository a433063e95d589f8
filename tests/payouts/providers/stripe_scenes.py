"""Kofi is paid by Stripe: his account there, his bank, Amara's cards, the clocks of both, and what Stripe tells us."""

from __future__ import annotations

import random
from typing import Any

from django.db.models import F, Sum

from banibs.core import events
from banibs.core.money import Money
from marketplace.models import Seller
from marketplace.orders import transitions
from payments.charges import purchase
from payments.charges.look_up_intent import look_up as look_up_intent
from payments.charges.open_intent import open_intent
from payments.gateways.stripe import stripe_balance
from payments.models import Intent, Method, WebhookLog
from payouts import clearing, onboarding
from payouts.models import Payout, PayoutMethod
from payouts.sending import look_up, send_payout
from tests import market as scene
from tests.payouts import scenes
from tests.stripe import LocalStripe, tell
from wallet import ledger

FAILS = "000111111116"
WEEK = 7


class Shop:
    """The market, and Kofi's way to his bank."""

    def __init__(self, local_stripe: LocalStripe, *, number: str = "", country: str = "GB") -> None:
        self.stripe = local_stripe
        self.market = scene.opened(wallet=0)
        self.kofi: Seller = self.market.kofi
        self.kofi.country = country
        self.kofi.save()
        account = onboarding.ensure_account(self.kofi, url="http://testserver/")
        self.account = account.stripe_account_id or ""
        bank = {"account_number": number or "000123456789", "currency": "gbp", "country": country}
        self.control("accounts", complete=True, **bank)
        onboarding.refresh(self.kofi)
        self._told: set[str] = set()

    def control(self, what: str, path: str = "", **given: Any) -> Any:
        """Works a switch of the local Stripe on Kofi's account."""
        return self.stripe.control(f"{what}/{self.account}{path}", given)

    def bank(self) -> PayoutMethod:
        """The destination that appeared when he gave Stripe a bank account; it has waited long enough."""
        his = PayoutMethod.objects.filter(seller=self.kofi, kind=PayoutMethod.Kind.STRIPE, currency="GBP")
        his.update(usable_from=F("created_at"))
        return his.get(removed_at=None)

    def sells(self) -> Money:
        """Amara pays a basket by card, he sends it, it clears; Stripe keeps its part of the money for business days yet."""
        market = self.market
        scene.put_in_cart(market.amara, (market.basket, 1))
        address = market.amara.addresses.get().snapshot()
        bought = purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None)
        row = open_intent(bought.payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
        self.stripe.pay(row.stripe_id or "")
        look_up_intent(row.pk)
        order = bought.placed.checkout.orders.get()
        transitions.fulfil(
            order.pk,
            actor=events.Actor.person(self.kofi.user, role="seller"),
            carrier="Royal Mail",
            tracking="RM1",
        )
        scene.forward(days=2, minutes=1)
        clearing.clear_due()
        return scenes.available(self.kofi)

    def asks(self, amount: Money, to: PayoutMethod | None = None) -> Payout:
        """He asks for a payout, and a worker sends what waits."""
        payout = scenes.asks(self.kofi, to or self.bank(), amount)
        send_payout.send_due()
        payout.refresh_from_db()
        return payout

    def days_pass(self, days: float) -> None:
        """Here and at Stripe, where what falls due is done."""
        scene.forward(days=days)
        self.stripe.control("clock", {"advance": int(days * 86_400), "tell_app": False})

    def told(self, *, shuffled: bool = False, times: int = 1) -> list[WebhookLog]:
        """Stripe's events, ours and those of Kofi's account, that were not told yet; worked on as they come."""
        theirs = self.stripe.client.v1.events.list({"limit": 100}, {"stripe_account": self.account}).data
        every = [*self.stripe.events(), *(one.to_dict() for one in theirs[::-1])]
        new = [one for one in every if one["id"] not in self._told]
        self._told |= {one["id"] for one in new}
        if shuffled:
            random.Random(7).shuffle(new)
        return [tell(one) for one in new for _ in range(times)]

    def looked_up(self) -> None:
        """The timetable asks for what no event told, and takes back what must come back."""
        for _ in range(3):
            scene.forward(days=1, minutes=1)
            look_up.look_up_due()

    def transfers(self) -> list[Any]:
        """Every transfer that Stripe ever made."""
        return list(self.stripe.client.v1.transfers.list().data)

    def payouts(self) -> list[Any]:
        """Every payout that Stripe made from Kofi's account."""
        return list(self.stripe.client.v1.payouts.list({}, {"stripe_account": self.account}).data)

    def agrees(self) -> None:
        """The books hold, Stripe holds what they say, and nothing is between us and Kofi's account but what is under way."""
        assert scenes.broken() == []
        held = sum(a + p for currency, a, p in stripe_balance.read_balance() if currency == "GBP")
        assert -ledger.balance("stripe:clearing", "GBP").amount == held
        between = Payout.objects.filter(
            status__in=["in_transit", "stuck"], paid_at=None, attempts__handed_at__isnull=False,
            attempts__failed_at=None,
        ).aggregate(sum=Sum("amount"))["sum"]  # fmt: skip
        assert -ledger.balance("stripe:connected", "GBP").amount == (between or 0)
