"""What was typed of a destination, read by the rules of its kind: what is kept, how it is shown, when it is the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from banibs.core.security import encryption
from payouts import countries, crypto_addresses, policy
from payouts.methods import wise_fields
from payouts.methods.refusals import invalid
from payouts.models import PayoutMethod

Details = Mapping[str, object]
Kind = PayoutMethod.Kind
_SALT = "payouts.destination"
_NO_PART = frozenset({"legalType", "accountType", "bank"})  # the same account, told otherwise
_ADDRESS_LINES = {"firstLine": 100, "city": 60, "state": 2, "postCode": 10}


@dataclass(frozen=True)
class Destination:
    """A destination that can be one. `details` are sealed on its row: what the provider is given."""

    kind: str
    country: str
    currency: str
    details: Details
    masked: str
    asset: str = ""
    network: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same destination."""
        return fingerprint(self.kind, self.details, asset=self.asset, network=self.network)

    def sealed(self) -> bytes:
        """As the row keeps it."""
        return _sealed(self.details)


def fingerprint(kind: str, details: Details, *, asset: str = "", network: str = "") -> str:
    """The same text for the same destination, whoever adds it; nothing of it can be read back. 64 signs."""
    own = details.get("details")
    fields = own if isinstance(own, Mapping) else details
    kept = sorted(
        f"{name}={value}"
        for name, value in fields.items()
        if name not in _NO_PART and not isinstance(value, Mapping)
    )
    said = "\0".join((kind, asset, network, str(details.get("currency", "")), *kept))
    if kind == Kind.PAYPAL:
        said = said.lower()
    return salted_hmac(_SALT, said, algorithm="sha256").hexdigest()


def unsealed(row: PayoutMethod) -> Details:
    """What a row holds. Raises cryptography.fernet.InvalidToken when no key fits."""
    found: dict[str, object] = json.loads(encryption.decrypt(bytes(row.destination)))
    return found


def seal_anew() -> int:
    """Seals every destination under the key of today, and marks it by it, so that an old key may be forgotten; returns
    how many. Run again it does the same once more. Raises as `unsealed` does, and stops there.
    """
    count, last = 0, 0
    while True:
        with transaction.atomic():
            rows = PayoutMethod.objects.select_for_update(of=("self",)).filter(pk__gt=last).order_by("pk")
            some = list(rows.exclude(destination=b"")[: policy.METHODS_SEALED_AT_ONCE])
            if not some:
                return count
            for row in some:
                details = unsealed(row)
                row.destination = _sealed(details)
                row.fingerprint = fingerprint(row.kind, details, asset=row.asset, network=row.network)
            PayoutMethod.objects.bulk_update(some, ["destination", "fingerprint"])
        count, last = count + len(some), some[-1].pk


def _sealed(details: Details) -> bytes:
    return encryption.encrypt(json.dumps(dict(details), ensure_ascii=False))


def read(kind: str, typed: Mapping[str, str], *, country: str) -> Destination:
    """The destination that was typed by a shop of this country. Raises MethodRefused `destination_invalid` or
    `currency_not_supported`, each with its fields.
    """
    return {Kind.PAYPAL: _paypal, Kind.WISE: _wise, Kind.CRYPTO: _crypto}[Kind(kind)](typed, country)


def _paypal(typed: Mapping[str, str], country: str) -> Destination:
    email = typed.get("email", "").strip()
    if not email:
        raise invalid({"email": _("Enter the email address of your PayPal account.")})
    try:
        validate_email(email)
    except ValidationError as error:
        raise invalid({"email": _("This is no email address. It looks like name@example.com.")}) from error
    name, _at, domain = email.rpartition("@")
    place = countries.destination(country, method=Kind.PAYPAL)
    return Destination(
        kind=Kind.PAYPAL,
        country=country if place else "",
        currency="",
        details={"email": f"{name}@{domain.lower()}"},
        masked=f"{name[:2]}•••@{domain.lower()}"[:80],
    )


def _wise(typed: Mapping[str, str], country: str) -> Destination:
    currency = typed.get("currency", "")
    recipient = wise_fields.RECIPIENTS.get(currency)
    if recipient is None:
        raise invalid({"currency": _("Choose the currency of the account.")}, code="currency_not_supported")
    wrong: dict[str, str] = {}
    holder = " ".join(typed.get("holder", "").split())
    if len(holder.split()) < 2 and typed.get("legal_type") != "BUSINESS":
        wrong["holder"] = _("Enter the first and last name of the account’s holder.")
    elif not 2 <= len(holder) <= 100:
        wrong["holder"] = _("Enter the name of the account’s holder, as the bank has it.")
    details: dict[str, str] = {}
    for field in recipient.fields:
        text = typed.get(field.name, "").strip()
        try:
            details[field.name] = field.read(text)
        except wise_fields.Wrong as error:
            wrong[field.name] = error.message if text else _("This is needed.")
    address = _address(typed, wrong) if currency in wise_fields.ADDRESS_ASKED else {}
    place = _place(currency, details)
    if place is None and not wrong:
        name = "IBAN" if "IBAN" in details else "currency"
        raise invalid(
            {name: _("Wise does not pay %(currency)s to banks in that country.") % {"currency": currency}},
            code="currency_not_supported",
        )
    if wrong or place is None:
        raise invalid(wrong)
    account = details[recipient.account]
    legal = "BUSINESS" if typed.get("legal_type") == "BUSINESS" else "PRIVATE"
    return Destination(
        kind=Kind.WISE,
        country=place.country,
        currency=currency,
        details={
            "type": recipient.type,
            "currency": currency,
            "accountHolderName": holder,
            "details": {**details, "legalType": legal, **({"address": address} if address else {})},
        },
        masked=f"{currency} •••• {account[-4:]}",
    )


def _place(currency: str, details: Mapping[str, str]) -> countries.Destination | None:
    """The country of the bank: an IBAN names it, of the others each currency has one."""
    if "IBAN" in details:
        found = countries.destination(details["IBAN"][:2], method=Kind.WISE)
        return found if found is not None and found.currency == currency else None
    return next((row for row in countries.offered(Kind.WISE) if row.currency == currency), None)


def _address(typed: Mapping[str, str], wrong: dict[str, str]) -> dict[str, str]:
    """The holder's address in the USA."""
    found = {"country": "US"}
    for name, most in _ADDRESS_LINES.items():
        text = " ".join(typed.get(name, "").split())
        if not text:
            wrong[name] = _("This is needed.")
        elif len(text) > most:
            wrong[name] = _("At most %(most)s signs.") % {"most": most}
        found[name] = text.upper() if name == "state" else text
    return found


def _crypto(typed: Mapping[str, str], country: str) -> Destination:
    asset, network = typed.get("asset", ""), typed.get("network", "")
    if asset not in crypto_addresses.ASSETS:
        raise invalid({"asset": _("Choose a coin.")})
    coin = crypto_addresses.ASSETS[asset]
    if not crypto_addresses.sent_on(asset, network):
        on = ", ".join(crypto_addresses.NETWORKS[one].name for one in coin.networks)
        raise invalid(
            {
                "network": _("We send %(coin)s on %(networks)s. On another network it would be lost.")
                % {"coin": coin.name, "networks": on}
            }
        )
    try:
        address = crypto_addresses.parse(
            typed.get("address", ""), network, last_signs=typed.get("last_signs", "")
        )
    except crypto_addresses.BadAddress as error:
        field = "last_signs" if error.code == "last_signs" else "address"
        refused = invalid({field: error.message})
        refused.secret = error.code == "private_key"
        raise refused from error
    return Destination(
        kind=Kind.CRYPTO,
        country=country,
        currency="",
        details={"address": address},
        masked=crypto_addresses.masked(address),
        asset=asset,
        network=network,
    )
