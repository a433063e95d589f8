"""A payout is asked for, canceled, or tried again. Nothing is reserved: it is checked again when it is sent."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from banibs.core import events
from banibs.core.clock import Now
from banibs.core.jobs import task_wakeup
from banibs.core.money import Money
from banibs.core.states import state_machine
from marketplace.models import Seller
from payouts.models import Payout, PayoutMethod, PayoutSchedule
from payouts.sending import can_send, transitions
from payouts.sending.checks import is_checked
from payouts.sending.refusals import PayoutRefused, being_checked, waits_text
from payouts.sending.sync_payout import contradicted

SEND_TASK = "payouts.tasks.send_payouts"
Status = Payout.Status
CANCELABLE = (Status.REQUESTED, Status.HELD)


def lock_seller(seller_id: int) -> Seller:
    """The shop, locked: whatever takes from its available balance for the outside or a wallet holds it.

    Sales and refunds do not wait: rows that name the shop can be written meanwhile.
    """
    return Seller.objects.select_for_update(of=("self",), no_key=True).get(pk=seller_id)


def check_currency(method: PayoutMethod, currency: str) -> None:
    """Raises PayoutRefused where the destination does not take this balance as it is."""
    if not can_send.takes_currency(method, currency):
        raise PayoutRefused(
            "currency_not_supported",
            _("%(method)s does not take %(currency)s.") % {"method": method, "currency": currency},
            status=400,
            field="method",
        )


def check_limits(method: PayoutMethod, amount: Money) -> None:
    """Raises PayoutRefused where this amount is too small or too large for this destination."""
    least, most = can_send.limits(method, amount.currency)
    if amount < least:
        raise PayoutRefused(
            "payout_below_minimum",
            _("The smallest payout is %(least)s.") % {"least": least},
            status=400,
            field="amount",
        )
    if amount > most:
        first = _(
            "The first payout to a new crypto address is at most %(most)s: it shows that the address is yours."
        )
        large = _("The largest payout at once is %(most)s.")
        raise PayoutRefused(
            "payout_above_maximum",
            (first if can_send.needs_confirming(method) else large) % {"most": most},
            status=400,
            field="amount",
        )


def check_amount(seller_id: int, method: PayoutMethod, amount: Money) -> None:
    """Raises PayoutRefused where this amount cannot go to this destination: too small, too large, more than there is,
    or in a currency that it does not take. One statement.
    """
    check_currency(method, amount.currency)
    check_limits(method, amount)
    there = can_send.available(seller_id, amount.currency)
    if there < amount:
        raise PayoutRefused(
            "insufficient_available",
            _("%(there)s is available.") % {"there": max(there, Money(0, amount.currency))},
            status=402,
            field="amount",
        )


def check_method(method: PayoutMethod) -> None:
    """Raises PayoutRefused where nothing, or nothing more, can go to this destination yet. At most two statements."""
    problem = can_send.method_problem(method) or can_send.first_payout_problem(method)
    if problem:
        status = 503 if problem == "provider_not_configured" else 409
        raise PayoutRefused(problem, waits_text(problem), status=status, field="method")


def request_payout(
    *,
    seller_id: int,
    method_id: int,
    amount: Money,
    user_id: int | None,
    actor: events.Actor,
    schedule: PayoutSchedule | None = None,
    due_date: dt.date | None = None,
    quote: dict[str, object] | None = None,
) -> Payout:
    """Asks for a payout, in one transaction; a worker sends it, once people have released it where it is held for its
    size. A scheduled one is unique by (schedule, due date).

    Raises PayoutRefused with nothing written: `payouts_paused` (503), `on_hold`, `account_suspended`,
    `method_not_verified`, `method_cooling_off` (409), `insufficient_available` (402), `payout_below_minimum`,
    `currency_not_supported` (400).
    """
    with transaction.atomic():
        seller = lock_seller(seller_id)
        problem = can_send.seller_problem(seller)
        if problem:
            status = 503 if problem == "payouts_paused" else 409
            raise PayoutRefused(problem, waits_text(problem), status=status)
        method = PayoutMethod.objects.filter(pk=method_id, seller=seller, removed_at=None).first()
        if method is None:
            raise PayoutRefused("destination_invalid", _("Choose where it goes."), status=400, field="method")
        check_method(method)
        check_amount(seller_id, method, amount)
        checked = is_checked(seller_id, amount)
        payout = Payout.objects.create(
            status=Status.HELD if checked else Status.REQUESTED,
            held_reason=being_checked() if checked else "",
            seller=seller,
            method=method,
            schedule=schedule,
            due_date=due_date,
            currency=amount.currency,
            amount=amount.amount,
            requested_by_id=user_id,
            quote=quote or {},
        )
        said = {"amount": payout.amount, "currency": payout.currency, "seller": seller.pk}
        events.record(events.New("payout.requested", payout, actor, to_state=payout.status, data=said))
        if checked:
            events.record(
                events.New(
                    "payout.held",
                    payout,
                    to_state=Status.HELD,
                    reason=payout.held_reason,
                    data=said,
                )
            )
        transaction.on_commit(request_send)
    return payout


def request_send() -> None:
    """Asks a worker to send what waits; with the broker away the timetable does."""
    task_wakeup.request_run(SEND_TASK)


def cancel_payout(payout_id: int, *, actor: events.Actor, reason: str = "") -> Payout:
    """Cancels what was not sent yet. Raises PayoutRefused `payout_not_cancelable`; nothing moves then."""
    with transaction.atomic():
        payout = transitions.lock(payout_id)
        if payout.status not in CANCELABLE:
            raise PayoutRefused(
                "payout_not_cancelable", _("It is under way or over, and cannot be cancelled any more.")
            )
        transitions.move(
            payout,
            Status.CANCELED,
            actor=actor,
            reason=reason,
            changes={"ended_at": Now(), "waits_for": "", "held_reason": ""},
        )
    return payout


def confirm_quote(payout_id: int, quote: dict[str, object], *, actor: events.Actor) -> Payout:
    """The seller takes another quote for a payout that waits, because less would arrive than was confirmed before.

    Raises PayoutRefused where it does not wait, or the quote is of another amount; nothing changes then.
    """
    with transaction.atomic():
        payout = transitions.lock(payout_id)
        if payout.status != Status.REQUESTED:
            raise PayoutRefused("invalid_transition", _("It does not wait for you any more."))
        if (quote.get("sends"), quote.get("currency")) != (payout.amount, payout.currency):
            raise PayoutRefused("quote_invalid", _("Ask for a new quote."), status=400, field="quote")
        Payout.objects.filter(pk=payout.pk).update(quote=quote, waits_for="")
        data = {"amount": payout.amount, "currency": payout.currency, "seller": payout.seller_id}
        events.record(events.New("payout.quote_confirmed", payout, actor, data=data))
        transaction.on_commit(request_send)
    payout.refresh_from_db()
    return payout


def try_again(payout_id: int, *, actor: events.Actor, reason: str = "") -> Payout:
    """A payout that failed is asked for again: the next run sends it as another attempt. Raises PayoutRefused."""
    with transaction.atomic():
        payout = transitions.lock(payout_id)
        if payout.status != Status.FAILED:
            raise PayoutRefused(
                "invalid_transition", _("Only a payout that was not sent can be tried again.")
            )
        if contradicted(payout.pk):
            raise PayoutRefused("on_hold", being_checked())
        transitions.move(
            payout,
            Status.REQUESTED,
            actor=actor,
            reason=reason,
            changes={"ended_at": None, "failure": "", "failure_text": ""},
        )
        transaction.on_commit(request_send)
    return payout


def hold_payout(payout_id: int, *, actor: events.Actor, reason: str) -> Payout:
    """Staff hold a payout that was not sent yet; the seller reads the reason. Raises InvalidTransition."""
    with transaction.atomic():
        payout = transitions.lock(payout_id)
        transitions.move(
            payout, Status.HELD, actor=actor, reason=reason, changes={"held_reason": reason[:300]}
        )
    return payout


def release_payout(payout_id: int, *, actor: events.Actor, reason: str = "") -> Payout:
    """A held payout may go. Raises InvalidTransition."""
    with transaction.atomic():
        payout = transitions.lock(payout_id)
        if (
            payout.status != Status.HELD
        ):  # what is under way may go back to this state too: by its provider alone
            raise state_machine.InvalidTransition(payout, current=payout.status, to=Status.REQUESTED)
        transitions.move(payout, Status.REQUESTED, actor=actor, reason=reason, changes={"held_reason": ""})
        transaction.on_commit(request_send)
    return payout
