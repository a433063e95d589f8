"""Any run of payouts whatever, beside the plainest bookkeeper there is: facts of attempts, added up. They agree at every
step, whatever providers say, in whatever order, however often.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from banibs.core import audit, events
from banibs.core.clock import Now
from banibs.core.money import Money
from banibs.core.states.state_machine import InvalidTransition
from marketplace.models import Seller
from payouts import audit as payout_audit
from payouts.models import Payout, PayoutAttempt, PayoutHold, PayoutMethod
from payouts.providers.interface import Progress
from payouts.sending import request_payout, send_payout, sync_payout
from payouts.sending.look_up import look_up
from payouts.sending.refusals import PayoutRefused
from tests import market as scene
from tests.payouts import scenes
from tests.payouts.provider_by_hand import by_hand, is_short, is_silent, refuses, says
from wallet import ledger, payout_pause
from wallet.models import PayoutPause
from wallet.posting import Posting, Transfer

AT_FULL_SIZE = bool(os.environ.get("BANIBS_SOAK"))
CURRENCIES = ("GBP", "USD")
SHOPS = st.integers(0, 1)
KINDS = ("stripe_connect", "paypal")
ANSWERS = {
    "accepted": says("accepted"),
    "in_transit": says("in_transit"),
    "paid": says("paid"),
    "short": is_short,
    "refused": refuses,
    "unknown": is_silent,
}
STATES = ("accepted", "in_transit", "paid", "failed", "returned", "not_found")
OUT = {"sending", "unknown", "in_transit", "stuck"}


@dataclass
class Try:
    """What is true of one attempt."""

    provider: str
    handed: bool = False
    paid: bool = False
    failed: bool = False
    failure: bool = False
    returned: int = 0
    fee: int = 0
    taken_back: bool = False
    known: bool = False

    @property
    def over(self) -> bool:
        return self.failed or self.returned > 0


@dataclass
class Out:
    """A payout as the bookkeeper has it."""

    shop: int
    currency: str
    amount: int
    method: int
    state: str = "requested"
    tries: list[Try] = field(default_factory=list)


class Payouts(RuleBasedStateMachine):
    """Payouts drawn at random; `outs` is what the bookkeeper says."""

    shops: list[Seller]
    methods: dict[int, PayoutMethod]

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.earned: dict[tuple[int, str], int] = {}
        self.outs: dict[int, Out] = {}
        self.blocked: set[int] = set()
        self.suspended: set[int] = set()
        self.removed: set[int] = set()
        self.contradicted: set[int] = set()
        self.paused = False
        self.number = 0

    @initialize()
    def open(self) -> None:
        self.transaction.__enter__()
        self.folder = tempfile.TemporaryDirectory()
        self.providers_ = by_hand(Path(self.folder.name) / "book", "stripe", "paypal")
        self.providers = self.providers_.__enter__()
        for shop in (0, 1):
            for currency in CURRENCIES:
                self.move(shop, currency, 60_000)
            for method in (2 * shop, 2 * shop + 1):
                self.asked(shop, method, "GBP", 2_500)

    def teardown(self) -> None:
        try:
            found = audit.run(payout_audit.CHECKS)
            assert [one.check.name for one in found if not one.holds] == []
            for out in self.outs.values():
                assert sum(one.paid for one in out.tries) <= 1
                assert sum(not one.failed and not one.returned for one in out.tries) <= 1
        finally:
            self.providers_.__exit__(None, None, None)
            self.folder.cleanup()
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def next(self) -> int:
        self.number += 1
        return self.number

    # What is there, and what is wanted ------------------------------------------------------------------------

    def move(self, shop: int, currency: str, amount: int) -> None:
        places = ("platform:equity", f"seller:{self.shops[shop].pk}:available")
        source, target = places if amount > 0 else places[::-1]
        with transaction.atomic():
            ledger.post(
                Posting(
                    f"lesson:{self.next()}",
                    "funds_cleared",
                    currency,
                    (Transfer(source, target, abs(amount)),),
                )
            )
        self.earned[shop, currency] = self.earned.get((shop, currency), 0) + amount

    def available(self, shop: int, currency: str) -> int:
        mine = [one for one in self.outs.values() if (one.shop, one.currency) == (shop, currency)]
        gone = sum(one.amount * (not done.failed) - done.returned for one in mine for done in one.tries)
        return self.earned.get((shop, currency), 0) - gone

    @rule(shop=SHOPS, currency=st.sampled_from(CURRENCIES), amount=st.integers(1_000, 40_000))
    def earn(self, shop: int, currency: str, amount: int) -> None:
        self.move(shop, currency, amount)

    @rule(shop=SHOPS, currency=st.sampled_from(CURRENCIES), amount=st.integers(1, 30_000))
    def refund_or_dispute(self, shop: int, currency: str, amount: int) -> None:
        """It may take more than is there."""
        self.move(shop, currency, -amount)

    @rule(
        shop=SHOPS,
        second=st.booleans(),
        currency=st.sampled_from([*CURRENCIES, "GBP", "GBP"]),
        amount=st.sampled_from([1, 1_000, 2_500, 9_000]),
        answer=st.sampled_from(["", *sorted(ANSWERS)]),
    )
    def ask(self, shop: int, second: bool, currency: str, amount: int, answer: str) -> None:
        """And it is sent at once, or not yet."""
        self.asked(shop, 2 * shop + second, currency, amount)
        if answer:
            self.send(answer)

    def asked(self, shop: int, key: int, currency: str, amount: int) -> None:
        stops = (
            self.paused
            or shop in self.blocked | self.suspended
            or key in self.removed
            or (self.methods[key].kind == "stripe_connect" and currency != "GBP")
            or amount < 1_000
            or amount > self.available(shop, currency)
        )
        if stops:
            with pytest.raises(PayoutRefused):
                scenes.asks(self.shops[shop], self.methods[key], Money(amount, currency))
            return
        made = scenes.asks(self.shops[shop], self.methods[key], Money(amount, currency))
        self.outs[made.pk] = Out(shop, currency, amount, key)

    @rule(answer=st.sampled_from(sorted(ANSWERS)))
    def send_all(self, answer: str) -> None:
        self.send(answer)

    def send(self, answer: str) -> None:
        for hands in self.providers.values():
            hands.answer = ANSWERS[answer]
        due = [pk for pk, one in sorted(self.outs.items()) if one.state == "requested"]
        begun = 0
        for pk in due:
            out = self.outs[pk]
            halted = self.paused or out.shop in self.blocked | self.suspended
            if not halted and out.method in self.removed:
                out.state = "canceled"  # a destination never comes back
                continue
            if not halted and out.amount <= self.available(out.shop, out.currency):
                begun += 1
                provider = "stripe" if self.methods[out.method].kind == "stripe_connect" else "paypal"
                one = Try(provider, known=answer != "unknown")
                out.tries.append(one)
                out.state = "out"
                if answer in ("short", "refused"):
                    one.failed = True
                    out.state = "requested" if answer == "short" else "failed"
                elif answer == "paid":
                    self.is_paid(out, one)
        for currency in {out.currency for out in self.outs.values()}:
            for name in ("stripe", "paypal"):
                send_payout.money_came(name, Money(10**9, currency))  # what was short is asked again at once
        assert send_payout.send_due() == begun

    # What providers say ---------------------------------------------------------------------------------------

    def is_paid(self, out: Out, one: Try) -> None:
        if one.paid or one.failed or (one.provider == "stripe" and not one.handed):
            return
        one.paid, one.failure, out.state = True, False, "paid"

    @rule(
        pick=st.randoms(use_true_random=False),
        state=st.sampled_from(STATES),
        handed=st.booleans(),
        taken_back=st.booleans(),
        fee=st.sampled_from([0, 0, 62]),
        less=st.sampled_from([0, 0, 129, -5]),
        told=st.integers(1, 3),
    )
    def tell(
        self, pick: Random, state: Any, handed: bool, taken_back: bool, fee: int, less: int, told: int
    ) -> None:
        """Of the newest attempt or of an old one."""
        tried = [(pk, n) for pk, one in self.outs.items() for n in range(len(one.tries))]
        if not tried:
            return
        pk, n = pick.choice(tried)
        out, one = self.outs[pk], self.outs[pk].tries[n]
        handed, taken_back = handed and one.provider == "stripe", taken_back and one.provider == "stripe"
        came = out.amount - less
        progress = Progress(
            state,
            handed="txn_out" if handed else "",
            taken_back="txn_back" if taken_back else "",
            fee=fee,
            fee_id=f"{one.provider}_{pk}_{n}" if fee else "",
            returned=Money(came, out.currency) if state == "returned" else None,
        )
        attempt = PayoutAttempt.objects.get(payout=pk, number=n + 1)
        for _ in range(told):
            self.hear(pk, out, one, progress, came, current=n == len(out.tries) - 1)
            sync_payout.sync_payout(attempt.pk, progress)

    def hear(self, pk: int, out: Out, one: Try, told: Progress, came: int, *, current: bool) -> None:
        one.known = one.known or told.state != "not_found"
        one.fee = one.fee or told.fee
        if told.handed and not one.handed and not one.taken_back:
            if one.failed:
                self.contradict(pk, out)
            else:
                one.handed = True
        if told.state == "paid":
            if one.failed:
                self.contradict(pk, out)
            self.is_paid(out, one)
        if told.state == "failed":
            self.is_failed(out, one, told)
        if told.state == "returned" and not one.over and 0 < came <= out.amount:
            if not one.paid and came == out.amount and not one.handed:
                self.is_failed(out, one, told)
                return
            self.is_paid(out, one)
            if one.paid:
                one.returned, out.state = came, "returned"
                one.taken_back = bool(told.taken_back)
        if told.state == "not_found" and current and not (one.handed or one.paid or one.failed):
            one.failed, out.state = True, "requested"

    def is_failed(self, out: Out, one: Try, told: Progress) -> None:
        if one.over:
            return
        one.failure = True
        if one.paid:
            out.state = "returning" if out.state == "paid" else out.state
        elif not one.handed or told.taken_back:
            one.failed, out.state, one.taken_back = True, "failed", bool(told.taken_back)

    def contradict(self, pk: int, out: Out) -> None:
        self.contradicted.add(pk)
        if out.state == "requested":
            out.state = "held"

    @rule(pick=st.randoms(use_true_random=False), back=st.sampled_from(["refused", "unknown", "accepted"]))
    def look(self, pick: Random, back: str) -> None:
        """What must be taken back is asked for; refused, it is stuck."""
        tried = [(pk, n) for pk, one in self.outs.items() for n in range(len(one.tries))]
        if not tried:
            return
        pk, n = pick.choice(tried)
        out, one = self.outs[pk], self.outs[pk].tries[n]
        for provider in self.providers.values():
            provider.answer = provider.later = is_silent
            provider.back = ANSWERS[back]
        look_up(PayoutAttempt.objects.get(payout=pk, number=n + 1).pk)
        back_now = (out.state == "returning" and not one.over) or (
            out.state == "out" and one.handed and one.failure and not one.over and not one.paid
        )
        if back_now and back == "refused":
            out.state = "stuck"

    # What people do meanwhile ---------------------------------------------------------------------------------

    def act(self, verb: Callable[..., Payout], pick: Random, allowed: tuple[str, ...], to: str) -> None:
        if not self.outs:
            return
        pk = pick.choice(sorted(self.outs))
        out = self.outs[pk]
        stopped = out.state not in allowed or (to == "again" and pk in self.contradicted)
        kwargs: dict[str, object] = {"actor": events.SYSTEM, "reason": "a reason"}
        if stopped:
            with pytest.raises((PayoutRefused, InvalidTransition)):
                verb(pk, **kwargs)
            return
        verb(pk, **kwargs)
        out.state = "requested" if to == "again" else to

    @rule(pick=st.randoms(use_true_random=False))
    def cancel(self, pick: Random) -> None:
        self.act(request_payout.cancel_payout, pick, ("requested", "held"), "canceled")

    @rule(pick=st.randoms(use_true_random=False))
    def try_again(self, pick: Random) -> None:
        self.act(request_payout.try_again, pick, ("failed",), "again")

    @rule(pick=st.randoms(use_true_random=False))
    def hold(self, pick: Random) -> None:
        self.act(request_payout.hold_payout, pick, ("requested",), "held")

    @rule(pick=st.randoms(use_true_random=False))
    def release(self, pick: Random) -> None:
        self.act(request_payout.release_payout, pick, ("held",), "requested")

    @rule(
        shop=SHOPS,
        what=st.sampled_from(["hold", "suspend", "pause", "remove"]),
        method=st.integers(0, 3),
        answer=st.sampled_from(sorted(ANSWERS)),
        ends=st.booleans(),
    )
    def stop(self, shop: int, what: str, method: int, answer: str, ends: bool) -> None:
        """A reason why nothing goes begins, some are sent, and mostly it ends."""
        self.turn(shop, what, method)
        self.send(answer)
        if ends or self.paused:
            self.turn(shop, what, method)

    def turn(self, shop: int, what: str, method: int) -> None:
        seller = self.shops[shop]
        if what == "pause":
            if self.paused:
                payout_pause.lift(PayoutPause.objects.get(lifted_at=None).pk, actor="x", note="x")
            else:
                payout_pause.pause_payouts("why", key=f"lesson:{self.next()}")
            self.paused = not self.paused
        elif what == "suspend":
            now = "active" if shop in self.suspended else "suspended"
            Seller.objects.filter(pk=seller.pk).update(status=now)
            self.suspended ^= {shop}
        elif what == "remove":
            gone = None if method in self.removed else Now()
            PayoutMethod.objects.filter(pk=self.methods[method].pk).update(removed_at=gone)
            self.removed ^= {method}
        elif shop in self.blocked:
            PayoutHold.objects.filter(seller=seller).update(lifted_at=Now())
            self.blocked.discard(shop)
        else:
            PayoutHold.objects.create(
                seller=seller, reason="why", review_on="2027-01-01", placed_by=seller.user
            )
            self.blocked.add(shop)

    # And the books --------------------------------------------------------------------------------------------

    @invariant()
    def the_books_say_what_the_bookkeeper_says(self) -> None:
        if not self.outs:
            return
        said = {
            pk: "out" if status in OUT - {"stuck"} else status
            for pk, status in Payout.objects.values_list("pk", "status")
        }
        assert said == {pk: one.state for pk, one in self.outs.items()}
        for currency in CURRENCIES:
            mine = [(out, one) for out in self.outs.values() if out.currency == currency for one in out.tries]
            for n, shop in enumerate(self.shops):
                assert scenes.available(shop, currency).amount == self.available(n, currency)
                moving = [out.amount for out, one in mine if out.shop == n and not (one.paid or one.failed)]
                assert scenes.purse(shop, "in_transit", currency).amount == sum(moving)
            connected = [o.amount for o, t in mine if t.handed and not t.paid and not t.failed]
            assert ledger.balance("stripe:connected", currency).amount == -sum(connected)
            for provider in ("stripe", "paypal"):
                theirs = [(out, one) for out, one in mine if one.provider == provider]
                gone = sum(
                    out.amount * ((one.handed and not one.failed) if provider == "stripe" else one.paid)
                    - one.returned
                    + one.fee
                    for out, one in theirs
                )
                assert ledger.balance(f"{provider}:clearing", currency).amount == gone


def run_payouts(*, examples: int, steps: int) -> None:
    """Runs the machine from an open market."""
    market = scene.opened(wallet=0)
    Payouts.shops = [market.kofi, market.zuri]
    kinds = [(shop, kind) for shop in Payouts.shops for kind in KINDS]
    Payouts.methods = {
        n: scenes.method(shop, kind, currency="GBP" if kind == "stripe_connect" else "")
        for n, (shop, kind) in enumerate(kinds)
    }
    size = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Payouts, settings=size)


@pytest.mark.django_db
def test_payouts_agree_with_a_plain_bookkeeper() -> None:
    run_payouts(examples=300 if AT_FULL_SIZE else 12, steps=80 if AT_FULL_SIZE else 40)
