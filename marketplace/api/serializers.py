"""The marketplace's answers, as docs "What the outside sees" fixes them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from banibs.core.api import MoneySerializer, money
from banibs.core.money import Money
from marketplace.cart import contents as carts
from marketplace.cart import coupons
from marketplace.checkout import tax_label
from marketplace.models import Order, OrderLine
from marketplace.pricing import quote as pricing


def cart(contents: carts.Contents) -> dict[str, Any]:
    """A cart and its lines at today's prices."""
    currency = contents.place.currency
    coupon = contents.coupon
    return {
        "region": contents.place.code,
        "items": [cart_item(row, currency) for row in contents.rows],
        "coupon": coupon.coupon.code if coupon is not None else None,
        "coupon_problem": contents.coupon_problem,
    }


def cart_item(row: carts.Row, currency: str) -> dict[str, Any]:
    """One line of a cart."""
    return {
        "id": row.id,
        "variant": row.variant,
        "product": f"{row.slug}-{row.product}",
        "title": row.title,
        "variant_name": row.variant_name,
        "kind": row.kind,
        "seller": {"slug": row.seller_slug, "name": row.seller_name},
        "quantity": row.quantity,
        "unit_price": money(Money(row.amount or 0, currency)),
        "total": money(Money(row.total, currency)),
        "problem": row.problem,
    }


def quote(contents: carts.Contents, priced: pricing.Quote, balance: Money) -> dict[str, Any]:
    """Every number of a cart: what is paid, and who gets it."""
    currency = priced.market.currency
    names = {row.seller: (row.seller_slug, row.seller_name) for row in contents.rows}

    def show(amount: int) -> dict[str, Any]:
        return money(Money(amount, currency))

    covers = min(balance.amount, priced.total)
    return {
        "currency": currency,
        "subtotal": show(priced.subtotal),
        "discount": show(priced.discount),
        "shipping": show(priced.shipping),
        "tax": show(priced.tax),
        "tax_inclusive": priced.market.tax_inclusive,
        "tax_estimated": contents.tax.estimated,
        "tax_label": tax_label.for_quote(contents, priced),
        "total": show(priced.total),
        "sellers": [
            {
                "seller": {"slug": names[part.seller][0], "name": names[part.seller][1]},
                "lines": [
                    {
                        "variant": line.item.variant,
                        "total": show(line.total),
                        "tax": show(line.tax),
                        "tax_rate_bps": line.item.tax_rate_bps,
                        "fee": show(line.fee),
                        "fee_rate_bps": line.fee_rate_bps,
                    }
                    for line in part.lines
                ],
                "subtotal": show(part.subtotal),
                "discount": show(part.discount),
                "shipping": show(part.shipping),
                "tax": show(part.tax),
                "tax_jurisdiction": contents.tax.jurisdiction(files_alone=part.files_alone),
                "total": show(part.total),
                "marketplace_fee": show(part.marketplace_fee),
                "processing_fee": show(part.processing_fee),
                "seller_net": show(part.seller_net),
            }
            for part in priced.sellers
        ],
        "wallet": {"balance": money(balance), "covers": show(covers), "missing": show(priced.total - covers)},
    }


def order(row: Order) -> dict[str, Any]:
    """A seller's order with its lines and fees. `lines` must be prefetched, `seller` and `checkout` joined."""
    return {
        "number": row.number,
        "checkout": row.checkout.number,
        "status": row.status,
        "disputed": row.disputed,
        "dispute": row.dispute,
        "seller": {"slug": row.seller.slug, "name": row.seller.name},
        "placed_at": row.placed_at,
        "paid_at": row.paid_at,
        "fulfilled_at": row.fulfilled_at,
        "completed_at": row.completed_at,
        "canceled_at": row.canceled_at,
        "carrier": row.carrier,
        "tracking": row.tracking,
        "total": money(row.money(row.total)),
        "refunded": money(row.money(row.refunded)),
        "tax_jurisdiction": row.tax_jurisdiction or row.checkout.region_id,
        "lines": [line(one, row) for one in row.lines.all()],
        "fees": fees(row),
    }


def line(one: OrderLine, row: Order) -> dict[str, Any]:
    """A line as it was sold."""
    return {
        "id": one.pk,
        "title": one.title,
        "variant": one.variant_id,
        "variant_name": one.variant_name,
        "kind": one.kind,
        "quantity": one.quantity,
        "unit_price": money(row.money(one.unit_amount)),
        "discount": money(row.money(one.discount)),
        "tax": money(row.money(one.tax)),
        "tax_base": money(row.money(one.total - one.tax)),
        "tax_rate_bps": one.tax_rate_bps,
        "total": money(row.money(one.total)),
    }


def fees(row: Order) -> dict[str, Any]:
    """Who gets what of an order; the card fee that Stripe really took stands beside the estimate when known."""
    actual = row.processing_fee_actual
    return {
        "subtotal": money(row.money(row.subtotal)),
        "discount": money(row.money(row.discount)),
        "shipping": money(row.money(row.shipping)),
        "tax": money(row.money(row.tax)),
        "total": money(row.money(row.total)),
        "marketplace_fee": money(row.money(row.marketplace_fee)),
        "processing_fee": money(row.money(row.processing_fee)),
        "processing_fee_actual": None if actual is None else money(row.money(actual)),
        "seller_net": money(row.money(row.seller_net)),
        "lines": [
            {"title": one.title, "fee": money(row.money(one.fee)), "fee_rate_bps": one.fee_rate_bps}
            for one in row.lines.all()
        ],
    }


class SellerName(serializers.Serializer[Any]):
    """A shop, in passing."""

    slug = serializers.CharField()
    name = serializers.CharField()


class CartItemSerializer(serializers.Serializer[Any]):
    """Schema of a cart's line."""

    id = serializers.IntegerField()
    variant = serializers.IntegerField()
    product = serializers.CharField()
    title = serializers.CharField()
    variant_name = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=["physical", "digital"])
    seller = SellerName()
    quantity = serializers.IntegerField()
    unit_price = MoneySerializer()
    total = MoneySerializer()
    problem = serializers.ChoiceField(
        choices=["out_of_stock", "not_sold_here", "self_purchase_not_allowed"], allow_null=True
    )


class CartSerializer(serializers.Serializer[Any]):
    """Schema of a cart. A coupon without a problem is counted in the quote."""

    region = serializers.CharField()
    items = CartItemSerializer(many=True)
    coupon = serializers.CharField(allow_null=True)
    coupon_problem = serializers.ChoiceField(
        choices=[problem.value for problem in coupons.Problem], allow_null=True
    )


class QuoteLineSerializer(serializers.Serializer[Any]):
    """Schema of a priced line."""

    variant = serializers.IntegerField()
    total = MoneySerializer()
    tax = MoneySerializer()
    tax_rate_bps = serializers.IntegerField()
    fee = MoneySerializer()
    fee_rate_bps = serializers.IntegerField()


class QuoteSellerSerializer(serializers.Serializer[Any]):
    """Schema of one seller's part of a quote."""

    seller = SellerName()
    lines = QuoteLineSerializer(many=True)
    subtotal = MoneySerializer()
    discount = MoneySerializer()
    shipping = MoneySerializer()
    tax = MoneySerializer()
    tax_jurisdiction = serializers.CharField(
        help_text=_("Whose tax it is: a region, a country or a state, such as US-GA.")
    )
    total = MoneySerializer()
    marketplace_fee = MoneySerializer()
    processing_fee = MoneySerializer()
    seller_net = MoneySerializer()


class QuoteWalletSerializer(serializers.Serializer[Any]):
    """Schema of what the wallet can do for a quote."""

    balance = MoneySerializer()
    covers = MoneySerializer()
    missing = MoneySerializer()


class QuoteSerializer(serializers.Serializer[Any]):
    """Schema of a quote."""

    currency = serializers.CharField()
    subtotal = MoneySerializer()
    discount = MoneySerializer()
    shipping = MoneySerializer()
    tax = MoneySerializer()
    tax_inclusive = serializers.BooleanField()
    tax_estimated = serializers.BooleanField(
        help_text=_("There is no address yet, and the tax depends on it.")
    )
    tax_label = serializers.CharField()
    total = MoneySerializer()
    sellers = QuoteSellerSerializer(many=True)
    wallet = QuoteWalletSerializer()


class FeeLineSerializer(serializers.Serializer[Any]):
    """Schema of a line's fee."""

    title = serializers.CharField()
    fee = MoneySerializer()
    fee_rate_bps = serializers.IntegerField()


class FeesSerializer(serializers.Serializer[Any]):
    """Schema of an order's fees."""

    subtotal = MoneySerializer()
    discount = MoneySerializer()
    shipping = MoneySerializer()
    tax = MoneySerializer()
    total = MoneySerializer()
    marketplace_fee = MoneySerializer()
    processing_fee = MoneySerializer()
    processing_fee_actual = MoneySerializer(allow_null=True)
    seller_net = MoneySerializer()
    lines = FeeLineSerializer(many=True)


class OrderLineSerializer(serializers.Serializer[Any]):
    """Schema of a sold line."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    variant = serializers.IntegerField(allow_null=True)
    variant_name = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=["physical", "digital"])
    quantity = serializers.IntegerField()
    unit_price = MoneySerializer()
    discount = MoneySerializer()
    tax = MoneySerializer()
    tax_base = MoneySerializer()
    tax_rate_bps = serializers.IntegerField()
    total = MoneySerializer()


class OrderSerializer(serializers.Serializer[Any]):
    """Schema of an order."""

    number = serializers.CharField()
    checkout = serializers.CharField()
    status = serializers.ChoiceField(choices=Order.Status.choices)
    disputed = serializers.BooleanField(help_text="Its card dispute is open or lost")
    dispute = serializers.ChoiceField(choices=Order.Dispute.choices)
    seller = SellerName()
    placed_at = serializers.DateTimeField()
    paid_at = serializers.DateTimeField(allow_null=True)
    fulfilled_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    canceled_at = serializers.DateTimeField(allow_null=True)
    carrier = serializers.CharField(allow_blank=True)
    tracking = serializers.CharField(allow_blank=True)
    total = MoneySerializer()
    refunded = MoneySerializer()
    tax_jurisdiction = serializers.CharField()
    lines = OrderLineSerializer(many=True)
    fees = FeesSerializer()
