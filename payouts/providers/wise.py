"""Wise: money to a bank account in its own currency. The rate is Wise's and shown before; BANIBS bears the fee.

A transfer takes no money until it is funded, so one that was made and lost costs nothing. What it took and what came
back is read from the lines of our balance, not from its status.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import structlog
from django.utils.translation import gettext as _

from banibs.core.clock import now
from banibs.core.money import Money
from payments.gateways import outcomes
from payouts import policy
from payouts.gateways.json_data import part, text
from payouts.gateways.wise import client, quotes, recipients, transfers
from payouts.gateways.wise.quotes import WiseQuote
from payouts.gateways.wise.transfers import Transfer
from payouts.models import PayoutAttempt, PayoutMethod
from payouts.providers import sealed
from payouts.providers.interface import Check, Progress, Quote, QuoteWorse, Seen, ShortOfFunds, Terms

log = structlog.get_logger(__name__)
_KEYS = uuid.UUID("6f1d1f0e-58b6-4c0e-9d0f-0b7f5a3a9c03")  # the namespace of our customerTransactionIds
_WAITS = "incoming_payment_waiting"
_ON_ITS_WAY = ("incoming_payment_initiated", "processing", "funds_converted")
_SENT = (
    "outgoing_payment_sent",
    "bounced_back",
)  # bounced: it was sent, and what comes back is told by the refund


class Wise:
    """See `interface.Provider`."""

    name = "wise"

    def terms(self) -> Terms:
        """Whether there is a key, and the profile that it is for."""
        why_not = "" if client.configured() else _("Wise is not set up on this site (WISE_API_TOKEN).")
        return Terms("Wise", configured=client.configured(), why_not=why_not)

    def check(self, method: PayoutMethod) -> Check:
        """Has Wise make the recipient, which checks the details, or asks whether it still stands."""
        try:
            if method.provider_ref:
                found = recipients.read(method.provider_ref)
            else:
                told = sealed.destination(method)
                found = recipients.create(
                    currency=method.currency,
                    kind=text(told, "type"),
                    holder=text(told, "accountHolderName"),
                    details=part(told, "details"),
                )
        except client.WiseRefused as refused:
            return Check("failed", "; ".join(filter(None, refused.fields.values())) or refused.message)
        if not found.active or found.currency != method.currency:
            return Check("failed", _("Wise does not pay to this account any more."), str(found.id))
        return Check("verified", provider_ref=str(found.id))

    def quote(self, method: PayoutMethod, sends: Money) -> Quote:
        """What arrives, at which rate, until when."""
        try:
            found = _asked(sends, method.currency, method.provider_ref)
        except client.WiseRefused as refused:
            code = "currency_not_supported" if refused.code == "CURRENCY_NOT_SUPPORTED" else refused.code
            raise outcomes.Refused(code, refused.message, detail=refused.for_staff) from refused
        return _as_quote(found)

    def params(self, attempt: PayoutAttempt, method: PayoutMethod) -> Mapping[str, object]:
        """The recipient's number at Wise, and the id by which a transfer is made once."""
        payout = attempt.payout
        return {
            "recipient": method.provider_ref,
            "amount": payout.amount,
            "currency": payout.currency,
            "target": method.currency,
            "transaction": str(uuid.uuid5(_KEYS, attempt.key)),
            "reference": payout.number,
        }

    def send(self, attempt: PayoutAttempt) -> Progress:
        """Made once, then paid for from our balance. Raises QuoteWorse before anything is made."""
        transfer = self._found(attempt)
        if transfer is not None:
            return self._go_on(attempt, transfer)
        params = _Params.of(attempt)
        if not params.recipient:
            raise outcomes.Refused("destination_invalid", client.words("NOT_VALID"), detail="no recipient")
        transfer, quote = _make(attempt, params)
        told = self._go_on(attempt, transfer)
        return replace(told, quote=_as_quote(quote), arrives_on=_day(quote)) if quote else told

    def look_up(self, attempt: PayoutAttempt) -> Progress:
        """By its number or our id; not there, it is made under the same id, which Wise makes once. What is refused then has
        taken nothing: it failed.
        """
        try:
            return self.send(attempt)
        except (ShortOfFunds, QuoteWorse):
            raise
        except outcomes.Refused as refused:
            if attempt.external_id:
                raise
            return Progress("failed", code=refused.code, words=refused.message, detail=refused.for_staff)

    def bring_back(self, attempt: PayoutAttempt) -> Progress:
        """Cancels what was not sent. Raises Refused where it was."""
        transfer = self._found(attempt)
        if transfer is None:
            raise outcomes.Refused("not_found", "", detail="Wise has no such transfer")
        return _progress(transfers.cancel(transfer.id), attempt)

    def listed(self, methods: Sequence[PayoutMethod]) -> Sequence[Seen]:
        """Transfers to these recipients, of the last months."""
        ours = {method.provider_ref for method in methods}
        found = [
            one for one in transfers.listing(since=now() - policy.LISTED_BACK) if str(one.recipient) in ours
        ]
        return [
            Seen(str(one.id), one.sends, one.status, made_at=one.made_at, ours=one.reference)
            for one in found[: policy.PAYOUTS_LISTED]
        ]

    def _found(self, attempt: PayoutAttempt) -> Transfer | None:
        if attempt.external_id:
            return transfers.read(attempt.external_id)
        since = attempt.created_at - policy.WISE_LOOKED_BEFORE
        return transfers.find(_Params.of(attempt).transaction, since=since)

    def _go_on(self, attempt: PayoutAttempt, transfer: Transfer) -> Progress:
        """Pays for it where that was not done, and says how it stands."""
        if transfer.status == _WAITS:
            transfer = _paid_for(transfer)
        return _progress(transfer, attempt)


@dataclass(frozen=True)
class _Params:
    """What was frozen."""

    recipient: str
    sends: Money
    target: str
    transaction: str
    reference: str

    @classmethod
    def of(cls, attempt: PayoutAttempt) -> _Params:
        said = attempt.params
        return cls(
            recipient=str(said["recipient"]),
            sends=Money(int(said["amount"]), str(said["currency"])),
            target=str(said["target"]),
            transaction=str(said["transaction"]),
            reference=str(said["reference"]),
        )


def _asked(sends: Money, target: str, recipient: str) -> WiseQuote:
    return quotes.ask(sends, target or sends.currency, recipient=int(recipient) if recipient else None)


def _as_quote(found: WiseQuote) -> Quote:
    converted = found.arrives.currency != found.sends.currency
    return Quote(
        sends=found.sends,
        arrives=found.arrives,
        rate=f"{found.rate:f}" if converted else "",
        fee=found.fee,
        id=found.id,
        expires_at=found.expires_at,
        arrives_on=found.arrives_at.date() if found.arrives_at else None,
        working_days=(0, 3),
    )


def _day(quote: WiseQuote) -> dt.date | None:
    return quote.arrives_at.date() if quote.arrives_at else None


def _make(attempt: PayoutAttempt, params: _Params) -> tuple[Transfer, WiseQuote | None]:
    """The transfer, by the quote that the seller confirmed, or by a new one where that is over: then it is told too."""
    if _holds(attempt, params):
        try:
            return _made(params, str(attempt.quote["id"])), None
        except client.WiseRefused as refused:
            if "quoteUuid" not in refused.fields:
                raise
    quote = _new_quote(attempt, params)
    return _made(params, quote.id), quote


def _holds(attempt: PayoutAttempt, params: _Params) -> bool:
    """Whether the confirmed quote is of this amount, and lasts."""
    confirmed = attempt.quote
    if not confirmed.get("id") or confirmed.get("sends") != params.sends.amount:
        return False
    until = str(confirmed.get("expires_at") or "")
    return bool(until) and dt.datetime.fromisoformat(until) > now() + policy.QUOTE_LEFT_AT_LEAST


def _new_quote(attempt: PayoutAttempt, params: _Params) -> WiseQuote:
    """Raises QuoteWorse where it is worse than the confirmed one by more than was promised."""
    found = _asked(params.sends, params.target, params.recipient)
    confirmed = attempt.quote
    promised = int(confirmed.get("arrives") or 0)
    same = (
        confirmed.get("sends") == params.sends.amount and confirmed.get("arrives_currency") == params.target
    )
    least = promised * (10_000 - policy.QUOTE_WORSE_AT_MOST_BPS)
    if same and found.arrives.amount * 10_000 < least:
        said = f"{found.arrives.amount} instead of {promised} minor units of {params.target} would arrive"
        raise QuoteWorse("quote_worse", client.words("quote_worse"), detail=said)
    return found


def _made(params: _Params, quote: str) -> Transfer:
    return transfers.create(
        recipient=int(params.recipient),
        quote=quote,
        transaction=params.transaction,
        reference=params.reference,
    )


def _paid_for(transfer: Transfer) -> Transfer:
    """The transfer, paid for from our balance. Raises ShortOfFunds, Refused, Unknown."""
    try:
        paid = transfers.fund(transfer.id)
    except client.WiseRefused:
        seen = transfers.read(str(transfer.id))
        if seen.status != _WAITS:  # paid for before: that answer was lost
            return seen
        _take_away(transfer)
        raise
    if not paid:
        _take_away(transfer)
        raise ShortOfFunds(
            "insufficient_funds",
            _("Waiting for money to reach BANIBS’s account at Wise."),
            detail=f"transfer {transfer.id} was not paid for",
        )
    return transfers.read(str(transfer.id))


def _take_away(transfer: Transfer) -> None:
    """A transfer that waits for money is not needed any more; Wise drops it by itself after two weeks too."""
    try:
        transfers.cancel(transfer.id)
    except (outcomes.Refused, outcomes.Unknown) as left:
        log.warning("wise.transfer_left_waiting", transfer=transfer.id, error=str(left))


def _progress(transfer: Transfer, attempt: PayoutAttempt) -> Progress:
    named = str(transfer.id)
    if transfer.status == _WAITS:
        return Progress("accepted", external_id=named)
    if transfer.status in _ON_ITS_WAY:
        return Progress("in_transit", external_id=named)
    if transfer.status in _SENT:
        fee = _fee(transfer, attempt)
        return Progress("paid", external_id=named, fee=fee, fee_id=f"wise_{named}")
    if transfer.status in ("cancelled", "funds_refunded"):
        return _ended(transfer, attempt)
    raise outcomes.Unknown(f"Wise says {transfer.status}")


def _fee(transfer: Transfer, attempt: PayoutAttempt) -> int:
    """What it took beside the payout; as it was quoted while our token may not read the statement, or it is not there."""
    try:
        taken = transfers.lines(transfer, attempt.payout.currency, until=now()).taken
    except outcomes.KeyRefused as refused:
        log.warning("wise.no_statement", error=str(refused))
        taken = Money(0, attempt.payout.currency)
    if taken.amount == 0:
        return int(attempt.quote.get("fee") or 0)
    return max(0, (taken - attempt.payout.money).amount)


def _ended(transfer: Transfer, attempt: PayoutAttempt) -> Progress:
    """It was not sent, or came back: by what stands in our balance. Until the refund stands there it is on its way."""
    payout, named = attempt.payout, str(transfer.id)
    lines = transfers.lines(transfer, payout.currency, until=now())
    failed = Progress("failed", external_id=named, code=transfer.status, words=client.words("cancelled"))
    if lines.taken.amount == 0:
        if transfer.status == "funds_refunded":
            raise outcomes.Unknown(f"no line of our balance bears transfer {named}")
        return failed
    back = lines.back
    if back.amount == 0:
        elsewhere = transfers.came_back_in(transfer, but=payout.currency, until=now())
        if elsewhere is None:
            return Progress("in_transit", external_id=named)
        back = elsewhere
    elif attempt.paid_at is None and back >= payout.money:  # nothing of the seller's was lost
        return replace(failed, fee=max(0, (lines.taken - back).amount), fee_id=f"wise_{named}")
    return Progress(
        "returned",
        external_id=named,
        returned=min(back, payout.money) if back.currency == payout.currency else back,
        fee=max(0, (lines.taken - payout.money).amount),
        fee_id=f"wise_{named}",
        fee_back=max(0, (back - payout.money).amount) if back.currency == payout.currency else 0,
        code="bounced_back",
        words=client.words("bounced_back"),
    )


PROVIDER = Wise()
