"""Evidence of a dispute: what Stripe takes, and until when."""

from banibs.dev.stripe_sandbox.api.payments.dispute_states import EVIDENCE
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidParameter, InvalidRequest
from banibs.dev.stripe_sandbox.store import Object

FILES = (
    "cancellation_policy",
    "customer_communication",
    "customer_signature",
    "duplicate_charge_documentation",
    "receipt",
    "refund_policy",
    "service_documentation",
    "shipping_documentation",
    "uncategorized_file",
)
MOST_CHARACTERS = 150_000  # of all text fields together
MOST_BYTES = 4_500_000  # of all files together
TAKES = ("needs_response", "warning_needs_response")


def may_change(ctx: Context, dispute: Object) -> None:
    """Refuse what comes twice, or too late."""
    if dispute["status"] not in TAKES:
        raise InvalidRequest(
            "This dispute is already closed or under review: its evidence can no longer be changed.",
            code="dispute_already_submitted",
        )
    if dispute["evidence_details"]["due_by"] <= ctx.now():
        raise InvalidRequest("The time to respond to this dispute is over.", code="dispute_past_due")


def merged(ctx: Context, dispute: Object, given: Object | None) -> Object:
    """The dispute's evidence with what was given over it, within what Stripe takes."""
    after: Object = {**dispute["evidence"], **(given or {})}
    texts = sum(len(after[name] or "") for name in EVIDENCE if name not in FILES)
    if texts > MOST_CHARACTERS:
        raise InvalidParameter(
            f"The text of this evidence has {texts} characters, and may have {MOST_CHARACTERS} in all.",
            code="parameter_invalid_string_length",
            param="evidence",
        )
    sizes = 0
    for name in FILES:
        if after[name] is None:
            continue
        file = ctx.load("file", after[name], param=f"evidence[{name}]", in_path=False)
        if file["purpose"] != "dispute_evidence":
            raise InvalidParameter(
                f"The file {file['id']} was uploaded for {file['purpose']}, not for dispute_evidence.",
                param=f"evidence[{name}]",
            )
        sizes += file["size"]
    if sizes > MOST_BYTES:
        raise InvalidParameter(
            f"The files of this evidence have {sizes} bytes, and may have {MOST_BYTES} in all.",
            param="evidence",
        )
    return after


def shown(after: Object) -> bool:
    """Whether there is anything for the bank to read."""
    return any(after.get(name) for name in EVIDENCE)
