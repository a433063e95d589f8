"""Pages kept for guests show nobody anything of somebody else."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from marketplace.catalogue import categories
from marketplace.models import Product
from tests import market as scene
from tests.marketplace.pages import HTMX, page_of, text, visitor

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([A-Za-z0-9]{64})"')


@pytest.fixture
def market() -> scene.Market:
    return scene.opened()


def test_each_guest_has_a_token_of_their_own_that_works(market: scene.Market) -> None:
    tokens = []
    for _guest in range(3):
        client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en-GB"})
        (token, *_others) = TOKEN.findall(text(client.get(page_of(market.basket))))
        tokens.append(token)
        form = {"variant": market.basket.pk, "quantity": "1", "csrfmiddlewaretoken": token}
        assert client.post("/cart/add/", form).status_code == 302
        assert client.post("/cart/add/", form | {"csrfmiddlewaretoken": tokens[0][::-1]}).status_code == 403
    assert len(set(tokens)) == 3


@pytest.mark.parametrize("reload", [False, True])
def test_under_make_run_none_is_kept_that_could_hide_an_edit(
    market: scene.Market, settings: Settings, reload: bool
) -> None:
    settings.RELOAD = reload
    path = page_of(market.basket)
    visitor().get(path)
    Product.objects.filter(variants=market.basket).update(title="After the edit")
    assert ("After the edit" in text(visitor().get(path))) is reload


def test_a_guests_token_is_no_use_to_another(market: scene.Market) -> None:
    one, other = (Client(enforce_csrf_checks=True, headers={"Accept-Language": "en-GB"}) for _ in range(2))
    token = TOKEN.findall(text(one.get("/browse/")))[0]
    other.get("/browse/")
    form = {"theme": "dark", "csrfmiddlewaretoken": token}
    assert other.post("/theme/", form).status_code == 403
    assert one.post("/theme/", form).status_code == 302


def test_a_kept_page_differs_by_region_theme_and_htmx(market: scene.Market) -> None:
    assert "£48.00" in text(visitor().get("/browse/"))
    assert "$48.00" in text(visitor(language="en-US").get("/browse/"))
    dark = visitor()
    dark.cookies["theme"] = "dark"
    assert 'data-theme="dark"' in text(dark.get("/browse/"))
    assert 'data-theme="dark"' not in text(visitor().get("/browse/"))
    assert "<html" not in text(visitor().get("/browse/", headers=HTMX))
    assert "<html" in text(visitor().get("/browse/"))


def test_somebody_with_a_cart_or_an_account_gets_a_page_of_their_own(market: scene.Market) -> None:
    visitor().get("/browse/")
    shopper = visitor()
    shopper.post("/cart/add/", {"variant": market.basket.pk, "quantity": "2"})
    assert "Cart, 2 items" in text(shopper.get("/browse/"))
    assert "£200.00" in text(visitor(market.amara).get("/browse/"))  # the wallet
    assert "Cart, empty" in text(visitor().get("/browse/"))


def test_what_changes_shows_after_a_minute_to_guests_and_at_once_to_people(market: scene.Market) -> None:
    visitor().get("/browse/")
    scene.listing(market.kofi, "Fresh from the loom")
    assert "Fresh from the loom" not in text(visitor().get("/browse/"))
    assert "Fresh from the loom" in text(visitor(market.kofi.user).get("/browse/"))


def test_a_question_is_kept_when_it_is_asked_again_so_that_made_up_ones_fill_nothing(
    market: scene.Market,
) -> None:
    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert "£48.00" in text(visitor().get(path))
        return len(asked)

    categories.tree()
    assert statements("/browse/") > 0
    assert statements("/browse/") == 0
    assert statements("/browse/?sort=price") > 0
    assert statements("/browse/?sort=price") > 0
    assert statements("/browse/?sort=price") == 0
