"""The lines of a checkout session: what is bought, how many, for how much."""

from banibs.dev.stripe_sandbox.api.payments import money
from banibs.dev.stripe_sandbox.context import Context
from banibs.dev.stripe_sandbox.errors import InvalidRequest
from banibs.dev.stripe_sandbox.examples import new
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


def total(lines: list[Object]) -> tuple[str, int]:
    """The currency and the sum in minor units; one currency per session."""
    currencies = {money.checked_currency(line["price_data"]["currency"]) for line in lines}
    if len(currencies) != 1:
        raise InvalidRequest("All line items must have the same currency.", param="line_items")
    return currencies.pop(), sum(line["price_data"]["unit_amount"] * line["quantity"] for line in lines)


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
    price_id, unit = new_id("price"), price["unit_amount"]
    shown = new("item")["price"] | {
        "id": price_id, "active": False, "created": ctx.now(), "currency": currency, "custom_unit_amount": None,
        "product": new_id("prod"), "recurring": None, "tax_behavior": price.get("tax_behavior") or "unspecified",
        "transform_quantity": None, "unit_amount": unit, "unit_amount_decimal": str(unit),
    }  # fmt: skip
    return new(
        "item", id=new_id("li"), adjustable_quantity=None, amount_subtotal=amount, amount_total=amount,
        currency=currency, description=product["name"], metadata=line.get("metadata") or {}, price=shown,
        quantity=line["quantity"],
    )  # fmt: skip
