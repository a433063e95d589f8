"""The page of a listing, whoever looks and whatever has become of it."""

import pytest

from marketplace.catalogue import offer_index
from marketplace.models import DigitalFile, Offer, Seller, ShippingRate, Variant
from tests import market as scene
from tests.marketplace.pages import HTMX, page_of, text, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def test_it_says_what_it_costs_with_tax_and_delivery_and_when_it_comes(market: scene.Market) -> None:
    page = text(visitor().get(page_of(market.basket)))
    for words in (
        "Bolga market basket",
        "£48.00",
        "VAT included",
        "Delivery to United Kingdom £5.00",
        "Arrives",
    ):
        assert words in page
    assert "Of £48.00, the shop keeps £36.00, BANIBS keeps £4.00 and £8.00 is VAT" in page


def test_where_tax_comes_on_top_it_says_so(market: scene.Market) -> None:
    page = text(visitor(language="en-US").get(page_of(market.basket)))
    assert "$48.00" in page
    assert "Sales tax of the state it goes to is added in the cart, about 8.25 %." in page


def test_a_wallet_that_covers_it_is_mentioned(market: scene.Market) -> None:
    assert "Your wallet covers this" in text(visitor(market.amara).get(page_of(market.basket)))
    assert "Your wallet covers this" not in text(visitor().get(page_of(market.basket)))


def test_a_digital_one_lists_its_files_and_their_limits(market: scene.Market) -> None:
    DigitalFile.objects.create(
        product=market.zine.product,
        file="digital/x",
        name="night-market.pdf",
        size=38_000_000,
        sha256="0" * 64,
        limit=3,
        days=30,
    )
    page = text(visitor().get(page_of(market.zine)))
    for words in ("night-market.pdf", "PDF", "38 MB", "3 downloads", "for 30 days", "Download at once"):
        assert words in page
    assert "Delivery to" not in page


@pytest.fixture
def sizes(market: scene.Market) -> dict[str, Variant]:
    """The basket in two sizes; the large one is dearer and sold out in red."""
    product = market.basket.product
    made = {}
    for name, options, price, stock in (
        ("Small, Red", {"Size": "Small", "Colour": "Red"}, 3800, 5),
        ("Large, Red", {"Size": "Large", "Colour": "Red"}, 6200, 0),
        ("Large, Blue", {"Size": "Large", "Colour": "Blue"}, 6400, 5),
    ):
        made[name] = Variant.objects.create(
            product=product, name=name, options=options, stock=stock, position=1
        )
        scene.offer(made[name], price, "GB")
    market.basket.active = False
    market.basket.save()
    offer_index.refresh_products([product.pk])
    return made


def test_a_choice_of_options_leads_to_its_price_without_script(
    market: scene.Market, sizes: dict[str, Variant]
) -> None:
    url = page_of(market.basket)
    assert "£38.00" in text(visitor().get(url))  # the cheapest that can be had
    large = visitor().get(url, {"variant": sizes["Large, Blue"].pk})
    assert "£64.00" in text(large)
    assert 'aria-current="true">Blue' in text(large)
    assert f'href="{url}?variant={sizes["Small, Red"].pk}"' in text(large)  # small is only made in red
    sold_out = text(visitor().get(url, {"variant": sizes["Large, Red"].pk}))
    assert "Sold out." in sold_out
    assert "Add to cart" not in sold_out


def test_the_quantity_is_kept_while_another_option_is_chosen(
    market: scene.Market, sizes: dict[str, Variant]
) -> None:
    url = page_of(market.basket)
    assert 'hx-include="#quantity"' in text(visitor().get(url))
    for asked, kept in (
        ("3", "3"),
        ("0", "1"),
        ("4000", str(sizes["Large, Blue"].stock or 99)),
        ("x", "1"),
        ("", "1"),
    ):
        large = text(visitor().get(url, {"variant": sizes["Large, Blue"].pk, "quantity": asked}))
        assert f'name="quantity" value="{kept}"' in large
        assert f'hx-push-url="{url}?variant={sizes["Small, Red"].pk}"' in large


def test_htmx_gets_the_price_and_the_button_alone(market: scene.Market, sizes: dict[str, Variant]) -> None:
    answer = text(
        visitor().get(
            page_of(market.basket), {"variant": sizes["Large, Blue"].pk}, headers=HTMX | {"HX-Target": "buy"}
        )
    )
    assert "£64.00" in answer
    assert "<html" not in answer
    assert 'id="sticky-price" hx-swap-oob="true"' in answer


@pytest.mark.parametrize("variant", ["0", "-1", "x", "9" * 30, "٣", ""])
def test_a_variant_that_makes_no_sense_shows_the_usual_one(market: scene.Market, variant: str) -> None:
    assert "£48.00" in text(visitor().get(page_of(market.basket), {"variant": variant, "picture": variant}))


def test_few_left_and_none_left_are_said(market: scene.Market) -> None:
    Variant.objects.filter(pk=market.basket.pk).update(stock=2)
    assert "Only 2 left" in text(visitor(market.amara).get(page_of(market.basket)))
    Variant.objects.filter(pk=market.basket.pk).update(stock=0)
    page = text(visitor(market.amara).get(page_of(market.basket)))
    assert "Sold out." in page
    assert "Add to cart" not in page


def test_where_it_is_not_sold_it_says_where_it_is(market: scene.Market) -> None:
    page = text(visitor(language="sw").get(page_of(market.basket)))  # Kenya
    assert "Not sold in Kenya." in page
    assert "United Kingdom, United States" in page
    assert "Add to cart" not in page


def test_a_price_without_delivery_is_not_enough(market: scene.Market) -> None:
    ShippingRate.objects.filter(seller=market.kofi, region="GB").delete()
    page = text(visitor().get(page_of(market.basket)))
    assert "Not sold in United Kingdom." in page
    assert Offer.objects.filter(variant=market.basket, region="GB").exists()


def test_an_old_name_leads_to_the_new_one(market: scene.Market) -> None:
    answer = visitor().get(f"/p/some-old-name-{market.basket.product_id}/?variant={market.basket.pk}")
    assert (answer.status_code, answer["Location"]) == (
        301,
        f"{page_of(market.basket)}?variant={market.basket.pk}",
    )


def test_taken_down_is_gone_and_names_its_shop(market: scene.Market) -> None:
    market.basket.product.status = "archived"
    market.basket.product.save()
    answer = visitor().get(page_of(market.basket))
    assert answer.status_code == 410
    assert "/shops/kofi-weaves/" in text(answer)


def test_a_paused_shop_says_when_it_is_back(market: scene.Market) -> None:
    Seller.objects.filter(pk=market.kofi.pk).update(status="paused", paused_until="2027-01-08")
    page = text(visitor().get(page_of(market.basket)))
    assert "Back on 8 January." in page
    assert "Add to cart" not in page


def test_drafts_and_numbers_of_nothing_are_not_there(market: scene.Market) -> None:
    market.basket.product.status = "draft"
    market.basket.product.save()
    assert visitor(market.kofi.user).get(page_of(market.basket)).status_code == 404
    for path in ("/p/x-999999999/", f"/p/x-{'9' * 30}/"):
        assert visitor().get(path).status_code == 404


def test_search_engines_and_friends_see_one_address_and_a_name(market: scene.Market) -> None:
    page = text(visitor().get(page_of(market.basket), {"variant": market.basket.pk}))
    assert f'<link rel="canonical" href="http://testserver{page_of(market.basket)}">' in page
    assert '<meta property="og:title" content="Bolga market basket">' in page
    assert "<title>Bolga market basket · BANIBS</title>" in page


def test_a_sellers_text_is_shown_as_text(market: scene.Market) -> None:
    product = market.basket.product
    product.title, product.summary = "<script>alert(1)</script>", "{{ 7|add:7 }} {% debug %}"
    product.save()
    page = text(visitor().get(page_of(market.basket)))
    assert "<script>alert(1)" not in page
    assert "{{ 7|add:7 }} {% debug %}" in page
