"""Opening a shop, its texts, where it sends, pausing it. Every change of state is an event with its reason.

Amounts are minor units of a region's currency.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from banibs.core import clock, events
from banibs.core.models import Event
from banibs.core.money import Money
from banibs.core.states import state_machine
from banibs.core.text import fold
from banibs.core.ui import quantities
from banibs.users.models import User
from marketplace import policy
from marketplace.catalogue import offer_index, search_words
from marketplace.models import Product, Seller, ShippingRate, TaxDetails
from marketplace.models.sellers import folded
from marketplace.regions import lookup as regions

Status = Seller.Status
TRANSITIONS: state_machine.Transitions = {
    Status.DRAFT: frozenset({Status.ACTIVE, Status.SUSPENDED}),
    Status.ACTIVE: frozenset({Status.PAUSED, Status.SUSPENDED}),
    Status.PAUSED: frozenset({Status.ACTIVE, Status.SUSPENDED}),
    Status.SUSPENDED: frozenset({Status.ACTIVE}),
}
# Addresses that would be mistaken for a page of ours.
RESERVED = frozenset(["admin", "api", "banibs", "help", "new", "sell", "seller", "shop", "shops", "support"])


class ShopRefusal(Exception):
    """Nothing was changed. `message` says why, `field` which part of the form it is about."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.message = message
        self.field = field
        super().__init__(message)


def slug_of(name: str) -> str:
    """A shop's address: "Abẹ́òkúta Indigo" is "abeokuta-indigo"; "" when nothing is left of a name."""
    return slugify(fold(name))[:60].strip("-_")


def is_short(name: str) -> bool:
    """Whether a name has too few letters. Of a script whose letters make no address one is enough."""
    letters = [sign for sign in fold(name) if sign.isalnum()]
    return len(letters) < policy.SHOP_NAME_LEAST_CHARACTERS and all(map(str.isascii, letters))


def short_name() -> str:
    """The words for a name with too few letters."""
    return _("A shop's name needs at least %(least)s letters or figures") % {
        "least": quantities.number(policy.SHOP_NAME_LEAST_CHARACTERS)
    }


def return_days_problem(days: int) -> str:
    """Why a shop cannot promise so many days to return, or ""."""
    if days > policy.RETURN_DAYS_MOST:
        return _("At most %(most)s days") % {"most": policy.RETURN_DAYS_MOST}
    return ""


def name_problem(name: str) -> str:
    """Why a new shop cannot bear this name, or "". One statement."""
    if is_short(name):
        return short_name()
    if slug_of(name) in RESERVED:
        return _("That name is kept for BANIBS itself")
    if Seller.objects.alias(folded=folded("name")).filter(folded=fold(name)).exists():
        return _("Another shop has this name already")
    return ""


def address_for(name: str) -> str:
    """The address that a new shop would get by its name; "" when it gets a number. One statement."""
    slug = slug_of(name)
    numbered = len(slug) < policy.SHOP_NAME_LEAST_CHARACTERS or re.fullmatch(r"shop-\d+", slug)
    return "" if numbered or Seller.objects.filter(slug=slug).exists() else slug


def open_draft(user: User, *, name: str, texts: Mapping[str, Any]) -> Seller:
    """A new shop, not open yet; `texts` are its other columns. One per person.

    Its address is its name in Latin letters, or "shop-" and a number where they make none or another shop has it.

    Raises ShopRefusal when the name is taken or the person has a shop.
    """
    problem = name_problem(name)
    if problem:
        raise ShopRefusal(problem, field="name")
    slug = address_for(name)
    try:
        with transaction.atomic():
            seller = Seller.objects.create(user=user, slug=slug or uuid.uuid4().hex, name=name, **texts)
            if not slug:
                seller.slug = f"shop-{seller.pk}"
                seller.save(update_fields=["slug"])
            actor = events.Actor.person(user, role="seller")
            events.record(events.New("shop.created", seller, actor, to_state=seller.status))
    except IntegrityError as error:  # somebody was quicker, with the name or with a second tab
        if Seller.objects.filter(user=user).exists():
            raise ShopRefusal(_("You have a shop already"), field="") from error
        raise ShopRefusal(_("Another shop has this name already"), field="name") from error
    return seller


def change(seller: Seller, *, texts: Mapping[str, Any]) -> None:
    """Other texts and places. The address of the shop never changes: links to it stand in the world."""
    for name, value in texts.items():
        setattr(seller, name, value)
    with transaction.atomic():
        seller.save(update_fields=list(texts))
        if "country" in texts:
            offer_index.refresh_seller(seller.pk)
        elif "name" in texts:
            search_words.learn_shop(seller.pk)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a parcel to a region costs: once, and for each piece in it, and how many days it takes."""

    region: str
    flat: int
    per_item: int
    min_days: int
    max_days: int


def set_rates(seller: Seller, *, rates: Sequence[Rate]) -> None:
    """These are now all of the shop's rates; parcels go nowhere else. Three statements and the refresh."""
    rows = [
        ShippingRate(
            seller=seller,
            region_id=rate.region,
            flat=rate.flat,
            per_item=rate.per_item,
            min_days=rate.min_days,
            max_days=rate.max_days,
        )
        for rate in rates
    ]
    with transaction.atomic():
        state_machine.lock(Seller, [seller.pk])
        ShippingRate.objects.filter(seller=seller).exclude(
            region__in=[rate.region for rate in rates]
        ).delete()
        ShippingRate.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["seller", "region"],
            update_fields=["flat", "per_item", "min_days", "max_days"],
        )
        offer_index.refresh_seller(seller.pk)


def delivery_costs(rate: ShippingRate, *, pieces: int) -> Money:
    """What a buyer in the rate's region pays for a parcel of so many pieces."""
    return Money(rate.flat + rate.per_item * pieces, regions.place(rate.region_id).currency)


def move(
    seller_id: int, *, to: str, actor: events.Actor, reason: str = "", until: dt.date | None = None
) -> Seller:
    """Opens, pauses, suspends or reopens a shop; its goods leave or come back at once.

    What staff closed, only staff open.

    Raises states.InvalidTransition, and ShopRefusal when a new shop still lacks something.
    """
    with transaction.atomic():
        (seller,) = state_machine.lock(Seller, [seller_id])
        if seller.status == Status.SUSPENDED and actor.type != Event.Actor.STAFF:
            raise state_machine.InvalidTransition(seller, current=seller.status, to=to)
        if seller.status == Status.DRAFT and to == Status.ACTIVE:
            missing = next(
                (step for step in checklist(seller) if step["state"] != "done" and step["needed"]), None
            )
            if missing:
                raise ShopRefusal(_("First: %(step)s") % {"step": missing["name"]})
        state_machine.move(
            [seller],
            to=to,
            table=TRANSITIONS,
            kind=f"shop.{to}",
            actor=actor,
            reason=reason,
            changes={"paused_until": until if to == Status.PAUSED else None},
        )
        offer_index.refresh_seller(seller.pk)
    return seller


def reopen_due() -> int:
    """Opens the paused shops whose day has come; returns how many. For the timetable."""
    today = clock.now().date()
    due = Seller.objects.filter(status=Status.PAUSED, paused_until__lte=today).order_by("pk")
    count = 0
    for pk in list(due.values_list("pk", flat=True)[: policy.SHOPS_REOPENED_AT_ONCE]):
        try:
            move(pk, to=Status.ACTIVE, actor=events.SYSTEM, reason="the day that the seller named")
            count += 1
        except state_machine.InvalidTransition:
            continue  # opened or closed by somebody in this very moment
    return count


def reason_of(seller: Seller) -> str:
    """Why staff closed the shop, as they wrote it; "" when nobody did. One statement."""
    of_shop = Event.objects.filter(subject_type="seller", subject_id=seller.pk, kind="shop.suspended")
    return of_shop.order_by("-pk").values_list("reason", flat=True).first() or ""


def checklist(seller: Seller) -> list[dict[str, Any]]:
    """What stands between a new shop and its first sale, in order. Three statements.

    A shop that sells files alone needs no delivery rates.
    """
    kinds = list(Product.objects.filter(seller=seller, status=Product.Status.ACTIVE).values_list("kind")[:50])
    only_files = bool(kinds) and all(kind == ("digital",) for kind in kinds)
    sends = ShippingRate.objects.filter(seller=seller).exists()
    known = TaxDetails.objects.filter(seller=seller).exists()
    steps = [
        (_("Name your shop"), reverse("seller:settings"), True, True),
        (_("Say where you send and for how much"), reverse("seller:delivery"), sends or only_files, True),
        (_("Publish your first listing"), reverse("seller:listing_new"), bool(kinds), True),
        (_("Give your tax details"), reverse("seller:tax"), known, False),
        (_("Open your shop"), "", seller.status != Status.DRAFT, False),
    ]
    # what may be left out never stands in the way of the doors
    first_open = next(
        (n for n, (_name, url, done, needed) in enumerate(steps) if not done and (needed or not url)),
        len(steps),
    )
    return [
        {
            "name": name,
            "url": url,
            "state": "done" if done else "now" if n == first_open else "todo",
            "needed": needed,
        }
        for n, (name, url, done, needed) in enumerate(steps)
    ]
