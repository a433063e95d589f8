"""PayPal's signature on webhooks: RSA with SHA-256 over `id|time|webhook id|crc32 of the body`, and its certificate."""

import base64
import datetime as dt
import uuid
import zlib
from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from banibs.dev.sandbox_kit.calls import moment
from banibs.dev.sandbox_kit.store import Store

NAME = "CERT-local-1"
ALGORITHM = "SHA256withRSA"


def certificate(store: Store) -> str:
    """The certificate as PEM; made once."""
    _key(store)
    return (store.folder / "certificate.pem").read_text()


def _key(store: Store) -> rsa.RSAPrivateKey:
    path = store.folder / "key.pem"
    if not path.exists():
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name(
            [x509.NameAttribute(NameOID.COMMON_NAME, "messageverificationcerts.local-paypal.test")]
        )
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=3650))
            .sign(key, hashes.SHA256())
        )
        (store.folder / "certificate.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
        path.touch(mode=0o600)
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    loaded = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(loaded, rsa.RSAPrivateKey)
    return loaded


def _message(transmission: str, at: str, webhook_id: str, body: bytes) -> bytes:
    return f"{transmission}|{at}|{webhook_id}|{zlib.crc32(body)}".encode()


def headers(store: Store, body: bytes, *, webhook_id: str, base_url: str) -> Mapping[str, str]:
    """What goes with an event."""
    transmission, at = str(uuid.uuid4()), moment(store.now())
    signature = _key(store).sign(
        _message(transmission, at, webhook_id, body), padding.PKCS1v15(), hashes.SHA256()
    )
    return {
        "Paypal-Transmission-Id": transmission,
        "Paypal-Transmission-Time": at,
        "Paypal-Transmission-Sig": base64.b64encode(signature).decode(),
        "Paypal-Cert-Url": f"{base_url}/v1/notifications/certs/{NAME}",
        "Paypal-Auth-Algo": ALGORITHM,
    }


def fits(store: Store, *, transmission: str, at: str, webhook_id: str, body: bytes, signature: str) -> bool:
    """Whether it is our signature on that."""
    try:
        given = base64.b64decode(signature, validate=True)
        message = _message(transmission, at, webhook_id, body)
        _key(store).public_key().verify(given, message, padding.PKCS1v15(), hashes.SHA256())
    except (ValueError, InvalidSignature):
        return False
    return True
