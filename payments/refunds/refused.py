"""Why a refund cannot be made: for the page beside its field, for the API by its code. Nothing has moved."""

from __future__ import annotations

from django.utils.translation import gettext as _

from marketplace.models import Order


class RefundRefused(Exception):
    """Nothing has moved. `code` and `status` are the API's (docs "What the outside sees"), `message` is for people.

    `remaining`: the most that could be given back instead, in minor units, where that is the reason. `line`: the id of the
    order's line that it is about, 0 for the delivery, None for the whole order.
    """

    status = 409

    def __init__(
        self, code: str, message: str, *, remaining: int | None = None, line: int | None = None
    ) -> None:
        self.code = code
        self.message = message
        self.remaining = remaining
        self.line = line
        super().__init__(message)


class NothingWanted(RefundRefused):
    """What was asked for is no amount and no quantity of anything: a mistake in the request."""

    status = 400

    def __init__(self, message: str, *, line: int | None = None) -> None:
        super().__init__("invalid_request", message, line=line)


def exceeds(order: Order, remaining: int, *, line: int | None = None) -> RefundRefused:
    """More was asked for than can go back of an order, or of one of its lines."""
    if remaining:
        message = _("At most %(left)s can be given back.") % {"left": order.money(remaining)}
    else:
        message = _("Nothing of it can be given back any more.")
    return RefundRefused("refund_exceeds_remaining", message, remaining=remaining, line=line)
