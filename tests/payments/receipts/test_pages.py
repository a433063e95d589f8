"""Documents over HTTP: the kept bytes, to whom they belong; a page that waits for what is not made yet."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client
from django.urls import reverse

from banibs.developers import keys
from banibs.users.models import User
from marketplace.models import Checkout, Order
from payments import policy
from payments.models import Document, DocumentKind, Refund
from payments.receipts import numbering, rendering, stored
from tests import market as scene
from tests import people
from tests.payments.receipts.pdf_rules import faults
from tests.payments.receipts.scenes import canceled, document, issued, made, says, text
from tests.payments.refunds.scenes import placed
from tests.shopping import buys, tell

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def bought() -> tuple[scene.Market, Checkout, Order]:
    market = scene.opened(wallet=100_000)
    checkout = buys(market, (market.basket, 1), (market.jar, 1))
    return market, checkout, checkout.orders.get(seller=market.kofi)


def test_the_kept_bytes_are_served_and_kept_by_nobody_else() -> None:
    market, _checkout, order = bought()
    made()
    amara = signed_in(market.amara)
    answer = amara.get(reverse("payments:receipt_pdf", args=[order.number]))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Cache-Control"].startswith("private, no-store")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content == stored.read(document(DocumentKind.RECEIPT, f"order:{order.pk}"))


def test_a_checkouts_receipt_binds_those_of_its_orders() -> None:
    market, checkout, _order = bought()
    made()
    answer = signed_in(market.amara).get(reverse("payments:receipt_pdf", args=[checkout.number]))
    read = text(answer.content)
    for one in Document.objects.filter(kind=DocumentKind.RECEIPT):
        assert says(one.name, read)
        assert says(one.snapshot["order"], read)
    assert faults(answer.content) == []
    assert not Document.objects.exclude(subject__startswith="order:").exists()  # and has no number of its own


def test_before_it_is_made_a_page_waits_and_opens_it() -> None:
    market, _checkout, order = bought()
    amara, at = signed_in(market.amara), reverse("payments:receipt_pdf", args=[order.number])
    waiting = amara.get(at)
    assert waiting.status_code == 202
    assert waiting.headers["Retry-After"] == str(policy.DOCUMENT_ASKED_AGAIN_SECONDS)
    assert b"load delay:2s" in waiting.content
    assert b"being prepared" in waiting.content
    issued()
    still = amara.get(at, {"seen": "1"}, headers={"HX-Request": "true"})
    assert still.status_code == 202
    assert b"<html" not in still.content
    late = amara.get(at, {"seen": "9"}, headers={"HX-Request": "true"})
    assert b"load delay:5s" in late.content
    rendering.render_due()
    ready = amara.get(at, {"seen": "2"}, headers={"HX-Request": "true"})
    assert ready.headers["HX-Redirect"] == at
    assert amara.get(at).headers["Content-Type"] == "application/pdf"


def test_what_failed_says_that_we_try_again() -> None:
    market, _checkout, order = bought()
    issued()
    Document.objects.update(state="failed")
    answer = signed_in(market.amara).get(reverse("payments:receipt_pdf", args=[order.number]))
    assert answer.status_code == 202
    assert b"We try again" in answer.content


def test_an_order_from_before_receipts_has_one_by_asking_for_it() -> None:
    market, _checkout, order = bought()
    at = reverse("payments:receipt_pdf", args=[order.number])
    assert signed_in(market.amara).get(at).status_code == 202
    numbering.issue_due()
    rendering.render_due()
    assert signed_in(market.amara).get(at).status_code == 200


def test_what_is_not_ones_own_is_not_there() -> None:
    market, checkout, order = bought()
    refund = canceled(order)
    made()
    other, zuri, ike = people.person("esi@example.org", name="Esi Owusu"), market.zuri.user, people.ike()
    receipt = reverse("payments:receipt_pdf", args=[order.number])
    whole = reverse("payments:receipt_pdf", args=[checkout.number])
    sale = reverse("payments:sales_receipt_pdf", args=[order.number])
    note = reverse("payments:credit_note_pdf", args=[order.number, refund.pk])
    seen = {
        (who.email, at): signed_in(who).get(at).status_code
        for who in (market.amara, market.kofi.user, zuri, other, ike)
        for at in (receipt, whole, sale, note)
    }
    allowed = {at for at, status in seen.items() if status == 200}
    assert allowed == {
        (market.amara.email, receipt),
        (market.amara.email, whole),
        (market.amara.email, note),
        (market.kofi.user.email, sale),
        (market.kofi.user.email, note),
    }
    assert {status for at, status in seen.items() if at not in allowed} <= {404, 302}
    assert Client().get(receipt).status_code == 302
    assert (
        signed_in(market.amara).get(reverse("payments:credit_note_pdf", args=[order.number, 99])).status_code
        == 404
    )


def test_an_order_that_was_never_paid_has_no_receipt() -> None:
    market = scene.opened(wallet=0)
    placed(market)
    order = Order.objects.get()
    assert (
        signed_in(market.amara).get(reverse("payments:receipt_pdf", args=[order.number])).status_code == 404
    )
    assert issued() == 0


def test_staff_see_every_document_by_their_right() -> None:
    _market, _checkout, _order = bought()
    made()
    one = Document.objects.latest("pk")
    ike = people.ike()
    staff = signed_in(ike)
    ike.user_permissions.set(Permission.objects.filter(codename="view_document"))
    ike.is_superuser = False
    ike.save()
    assert staff.get(reverse("admin:document", args=[one.pk])).headers["Content-Type"] == "application/pdf"
    assert one.name in staff.get(reverse("admin:payments_document_changelist")).content.decode()
    ike.user_permissions.clear()
    assert staff.get(reverse("admin:document", args=[one.pk])).status_code == 403


def test_order_pages_of_both_sides_link_their_documents() -> None:
    market, checkout, order = bought()
    refund = canceled(order)
    note = reverse("payments:credit_note_pdf", args=[order.number, refund.pk])
    page = signed_in(market.amara).get(reverse("marketplace:order", args=[checkout.number])).content.decode()
    assert reverse("payments:receipt_pdf", args=[checkout.number]) in page
    assert reverse("payments:receipt_pdf", args=[order.number]) in page
    assert note in page
    page = signed_in(market.kofi.user).get(reverse("seller:order", args=[order.number])).content.decode()
    assert reverse("payments:sales_receipt_pdf", args=[order.number]) in page
    assert note in page


def test_letters_link_the_receipt_and_the_credit_note() -> None:
    market, checkout, order = bought()
    tell()
    assert reverse("payments:receipt_pdf", args=[checkout.number]) in mail.outbox[0].body
    refund = canceled(order)
    mail.outbox.clear()
    tell()
    (letter,) = [one for one in mail.outbox if one.to == [market.amara.email]]
    assert reverse("payments:credit_note_pdf", args=[order.number, refund.pk]) in letter.body


def program(user: User, *scopes: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.create(user, name='books', scopes=list(scopes))[1]}"}


def test_programs_fetch_the_same_bytes() -> None:
    market, checkout, order = bought()
    refund = canceled(order)
    mine = program(market.amara, "orders:read", "refunds:read")
    at = f"/api/v1/orders/{order.number}/receipt/"
    waiting = Client().get(at, headers={**mine, "Accept": "application/pdf"})
    assert (waiting.status_code, waiting.json()) == (202, {"status": "preparing"})
    assert waiting.headers["Retry-After"] == str(policy.DOCUMENT_ASKED_AGAIN_SECONDS)
    made()
    answer = Client().get(at, headers={**mine, "Accept": "application/pdf"})
    assert answer.content == stored.read(document(DocumentKind.RECEIPT, f"order:{order.pk}"))
    bound = Client().get(f"/api/v1/checkouts/{checkout.number}/receipt/", headers=mine)
    assert bound.headers["Content-Type"] == "application/pdf"
    (row,) = Client().get(f"/api/v1/orders/{order.number}/refunds/", headers=mine).json()["results"]
    note = Client().get(row["credit_note"].removeprefix("http://localhost:8000"), headers=mine)
    assert note.content == stored.read(document(DocumentKind.CREDIT_NOTE, f"refund:{refund.pk}"))
    sold = Client().get(at, headers=program(market.kofi.user, "orders:read"))
    assert sold.content == stored.read(document(DocumentKind.SALES_RECEIPT, f"order:{order.pk}"))


def test_programs_without_the_scope_or_the_order_get_nothing() -> None:
    market, checkout, order = bought()
    made()
    other = people.person("esi@example.org", name="Esi Owusu")
    for path in (f"orders/{order.number}/receipt/", f"checkouts/{checkout.number}/receipt/"):
        assert Client().get(f"/api/v1/{path}", headers=program(other, "*")).status_code == 404
        assert (
            Client().get(f"/api/v1/{path}", headers=program(market.amara, "wallet:read")).status_code == 403
        )
        assert Client().get(f"/api/v1/{path}").status_code in (401, 403)
    assert Refund.objects.count() == 0
