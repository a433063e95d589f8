"""Ike sees every dispute by its date, all drafts, and hands in what there is; he decides warnings of fraud."""

from __future__ import annotations

import io

import pytest
from django.test import Client
from pypdf import PdfReader

from marketplace.models import Message
from payments.models import EarlyFraudWarning, EvidenceSubmission, Intent, Refund
from payments.receipts import numbering, rendering, requests
from payments.refunds import send_refund
from tests import people
from tests.payments.disputes.evidence.scenes import at_stripe, disputed, pdf, photo, seller, upload
from tests.payments.disputes.scenes import at_stripe as stripe_holds
from tests.payments.disputes.scenes import books, broken, orders, paid, two_shops
from tests.payments.disputes.test_wallets import topped_up
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)
DESK = "/admin/desk/disputes/"


@pytest.fixture
def ike(client: Client) -> Client:
    client.force_login(people.ike())
    return client


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def test_ike_sees_all_drafts_and_hands_them_in(local_stripe: LocalStripe, ike: Client) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market))
    path, own = f"{DESK}{dispute.pk}/", f"/seller/disputes/{dispute.pk}/"
    seller(market.kofi.user).post(own, {"notes": "Kofi's words", "file": upload(photo(), "kofi.jpg")})
    seller(market.zuri.user).post(own, {"notes": "Zuri's words"})
    assert "Disputes to answer" in page(ike, "/admin/desk/")
    assert f'href="{path}"' in page(ike, DESK)
    shown = page(ike, path)
    assert "Kofi&#x27;s words" in shown
    assert "Zuri&#x27;s words" in shown
    ike.post(
        path,
        {"do": "keep", "notes": "The same buyer bought twice before.", "file": upload(pdf(), "ours.pdf")},
    )
    assert ike.post(path, {"do": "keep", "notes": "x" * 9_000}).status_code == 422
    assert ike.post(path, {"do": "submit"}).status_code == 302
    sent = EvidenceSubmission.objects.get()
    assert (sent.state, sent.packet_pages, sent.asked_by and sent.asked_by.email) == (
        "sent",
        2,
        "ike@example.com",
    )
    text = at_stripe(local_stripe, dispute).evidence.uncategorized_text
    assert "BANIBS says:\nThe same buyer bought twice before." in text
    assert len(PdfReader(io.BytesIO(ike.get(f"{path}evidence.pdf").content)).pages) == 2
    assert ike.post(path, {"do": "submit"}).status_code == 409
    assert "No bank waits for an answer." in page(ike, DESK)
    assert EvidenceSubmission.objects.count() == 1


def test_without_the_permission_staff_see_nothing(local_stripe: LocalStripe, client: Client) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    other = people.person("new@example.com", name="New", staff=True)
    type(other).objects.filter(pk=other.pk).update(is_superuser=False)
    client.force_login(other)
    for path in (DESK, f"{DESK}{dispute.pk}/", "/admin/desk/fraud-warnings/"):
        assert client.get(path).status_code == 403
    assert client.post(f"{DESK}{dispute.pk}/", {"do": "submit"}).status_code == 403
    assert not EvidenceSubmission.objects.exists()


def test_a_disputed_top_up_is_answered_by_staff_alone(local_stripe: LocalStripe, ike: Client) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, topped_up(local_stripe, market))
    path = f"{DESK}{dispute.pk}/"
    assert "Top-up" in page(ike, DESK)
    assert "Money added by card" in page(ike, path)
    assert ike.post(path, {"do": "submit"}).status_code == 302
    assert at_stripe(local_stripe, dispute).status == "under_review"
    wallet = seller(market.amara).get("/account/wallet/").content.decode()
    assert "is set aside." in wallet
    local_stripe.control(f"disputes/{dispute.stripe_id}/lose")
    local_stripe.deliver()
    assert "Your wallet is frozen." in seller(market.amara).get("/account/wallet/").content.decode()
    assert broken() == []


def warned(local_stripe: LocalStripe, row: Intent) -> EarlyFraudWarning:
    local_stripe.control("warnings", {"charge": row.charge_id, "fraud_type": "made_with_stolen_card"})
    local_stripe.deliver()
    return EarlyFraudWarning.objects.get(intent=row)


def test_a_refund_in_time_gives_every_order_back_and_spares_the_dispute(
    local_stripe: LocalStripe, ike: Client
) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    warning = warned(local_stripe, row)
    path = f"/admin/desk/fraud-warnings/{warning.pk}/"
    assert "Warnings of fraud" in page(ike, "/admin/desk/")
    assert f'href="{path}"' in page(ike, "/admin/desk/fraud-warnings/")
    assert "made with stolen card" in page(ike, path)
    assert ike.post(path, {"do": "refund", "note": ""}).status_code == 422
    assert not Refund.objects.exists()
    assert ike.post(path, {"do": "refund", "note": "The card was stolen"}).status_code == 302
    assert [order.refunded for order in orders(row)] == [6_000, 3_000]
    assert set(Refund.objects.values_list("reason", flat=True)) == {"fraud_warning"}
    for one in Refund.objects.order_by("pk"):
        send_refund.send_refund(one.pk)
    local_stripe.deliver()
    warning.refresh_from_db()
    assert (warning.state, warning.note, warning.decided_by and warning.decided_by.email) == (
        "refunded", "The card was stolen", "ike@example.com",
    )  # fmt: skip
    assert ike.post(path, {"do": "refund", "note": "Again"}).status_code == 409
    assert Refund.objects.count() == 2
    assert (broken(), -books("stripe:clearing")) == ([], stripe_holds())


def test_left_as_it_is_nothing_moves(local_stripe: LocalStripe, ike: Client) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    warning = warned(local_stripe, row)
    path = f"/admin/desk/fraud-warnings/{warning.pk}/"
    assert ike.post(path, {"do": "leave", "note": "A regular; it came"}).status_code == 302
    warning.refresh_from_db()
    assert (warning.state, Refund.objects.count()) == ("left", 0)
    local_stripe.control("disputes", {"charge": row.charge_id})
    local_stripe.deliver()
    warning.refresh_from_db()
    assert warning.state == "left"  # what staff decided stays


def test_a_dispute_comes_before_the_decision(local_stripe: LocalStripe, ike: Client) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    warning = warned(local_stripe, row)
    disputed(local_stripe, row)
    warning.refresh_from_db()
    assert warning.state == "over"
    answer = ike.post(f"/admin/desk/fraud-warnings/{warning.pk}/", {"do": "refund", "note": "Late"})
    assert answer.status_code == 409
    assert not Refund.objects.exists()


def test_while_our_books_know_of_a_dispute_and_the_warning_does_not_nothing_is_refunded(
    local_stripe: LocalStripe, ike: Client
) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    warning = warned(local_stripe, row)
    disputed(local_stripe, row)
    EarlyFraudWarning.objects.update(state="open", closed_at=None)  # its event has not come yet
    answer = ike.post(f"/admin/desk/fraud-warnings/{warning.pk}/", {"do": "refund", "note": "Late"})
    assert answer.status_code == 409
    assert "bank" in answer.content.decode().partition('role="alert"')[2]
    assert (Refund.objects.count(), broken()) == (0, [])


def test_a_warning_of_a_top_up_can_only_be_left(local_stripe: LocalStripe, ike: Client) -> None:
    market = two_shops()
    warning = warned(local_stripe, topped_up(local_stripe, market))
    path = f"/admin/desk/fraud-warnings/{warning.pk}/"
    assert "Refund before it costs a fee" not in page(ike, path)
    assert ike.post(path, {"do": "refund", "note": "Try"}).status_code == 409
    warning.refresh_from_db()
    assert warning.state == "open"


def test_warnings_whose_events_are_lost_are_found(local_stripe: LocalStripe) -> None:
    from payments.disputes import fraud_warnings

    market = two_shops()
    row = paid(local_stripe, market, jar=False)
    local_stripe.control("warnings", {"charge": row.charge_id})
    assert fraud_warnings.find_new_warnings() == 1
    assert fraud_warnings.find_new_warnings() == 0
    assert EarlyFraudWarning.objects.get().state == "open"
    local_stripe.control("disputes", {"charge": row.charge_id})
    assert fraud_warnings.find_new_warnings() == 0
    assert EarlyFraudWarning.objects.get().state == "over"


def test_the_receipt_and_what_they_wrote_go_along(local_stripe: LocalStripe, ike: Client) -> None:
    market = two_shops()
    row = paid(local_stripe, market, jar=False)
    (order,) = orders(row)
    requests.ask_for_orders([order])
    numbering.issue_due()
    rendering.render_due()
    Message.objects.create(order=order, side="buyer", author=market.amara, text="Thank you, it is lovely")
    dispute = disputed(local_stripe, row)
    own = f"/seller/disputes/{dispute.pk}/"
    seller(market.kofi.user).post(own, {"notes": "", "file": upload(photo(), "door.jpg")})
    assert "amara@example.com" not in page(seller(market.kofi.user), own)
    assert ike.post(f"{DESK}{dispute.pk}/", {"do": "submit"}).status_code == 302
    sent = EvidenceSubmission.objects.get()
    assert (sent.state, sent.packet_pages) == ("sent", 2)
    text = at_stripe(local_stripe, dispute).evidence.uncategorized_text
    assert f"page 1: receipt of {order.number}\npage 2: door.jpg" in text
    assert "the buyer: Thank you, it is lovely" in text
    with sent.packet.open() as file:
        assert order.checkout.number in PdfReader(file).pages[0].extract_text()
