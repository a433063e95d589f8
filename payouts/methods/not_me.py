"""The link in the email about a new destination: whoever did not add it takes it away with it, without signing in.

Whoever has the link has the owner's letters; all it can do is stop money, and our staff look at it.
"""

from __future__ import annotations

from django.core import signing
from django.db import transaction

from banibs.core import clock, events
from payments import incidents
from payouts import policy
from payouts.methods import change_method, of_shop
from payouts.models import PayoutHold, PayoutMethod

SALT = "payouts.not_me"
NOT_ME = "not_me"


class NotGood(Exception):
    """The link was altered, or its time is over."""


def token(method_id: int) -> str:
    """What the link carries; good for `policy.NOT_ME_LINK_GOOD_FOR` from now."""
    until = clock.now() + policy.NOT_ME_LINK_GOOD_FOR
    return signing.dumps({"m": method_id, "t": int(until.timestamp())}, salt=SALT)


def method_of(text: str) -> PayoutMethod:
    """The destination that a link is about. Raises NotGood."""
    try:
        said = signing.loads(text, salt=SALT)
        method_id, until = int(said["m"]), int(said["t"])
    except (signing.BadSignature, KeyError, TypeError, ValueError) as error:
        raise NotGood from error
    if until <= clock.now().timestamp():
        raise NotGood
    row = PayoutMethod.objects.select_related("seller__user").filter(pk=method_id).first()
    if row is None:
        raise NotGood
    return row


def stop(row: PayoutMethod) -> bool:
    """Removes the destination, holds the shop's payouts and tells staff; False when that was done already.

    The hold is of the whole shop, not of this destination: whoever could add one can add another. Staff lift it.
    """
    owner = row.seller.user
    with transaction.atomic():
        of_shop.lock_shop(row.seller_id)
        now = PayoutMethod.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if now.removed_why == NOT_ME:
            return False
        actor = events.Actor.person(owner, role="seller")
        if now.removed_at is None:
            change_method.end(now, actor=actor, why=NOT_ME)
        else:
            PayoutMethod.objects.filter(pk=now.pk).update(removed_why=NOT_ME)
        _hold(now, owner.pk, actor)
        incidents.open_incident(
            "payout_method_not_me",
            key=str(now.pk),
            detail=f"the owner of {row.seller.slug} says that {now} was added by somebody else; payouts are held",
        )
    return True


def _hold(row: PayoutMethod, owner_id: int, actor: events.Actor) -> None:
    if PayoutHold.objects.filter(seller=row.seller_id, lifted_at=None).exists():
        return
    hold = PayoutHold.objects.create(
        seller_id=row.seller_id,
        reason="You told us that a destination was not added by you. We look at it with you before anything is sent.",
        review_on=(clock.now() + policy.NOT_ME_REVIEWED_WITHIN).date(),
        placed_by_id=owner_id,
    )
    events.record(
        events.New(
            "payouthold.placed",
            hold,
            actor,
            reason=hold.reason,
            data={"seller": row.seller_id, "method": row.pk},
        )
    )
