"""What comes by htmx has no button for browsers without script: there it would be a real one, and Enter would press it."""

from __future__ import annotations

import pytest

from banibs.users.models import User
from marketplace.models import Seller
from tests import people
from tests.payouts.methods.typed import fresh, with_second_step

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/seller/settings/tax/", {"form": "company", "country": "GB"}),
        ("/seller/payouts/methods/add/crypto/", {"asset": "DAI"}),
        ("/account/addresses/new/", {"country": "US", "name": "Kofi Mensah"}),
    ],
)
def test_enter_sends_the_form_after_another_choice(path: str, typed: dict[str, str]) -> None:
    kofi: Seller = people.kofi()
    assert isinstance(kofi.user, User)
    client = with_second_step(kofi) if "crypto" in path else fresh(kofi)
    assert "<noscript>" in client.get(path).content.decode()
    part = client.post(path, {"change": "1", **typed}, headers=HTMX)
    assert part.status_code == 200
    assert "<select" in part.content.decode()
    assert "<noscript>" not in part.content.decode()
