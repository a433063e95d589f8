"""A shop's own page, its rates, its pause."""

import pytest
from django.urls import reverse

from marketplace.models import Offer, Seller
from tests import market as scene
from tests.marketplace.sellers import uploads
from tests.seller_scene import at_desk

pytestmark = pytest.mark.django_db
PROFILE = {
    "name": "Kofi Weaves",
    "country": "GH",
    "city": "Kumasi",
    "tagline": "Strips of six hands",
    "story": "## Since 1984",
}


def test_texts_are_saved_and_the_address_stays() -> None:
    market = scene.opened()

    response = at_desk(market.kofi).post(
        reverse("seller:settings"), {**PROFILE, "name": "Kofi and Daughters"}
    )

    assert response.status_code == 302
    shop = Seller.objects.get(pk=market.kofi.pk)
    assert (shop.name, shop.slug, shop.city, shop.story_html) == (
        "Kofi and Daughters",
        "kofi-weaves",
        "Kumasi",
        "<h3>Since 1984</h3>",
    )


def test_a_bad_logo_is_refused_and_every_word_stays_on_the_page() -> None:
    market = scene.opened()
    client = at_desk(market.kofi)

    refused = client.post(
        reverse("seller:settings"), {**PROFILE, "city": "Tema", "logo": uploads.file(b"<svg/>", "l.png")}
    )

    assert refused.status_code == 400
    beside = refused.content.decode().partition('id="id_logo_error"')[2].partition("</p>")[0]
    assert "Only JPEG, PNG, WebP and HEIC" in beside
    assert 'value="Tema"' in refused.content.decode()
    client.post(reverse("seller:settings"), {**PROFILE, "logo": uploads.picture()})
    shop = Seller.objects.get(pk=market.kofi.pk)
    assert shop.logo.name.endswith(".webp")
    shown = f'src="{shop.logo.url}"'
    for page in ("/shops/kofi-weaves/", reverse("seller:home")):
        assert shown in client.get(page).content.decode(), page
    assert client.get(shop.logo.url).headers["Content-Type"] == "image/webp"
    client.post(reverse("seller:settings"), {**PROFILE, "drop_logo": "1"})
    assert not Seller.objects.get(pk=market.kofi.pk).logo
    assert shown not in client.get(reverse("seller:home")).content.decode()


def test_rates_decide_where_parcels_go_and_the_test_answers_by_them() -> None:
    market = scene.opened()
    client, url = at_desk(market.kofi), reverse("seller:delivery")

    saved = client.post(
        url, {"GB-flat": "5", "GB-per_item": "1.50", "GB-min_days": "2", "GB-max_days": "6", "SN-flat": "0"}
    )

    assert saved.status_code == 302
    rates = {
        rate.region_id: (rate.flat, rate.per_item, rate.min_days, rate.max_days)
        for rate in market.kofi.shipping_rates.all()
    }
    assert rates == {"GB": (500, 150, 2, 6), "SN": (0, 0, 3, 7)}
    assert set(Offer.objects.filter(seller=market.kofi, lead=True).values_list("region", flat=True)) == {"GB"}
    asked = client.get(
        reverse("seller:delivery_try"), {"to": "GB", "pieces": "3"}, headers={"HX-Request": "true"}
    )
    assert "£9.50" in asked.content.decode()
    nowhere = client.get(url, {"to": "US"}).content.decode()
    assert "You send nothing to United States" in nowhere


@pytest.mark.parametrize(
    "wrong",
    [
        {"GB-per_item": "1"},
        {"GB-flat": "-1"},
        {"GB-flat": "1", "GB-min_days": "9", "GB-max_days": "2"},
        {"GB-flat": "1", "GB-min_days": "0"},
    ],
)
def test_a_half_rate_is_refused_and_the_others_stay(wrong: dict[str, str]) -> None:
    market = scene.opened()

    response = at_desk(market.kofi).post(reverse("seller:delivery"), {"KE-flat": "900", **wrong})

    assert response.status_code == 400
    assert "needs your attention" in response.content.decode()
    assert 'value="900"' in response.content.decode()
    assert market.kofi.shipping_rates.filter(region="US").exists()


def test_a_pause_needs_a_day_to_come_and_ends_when_the_seller_says_so() -> None:
    market = scene.opened()
    client, url = at_desk(market.kofi), reverse("seller:pause")
    past = client.post(url, {"do": "pause", "until": "2020-01-01"})
    assert past.status_code == 400
    assert Seller.objects.get(pk=market.kofi.pk).status == "active"

    client.post(url, {"do": "pause", "until": "2099-01-01"})
    assert Seller.objects.get(pk=market.kofi.pk).status == "paused"
    assert not Offer.objects.filter(seller=market.kofi, lead=True).exists()
    client.post(url, {"do": "open"})
    assert Seller.objects.get(pk=market.kofi.pk).status == "active"


def test_a_suspended_shop_is_not_opened_from_its_own_desk() -> None:
    market = scene.opened()
    Seller.objects.filter(pk=market.kofi.pk).update(status="suspended")
    client = at_desk(market.kofi)

    client.post(reverse("seller:pause"), {"do": "open"})
    client.post(reverse("seller:open"))

    assert Seller.objects.get(pk=market.kofi.pk).status == "suspended"
