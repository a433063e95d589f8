"""Moving the local Stripe's clock moves BANIBS's, and nobody moves it from a page elsewhere."""

from __future__ import annotations

import pytest
import requests
from django.test import Client

from banibs.core import clock
from banibs.core.models import ClockOffset
from tests.servers import Servers

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
