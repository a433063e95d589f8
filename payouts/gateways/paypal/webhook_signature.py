"""Whether an event is PayPal's: RSA with SHA-256 over `id|time|webhook id|crc32 of the body`, by PayPal's certificate.

The certificate's address comes with the event, so its host is pinned: PayPal's own, by TLS, or the one of
PAYPAL_API_HOST. Source: developer.paypal.com/api/rest/webhooks/rest, "Self verification method", read on 2026-11-27.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import threading
import urllib.parse
import zlib
from collections.abc import Mapping

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from django.conf import settings

from payouts.gateways import rest_call
from payouts.gateways.paypal import client

ALGORITHM = "SHA256withRSA"
HOSTS = frozenset(
    ("api.paypal.com", "api-m.paypal.com", "api.sandbox.paypal.com", "api-m.sandbox.paypal.com")
)
_PATH = re.compile(r"/v1/notifications/certs/[A-Za-z0-9_.-]{1,80}")
_MOST_KEPT = 8  # certificates in a process; PayPal has one at a time, and another before it ends
_lock = threading.Lock()
_kept: dict[str, x509.Certificate] = {}


class BadSignature(Exception):
    """It is not PayPal's, or not for our webhook."""


def verify(body: bytes, *, headers: Mapping[str, str]) -> None:
    """Raises BadSignature, or outcomes.Unknown while the certificate cannot be fetched: PayPal sends it again."""
    if headers.get("Paypal-Auth-Algo") != ALGORITHM:
        raise BadSignature("another algorithm")
    url = headers.get("Paypal-Cert-Url", "")
    if not _is_theirs(url):
        raise BadSignature("the certificate is not at PayPal")
    try:
        signature = base64.b64decode(headers.get("Paypal-Transmission-Sig", ""), validate=True)
    except ValueError as wrong:
        raise BadSignature("no signature") from wrong
    parts = [headers.get(f"Paypal-Transmission-{name}", "") for name in ("Id", "Time")]
    message = "|".join([*parts, settings.PAYPAL_WEBHOOK_ID, str(zlib.crc32(body))])
    key = _certificate(url).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadSignature("another kind of key")
    try:
        key.verify(signature, message.encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature as wrong:
        raise BadSignature("it does not match") from wrong


def _is_theirs(url: str) -> bool:
    try:
        found = urllib.parse.urlsplit(url)
        plain = not (found.username or found.password or found.query or found.fragment or found.port)
    except ValueError:
        return False
    if not _PATH.fullmatch(found.path):
        return False
    if found.scheme == "https" and found.hostname in HOSTS and plain:
        return True
    return _is_local() and url == f"{client.host()}{found.path}"


def _is_local() -> bool:
    """Whether PAYPAL_API_HOST names another host that speaks PayPal, such as the local one."""
    return urllib.parse.urlsplit(client.host()).hostname not in HOSTS


def _certificate(url: str) -> x509.Certificate:
    with _lock:
        known = _kept.get(url)
    if known is None:
        known = _fetched(url)
        with _lock:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            _kept[url] = known
    now = dt.datetime.now(dt.UTC)  # the machine's own: the certificate is PayPal's, not of our movable day
    if not known.not_valid_before_utc <= now <= known.not_valid_after_utc:
        raise BadSignature("the certificate is not valid now")
    return known


def _fetched(url: str) -> x509.Certificate:
    """The certificate at a pinned address; it names PayPal where it is PayPal's."""
    reply = rest_call.call(client.SERVICE, "GET", url, headers={"Accept": "application/x-pem-file"})
    if not reply.ok:
        raise BadSignature("no such certificate")
    try:
        found = x509.load_pem_x509_certificate(reply.text.encode())
    except ValueError as wrong:
        raise BadSignature("no certificate") from wrong
    names = [str(one.value) for one in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if not _is_local() and not any(name.endswith(".paypal.com") for name in names):
        raise BadSignature("somebody else's certificate")
    return found
