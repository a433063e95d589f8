"""The ways to pay that a page offers, each with the template of its own box. The list is `purchase.OFFERED`."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banibs.core.money import Money
from payments import purchase
from payments.models import Method
from wallet import accounts, demo, ledger


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the wallet can do for this total. `missing` is zero when it is enough."""

    balance: Money
    left: Money
    missing: Money
    demo: Money | None  # what a development machine gives at one press

    @property
    def enough(self) -> bool:
        """Whether it covers the whole total."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to pay as the page shows it. `usable`: it could pay this total now."""

    method: str
    label: str | Promise
    hint: str | Promise
    template: str
    usable: bool


def wallet_of(user_id: int, total: Money) -> Wallet:
    """The person's wallet in the currency of this total. One query."""
    balance = ledger.balance(accounts.wallet(user_id), total.currency)
    missing = Money(max(0, total.amount - balance.amount), total.currency)
    given = demo.amount(total.currency) if settings.DEVELOPMENT else None
    return Wallet(balance, left=balance + missing - total, missing=missing, demo=given)


def offered(wallet: Wallet) -> list[Choice]:
    """Every way to pay of this total, in the order in which they are offered."""
    boxes = {
        Method.WALLET: Choice(
            Method.WALLET,
            Method.WALLET.label,
            _("No card needed, refunds land at once"),
            "payments/methods/wallet.html",
            usable=wallet.enough,
        ),
    }
    return [boxes[method] for method in purchase.OFFERED]
