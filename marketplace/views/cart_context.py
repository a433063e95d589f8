"""What the cart's templates show: lines by shop, what is wrong with any of them, and the sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from banibs.core.money import Money
from marketplace import policy
from marketplace.cart import contents as carts
from marketplace.cart import coupons
from marketplace.catalogue import categories
from marketplace.catalogue.product_cards import cloth_url, product_url
from marketplace.checkout import delivery_address, tax_label
from marketplace.media import image_urls
from marketplace.orders.promises import Promises
from marketplace.pricing import quote as pricing
from marketplace.regions import lookup as regions
from marketplace.regions.return_rights import held_in
from marketplace.regions.visitor_request import VisitorRequest


class RefusedLine(NamedTuple):
    """A line whose new quantity was refused: why, and what was typed."""

    item: int
    message: str
    typed: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the cart."""

    row: carts.Row
    url: str
    picture: str
    price: Money | None
    total: Money | None
    seen: Money | None
    typed: str
    error: str

    @property
    def most(self) -> int:
        """The most that can be chosen."""
        return min(policy.CART_LINE_MOST, self.row.stock) if self.row.stock else policy.CART_LINE_MOST


@dataclass(frozen=True, slots=True)
class Shop:
    """One shop's lines, and what its parcel costs."""

    slug: str
    name: str
    cloth: str
    country: str
    lines: list[Line]
    delivery: Money | None
    days: tuple[int, int] | None
    promises: Promises | None  # of a shop that sends a parcel


def cart_context(
    request: VisitorRequest,
    *,
    wrong: RefusedLine | None = None,
    removed: dict[str, Any] | None = None,
    code: str = "",
    code_error: str = "",
    notice: str = "",
) -> dict[str, Any]:
    """The cart as it is now, with what went wrong a moment ago."""
    place: regions.Place = request.place
    mine = carts.for_request(request)
    seen = delivery_address.taxed(request, carts.contents(mine, place))
    quote = seen.quote(pricing.Tender())
    return {
        "contents": seen,
        "shops": _shops(seen, quote, wrong),
        "sums": _sums(seen, quote),
        "tax_label": tax_label.for_quote(seen, quote),
        "parcels": sum(1 for part in quote.sellers if part.delivery is not None),
        "coupon": seen.coupon.coupon if seen.coupon is not None else None,
        "coupon_note": coupon_note(seen),
        "code": code,
        "code_error": code_error,
        "changed": [row for row in seen.good if row.price_changed],
        "problems": seen.problems,
        "elsewhere": place if mine is not None and seen.rows and mine.region_id != place.code else None,
        "removed": removed,
        "notice": notice,
        "branches": categories.departments() if not seen.rows else [],
        "cart_count": seen.count,
    }


def _shops(seen: carts.Contents, quote: pricing.Quote, wrong: RefusedLine | None) -> list[Shop]:
    parts = {part.seller: part for part in quote.sellers}
    found = []
    for seller in dict.fromkeys(row.seller for row in seen.rows):
        rows = [row for row in seen.rows if row.seller == seller]
        part, first = parts.get(seller), rows[0]
        delivery = part.delivery if part is not None else None
        found.append(
            Shop(
                slug=first.seller_slug,
                name=first.seller_name,
                cloth=cloth_url(first.seller_slug),
                country=first.seller_country,
                lines=[_line(row, seen.place, wrong) for row in rows],
                delivery=Money(part.shipping, seen.place.currency) if part is not None and delivery else None,
                days=(delivery.min_days, delivery.max_days) if delivery else None,
                promises=held_in(seen.place.code, first.promises) if delivery else None,
            )
        )
    return found


def _line(row: carts.Row, place: regions.Place, wrong: RefusedLine | None) -> Line:
    def money(amount: int | None) -> Money | None:
        return None if amount is None else Money(amount, place.currency)

    mistaken = wrong is not None and wrong.item == row.id
    return Line(
        row=row,
        url=f"{product_url(row.slug, row.product)}?variant={row.variant}",
        picture=image_urls.address(row.cover, 240) or cloth_url(row.seller_slug),
        price=money(row.amount),
        total=money(row.total) if row.problem is None else None,
        seen=money(row.seen_amount),
        typed=wrong.typed if wrong is not None and mistaken else str(row.quantity),
        error=wrong.message if wrong is not None and mistaken else "",
    )


def _sums(seen: carts.Contents, quote: pricing.Quote) -> dict[str, Money]:
    amounts = {
        "subtotal": quote.subtotal,
        "discount": quote.discount,
        "shipping": quote.shipping,
        "tax": quote.tax,
        "total": quote.total,
        "makers": quote.seller_net,
        "fee": quote.marketplace_fee,
    }
    return {name: Money(amount, seen.place.currency) for name, amount in amounts.items()}


def coupon_note(seen: carts.Contents) -> str:
    """Why the code in the cart takes nothing off, if it does not."""
    problem, standing = seen.coupon_problem, seen.coupon
    if standing is None or problem is None:
        return ""
    if problem == coupons.Problem.ANOTHER_REGION:
        return _("This code is for another region, so it takes nothing off here.")
    if problem == coupons.Problem.BELOW_MINIMUM:
        least = Money(standing.coupon.minimum, seen.place.currency)
        return _("This code takes something off from %(least)s.") % {"least": least}
    if problem == coupons.Problem.OTHER_GOODS:
        return _("Nothing in the cart is what this code is for.")
    return _("%(why)s. It is not counted in the total.") % {"why": standing.message}
