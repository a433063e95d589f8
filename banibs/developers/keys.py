"""Making, checking and revoking API keys. A key is shown once; what is kept cannot be turned back into it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.db.models import F, Q

from banibs.core.api import SCOPES
from banibs.core.clock import Now
from banibs.core.security import access_audit
from banibs.developers import policy
from banibs.developers.models import ApiKey
from banibs.users.models import User

START = "bnb_"
ALL = "*"
KNOWN_SCOPES = frozenset({ALL, *(f"{name}:{verb}" for name in SCOPES for verb in ("read", "write"))})
STAFF_SCOPES = frozenset({"staff:read", "staff:write"})


class ScopeRefused(ValueError):
    """A scope that does not exist, or that this person may not give away."""


def create(
    user: User, *, name: str, scopes: Iterable[str], expires_at: dt.datetime | None = None
) -> tuple[ApiKey, str]:
    """A new key of this person, and its text, which is never shown again. Raises ScopeRefused."""
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= KNOWN_SCOPES:
        raise ScopeRefused(", ".join(sorted(set(wanted) - KNOWN_SCOPES)) or "no scope")
    if STAFF_SCOPES & set(wanted) and not user.is_staff:
        raise ScopeRefused("staff")
    text = START + secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        user=user, name=name, prefix=text[:12], digest=_digest(text), scopes=wanted, expires_at=expires_at
    )
    return row, text


def find(text: str) -> ApiKey | None:
    """The living key behind this text, with its person; None when revoked, expired, unknown or the person is gone."""
    if not text.startswith(START) or len(text) > 128:
        return None
    return (
        ApiKey.objects.select_related("user")
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), digest=_digest(text), revoked_at=None)
        .filter(user__is_active=True)
        .first()
    )


def touch(key: ApiKey) -> None:
    """Notes that the key was used, to the minute."""
    ApiKey.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - policy.KEY_USE_RECORDED_EVERY), pk=key.pk
    ).update(last_used_at=Now())


def revoke(user: User, key_id: int) -> bool:
    """Ends a key of this person at once; False when there is none living by this id. Another's is noted."""
    if ApiKey.objects.filter(pk=key_id, user=user, revoked_at=None).update(revoked_at=Now()):
        return True
    access_audit.record_refusal(user, ApiKey.objects.filter(pk=key_id).exclude(user=user))
    return False


def living(user: User) -> list[ApiKey]:
    """The person's keys that still work, newest first."""
    return list(
        ApiKey.objects.filter(user=user, revoked_at=None).order_by(F("id").desc())[: policy.KEYS_SHOWN]
    )


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
