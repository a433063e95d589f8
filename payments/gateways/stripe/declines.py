"""Why a card was declined, in words."""

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
    }.get(code, _("The bank did not say why. Your bank can tell you more."))
