"""Transfers: made from a quote, funded from our balance, sent, and sometimes coming back."""

from banibs.dev.sandbox_kit import money
from banibs.dev.sandbox_kit.calls import Answer, Call, moment
from banibs.dev.sandbox_kit.store import Object, Store
from banibs.dev.wise_sandbox import events, quotes, recipients
from banibs.dev.wise_sandbox.errors import only, refusal

FIELDS = {"sourceAccount", "targetAccount", "quoteUuid", "customerTransactionId", "details"}
DETAILS = {"reference", "transferPurpose", "transferPurposeSubTransferPurpose", "sourceOfFunds"}
QUERY = {
    "profile",
    "status",
    "sourceCurrency",
    "targetCurrency",
    "createdDateStart",
    "createdDateEnd",
    "limit",
    "offset",
}
SENT = "outgoing_payment_sent"


def create(call: Call) -> Answer:
    """POST /v1/transfers. The same customerTransactionId is the same transfer."""
    given = call.data()
    only(given, FIELDS)
    only(given.get("details") or {}, DETAILS, "details.")
    for known in call.store.all("transfer"):
        if known["customerTransactionId"] == given.get("customerTransactionId"):
            return Answer(shown(known))
    quote = quotes.find(call.store, str(given.get("quoteUuid")), "quoteUuid")
    if quote["status"] != "PENDING":
        code = "QUOTE_EXPIRED" if quote["status"] == "EXPIRED" else "QUOTE_USED"
        raise refusal(422, "This quote cannot be used any more", code=code, path="quoteUuid")
    recipient = recipients.find(call.store, str(given.get("targetAccount")), "targetAccount")
    if recipient["currency"] != quote["targetCurrency"] or not recipient["active"]:
        raise refusal(422, "The recipient does not take it", code="NOT_VALID", path="targetAccount")
    call.store.save("quote", quote["id"], {**quote, "status": "ACCEPTED"})
    number = call.store.next_number("transfer", 16_500_000)
    transfer = {
        "id": number,
        "user": 4_342_275,
        "targetAccount": recipient["id"],
        "sourceAccount": None,
        "quote": None,
        "quoteUuid": quote["id"],
        "status": "incoming_payment_waiting",
        "reference": (given.get("details") or {}).get("reference", ""),
        "rate": quote["rate"],
        "created": moment(call.store.now())[:19].replace("T", " "),
        "business": quote["profile"],
        "transferRequest": None,
        "details": given.get("details") or {},
        "hasActiveIssues": False,
        "sourceCurrency": quote["sourceCurrency"],
        "sourceValue": float(money.decimal(quote["_taken"] - quote["_fee"], quote["sourceCurrency"])),
        "targetCurrency": quote["targetCurrency"],
        "targetValue": float(money.decimal(quote["_arrives"], quote["targetCurrency"])),
        "customerTransactionId": given["customerTransactionId"],
        "_profile": quote["profile"],
        "_taken": quote["_taken"],
        "_fee": quote["_fee"],
        "_funded": False,
    }
    call.store.save("transfer", str(number), transfer)
    events.state_change(call.store, transfer, None)
    return Answer(shown(transfer))


def shown(transfer: Object) -> Object:
    """A transfer as Wise answers it."""
    return {name: value for name, value in transfer.items() if not name.startswith("_")}


def find(store: Store, transfer_id: str) -> Object:
    """A transfer. Raises Refusal."""
    found = store.get("transfer", transfer_id)
    if found is None:
        raise refusal(404, "No such transfer", code="transfer.not-found", path="transferId")
    return found


def show(call: Call) -> Answer:
    """GET /v1/transfers/<transfer>"""
    return Answer(shown(find(call.store, call.names["transfer"])))


def listing(call: Call) -> Answer:
    """GET /v1/transfers, newest first"""
    only(dict(call.query), QUERY)
    wanted = call.query
    rows = [
        one
        for one in reversed(call.store.all("transfer"))
        if wanted.get("profile", str(one["_profile"])) == str(one["_profile"])
        and one["status"] in wanted.get("status", one["status"]).split(",")
        and one["created"] >= wanted.get("createdDateStart", "")[:19].replace("T", " ")
    ]
    start = int(wanted.get("offset", 0))
    return Answer([shown(one) for one in rows[start : start + int(wanted.get("limit", 100))]])


def fund(call: Call) -> Answer:
    """POST /v3/profiles/<profile>/transfers/<transfer>/payments"""
    given = call.data()
    only(given, {"type"})
    transfer = find(call.store, call.names["transfer"])
    if given.get("type") != "BALANCE" or str(transfer["_profile"]) != call.names["profile"]:
        raise refusal(422, "Only from the balance of this profile", code="NOT_VALID", path="type")
    if transfer["status"] != "incoming_payment_waiting":
        raise refusal(
            409, "The transfer does not wait for money", code="transfer.invalid-state", path="transferId"
        )
    currency = transfer["sourceCurrency"]
    if call.store.balances().get(currency, 0) < transfer["_taken"]:
        return Answer({"type": "BALANCE", "status": "REJECTED", "errorCode": "transfer.insufficient_funds"})
    call.store.enter(
        -transfer["_taken"],
        currency,
        what="transfer",
        subject=f"TRANSFER-{transfer['id']}",
        fee=transfer["_fee"],
    )
    transfer["_funded"] = True
    become(call.store, transfer, "processing")
    call.store.later(call.store.setting("processing_seconds", 0), "go_on", str(transfer["id"]))
    return Answer({"type": "BALANCE", "status": "COMPLETED", "errorCode": None})


def cancel(call: Call) -> Answer:
    """PUT /v1/transfers/<transfer>/cancel: until it is sent."""
    transfer = find(call.store, call.names["transfer"])
    if transfer["status"] not in ("incoming_payment_waiting", "processing", "funds_converted"):
        raise refusal(
            409, "It cannot be cancelled any more", code="transfer.invalid-state", path="transferId"
        )
    return Answer(shown(end(call.store, transfer)))


def become(store: Store, transfer: Object, status: str) -> Object:
    """Moves a transfer on, and tells."""
    before, transfer["status"] = transfer["status"], status
    store.save("transfer", str(transfer["id"]), transfer)
    events.state_change(store, transfer, before)
    return transfer


def go_on(store: Store, transfer_id: str) -> None:
    """The money has come: it is sent, stays, or is cancelled, as the switch says."""
    transfer, to = find(store, transfer_id), str(store.setting("next_transfer", SENT))
    if transfer["status"] == "processing" and to == SENT:
        become(store, become(store, transfer, "funds_converted"), SENT)
    elif transfer["status"] == "processing" and to == "cancelled":
        end(store, transfer)


def end(store: Store, transfer: Object) -> Object:
    """Cancelled: what was taken comes back whole."""
    become(store, transfer, "cancelled")
    return (
        refund(store, transfer, transfer["_taken"], transfer["sourceCurrency"])
        if transfer["_funded"]
        else transfer
    )


def refund(store: Store, transfer: Object, amount: int, currency: str) -> Object:
    """What comes back to our balance."""
    store.enter(amount, currency, what="refund", subject=f"TRANSFER-{transfer['id']}")
    transfer["_funded"] = False
    become(store, transfer, "funds_refunded")
    events.refund(store, transfer, float(money.decimal(amount, currency)), currency)
    return transfer


# ---- by hand
def send(store: Store, given: Object) -> str:
    """What stays in processing is sent."""
    return str(become(store, _in(store, given, "processing"), SENT)["status"])


def stop(store: Store, given: Object) -> str:
    """Wise cancels it while it is processed."""
    return str(end(store, _in(store, given, "processing", "funds_converted"))["status"])


def bounce(store: Store, given: Object) -> str:
    """The bank sends it back, weeks later maybe: `value` of it, in `currency`, else all that was taken."""
    transfer = _in(store, given, SENT)
    currency = str(given.get("currency") or transfer["sourceCurrency"])
    amount = money.minor(given["value"], currency) if given.get("value") else transfer["_taken"]
    become(store, transfer, "bounced_back")
    if given.get("wait"):
        return "bounced_back"
    for state in ("processing", "cancelled"):
        become(store, transfer, state)
    return str(refund(store, transfer, amount, currency)["status"])


def _in(store: Store, given: Object, *states: str) -> Object:
    transfer = find(store, str(given["id"]))
    if transfer["status"] not in states:
        raise ValueError(f"it is {transfer['status']}")
    return transfer
