"""Why a card was declined, or a call refused, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def decline_text(code: str) -> str:
    """A decline in a shopkeeper's decline_text (codes: Stripe, "Decline codes"). Never more than the buyer may know."""
    return {
        "insufficient_funds": _("The card does not have enough money on it."),
        "expired_card": _("This card has expired."),
        "incorrect_cvc": _("The security code does not match the card."),
        "incorrect_number": _("The card number is not right."),
        "processing_error": _("The bank had a hiccup. Try again in a moment."),
        "authentication_required": _("Your bank asks you to confirm."),
        "payment_intent_authentication_failure": _("Your bank did not confirm."),
        "card_velocity_exceeded": _("The bank's limit for this card is reached."),
        "authentication_failed": _("Your bank did not confirm."),
    }.get(code, _("Your card was declined. Your bank can tell you why."))


def refusal_text(code: str) -> str:
    """A refusal that is no decline, in a person's words (codes: Stripe, "Error codes"). Never Stripe's own, which are
    for developers.
    """
    return {
        "amount_too_small": _("This is less than a card can be charged."),
        "amount_too_large": _("This is more than a card can be charged at once."),
        "payment_intent_unexpected_state": _(
            "This payment has gone on meanwhile, perhaps in another window."
        ),
        "payment_method_unexpected_state": _("This card cannot be used for this payment. Choose another."),
        "payment_method_unactivated": _("This way to pay is not open just now. Choose another."),
        "email_invalid": _("Stripe does not take this email address."),
        "account_invalid": _("The connection between your shop and Stripe was ended."),
        "balance_insufficient": _("Stripe does not hold enough for this just now."),
        "insufficient_capabilities_for_transfer": _("Stripe needs something more from you first."),
        "transfers_not_allowed": _("Stripe does not let us send money to your country."),
        "payouts_not_allowed": _("Stripe needs something more from you first."),
        "bank_account_unusable": _("A payout to this bank account came back. Give Stripe another one."),
        "country_unsupported": _("Stripe opens no accounts in your country yet."),
    }.get(code, _("Stripe did not accept this."))
