"""PayPal: money to an email address. BANIBS bears the fee; nothing is converted.

What nobody claims waits 30 days at PayPal and comes back. Our attempt's key is the batch's `sender_batch_id`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from banibs.core.clock import now
from banibs.core.money import Money
from banibs.core.security import encryption
from banibs.core.ui import quantities
from payments.gateways import outcomes
from payouts import policy
from payouts.gateways.json_data import text
from payouts.gateways.paypal import batch_payouts, client
from payouts.models import PayoutAttempt, PayoutMethod
from payouts.providers import sealed
from payouts.providers.interface import Check, Progress, Quote, Seen, ShortOfFunds, Terms

_NO_FUNDS = "INSUFFICIENT_FUNDS"
_CAME_BACK = ("RETURNED", "REFUNDED", "REVERSED")


class PayPal:
    """See `interface.Provider`."""

    name = "paypal"

    def terms(self) -> Terms:
        """Whether there are keys."""
        why_not = "" if client.configured() else _("PayPal is not set up on this site (PAYPAL_CLIENT_ID).")
        return Terms("PayPal", configured=client.configured(), why_not=why_not)

    def check(self, method: PayoutMethod) -> Check:
        """Whether it is an email address: PayPal tells of an account only when money comes, and keeps that for whoever
        opens one within 30 days.
        """
        try:
            validate_email(text(sealed.destination(method), "email"))
        except ValidationError:
            return Check("failed", _("This is no email address."))
        return Check("verified", masked=method.masked)

    def quote(self, method: PayoutMethod, sends: Money) -> Quote:
        """What is sent arrives, mostly at once."""
        if not batch_payouts.takes(sends):
            raise outcomes.Refused(
                "currency_not_supported",
                _("PayPal does not pay out %(amount)s. Choose another method.") % {"amount": sends},
            )
        return Quote(sends=sends, arrives=sends, working_days=(0, 1))

    def params(self, attempt: PayoutAttempt, method: PayoutMethod) -> Mapping[str, object]:
        """The address stays sealed here too."""
        receiver = encryption.encrypt(text(sealed.destination(method), "email")).decode()
        payout = attempt.payout
        return {
            "receiver": receiver,
            "amount": payout.amount,
            "currency": payout.currency,
            "reference": payout.number,
        }

    def send(self, attempt: PayoutAttempt) -> Progress:
        """Sent again under the same key it is found, not sent, for 30 days."""
        if attempt.external_id:
            return self.look_up(attempt)
        params = attempt.params
        amount = Money(int(params["amount"]), str(params["currency"]))
        if not batch_payouts.takes(amount):
            raise outcomes.Refused("currency_not_supported", _("PayPal does not take this currency."))
        try:
            item = batch_payouts.create(
                key=attempt.key,
                receiver=sealed.opened(str(params["receiver"]).encode()),
                amount=amount,
                reference=str(params["reference"]),
            )
        except client.PayPalRefused as refused:
            if refused.code == _NO_FUNDS:
                raise _short(refused.detail) from refused
            raise
        return _progress(item, amount)

    def look_up(self, attempt: PayoutAttempt) -> Progress:
        """By its batch; without one under its key, while PayPal still knows it.

        Raises ShortOfFunds where PayPal found out late, Unknown for an old attempt that nobody can find.
        """
        if attempt.external_id:
            return _progress(batch_payouts.read(attempt.external_id), attempt.payout.money)
        if attempt.created_at < now() - policy.PAYPAL_KEY_GOOD_FOR:
            raise outcomes.Unknown("PayPal knows this key no more: look for it in PayPal's activity")
        try:
            return self.send(attempt)
        except ShortOfFunds:
            raise
        except outcomes.Refused as refused:  # so nothing was ever sent under this key
            return Progress("failed", code=refused.code, words=refused.message, detail=refused.for_staff)

    def bring_back(self, attempt: PayoutAttempt) -> Progress:
        """Only what nobody has claimed. Raises Refused for anything else."""
        if not attempt.payout_external_id:
            raise outcomes.Refused("not_found", "", detail="PayPal has not named its item yet")
        return _progress(batch_payouts.cancel(attempt.payout_external_id), attempt.payout.money)

    def listed(self, methods: Sequence[PayoutMethod]) -> Sequence[Seen]:
        """PayPal's Payouts has no list: it shows a batch to whoever knows its id."""
        return []


def _progress(item: batch_payouts.Item, amount: Money) -> Progress:
    if item.amount is not None and item.amount != amount:
        raise outcomes.KeyConflict(f"PayPal paid {item.amount} under the key of {amount}")
    if item.status == "FAILED" and item.failure == _NO_FUNDS:
        raise _short(f"batch {item.batch_id} was denied")
    told = Progress("accepted", external_id=item.batch_id, payout_external_id=item.item_id)
    if item.status in ("PENDING", "ONHOLD"):
        return told
    if item.status == "UNCLAIMED":
        return replace(told, state="in_transit")
    if item.fee is not None and item.fee.amount > 0:
        told = replace(
            told, fee=item.fee.amount, fee_id=f"paypal_{item.item_id}", fee_currency=item.fee.currency
        )
    if item.status == "SUCCESS":
        return replace(told, state="paid")
    if item.status in _CAME_BACK:
        return replace(told, state="returned", returned=amount, code=item.status, words=_words(item.status))
    if item.status in ("FAILED", "BLOCKED"):
        code = item.failure or item.status
        return replace(told, state="failed", code=code, words=client.words(code), detail=code)
    raise outcomes.Unknown(f"PayPal says {item.status}")


def _words(status: str) -> str:
    return {
        "RETURNED": _("Nobody claimed it at PayPal within %(days)s. Check the email address, then try again.")
        % {"days": quantities.duration(policy.PAYPAL_UNCLAIMED_FOR)},
        "REFUNDED": _("It was sent back from the PayPal account."),
        "REVERSED": _("PayPal took it back. Ask PayPal why, then try again."),
    }[status]


def _short(detail: str) -> ShortOfFunds:
    return ShortOfFunds(_NO_FUNDS, client.words(_NO_FUNDS), detail=detail)


PROVIDER = PayPal()
