"""Moving the local Stripe's clock moves BANIBS's, and nobody moves it from a page elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from django.test import Client

from banibs.core import clock
from banibs.core.models import ClockOffset
from tests.payouts.local_providers import LocalProvider
from tests.servers import Servers
from tests.stripe import LocalStripe

DAY = 86_400


@pytest.mark.django_db(transaction=True)
def test_both_clocks_move_together(live: Servers) -> None:
    before = clock.now()
    answer = requests.post(
        f"{live.url}/dev/stripe-clock/",
        json={"advance_seconds": 2 * DAY, "offset_seconds": 2 * DAY},
        timeout=20,
    )
    assert answer.json() == {"moved": True}
    assert (clock.now() - before).days == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"advance_seconds": 60}', "text/plain"),
        ('{"advance_seconds": -60}', "application/json"),
        ('{"advance_seconds": true}', "application/json"),
        ('{"advance_seconds": 1e99}', "application/json"),
        ("[]", "application/json"),
        ("", "application/json"),
    ],
)
def test_anything_else_moves_nothing(body: str, kind: str) -> None:
    assert Client().post("/dev/stripe-clock/", data=body, content_type=kind).status_code == 400
    assert not ClockOffset.objects.exists()


def offset_of(stripe: LocalStripe) -> int:
    """How far the local Stripe's clock is ahead, in seconds."""
    return int(stripe.control("state", method="GET")["clock_offset"])


@pytest.mark.django_db
def test_our_page_moves_the_local_stripes_clock_too(local_stripe: LocalStripe, settings: Any) -> None:
    settings.STRIPE_CONTROL_URL = f"{local_stripe.url}/_control"
    before = clock.now()

    page = Client().post("/dev/clock/", {"hours": "48"}, follow=True).content.decode()

    assert "The clock has moved." in page
    assert (clock.now() - before).days == 2  # once, not twice
    assert offset_of(local_stripe) == 2 * DAY
    assert "only goes forward" in Client().post("/dev/clock/", {"reset": "1"}, follow=True).content.decode()
    assert not ClockOffset.objects.exists()


@pytest.mark.django_db
def test_without_its_address_only_ours_moves(local_stripe: LocalStripe, settings: Any) -> None:
    settings.STRIPE_CONTROL_URL = ""
    assert (
        "The clock has moved." in Client().post("/dev/clock/", {"hours": "1"}, follow=True).content.decode()
    )
    assert offset_of(local_stripe) == 0
    assert (
        "only goes forward" not in Client().post("/dev/clock/", {"reset": "1"}, follow=True).content.decode()
    )


@pytest.mark.django_db
def test_a_local_stripe_that_does_not_answer_is_said_so(settings: Any) -> None:
    settings.STRIPE_CONTROL_URL = "http://127.0.0.1:9/_control"  # nobody there
    page = Client().post("/dev/clock/", {"hours": "1"}, follow=True).content.decode()
    assert "the local Stripe’s has not: it does not answer." in page
    assert ClockOffset.objects.get().offset.total_seconds() == 3600


@pytest.mark.django_db
def test_the_local_paypal_and_wise_go_along(
    paypal: LocalProvider, wise: LocalProvider, settings: Any
) -> None:
    settings.STRIPE_CONTROL_URL = ""
    settings.PAYOUT_CONTROL_URLS = [f"{one.url}/_control" for one in (paypal, wise)]
    page = Client().post("/dev/clock/", {"hours": "48"}, follow=True).content.decode()
    assert "The clock has moved." in page
    assert [one.state()["clock_offset"] for one in (paypal, wise)] == [2 * DAY, 2 * DAY]

    moved = Client().post(
        "/dev/stripe-clock/", data='{"advance_seconds": 60}', content_type="application/json"
    )
    assert moved.json() == {"moved": True}
    assert wise.state()["clock_offset"] == 2 * DAY + 60

    settings.PAYOUT_CONTROL_URLS = ["http://127.0.0.1:9/_control"]  # nobody there
    page = Client().post("/dev/clock/", {"hours": "1"}, follow=True).content.decode()
    assert "a local provider’s has not" in page
