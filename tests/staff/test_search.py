"""Ike finds anything by one box: an order, a person, a shop, a payment, Stripe's ids."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banibs.users.models import User
from marketplace.models import Order
from payments.models import Intent, Payment
from tests import market as scene
from tests.seller_scene import bought

pytestmark = pytest.mark.django_db
SEARCH = "/admin/search/"


@pytest.fixture
def market() -> scene.Market:
    market = scene.opened(wallet=900_000)
    bought(market, (market.basket, 2), (market.jar, 1), (market.zine, 1))
    return market


@pytest.fixture
def staff(ike: User) -> Client:
    client = Client()
    client.force_login(ike)
    return client


def test_a_number_an_address_a_name_and_stripes_ids_lead_there(staff: Client, market: scene.Market) -> None:
    order = Order.objects.filter(seller=market.kofi).get()
    payment = Payment.objects.get()
    Intent.objects.create(
        payment=payment, kind="payment_intent", amount=1, currency="GBP", stripe_id="pi_1", charge_id="ch_1"
    )
    User.objects.filter(pk=market.amara.pk).update(stripe_customer_id="cus_1")
    Order.objects.filter(pk=order.pk).update(tracking="RM123")

    shown = staff.get(SEARCH, {"q": order.checkout.number.lower()}).content.decode()
    for row in (order.checkout, order, payment):
        assert reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk]) in shown
    for wanted, found in (
        ("pi_1", payment),
        ("ch_1", payment),
        ("cus_1", market.amara),
        ("rm123", order),
        ("amara@", market.amara),
        ("Kofi Weav", market.kofi),
    ):
        there = reverse(f"admin:{found._meta.app_label}_{found._meta.model_name}_change", args=[found.pk])
        assert staff.get(SEARCH, {"q": wanted}).headers["Location"] == there
    nothing = staff.get(SEARCH, {"q": "zzzz"}).content.decode()
    assert "Nothing found for “zzzz”" in nothing
    assert "What are you looking for?" in staff.get(SEARCH).content.decode()
    assert 'action="/admin/search/"' in staff.get("/admin/desk/").content.decode()


def test_only_what_the_asker_may_see_is_looked_through(market: scene.Market) -> None:
    clerk = User.objects.create_user("clerk@example.com", "x", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="view_seller"))
    client = Client()
    client.force_login(clerk)
    assert "Nothing found" in client.get(SEARCH, {"q": "amara@"}).content.decode()
    assert client.get(SEARCH, {"q": "Kofi"}).status_code == 302
    client.force_login(market.amara)
    assert client.get(SEARCH, {"q": "Kofi"}).headers["Location"].startswith("/admin/login/")


def test_it_costs_a_query_for_each_table_however_much_is_found(staff: Client, market: scene.Market) -> None:
    for number in range(12):
        scene.listing(market.kofi, f"Straw hat {number}")
    staff.get(SEARCH, {"q": "straw"})
    with CaptureQueriesContext(
        connection,
    ) as queries:
        shown = staff.get(SEARCH, {"q": "straw"}).content.decode()
    assert shown.count("Straw hat") == 10
    assert len(queries) <= 16


def test_a_persons_page_leads_to_what_is_theirs_and_speaks_our_words(
    staff: Client, market: scene.Market
) -> None:
    page = staff.get(reverse("admin:users_user_change", args=[market.amara.pk])).content.decode()
    for table in ("marketplace_checkout", "payments_payment", "wallet_account", "notifications_notice"):
        address = reverse(f"admin:{table}_changelist")
        assert f'href="{address}?q=' in page
    assert "May sign in" in page
    assert "Designates" not in page
    listed = staff.get(reverse("admin:marketplace_checkout_changelist"), {"q": market.amara.email})
    assert "<h1>Checkouts</h1>" in listed.content.decode()
    assert "to view" not in listed.content.decode()


def test_an_orders_page_reads_in_words_and_leads_to_what_belongs_to_it(
    staff: Client, market: scene.Market
) -> None:
    order = Order.objects.filter(seller=market.kofi).get()
    page = staff.get(reverse("admin:marketplace_order_change", args=[order.pk])).content.decode()
    assert "Order placed" in page
    assert "order.created" not in page
    assert "Min days" not in page
    payments = reverse("admin:payments_payment_changelist")
    assert f'href="{payments}?q={order.checkout.number}"' in page
    listed = staff.get(payments, {"q": order.checkout.number}).content.decode()
    assert "1 found" in listed
