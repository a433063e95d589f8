"""Pays by card through Stripe Checkout, on a page of Stripe's own."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from payments.charges import card_payment
from payments.charges.create_intent import Urls
from payments.charges.open_intent import open_intent
from payments.models import Intent, Payment


def begin(payment: Payment) -> Intent:
    """The payment's open session; `url` is where the buyer goes. Raises as `open_intent` does.

    Stripe leads to `success` only when the session is paid, so that address says so, as a payment intent's does.
    """
    number = payment.checkout.number if payment.checkout else _("Wallet top-up")
    back = card_payment.return_url(payment)
    cancel = reverse("payments:again", args=[number]) if payment.checkout else reverse("wallet:wallet")
    urls = Urls(
        name=_("BANIBS order %(number)s") % {"number": number} if payment.checkout else number,
        success=f"{back}?redirect_status=succeeded",
        cancel=settings.SITE_URL.rstrip("/") + cancel,
    )
    return open_intent(payment.pk, kind=Intent.Kind.CHECKOUT_SESSION, urls=urls)
