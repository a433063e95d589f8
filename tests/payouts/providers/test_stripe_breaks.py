"""Whatever breaks between us and Stripe, at whichever call of a payout: in the end he is paid once."""

from __future__ import annotations

import pytest

from payouts.models import Payout
from payouts.sending import look_up, send_payout
from tests.payouts.providers.stripe_scenes import FAILS, Shop
from tests.payouts.scenes import available
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db
Status = Payout.Status
BREAKS = (
    "timeout_before_effect", "timeout_after_effect", "api_error", "api_error_after_effect", "rate_limit", "unavailable",
)  # fmt: skip
LOST = ("timeout_before_effect", "api_error")  # a question has no effect that could be lost
ON_THE_WAY = [
    *((kind, "POST", path) for path in ("/v1/transfers", "/v1/payouts") for kind in BREAKS),
    *((kind, "GET", path) for path in ("/v1/accounts/*", "/v1/balance") for kind in LOST),
]
ON_THE_WAY_BACK = [
    *((kind, "POST", "/v1/transfers/*/reversals") for kind in BREAKS),
    *((kind, "GET", "/v1/transfers/*") for kind in LOST),
]


def goes_on(shop: Shop, payout: Payout, until: str) -> None:
    """Days pass: Stripe tells, the timetable asks, what waits is sent."""
    for _ in range(12):
        payout.refresh_from_db()
        if payout.status == until:
            return
        shop.days_pass(1)
        shop.told()
        look_up.look_up_due()
        send_payout.send_due()
    raise AssertionError(f"after twelve days it is {payout.status}: {payout.failure}")


@pytest.mark.parametrize(("kind", "method", "path"), ON_THE_WAY)
def test_he_is_paid_once_whatever_breaks(
    local_stripe: LocalStripe, kind: str, method: str, path: str
) -> None:
    shop = Shop(local_stripe)
    earned = shop.sells()
    shop.days_pass(5)
    to = shop.bank()
    shop.stripe.control("faults", {"do": kind, "method": method, "path": path, "count": 2})
    payout = shop.asks(earned, to)
    assert payout.status != Status.FAILED
    goes_on(shop, payout, Status.PAID)
    paid = [one for one in shop.payouts() if one.status == "paid"]
    kept = [one for one in shop.transfers() if not one.reversed]
    assert ([one.amount for one in paid], len(kept)) == ([earned.amount], 1)
    shop.agrees()


@pytest.mark.parametrize("kind", BREAKS)
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/v1/transfers/*/reversals"), ("GET", "/v1/transfers/*")]
)
def test_he_has_it_back_once_whatever_breaks(
    local_stripe: LocalStripe, kind: str, method: str, path: str
) -> None:
    shop = Shop(local_stripe, number=FAILS)
    earned = shop.sells()
    shop.days_pass(5)
    payout = shop.asks(earned)
    shop.stripe.control("faults", {"do": kind, "method": method, "path": path, "count": 3})
    goes_on(shop, payout, Status.FAILED)
    assert (payout.failure, available(shop.kofi)) == ("no_account", earned)
    (transfer,) = shop.transfers()
    assert (transfer.reversed, len(transfer.reversals.data)) == (True, 1)
    shop.agrees()
