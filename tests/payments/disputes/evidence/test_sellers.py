"""Kofi answers the bank: his draft, its preview, one submission; with Zuri in the same payment, each her own part."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from rest_framework.test import APIClient

from banibs.core.models import Event
from marketplace.storage import private_files
from payments.models import DisputeEvidence, EvidenceFile, EvidenceSubmission
from tests import people
from tests.payments.disputes.evidence.scenes import (
    at_stripe,
    disputed,
    kept_files,
    pdf,
    pdf_with_script,
    photo,
    seller,
    upload,
)
from tests.payments.disputes.scenes import at_stripe as stripe_holds
from tests.payments.disputes.scenes import books, broken, orders, paid, sends, two_shops
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content
    return answer.content.decode()


def test_kofi_drafts_previews_and_sends_it_once(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market, jar=False)
    (order,) = orders(row)
    sends(order)
    dispute = disputed(local_stripe, row)
    kofi, path = seller(market.kofi.user), f"/seller/disputes/{dispute.pk}/"
    assert "A payment is disputed" in page(kofi, "/seller/")
    assert "The bank waits for you" in page(kofi, "/seller/disputes/")
    assert f'href="{path}"' in page(kofi, f"/seller/orders/{order.number}/")
    first = page(kofi, path)
    assert "The buyer says that it has not come." in first
    assert "Your share, on hold" in first

    said = {"notes": "The neighbour took it in. winning_evidence", "shows": "delivery"}
    answer = kofi.post(path, {**said, "file": upload(photo(), "door.jpg")})
    assert answer.status_code == 302, answer.content.decode()
    kofi.post(path, {**said, "file": upload(pdf(2), "tracking.pdf")})
    assert at_stripe(local_stripe, dispute).evidence_details.has_evidence is False

    preview = page(kofi, f"{path}preview/")
    assert "The neighbour took it in." in preview
    assert "door.jpg" in preview
    together = kofi.get(f"{path}evidence.pdf")
    assert (together["Content-Type"], len(PdfReader(io.BytesIO(together.content)).pages)) == (
        "application/pdf", 3,
    )  # fmt: skip
    assert kofi.post(f"{path}preview/").status_code == 302

    sent = EvidenceSubmission.objects.get()
    assert (sent.state, sent.packet_pages, sent.asked_by) == ("sent", 3, market.kofi.user)
    dispute.refresh_from_db()
    assert dispute.state == "submitted"
    stripes = at_stripe(local_stripe, dispute)
    assert (stripes.status, stripes.evidence_details.submission_count) == ("under_review", 1)
    assert "The neighbour took it in." in stripes.evidence.uncategorized_text
    assert "pages 2 to 3: tracking.pdf" in stripes.evidence.uncategorized_text
    assert stripes.evidence.shipping_carrier == "Post"
    assert stripes.evidence.uncategorized_file == sent.stripe_file
    assert "returns within" in stripes.evidence.refund_policy_disclosure

    assert "The evidence is with the bank." in page(kofi, path)
    assert kofi.post(path, {"notes": "And one more thing"}).status_code == 409
    assert kofi.post(f"{path}preview/").status_code == 409
    assert EvidenceSubmission.objects.count() == 1
    assert Event.objects.filter(kind="order.evidence_sent", subject_id=order.pk).count() == 1
    assert "Evidence sent to the bank" in page(kofi, f"/seller/orders/{order.number}/")

    local_stripe.control("clock", {"advance": 6, "tell_app": False})
    local_stripe.deliver()
    dispute.refresh_from_db()
    order.refresh_from_db()
    assert (dispute.state, order.dispute) == ("won", "won")
    assert "Your share, yours again" in page(kofi, path)
    assert (broken(), -books("stripe:clearing")) == ([], stripe_holds())


def test_two_shops_give_each_its_own_and_one_packet_goes(local_stripe: LocalStripe) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    dispute = disputed(local_stripe, row)
    kofi, zuri = seller(market.kofi.user), seller(market.zuri.user)
    path = f"/seller/disputes/{dispute.pk}/"
    kofi.post(path, {"notes": "Kofi's words", "file": upload(photo("PNG"), "kofi.png")})
    zuri.post(path, {"notes": "Zuri's words", "file": upload(pdf(), "zuri.pdf")})
    for own, other, client in (("Kofi", "Zuri", kofi), ("Zuri", "Kofi", zuri)):
        both = page(client, path) + page(client, f"{path}preview/")
        assert f"{own}&#x27;s words" in both
        assert f"{other}&#x27;s words" not in both
        assert "Another shop sold a part of this payment" in both
    kofi.post(f"{path}preview/")
    assert not EvidenceSubmission.objects.exists()
    assert "Your part is ready." in page(kofi, path)
    kofi.post(path, {"notes": "Kofi's last words"})  # changed: it is not ready any more
    zuri.post(f"{path}preview/")
    assert not EvidenceSubmission.objects.exists()
    kofi.post(f"{path}preview/")
    sent = EvidenceSubmission.objects.get()
    assert (sent.state, sent.packet_pages) == ("sent", 2)
    text = at_stripe(local_stripe, dispute).evidence.uncategorized_text
    assert text.index("Kofi's last words") < text.index("Zuri's words")
    assert "page 1: kofi.png" in text


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"MZ" + b"\0" * 99, "door.exe", "Banks read PDF, JPEG and PNG"),
        (b"<html>hello", "door.pdf", "holds a web page"),
        (b"%PDF-1.7\nnothing", "door.pdf", "cannot be read"),
        (b"", "door.pdf", "empty"),
        (pdf(password="secret"), "door.pdf", "locked with a password"),
        (pdf(50), "door.pdf", "has 50 pages"),
        (photo()[:200], "door.jpg", ""),
        (pdf() + b"0" * 10_000_000, "door.pdf", "at most"),
    ],
)
def test_what_no_bank_reads_is_refused_beside_its_field_and_the_words_are_kept(
    local_stripe: LocalStripe, content: bytes, name: str, said: str
) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    kofi, path = seller(market.kofi.user), f"/seller/disputes/{dispute.pk}/"
    before = kept_files()
    answer = kofi.post(path, {"notes": "My words", "file": upload(content, name)})
    assert answer.status_code == 422
    shown = answer.content.decode()
    beside = shown.partition('id="id_file_error"')[2].partition("</p>")[0]
    assert beside
    assert said in beside
    assert "My words" in shown
    assert not EvidenceFile.objects.exists()
    assert kept_files() == before


def test_together_no_more_than_the_bank_takes_of_each_shop(local_stripe: LocalStripe) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market))
    kofi, path = seller(market.kofi.user), f"/seller/disputes/{dispute.pk}/"
    heavy = pdf(weight=2_100_000)
    assert 1_100_000 < len(heavy) < 2_200_000
    kofi.post(path, {"notes": "", "file": upload(heavy, "one.pdf")})
    answer = kofi.post(path, {"notes": "Kept", "file": upload(pdf(weight=2_100_100), "two.pdf")})
    assert answer.status_code == 422
    assert "Together your files would have" in answer.content.decode()
    assert EvidenceFile.objects.count() == 1
    assert DisputeEvidence.objects.get().notes == "Kept"
    answer = kofi.post(path, {"notes": "", "file": upload(pdf(25), "pages.pdf")})
    assert "pages. The bank reads 24 of yours" in answer.content.decode()
    kofi.post(path, {"notes": "", "file": upload(heavy, "one.pdf")})
    assert EvidenceFile.objects.count() == 1  # the same again is the one that stands


def test_a_file_is_taken_off_and_leaves_nothing(local_stripe: LocalStripe) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    kofi, path = seller(market.kofi.user), f"/seller/disputes/{dispute.pk}/"
    kofi.post(path, {"notes": "", "file": upload(photo(), "door.jpg")})
    file = EvidenceFile.objects.get()
    stored = str(file.file.name)
    assert kofi.post(f"{path}files/{file.pk}/remove/").status_code == 302
    assert not EvidenceFile.objects.exists()
    assert not private_files().exists(stored)
    assert kofi.post(f"{path}files/{file.pk}/remove/").status_code == 404


def test_scripts_of_a_pdf_do_not_go_along(local_stripe: LocalStripe) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    kofi, path = seller(market.kofi.user), f"/seller/disputes/{dispute.pk}/"
    hostile = pdf_with_script("app.alert(1)")
    assert b"app.alert" in hostile
    kofi.post(path, {"notes": "", "file": upload(hostile, "tracking.pdf")})
    with EvidenceFile.objects.get().file.open() as kept:
        assert b"app.alert" not in kept.read()


def test_anothers_dispute_is_not_there(local_stripe: LocalStripe) -> None:
    market = two_shops()
    dispute = disputed(local_stripe, paid(local_stripe, market, jar=False))
    path = f"/seller/disputes/{dispute.pk}/"
    for person in (market.zuri.user, market.amara):
        client = seller(person)
        wanted = 404 if person == market.zuri.user else 302  # who has no shop is shown how to open one
        for address in (path, f"{path}preview/", f"{path}evidence.pdf"):
            assert client.get(address).status_code == wanted
        assert client.post(path, {"notes": "Mine"}).status_code == wanted
    assert Client().get(path).status_code == 302
    assert not DisputeEvidence.objects.exists()
    assert Event.objects.filter(kind="access.refused", actor_id=market.zuri.user.pk).exists()
    assert dispute.stripe_id not in seller(market.zuri.user).get("/seller/disputes/").content.decode()


def test_lists_cost_the_same_however_long_they_are(local_stripe: LocalStripe) -> None:
    market = two_shops()
    kofi, ike, program = seller(market.kofi.user), seller(people.ike()), APIClient()
    program.force_authenticate(market.kofi.user)
    ways = [
        (kofi, "/seller/disputes/"),
        (kofi, "/seller/"),
        (ike, "/admin/desk/disputes/"),
        (program, "/api/v1/disputes/"),
    ]

    def counts() -> list[int]:
        found = []
        for client, path in ways:
            assert client.get(path).status_code == 200  # what is cached is cached
            with CaptureQueriesContext(connection) as said:
                client.get(path)
            found.append(len(said))
        return found

    disputed(local_stripe, paid(local_stripe, market, jar=False))
    over = disputed(local_stripe, paid(local_stripe, market, jar=False))
    local_stripe.control(f"disputes/{over.stripe_id}/lose")
    local_stripe.deliver()
    before = counts()
    for state in ("lose", "win", ""):
        more = disputed(local_stripe, paid(local_stripe, market))
        if state:
            local_stripe.control(f"disputes/{more.stripe_id}/{state}")
    local_stripe.deliver()
    assert counts() == before
