"""Opening, pausing and closing a shop: what buyers find follows at once."""

import datetime as dt

import pytest

from banibs.core import events
from banibs.core.models import Event
from banibs.core.states import state_machine
from marketplace.catalogue import offer_index
from marketplace.models import Offer, Seller, ShippingRate
from marketplace.sellers import shops
from tests import market as scene
from tests import people

pytestmark = pytest.mark.django_db
TEXTS = {"country": "GH", "city": "Tamale", "tagline": "Shea, whipped by hand", "story_html": ""}


def on_sale(seller: Seller) -> int:
    return Offer.objects.filter(seller=seller, lead=True).count()


def test_a_name_makes_an_address_and_a_person_has_one_shop() -> None:
    user = people.person("ama@example.com", name="Ama Boateng")

    shop = shops.open_draft(user, name="Abẹ́òkúta Indigo", texts=TEXTS)

    assert (shop.slug, shop.status) == ("abeokuta-indigo", "draft")
    assert Event.objects.get(kind="shop.created").subject_id == shop.pk
    with pytest.raises(shops.ShopRefusal):
        shops.open_draft(user, name="Another Name", texts=TEXTS)
    with pytest.raises(shops.ShopRefusal) as taken:
        shops.open_draft(people.person("b@example.com", name="B"), name="Abeokuta Indigo", texts=TEXTS)
    assert taken.value.field == "name"
    assert Seller.objects.count() == 1


@pytest.mark.parametrize("name", ["", "ab", "!!!", "Shops", "BANIBS", "admin"])
def test_some_names_are_not_to_be_had(name: str) -> None:
    assert shops.name_problem(name)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("ሀበሻ ቡና", "shop-{pk}"),
        ("بوتيك النيل", "shop-{pk}"),
        ("王", "shop-{pk}"),
        ("Kɛntɛ", "kente"),
        ("Ɛɔɓ", "eob"),
        ("Shop 12", "shop-{pk}"),
        ("Indigo ሀ House", "shop-{pk}"),
    ],
)
def test_a_shop_opens_under_a_name_of_any_script(name: str, slug: str) -> None:
    shops.open_draft(people.person("first@example.com", name="F"), name="Indigo House", texts=TEXTS)

    shop = shops.open_draft(people.person("ama@example.com", name="Ama"), name=name, texts=TEXTS)

    assert (shop.name, shop.slug) == (name, slug.format(pk=shop.pk))
    with pytest.raises(shops.ShopRefusal) as taken:
        shops.open_draft(people.person("b@example.com", name="B"), name=name.upper(), texts=TEXTS)
    assert taken.value.field == "name"
    assert Seller.objects.count() == 2


def test_a_new_shop_opens_only_when_nothing_is_missing() -> None:
    market = scene.opened()
    Seller.objects.filter(pk=market.kofi.pk).update(status="draft")
    ShippingRate.objects.filter(seller=market.kofi).delete()
    offer_index.refresh_seller(market.kofi.pk)
    actor = events.Actor.person(market.kofi.user, role="seller")

    with pytest.raises(shops.ShopRefusal):
        shops.move(market.kofi.pk, to="active", actor=actor)
    assert on_sale(market.kofi) == 0

    shops.set_rates(market.kofi, rates=[shops.Rate("GB", 400, 100, 3, 7)])
    assert on_sale(market.kofi) == 0
    shops.move(market.kofi.pk, to="active", actor=actor)

    assert on_sale(market.kofi) == 1  # Great Britain alone: parcels go nowhere else


def test_rates_are_replaced_as_a_whole() -> None:
    market = scene.opened()

    shops.set_rates(market.kofi, rates=[shops.Rate("GB", 500, 0, 2, 4), shops.Rate("KE", 90_000, 0, 5, 9)])

    rates = {rate.region_id: rate.flat for rate in market.kofi.shipping_rates.all()}
    assert rates == {"GB": 500, "KE": 90_000}
    assert set(Offer.objects.filter(seller=market.kofi, lead=True).values_list("region", flat=True)) == {"GB"}


def test_a_paused_shop_opens_by_itself_on_its_day() -> None:
    market = scene.opened()
    actor = events.Actor.person(market.kofi.user, role="seller")
    shops.move(market.kofi.pk, to="paused", actor=actor, until=dt.date(2020, 1, 1))
    assert on_sale(market.kofi) == 0

    assert shops.reopen_due() == 1
    assert shops.reopen_due() == 0

    market.kofi.refresh_from_db()
    assert (market.kofi.status, market.kofi.paused_until) == ("active", None)
    assert on_sale(market.kofi) == 2


def test_a_suspended_shop_sells_nothing_and_its_owner_cannot_undo_it() -> None:
    market = scene.opened()
    ike = events.Actor.person(people.ike(), role="staff")

    shops.move(market.kofi.pk, to="suspended", actor=ike, reason="Parcels never arrived")

    assert on_sale(market.kofi) == 0
    assert shops.reason_of(market.kofi) == "Parcels never arrived"
    with pytest.raises(state_machine.InvalidTransition):
        shops.move(market.kofi.pk, to="paused", actor=events.SYSTEM)
    assert shops.reopen_due() == 0
