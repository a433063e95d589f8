"""The secret part of tax details: sealed under SECRET_KEY, masked wherever it is shown, sealed anew when the key changes."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass

from django.db import transaction

from banibs.core.security import encryption
from banibs.users import policy as users_policy
from marketplace import policy
from marketplace.models import TaxDetails

FIELDS = ("tax_id", "vat_number", "registration_number", "born", "birth_place")
_DOTS = "••••"


class Spoilt(Exception):
    """What was sealed is not what the version says it was: the row was tampered with."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """Tax numbers as they are kept, the date of birth as "1980-05-31"; "" for what is not there."""

    tax_id: str = ""
    vat_number: str = ""
    registration_number: str = ""
    born: str = ""
    birth_place: str = ""

    def masked(self) -> dict[str, str]:
        """Each field as it may be shown to its owner and to staff."""
        return {name: mask(name, value) for name, value in asdict(self).items()}


def mask(name: str, value: str) -> str:
    """ "•••• 6789": the end of a number, half as much of a short one; nothing at all of a birth. "" stays ""."""
    if not value:
        return ""
    if name in ("born", "birth_place"):
        return _DOTS
    shown = users_policy.TAX_ID_SHOWN_CHARACTERS
    return f"{_DOTS} {value[-(shown if len(value) >= 2 * shown else shown // 2) :]}"


def seal(found: Secrets) -> tuple[bytes, bytes]:
    """What is kept of it: (sealed, digest)."""
    text = json.dumps({**asdict(found), "salt": secrets.token_hex(16)})
    return encryption.encrypt(text), _digest(text)


def unseal(row: TaxDetails) -> Secrets:
    """The secrets of a version. Raises Spoilt, and cryptography.fernet.InvalidToken when no key fits."""
    text = encryption.decrypt(bytes(row.sealed))
    if _digest(text) != bytes(row.digest):
        raise Spoilt(f"tax details {row.pk}")
    kept = json.loads(text)
    return Secrets(**{name: kept.get(name, "") for name in FIELDS})


def seal_anew() -> int:
    """Seals every version under the key of today, so that an old one may be forgotten; returns how many.

    Run again after a crash it does the same once more: nothing is lost. Raises as `unseal` does, and stops there.
    """
    count, last = 0, 0
    while True:
        with transaction.atomic():
            rows = TaxDetails.objects.select_for_update().filter(pk__gt=last).order_by("pk")
            some = list(rows[: policy.TAX_DETAILS_SEALED_AT_ONCE])
            if not some:
                return count
            for row in some:
                unseal(row)
                row.sealed = encryption.encrypt(encryption.decrypt(bytes(row.sealed)))
            TaxDetails.objects.bulk_update(some, ["sealed"])
        count, last = count + len(some), some[-1].pk


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
