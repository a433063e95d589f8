"""What Stripe tells of a shop's account: its parts, and that the shop let go of us."""

from __future__ import annotations

import pytest

from payments.models import ConnectedAccount, Incident
from payouts import onboarding
from tests import people
from tests.stripe import LocalStripe, tell

pytestmark = pytest.mark.django_db


def ready(local_stripe: LocalStripe) -> ConnectedAccount:
    """Kofi's account, complete; we have not read it since."""
    account = onboarding.ensure_account(people.kofi(), url="http://testserver/")
    local_stripe.control(f"accounts/{account.stripe_account_id}", {"complete": True})
    return account


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("capability.updated", {"id": "transfers", "object": "capability", "status": "active"}),
        ("person.updated", {"id": "person_1", "object": "person"}),
        ("account.external_account.created", {"id": "ba_1", "object": "bank_account"}),
    ],
)
def test_news_of_a_part_reads_the_whole_account(
    local_stripe: LocalStripe, kind: str, part: dict[str, str]
) -> None:
    account = ready(local_stripe)
    name = account.stripe_account_id or ""
    assert not onboarding.readiness(account.seller).can_be_paid
    local_stripe.told(kind, {**part, "account": name}, account=name)
    event = next(
        one.to_dict()
        for one in local_stripe.client.v1.events.list({"type": kind}, {"stripe_account": name}).data
        if one.data.object["id"] == part["id"]
    )
    assert tell(event).status == "processed"
    assert onboarding.readiness(account.seller).can_be_paid


def test_a_shop_that_lets_go_of_us_cannot_be_paid_out_and_staff_hear_of_it(local_stripe: LocalStripe) -> None:
    account = ready(local_stripe)
    onboarding.refresh(account.seller)
    assert onboarding.readiness(account.seller).can_be_paid
    event = {
        "id": "evt_let_go",
        "object": "event",
        "type": "account.application.deauthorized",
        "livemode": False,
        "account": account.stripe_account_id,
        "data": {"object": {"id": "ca_1", "object": "application", "name": "BANIBS"}},
    }

    for number in range(2):
        assert tell({**event, "id": f"evt_let_go_{number}"}).status == "processed"

    state = onboarding.readiness(account.seller)
    assert not state.can_be_paid
    assert state.reason == "The connection between your shop and Stripe was ended."
    incident = Incident.objects.get()
    assert incident.kind == "account_deauthorized"
    assert account.stripe_account_id in incident.detail
