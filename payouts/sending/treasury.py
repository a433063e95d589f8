"""Payouts in crypto: the treasury names rate and quantity, the seller accepts in time, people send and name the hash."""

from __future__ import annotations

import functools
import re
from decimal import Decimal

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import clock, events
from banibs.core.clock import Now
from banibs.core.db import db_retry
from banibs.core.money import exponent
from banibs.users.models import User
from payouts import crypto_addresses, policy
from payouts.models import CryptoOffer, Payout, PayoutAttempt
from payouts.sending import transitions
from payouts.sending.refusals import PayoutRefused

log = structlog.get_logger(__name__)
Status, State = Payout.Status, CryptoOffer.State
OUT = (Status.SENDING, Status.IN_TRANSIT)
# How a transaction is named on each family of networks: 32 bytes as hex, 64 bytes as base58.
HASHES = {
    crypto_addresses.EVM: re.compile(r"0x[0-9a-f]{64}"),
    crypto_addresses.SOLANA: re.compile(r"[1-9A-HJ-NP-Za-km-z]{86,88}"),
}


def clean_hash(network: str, typed: str) -> str:
    """The transaction's hash as its network writes it. Raises PayoutRefused for what cannot be one."""
    place = crypto_addresses.NETWORKS.get(network)
    said = typed.strip()
    if place is not None and place.family == crypto_addresses.EVM:
        said = said.lower()
    if place is None or not HASHES[place.family].fullmatch(said):
        name = place.name if place else network
        message = _("This is no hash of a transaction on %(network)s.") % {"network": name}
        raise PayoutRefused("transaction_invalid", message, status=400, field="transaction")
    return said


def explorer_url(network: str, transaction_hash: str) -> str:
    """Where anybody can look the transaction up; empty for a network that we do not know."""
    place = crypto_addresses.NETWORKS.get(network)
    return f"{place.explorer}{transaction_hash}" if place and transaction_hash else ""


def make_offer(payout_id: int, *, user: User, quantity: Decimal) -> CryptoOffer:
    """So much of the coin for this payout; the seller has `policy.OFFER_STANDS_FOR` to accept. Raises PayoutRefused where
    it does not wait for one, has one already, or is the own payout.
    """
    with transaction.atomic():
        attempt = _locked(payout_id)
        payout = attempt.payout
        if payout.seller.user_id == user.pk:
            raise PayoutRefused("self_decision_not_allowed", _("This is your own payout."), status=403)
        if CryptoOffer.objects.filter(attempt=attempt, state__in=[State.OPEN, State.ACCEPTED]).exists():
            raise PayoutRefused("offer_exists", _("There is an offer already."))
        if not 0 < quantity < 10**15:
            raise PayoutRefused("quantity_invalid", _("Say how much."), status=400, field="quantity")
        units = Decimal(payout.amount).scaleb(-exponent(payout.currency))
        offer = CryptoOffer.objects.create(
            attempt=attempt,
            asset=payout.method.asset,
            network=payout.method.network,
            quantity=quantity,
            rate=round(quantity / units, 18),
            made_by=user,
            expires_at=clock.now() + policy.OFFER_STANDS_FOR,
        )
        _tell("payout.offered", payout, events.Actor.person(user, role="staff"), offer)
    return offer


def accept(payout_id: int, *, user: User, offer_id: int) -> CryptoOffer:
    """The seller takes the offer that was shown. Raises PayoutRefused where it is over, or another stands now."""
    with transaction.atomic():
        offer = _open_offer(payout_id, offer_id)
        _answered(offer, State.ACCEPTED, user)
        _tell("payout.offer_accepted", offer.attempt.payout, events.Actor.person(user, role="seller"), offer)
    return offer


def decline(payout_id: int, *, user: User, offer_id: int) -> Payout:
    """The seller does not take it: the payout is canceled, its money available again. Raises PayoutRefused."""
    with transaction.atomic():
        offer = _open_offer(payout_id, offer_id)
        _answered(offer, State.DECLINED, user)
        _give_up(
            offer.attempt, "offer_declined", actor=events.Actor.person(user, role="seller"), reason="declined"
        )
    return offer.attempt.payout


def lapse_due() -> int:
    """Cancels payouts whose offer nobody accepted in time; returns how many. For the timetable."""
    due = CryptoOffer.objects.filter(state=State.OPEN, expires_at__lte=Now()).order_by("expires_at")
    lapsed = 0
    for offer_id, payout_id in due.values_list("pk", "attempt__payout")[: policy.OFFERS_LAPSED_AT_ONCE]:
        try:
            lapsed += db_retry.atomic_retry(functools.partial(_lapse, payout_id, offer_id))
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("payout.lapse_broke", offer=offer_id)
    return lapsed


def _lapse(payout_id: int, offer_id: int) -> bool:
    with transaction.atomic():
        try:
            attempt = _locked(payout_id)
        except PayoutRefused:  # its provider's part has ended otherwise
            CryptoOffer.objects.filter(pk=offer_id, state=State.OPEN).update(state=State.OVER)
            return False
        offer = CryptoOffer.objects.filter(
            attempt=attempt, pk=offer_id, state=State.OPEN, expires_at__lte=Now()
        ).first()
        if offer is None:
            return False
        _answered(offer, State.LAPSED, None)
        _give_up(attempt, "offer_lapsed", actor=events.SYSTEM, reason="lapsed")
    return True


def give_up(payout_id: int, *, actor: events.Actor, reason: str) -> Payout:
    """Nothing was sent and nothing will be: canceled, the money available again. In the transaction of the decision.

    Raises PayoutRefused where it is over.
    """
    with transaction.atomic():
        attempt = _locked(payout_id)
        _give_up(attempt, "not_sent", actor=actor, reason=reason)
    return attempt.payout


def close_offers(attempt_id: int) -> None:
    """The attempt has come to its end: no offer of it stands any more."""
    CryptoOffer.objects.filter(attempt=attempt_id, state__in=[State.OPEN, State.ACCEPTED]).update(
        state=State.OVER
    )


def _give_up(attempt: PayoutAttempt, code: str, *, actor: events.Actor, reason: str) -> None:
    close_offers(attempt.pk)
    transitions.back_to_available(
        attempt,
        Status.CANCELED,
        code=code,
        actor=actor,
        reason=reason,
        changes={"ended_at": Now(), "failure": code},
    )


def _locked(payout_id: int) -> PayoutAttempt:
    """Its newest attempt, under the payout's lock. Raises PayoutRefused where it is none that the treasury settles."""
    payout = transitions.lock(payout_id)
    attempt = payout.attempts.select_for_update().filter(number=payout.attempt, provider="crypto").first()
    if attempt is None or payout.status not in OUT or attempt.failed_at or attempt.paid_at:
        raise PayoutRefused("invalid_transition", _("It does not wait for the treasury."))
    attempt.payout = payout
    return attempt


def _open_offer(payout_id: int, offer_id: int) -> CryptoOffer:
    attempt = _locked(payout_id)
    offer = CryptoOffer.objects.filter(
        attempt=attempt, pk=offer_id, state=State.OPEN, expires_at__gt=Now()
    ).first()
    if offer is None:
        raise PayoutRefused("offer_over", _("This offer is over. Nothing has moved."))
    offer.attempt = attempt
    return offer


def _answered(offer: CryptoOffer, state: str, user: User | None) -> None:
    CryptoOffer.objects.filter(pk=offer.pk).update(state=state, answered_by=user, answered_at=Now())
    offer.refresh_from_db(fields=["state", "answered_at", "answered_by"])


def _tell(kind: str, payout: Payout, actor: events.Actor, offer: CryptoOffer) -> None:
    data = {
        "amount": payout.amount,
        "currency": payout.currency,
        "seller": payout.seller_id,
        "offer": offer.pk,
        "quantity": offer.quantity_text,
        "asset": offer.asset,
        "until": offer.expires_at.isoformat(),
    }
    events.record(events.New(kind, payout, actor, data=data))
