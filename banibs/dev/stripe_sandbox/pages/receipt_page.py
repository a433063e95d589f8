"""The receipt to which a charge's `receipt_url` leads."""

from django.http import HttpRequest, HttpResponse

from banibs.dev.stripe_sandbox.control.views import context
from banibs.dev.stripe_sandbox.pages.answers import message, page
from banibs.dev.stripe_sandbox.store import Object


def show(request: HttpRequest, charge_id: str) -> HttpResponse:
    """What was paid, when, with which card."""
    ctx = context(request, charge_id)
    charge = ctx.store.get(charge_id, kind="charge", account=ctx.account)
    if charge is None or not charge["paid"]:
        return message(request, title="There is no such receipt", text="The link may be mistyped.")
    return page(request, "receipt.html", {"charge": charge, "card": _paid_with(charge)})


def _paid_with(charge: Object) -> Object:
    details = charge["payment_method_details"]
    paid: Object = details[details["type"]]
    return {"brand": "bank account", **paid}
