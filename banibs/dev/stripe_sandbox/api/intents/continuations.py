"""What goes on once the payer has answered the bank, by the type of the object that asked."""

from collections.abc import Callable

from banibs.dev.stripe_sandbox.api.intents import confirming, setup_intents
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.store import Object

AFTER_CHALLENGE: dict[str, Callable[..., Object]] = {
    "payment_intent": confirming.authenticated,
    "setup_intent": setup_intents.authenticated,
}


def answer(ctx: Context, challenge: Object, *, passed: bool) -> Object:
    """The payer's answer; returns the intent as it stands after it."""
    if challenge["answer"] is None:
        ctx.save({**challenge, "answer": "passed" if passed else "failed"})
    return AFTER_CHALLENGE[challenge["intent_kind"]](ctx, challenge["intent"], passed=passed)
