"""What the payer's bank does, and what a merchant does in Stripe's Dashboard: debits, disputes, refunds by hand."""

from collections.abc import Callable

from banibs.dev.stripe_sandbox.api.connect import payout_states, reversals
from banibs.dev.stripe_sandbox.api.intents import debits
from banibs.dev.stripe_sandbox.api.payments import dispute_states, refund_states, warnings
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter
from banibs.dev.stripe_sandbox.events import deliveries
from banibs.dev.stripe_sandbox.store import Object

Verb = Callable[[Context, str], object]

# verb → what it does, the statuses in which it can be done, and its words on a button
DISPUTE_VERBS: dict[str, tuple[Verb, tuple[str, ...], str]] = {
    "win": (dispute_states.win, ("needs_response", "under_review"), "The seller wins"),
    "lose": (dispute_states.lose, ("needs_response", "under_review"), "The seller loses"),
    "withdraw_again": (dispute_states.withdraw_again, ("won",), "Withdraw the money again"),
    "reinstate": (dispute_states.reinstate, ("lost",), "Give the money back after all"),
    "escalate": (
        dispute_states.escalate,
        ("warning_needs_response", "warning_under_review"),
        "Let it become a dispute",
    ),
    "close": (
        dispute_states.lose,
        ("warning_needs_response", "warning_under_review"),
        "Close the inquiry",
    ),
}
INTENT_VERBS: dict[str, tuple[Verb, tuple[str, ...], str]] = {
    "arrive": (debits.arrive, ("processing",), "Let the money arrive"),
    "fail": (debits.fail, ("processing",), "Let the bank send it back"),
}
REFUND_VERBS: dict[str, tuple[Verb, tuple[str, ...], str]] = {
    "send": (refund_states.send, ("pending",), "Take its money off the balance"),
    "arrive": (refund_states.settle, ("pending", "requires_action"), "Let it arrive"),
    "cancel": (refund_states.cancel, ("pending", "requires_action"), "Cancel it in the Dashboard"),
    "fail": (
        refund_states.fail,
        ("pending", "requires_action", "succeeded"),
        "Let the bank send it back",
    ),
}
PAYOUT_VERBS: dict[str, tuple[Verb, tuple[str, ...], str]] = {
    "send": (payout_states.send, ("pending",), "Send it to the bank"),
    "pay": (payout_states.pay, ("pending", "in_transit"), "Let it arrive"),
    "fail": (payout_states.fail, ("pending", "in_transit"), "Let the bank refuse it"),
    "return": (payout_states.send_back, ("paid",), "Let the bank send it back"),
    "cancel": (payout_states.cancel, ("pending",), "Cancel it"),
}
TRANSFER_VERBS: dict[str, tuple[Verb, tuple[str, ...], str]] = {
    "reverse": (reversals.create, (), "Reverse it in the Dashboard"),
}


def open_dispute(ctx: Context, charge_id: str, *, reason: str, inquiry: bool, amount: int | None) -> Object:
    """Let the cardholder dispute a payment, or a part of it in minor units."""
    with ctx.store.unit():
        body = dispute_states.open_dispute(ctx, charge_id, reason=reason, inquiry=inquiry, amount=amount)
    deliveries.nudge()
    return body


def warn(ctx: Context, charge_id: str, *, fraud_type: str) -> Object:
    """Let the card's bank warn of fraud about a payment."""
    with ctx.store.unit():
        body = warnings.warn(ctx, charge_id, fraud_type)
    deliveries.nudge()
    return body


def move_dispute(ctx: Context, dispute_id: str, verb: str) -> Object:
    """Let the bank decide, or change its mind."""
    return _done(ctx, "dispute", dispute_id, DISPUTE_VERBS, verb)


def move_refund(ctx: Context, refund_id: str, verb: str) -> Object:
    """Send a refund, let it arrive, fail or be canceled."""
    return _done(ctx, "refund", refund_id, REFUND_VERBS, verb)


def move_intent(ctx: Context, intent_id: str, verb: str) -> Object:
    """Let the money of a bank debit arrive, or not."""
    return _done(ctx, "payment_intent", intent_id, INTENT_VERBS, verb)


def move_payout(ctx: Context, payout_id: str, verb: str) -> Object:
    """Let a payout arrive, fail, be canceled, or come back after it was paid."""
    return _done(ctx, "payout", payout_id, PAYOUT_VERBS, verb)


def move_transfer(ctx: Context, transfer_id: str, verb: str) -> Object:
    """Reverse a transfer by hand."""
    return _done(ctx, "transfer", transfer_id, TRANSFER_VERBS, verb)


def verbs_for(body: Object) -> list[tuple[str, str]]:
    """The verbs that a dispute, a refund or a payment can take now, with their words; none for other objects."""
    if body["object"] == "transfer":
        return [] if body["reversed"] else [(verb, words) for verb, (_, _, words) in TRANSFER_VERBS.items()]
    known = {
        "dispute": DISPUTE_VERBS, "refund": REFUND_VERBS, "payment_intent": INTENT_VERBS, "payout": PAYOUT_VERBS
    }.get(body["object"], {})  # fmt: skip
    found = [(verb, words) for verb, (_, statuses, words) in known.items() if body.get("status") in statuses]
    if body["object"] == "refund":
        unwanted = "send" if body["balance_transaction"] else "arrive"
        found = [(verb, words) for verb, words in found if verb != unwanted]
    return found


def _done(
    ctx: Context, kind: str, object_id: str, verbs: dict[str, tuple[Verb, tuple[str, ...], str]], verb: str
) -> Object:
    if verb not in verbs:
        raise InvalidParameter(f"What can be done to a {kind}: {', '.join(verbs)}", param="verb")
    with ctx.store.unit():
        verbs[verb][0](ctx, object_id)
    deliveries.nudge()
    return ctx.load(kind, object_id)
