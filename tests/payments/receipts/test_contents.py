"""What documents say: what the pages say, to the cent, in every letter that our sellers write."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.cart import coupons
from marketplace.models import Coupon, Order, Seller, TaxDetails
from marketplace.sellers import tax_secrets
from marketplace.storage import private_files
from payments import policy
from payments.charges import purchase
from payments.models import Document, DocumentKind, Refund
from payments.receipts import html, numbering, pdf, rendering, stored
from payments.receipts.pdf import Renderer
from payments.receipts.snapshots.draft import Draft
from payments.refunds import order_refunds
from tests import market as scene
from tests.payments.receipts.pdf_rules import faults
from tests.payments.receipts.scenes import broken, canceled, document, issued, made, said, says, text
from tests.payments.refunds.scenes import STAFF, paid
from tests.shopping import buys
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)
MONEY = re.compile(r"[−]?(?:£|\$|GH₵|₦)[0-9][0-9,]*\.[0-9]{2}")


@pytest.fixture
def process() -> Iterator[Renderer]:
    with pdf.renderer() as made_here:
        yield made_here


def test_a_receipt_shows_what_the_page_shows_to_the_cent(client: Client) -> None:
    market = scene.opened(wallet=100_000)
    checkout = buys(market, (market.basket, 2), (market.jar, 1), (market.zine, 3))
    made()
    client.force_login(market.amara)
    page = client.get(reverse("marketplace:receipt", args=[checkout.number])).content.decode()
    shown = set(MONEY.findall(page))
    assert len(shown) > 8

    receipts = [
        document(DocumentKind.RECEIPT, f"order:{order.pk}") for order in checkout.orders.order_by("pk")
    ]
    bound = stored.bind(receipts, title="Receipts")

    read = text(bound)
    for order in checkout.orders.prefetch_related("lines"):
        assert says(order.number, read)
        for line in order.lines.all():
            assert says(line.title, read)
            assert says(order.money(line.subtotal).format(), read)
        for amount in (order.shipping, order.tax, order.total, order.seller_net, order.marketplace_fee):
            assert not amount or says(order.money(amount).format(), read)
    assert says("Amara", read)
    assert says("14 Ashley Road", read) or says(market.amara.addresses.get().line1, read)
    assert says("BANIBS Wallet", read)
    assert faults(bound) == []
    assert stored.bind(receipts, title="Receipts") == bound


def test_names_in_yoruba_and_ethiopic_and_every_sign_of_money_can_be_read(process: Renderer) -> None:
    market = scene.opened(wallet=100_000)
    market.amara.addresses.update(name="አበበ ቢቂላ")
    Seller.objects.filter(pk=market.kofi.pk).update(name="Ọ̀ṣun àti Ẹlẹ́kọ̀")
    market.basket.product.title = "Basket for ₦ and GH₵, ɛ ɔ ŋ ɓ"
    market.basket.product.save()
    order = buys(market, (market.basket, 1)).orders.get()
    made()
    receipt = document(DocumentKind.RECEIPT, f"order:{order.pk}")
    for words in ("አበበ ቢቂላ", "Basket for ₦ and GH₵, ɛ ɔ ŋ ɓ"):
        assert says(words, said(receipt))
    assert says(html.covered("Ọ̀ṣun àti Ẹlẹ́kọ̀"), said(receipt))
    assert faults(stored.read(receipt)) == []


def test_letters_that_no_font_holds_are_marked_and_pictures_left_out() -> None:
    assert html.covered("Basket 🧺, 籃子") == "Basket , ??"
    assert html.covered("Ọ̀ṣun £₦₵ አበበ") == "Ọ̀ṣun £₦₵ አበበ"


def test_the_shops_copy_adds_fees_and_what_is_left() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    made()
    read = said(document(DocumentKind.SALES_RECEIPT, f"order:{order.pk}"))
    for amount in (order.total, order.tax, order.marketplace_fee, order.seller_net):
        assert says(order.money(amount).format(), read)
    assert says("You keep", read)
    assert not says("You keep", said(document(DocumentKind.RECEIPT, f"order:{order.pk}")))


def test_tax_is_said_by_rate_and_a_discount_is_on_it() -> None:
    market = scene.opened(wallet=100_000)
    Coupon.objects.create(code="TEN", percent_bps=1000)
    cart = scene.put_in_cart(market.amara, (market.basket, 1))
    coupons.apply_coupon(cart, "TEN")
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(user=market.amara, address=address, method="wallet", expected_total=None)
    order = bought.placed.checkout.orders.get()
    made()
    receipt = document(DocumentKind.RECEIPT, f"order:{order.pk}")
    taxes = receipt.snapshot["taxes"]
    assert order.discount
    assert says(f"−{order.money(order.discount).format()}", said(receipt))
    assert sum(row["tax"] for row in taxes) == order.tax
    assert sum(row["base"] + row["tax"] for row in taxes) == order.total
    assert says("20 %", said(receipt))


def test_a_card_is_named_where_stripes_copy_knows_it(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    intent = paid(local_stripe, market)
    made()
    order = Order.objects.get(checkout=intent.payment.checkout_id)
    receipt = document(DocumentKind.RECEIPT, f"order:{order.pk}")
    assert receipt.snapshot["card"] == order.total
    assert receipt.snapshot["card_name"] in ([], ["Visa", "4242"])


def test_a_credit_note_gives_back_what_the_refund_does() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    refund = canceled(order)
    made()
    note = document(DocumentKind.CREDIT_NOTE, f"refund:{refund.pk}")
    read = said(note)
    for words in (
        order.money(refund.amount).format(),
        order.money(refund.tax).format(),
        document(DocumentKind.RECEIPT, f"order:{order.pk}").name,
        "Delivery",
        "Bolga market basket",
    ):
        assert says(words, read)
    assert sum(line["amount"] for line in note.snapshot["lines"]) == refund.amount
    assert sum(row["tax"] for row in note.snapshot["taxes"]) == refund.tax
    assert faults(stored.read(note)) == []


def test_a_refund_that_was_undone_before_its_note_has_none() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    refund = order_refunds.cancel_order(order.pk, actor=STAFF, reason="Out of straw", user_id=None)
    assert refund is not None
    Refund.objects.filter(pk=refund.pk).update(status=Refund.Status.CANCELED)
    issued()
    assert not Document.objects.filter(kind=DocumentKind.CREDIT_NOTE).exists()


@pytest.mark.parametrize(("country", "paper"), [("US", "Letter"), ("CA", "Letter"), ("GB", "A4"), ("", "A4")])
def test_the_paper_is_that_of_the_country(country: str, paper: str) -> None:
    assert Draft(language="en-gb", country=country, data={}).paper == paper


def test_the_same_bytes_again_and_their_digest_on_the_row(process: Renderer) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    made()
    receipt = document(DocumentKind.RECEIPT, f"order:{order.pk}")
    kept = stored.read(receipt)
    assert process.make(html.page(receipt)) == kept
    assert (receipt.bytes, len(receipt.sha256)) == (len(kept), 64)
    assert len(kept) <= policy.DOCUMENT_MOST_BYTES


def test_a_large_order_stays_small(process: Renderer) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    issued()
    receipt = document(DocumentKind.RECEIPT, f"order:{order.pk}")
    receipt.snapshot["lines"] = [
        {**receipt.snapshot["lines"][0], "title": f"Basket number {n} of a long list"} for n in range(200)
    ]
    data = process.make(html.page(receipt))
    assert len(data) <= policy.DOCUMENT_MOST_BYTES
    assert faults(data) == []


def test_a_file_that_would_be_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    market = scene.opened()
    buys(market, (market.zine, 1))
    monkeypatch.setattr(policy, "DOCUMENT_MOST_BYTES", 1_000)
    made()
    assert set(Document.objects.values_list("state", flat=True)) == {"failed"}


def test_what_failed_is_tried_again_under_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    market = scene.opened()
    buys(market, (market.zine, 1))
    issued()
    before = set(Document.objects.values_list("pk", "name"))

    def fails(_document: Document) -> None:
        raise RuntimeError("the printer is out of ink")

    with monkeypatch.context() as off:
        off.setattr(rendering.html, "page", fails)
        assert rendering.render_due() == 2
        assert rendering.render_due() == 0  # not at once
    failed = Document.objects.filter(state=Document.State.FAILED)
    assert failed.count() == 2
    assert all("out of ink" in one.error and not one.file for one in failed)
    scene.forward(hours=1)
    assert rendering.render_due() == 2
    assert set(Document.objects.values_list("pk", "name")) == before
    assert set(Document.objects.values_list("state", "error")) == {("rendered", "")}
    assert numbering.issue_due() == 0
    assert broken() == []


def test_a_file_that_was_changed_is_not_served(client: Client) -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    made()
    receipt = document(DocumentKind.RECEIPT, f"order:{order.pk}")
    with open(private_files().path(receipt.file), "ab") as file:
        file.write(b"more")
    with pytest.raises(stored.Spoilt):
        stored.read(receipt)
    client.force_login(market.amara)
    assert client.get(reverse("payments:receipt_pdf", args=[order.number])).status_code == 202


def test_a_document_names_the_version_of_the_tax_details_that_stood_when_it_was_numbered() -> None:
    market = scene.opened(wallet=100_000)
    known = {
        "form": "company",
        "legal_name": "Bolga Weavers Ltd",
        "line1": "Plot 7, Commercial Street",
        "city": "Bolgatanga",
        "region": "Upper East",
        "country": "GH",
    }
    sealed, digest = tax_secrets.seal(tax_secrets.Secrets(vat_number="GH 123"))
    first = buys(market, (market.basket, 1)).orders.get()
    issued()
    TaxDetails.objects.create(
        seller=market.kofi,
        version=1,
        sealed=sealed,
        digest=digest,
        **known,
    )
    second = buys(market, (market.basket, 1)).orders.get()
    made()
    before = document(DocumentKind.RECEIPT, f"order:{first.pk}")
    after = document(DocumentKind.RECEIPT, f"order:{second.pk}")
    assert (before.snapshot["seller"]["version"], after.snapshot["seller"]["version"]) == (None, 1)
    assert not says("Bolga Weavers Ltd", said(before))
    for words in ("Bolga Weavers Ltd", "Plot 7, Commercial Street", "VAT no. GH 123"):
        assert says(words, said(after))


def test_a_company_that_buys_is_named_with_its_number() -> None:
    market = scene.opened(wallet=100_000)
    checkout = buys(market, (market.basket, 1))
    type(checkout).objects.filter(pk=checkout.pk).update(
        company="Okafor Imports Ltd", vat_id="GB 980 7806 84"
    )
    made()
    read = said(document(DocumentKind.RECEIPT, f"order:{checkout.orders.get().pk}"))
    for words in ("Okafor Imports Ltd", "VAT no. GB 980 7806 84", "Amara Okafor"):
        assert says(words, read)
