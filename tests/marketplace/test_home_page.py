"""The first page, and those that explain."""

import pytest

from marketplace.models import Seller
from marketplace.views import help as helping
from tests import market as scene
from tests.marketplace.pages import HTMX, text, visitor


@pytest.mark.django_db
class TestHome:
    def test_its_figures_are_counted(self) -> None:
        market = scene.opened()
        for client in (visitor(), visitor(market.amara)):
            page = text(client.get("/"))
            assert "2 Black-owned brands in 2 countries" in page
            assert "Bolga market basket" in page
            assert "Yours in seconds" in page

    def test_a_shop_with_words_of_its_own_is_featured(self) -> None:
        market = scene.opened()
        market.basket.product.cover = "products/basket"
        market.basket.product.save()
        Seller.objects.filter(pk=market.kofi.pk).update(quote="I sign the base.", tagline="One road north")
        page = text(visitor().get("/"))
        assert "“I sign the base.”" in page
        assert "/shops/kofi-weaves/" in page

    def test_an_empty_market_has_a_home_too(self) -> None:
        page = text(visitor().get("/"))
        assert "Black-owned brands from everywhere" in page
        assert "Nothing is sold here yet" in page
        assert "Yours in seconds" not in page


@pytest.mark.django_db
class TestSell:
    def test_the_calculator_starts_with_an_example(self) -> None:
        page = text(visitor().get("/sell/"))
        for words in ("£48.00", "£8.00", "£4.00", "£36.00", "10 %", "12 %"):
            assert words in page

    def test_a_card_costs_its_fee(self) -> None:
        page = text(visitor().get("/sell/?price=48&kind=digital&method=card"))
        # 40.00 without VAT: 4.80 is 12 %; the card takes 2.9 % of 48.00 and 0.20
        for words in ("−£4.80", "−£1.59", "£33.61"):
            assert words in page

    @pytest.mark.parametrize("price", ["abc", "-1", "0", "1e9", "10,00", "9" * 40, "0.001"])
    def test_a_price_that_is_none_is_refused_and_kept(self, price: str) -> None:
        whole = visitor().get("/sell/", {"price": price})
        part = visitor().get("/sell/", {"price": price}, headers=HTMX)
        assert (whole.status_code, part.status_code) == (200, 422)
        for page in (text(whole), text(part)):
            assert f'value="{price}"' in page
            assert 'aria-invalid="true"' in page
            assert "You keep" not in page

    def test_a_kind_that_is_none_breaks_nothing(self) -> None:
        assert visitor().get("/sell/?kind=stolen&method=cheque").status_code == 200


@pytest.mark.django_db
class TestHelp:
    def test_every_answer_has_a_page(self) -> None:
        index = text(visitor().get("/help/"))
        for article in helping.ARTICLES:
            assert f"/help/{article.slug}/" in index
            page = text(visitor().get(f"/help/{article.slug}/"))
            assert f"<h1>{article.title}</h1>" in page
        assert visitor().get("/help/nothing/").status_code == 404

    def test_what_machines_read(self) -> None:
        market = scene.opened()
        robots = text(visitor().get("/robots.txt"))
        assert "Disallow: /cart/" in robots
        assert "Sitemap: http://testserver/sitemap.xml" in robots
        sitemap = text(visitor().get("/sitemap.xml"))
        assert f"<loc>http://testserver/p/bolga-market-basket-{market.basket.product_id}/</loc>" in sitemap
        assert "<loc>http://testserver/shops/kofi-weaves/</loc>" in sitemap
