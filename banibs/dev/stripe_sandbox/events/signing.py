"""`Stripe-Signature`: an HMAC over the moment of sending and the body.

The moment is real time, not the clock that can be moved: it belongs to the transport,
and the receiver compares it
with its own machine's time.
"""

import hashlib
import hmac
import time


def header(*, body: bytes, secret: str, at: int | None = None) -> str:
    """The header for a body sent now (or `at`), in seconds since 1970."""
    moment = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"
