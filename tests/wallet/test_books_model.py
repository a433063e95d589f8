"""Any run of movements whatever, beside the plainest bookkeeper there is: a dictionary. They agree at every
step.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from banibs.core.clock import now
from banibs.core.money import Money
from tests.wallet.books import balances, broken
from wallet import accounts, ledger, movements, statement
from wallet.movements import OrderShare, RefundShare
from wallet.posting import Posting

AT_FULL_SIZE = bool(os.environ.get("BANIBS_SOAK"))
USERS = st.integers(1, 3)
SELLERS = st.integers(7, 9)
AMOUNTS = st.one_of(st.integers(1, 50), st.integers(1, 10**9))
PARTS = st.integers(0, 40)


class Books(RuleBasedStateMachine):
    """Movements drawn at random; `held` is what the dictionary says."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.held: dict[str, int] = {}
        self.known: list[Posting] = []
        self.posted: list[tuple[int, Posting]] = []
        self.moments: list[tuple[Any, dict[str, int]]] = []
        self.number = 0

    @initialize()
    def open(self) -> None:
        self.transaction.__enter__()

    def teardown(self) -> None:
        try:
            assert broken() == []
            self.each_statement_adds_up()
        finally:
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def next(self) -> int:
        self.number += 1
        return self.number

    def post(self, posting: Posting) -> None:
        """Posts, and expects what the dictionary expects."""
        after = dict(self.held)
        for code, change in posting.net().items():
            after[code] = after.get(code, 0) + change
        short = [code for code in posting.net() if accounts.kind(code).floored and after[code] < 0]
        if short:
            with pytest.raises(ledger.InsufficientFunds) as refused:
                ledger.post(posting)
            assert refused.value.account in short
            assert refused.value.missing == Money(-after[refused.value.account], "USD")
            return
        done = ledger.post(posting)
        assert not done.replayed
        self.held = after
        self.known.append(posting)
        self.posted.append((done.movement_id, posting))

    @rule(user=USERS, amount=AMOUNTS)
    def credit(self, user: int, amount: int) -> None:
        self.post(movements.demo_credited(user=user, number=self.next(), amount=Money(amount, "USD")))

    @rule(
        buyer=USERS,
        shares=st.lists(st.tuples(SELLERS, PARTS, PARTS, PARTS, PARTS, PARTS), min_size=1, max_size=4),
    )
    def pay(self, buyer: int, shares: list[tuple[int, ...]]) -> None:
        orders = []
        for seller, net, fee, tax, promotion, reserved in shares:
            total = net + fee + tax
            promotion, reserved = min(promotion, total), min(reserved, total - min(promotion, total))
            orders.append(
                OrderShare(
                    tax_jurisdiction="US",
                    order=self.next(),
                    seller=seller,
                    net=net,
                    fee=fee,
                    tax=tax,
                    promotion=promotion,
                    reserved=reserved,
                    wallet=total - promotion - reserved,
                )
            )
        posting = movements.order_paid(
            checkout=self.next(), reference="B-1", buyer=buyer, currency="USD", orders=orders
        )
        if posting:
            self.post(posting)

    @rule(user=USERS, amount=AMOUNTS)
    def reserve(self, user: int, amount: int) -> None:
        money = Money(amount, "USD")
        self.post(movements.wallet_reserved(payment=self.next(), attempt=1, buyer=user, amount=money))

    @rule(user=USERS, amount=AMOUNTS)
    def release(self, user: int, amount: int) -> None:
        money = Money(amount, "USD")
        self.post(movements.wallet_released(payment=self.next(), attempt=1, buyer=user, amount=money))

    @rule(seller=SELLERS, amount=PARTS.filter(bool))
    def clear(self, seller: int, amount: int) -> None:
        self.post(movements.funds_cleared(order=self.next(), seller=seller, held=Money(amount, "USD")))

    @rule(seller=SELLERS, buyer=USERS, pending=PARTS, available=PARTS, fee=PARTS, tax=PARTS)
    def refund(self, seller: int, buyer: int, pending: int, available: int, fee: int, tax: int) -> None:
        number = self.next()
        total = pending + available + fee + tax
        posting = movements.order_refunded(
            RefundShare(
                order=number,
                seller=seller,
                buyer=buyer,
                tax_jurisdiction="US",
                from_held=pending,
                from_available=available,
                fee=fee,
                tax=tax,
                to_wallet=total // 2,
                to_card=total - total // 2,
                fee_deferred=True,
            ),
            refund=number,
            reference="B-1-1",
            currency="USD",
        )
        if posting:
            self.post(posting)

    @rule(pick=st.randoms(use_true_random=False))
    def tell_again(self, pick: Any) -> None:
        if self.known:
            assert ledger.post(pick.choice(self.known)).replayed

    @rule(pick=st.randoms(use_true_random=False), amount=AMOUNTS)
    def tell_differently(self, pick: Any, amount: int) -> None:
        if self.known:
            first = pick.choice(self.known)
            other = movements.demo_credited(user=99, number=self.next(), amount=Money(amount, "USD"))
            with pytest.raises(ledger.KeyReused):
                ledger.post(Posting(first.key, first.kind, "USD", other.transfers))

    @rule(pick=st.randoms(use_true_random=False))
    def correct(self, pick: Any) -> None:
        if self.posted:
            movement, posting = self.posted.pop(pick.randrange(len(self.posted)))
            self.post(posting.turned_round(movement=movement, actor="staff:90", memo="By mistake"))

    @rule()
    def remember(self) -> None:
        self.moments.append((now(), dict(self.held)))

    @invariant()
    def the_books_say_what_the_dictionary_says(self) -> None:
        if self.held:
            assert balances() == {code: amount for code, amount in self.held.items() if amount}
            assert sum(self.held.values()) == 0

    def each_statement_adds_up(self) -> None:
        """Every line's balance follows from the one before it, and the past is what it was."""
        for code in self.held:
            if accounts.kind(code).stored:
                balance = 0
                for line in statement.oldest_first(code, "USD", span=statement.Span()):
                    balance += line.amount.amount
                    assert line.balance.amount == balance
                assert balance == self.held[code]
            for moment, held in self.moments:
                assert ledger.balance_at(code, "USD", moment).amount == held.get(code, 0)


@pytest.mark.django_db
def test_the_ledger_agrees_with_a_dictionary() -> None:
    size = settings(
        max_examples=400 if AT_FULL_SIZE else 12,
        stateful_step_count=60 if AT_FULL_SIZE else 25,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    machine: Callable[[], Books] = Books
    run_state_machine_as_test(machine, settings=size)
