"""Bank accounts that a shop keeps at Stripe: a destination appears here when one appears there, and goes with it.

Another account there is another destination, which waits as if it had been typed here.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from banibs.core import events
from marketplace.models import Seller
from payments.gateways.stripe.connect.external_accounts import BankState
from payouts.methods import add_method, change_method, of_shop, verify_method
from payouts.methods.destinations import Destination
from payouts.models import PayoutMethod
from payouts.providers.interface import Check
from payouts.providers.stripe import masked_text

GONE = "gone_at_stripe"
Kind = PayoutMethod.Kind


def has_bank(shop_id: int) -> bool:
    """Whether the shop is paid to a bank at Stripe already."""
    return of_shop.living(shop_id).filter(kind=Kind.STRIPE).exists()


def sync_banks(shop: Seller, banks: Sequence[BankState], *, check: Check) -> None:
    """Makes the shop's bank destinations those that Stripe has, in the caller's transaction. `check` is of the account.

    Any number of times, in any order of events: what is known already is left as it is.
    """
    shop = of_shop.lock_shop(shop.pk)
    known = {row.fingerprint: row for row in of_shop.living(shop.pk).filter(kind=Kind.STRIPE)}
    there = {one.fingerprint: (bank, one) for bank in banks for one in [_destination(bank)]}
    for mark, row in known.items():
        if mark not in there:
            change_method.end(row, actor=events.STRIPE, why=GONE)
    for mark, (bank, destination) in there.items():
        row = known.get(mark) or add_method.write(
            shop,
            destination,
            user_id=shop.user_id,
            actor=events.STRIPE,
            state=check.state,
            provider_ref=bank.id,
        )
        if row.provider_ref != bank.id:
            PayoutMethod.objects.filter(pk=row.pk).update(provider_ref=bank.id)
        verify_method.keep(row.pk, _returned() if bank.errored else check, actor=events.STRIPE)


def _returned() -> Check:
    return Check("failed", words=_("A payout to this account came back. Give Stripe another account."))


def _destination(bank: BankState) -> Destination:
    return Destination(
        kind=Kind.STRIPE,
        country=bank.country,
        currency=bank.currency,
        details={"bank": bank.id, "currency": bank.currency, "number": bank.fingerprint},
        masked=masked_text(bank),
    )
