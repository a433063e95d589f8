"""One who does at random what buyers, shops, banks and Stripe do, and tells the bookkeeper what was asked for.

The bookkeeper is told what people did and what Stripe's own objects say; the amounts are its own.
"""

from __future__ import annotations

import random
from typing import Any

from django.db.models import Sum

from banibs.core import audit, events
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.models import Coupon, Order, OrderLine, Variant
from marketplace.orders import transitions
from payments import tasks
from payments.charges import purchase
from payments.charges.open_intent import open_intent
from payments.gateways.stripe import stripe_balance
from payments.models import Dispute, DisputeRound, Intent, Method, Payment, Refund
from payments.refunds import order_refunds
from payments.refunds.refused import RefundRefused
from payments.refunds.wanted import Wanted
from payouts import clearing
from tests import market as scene
from tests.payouts.scenes import sets_out
from tests.soak.money_back.bookkeeper import DELIVERY, Bookkeeper, Given, Sale
from tests.stripe import LocalStripe, tell
from wallet import ledger
from wallet.models import Movement

SETTLED_EVERY = 100  # steps
BEGINS_WITH = 20_000  # so little that wallets run dry, and mixed payments are mixed
SELLER_PARTS = ("pending", "available", "reserve", "disputed", "in_transit")
BUYER = events.Actor(type="system", id=None, name="")


class Trader:
    """A market with two shops and one buyer, worked by a seed."""

    def __init__(self, local_stripe: LocalStripe, seed: int) -> None:
        self.stripe = local_stripe
        self.random = random.Random(seed)
        self.market = scene.opened(wallet=BEGINS_WITH)
        self.books = Bookkeeper(wallet=BEGINS_WITH)
        self.goods = self._goods()
        self.coupon = Coupon.objects.create(code="WELCOME", percent_bps=1_000)
        self.counted: dict[str, int] = {}
        self.told: set[str] = set()
        self.card: dict[int, int] = {}  # refund → what of it goes to the card
        self.made: dict[int, tuple[int, Given]] = {}  # refunds to the card alone → order, what each gives
        local_stripe.control("settings", {"dispute_fee": 1_500})

    def _goods(self) -> list[Variant]:
        goods = []
        for number, price in enumerate((1, 37, 250, 999, 1_799, 6_000, 12_345)):
            shop = self.market.kofi if number % 2 else self.market.zuri
            kind = "digital" if number in (2, 5) else "physical"
            stock = None if kind == "digital" else 10**6
            goods.append(scene.listing(shop, f"Thing {number}", price=price, stock=stock, kind=kind))
        return goods

    def trade(self, steps: int, *, settled_every: int = SETTLED_EVERY) -> None:
        """Takes so many steps; now and then, and at the end, everything is worked through and compared."""
        for number in range(1, steps + 1):
            self.step()
            if number % settled_every == 0 or number == steps:
                self.settle()

    # ---- one step ------------------------------------------------------------------------------------------
    def step(self) -> None:
        """Does one thing, lets Stripe's events come as they may, and looks at what became of it."""
        acts = (
            (self.buy, 30),
            (self.credit, 5), (self.refund, 30), (self.cancel, 6), (self.send, 14), (self.clear, 6), (self.pay_out, 5),
            (self.dispute, 7), (self.decide, 9), (self.move_refund, 7), (self.switch_refunds, 3), (self.sweep, 5),
        )  # fmt: skip
        act = self.random.choices([one for one, _ in acts], [weight for _, weight in acts])[0]
        before = sum(self.counted.values())
        act()
        if sum(self.counted.values()) == before:
            self._count("nothing to do")
        self.events_come()
        self.look()

    def _count(self, what: str) -> None:
        self.counted[what] = self.counted.get(what, 0) + 1

    def _any_sale(self, *statuses: str) -> int | None:
        recent = [n for n, sale in self.books.sales.items() if sale.status in statuses][-40:]
        return self.random.choice(recent) if recent else None

    # ---- what people do ------------------------------------------------------------------------------------
    def buy(self) -> None:
        """One to four things, paid in one of the ways; some are left unpaid."""
        wanted = self.random.sample(self.goods, self.random.randint(1, 4))
        cart = scene.put_in_cart(self.market.amara, *[(one, self.random.randint(1, 3)) for one in wanted])
        if self.random.random() < 0.3:
            cart.coupon = self.coupon
            cart.save()
        method = self.random.choice((Method.WALLET, Method.CARD, Method.CARD, Method.WALLET_AND_CARD))
        address = self.market.amara.addresses.get().snapshot()
        try:
            bought = purchase.buy(user=self.market.amara, address=address, method=method, expected_total=None)
        except CheckoutRefusal:  # less than a card may be charged
            cart.items.all().delete()
            self._count("refused at the checkout")
            return
        self._enter(bought.payment)
        self._count(f"bought by {method}")
        if bought.payment.card_part and self.random.random() < 0.95:
            row = open_intent(bought.payment.pk, kind=Intent.Kind.PAYMENT_INTENT)
            self.stripe.pay(row.stripe_id or "")

    def credit(self) -> None:
        """The buyer's wallet gets some money."""
        amount = self.random.randint(1, 30_000)
        scene.credit(self.market.amara, amount)
        self.books.wallet += amount
        self._count("credited")

    def _enter(self, payment: Payment) -> None:
        for split in payment.splits.select_related("order"):
            order = split.order
            lines = OrderLine.objects.filter(order=order)
            sold = {
                line.pk: {"total": line.total, "tax": line.tax, "fee": line.fee, "promotion": line.promotion}
                for line in lines
            }
            delivery = order.total - sum(line["total"] for line in sold.values())
            sold[DELIVERY] = {"total": delivery, "tax": order.shipping_tax, "fee": 0, "promotion": 0}
            self.books.sales[order.pk] = Sale(
                seller=order.seller_id,
                sold=sold,
                processing=order.processing_fee,
                wallet_part=split.wallet_part,
                card_part=split.card_part,
            )

    def refund(self) -> None:
        """All that is left, an amount, or amounts of lines; sometimes more than is left."""
        number = self._any_sale("paid", "fulfilled", "paid", "fulfilled", "canceled", "refunded")
        if number is None:
            return
        sale = self.books.sales[number]
        left = sale.total - sale.given
        way = self.random.random()
        if way < 0.2:
            wanted, lines = Wanted(everything=True), {key: sale.left(key) for key in sale.sold}
        elif way < 0.6:
            amount = max(1, self.random.choice((1, 2, left, left + 1, self.random.randint(1, max(1, left)))))
            wanted, lines = (
                Wanted(amount=amount),
                (sale.spread(amount) if 0 < amount <= left else {DELIVERY: amount}),
            )
        else:
            key = self.random.choice(list(sale.sold))
            amount = self.random.randint(1, max(1, sale.left(key) + self.random.choice((0, 0, 0, 1))))
            wanted, lines = Wanted(amounts={key: amount}), {key: amount}
        self._refund(number, wanted, lines)

    def _refund(self, number: int, wanted: Wanted, lines: dict[int, int]) -> None:
        refusal = self.books.refuses(number, sum(lines.values()), lines)
        moved = Movement.objects.count()
        restock = self.random.random() < 0.5
        try:
            made = order_refunds.refund_order(
                number, wanted, actor=BUYER, reason="other", note="", user_id=None, restock=restock
            )
        except RefundRefused as refused:
            made, code = None, refused.code
        if made is None:
            assert refusal is not None, (number, wanted, code)
            assert (code, Movement.objects.count()) == (refusal.code, moved), (number, wanted)
            self._count(f"refused: {code}")
            return
        assert refusal is None, (number, wanted, refusal)
        to_card, to_wallet = self.books.refunds(number, lines)
        assert (made.card_part, made.wallet_part) == (to_card, to_wallet), (number, wanted)
        self._note(number, made, to_card)
        self._count("refunded")

    def _note(self, number: int, made: Refund, to_card: int) -> None:
        self.card[made.pk] = to_card
        if to_card and not made.wallet_part:
            self.made[made.pk] = (number, self.books.steps[-1])

    def cancel(self) -> None:
        """The shop cancels what was not sent."""
        number = self._any_sale("paid")
        if number is None or self.books.disputed(number):
            return
        sale = self.books.sales[number]
        made = order_refunds.cancel_order(number, actor=BUYER, reason="Out of straw", user_id=None)
        to_card, to_wallet = self.books.refunds(number, {key: sale.left(key) for key in sale.sold})
        assert (made.card_part, made.wallet_part) == (to_card, to_wallet)
        self._note(number, made, to_card)
        self._count("cancelled")

    def send(self) -> None:
        """A parcel leaves."""
        number = self._any_sale("paid")
        if number is not None:
            transitions.fulfil(number, actor=events.SYSTEM, carrier="Post")
            self.books.sales[number].status = "fulfilled"
            self._count("sent")

    def clear(self) -> None:
        """Two days pass, here and at Stripe."""
        self._time_passes(days=2)
        cleared = clearing.clear_due()
        self._count("cleared" if cleared else "nothing cleared")

    def pay_out(self) -> None:
        """A shop is paid what is available, or a part of it."""
        shop = self.random.choice((self.market.kofi, self.market.zuri))
        available = self._sum(f"seller:{shop.pk}:available")
        if available <= 0:
            return
        sets_out(shop, self.random.randint(1, available))
        self._count("paid out")

    # ---- what banks and Stripe do --------------------------------------------------------------------------
    def dispute(self) -> None:
        """A cardholder disputes a charge, or a part of it."""
        paid = list(Intent.objects.filter(status="succeeded").exclude(charge_id="").order_by("-pk")[:30])
        if not paid:
            return
        row = self.random.choice(paid)
        taken = sum(
            one.amount for one in Dispute.objects.filter(intent=row, state__in=("open", "submitted", "lost"))
        )
        if row.amount - taken < 1:
            return
        amount = self.random.choice((row.amount - taken, self.random.randint(1, row.amount - taken)))
        self.stripe.control("disputes", {"charge": row.charge_id, "amount": amount, "reason": "fraudulent"})
        self._count("disputed")

    def decide(self) -> None:
        """A bank decides, or changes its mind."""
        known = list(Dispute.objects.order_by("-pk")[:20])
        if not known:
            return
        one = self.random.choice(known)
        status = self.stripe.client.v1.disputes.retrieve(one.stripe_id).status
        verbs = {
            "needs_response": ("win", "lose"),
            "under_review": ("win", "lose"),
            "won": ("withdraw_again",),
            "lost": ("reinstate",),
        }
        verb = self.random.choice(verbs.get(status, ("",)))
        taken = sum(
            other.amount
            for other in Dispute.objects.filter(intent=one.intent, state__in=("open", "submitted", "lost"))
        )
        if not verb or (verb == "withdraw_again" and taken + one.amount > one.intent.amount):
            return
        self.stripe.control(f"disputes/{one.stripe_id}/{verb}")
        self._count(f"bank: {verb}")

    def move_refund(self) -> None:
        """A refund arrives, fails, is sent by hand, or stopped in the Dashboard."""
        rows = list(Refund.objects.exclude(stripe_id=None).order_by("-pk")[:20])
        if not rows:
            return
        row = self.random.choice(rows)
        body = self.stripe.client.v1.refunds.retrieve(row.stripe_id or "")
        verbs = {
            "pending": ("fail", "cancel", "arrive" if body.balance_transaction else "send"),
            "succeeded": ("fail", "", ""),
            "requires_action": ("arrive", "fail"),
        }
        verb = self.random.choice(verbs.get(str(body.status), ("",)))
        if verb:
            self.stripe.control(f"refunds/{row.stripe_id}/{verb}")
            self._count(f"refund: {verb}")

    def switch_refunds(self) -> None:
        """New refunds wait, or do not."""
        way = self.random.choice(("as_usual", "as_usual", "wait", "stay_pending"))
        self.stripe.control("settings", {"refunds": way})
        self._count(f"Stripe: {way}")

    def sweep(self) -> None:
        """The timetable's jobs run."""
        self._time_passes(minutes=self.random.choice((5, 90)))
        self._jobs()
        self._count("swept")

    def _jobs(self) -> None:
        tasks.expire_checkouts()
        tasks.sweep_payments()
        tasks.retry_webhooks()

    def _time_passes(self, **duration: float) -> None:
        scene.forward(**duration)
        seconds = duration.get("days", 0) * 86_400 + duration.get("minutes", 0) * 60
        self.stripe.control("clock", {"advance": int(seconds), "tell_app": False})

    def events_come(self, *, all_of_them: bool = False) -> None:
        """Stripe's events: in order, shuffled, twice, or some of them never."""
        new = [one for one in self.stripe.events() if one["id"] not in self.told]
        self.told |= {one["id"] for one in new}
        way = 0.0 if all_of_them else self.random.random()
        if way > 0.8:
            self.random.shuffle(new)
        for one in new:
            if way > 0.9 and not one["type"].startswith("charge.dispute") and self.random.random() < 0.5:
                self._count("an event is lost")
                continue
            tell(one)
            if way > 0.7 and self.random.random() < 0.5:
                tell(one)

    # ---- what became of it ---------------------------------------------------------------------------------
    def look(self) -> None:
        """Tells the bookkeeper which payments have come, and what banks have taken and given back."""
        waiting = [number for number, sale in self.books.sales.items() if sale.status == "created"]
        for number, status in Order.objects.filter(pk__in=waiting).order_by("pk").values_list("pk", "status"):
            if status in ("paid", "fulfilled"):
                self.books.paid(number)
                self.books.sales[number].status = status
            elif status != "created":
                self.books.sales[number].status = status
        for undone in Refund.objects.filter(pk__in=self.made, status="canceled").order_by("pk"):
            body = self.stripe.client.v1.refunds.retrieve(undone.stripe_id or "")
            assert (body.status, body.balance_transaction) == ("canceled", None), undone.pk
            self.books.takes_back(*self.made.pop(undone.pk))
            self.card.pop(undone.pk)
            self._count("taken back")
        for row in DisputeRound.objects.select_related("dispute").order_by("pk"):
            key = (row.dispute_id, row.number)
            if key not in self.books.rounds:
                numbers = list(
                    Order.objects.filter(checkout__payment=row.dispute.payment_id)
                    .order_by("pk")
                    .values_list("pk", flat=True)
                )
                self.books.withdraws(key, numbers, row.withdrawn, row.fee)
            known = self.books.rounds[key]
            if known.state != row.state:
                change = {
                    "won": self.books.wins,
                    "lost": self.books.loses,
                    "reinstated": self.books.gets_back,
                }
                if (known.state, row.state) == ("open", "reinstated"):
                    self.books.loses(key)
                change[row.state](key)

    def settle(self) -> None:
        """Everything has been worked through: each party has what the bookkeeper says, and Stripe's balance is ours."""
        self.stripe.control("settings", {"refunds": "as_usual"})
        for _ in range(2):
            self._time_passes(minutes=95)
            self.events_come(all_of_them=True)
            self._jobs()
            self.look()
        self.events_come(all_of_them=True)
        self.look()
        self._agree()

    def _agree(self) -> None:
        broken = [(f.check.name, f.rows) for f in audit.run(audit.checks()) if not f.holds]
        assert broken == [], broken
        at_stripe = sum(a + p for currency, a, p in stripe_balance.read_balance() if currency == "GBP")
        assert -self._sum("stripe:clearing") == at_stripe, (-self._sum("stripe:clearing"), at_stripe)
        owed, to_wallet = self._refunds_at_stripe()
        mine = {
            "wallet": self.books.wallet + to_wallet,
            "fees": self.books.fees,
            "tax": self.books.tax,
            "promotions": self.books.promotions,
            "processing": self.books.processing,
            "owed": owed,
            "withdrawn": self.books.withdrawn,
        } | {f"seller {key}": value for key, value in sorted(self.books.sellers.items())}
        theirs = {
            "wallet": self._sum(f"user:{self.market.amara.pk}:wallet")
            + self._sum(f"user:{self.market.amara.pk}:reserved"),
            "fees": self._sum("platform:revenue") + self._sum("platform:revenue_deferred"),
            "tax": self._sum("platform:tax:GB"),
            "promotions": self._sum("platform:promotions"),
            "processing": self._sum("platform:processing"),
            "owed": self._sum("stripe:refunds"),
            "withdrawn": -self._sum("stripe:disputes"),
        } | {
            f"seller {key}": sum(self._sum(f"seller:{key}:{part}") for part in SELLER_PARTS)
            for key in sorted(self.books.sellers)
        }
        assert theirs == mine, {
            name: (theirs[name], mine[name]) for name in mine if theirs[name] != mine[name]
        }
        for number, status, refunded in Order.objects.order_by("pk").values_list("pk", "status", "refunded"):
            sale = self.books.sales[number]
            assert (status, refunded) == (sale.status, sale.given), (number, status, refunded, sale)
        given: int = Refund.objects.exclude(status="canceled").aggregate(sum=Sum("amount"))["sum"] or 0
        assert given == sum(sale.to_card + sale.to_wallet for sale in self.books.sales.values())

    def _refunds_at_stripe(self) -> tuple[int, int]:
        """By Stripe's own refunds: what is still owed, and what went to the wallet because a card would not take it."""
        owed = to_wallet = 0
        for number, card in self.card.items():
            if not card:
                continue
            row = Refund.objects.get(pk=number)
            body: Any = self.stripe.client.v1.refunds.retrieve(row.stripe_id) if row.stripe_id else None
            if body is None:  # refused: the cardholder disputes the charge
                owed += card
            elif body.status in ("failed", "canceled"):
                before_it_left = body.status == "canceled" and not body.balance_transaction
                if body.failure_reason == "charge_for_pending_refund_disputed" or (
                    before_it_left and number in self.made
                ):  # one that was stopped before it left, and not undone, is an order's that a bank has had
                    assert not before_it_left or row.order.dispute != Order.Dispute.NONE, row.pk
                    owed += card
                else:
                    to_wallet += card
            elif not body.balance_transaction:
                owed += card
        return owed, to_wallet

    def _sum(self, code: str) -> int:
        return ledger.balance(code, "GBP").amount
