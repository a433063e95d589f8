"""Any run of withdrawals, credits, losses and cancellations, beside the plainest bookkeeper: two lists of numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banibs.core import events
from marketplace.models import Order
from payments.models import Dispute, DisputeShare
from payments.refunds import order_refunds
from tests import market as scene
from tests.payments.disputes.scenes import Bank, books, broken, orders, paid, takes_in, two_shops
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db
CARD = (6_000, 3_000)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("dispute"), st.integers(1, 9_000)),
        st.tuples(
            st.sampled_from(["lose", "give back", "take again", "lose", "say nothing"]), st.integers(0, 3)
        ),
        st.tuples(st.just("cancel"), st.integers(0, 1)),
    ),
    min_size=2,
    max_size=9,
)


@dataclass
class Taken:
    """What one round took of each order: within what was left, and beyond it."""

    within: list[int]
    beyond: list[int]
    state: str = "open"


@dataclass
class Bookkeeper:
    """Two orders of one charge: what was refunded of them, and what the bank took in each round of each dispute."""

    refunded: list[int] = field(default_factory=lambda: [0, 0])
    disputes: list[list[Taken]] = field(default_factory=list)

    def rounds(self, *states: str) -> list[Taken]:
        """All rounds in these states."""
        return [one for rounds in self.disputes for one in rounds if one.state in states]

    def left(self, order: int) -> int:
        """What remains of an order's card part."""
        bank = sum(one.within[order] + one.beyond[order] for one in self.rounds("open", "lost"))
        return max(0, CARD[order] - self.refunded[order] - bank)

    def counted(self, order: int) -> int:
        """What counts as given back of an order."""
        return self.refunded[order] + sum(one.within[order] for one in self.rounds("open", "lost"))

    def takes(self, amount: int) -> Taken:
        """A withdrawal: by what remains, largest remainder; beyond it from what was given back before."""
        left = [self.left(0), self.left(1)]
        inside = min(amount, sum(left))
        return Taken(halves(inside, left), halves(amount - inside, [CARD[0] - left[0], CARD[1] - left[1]]))

    def standing(self, order: int) -> str:
        """Open before lost before won."""
        mine = [
            one.state for rounds in self.disputes for one in rounds if one.within[order] + one.beyond[order]
        ]
        if "open" in mine:
            return "open"
        return "lost" if "lost" in mine else ("won" if mine else "none")


def halves(total: int, weights: list[int]) -> list[int]:
    """A total over two weights by largest remainder, ties to the first."""
    if not total:
        return [0, 0]
    whole = sum(weights)
    first, rest = divmod(total * weights[0], whole)
    second, other = divmod(total * weights[1], whole)
    if first + second < total:
        return [first + 1, second] if rest >= other else [first, second + 1]
    return [first, second]


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_rows_and_books_say_what_a_plain_bookkeeper_says(
    local_stripe: LocalStripe, acts: list[tuple[str, int]]
) -> None:
    market = scene_of()
    row = paid(local_stripe, market)
    mine, banks = Bookkeeper(), list[Bank]()
    before = {name: books(name) for name in ("stripe:clearing", "stripe:disputes", "stripe:refunds")}
    for act, number in acts:
        if act == "dispute":
            disputable = 9_000 - sum(
                bank.amount
                for bank, rounds in zip(banks, mine.disputes, strict=True)
                if rounds[-1].state in ("open", "lost")
            )
            if not disputable:
                continue
            banks.append(Bank(row, amount=min(number, disputable)))
            mine.disputes.append([mine.takes(banks[-1].amount)])
            takes_in(banks[-1].takes())
        elif act == "cancel":
            order = orders(row)[number]
            if order.status != "paid" or order.dispute == "open":
                continue
            refund = order_refunds.cancel_order(
                order.pk, actor=events.SYSTEM, reason="Out of straw", user_id=None
            )
            mine.refunded[number] += refund.amount if refund else 0
        elif banks:
            bank, rounds = banks[number % len(banks)], mine.disputes[number % len(banks)]
            last = rounds[-1]
            if act == "lose" and last.state == "open":
                last.state = "lost"
                takes_in(bank.says("lost"))
            elif act == "give back" and last.state in ("open", "lost"):
                last.state = "won" if last.state == "open" else "reinstated"
                takes_in(bank.gives_back())
            elif act == "take again" and last.state in ("won", "reinstated"):
                rounds.append(mine.takes(bank.amount))
                takes_in(bank.takes())
            else:
                takes_in(bank.state())
        agree(row.payment.checkout_id or 0, mine, banks)
        open_now = sum(sum(one.within) + sum(one.beyond) for one in mine.rounds("open"))
        lost = sum(sum(one.within) + sum(one.beyond) for one in mine.rounds("lost"))
        assert books("stripe:disputes") - before["stripe:disputes"] == -open_now
        assert books("stripe:clearing") - before["stripe:clearing"] == open_now + lost
        assert broken() == []


def agree(checkout: int, mine: Bookkeeper, banks: list[Bank]) -> None:
    """The rows say what the bookkeeper says."""
    found = list(Order.objects.filter(checkout=checkout).order_by("pk"))
    for number, order in enumerate(found):
        assert (order.refunded, order.dispute) == (mine.counted(number), mine.standing(number))
        gone = mine.refunded[number] + sum(one.within[number] for one in mine.rounds("lost"))
        assert order.status in ("canceled", "refunded") or gone < order.total
        assert order.status == "paid" or order.held == 0
    for bank, rounds in zip(banks, mine.disputes, strict=True):
        dispute = Dispute.objects.get(stripe_id=bank.id)
        assert list(dispute.rounds.order_by("number").values_list("state", flat=True)) == [
            one.state for one in rounds
        ]
        for number, one in enumerate(rounds, 1):
            shares = {
                share.order_id: (share.amount, share.excess)
                for share in DisputeShare.objects.filter(round__dispute=dispute, round__number=number)
            }
            for place, order in enumerate(found):
                assert shares.get(order.pk, (0, 0)) == (one.within[place], one.beyond[place])


def scene_of() -> scene.Market:
    """The two shops, made once: every example sells there."""
    from banibs.users.models import User
    from marketplace.models import Seller, Variant

    if not Order.objects.exists() and not Seller.objects.exists():
        return two_shops()
    shops = {shop.slug: shop for shop in Seller.objects.all()}
    by_title = {one.product.title: one for one in Variant.objects.select_related("product")}
    Variant.objects.filter(stock__isnull=False).update(stock=1_000)
    return scene.Market(
        amara=User.objects.get(email="amara@example.com"),
        kofi=shops["kofi-weaves"],
        zuri=shops["zuri-sounds"],
        basket=by_title["Bolga market basket"],
        jar=by_title["Shea butter"],
        zine=by_title["Night Market issue 4"],
    )
