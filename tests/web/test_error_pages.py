"""Pages for what went wrong: they say what happened and need neither database nor Redis."""

import structlog
from django.template.loader import render_to_string
from django.test import RequestFactory

from banibs.web import error_pages


def test_a_broken_page_is_drawn_without_any_engine() -> None:
    # No database fixture here: one query would fail this test.
    response = error_pages.server_error(RequestFactory().get("/cart/"))
    html = response.content.decode()
    assert response.status_code == 500
    assert "Something broke on our side" in html
    assert "look at your orders first" in html.lower()
    assert "Traceback" not in html


def test_a_person_can_quote_the_reference_of_a_broken_page() -> None:
    html = render_to_string("errors/unavailable.html", {"status": 500, "message": "x", "reference": "3f9a1c"})
    assert "3f9a1c" in html


def test_a_listing_that_was_taken_down_leads_to_its_shop() -> None:
    listing = {"title": "Log basket", "seller": {"slug": "bolga-weavers", "name": "Bolga Weavers"}}
    html = render_to_string("marketplace/product/product_gone.html", {"listing": listing})
    assert "Log basket is no longer sold" in html
    assert 'href="/shops/bolga-weavers/"' in html


def test_the_reference_is_the_one_in_the_log() -> None:
    structlog.contextvars.bind_contextvars(request_id="7be2-42")
    try:
        html = error_pages.server_error(RequestFactory().get("/cart/")).content.decode()
    finally:
        structlog.contextvars.unbind_contextvars("request_id")
    assert "7be2-42" in html
