"""Why a checkout is refused: each code that the API answers, with the words that a buyer reads. Nothing was placed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from banibs.core.money import Money


class CheckoutRefusal(Exception):
    """Nothing was placed, nothing has moved. `code` is the API's error code; `data` says what to show."""

    def __init__(self, code: str, message: str, **data: Any) -> None:
        self.code = code
        self.message = message
        self.data = data
        super().__init__(message)


def cart_empty() -> CheckoutRefusal:
    """There is nothing to buy."""
    return CheckoutRefusal("cart_empty", _("Cart is empty"))


def account_incomplete(missing: Sequence[str]) -> CheckoutRefusal:
    """The email address is not verified, or there is no name; `missing` says which."""
    return CheckoutRefusal(
        "account_incomplete", _("Complete your account information"), missing=list(missing)
    )


def billing_address_required(missing: Sequence[str]) -> CheckoutRefusal:
    """The address lacks these lines."""
    return CheckoutRefusal(
        "billing_address_required", _("Please add a billing address"), missing=list(missing)
    )


def company_wrong(wrong: ValidationError) -> CheckoutRefusal:
    """The company's name or VAT number cannot be right; `fields` says why."""
    fields = wrong.message_dict
    code = "vat_id_invalid" if "vat_id" in fields else "invalid_request"
    return CheckoutRefusal(code, next(iter(fields.values()))[0], fields=fields)


def address_in_another_region(region: str) -> CheckoutRefusal:
    """A parcel would go where the cart's prices do not hold."""
    return CheckoutRefusal(
        "not_sold_here",
        _("This cart is priced for %(region)s. Choose an address there, or change the region of your cart")
        % {"region": region},
        missing=["country"],
    )


def not_sold_here(*, variant: int, title: str) -> CheckoutRefusal:
    """A line is not sold in the cart's region any more."""
    return CheckoutRefusal(
        "not_sold_here", _("%(title)s is not sold in your region") % {"title": title}, variant=variant
    )


def self_purchase(*, variant: int, title: str) -> CheckoutRefusal:
    """A line is of the buyer's own shop: money would only go round, and the books would show a sale."""
    return CheckoutRefusal(
        "self_purchase_not_allowed",
        _("%(title)s is from your own shop. A shop cannot buy from itself") % {"title": title},
        variant=variant,
    )


def out_of_stock(*, variant: int, title: str, left: int) -> CheckoutRefusal:
    """Fewer are left than the cart wants."""
    return CheckoutRefusal(
        "out_of_stock", _("Only %(count)d left") % {"count": left}, variant=variant, title=title, left=left
    )


def price_changed(total: Money) -> CheckoutRefusal:
    """The total is not the one that the buyer was shown."""
    return CheckoutRefusal(
        "price_changed", _("The total has changed to %(total)s") % {"total": total}, total=total.amount
    )


def insufficient_funds(*, missing: Money, total: Money) -> CheckoutRefusal:
    """The wallet holds too little, by `missing`."""
    return CheckoutRefusal(
        "insufficient_funds",
        _("%(missing)s short for this order. Your wallet holds %(balance)s and the total is %(total)s.")
        % {"missing": missing, "balance": total - missing, "total": total},
        missing=missing,
        balance=total - missing,
        total=total,
    )


def method_unavailable(method: str) -> CheckoutRefusal:
    """This payment method is not offered for this currency."""
    return CheckoutRefusal(
        "payment_method_unavailable", _("This payment method is not available here"), method=method
    )


def below_card_minimum(least: Money) -> CheckoutRefusal:
    """A card cannot be charged so little."""
    return CheckoutRefusal(
        "payment_method_unavailable", _("A card takes %(least)s or more") % {"least": least}, least=least
    )


def above_card_maximum(most: Money) -> CheckoutRefusal:
    """A card cannot be charged so much at once."""
    return CheckoutRefusal(
        "payment_method_unavailable",
        _("A card takes %(most)s at most. Pay from your wallet, or in several orders") % {"most": most},
        most=most,
    )


def order_already_paid() -> CheckoutRefusal:
    """The checkout's money is there."""
    return CheckoutRefusal("order_already_paid", _("This order is paid already"))


def checkout_expired() -> CheckoutRefusal:
    """The checkout's time is over, or it was canceled."""
    return CheckoutRefusal("checkout_expired", _("This order has expired. Nothing was charged."))


def payment_processing() -> CheckoutRefusal:
    """The bank works on the money; another way to pay could charge twice."""
    return CheckoutRefusal(
        "payment_processing",
        _("Your bank is still working on this payment. Your order is kept, and you need not pay again."),
    )


def wallet_frozen() -> CheckoutRefusal:
    """A top-up of this wallet was disputed and lost; staff look at it."""
    return CheckoutRefusal(
        "wallet_frozen",
        _(
            "Your wallet is frozen, because your bank took back the money of a top-up. "
            "Pay by card, or write to us to have it looked at."
        ),
    )
