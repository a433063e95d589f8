"""A destination is added: it waits, its owner is told, and another shop with the same one is noted for staff."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.jobs import task_wakeup
from marketplace.models import Seller
from payments import incidents
from payouts import policy
from payouts.methods import destinations, of_shop, offers
from payouts.methods.destinations import Destination
from payouts.methods.refusals import MethodRefused, invalid
from payouts.models import PayoutMethod
from payouts.models.methods import NAME_LENGTH

CHECK_TASK = "payouts.tasks.check_methods"
State = PayoutMethod.State


def add_method(
    shop: Seller, kind: str, typed: Mapping[str, str], *, user_id: int, actor: events.Actor, name: str = ""
) -> PayoutMethod:
    """Adds what was typed, in one transaction. It waits `policy.METHOD_WAITS`; its provider is asked by a worker.

    The caller has made sure who asks (step-up; for crypto by the second step). Raises MethodRefused with nothing
    written: `destination_invalid`, `currency_not_supported` (400), `method_exists` (409), `too_many_methods` (429),
    `provider_not_configured` (503).
    """
    offers.check(shop, kind)
    destination = destinations.read(kind, typed, country=shop.country)
    with transaction.atomic():
        of_shop.lock_shop(shop.pk)
        _not_too_many(shop.pk)
        if of_shop.living(shop.pk).filter(kind=kind, fingerprint=destination.fingerprint).exists():
            field = {"paypal": "email", "crypto": "address"}.get(kind, "currency")
            raise MethodRefused(
                "method_exists",
                _("You have added this destination already."),
                fields={field: _("You have added this destination already.")},
            )
        row = write(shop, destination, user_id=user_id, actor=actor, name=clean_name(name))
        transaction.on_commit(lambda: task_wakeup.request_run(CHECK_TASK))
    return row


def write(
    shop: Seller,
    destination: Destination,
    *,
    user_id: int,
    actor: events.Actor,
    name: str = "",
    state: str = State.CHECKING,
    provider_ref: str = "",
) -> PayoutMethod:
    """The row of a new destination, its event, and a note for staff where another shop has it. The caller holds the shop."""
    if (
        destination.kind == PayoutMethod.Kind.CRYPTO
    ):  # the address proved itself, and the second step its owner
        state = State.VERIFIED
    first = not of_shop.living(shop.pk).filter(is_default=True).exists()
    row = PayoutMethod.objects.create(
        seller=shop,
        kind=destination.kind,
        name=name,
        country=destination.country,
        currency=destination.currency,
        asset=destination.asset,
        network=destination.network,
        destination=destination.sealed(),
        masked=destination.masked,
        fingerprint=destination.fingerprint,
        provider_ref=provider_ref,
        state=state,
        verified_at=Now() if state == State.VERIFIED else None,
        usable_from=Now() + policy.METHOD_WAITS,
        is_default=first,
        created_by_id=user_id,
    )
    row.refresh_from_db()
    told(row, "added", actor)
    _note_shared(row)
    return row


def told(row: PayoutMethod, what: str, actor: events.Actor, *, reason: str = "") -> None:
    """Records what became of a destination; nothing secret is in it."""
    events.record(
        events.New(
            f"payout_method.{what}",
            row,
            actor,
            to_state=row.state,
            reason=reason,
            data={"seller": row.seller_id, "kind": row.kind, "shown": str(row)},
        )
    )


def clean_name(name: str) -> str:
    """The seller's own word for it. Raises MethodRefused where it is too long."""
    text = " ".join(name.split())
    if len(text) > NAME_LENGTH:
        raise invalid({"name": _("At most %(most)s characters.") % {"most": NAME_LENGTH}})
    return text


def _not_too_many(shop_id: int) -> None:
    if of_shop.living(shop_id).count() >= policy.METHODS_MOST:
        raise MethodRefused(
            "too_many_methods",
            _("You have %(most)s destinations. Remove one first.") % {"most": policy.METHODS_MOST},
            status=429,
        )
    today = PayoutMethod.objects.filter(seller=shop_id, created_at__gt=Now() - policy.METHODS_ADDED_WITHIN)
    if today.count() >= policy.METHODS_ADDED_MOST:
        raise MethodRefused(
            "too_many_methods",
            _("You have added many destinations today. Try again tomorrow."),
            status=429,
        )


def _note_shared(row: PayoutMethod) -> None:
    """The same destination at another shop is how one person runs many shops, or how a stolen one is emptied."""
    others = (
        PayoutMethod.objects.filter(kind=row.kind, fingerprint=row.fingerprint)
        .exclude(seller=row.seller_id)
        .order_by("seller__slug")
    )
    slugs = list(others.values_list("seller__slug", flat=True).distinct()[:10])
    if slugs:
        incidents.open_incident(
            "payout_method_shared",
            key=row.fingerprint,
            detail=f"{row} of {row.seller.slug} is, or was, a destination of {', '.join(slugs)} too",
            again=True,
        )
