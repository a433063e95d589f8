"""A quote as a page shows it and gets it back: signed, so that what is confirmed is what was seen."""

from __future__ import annotations

from django.core import signing
from django.utils.translation import gettext as _

from banibs.core.money import Money
from payments.gateways import outcomes
from payouts import policy
from payouts.models import PayoutMethod
from payouts.providers.interface import PROVIDERS, Quote

SALT = "payouts.quote"


def sign(quote: Quote) -> str:
    """For a hidden field of a form."""
    return signing.dumps(quote.as_json(), salt=SALT)


def confirmed(text: str, sends: Money) -> dict[str, object]:
    """What was shown, where it is still good and of this amount; else nothing."""
    try:
        quote: dict[str, object] = signing.loads(text, salt=SALT, max_age=policy.QUOTE_SHOWN_FOR)
    except signing.BadSignature:
        return {}
    same = (quote.get("sends"), quote.get("currency")) == (sends.amount, sends.currency)
    return quote if same else {}


def asked_quote(method: PayoutMethod, amount: Money) -> tuple[Quote | None, str]:
    """What the provider says would arrive, or why nobody knows."""
    try:
        return PROVIDERS.get(method.provider).quote(method, amount), ""
    except outcomes.Refused as refused:
        return None, refused.message or _("The provider does not say what would arrive.")
    except outcomes.Unknown:
        return None, _("The provider did not answer. You can go on; what arrives is shown when it is sent.")
