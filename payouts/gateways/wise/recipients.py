"""Recipients at Wise: made and checked by Wise, then named by their number.

Source: docs.wise.com/api-reference/recipient, read on 2026-11-27.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from payouts.gateways.json_data import Data, as_data, objects, parts, text
from payouts.gateways.wise import client


@dataclass(frozen=True)
class Recipient:
    """A recipient as Wise has it. `masked` is Wise's own summary: "GBP account ending in 8842"."""

    id: int
    currency: str
    active: bool
    masked: str


@dataclass(frozen=True)
class Field:
    """A field that Wise asks for: its key, its name for people, what it must look like, what may be chosen."""

    key: str
    name: str
    required: bool
    pattern: str
    choices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Requirement:
    """A kind of recipient for a currency, with its fields."""

    type: str
    title: str
    fields: tuple[Field, ...]


def create(*, currency: str, kind: str, holder: str, details: Mapping[str, object]) -> Recipient:
    """Makes a recipient; Wise checks it. Raises Refused, whose `fields` say what is wrong where, and Unknown."""
    body: Data = {
        "currency": currency,
        "type": kind,
        "profile": client.profile(),
        "ownedByCustomer": False,
        "accountHolderName": holder,
        "details": dict(details),
    }
    return _recipient(as_data(client.ask("POST", "/v1/accounts", body=body)))


def read(recipient_id: str) -> Recipient:
    """The recipient as it is now. Raises Refused, Unknown."""
    return _recipient(as_data(client.ask("GET", f"/v2/accounts/{int(recipient_id)}")))


def requirements(*, source: str, target: str) -> list[Requirement]:
    """What Wise asks for to pay in a currency. Raises Refused CURRENCY_NOT_SUPPORTED, Unknown."""
    query = {"source": source, "target": target, "sourceAmount": "1000"}
    return [
        Requirement(
            type=text(one, "type"),
            title=text(one, "title"),
            fields=tuple(_field(group) for field in parts(one, "fields") for group in parts(field, "group")),
        )
        for one in objects(client.ask("GET", "/v1/account-requirements", query=query))
    ]


def _field(group: Data) -> Field:
    return Field(
        key=text(group, "key"),
        name=text(group, "name"),
        required=bool(group.get("required")),
        pattern=text(group, "validationRegexp"),
        choices=tuple((text(one, "key"), text(one, "name")) for one in parts(group, "valuesAllowed")),
    )


def _recipient(data: Data) -> Recipient:
    summary = text(data, "longAccountSummary") or text(data, "accountSummary")
    return Recipient(int(text(data, "id")), text(data, "currency"), data.get("active") is not False, summary)
