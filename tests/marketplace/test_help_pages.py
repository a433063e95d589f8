"""Help: short answers that are true, and then a person."""

from __future__ import annotations

import pytest
from django.test import override_settings

from marketplace.views.help import ARTICLES
from tests.marketplace.pages import text, visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", [article.slug for article in ARTICLES])
def test_every_answer_is_there_and_ends_at_a_person(slug: str) -> None:
    page = text(visitor().get(f"/help/{slug}/"))
    assert page.count("<h2") > 3
    assert 'href="mailto:hello@banibs.test"' in page


def test_the_index_leads_to_every_answer() -> None:
    page = text(visitor().get("/help/"))
    for article in ARTICLES:
        assert f'href="/help/{article.slug}/"' in page


@override_settings(SUPPORT_EMAIL="people@shop.example")
def test_people_write_to_where_the_setting_says() -> None:
    assert 'href="mailto:people@shop.example"' in text(visitor().get("/help/"))


def test_a_cancelled_order_s_money_goes_back_the_way_it_came() -> None:
    page = text(visitor().get("/help/refunds/"))
    assert "It goes back the way you paid: first to your card" in page
    assert "then to your wallet, where it is at once" in page
