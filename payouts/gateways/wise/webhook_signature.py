"""Whether an event is Wise's: RSA with SHA-256 over the body, by the public key that Wise publishes.

Source: docs.wise.com/guides/developer/webhooks/event-handling, read on 2026-11-27. The key stands in
WISE_WEBHOOK_PUBLIC_KEY: production and sandbox have one each.
"""

from __future__ import annotations

import base64

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings


class BadSignature(Exception):
    """It is not Wise's."""


def verify(body: bytes, *, header: str) -> None:
    """Raises BadSignature."""
    try:
        signature = base64.b64decode(header, validate=True)
        key = serialization.load_pem_public_key(pem().encode())
    except ValueError as wrong:
        raise BadSignature("no signature, or no key") from wrong
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadSignature("another kind of key")
    try:
        key.verify(signature, body, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as wrong:
        raise BadSignature("it does not match") from wrong


def pem() -> str:
    """The key of the settings; a line break may stand there as \\n."""
    return str(settings.WISE_WEBHOOK_PUBLIC_KEY).replace("\\n", "\n")
