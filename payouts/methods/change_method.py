"""A destination is named, made the default, removed, or its small first payout is confirmed. Another one is another row."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.clock import Now
from payouts.methods import of_shop
from payouts.methods.add_method import clean_name, told
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod, PayoutSchedule


def rename(shop_id: int, pk: int, name: str, *, actor: events.Actor) -> PayoutMethod:
    """Its name alone. Raises MethodRefused."""
    text = clean_name(name)
    with transaction.atomic():
        row = of_shop.locked(shop_id, pk)
        if row.name != text:
            row.name = text
            row.save(update_fields=["name"])
            told(row, "renamed", actor)
    return row


def make_default(shop_id: int, pk: int, *, actor: events.Actor) -> PayoutMethod:
    """What is offered first from now on. Raises MethodRefused `method_not_verified`."""
    with transaction.atomic():
        row = of_shop.locked(shop_id, pk)
        if row.state == PayoutMethod.State.FAILED:
            raise MethodRefused(
                "method_not_verified", _("This destination was not accepted. Choose another one.")
            )
        if not row.is_default:
            of_shop.living(shop_id).filter(is_default=True).update(is_default=False)
            row.is_default = True
            row.save(update_fields=["is_default"])
            told(row, "made_default", actor)
    return row


def remove(shop_id: int, pk: int, *, actor: events.Actor, why: str = "removed_by_seller") -> PayoutMethod:
    """Ends a destination: nothing more is sent there, and its schedules stop. What is under way arrives.

    The row stays, for payouts that went there. Raises MethodRefused when it is gone already.
    """
    with transaction.atomic():
        row = of_shop.locked(shop_id, pk)
        end(row, actor=actor, why=why)
    return row


def end(row: PayoutMethod, *, actor: events.Actor, why: str) -> None:
    """As `remove`, of a row that the caller has locked behind its shop. The next verified one becomes the default."""
    was_default = row.is_default
    PayoutMethod.objects.filter(pk=row.pk).update(removed_at=Now(), removed_why=why, is_default=False)
    row.refresh_from_db()
    _end_schedules(row, actor)
    if was_default:
        heir = of_shop.living(row.seller_id).filter(state=PayoutMethod.State.VERIFIED).first()
        if heir is not None:
            PayoutMethod.objects.filter(pk=heir.pk).update(is_default=True)
    told(row, "removed", actor, reason=why)


def _end_schedules(row: PayoutMethod, actor: events.Actor) -> None:
    schedules = list(row.schedules.select_for_update().exclude(state=PayoutSchedule.State.ENDED))
    PayoutSchedule.objects.filter(pk__in=[one.pk for one in schedules]).update(
        state=PayoutSchedule.State.ENDED, next_on=None, ended_at=Now()
    )
    events.record(
        *(
            events.New(
                "payout_schedule.ended",
                schedule,
                actor,
                from_state=schedule.state,
                to_state=PayoutSchedule.State.ENDED,
                reason="method_removed",
                data={"seller": row.seller_id, "method": row.pk},
            )
            for schedule in schedules
        )
    )


def confirm_first(shop_id: int, pk: int, *, actor: events.Actor) -> PayoutMethod:
    """The seller has seen the small first payout arrive: more may be sent. Raises MethodRefused `nothing_to_confirm`."""
    with transaction.atomic():
        row = of_shop.locked(shop_id, pk)
        if row.confirmed_at is not None:
            return row
        if row.first_paid_at is None:
            raise MethodRefused("nothing_to_confirm", _("Nothing was sent there yet."))
        PayoutMethod.objects.filter(pk=row.pk).update(confirmed_at=Now())
        row.refresh_from_db()
        told(row, "confirmed", actor)
    return row
