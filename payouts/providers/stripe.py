"""Stripe: a Transfer puts the money on the shop's account there, a Payout sends it from there to the bank.

Each step has a key of its own made of the attempt's, and goes on where a lost answer or a dead process left it: what
Stripe has is found by its id, by the key, and once the key is forgotten by what we marked it with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypedDict, cast

import structlog
from django.utils.translation import gettext as _

from banibs.core import clock
from banibs.core.money import Money
from payments.gateways import installation, outcomes
from payments.gateways.stripe import client
from payments.gateways.stripe.connect import connected_payouts, external_accounts, transfers
from payments.gateways.stripe.connect.connected_payouts import PayoutState
from payments.gateways.stripe.connect.external_accounts import BankState, ReceiverState
from payments.gateways.stripe.connect.transfers import TransferState
from payments.models import ConnectedAccount
from payouts import countries, policy
from payouts.models import PayoutAttempt, PayoutMethod
from payouts.providers import stripe_words
from payouts.providers.interface import Check, Progress, Quote, Seen, ShortOfFunds, State, Terms

log = structlog.get_logger(__name__)
PAYOUT, ATTEMPT, NUMBER = "banibs_payout", "banibs_attempt", "banibs_payout_number"  # names of our metadata
_STATES: dict[str, State] = {
    "pending": "in_transit",
    "in_transit": "in_transit",
    "paid": "paid",
    "failed": "failed",
    "canceled": "failed",
}


class Asked(TypedDict):
    """What an attempt asks of Stripe, frozen: to whose account, to which bank account of it, how much."""

    account: str
    bank: str
    amount: int
    currency: str
    group: str
    metadata: dict[str, str]


class Stripe:
    """Bank accounts by Stripe Connect, in their own currency."""

    name = "stripe"

    def terms(self) -> Terms:
        """Whether there is a key."""
        if client.configured():
            return Terms("Stripe", configured=True)
        return Terms("Stripe", configured=False, why_not=_("This site has no key of Stripe’s."))

    def check(self, method: PayoutMethod) -> Check:
        """Whether Stripe would pay to this bank account. Raises outcomes.Unknown."""
        account = _accounts([method.seller_id]).get(method.seller_id)
        if account is None:
            return Check("failed", str(stripe_words.problem("account_missing")))
        try:
            receiver = external_accounts.read_receiver(account)
        except outcomes.Refused as refused:
            return Check("failed", refused.message)
        bank = receiver.bank(method.currency, method.provider_ref)
        problem = _problem(receiver, bank, method.provider_ref)
        masked = masked_text(bank) if bank else method.masked
        ref = bank.id if bank else method.provider_ref
        if not problem:
            return Check("verified", provider_ref=ref, masked=masked)
        words = stripe_words.problem(problem)
        if problem == "account_checked":
            return Check("checking", words, ref, masked)
        return Check("failed", words, ref, masked)

    def quote(self, method: PayoutMethod, sends: Money) -> Quote:
        """The same arrives, for Stripe is asked to change nothing. Raises Refused `currency_not_supported`."""
        if method.currency != sends.currency:
            raise outcomes.Refused(
                "currency_not_supported",
                _("%(bank)s takes %(takes)s, not %(currency)s.")
                % {"bank": method.masked, "takes": method.currency, "currency": sends.currency},
            )
        place = countries.destination(method.country) if method.country else None
        soonest, latest = policy.STRIPE_WORKING_DAYS
        if place is not None and place.recipient:
            soonest, latest = soonest + 1, latest + 1  # the money waits a day on the account of a recipient
        return Quote(sends=sends, arrives=sends, working_days=(soonest, latest))

    def params(self, attempt: PayoutAttempt, method: PayoutMethod) -> Mapping[str, object]:
        """To which account and bank account, and our marks. One statement."""
        payout = attempt.payout
        marks = {PAYOUT: str(payout.pk), ATTEMPT: str(attempt.number), NUMBER: payout.number}
        asked: Asked = {
            "account": _accounts([method.seller_id]).get(method.seller_id, ""),
            "bank": method.provider_ref,
            "amount": payout.amount,
            "currency": payout.currency,
            "group": payout.number,
            "metadata": installation.marked(marks),
        }
        return asked

    def send(self, attempt: PayoutAttempt) -> Progress:
        """The Transfer, then the Payout. Raises ShortOfFunds, Refused (nothing has left), Unknown."""
        return _carried(attempt, search=not _key_is_good(attempt))

    def look_up(self, attempt: PayoutAttempt) -> Progress:
        """How it fares. What was left half done is searched for by its marks, for a key may have kept an answer that says
        nothing, and else goes on under its keys. Raises ShortOfFunds, Unknown.
        """
        if attempt.payout_external_id and attempt.handed_at is not None:
            return _looked_at(attempt, _asked(attempt))
        try:
            return _carried(attempt, search=True)
        except ShortOfFunds:  # nothing has left: another attempt, when there is money
            raise
        except outcomes.Refused as refused:
            return Progress("failed", code=refused.code, words=refused.message, detail=refused.for_staff)

    def bring_back(self, attempt: PayoutAttempt) -> Progress:
        """Reverses the Transfer. Raises Refused where the shop's account no longer holds the money; asked only while it
        does, so that a refusal is not what its key remembers.
        """
        asked = _asked(attempt)
        transfer = transfers.read_transfer(attempt.external_id)
        left = transfer.amount - transfer.amount_reversed
        if left:
            there, _pending = external_accounts.read_balance(asked["account"], asked["currency"])
            if there < left:
                raise _refusal(
                    "reversal_short",
                    f"{asked['account']} holds {there} of {left} minor units of {asked['currency']}",
                )
            key = f"{attempt.key}:back:{left}"
            taken = transfers.reverse_transfer(transfer.id, key=key, amount=left, metadata=asked["metadata"])
        else:
            taken = transfer.reversed_by
        return _came_back(attempt, asked, taken)

    def listed(self, methods: Sequence[PayoutMethod]) -> Sequence[Seen]:
        """What Stripe lists of each shop's account, newest first. One statement, one call for each account."""
        found = [
            _seen(state)
            for account in sorted(set(_accounts([method.seller_id for method in methods]).values()))
            for state in connected_payouts.newest_payouts(account, limit=policy.STRIPE_PAYOUTS_LISTED)
        ]
        return sorted(found, key=lambda seen: str(seen.made_at), reverse=True)


PROVIDER = Stripe()


def bank_accounts(seller_id: int) -> tuple[BankState, ...]:
    """The bank accounts that a shop gave Stripe; none before it has an account there. Raises Refused, Unknown."""
    account = _accounts([seller_id]).get(seller_id)
    return external_accounts.read_receiver(account).banks if account else ()


def masked_text(bank: BankState) -> str:
    """A bank account as pages show it: Barclays •••• 6789."""
    return f"{bank.bank or bank.currency} •••• {bank.last4}"


def progress_of(state: PayoutState) -> Progress:
    """A payout as Stripe has it, as progress of its attempt."""
    code = (state.failure or state.status) if state.over else ""
    return Progress(
        _STATES[state.status],
        payout_external_id=state.id,
        arrives_on=state.arrives_on,
        code=code,
        words=stripe_words.failure(code) if code else "",
        detail=state.failure_detail,
    )


def marked_attempt(metadata: Mapping[str, str]) -> tuple[int, int] | None:
    """Which attempt of ours an object at Stripe is of, as (payout, number); None for what we did not mark."""
    payout, number = metadata.get(PAYOUT, ""), metadata.get(ATTEMPT, "")
    if installation.is_ours(metadata) and payout.isdecimal() and number.isdecimal():
        return int(payout), int(number)
    return None


# ---- the steps ---------------------------------------------------------------------------------------------
def _carried(attempt: PayoutAttempt, *, search: bool) -> Progress:
    """Both steps, each made now where it was not."""
    asked = _asked(attempt)
    transfer = _transferred(attempt, asked, search=search)
    if transfer is None:
        return Progress("not_found", code="not_found")
    progress = _after(attempt, asked, transfer, search=search)
    return replace(progress, external_id=transfer.id, handed=transfer.balance_transaction)


def _transferred(attempt: PayoutAttempt, asked: Asked, *, search: bool) -> TransferState | None:
    """The Transfer, made now where it was not; None where it was not and its key is too old to make it with."""
    if attempt.external_id:
        return transfers.read_transfer(attempt.external_id)
    made = _found_transfer(asked) if search else None
    if made is not None or not _key_is_good(attempt):
        return made
    try:
        _check_receiver(asked)
        return transfers.create_transfer(
            key=attempt.key,
            account=asked["account"],
            amount=asked["amount"],
            currency=asked["currency"],
            group=asked["group"],
            metadata=asked["metadata"],
        )
    except outcomes.Refused as refused:
        made = _found_transfer(asked)  # before the account was spoilt: only its answer was lost
        if made is not None:
            return made
        if refused.code == transfers.SHORT:
            raise ShortOfFunds(refused.code, refused.message, detail=refused.for_staff) from refused
        raise


def _check_receiver(asked: Asked) -> None:
    """Raises Refused while the money would only come back: it is not even sent then."""
    if not asked["account"]:
        raise _refusal("account_missing")
    receiver = external_accounts.read_receiver(asked["account"])
    problem = _problem(receiver, receiver.bank(asked["currency"], asked["bank"]), asked["bank"])
    if problem:
        raise _refusal(problem, receiver.disabled_reason)
    if not receiver.manual:
        external_accounts.pay_out_by_hand(receiver.account)
    there, _pending = external_accounts.read_balance(receiver.account, asked["currency"])
    if there < 0:
        raise _refusal("account_in_debt", f"{receiver.account} holds {there} minor units")


def _after(attempt: PayoutAttempt, asked: Asked, transfer: TransferState, *, search: bool) -> Progress:
    """What became of it after the Transfer, or becomes of it now."""
    if transfer.taken_back:
        words = stripe_words.failure("reversed")
        return Progress("failed", code="reversed", words=words, taken_back=transfer.reversed_by)
    try:
        state = _paid_out(attempt, asked, search=search)
    except outcomes.Refused as refused:
        return Progress("failed", code=refused.code, words=refused.message, detail=refused.for_staff)
    except outcomes.Unknown as unknown:
        log.warning("payout.unknown_after_transfer", attempt=attempt.pk, error=str(unknown))
        return Progress("accepted")
    return progress_of(state) if state else Progress("accepted")


def _paid_out(attempt: PayoutAttempt, asked: Asked, *, search: bool) -> PayoutState | None:
    """The Payout, made now where it was not; None while the money is still pending on the shop's account."""
    if attempt.payout_external_id:
        return connected_payouts.read_payout(attempt.payout_external_id, account=asked["account"])
    there, pending = external_accounts.read_balance(asked["account"], asked["currency"])
    if search or there < asked["amount"]:
        made = _found_payout(asked)
        if made is not None:
            return made
    if there < asked["amount"]:
        if pending > 0 and there + pending >= asked["amount"]:
            return None
        raise _refusal("account_in_debt", f"{asked['account']} holds {there} and {pending} pending")
    return connected_payouts.create_payout(
        account=asked["account"],
        key=f"{attempt.key}:payout",
        amount=asked["amount"],
        currency=asked["currency"],
        bank=asked["bank"],
        metadata=asked["metadata"],
    )


def _looked_at(attempt: PayoutAttempt, asked: Asked) -> Progress:
    state = connected_payouts.read_payout(attempt.payout_external_id, account=asked["account"])
    if state.over:
        transfer = transfers.read_transfer(attempt.external_id)
        if transfer.taken_back:
            return _came_back(attempt, asked, transfer.reversed_by)
    return progress_of(state)


def _came_back(attempt: PayoutAttempt, asked: Asked, taken: str) -> Progress:
    if attempt.paid_at is not None:
        returned = Money(asked["amount"], asked["currency"])
        return Progress("returned", taken_back=taken, returned=returned)
    return Progress("failed", taken_back=taken)


# ---- what is there -----------------------------------------------------------------------------------------
def _asked(attempt: PayoutAttempt) -> Asked:
    return cast(Asked, attempt.params)


def _key_is_good(attempt: PayoutAttempt) -> bool:
    """Whether Stripe still knows the attempt's key, if it was ever used."""
    return clock.now() - attempt.created_at < policy.ATTEMPT_KEY_GOOD_FOR


def _found_transfer(asked: Asked) -> TransferState | None:
    if not asked["account"]:
        return None
    wanted = marked_attempt(asked["metadata"])
    every = transfers.transfers_of(asked["group"], account=asked["account"])
    return next((one for one in every if marked_attempt(one.metadata) == wanted), None)


def _found_payout(asked: Asked) -> PayoutState | None:
    wanted = marked_attempt(asked["metadata"])
    every = connected_payouts.newest_payouts(asked["account"], limit=policy.STRIPE_PAYOUTS_SEARCHED)
    return next((one for one in every if marked_attempt(one.metadata) == wanted), None)


def _problem(receiver: ReceiverState, bank: BankState | None, wanted: str) -> str:
    """Why nothing can be paid to this bank account: a code of `stripe_words.problem`, or nothing."""
    if bank is None:
        return "bank_account_gone" if wanted else "bank_account_missing"
    if bank.errored:
        return "bank_account_unusable"
    if receiver.disabled_reason == "requirements.pending_verification":
        return "account_checked"
    if not (receiver.receives and receiver.payouts_enabled):
        return "account_not_ready"
    return ""


def _refusal(code: str, detail: str = "") -> outcomes.Refused:
    return outcomes.Refused(code, stripe_words.problem(code), detail=detail or code)


def _accounts(sellers: Sequence[int]) -> dict[int, str]:
    """Shop → its account at Stripe, of those that have one. One statement."""
    rows = ConnectedAccount.objects.filter(seller_id__in=sellers).exclude(stripe_account_id=None)
    return {seller: account or "" for seller, account in rows.values_list("seller_id", "stripe_account_id")}


def _seen(state: PayoutState) -> Seen:
    return Seen(
        external_id=state.id,
        amount=Money(state.amount, state.currency),
        state=state.status,
        arrives_on=state.arrives_on,
        made_at=state.made_at,
        ours=state.metadata.get(NUMBER, "") if installation.is_ours(state.metadata) else "",
    )
