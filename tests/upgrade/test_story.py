"""What the next baseline will hold can be made, and its books are true."""

import pytest

from banibs.core import audit
from marketplace.models import Cart
from payments.models import Payment
from tests import market as scene
from tests.stripe import LocalStripe
from tests.upgrade import story


@pytest.mark.django_db
def test_story_buys_in_every_way(local_stripe: LocalStripe) -> None:
    story.buy(local_stripe, scene.opened(wallet=story.WALLET))

    kinds = set(Payment.objects.values_list("method", "status"))
    assert kinds >= {("wallet", "succeeded"), ("card", "succeeded"), ("wallet_and_card", "succeeded")}
    assert {"failed", "created"} <= {status for _, status in kinds}
    assert Cart.objects.filter(user=None).exists()
    assert [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds] == []
