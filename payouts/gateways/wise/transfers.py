"""Transfers at Wise, and the lines of our balance that belong to each: what was really taken, and what came back.

Source: docs.wise.com/api-reference/transfer and /balance-statement, read on 2026-11-27: the same customerTransactionId
is the same transfer, and a line's referenceNumber names its transfer, refunds too.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from banibs.core.money import Money
from payouts import policy
from payouts.gateways.json_data import Data, as_data, money, objects, part, parts, text
from payouts.gateways.wise import client

_SHORT = ("transfer.insufficient_funds", "balance.payment-option-unavailable")


@dataclass(frozen=True)
class Transfer:
    """A transfer as Wise has it. `status` is theirs."""

    id: int
    status: str
    transaction: str
    recipient: int
    sends: Money
    arrives: Money
    made_at: dt.datetime
    reference: str


@dataclass(frozen=True)
class Lines:
    """What a transfer did to our balance in the payout's currency: what it took, fee included, and what came back."""

    taken: Money
    back: Money


def create(*, recipient: int, quote: str, transaction: str, reference: str) -> Transfer:
    """Makes a transfer, which takes no money yet; the same `transaction` is the same one. Raises Refused, Unknown."""
    body: Data = {
        "targetAccount": recipient,
        "quoteUuid": quote,
        "customerTransactionId": transaction,
        "details": {"reference": reference},
    }
    return _transfer(as_data(client.ask("POST", "/v1/transfers", body=body)))


def read(transfer_id: str) -> Transfer:
    """The transfer as it is now. Raises Refused, Unknown."""
    return _transfer(as_data(client.ask("GET", f"/v1/transfers/{int(transfer_id)}")))


def find(transaction: str, *, since: dt.datetime) -> Transfer | None:
    """Ours with this customerTransactionId, made since then; None when Wise has none. Raises Unknown."""
    for page in range(policy.WISE_MOST_PAGES):
        rows = listing(since=since, offset=page * policy.WISE_PAGE_ROWS)
        for row in rows:
            if row.transaction == transaction:
                return row
        if len(rows) < policy.WISE_PAGE_ROWS:
            return None
    raise client.TooMany("more transfers than are looked through")


def listing(*, since: dt.datetime, offset: int = 0) -> list[Transfer]:
    """A page of our profile's transfers, newest first. Raises Unknown."""
    query = {
        "profile": str(client.profile()),
        "createdDateStart": since.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "limit": str(policy.WISE_PAGE_ROWS),
        "offset": str(offset),
    }
    return [_transfer(one) for one in objects(client.ask("GET", "/v1/transfers", query=query))]


def fund(transfer_id: int) -> bool:
    """Pays for it from our balance; False when there is too little. Raises Refused, Unknown."""
    path = f"/v3/profiles/{client.profile()}/transfers/{transfer_id}/payments"
    try:
        answer = as_data(client.ask("POST", path, body={"type": "BALANCE"}))
    except client.WiseRefused as refused:
        if refused.code in _SHORT:
            return False
        raise
    if text(answer, "status") == "COMPLETED":
        return True
    code = text(answer, "errorCode")
    if code in _SHORT:
        return False
    raise client.WiseRefused(code or "not_funded", {"": text(answer, "errorMessage")}, 200)


def cancel(transfer_id: int) -> Transfer:
    """Cancels it while it was not sent. Raises Refused, Unknown."""
    return _transfer(as_data(client.ask("PUT", f"/v1/transfers/{transfer_id}/cancel")))


def arrives_at(transfer_id: int) -> dt.datetime:
    """When Wise thinks that it arrives. Raises Refused, Unknown."""
    said = text(as_data(client.ask("GET", f"/v1/delivery-estimates/{transfer_id}")), "estimatedDeliveryDate")
    return _moment(said)


def lines(transfer: Transfer, currency: str, *, until: dt.datetime) -> Lines:
    """The lines of our balance of this currency that bear the transfer's number. Two calls. Raises Refused, Unknown."""
    balance = next((one for one in _balances() if text(one, "currency") == currency), None)
    return _lines_of(transfer, balance, currency, until)


def came_back_in(transfer: Transfer, *, but: str, until: dt.datetime) -> Money | None:
    """What came back of it into a balance of another currency; None where nothing did. A call per balance of ours."""
    for balance in _balances():
        currency = text(balance, "currency")
        back = _lines_of(transfer, balance, currency, until).back if currency != but else Money(0, but)
        if back.amount:
            return back
    return None


def _lines_of(transfer: Transfer, balance: Data | None, currency: str, until: dt.datetime) -> Lines:
    taken, back = Money(0, currency), Money(0, currency)
    if balance is None:
        return Lines(taken, back)
    query = {
        "currency": currency,
        "intervalStart": _stamp(transfer.made_at - dt.timedelta(days=1)),
        "intervalEnd": _stamp(until + dt.timedelta(days=1)),
        "type": "COMPACT",
    }
    path = f"/v1/profiles/{client.profile()}/balance-statements/{text(balance, 'id')}/statement.json"
    for line in parts(as_data(client.ask("GET", path, query=query)), "transactions"):
        if text(line, "referenceNumber") != f"TRANSFER-{transfer.id}":
            continue
        amount = money(text(part(line, "amount"), "value"), currency)
        if text(line, "type") == "CREDIT":
            back += amount
        else:
            taken -= amount
    return Lines(taken, back)


def balances() -> dict[str, int]:
    """What Wise holds for us, minor units by currency. Raises Refused, Unknown."""
    amounts = [part(one, "amount") for one in _balances()]
    held = [money(text(one, "value"), text(one, "currency")) for one in amounts]
    return {one.currency: one.amount for one in held}


def _balances() -> list[Data]:
    return objects(
        client.ask("GET", f"/v4/profiles/{client.profile()}/balances", query={"types": "STANDARD"})
    )


def _transfer(data: Data) -> Transfer:
    return Transfer(
        id=int(text(data, "id")),
        status=text(data, "status"),
        transaction=text(data, "customerTransactionId").lower(),
        recipient=int(text(data, "targetAccount")),
        sends=money(text(data, "sourceValue") or "0", text(data, "sourceCurrency")),
        arrives=money(text(data, "targetValue") or "0", text(data, "targetCurrency")),
        made_at=_moment(text(data, "created")),
        reference=text(part(data, "details"), "reference"),
    )


def _moment(said: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(said)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _stamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
