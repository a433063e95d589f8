"""Staff hold all payouts of a shop, with a reason that its owner reads and a day on which it is looked at again."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import clock, events
from banibs.core.clock import Now
from banibs.users.models import User
from payouts import policy
from payouts.models import PayoutHold
from payouts.sending.refusals import PayoutRefused
from payouts.sending.request_payout import lock_seller, request_send


def place_hold(seller_id: int, *, user: User, reason: str, review_on: dt.date) -> PayoutHold:
    """Nothing leaves this shop from now on; what is under way goes on. Raises PayoutRefused where it is held already, for
    a day that is past or too far, and for the holder's own shop.
    """
    today = clock.now().date()
    if not today < review_on <= today + policy.HOLD_REVIEWED_WITHIN:
        message = _("Choose a day after today, at most %(days)s days from now.")
        days = policy.HOLD_REVIEWED_WITHIN.days
        raise PayoutRefused("date_invalid", message % {"days": days}, status=400, field="review_on")
    with transaction.atomic():
        seller = lock_seller(seller_id)
        if seller.user_id == user.pk:
            raise PayoutRefused("self_decision_not_allowed", _("This is your own shop."), status=403)
        if PayoutHold.objects.filter(seller=seller, lifted_at=None).exists():
            raise PayoutRefused("on_hold", _("The payouts of this shop are held already."))
        hold = PayoutHold.objects.create(
            seller=seller, reason=reason[:300], review_on=review_on, placed_by=user
        )
        actor = events.Actor.person(user, role="staff")
        data = {"seller": seller.pk, "review_on": review_on.isoformat()}
        events.record(events.New("payout_hold.placed", hold, actor, reason=hold.reason, data=data))
    return hold


def lift_hold(hold_id: int, *, user: User, note: str) -> bool:
    """The shop's payouts go on. False when the hold was over. In the transaction of the decision."""
    with transaction.atomic():
        hold = PayoutHold.objects.get(pk=hold_id)
        lock_seller(hold.seller_id)
        lifted = PayoutHold.objects.filter(pk=hold_id, lifted_at=None).update(
            lifted_at=Now(), lifted_by=user, note=note[:300]
        )
        if lifted:
            actor = events.Actor.person(user, role="staff")
            data = {"seller": hold.seller_id}
            events.record(events.New("payout_hold.lifted", hold, actor, reason=note[:300], data=data))
            transaction.on_commit(request_send)
    return bool(lifted)
