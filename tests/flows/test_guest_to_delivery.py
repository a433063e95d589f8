"""A guest fills a cart from three shops, signs in, pays once, downloads; each shop does its part; the books agree."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from banibs.core import audit, events
from banibs.users import legal
from banibs.users.models import User
from marketplace.models import Checkout, Order
from marketplace.orders import transitions
from payments.refunds import order_refunds
from tests import market as scene
from tests import people
from tests.shopping import file, tell
from wallet import ledger

pytestmark = pytest.mark.django_db


def test_one_payment_three_shops_and_every_figure_is_the_ledgers(client: Client) -> None:
    market = scene.opened(wallet=0)
    esi = people.shop(
        people.person("esi@example.com", name="Esi"), slug="esi", name="Esi", country="GH", city="Tema"
    )
    beads = scene.listing(scene.sends_to(esi, "GB"), "Glass beads", price=2_500)
    file(market.zine)
    buyer = User.objects.create_user("temi@example.com", people.PASSWORD, name="Temi Adeyemi")
    legal.record_consent(buyer)
    EmailAddress.objects.create(user=buyer, email=buyer.email, verified=True, primary=True)
    scene.credit(buyer, 10_000)
    client.cookies["region"] = "GB"

    # a guest fills the cart; the till asks who is there, and the cart stays
    for variant in (market.basket, market.zine, beads):
        assert client.post("/cart/add/", {"variant": variant.pk, "quantity": 1}).status_code < 400
    wall = client.get("/checkout/address/").headers["Location"]
    assert wall == "/accounts/login/?next=/checkout/address/"
    signed_in = client.post(wall, {"login": buyer.email, "password": people.PASSWORD})
    assert signed_in.headers["Location"] == "/checkout/address/"
    page = client.get("/checkout/address/").content.decode()
    assert all(title in page for title in ("Bolga market basket", "Night Market issue 4", "Glass beads"))

    # an address, a look at the total, one press
    home = {
        "name": "Temi Adeyemi",
        "country": "GB",
        "line1": "14 Ashley Road",
        "city": "Bristol",
        "postcode": "BS6 5NP",
    }
    assert client.post("/checkout/address/", home).headers["Location"] == "/checkout/payment/"
    till = client.get("/checkout/payment/").context
    total = till["summary"].total.amount
    form = {"key": till["key"], "address": till["address"].pk, "expected_total": total, "method": "wallet"}
    proof = client.post("/checkout/payment/", form, follow=True)
    checkout = Checkout.objects.get()
    assert proof.redirect_chain[-1][0] == f"/checkout/done/{checkout.number}/"
    assert total == checkout.total == 4_800 + 700 + 2_500 + 500 + 500
    assert ledger.balance(f"user:{buyer.pk}:wallet", "GBP").amount == 10_000 - total

    # what is digital is there at once
    download = client.post(f"/account/downloads/{buyer.downloads.get().pk}/", follow=True)
    assert b"".join(download.streaming_content) == b"0123456789" * 10

    # each shop hears, one sends, one cancels, the third had nothing to send
    tell()
    told = {address for letter in mail.outbox for address in letter.to}
    assert told == {buyer.email, market.kofi.user.email, market.zuri.user.email, esi.user.email}
    kofis, esis = Order.objects.get(seller=market.kofi), Order.objects.get(seller=esi)
    seller = events.Actor.person(market.kofi.user, role="seller")
    transitions.fulfil(kofis.pk, actor=seller, carrier="Royal Mail", tracking="RM 1")
    order_refunds.cancel_order(esis.pk, actor=seller, reason="The kiln broke", user_id=esi.user_id)
    client.post(f"/account/orders/{kofis.number}/received/")
    tell()

    page = client.get(f"/account/orders/{checkout.number}/").content.decode()
    assert "Royal Mail" in page
    assert "The kiln broke" in page
    assert f"£{esis.total / 100:.2f} of it was refunded." in page
    assert ledger.balance(f"user:{buyer.pk}:wallet", "GBP").amount == 10_000 - total + esis.total
    assert ledger.balance(f"seller:{esi.pk}:pending", "GBP").amount == 0
    assert [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds] == []
