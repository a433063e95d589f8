"""Recipients: what a currency asks for, made and checked, shown masked."""

import re
from typing import Any

from banibs.dev.sandbox_kit.calls import Answer, Call, Refusal
from banibs.dev.sandbox_kit.store import Object, Store
from banibs.dev.wise_sandbox.errors import only, refusal

# By currency: the kind of recipient, and its fields with what each must look like.
IBAN = ("iban", {"IBAN": r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}"})
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    **dict.fromkeys(("EUR", "CHF", "CZK", "DKK", "HUF", "NOK", "PLN", "RON", "SEK"), IBAN),
    "GBP": ("sort_code", {"sortCode": r"\d{6}", "accountNumber": r"\d{8}"}),
    "USD": ("aba", {"abartn": r"\d{9}", "accountNumber": r"\d{4,17}", "accountType": "CHECKING|SAVINGS"}),
    "CAD": (
        "canadian",
        {
            "institutionNumber": r"\d{3}",
            "transitNumber": r"\d{5}",
            "accountNumber": r"\d{7,12}",
            "accountType": "Checking|Savings",
        },
    ),
    "AUD": ("australian", {"bsbCode": r"\d{6}", "accountNumber": r"\d{4,9}"}),
    "NZD": ("newzealand", {"accountNumber": r"\d{15,16}"}),
    "NGN": ("nigeria", {"bankCode": r"\d{3,6}", "accountNumber": r"\d{10}"}),
    "GHS": ("ghana", {"bankCode": r"\w{3,11}", "accountNumber": r"\d{8,17}"}),
    "KES": ("kenya_local", {"bankCode": r"\w{2,11}", "accountNumber": r"\d{6,16}"}),
    "ZAR": ("southafrica", {"swiftCode": r"[A-Z0-9]{8,11}", "accountNumber": r"\d{7,16}"}),
    "INR": ("indian", {"ifscCode": r"[A-Z]{4}0[A-Z0-9]{6}", "accountNumber": r"\d{8,18}"}),
    "MXN": ("mexican", {"clabe": r"\d{18}"}),
}
NAME = re.compile(r"[0-9A-Za-zÀ-ÖØ-öø-ÿ\-_()'*,.\s]+")


def _kind(currency: str) -> tuple[str, dict[str, str]]:
    if currency not in KINDS:
        raise refusal(422, "This currency is not supported", code="CURRENCY_NOT_SUPPORTED", path="currency")
    return KINDS[currency]


def requirements(call: Call) -> Answer:
    """GET /v1/account-requirements?source=&target=&sourceAmount="""
    only(dict(call.query), {"source", "target", "sourceAmount"})
    kind, fields = _kind(call.query.get("target", ""))
    groups: list[Object] = [
        {
            "name": name,
            "group": [
                {
                    "key": name,
                    "name": name,
                    "type": "select" if "|" in looks else "text",
                    "refreshRequirementsOnChange": False,
                    "required": True,
                    "validationRegexp": f"^{looks}$",
                    "valuesAllowed": [{"key": one, "name": one} for one in looks.split("|")]
                    if "|" in looks
                    else None,
                }
            ],
        }
        for name, looks in fields.items()
    ]
    return Answer([{"type": kind, "title": "Local bank account", "fields": groups}])


def create(call: Call) -> Answer:
    """POST /v1/accounts"""
    given = call.data()
    only(given, {"currency", "type", "profile", "ownedByCustomer", "accountHolderName", "details"})
    kind, fields = _kind(str(given.get("currency")))
    details = given.get("details")
    if given.get("type") != kind or not isinstance(details, dict):
        raise refusal(
            422, f"{given.get('currency')} takes recipients of type {kind}", code="NOT_VALID", path="type"
        )
    name = str(given.get("accountHolderName", ""))
    if not NAME.fullmatch(name) or (details.get("legalType") == "PRIVATE" and len(name.split()) < 2):
        raise refusal(422, "Please enter the full name", code="NOT_VALID", path="accountHolderName")
    only(details, {*fields, "legalType", "address", "email"}, "details.")
    wrong = [key for key, looks in fields.items() if not re.fullmatch(looks, str(details.get(key, "")))]
    if wrong:
        errors = [
            {
                "code": "NOT_VALID",
                "message": f"Please enter a valid {key}",
                "path": f"details.{key}",
                "arguments": [key],
            }
            for key in wrong
        ]
        raise Refusal(422, {"errors": errors})
    number = call.store.next_number("recipient", 40_000_000)
    account = str(details.get("accountNumber") or details.get("IBAN") or details.get("clabe"))
    body: dict[str, Any] = {
        "id": number,
        "profileId": given.get("profile"),
        "name": {"fullName": name},
        "currency": given["currency"],
        "type": kind,
        "legalEntityType": "PERSON" if details.get("legalType") == "PRIVATE" else "INSTITUTION",
        "active": True,
        "details": details,
        "accountSummary": account,
        "longAccountSummary": f"{given['currency']} account ending in {account[-4:]}",
        "ownedByCustomer": bool(given.get("ownedByCustomer", False)),
    }
    call.store.save("recipient", str(number), body)
    return Answer({**body, "profile": given.get("profile"), "accountHolderName": name})


def find(store: Store, recipient_id: str, path: str) -> Object:
    """A recipient. Raises Refusal."""
    found = store.get("recipient", recipient_id)
    if found is None:
        raise refusal(404, "No such recipient", code="recipient.not-found", path=path)
    return found


def show(call: Call) -> Answer:
    """GET /v2/accounts/<recipient>"""
    return Answer(find(call.store, call.names["recipient"], "accountId"))


def delete(call: Call) -> Answer:
    """DELETE /v2/accounts/<recipient>"""
    found = find(call.store, call.names["recipient"], "accountId")
    return Answer(call.store.save("recipient", call.names["recipient"], {**found, "active": False}))


def forget(store: Store, given: Object) -> bool:
    """By hand: the recipient is not active any more."""
    found = find(store, str(given["id"]), "accountId")
    return bool(store.save("recipient", str(given["id"]), {**found, "active": False})["active"])
