"""Wise's events and their signature: RSA with SHA-256 over the body."""

import base64
import uuid
from collections.abc import Mapping

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from banibs.dev.sandbox_kit.calls import emit, moment
from banibs.dev.sandbox_kit.store import Object, Store

SUBSCRIPTION = "01234567-89ab-cdef-0123-456789abcdef"


def state_change(store: Store, transfer: Object, before: str | None) -> None:
    """`transfers#state-change`"""
    data = {"resource": _resource(transfer), "current_state": transfer["status"], "previous_state": before}
    _tell(store, "transfers#state-change", data)


def refund(store: Store, transfer: Object, amount: float, currency: str) -> None:
    """`transfers#refund`"""
    resource = {**_resource(transfer), "refund_amount": amount, "refund_currency": currency}
    _tell(store, "transfers#refund", {"resource": resource})


def _resource(transfer: Object) -> Object:
    return {
        "type": "transfer",
        "id": transfer["id"],
        "profile_id": transfer["_profile"],
        "account_id": transfer["targetAccount"],
    }


def _tell(store: Store, type_: str, data: Object) -> None:
    at = moment(store.now())
    body = {
        "data": {**data, "occurred_at": at},
        "subscription_id": SUBSCRIPTION,
        "event_type": type_,
        "schema_version": "2.0.0",
        "sent_at": at,
    }
    emit(store, str(uuid.uuid4()), type_, body)


def _key(store: Store) -> rsa.RSAPrivateKey:
    path = store.folder / "key.pem"
    if not path.exists():
        path.touch(mode=0o600)
        made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        kept = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(made.private_bytes(*kept))
    loaded = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    return loaded


def public_key(store: Store) -> str:
    """The key that its webhooks are verified with, as PEM."""
    kind = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return _key(store).public_key().public_bytes(*kind).decode()


def headers(store: Store, body: bytes) -> Mapping[str, str]:
    """What goes with an event."""
    signature = _key(store).sign(body, padding.PKCS1v15(), hashes.SHA256())
    return {"X-Signature-SHA256": base64.b64encode(signature).decode(), "X-Delivery-Id": str(uuid.uuid4())}


def tell_of_nothing(store: Store, given: Object) -> None:
    """An event about somebody else's transfer; for tests of the door."""
    resource = {"type": "transfer", "id": 1, "profile_id": given.get("profile", 1), "note": given["note"]}
    _tell(
        store,
        str(given.get("type", "transfers#state-change")),
        {"resource": resource, "current_state": "processing"},
    )
