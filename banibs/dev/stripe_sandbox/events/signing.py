"""`Stripe-Signature`: an HMAC over the moment of sending and the body.

The moment is real time, not the clock that can be moved: it belongs to the transport,
and the receiver compares it
with its own machine's time.
"""

import hashlib
import hmac
import time


def header(*, body: bytes, secrets: list[str], at: int | None = None) -> str:
    """The header for a body sent now (or `at`), in seconds since 1970; two secrets while one is rolled."""
    moment = int(time.time()) if at is None else at
    signed = f"{moment}.".encode() + body
    marks = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={mark}" for mark in marks)])
