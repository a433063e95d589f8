"""The clock runs: reminders, what goes by itself, what is too late; and answers of Stripe that are lost."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest

from banibs.core.models import Event
from payments.disputes.evidence import drafts, reminders, submit
from payments.disputes.evidence.drafts import EvidenceRefused
from payments.disputes.find_disputes import look_up_dispute
from payments.models import Dispute, EvidenceSubmission, Incident
from tests import market as scene
from tests import people
from tests.concurrency import at_once
from tests.payments.disputes.evidence.scenes import (
    at_stripe,
    disputed,
    kept_files,
    photo,
    seller,
    upload,
)
from tests.payments.disputes.scenes import broken, orders, paid, two_shops
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def passes(local_stripe: LocalStripe, **length: float) -> None:
    """Time passes, for us and for Stripe."""
    scene.forward(**length)
    local_stripe.control("clock", {"advance": int(dt.timedelta(**length).total_seconds()), "tell_app": False})


def reminded() -> list[int]:
    for one in reminders.due_reminders():
        reminders.remind(one)
    return list(
        Event.objects.filter(kind="order.evidence_due").order_by("pk").values_list("data__days", flat=True)
    )


def test_sellers_are_reminded_three_times_and_then_it_goes_by_itself(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    dispute = disputed(local_stripe, row)  # nine days
    path = f"/seller/disputes/{dispute.pk}/"
    seller(market.kofi.user).post(path, {"notes": "Kofi's words"})
    seller(market.zuri.user).post(path, {"notes": "Zuri's words"})
    seller(market.zuri.user).post(f"{path}preview/")  # she is ready, and hears no more of it
    assert reminded() == []
    passes(local_stripe, days=2)
    assert reminded() == [7]
    assert reminded() == [7]
    passes(local_stripe, days=5, hours=18)  # two days' reminders at once are one
    assert reminded() == [7, 1]
    assert submit.unanswered_at_their_time() == []
    passes(local_stripe, hours=25)
    kofi = seller(market.kofi.user)
    assert "The time for evidence is over." in kofi.get(path).content.decode()
    answer = kofi.post(path, {"notes": "One more thing"})
    assert answer.status_code == 409
    assert "One more thing" in answer.content.decode()  # nothing typed is lost
    with pytest.raises(EvidenceRefused, match="evidence_closed"):
        submit.submit(dispute.pk, user=market.kofi.user)
    assert submit.unanswered_at_their_time() == [dispute.pk]
    submit.submit_by_itself(dispute.pk)
    sent = EvidenceSubmission.objects.get()
    assert (sent.state, sent.asked_by) == ("sent", None)
    text = at_stripe(local_stripe, dispute).evidence.uncategorized_text
    assert "Kofi's words" in text
    assert "One more thing" not in text
    assert "by itself" in kofi.get(path).content.decode()
    assert (submit.unanswered_at_their_time(), reminders.due_reminders()) == ([], [])


def test_past_stripes_own_date_nothing_goes_and_the_dispute_is_lost(local_stripe: LocalStripe) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    passes(local_stripe, days=9, seconds=1)
    assert submit.unanswered_at_their_time() == []
    submit.submit_by_itself(dispute.pk)
    assert not EvidenceSubmission.objects.exists()
    local_stripe.deliver()
    dispute.refresh_from_db()
    assert (dispute.state, broken()) == ("lost", [])


def test_an_inquiry_is_answered_closed_and_its_dispute_answered_anew(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market, jar=False)
    (order,) = orders(row)
    inquiry = disputed(local_stripe, row, inquiry=True)
    path, kofi = f"/seller/disputes/{inquiry.pk}/", seller(market.kofi.user)
    assert Event.objects.filter(kind="order.inquiry_opened", subject_id=order.pk).count() == 1
    assert "bank asks about this payment." in kofi.get(f"/seller/orders/{order.number}/").content.decode()
    kofi.post(path, {"notes": "It is on its way"})
    kofi.post(f"{path}preview/")
    assert at_stripe(local_stripe, inquiry).status == "warning_under_review"
    assert kofi.post(path, {"notes": "More"}).status_code == 409
    local_stripe.control(f"disputes/{inquiry.stripe_id}/escalate")
    local_stripe.deliver()
    inquiry.refresh_from_db()
    assert inquiry.state == "open"
    kofi.post(path, {"notes": "It came on Monday"})
    kofi.post(f"{path}preview/")
    made = list(EvidenceSubmission.objects.order_by("number").values_list("inquiry", "state"))
    assert made == [(True, "sent"), (False, "sent")]
    assert at_stripe(local_stripe, inquiry).evidence_details.submission_count == 2
    assert broken() == []


def test_an_inquiry_that_is_closed_moves_nothing_and_is_told_once(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    inquiry = disputed(local_stripe, row, inquiry=True)
    local_stripe.control(f"disputes/{inquiry.stripe_id}/close")
    local_stripe.deliver()
    look_up_dispute(inquiry.pk)
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.round) == ("closed", 0)
    told = Event.objects.filter(kind="order.inquiry_closed")
    assert told.count() == 2  # Kofi's order and Zuri's
    assert {order.dispute for order in orders(row)} == {"none"}
    page = seller(market.zuri.user).get(f"/seller/disputes/{inquiry.pk}/").content.decode()
    assert "The bank asks no more" in page
    assert broken() == []


def drafted(local_stripe: LocalStripe) -> tuple[scene.Market, Dispute]:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    drafts.write(dispute.pk, drafts.orders_of(dispute)[0].pk, notes="It came")
    drafts.add_file(
        dispute.pk, drafts.orders_of(dispute)[0].pk, upload(photo(), "door.jpg"), shows="delivery",
        user_id=market.kofi.user.pk,
    )  # fmt: skip
    return market, dispute


@pytest.mark.parametrize("path", ["/v1/files", "/v1/disputes/*"])
@pytest.mark.parametrize("fault", ["timeout_before_effect", "timeout_after_effect", "unavailable"])
def test_what_nobody_knows_is_asked_again_and_goes_once(
    local_stripe: LocalStripe, path: str, fault: str
) -> None:
    market, dispute = drafted(local_stripe)
    local_stripe.control("faults", {"do": fault, "method": "POST", "path": path, "count": 2})
    first = submit.submit(dispute.pk, user=market.kofi.user)
    assert first.state == "pending"
    assert "is on its way" in seller(market.kofi.user).get(f"/seller/disputes/{dispute.pk}/").content.decode()
    assert submit.unsent() == []  # not at once
    local_stripe.control("faults", method="DELETE")
    scene.forward(minutes=6)
    assert submit.unsent() == [first.pk]
    assert submit.send(first.pk).state == "sent"
    assert submit.send(first.pk).state == "sent"
    assert at_stripe(local_stripe, dispute).evidence_details.submission_count == 1
    assert Event.objects.filter(kind="dispute.evidence_sent").count() == 1


def test_a_lost_answer_is_known_by_its_mark_days_later(local_stripe: LocalStripe) -> None:
    """Stripe has forgotten the key by then: the same call would be a second one, and is not made."""
    market, dispute = drafted(local_stripe)
    local_stripe.control(
        "faults", {"do": "timeout_after_effect", "method": "POST", "path": "/v1/disputes/*", "count": 2}
    )
    first = submit.submit(dispute.pk, user=market.kofi.user)
    passes(local_stripe, days=2)
    assert submit.send(first.pk).state == "sent"
    assert at_stripe(local_stripe, dispute).evidence_details.submission_count == 1


def test_what_stripe_refuses_is_told_and_can_be_sent_again(local_stripe: LocalStripe) -> None:
    market, dispute = drafted(local_stripe)
    EvidenceSubmission.objects.all().delete()
    submitted = submit._written(  # a text that Stripe does not know
        dispute.pk, _with_unknown_field(dispute), key="", user=market.kofi.user
    )
    assert submit.send(submitted.pk).state == "refused"
    assert Incident.objects.filter(kind="evidence_refused").count() == 1
    page = seller(market.kofi.user).get(f"/seller/disputes/{dispute.pk}/").content.decode()
    assert "Stripe did not take the evidence." in page
    assert submit.submit(dispute.pk, user=market.kofi.user).state == "sent"


def _with_unknown_field(dispute: Dispute) -> submit.Packet:
    whole = submit.packet(dispute, drafts.orders_of(dispute), drafts.parts_of(dispute))
    return submit.Packet({"horoscope": "Leo"}, b"", 0, whole.drawn_from)


def test_handed_in_by_hand_at_stripe_ours_is_refused_and_nothing_goes_twice(
    local_stripe: LocalStripe,
) -> None:
    market, dispute = drafted(local_stripe)
    local_stripe.client.v1.disputes.update(
        dispute.stripe_id, {"evidence": {"uncategorized_text": "By hand"}, "submit": True}
    )
    assert submit.submit(dispute.pk, user=market.kofi.user).state == "refused"
    look_up_dispute(dispute.pk)
    dispute.refresh_from_db()
    assert dispute.state == "submitted"
    assert at_stripe(local_stripe, dispute).evidence.uncategorized_text == "By hand"
    assert seller(market.kofi.user).post(f"/seller/disputes/{dispute.pk}/preview/").status_code == 409


def test_kofi_and_ike_press_at_once_and_it_goes_once(local_stripe: LocalStripe) -> None:
    market, dispute = drafted(local_stripe)
    ike, before = people.ike(), kept_files()
    answers = at_once([partial(submit.submit, dispute.pk, user=person) for person in (market.kofi.user, ike)])
    assert EvidenceSubmission.objects.count() == 1
    refused = [one for one in answers if isinstance(one, Exception)]
    assert all(isinstance(one, EvidenceRefused) for one in refused)
    assert len(refused) == 1
    assert len(kept_files() - before) == 1  # the packet that did not go is not kept
    assert at_stripe(local_stripe, dispute).evidence_details.submission_count == 1


def test_what_changes_while_it_is_put_together_does_not_go_unseen(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, dispute = drafted(local_stripe)
    order, packet = drafts.orders_of(dispute)[0], submit.packet

    def slowly(*given: Any, **more: Any) -> submit.Packet:
        made = packet(*given, **more)
        drafts.write(dispute.pk, order.pk, notes="It came on Monday")
        return made

    monkeypatch.setattr(submit, "packet", slowly)
    with pytest.raises(EvidenceRefused, match="evidence_changed"):
        submit.submit(dispute.pk, user=market.kofi.user)
    assert not EvidenceSubmission.objects.exists()
    assert at_stripe(local_stripe, dispute).evidence_details.has_evidence is False


def test_files_that_are_more_than_the_bank_takes_stay_and_the_words_go(
    local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    market, dispute = drafted(local_stripe)
    monkeypatch.setattr("payments.policy.EVIDENCE_MOST_BYTES", 1_000)
    with pytest.raises(EvidenceRefused, match="more than the bank takes"):
        submit.submit(dispute.pk, user=market.kofi.user)
    passes(local_stripe, days=8, hours=20)
    submit.submit_by_itself(dispute.pk)
    sent = EvidenceSubmission.objects.get()
    assert (sent.state, sent.stripe_file, sent.packet_pages) == ("sent", "", 0)
    assert "It came" in at_stripe(local_stripe, dispute).evidence.uncategorized_text
    assert Incident.objects.filter(kind="evidence_without_files").count() == 1
