"""What Stripe, or a card's bank, suspects about a payment. A review comes by the control API alone; a warning of fraud also
by its test card.
"""

from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter
from banibs.dev.stripe_sandbox.examples import new
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.lists import page
from banibs.dev.stripe_sandbox.params import LIST, Moments, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

WARNING = "radar.early_fraud_warning"
FRAUD_TYPES = (
    "card_never_received",
    "fraudulent_card_application",
    "made_with_counterfeit_card",
    "made_with_lost_card",
    "made_with_stolen_card",
    "misc",
    "unauthorized_use_of_card",
)
LISTING = Shape({**LIST, "created": Moments(), "charge": Text(), "payment_intent": Text()})


def retrieve_review(ctx: Context, review_id: str) -> Object:
    """One review."""
    return ctx.load("review", review_id)


def retrieve_warning(ctx: Context, warning_id: str) -> Object:
    """One early fraud warning."""
    return ctx.load(WARNING, warning_id)


def list_warnings(ctx: Context) -> Object:
    """A page of early fraud warnings."""
    where = {name: ctx.params.get(name) for name in ("charge", "payment_intent")}
    return page(ctx, WARNING, url="/v1/radar/early_fraud_warnings", where=where)


def warn(ctx: Context, charge_id: str, fraud_type: str = "unauthorized_use_of_card") -> Object:
    """The card's bank heard that its owner did not pay: one warning of a charge. The same again is the one that stands."""
    if fraud_type not in FRAUD_TYPES:
        raise InvalidParameter(f"`fraud_type` is one of: {', '.join(FRAUD_TYPES)}", param="fraud_type")
    charge = ctx.load("charge", charge_id)
    before = ctx.find(WARNING, charge=charge_id)
    if before:
        return before[0]
    body = ctx.save(
        new(
            WARNING, id=new_id("issfr"), charge=charge_id, created=ctx.now(), fraud_type=fraud_type,
            payment_intent=charge["payment_intent"], actionable=not (charge["disputed"] or charge["refunded"]),
        )
    )  # fmt: skip
    ctx.emit(f"{WARNING}.created", body)
    return body


def warn_of_charge(ctx: Context, charge_id: str) -> None:
    """The chore: the bank warns of a payment made with …5423."""
    warn(ctx, charge_id)


def answered(ctx: Context, charge_id: str) -> None:
    """The charge is disputed, or wholly given back: nothing can be done about its warning any more."""
    for warning in ctx.find(WARNING, charge=charge_id):
        if warning["actionable"]:
            after = ctx.save({**warning, "actionable": False})
            ctx.emit(f"{WARNING}.updated", after, {"actionable": True})
