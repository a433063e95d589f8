"""How a payout comes to wait for staff, for each of their queues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from banibs.core import clock
from payouts.models import Payout, PayoutAttempt, PayoutHold
from tests import market as scene
from tests.payouts.scenes import method


def _row(market: scene.Market, status: str, **columns: object) -> Payout:
    to = method(market.kofi, asset="USDC", network="polygon")
    fields: dict[str, object] = {"currency": "GBP", "amount": 2_000, "status": status, **columns}
    return Payout.objects.create(seller=market.kofi, method=to, **fields)


def stuck(market: scene.Market) -> None:
    _row(market, "stuck")


def short(market: scene.Market) -> None:
    _row(market, "requested", waits_for="provider_short")


def held(market: scene.Market) -> None:
    _row(market, "held", held_reason="Being checked.")


def for_the_treasury(market: scene.Market) -> None:
    payout = _row(market, "in_transit", attempt=1)
    PayoutAttempt.objects.create(
        payout=payout, number=1, provider="crypto", key="k", state="accepted", sent_at=clock.now()
    )


def hold_to_look_at(market: scene.Market) -> None:
    PayoutHold.objects.create(
        seller=market.zuri,
        reason="Complaints.",
        placed_by=market.amara,
        review_on=clock.now().date() - dt.timedelta(days=1),
    )


STORIES: dict[str, Callable[[scene.Market], None]] = {
    "payouts.stuck": stuck,
    "payouts.short": short,
    "payouts.held": held,
    "payouts.treasury": for_the_treasury,
    "payouts.holds": hold_to_look_at,
}
