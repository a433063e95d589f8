"""What a shop's program reads of disputes, and how it answers the bank."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from banibs.developers import keys
from banibs.users.models import User
from payments.models import DisputeEvidence, EvidenceFile, EvidenceSubmission
from tests.payments.disputes.evidence.scenes import at_stripe, disputed, pdf, upload
from tests.payments.disputes.scenes import orders, paid, two_shops
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)
API = "/api/v1/disputes/"


def program(person: User, *scopes: str) -> APIClient:
    _key, text = keys.create(person, name="mine", scopes=list(scopes))
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


def test_a_program_answers_the_bank(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market, jar=False)
    dispute, (order,) = disputed(local_stripe, row), orders(row)
    kofi, path = program(market.kofi.user, "disputes:read", "disputes:write"), f"{API}{dispute.pk}/"
    (listed,) = kofi.get(API).json()["results"]
    assert (listed["id"], listed["order"], listed["state"], listed["takes_evidence"]) == (
        dispute.pk, order.number, "open", True,
    )  # fmt: skip
    assert (listed["amount"]["amount"], listed["seller_share"]["amount"], listed["fee"]["amount"]) == (
        6_000, 4_306, 1_500,
    )  # fmt: skip
    assert kofi.get(API, {"state": "won"}).json()["results"] == []
    assert kofi.get(API, {"state": "lostt"}).status_code == 400
    assert "customer_email_address" not in (known := kofi.get(path).json()["known"])
    assert "basket" in known["product_description"].lower()
    answer = kofi.post(f"{path}evidence/", {"notes": "It came on Monday"}, format="json")
    assert answer.status_code == 200, answer.content
    answer = kofi.post(f"{path}evidence/", {"file": upload(pdf(2), "slip.pdf"), "shows": "delivery"})
    said = answer.json()["evidence"]
    assert (said["notes"], said["submission"]) == ("It came on Monday", None)
    assert [(one["name"], one["shows"], one["pages"]) for one in said["files"]] == [
        ("slip.pdf", "delivery", 2)
    ]
    assert at_stripe(local_stripe, dispute).evidence_details.has_evidence is False
    sent = kofi.post(f"{path}submit/").json()
    assert (sent["state"], sent["evidence"]["submission"], sent["takes_evidence"]) == (
        "submitted",
        "sent",
        False,
    )
    for again in (kofi.post(f"{path}submit/"), kofi.post(f"{path}evidence/", {"notes": "x"}, format="json")):
        assert (again.status_code, again.json()["error"]["code"]) == (409, "evidence_closed")
    assert EvidenceSubmission.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"notes": "x" * 5_001}, "notes"),
        ({"notes": "4242 4242 4242 4242"}, "notes"),
        ({"shows": "everything"}, "shows"),
        ({"file": upload(b"<html>", "slip.pdf")}, "file"),
        ({"more": "x"}, "more"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(
    local_stripe: LocalStripe, given: dict[str, object], field: str
) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    kofi = program(market.kofi.user, "disputes:write")
    answer = kofi.post(f"{API}{dispute.pk}/evidence/", given)
    assert answer.status_code == 400, answer.content
    assert field in str(answer.json()["error"])
    assert not EvidenceFile.objects.exists()
    assert not DisputeEvidence.objects.exclude(notes="").exists()


def test_scopes_and_others(local_stripe: LocalStripe) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    path = f"{API}{dispute.pk}/"
    reads = program(market.kofi.user, "disputes:read")
    assert reads.get(path).status_code == 200
    assert reads.post(f"{path}submit/").json()["error"]["code"] == "insufficient_scope"
    assert program(market.kofi.user, "orders:read").get(path).status_code == 403
    for other in (market.zuri.user, market.amara):
        foreign = program(other, "disputes:read", "disputes:write")
        assert foreign.get(API).json()["results"] == []
        assert foreign.get(path).status_code == 404
        assert foreign.post(f"{path}evidence/", {"notes": "Mine"}, format="json").status_code == 404
        assert foreign.post(f"{path}submit/").status_code == 404
    assert APIClient().get(path).status_code == 401
    assert not DisputeEvidence.objects.exists()
    assert not EvidenceSubmission.objects.exists()
