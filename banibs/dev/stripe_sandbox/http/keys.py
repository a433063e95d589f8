"""The two API keys of the local Stripe, and what a browser's key may see."""

import hmac
import os

from banibs.dev.stripe_sandbox.errors import Unauthorised
from banibs.dev.stripe_sandbox.store import Object

# As long as Stripe's own: dj-stripe keeps no key with fewer than 24 letters and digits after its prefix.
SECRET_KEY = "sk_test_banibs0LocalStripe0Secret0Key"  # nosec B105  # everybody may know it, it opens a toy
PUBLISHABLE_KEY = "pk_test_banibs0LocalStripe0Public0Key"
ANY_OF_OURS = ("sk_test_banibs", "pk_test_banibs")  # what both begin with; enough where no key is configured

_SEEN_BY_BROWSERS = {
    "payment_intent": (
        "id", "object", "amount", "amount_details", "automatic_payment_methods", "canceled_at",
        "cancellation_reason", "capture_method", "client_secret", "confirmation_method", "created", "currency",
        "description", "last_payment_error", "livemode", "next_action", "payment_method", "payment_method_types",
        "processing", "receipt_email", "setup_future_usage", "shipping", "source", "status",
    ),
}  # fmt: skip


def secret_key() -> str:
    """The key that a server uses."""
    return os.environ.get("STRIPE_SECRET_KEY") or SECRET_KEY


def publishable_key() -> str:
    """The key that a browser uses."""
    return os.environ.get("STRIPE_PUBLISHABLE_KEY") or PUBLISHABLE_KEY


def check(key: str) -> bool:
    """Whether a key is the browser's; raises Unauthorised when it is neither of the two."""
    if _is(key, "STRIPE_SECRET_KEY", ANY_OF_OURS[0]):
        return False
    if _is(key, "STRIPE_PUBLISHABLE_KEY", ANY_OF_OURS[1]):
        return True
    raise Unauthorised(f"Invalid API Key provided: {masked(key)}")


def _is(key: str, name: str, beginning: str) -> bool:
    configured = os.environ.get(name)
    return hmac.compare_digest(key.encode(), configured.encode()) if configured else key.startswith(beginning)


def masked(key: str) -> str:
    """A key with its middle hidden."""
    return f"{key[:8]}{'*' * max(0, len(key) - 12)}{key[-4:]}" if len(key) > 12 else "*" * len(key)


def for_browser(body: Object) -> Object:
    """What a publishable key may read of an object: no metadata, no customer."""
    seen = _SEEN_BY_BROWSERS.get(str(body.get("object")))
    return {name: body[name] for name in seen if name in body} if seen else body
