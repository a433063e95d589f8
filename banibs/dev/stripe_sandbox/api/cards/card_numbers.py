"""Test cards, as Stripe's testing documentation lists them: what each number does,
and the shortcuts that name it.

No number is ever kept: a card that came in is at once reduced to brand, last four digits, expiry,
a fingerprint and
the name of its behaviour.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class TestCard:
    """What is known of a test number once the number itself is gone."""

    brand: str
    last4: str
    behaviour: str
    fingerprint: str
    country: str = "US"
    funding: str = "credit"


@dataclass(frozen=True)
class Decline:
    """Why a card is refused, in Stripe's words."""

    code: str
    decline_code: str | None
    message: str


# number → behaviour, names of shortcuts (pm_card_… and tok_…), then what differs from a US Visa credit card
_NUMBERS: dict[str, tuple[Any, ...]] = {
    "4242424242424242": ("succeeds", ["visa"]),
    "4000056655665556": ("succeeds", ["visa_debit"], {"funding": "debit"}),
    "5555555555554444": ("succeeds", ["mastercard"], {"brand": "mastercard"}),
    "2223003122003222": ("succeeds", [], {"brand": "mastercard"}),
    "5200828282828210": ("succeeds", ["mastercard_debit"], {"brand": "mastercard", "funding": "debit"}),
    "5105105105105100": ("succeeds", ["mastercard_prepaid"], {"brand": "mastercard", "funding": "prepaid"}),
    "378282246310005": ("succeeds", ["amex"], {"brand": "amex"}),
    "371449635398431": ("succeeds", [], {"brand": "amex"}),
    "6011111111111117": ("succeeds", ["discover"], {"brand": "discover"}),
    "3056930009020004": ("succeeds", ["diners"], {"brand": "diners"}),
    "3566002020360505": ("succeeds", ["jcb"], {"brand": "jcb"}),
    "6200000000000005": ("succeeds", ["unionpay"], {"brand": "unionpay"}),
    "4000001240000000": ("succeeds", ["ca"], {"country": "CA"}),
    "4000008260000000": ("succeeds", ["gb"], {"country": "GB"}),
    "4000002760000016": ("succeeds", ["de"], {"country": "DE"}),
    "4000002500000003": ("succeeds", ["fr"], {"country": "FR"}),
    "4000000000000077": ("bypasses_pending", ["bypassPending"]),
    "4000003720000278": ("bypasses_pending", ["bypassPendingInternational"], {"country": "IE"}),
    "4000002500003155": ("authenticates_unless_set_up", ["authenticationRequiredOnSetup"], {"country": "FR"}),
    "4000002760003184": ("authenticates_always", ["authenticationRequired"], {"country": "DE"}),
    "4000003800000446": ("set_up_already", ["authenticationRequiredSetupForOffSession"]),
    "4000008260003178": ("authenticates_then_insufficient_funds",
    ["authenticationRequiredChargeDeclinedInsufficientFunds"], {"country": "GB"}),
    "4000000000003220": ("authenticates_always", ["threeDSecure2Required", "threeDSecureRequired"]),
    "4000008400001629": ("authenticates_then_generic_decline", ["threeDSecureRequiredChargeDeclined"]),
    "4000000000003055": ("succeeds", ["threeDSecureOptional"]),
    "4000000000000002": ("generic_decline", ["visa_chargeDeclined", "chargeDeclined"]),
    "4000000000009995": ("insufficient_funds", ["visa_chargeDeclinedInsufficientFunds",
    "chargeDeclinedInsufficientFunds"]),
    "4000000000009987": ("lost_card", ["visa_chargeDeclinedLostCard", "chargeDeclinedLostCard"]),
    "4000000000009979": ("stolen_card", ["visa_chargeDeclinedStolenCard", "chargeDeclinedStolenCard"]),
    "4000000000000069": ("expired_card", ["chargeDeclinedExpiredCard"]),
    "4000000000000127": ("incorrect_cvc", ["chargeDeclinedIncorrectCvc"]),
    "4000000000000119": ("processing_error", ["chargeDeclinedProcessingError"]),
    "4000000000006975": ("card_velocity_exceeded", ["visa_chargeDeclinedVelocityLimitExceeded"]),
    "4100000000000019": ("fraudulent", ["chargeDeclinedFraudulent", "radarBlock"]),
    "4000000000000341": ("declines_after_attaching", ["chargeCustomerFail"]),
    "4000000000000259": ("disputed", ["createDispute"]),
    "4000000000002685": ("disputed_not_received", ["createDisputeProductNotReceived"]),
    "4000000000001976": ("inquired", ["createDisputeInquiry"]),
    "4000000000005423": ("warned_of", ["createIssuerFraudRecord"]),
    "4000000000007726": ("refund_pending", ["pendingRefund"]),
    "4000000000005126": ("refund_fails", ["refundFail"]),
}  # fmt: skip

_PLAIN = "Your card was declined."
DECLINES = {
    "generic_decline": Decline("card_declined", "generic_decline", _PLAIN),
    "declines_after_attaching": Decline("card_declined", "generic_decline", _PLAIN),
    "insufficient_funds": Decline("card_declined", "insufficient_funds", "Your card has insufficient funds."),
    "lost_card": Decline("card_declined", "lost_card", _PLAIN),
    "stolen_card": Decline("card_declined", "stolen_card", _PLAIN),
    "expired_card": Decline("expired_card", None, "Your card has expired."),
    "incorrect_cvc": Decline("incorrect_cvc", None, "Your card's security code is incorrect."),
    "processing_error": Decline("processing_error", None,
    "An error occurred while processing your card. Try again in a little bit."),
    "card_velocity_exceeded": Decline("card_declined", "card_velocity_exceeded",
    ("Your card was declined for making repeated attempts too frequently or "
"exceeding its amount limit.")),
    "fraudulent": Decline("card_declined", "fraudulent", _PLAIN),
    "authentication_required": Decline("authentication_required", "authentication_required",
    "Your card was declined. This transaction requires authentication."),
    "live_card": Decline("card_declined", "test_mode_live_card",
    ("Your card was declined. Your request was in test mode, but used a non test "
"(live) card. For a list of valid test cards, visit: "
"https://stripe.com/docs/testing.")),
}  # fmt: skip

AUTHENTICATED_OUTCOME = {
    "authenticates_then_insufficient_funds": DECLINES["insufficient_funds"],
    "authenticates_then_generic_decline": DECLINES["generic_decline"],
}


def _card(number: str) -> TestCard:
    behaviour, _names, *differs = _NUMBERS[number]
    fields = {"brand": "visa", **(differs[0] if differs else {})}
    return TestCard(last4=number[-4:], behaviour=behaviour, fingerprint=_fingerprint(number), **fields)


def _fingerprint(number: str) -> str:
    return hashlib.sha256(f"local-stripe:{number}".encode()).hexdigest()[:16]


SHORTCUTS: dict[str, TestCard] = {name: _card(number) for number, row in _NUMBERS.items() for name in row[1]}


def by_number(number: str) -> TestCard | None:
    """The test card of a number, or None where it is no test number."""
    return _card(number) if number in _NUMBERS else None


def by_shortcut(name: str) -> TestCard | None:
    """The test card that `pm_card_visa` or `tok_visa` names."""
    for prefix in ("pm_card_", "tok_"):
        if name.startswith(prefix):
            return SHORTCUTS.get(name.removeprefix(prefix))
    return None


def passes_luhn(number: str) -> bool:
    """Whether the check digit is right."""
    digits = [int(digit) for digit in reversed(number)]
    total = sum(digits[0::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return total % 10 == 0


def without_numbers(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Form pairs whose card numbers and security codes were cut down, fit to be remembered."""
    return [
        (name, _last_four(value) if name.endswith("[number]") else "***" if name.endswith("[cvc]") else value)
        for name, value in pairs
    ]


def _last_four(value: str) -> str:
    return re.sub(r"\D", "", value)[-4:]
