"""Warnings of fraud, and the evidence of a dispute: what Stripe takes of it, and until when."""

import io
from typing import Any

import pytest
import stripe

from tests.dev.stripe_sandbox.contract import shapes
from tests.dev.stripe_sandbox.local import LocalStripe
from tests.dev.stripe_sandbox.test_local_clock import _pay, _types
from tests.dev.stripe_sandbox.test_local_disputes import _dispute, _refused

PDF = b"%PDF-1.7\n"
WARNING = "radar.early_fraud_warning"


def _upload(local: LocalStripe, content: bytes = PDF, name: str = "proof.pdf", **more: Any) -> Any:
    file = io.BytesIO(content)
    file.name = name
    return local.client.files.create({"purpose": "dispute_evidence", "file": file, **more})


def _answered(local: LocalStripe, dispute: Any, *, submit: bool = False, **evidence: Any) -> Any:
    return local.client.disputes.update(dispute["id"], {"evidence": evidence, "submit": submit})


def test_the_bank_warns_of_a_payment_with_its_card(local: LocalStripe) -> None:
    intent = _pay(local, "pm_card_createIssuerFraudRecord")
    local.forward(3)
    (warning,) = local.client.radar.early_fraud_warnings.list({"charge": str(intent.latest_charge)}).data
    assert (warning.actionable, warning.charge, warning.payment_intent) == (
        True, intent.latest_charge, intent.id,
    )  # fmt: skip
    assert shapes.mismatches(shapes.stored()[WARNING], warning.to_dict()) in (
        [],
        ["payment_intent: not Stripe's"],
    )
    assert local.client.radar.early_fraud_warnings.retrieve(warning.id).to_dict() == warning.to_dict()
    local.client.refunds.create({"charge": str(intent.latest_charge), "amount": 1})
    assert local.client.radar.early_fraud_warnings.retrieve(warning.id).actionable
    local.client.refunds.create({"charge": str(intent.latest_charge)})
    assert not local.client.radar.early_fraud_warnings.retrieve(warning.id).actionable
    assert f"{WARNING}.updated" in _types(local)


def test_a_disputed_charge_can_be_saved_by_no_refund(local: LocalStripe) -> None:
    charge = str(_pay(local).latest_charge)
    warning = local.control("warnings", charge=charge, fraud_type="made_with_lost_card")
    assert (warning["fraud_type"], _types(local)[0]) == ("made_with_lost_card", f"{WARNING}.created")
    assert local.control("warnings", charge=charge)["id"] == warning["id"]
    local.control("disputes", charge=charge)
    assert not local.client.radar.early_fraud_warnings.retrieve(warning["id"]).actionable
    assert "is one of" in _refused(local, "warnings", charge=charge, fraud_type="a feeling")


def test_evidence_is_kept_and_handed_in_once(local: LocalStripe) -> None:
    dispute = _dispute(local)
    file = _upload(local)
    kept = _answered(local, dispute, uncategorized_file=file.id, customer_name="Amara")
    assert (kept.status, kept.evidence_details.has_evidence, kept.evidence_details.submission_count) == (
        "needs_response", True, 0,
    )  # fmt: skip
    sent = _answered(local, dispute, submit=True, uncategorized_text="It came.")
    assert (sent.status, sent.evidence_details.submission_count) == ("under_review", 1)
    assert (sent.evidence.customer_name, sent.evidence.uncategorized_file) == ("Amara", file.id)
    with pytest.raises(stripe.InvalidRequestError, match="under review"):
        _answered(local, dispute, uncategorized_text="One more thing")


def test_an_answered_inquiry_is_under_review(local: LocalStripe) -> None:
    inquiry = _dispute(local, inquiry=True)
    assert (
        _answered(local, inquiry, submit=True, uncategorized_text="It came.").status == "warning_under_review"
    )


def test_more_than_stripe_takes_is_refused_and_nothing_is_kept(local: LocalStripe) -> None:
    dispute = _dispute(local)
    texts = ("access_activity_log", "cancellation_rebuttal", "product_description", "uncategorized_text")
    most = dict.fromkeys(texts, "a" * 20000)
    others = ("cancellation_policy_disclosure", "duplicate_charge_explanation", "refund_policy_disclosure")
    more = dict.fromkeys((*others, "refund_refusal_explanation"), "a" * 20_000)
    with pytest.raises(stripe.InvalidRequestError, match="150000 in all"):
        _answered(local, dispute, **most, **more)
    with pytest.raises(stripe.InvalidRequestError, match="20000 characters"):
        _answered(local, dispute, uncategorized_text="a" * 20_001)
    large = [_upload(local, PDF + b"0" * 2_300_000) for _ in range(2)]
    with pytest.raises(stripe.InvalidRequestError, match="4500000 in all"):
        _answered(local, dispute, receipt=large[0].id, uncategorized_file=large[1].id)
    with pytest.raises(stripe.InvalidRequestError, match="No such file"):
        _answered(local, dispute, receipt="file_nothing")
    assert not local.client.disputes.retrieve(dispute["id"]).evidence_details.has_evidence


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html>", "proof.pdf", "a PDF, a JPEG or a PNG"),
        (PDF + b"0" * 5_000_001, "proof.pdf", "larger than 5 MB"),
        (b"", "proof.pdf", "empty"),
    ],
)
def test_files_that_a_bank_cannot_read_are_refused(
    local: LocalStripe, content: bytes, name: str, said: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=said):
        _upload(local, content, name)
    assert local.client.files.list({}).data == []


def test_a_file_for_something_else_is_no_evidence(local: LocalStripe) -> None:
    dispute = _dispute(local)
    file = io.BytesIO(b"logo")
    file.name = "logo.png"
    logo = local.client.files.create({"purpose": "business_logo", "file": file})
    with pytest.raises(stripe.InvalidRequestError, match="not for dispute_evidence"):
        _answered(local, dispute, receipt=logo.id)


def test_the_same_key_with_another_file_is_refused(local: LocalStripe) -> None:
    def sends(content: bytes) -> Any:
        file = io.BytesIO(content)
        file.name = "proof.pdf"
        given: Any = {"purpose": "dispute_evidence", "file": file}
        return local.client.files.create(given, {"idempotency_key": "file-1"})

    assert sends(PDF).id == sends(PDF).id
    with pytest.raises(stripe.IdempotencyError):
        sends(PDF + b"other")


def test_after_its_date_nothing_is_taken(local: LocalStripe) -> None:
    dispute = _dispute(local)
    local.forward(9 * 86400 + 1)
    late = local.client.disputes.retrieve(dispute["id"])
    assert (late.status, late.evidence_details.past_due) == ("lost", True)
    with pytest.raises(stripe.InvalidRequestError):
        _answered(local, dispute, submit=True, uncategorized_text="Sorry")
