"""Encrypts secrets at rest with keys derived from SECRET_KEY; reads those of SECRET_KEY_FALLBACKS as well."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"banibs.secrets:" + key.encode()).digest()))
            for key in keys
        ]
    )


def encrypt(text: str) -> bytes:
    """The text, readable only with SECRET_KEY."""
    return _fernet().encrypt(text.encode())


def decrypt(token: bytes) -> str:
    """The text again. Raises cryptography.fernet.InvalidToken when no key fits."""
    return _fernet().decrypt(token).decode()
