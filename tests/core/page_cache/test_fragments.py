"""Header and footer: drawn once for all to whom they look the same, and right for the page and the person all the same."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from pytest_django import Settings

from banibs.core.page_cache import cached_fragment
from marketplace.models import Region
from tests import market as scene
from tests.marketplace.pages import page_of, text, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_drawn() -> None:
    cached_fragment._drawn.clear()


@pytest.fixture
def market() -> scene.Market:
    return scene.opened(wallet=12_345)


def current(client: Client, path: str) -> set[str]:
    """The links of a page that say that they are open."""
    return set(
        re.findall(r'<a href="([^"]+)" aria-current="(?:page|true)"', client.get(path).content.decode())
    )


def test_each_page_marks_its_own_link_though_the_frame_was_drawn_for_another(market: scene.Market) -> None:
    amara = visitor(market.amara)
    assert "/cart/" in current(amara, "/cart/")
    assert "/account/orders/" in current(amara, "/account/orders/")
    assert "/cart/" not in current(amara, "/account/orders/")
    assert current(amara, "/c/home/") >= {"/c/home/"}
    assert "/c/home/" not in current(amara, "/cart/")
    assert "/c/home/" in current(amara, page_of(market.basket))


def test_it_is_drawn_once_for_two_pages_and_anew_for_who_signed_in(market: scene.Market) -> None:
    guest = visitor()
    guest.get("/cart/")
    drawn = len(cached_fragment._drawn)
    assert drawn > 0
    guest.get("/help/")
    assert len(cached_fragment._drawn) == drawn
    visitor(market.amara).get("/cart/")
    assert len(cached_fragment._drawn) == 2 * drawn


@pytest.mark.parametrize("reload", [False, True])
def test_under_make_run_none_is_kept_that_could_hide_an_edit(settings: Settings, reload: bool) -> None:
    settings.RELOAD = reload
    visitor().get("/cart/")
    for key in cached_fragment._drawn:
        cached_fragment._drawn[key] = (time.monotonic(), "Drawn before the edit")
    assert ("Drawn before the edit" in text(visitor().get("/cart/"))) is not reload


def test_amara_and_kofi_share_a_frame_and_see_their_own_in_it(market: scene.Market) -> None:
    amara, kofi = visitor(market.amara), visitor(market.kofi.user)
    for _twice in range(2):
        hers, his = text(amara.get("/help/")), text(kofi.get("/help/"))
        assert "£123.45" in hers
        assert "£123.45" not in his
        assert "£0.00" in his


def test_the_region_s_form_leads_back_and_carries_the_asker_s_token(market: scene.Market) -> None:
    for path in ("/help/?a=1&b=2", "/cart/"):
        client = Client(enforce_csrf_checks=True)
        page = client.get(path).content.decode()
        assert f'name="next" value="{path.replace("&", "&amp;")}"' in page
        token = re.search(r'name="csrfmiddlewaretoken" value="([A-Za-z0-9]{64})"', page)
        assert token
        sent = {"csrfmiddlewaretoken": token[1], "region": "GB", "next": path}
        assert client.post("/region/", sent).headers["Location"] == path


def test_what_was_searched_for_is_shown_and_harmless(market: scene.Market) -> None:
    page = visitor().get("/search/", {"q": '"><script>\x00token:\x00'}).content.decode()
    assert "<script>" not in page.replace("<script src", "")
    assert 'value="&quot;&gt;&lt;script&gt;' in page
    assert "\x00" not in page
    assert 'id="q" name="q" type="search" value=""' in visitor().get("/cart/").content.decode()


def test_a_page_that_is_missing_has_no_hole_in_it(market: scene.Market) -> None:
    for person in (visitor(), visitor(market.amara)):
        for path in ("/c/nothing-here/", "/p/nothing-1/", "/nothing/"):
            answer = person.get(path)
            assert answer.status_code == 404
            assert "\x00" not in answer.content.decode()


def test_a_department_s_new_name_is_in_the_frame_at_once(market: scene.Market) -> None:
    assert "Garden" not in text(visitor().get("/cart/"))
    scene.category("Garden")
    assert "Garden" in text(visitor().get("/cart/"))


def test_another_region_has_a_frame_of_its_own(market: scene.Market) -> None:
    client = visitor()
    before = text(client.get("/cart/"))
    other = Region.objects.exclude(code="GB").order_by("position").first()
    assert other is not None
    client.post("/region/", {"region": other.code, "next": "/cart/"})
    after = text(client.get("/cart/"))
    assert f"pay in <b>{other.currency} " not in before
    assert f"pay in <b>{other.currency} " in after


def test_the_footer_leads_to_the_source_where_somebody_has_said_where_it_is(
    market: scene.Market, settings: Settings
) -> None:
    assert "open source" not in Client().get("/help/").content.decode()
    cached_fragment._drawn.clear()
    settings.SOURCE_URL = "https://code.example/banibs"
    page = Client().get("/help/refunds/").content.decode()
    assert '<a href="https://code.example/banibs">BANIBS is open source.</a>' in page
