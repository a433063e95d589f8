"""Asks a destination's provider whether it would pay there, outside any transaction, and keeps what it says."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.clock import Now
from payments.gateways import outcomes
from payouts import policy
from payouts.methods import of_shop
from payouts.methods.add_method import told
from payouts.methods.refusals import MethodRefused
from payouts.models import PayoutMethod
from payouts.providers.interface import PROVIDERS, Check

log = structlog.get_logger(__name__)
State = PayoutMethod.State


def verify(shop_id: int, pk: int, *, actor: events.Actor) -> PayoutMethod:
    """Asks now, for a person who waits. Raises MethodRefused: `method_removed`, `provider_not_configured` (503), or
    `provider_unreachable` (503), where nobody knows and it stays as it was.
    """
    row = of_shop.living(shop_id).filter(pk=pk).first()
    if row is None:
        raise MethodRefused("method_removed", _("This destination was removed meanwhile."))
    if not PROVIDERS.get(row.provider).terms().configured:
        name = row.get_kind_display()
        raise MethodRefused(
            "provider_not_configured",
            _("%(name)s is not set up on this site yet.") % {"name": name},
            status=503,
        )
    checked = _asked(row)
    if checked is None:
        raise MethodRefused(
            "provider_unreachable",
            _("We could not ask just now. It is asked again by itself in a few minutes."),
            status=503,
        )
    return keep(row.pk, checked, actor=actor)


def check_due() -> int:
    """Asks the providers of all that are being checked, the oldest first; returns how many were told. For the timetable."""
    due = PayoutMethod.objects.filter(state=State.CHECKING, removed_at=None).order_by("pk")
    told_of = 0
    for row in due[: policy.METHODS_CHECKED_AT_ONCE]:
        try:
            if not PROVIDERS.get(row.provider).terms().configured:
                continue
            checked = _asked(row)
            if checked is not None and checked.state != "checking":
                keep(row.pk, checked, actor=events.SYSTEM)
                told_of += 1
        except Exception:  # one that breaks must not keep the others waiting
            log.exception("payout_method.check_broke", method=row.pk)
    return told_of


def _asked(row: PayoutMethod) -> Check | None:
    """What the provider says; None where nobody knows."""
    try:
        return PROVIDERS.get(row.provider).check(row)
    except outcomes.Refused as refused:
        return Check("failed", words=refused.message)
    except outcomes.Unknown as unknown:
        log.warning("payout_method.check_unknown", method=row.pk, error=str(unknown))
        return None


def keep(pk: int, checked: Check, *, actor: events.Actor) -> PayoutMethod:
    """Takes in what a provider says of a destination; an event says what changed."""
    with transaction.atomic():
        row = PayoutMethod.objects.select_for_update(of=("self",)).get(pk=pk)
        before = (row.state, row.problem)
        new: dict[str, object] = {"state": checked.state, "problem": checked.words[:300]}
        if checked.state == "verified":
            new |= {"verified_at": Now(), "problem": ""}
        if checked.provider_ref:
            new["provider_ref"] = checked.provider_ref
        if checked.masked:
            new["masked"] = checked.masked[:80]
        PayoutMethod.objects.filter(pk=pk).update(**new)
        row.refresh_from_db()
        if before != (row.state, row.problem):
            told(row, "checked", actor, reason=row.problem)
    return row
