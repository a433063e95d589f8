"""What stands between a seller's account at Stripe and a bank: what it may do, its bank accounts, its balance."""

from __future__ import annotations

from dataclasses import dataclass

from payments.gateways.stripe import stripe_data
from payments.gateways.stripe.client import outcome, v1
from payments.gateways.stripe.stripe_data import StripeData, StripeRaw, as_dict


@dataclass(frozen=True)
class BankState:
    """A bank account, or a debit card, of a seller. Stripe shows no more of its number than the last four."""

    id: str
    bank: str
    country: str
    currency: str
    last4: str
    default: bool  # of its currency
    errored: bool  # a payout to it came back: Stripe sends nothing there any more
    fingerprint: str = ""  # Stripe's, of its number: the same account is the same text


@dataclass(frozen=True)
class ReceiverState:
    """A seller's account as one that is paid. `receives`: it may be sent transfers. `manual`: Stripe pays nothing out
    unless we say so.
    """

    account: str
    country: str
    recipient: bool
    receives: bool
    payouts_enabled: bool
    manual: bool
    disabled_reason: str
    banks: tuple[BankState, ...]

    def bank(self, currency: str, bank_id: str = "") -> BankState | None:
        """The bank account of this id, else the default one of a currency."""
        for bank in self.banks:
            if bank.currency == currency and (bank.id == bank_id if bank_id else bank.default):
                return bank
        return None


def receiver_state(raw: StripeRaw) -> ReceiverState:
    """The plain state of an account object."""
    data = as_dict(raw)
    payouts = stripe_data.part(stripe_data.part(data, "settings"), "payouts")
    agreement = stripe_data.text(stripe_data.part(data, "tos_acceptance"), "service_agreement")
    return ReceiverState(
        account=str(data["id"]),
        country=stripe_data.text(data, "country"),
        recipient=agreement == "recipient",
        receives=stripe_data.text(stripe_data.part(data, "capabilities"), "transfers") == "active",
        payouts_enabled=bool(data.get("payouts_enabled")),
        manual=stripe_data.text(stripe_data.part(payouts, "schedule"), "interval") == "manual",
        disabled_reason=stripe_data.text(stripe_data.part(data, "requirements"), "disabled_reason"),
        banks=banks(data),
    )


def banks(data: StripeData) -> tuple[BankState, ...]:
    """The bank accounts of an account object."""
    return tuple(_bank(one) for one in stripe_data.parts(stripe_data.part(data, "external_accounts"), "data"))


def _bank(data: StripeData) -> BankState:
    return BankState(
        id=str(data["id"]),
        bank=stripe_data.text(data, "bank_name") or stripe_data.text(data, "brand"),
        country=stripe_data.text(data, "country"),
        currency=stripe_data.text(data, "currency").upper(),
        last4=stripe_data.text(data, "last4"),
        default=bool(data.get("default_for_currency")),
        errored=stripe_data.text(data, "status") == "errored",
        fingerprint=stripe_data.text(data, "fingerprint") or str(data["id"]),
    )


def read_receiver(account_id: str) -> ReceiverState:
    """A seller's account with its bank accounts, as it is now. Raises Refused where it let go of us; Unknown."""
    with outcome():
        return receiver_state(v1().accounts.retrieve(account_id))


def pay_out_by_hand(account_id: str) -> ReceiverState:
    """From now on Stripe pays out from this account only what we say. Told again it changes nothing."""
    with outcome():
        return receiver_state(
            v1().accounts.update(account_id, {"settings": {"payouts": {"schedule": {"interval": "manual"}}}})
        )


def read_balance(account_id: str, currency: str) -> tuple[int, int]:
    """What a seller's account holds in a currency: (available, pending), minor units; below zero is owed to Stripe."""
    with outcome():
        data = as_dict(v1().balance.retrieve({}, {"stripe_account": account_id}))
    available, pending = (
        sum(
            stripe_data.integer(line, "amount")
            for line in stripe_data.parts(data, kind)
            if str(line["currency"]).upper() == currency
        )
        for kind in ("available", "pending")
    )
    return available, pending
