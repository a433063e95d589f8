"""What Stripe tells of transfers and payouts: ours are looked at, others' are put aside with the reason."""

from __future__ import annotations

from typing import Any

import pytest

from payments.models import WebhookLog
from payouts.models import Payout
from payouts.sending import send_payout
from tests.payouts.providers.stripe_scenes import Shop
from tests.payouts.scenes import asks, purse
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db


def heard(rows: list[WebhookLog], type_: str) -> list[tuple[str, str]]:
    return [(row.status, row.reason) for row in rows if row.type == type_]


def by_hand(shop: Shop, amount: int) -> Any:
    """Somebody sends money at Stripe, without us: a transfer, and a payout of it."""
    client = shop.stripe.client.v1
    client.topups.create({"amount": amount, "currency": "gbp"})
    transfer = client.transfers.create({"amount": amount, "currency": "gbp", "destination": shop.account})
    client.payouts.create({"amount": amount, "currency": "gbp"}, {"stripe_account": shop.account})
    return transfer


def test_what_was_sent_by_hand_at_stripe_is_none_of_ours(local_stripe: LocalStripe) -> None:
    shop = Shop(local_stripe)
    transfer = by_hand(shop, 500)
    rows = shop.told()
    assert heard(rows, "transfer.created") == [("ignored", "a transfer that is none of ours")]
    assert heard(rows, "payout.created") == [("ignored", "a payout that is none of ours")]
    shop.stripe.control(f"payouts/{shop.payouts()[0].id}/fail")
    shop.stripe.control(f"transfers/{transfer.id}/reverse")
    rows = shop.told()
    assert heard(rows, "payout.failed") == [("ignored", "a payout that is none of ours")]
    assert heard(rows, "transfer.reversed") == [("ignored", "a transfer that is none of ours")]
    assert not Payout.objects.exists()


def test_marks_of_another_installation_are_not_ours(local_stripe: LocalStripe) -> None:
    """Two sites on one account at Stripe: each has a payout 1, and neither takes the other's for its own."""
    shop = Shop(local_stripe)
    earned = shop.sells()
    payout = asks(shop.kofi, shop.bank(), earned)
    send_payout.begin(payout.pk)
    client = shop.stripe.client.v1
    client.topups.create({"amount": 9_000, "currency": "gbp"})
    marks = {"banibs_installation": "another", "banibs_payout": str(payout.pk), "banibs_attempt": "1"}
    client.transfers.create(
        {"amount": earned.amount, "currency": "gbp", "destination": shop.account,
         "transfer_group": payout.number, "metadata": marks}
    )  # fmt: skip
    assert heard(shop.told(), "transfer.created") == [("ignored", "a transfer that is none of ours")]
    payout.refresh_from_db()
    assert (payout.status, purse(shop.kofi, "in_transit")) == (Payout.Status.SENDING, earned)
    send_payout.carry(payout.attempts.get().pk)
    payout.refresh_from_db()
    assert payout.status == Payout.Status.IN_TRANSIT
    assert [one.metadata["banibs_attempt"] for one in shop.transfers()] == ["1", "1"]
    assert payout.attempts.get().external_id == shop.transfers()[0].id


def test_news_of_what_is_known_changes_nothing(local_stripe: LocalStripe) -> None:
    shop = Shop(local_stripe)
    earned = shop.sells()
    shop.days_pass(5)
    payout = shop.asks(earned)
    rows = shop.told(times=2, shuffled=True)
    assert {reason for _status, reason in heard(rows, "transfer.created")} == {"a transfer that we know"}
    assert {status for status, _reason in heard(rows, "payout.created")} == {"processed"}
    before = payout.status
    payout.refresh_from_db()
    assert payout.status == before
    shop.agrees()
