"""Money in the demo's wallets, marked as the demo's; and a few credits by staff, asked for by one and decided by another."""

from __future__ import annotations

from banibs.core.money import Money, exponent
from banibs.dev.demo import people
from banibs.users.models import User
from marketplace.cart import contents as carts
from marketplace.pricing.quote import Tender
from wallet import accounts, approvals, demo_credit, ledger

STEP = {
    "USD": 150,
    "GBP": 100,
    "EUR": 100,
    "NGN": 100_000,
    "GHS": 1_000,
    "KES": 10_000,
    "ZAR": 2_000,
    "CAD": 150,
    "JMD": 20_000,
    "XOF": 50_000,
}
# What the two buyers' wallets hold at least when the demo opens, in whole units.
OPENING = {
    "buyer@banibs.test": {"GBP": 480, "USD": 350, "EUR": 260},
    "buyer2@banibs.test": {"USD": 520, "GBP": 240, "EUR": 180},
}


def enough_for(buyer: User, contents: carts.Contents) -> None:
    """Credits the wallet in round steps until it covers the cart, with the tax of the address it goes to."""
    currency = contents.place.currency
    missing = (
        contents.quote(Tender("wallet")).total - ledger.balance(accounts.wallet(buyer.pk), currency).amount
    )
    if missing > 0:
        step = STEP[currency] * 10 ** exponent(currency)
        demo_credit.grant(user=buyer.pk, amount=Money(-(-missing // step) * step, currency))


def top_up_demo_buyers() -> None:
    """Brings the two buyers' wallets up to what the demo opens with; with real keys there is no demo money to spend."""
    if not demo_credit.given_here():
        return
    for email, wanted in OPENING.items():
        buyer = User.objects.get(email=email)
        for currency, units in wanted.items():
            held = ledger.balance(accounts.wallet(buyer.pk), currency).amount
            step = STEP[currency] * 10 ** exponent(currency)
            missing = units * 10 ** exponent(currency) - held
            if missing > 0:
                rounded = -(-missing // (step // 2)) * (step // 2)
                demo_credit.grant(user=buyer.pk, amount=Money(rounded, currency))


def credit_by_staff() -> None:
    """One credit within what one person may give, one refused, one that waits for a second: so that staff see each."""
    asked, decides = (User.objects.get(email=email) for email in people.STAFF)
    buyer, other = (User.objects.get(email=email) for email in people.BUYERS)
    _request(asked, buyer, Money(1_500, "GBP"), "Goodwill: a parcel lay three days at the depot")
    refused = _request(asked, buyer, Money(50_000, "GBP"), "Compensation for a late parcel")
    approvals.refuse(
        refused, decider=decides, note="The parcel came two days late and cost £48. Ask for less."
    )
    _request(
        asked, other, Money(52_000, "USD"), "Goodwill: a set of jugs arrived chipped and the shop is away"
    )


def _request(asked: User, buyer: User, amount: Money, reason: str) -> int:
    return approvals.request_credit(
        requester=asked, user_id=buyer.pk, name=buyer.name, amount=amount, reason=reason
    ).pk
