"""Making, checking and revoking API keys. A key is shown once; what is kept cannot be turned back into it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Q, QuerySet

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


class MakerRefused(Exception):
    """The key that asks may not make this one: it lacks a scope, or has ended meanwhile. Nothing is made."""


def create(
    user: User,
    *,
    name: str,
    scopes: Iterable[str],
    expires_at: dt.datetime | None = None,
    maker: ApiKey | None = None,
    session_key: str | None = None,
) -> tuple[ApiKey, str]:
    """A new key of this person, and its text, which is never shown again.

    `maker` is the key that asks for it, `session_key` the browser's session in which it is made. A key can do no more
    than its maker, ends with it at the latest, and is revoked with it. Raises ScopeRefused, MakerRefused.
    """
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= KNOWN_SCOPES:
        raise ScopeRefused(", ".join(sorted(set(wanted) - KNOWN_SCOPES)) or "no scope")
    if STAFF_SCOPES & set(wanted) and not user.is_staff:
        raise ScopeRefused("staff")
    text = START + secrets.token_urlsafe(32)
    with transaction.atomic():
        if maker is not None:
            ends = _held(maker, wanted).expires_at
            expires_at = min(filter(None, (expires_at, ends)), default=None)
        row = ApiKey.objects.create(
            user=user,
            name=name,
            prefix=text[:12],
            digest=_digest(text),
            scopes=wanted,
            expires_at=expires_at,
            made_by=maker,
            session=_digest(session_key) if session_key else None,
        )
    return row, text


def _held(maker: ApiKey, wanted: Iterable[str]) -> ApiKey:
    """The maker under its lock, so that no revocation passes by what it makes. Raises MakerRefused."""
    row = _working().select_for_update().filter(pk=maker.pk).first()
    if row is None or (ALL not in row.scopes and not set(wanted) <= set(row.scopes)):
        raise MakerRefused
    return row


def _working() -> QuerySet[ApiKey]:
    """Keys that are neither revoked nor over."""
    return ApiKey.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=Now()), revoked_at=None)


def find(text: str) -> ApiKey | None:
    """The living key behind this text, with its person; None when revoked, expired, unknown or the person is gone."""
    if not text.startswith(START) or len(text) > 128:
        return None
    return _working().select_related("user").filter(digest=_digest(text), user__is_active=True).first()


def touch(key: ApiKey) -> None:
    """Notes that the key was used, to the minute."""
    ApiKey.objects.filter(
        Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - policy.KEY_USE_RECORDED_EVERY), pk=key.pk
    ).update(last_used_at=Now())


def revoke(user: User, key_id: int) -> bool:
    """Ends a key of this person at once, and all that it made, and they made.

    False when there is none living by this id. Another's is noted.
    """
    if _revoke(ApiKey.objects.filter(pk=key_id, user=user, revoked_at=None)):
        return True
    access_audit.record_refusal(user, ApiKey.objects.filter(pk=key_id).exclude(user=user))
    return False


def revoke_made_in(session_keys: Iterable[str]) -> None:
    """Ends the keys that were made in these sessions of a browser, and all that they made."""
    _revoke(ApiKey.objects.filter(session__in=[_digest(one) for one in session_keys], revoked_at=None))


def revoke_all(user: User) -> None:
    """Ends every key of this person that still works."""
    _revoke(ApiKey.objects.filter(user=user, revoked_at=None))


def _revoke(rows: QuerySet[ApiKey]) -> list[int]:
    """Ends these, then what they made, one generation after the other: a maker that has ended makes no more."""
    first: list[int] = []
    with transaction.atomic():
        while ended := list(rows.select_for_update().order_by("pk").values_list("pk", flat=True)):
            ApiKey.objects.filter(pk__in=ended, revoked_at=None).update(revoked_at=Now())
            first = first or ended
            rows = ApiKey.objects.filter(made_by__in=ended).exclude(pk__in=ended)
    return first


def living(user: User) -> list[ApiKey]:
    """The person's keys that still work, newest first."""
    return list(
        ApiKey.objects.filter(user=user, revoked_at=None).order_by(F("id").desc())[: policy.KEYS_SHOWN]
    )


def own(user: User, pk: int) -> ApiKey | None:
    """A key of this person that still works; None for another's, which is noted, or none."""
    if pk >= 2**63:
        return None
    found = ApiKey.objects.filter(user=user, pk=pk, revoked_at=None).first()
    if found is None:
        access_audit.record_refusal(user, ApiKey.objects.filter(pk=pk).exclude(user=user))
    return found


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
