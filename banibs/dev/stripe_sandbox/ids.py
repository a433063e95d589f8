"""Identifiers with Stripe's prefixes."""

import secrets
import string

_ALPHABET = string.ascii_letters + string.digits


def random_text(length: int) -> str:
    """`length` letters and digits, unguessable."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_id(prefix: str) -> str:
    """An identifier such as `pi_3Qx…`: the prefix says what it names."""
    return f"{prefix}_{random_text(24)}"


def new_secret(owner_id: str) -> str:
    """The client secret of an intent: whoever holds it may confirm that intent from a browser."""
    return f"{owner_id}_secret_{random_text(25)}"
