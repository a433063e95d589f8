"""Kofi presses "Send evidence" and the server dies after each of its statements: it goes once, whatever happens then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.conf import settings

from marketplace.storage import private_files
from payments.disputes.evidence import drafts, submit
from payments.disputes.evidence.drafts import EvidenceRefused
from payments.models import Dispute, EvidenceSubmission
from tests import market as scene
from tests.flows.test_killed_while_paying import Killer
from tests.payments.disputes.evidence.scenes import at_stripe, disputed, photo, upload
from tests.payments.disputes.scenes import broken, paid, two_shops
from tests.stripe import LocalStripe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]
STEP = 1 if os.environ.get("BANIBS_SOAK") else 4  # statements
MOST = 200


@pytest.fixture
def killer(transactional_db: None) -> Iterator[Killer]:
    child = Killer()
    yield child
    child.stop()


def drafted(local_stripe: LocalStripe, market: scene.Market) -> Dispute:
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    order = drafts.orders_of(dispute)[0]
    drafts.write(dispute.pk, order.pk, notes="It came")
    drafts.add_file(
        dispute.pk, order.pk, upload(photo(), "door.jpg"), shows="delivery", user_id=market.kofi.user_id
    )
    return dispute


def dies(
    killer: Killer, market: scene.Market, dispute: Dispute, moment: int | str, *, safe: bool = True
) -> bool:
    """Whether he was killed."""
    return killer.does(
        {
            "evidence": dispute.pk,
            "user": market.kofi.user_id,
            "host": settings.STRIPE_API_HOST,
            "files": str(getattr(private_files(), "location", "")),
            "moment": moment,
            "safe": safe,
        }
    )


def goes_on(market: scene.Market, dispute: Dispute) -> None:
    """What follows by itself, five minutes later, or by the same press again."""
    scene.forward(minutes=6)
    for pk in submit.unsent():
        submit.send(pk)
    with suppress(EvidenceRefused):  # it went already
        submit.submit(dispute.pk, user=market.kofi.user)


def test_killed_after_any_statement_it_goes_once(local_stripe: LocalStripe, killer: Killer) -> None:
    market, moment = two_shops(), 1
    scene.Variant.objects.update(stock=1_000)
    while True:
        dispute = drafted(local_stripe, market)
        killed = dies(killer, market, dispute, moment)
        goes_on(market, dispute)
        (row,) = EvidenceSubmission.objects.filter(dispute=dispute)
        details = at_stripe(local_stripe, dispute).evidence_details
        dispute.refresh_from_db()
        assert (row.state, details.submission_count, dispute.state) == ("sent", 1, "submitted"), moment
        if not killed:
            break
        moment += STEP
        assert moment < MOST
    assert moment > 30
    assert broken() == []
