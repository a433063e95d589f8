"""The lines of a checkout session: what is bought, how many, for how much."""

from banibs.dev.stripe_sandbox.api.payments import money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.ids import new_id
from banibs.dev.stripe_sandbox.params import Integer, Many, Metadata, Shape, Text
from banibs.dev.stripe_sandbox.store import Object

_PRODUCT = Shape(
    {
        "name": Text(),
        "description": Text(),
        "images": Many(Text(), most=8),
        "metadata": Metadata(),
        "tax_code": Text(),
    },
    required=("name",),
)
_PRICE = Shape(
    {
        "currency": Text(),
        "unit_amount": Integer(least=0),
        "product_data": _PRODUCT,
        "tax_behavior": Text("exclusive", "inclusive", "unspecified"),
    },
    required=("currency", "product_data", "unit_amount"),
)
LINE = Shape(
    {"price_data": _PRICE, "quantity": Integer(least=1), "metadata": Metadata()},
    required=("price_data", "quantity"),
)


def total(lines: list[Object]) -> tuple[str | None, int]:
    """The currency and the sum in minor units; one currency per session."""
    currencies = {money.checked_currency(line["price_data"]["currency"]) for line in lines}
    if len(currencies) > 1:
        raise InvalidRequest("All line items must have the same currency.", param="line_items")
    return next(iter(currencies), None), sum(
        line["price_data"]["unit_amount"] * line["quantity"] for line in lines
    )


def save(ctx: Context, session: Object, lines: list[Object]) -> None:
    """Keep the lines with their session."""
    for line in lines:
        ctx.save(
            {
                **_item(ctx, line),
                "session": session["id"],
                "images": line["price_data"]["product_data"].get("images") or [],
            }
        )


def of(ctx: Context, session_id: str) -> list[Object]:
    """The lines of a session as Stripe shows them."""
    own = ("session", "images")
    return [
        {name: value for name, value in line.items() if name not in own}
        for line in ctx.find("item", session=session_id)
    ]


def _item(ctx: Context, line: Object) -> Object:
    price, product = line["price_data"], line["price_data"]["product_data"]
    amount, currency = price["unit_amount"] * line["quantity"], price["currency"].lower()
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": currency,
        "description": product["name"],
        "metadata": line.get("metadata") or {},
        "price": {
            "id": new_id("price"),
            "object": "price",
            "active": False,
            "billing_scheme": "per_unit",
            "created": ctx.now(),
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": False,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": new_id("prod"),
            "recurring": None,
            "tax_behavior": price.get("tax_behavior") or "unspecified",
            "tiers_mode": None,
            "transform_quantity": None,
            "type": "one_time",
            "unit_amount": price["unit_amount"],
            "unit_amount_decimal": str(price["unit_amount"]),
        },
        "quantity": line["quantity"],
    }
