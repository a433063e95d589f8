"""The pages and the purchase ask the same of an address."""

import datetime as dt

import pytest

from banibs.core import events
from banibs.users.models import Address
from marketplace.cart import contents as carts
from marketplace.checkout import delivery_address
from marketplace.checkout.place_order import Buyer, place_order
from marketplace.checkout.refusals import CheckoutRefusal
from marketplace.pricing.quote import Tender
from marketplace.regions import lookup as regions
from tests import market as scene

HALF_AN_HOUR = dt.timedelta(minutes=30)
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("parcel", "lines", "refused"),
    [
        (True, {}, ""),
        (True, {"line1": " "}, "billing_address_required"),
        (True, {"city": ""}, "billing_address_required"),
        (True, {"postcode": ""}, "billing_address_required"),
        (True, {"postcode": "NONSENSE"}, "billing_address_required"),
        (True, {"name": "a\nb"}, "billing_address_required"),
        (False, {"postcode": "NONSENSE"}, ""),
        (True, {"country": "US"}, "not_sold_here"),
        (False, {"line1": "", "city": "", "country": "US"}, ""),
        (False, {"name": ""}, "billing_address_required"),
        (False, {"country": ""}, "billing_address_required"),
    ],
)
def test_what_the_page_calls_deliverable_can_be_bought_with(
    parcel: bool, lines: dict[str, str], refused: str
) -> None:
    market = scene.opened()
    person = market.amara
    cart = scene.put_in_cart(person, (market.basket if parcel else market.zine, 1))
    Address.objects.update(**lines)
    address = Address.objects.get()
    contents = carts.contents(cart, regions.place("GB"))
    buyer = Buyer(person.pk, person.name, person.email, True, address.snapshot())

    code = ""
    try:
        place_order(
            buyer=buyer, tender=Tender(), expected_total=None, pay_within=HALF_AN_HOUR, actor=events.SYSTEM
        )
    except CheckoutRefusal as refusal:
        code = refusal.code

    assert code == refused
    assert delivery_address.is_deliverable(address, contents) is (not refused)
