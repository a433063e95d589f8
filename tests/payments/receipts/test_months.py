"""What a month makes: a shop's fee invoice, a wallet's statement."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from banibs.core import clock
from marketplace.models import Order
from marketplace.orders import transitions
from payments import policy
from payments.models import Document, DocumentKind
from payments.receipts import numbering, rendering, requests, stored
from payments.receipts.months import Month
from payments.receipts.snapshots import fee_invoice
from tests import market as scene
from tests import people
from tests.payments.receipts.pdf_rules import faults
from tests.payments.receipts.scenes import broken, canceled, said, says
from tests.payments.receipts.test_pages import program, signed_in
from tests.payments.refunds.scenes import STAFF
from tests.shopping import buys
from wallet import ledger

pytestmark = pytest.mark.django_db(transaction=True)


def next_month() -> Month:
    """The clock goes past the end of the month; returns the month that is over."""
    month = Month(clock.now().strftime("%Y-%m"))
    left = month.until - clock.now()
    scene.forward(seconds=left.total_seconds() + 60)
    return month


def sold(market: scene.Market, times: int = 1) -> list[Order]:
    """Baskets that were bought and sent: the fee is earned."""
    orders = [buys(market, (market.basket, 1)).orders.get() for _ in range(times)]
    for order in orders:
        transitions.fulfil(order.pk, actor=STAFF)
    return orders


def revenue() -> int:
    return ledger.balance("platform:revenue", "GBP").amount


def test_a_months_fees_are_one_invoice_that_says_what_the_books_say() -> None:
    market = scene.opened(wallet=1_000_000)
    first, second = sold(market, 2)
    canceled(buys(market, (market.basket, 1)).orders.get())  # never sent: its fee was never earned
    buys(market, (market.zine, 1))  # files alone: earned at once
    month = next_month()

    assert requests.ask_for_fee_invoices() == 2
    numbering.issue_due()
    rendering.render_due()

    kofis = Document.objects.get(kind=DocumentKind.FEE_INVOICE, seller=market.kofi)
    zuris = Document.objects.get(kind=DocumentKind.FEE_INVOICE, seller=market.zuri)
    assert kofis.snapshot["total"] == first.marketplace_fee + second.marketplace_fee
    assert kofis.snapshot["total"] + zuris.snapshot["total"] == revenue()
    assert [line["order"] for line in kofis.snapshot["lines"]] == [first.number, second.number]
    assert kofis.snapshot["month"] == month.name
    read = said(kofis)
    assert says(first.money(kofis.snapshot["total"]).format(), read)
    assert says("outside the scope", read)  # Ghana
    assert faults(stored.read(kofis)) == []
    assert requests.ask_for_fee_invoices() == 2
    assert numbering.issue_due() == 0
    assert broken() == []


def test_before_the_month_is_over_there_is_none() -> None:
    sold(scene.opened())
    assert requests.ask_for_fee_invoices() == 0


def test_each_currency_has_its_own() -> None:
    market = scene.opened()
    sold(market)
    month = next_month()
    assert set(fee_invoice.fees(month)) == {(market.kofi.pk, "GBP")}
    assert fee_invoice.fees(month, [market.zuri.pk]) == {}


@pytest.mark.parametrize(
    ("country", "registrations", "rate", "tax", "note"),
    [
        ("GH", {}, 0, 0, "outside_scope"),
        ("DE", {}, 0, 0, "reverse_charge"),
        ("GB", {"GB": 2000}, 2000, 167, ""),
    ],
)
def test_tax_in_fees_is_by_where_banibs_is_registered(
    country: str, registrations: dict[str, int], rate: int, tax: int, note: str
) -> None:
    with override_settings(PLATFORM_TAX_REGISTRATIONS=registrations):
        assert fee_invoice.tax_on_fees(country, 1_000) == {"rate_bps": rate, "tax": tax, "note": note}


def test_many_orders_are_said_in_fewer_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    market = scene.opened(wallet=1_000_000)
    orders = sold(market, 5)
    next_month()
    monkeypatch.setattr(policy, "DOCUMENT_MOST_LINES", 2)
    requests.ask_for_fee_invoices()
    numbering.issue_due()
    said_here = Document.objects.get(kind=DocumentKind.FEE_INVOICE).snapshot
    assert [line["quantity"] for line in said_here["lines"]] == [3, 2]
    assert sum(line["earned"] for line in said_here["lines"]) == sum(one.marketplace_fee for one in orders)


def test_a_seller_reads_invoices_on_a_page_and_by_a_program() -> None:
    market = scene.opened(wallet=1_000_000)
    sold(market)
    kofi = signed_in(market.kofi.user)
    assert "No invoices yet" in kofi.get(reverse("payments:invoices")).content.decode()
    next_month()
    requests.ask_for_fee_invoices()
    numbering.issue_due()
    rendering.render_due()
    invoice = Document.objects.get(kind=DocumentKind.FEE_INVOICE)
    kofi = signed_in(market.kofi.user)
    at = reverse("payments:invoice_pdf", args=[invoice.name])
    assert at in kofi.get(reverse("payments:invoices")).content.decode()
    assert kofi.get(at).content == stored.read(invoice)
    assert signed_in(market.zuri.user).get(at).status_code == 404
    key = program(market.kofi.user, "seller:read")
    (row,) = Client().get("/api/v1/seller/invoices/", headers=key).json()["results"]
    assert (row["number"], row["total"]["amount"]) == (invoice.name, invoice.snapshot["total"])
    assert Client().get(f"/api/v1/seller/invoices/{invoice.name}/", headers=key).content == stored.read(
        invoice
    )
    others = program(market.zuri.user, "seller:read")
    assert Client().get(f"/api/v1/seller/invoices/{invoice.name}/", headers=others).status_code == 404
    assert Client().get("/api/v1/seller/invoices/", headers=others).json()["results"] == []


def test_a_wallets_month_is_a_numbered_statement(client: Client) -> None:
    market = scene.opened(wallet=20_000)
    order = buys(market, (market.basket, 1)).orders.get()
    canceled(order)
    month = next_month()
    client.force_login(market.amara)
    at = f"{reverse('payments:statement_pdf')}?currency=GBP&month={month.name}"
    assert f"month={month.name}" in client.get(reverse("wallet:wallet")).content.decode()
    assert client.get(at).status_code == 202
    numbering.issue_due()
    rendering.render_due()
    answer = client.get(at)
    statement = Document.objects.get(kind=DocumentKind.WALLET_STATEMENT)
    assert answer.content == stored.read(statement)
    lines = statement.snapshot["lines"]
    assert [line["amount"] for line in lines] == [20_000, -order.total, order.total]
    assert statement.snapshot["closing"] == ledger.balance(f"user:{market.amara.pk}:wallet", "GBP").amount
    read = said(statement)
    for words in (order.money(20_000).format(), order.checkout.number, "Demo credit", "Refund"):
        assert says(words, read)
    assert faults(answer.content) == []
    key = program(market.amara, "wallet:read")
    by_api = Client().get(f"/api/v1/wallet/statement/pdf/?currency=GBP&month={month.name}", headers=key)
    assert by_api.content == answer.content


@pytest.mark.parametrize(
    "query", ["", "?currency=GBP", "?currency=gbp&month=2026-01", "?currency=GBP&month=x"]
)
def test_an_address_that_names_no_month_that_is_over_is_none(query: str) -> None:
    amara = people.amara()
    assert signed_in(amara).get(reverse("payments:statement_pdf") + query).status_code == 404
    key = program(amara, "wallet:read")
    assert Client().get(f"/api/v1/wallet/statement/pdf/{query}", headers=key).status_code == 400


def test_this_month_is_not_over() -> None:
    amara = people.amara()
    this = clock.now().strftime("%Y-%m")
    at = f"{reverse('payments:statement_pdf')}?currency=GBP&month={this}"
    assert signed_in(amara).get(at).status_code == 404


def test_a_month_without_lines_or_with_too_many_has_no_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    market = scene.opened(wallet=20_000)
    buys(market, (market.zine, 1))
    month = next_month()
    at = reverse("payments:statement_pdf")
    amara = signed_in(market.amara)
    assert amara.get(f"{at}?currency=USD&month={month.name}").status_code == 302
    monkeypatch.setattr(policy, "DOCUMENT_MOST_LINES", 1)
    answer = amara.get(f"{at}?currency=GBP&month={month.name}", follow=True)
    assert "too many lines" in answer.content.decode()
    key = program(market.amara, "wallet:read")
    refused = Client().get(f"/api/v1/wallet/statement/pdf/?currency=GBP&month={month.name}", headers=key)
    assert refused.json()["error"]["code"] == "no_statement"
    assert numbering.issue_due() == 0


def test_the_order_page_costs_one_statement_more_for_any_number_of_credit_notes() -> None:
    market = scene.opened(wallet=1_000_000)
    checkout = buys(market, (market.basket, 1), (market.jar, 1))
    amara = signed_in(market.amara)
    at = reverse("marketplace:order", args=[checkout.number])

    def cost() -> int:
        amara.get(at)
        before = len(connection.queries_log)
        connection.force_debug_cursor = True
        try:
            amara.get(at)
            return len(connection.queries_log) - before
        finally:
            connection.force_debug_cursor = False

    plain = cost()
    for order in checkout.orders.all():
        canceled(order)
    assert cost() == plain + 1
