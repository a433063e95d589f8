"""Half a year of buying and selling, lived through by the real functions under a moved clock.

Every order, posting, event and date is what the shop itself wrote at that moment: nothing is put into a table by hand.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import transaction

from banibs.core import events
from banibs.core.jobs import event_delivery
from banibs.dev.demo.history import clocks, credits, planning
from banibs.users.models import User
from marketplace.cart import add_item
from marketplace.cart import contents as carts
from marketplace.models import Download, Order
from marketplace.orders import downloads, transitions
from marketplace.regions import lookup as regions
from payments.charges import purchase
from payments.models import Method
from payments.refunds import order_refunds
from payouts import clearing

CARRIERS = {
    "GB": ("Royal Mail", "RM {:09}GB"), "US": ("USPS", "9400 1{:08}"), "CA": ("Canada Post", "CP{:09}CA"), "FR": ("La Poste", "LP{:09}FR"),
    "NG": ("NIPOST", "NP{:09}NG"), "GH": ("Ghana Post", "EG{:09}GH"), "KE": ("Posta Kenya", "EK{:09}KE"), "ZA": ("PostNet", "PN{:09}"),
}  # fmt: skip
OTHER_CARRIER = ("DHL", "JD0{:09}")
REASONS = (
    "The kiln cracked this piece and the next firing is in three weeks.",
    "Sold at the Saturday market an hour before your order came. I am sorry.",
    "The cloth came back from the dyer with a flaw, and I will not send it.",
    "You wrote that the address is wrong. Please order again with the new one.",
)


@dataclass
class Diary:
    """What is still to happen, in order of time."""

    clock: clocks.Clock
    until: dt.datetime
    chance: random.Random
    entries: list[tuple[dt.datetime, int, Callable[[], None]]] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def note(self, moment: dt.datetime, action: Callable[[], None]) -> None:
        """Notes an action, unless it would lie in the future."""
        if moment < self.until:
            heapq.heappush(self.entries, (moment, next(self.numbers), action))

    def live(self) -> None:
        """Does everything, one after the other, each at its moment."""
        while self.entries:
            moment, _, action = heapq.heappop(self.entries)
            self.clock.set(moment)
            action()


def load() -> None:
    """Lives through the half year until this moment, and tells everybody of it. Expects people and catalogue."""
    with transaction.atomic(), clocks.moved() as clock:
        now = dt.datetime.now(dt.UTC)
        diary = Diary(clock, until=now, chance=random.Random(1957))  # nosec B311  # a story, not a secret
        people = {user.email: user for user in User.objects.prefetch_related("addresses")}
        for plan in planning.plans(now=now, chance=diary.chance):
            diary.note(plan.at, _buying(plan, people[plan.buyer], diary))
        for day in range(1, planning.DAYS):
            diary.note(now - dt.timedelta(days=day) + dt.timedelta(hours=1), _daily)
        diary.live()
        clock.set(now)
        credits.top_up_demo_buyers()
        credits.credit_by_staff()


def _daily() -> None:
    transitions.complete_due()
    clearing.clear_due()
    event_delivery.deliver_due()


def _buying(plan: planning.Plan, buyer: User, diary: Diary) -> Callable[[], None]:
    def buy() -> None:
        place = regions.place(plan.region)
        cart = carts.open_for(user_id=buyer.pk, place=place)
        if cart.region_id != place.code:
            carts.change_region(cart, place.code)
            cart.refresh_from_db()
        for variant, quantity in plan.wanted:
            add_item.add_item(
                user_id=buyer.pk, token=None, place=place, variant_id=variant, quantity=quantity
            )
        address = next(one for one in buyer.addresses.all() if one.country in place.countries)
        credits.enough_for(buyer, carts.contents(cart, place).sent_to(address.snapshot()))
        bought = purchase.buy(
            user=buyer, address=address.snapshot(), method=Method.WALLET, expected_total=None
        )
        event_delivery.deliver_due()
        for order in bought.placed.orders:
            _follow(order, plan, buyer, diary)

    return buy


def _follow(order: Order, plan: planning.Plan, buyer: User, diary: Diary) -> None:
    """What becomes of a shop's part: posted and received, canceled, or fetched."""
    chance = diary.chance
    if order.min_days is None:
        for n in range(chance.randint(*plan.downloads)):
            diary.note(plan.at + dt.timedelta(minutes=4 + 190 * n), lambda: _fetch(order, buyer))
        return
    seller = order.seller.user
    posted = _in_working_hours(plan.at + dt.timedelta(hours=chance.randint(14, 66)))
    if plan.canceled:
        diary.note(posted, lambda: _cancel(order, seller, chance.choice(REASONS)))
        return
    diary.note(posted, lambda: _post(order, seller, chance))
    if chance.random() < 0.55:
        received = posted + dt.timedelta(
            days=chance.randint(order.min_days, order.max_days or 9), hours=chance.randint(1, 9)
        )
        diary.note(received, lambda: _receive(order, buyer))


def _in_working_hours(moment: dt.datetime) -> dt.datetime:
    while moment.weekday() == 6:
        moment += dt.timedelta(days=1)
    return moment.replace(hour=9 + moment.hour % 8, minute=moment.minute)


def _post(order: Order, seller: User, chance: random.Random) -> None:
    carrier, number = CARRIERS.get(order.seller.country, OTHER_CARRIER)
    tracking = number.format(chance.randint(10_000_000, 99_999_999))
    transitions.fulfil(
        order.pk, actor=events.Actor.person(seller, role="seller"), carrier=carrier, tracking=tracking
    )
    event_delivery.deliver_due()


def _receive(order: Order, buyer: User) -> None:
    if Order.objects.filter(pk=order.pk, status=Order.Status.FULFILLED).exists():
        transitions.complete(order.pk, actor=events.Actor.person(buyer, role="buyer"))
        event_delivery.deliver_due()


def _cancel(order: Order, seller: User, reason: str) -> None:
    order_refunds.cancel_order(
        order.pk, actor=events.Actor.person(seller, role="seller"), reason=reason, user_id=seller.pk
    )
    event_delivery.deliver_due()


def _fetch(order: Order, buyer: User) -> None:
    for download in Download.objects.filter(line__order=order).order_by("pk"):
        if download.limit is None or download.count < download.limit:
            downloads.start(download.pk, user_id=buyer.pk, actor=events.Actor.person(buyer, role="buyer"))
