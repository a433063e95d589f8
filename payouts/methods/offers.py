"""Which kinds of destination a shop may add, and why not the others: by its country, by what is set up on this site."""

from __future__ import annotations

from dataclasses import dataclass

import pycountry
from django.utils.translation import gettext as _

from marketplace.models import Seller
from payouts import countries
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod
from payouts.providers.interface import PROVIDERS, Terms

Kind = PayoutMethod.Kind
# Stripe's is made on Stripe's own page: its row appears by itself.
ADDED_HERE = (Kind.PAYPAL, Kind.WISE, Kind.CRYPTO)


@dataclass(frozen=True)
class Offer:
    """A kind of destination as the shop may choose it. `why_not` is empty where it can be added."""

    kind: str
    name: str
    takes: str  # what it takes and when it arrives, in words
    why_not: str = ""


def offers(shop: Seller) -> list[Offer]:
    """Every kind of destination, those that cannot work here with the reason. Asks nobody; no statement."""
    return [_offer(Kind(kind), shop.country) for kind in Kind.values]


def _offer(kind: PayoutMethod.Kind, country: str) -> Offer:
    known = terms(kind)
    why_not = _not_in(kind, country)
    if not why_not and not known.configured:
        why_not = _("%(name)s is not set up on this site yet.") % {"name": kind.label}
    return Offer(kind, str(kind.label), _takes(kind, country), why_not)


def terms(kind: str) -> Terms:
    """What the provider of a kind says of itself on this installation."""
    return PROVIDERS.get(PayoutMethod(kind=kind).provider).terms()


def check(shop: Seller, kind: str) -> None:
    """Raises MethodRefused where a shop of this country cannot add this kind of destination here."""
    if kind not in ADDED_HERE:
        raise MethodRefused(
            "destination_invalid",
            _("Your bank account is added at Stripe, under Getting paid."),
            status=400,
            fields={"kind": _("Your bank account is added at Stripe, under Getting paid.")},
        )
    offer = _offer(Kind(kind), shop.country)
    if offer.why_not:
        code, status = ("currency_not_supported", 400)
        if not _not_in(Kind(kind), shop.country):
            code, status = ("provider_not_configured", 503)
        raise MethodRefused(code, offer.why_not, status=status, fields={"kind": offer.why_not})


def _not_in(kind: PayoutMethod.Kind, country: str) -> str:
    """Wise pays banks of other countries too: of it the bank's country is asked, when its account is typed."""
    if kind == Kind.WISE or countries.destination(country, method=kind) is not None:
        return ""
    place = country_name(country)
    if kind == Kind.CRYPTO:
        return _("We do not send crypto to %(country)s: its law forbids it, or we found no word on it.") % {
            "country": place
        }
    return _("%(name)s does not pay out in %(country)s.") % {"name": _provider_name(kind), "country": place}


def _takes(kind: PayoutMethod.Kind, country: str) -> str:
    place = countries.destination(country, method=kind)
    if kind == Kind.STRIPE:
        currency = place.currency if place else ""
        return _("To your bank account in %(currency)s, by Stripe. It arrives within a few working days.") % {
            "currency": currency
        }
    if kind == Kind.PAYPAL:
        return _("To your PayPal account, in the currency of your balance. Usually the same day.")
    if kind == Kind.WISE:
        return _("To a bank account in one of %(count)s currencies. You see the rate before you confirm.") % {
            "count": len(wise_currencies())
        }
    return _(
        "USDC, USDT, DAI, ETH, POL or SOL to your own wallet. Our staff send it by hand, which takes longer."
    )


def _provider_name(kind: PayoutMethod.Kind) -> str:
    return "Stripe" if kind == Kind.STRIPE else str(kind.label)


def wise_currencies() -> list[str]:
    """The currencies that Wise pays out, each once, as the table has them."""
    return sorted({row.currency for row in countries.offered(Kind.WISE)})


def country_name(country: str) -> str:
    """A country by the name that people use."""
    found = pycountry.countries.get(alpha_2=country)
    return country if found is None else str(getattr(found, "common_name", found.name))
