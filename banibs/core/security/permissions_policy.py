"""The Permissions-Policy header: which powers of a browser our pages, and frames of others in them, may use."""

from __future__ import annotations

from collections.abc import Sequence

_NEVER = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "microphone",
    "midi",
    "usb",
)
# What taking a payment needs: the wallets of a browser and of a phone, and a bank that asks for a passkey.
_PAYING = ("payment", "publickey-credentials-get")


def permissions(paying: Sequence[str] = ()) -> str:
    """The header's value. Frames of the origins in `paying` may use what paying needs; a frame's `allow` alone does not let
    them, and so neither Apple Pay, Google Pay nor a passkey would work there.
    """
    origins = " ".join(["self", *(f'"{origin}"' for origin in paying)])
    return ", ".join(
        [
            *(f"{name}=()" for name in _NEVER),
            *(f"{name}=({origins})" for name in _PAYING),
            "publickey-credentials-create=(self)",
        ]
    )
