"""What a seller hears of the destinations of payouts: a new one above all, because it may not be theirs."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from banibs.core.models import Event
from banibs.notifications.recipients.recipient import Recipient
from payouts.models import PayoutMethod


def of_method(event: Event) -> Iterator[Recipient]:
    """The shop's owner, of a destination that was added, removed, or not accepted. One statement."""
    row = PayoutMethod.objects.select_related("seller").get(pk=event.subject_id)
    if event.kind == "payout_method.checked" and event.to_state != PayoutMethod.State.FAILED:
        return
    kind = "payout_method_failed" if event.kind == "payout_method.checked" else event.kind.replace(".", "_")
    said = {
        "method": row.pk,
        "shown": event.data["shown"],
        "shop": row.seller.name,
        "shop_slug": row.seller.slug,
        "usable": row.usable_from.isoformat()[:16].replace("T", " ") + " UTC",
        "reason": event.reason,
    }
    yield Recipient(row.seller.user_id, kind, reverse("payouts:methods"), said)
