"""Whether people look at a payout before it goes: what a shop asks for in a day, and the risk that staff read beside it."""

from __future__ import annotations

from django.db.models import Sum

from banibs.core.clock import Now
from banibs.core.money import Money
from payouts import policy
from payouts.models import Payout

NOT_COUNTED = (Payout.Status.CANCELED, Payout.Status.FAILED)


def is_checked(seller_id: int, amount: Money) -> bool:
    """Whether this payout takes what a shop asks for in a day above the limit. The caller holds the shop. One statement."""
    limit = policy.PAYOUT_CHECKED_ABOVE.get(amount.currency)
    if limit is None or amount.amount > limit:
        return True
    asked = (
        Payout.objects.filter(
            seller_id=seller_id, currency=amount.currency, requested_at__gt=Now() - policy.CHECKED_DAY
        )
        .exclude(status__in=NOT_COUNTED)
        .aggregate(total=Sum("amount"))
    )
    return int(asked["total"] or 0) + amount.amount > limit
