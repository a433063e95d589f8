"""Pages for what went wrong: they say what happened and need neither database nor Redis."""

import pytest
import structlog
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from banibs.developers import keys
from banibs.users.models import User
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


@pytest.mark.django_db
def test_a_nul_in_an_address_is_no_fault(ike: User) -> None:
    """Found by the fuzz run: PostgreSQL takes none, not even to say that there is no such row."""
    staff = Client(raise_request_exception=False)
    staff.force_login(ike)
    for method in (staff.get, staff.post):
        assert method("/admin/marketplace/region/%00/change/").status_code == 404


@pytest.mark.django_db
def test_a_refusal_that_repeats_half_a_character_is_still_an_answer(amara: User) -> None:
    """Found by the fuzz run: JSON may hold one, UTF-8 does not."""
    _row, key = keys.create(amara, name="till", scopes=("*",))
    answer = Client(raise_request_exception=False).post(
        "/api/v1/checkouts/",
        data='{"payment_method": "x\\ud800", "\\udc00": 1}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "k"},
    )
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] in ("invalid_request", "unknown_field")
