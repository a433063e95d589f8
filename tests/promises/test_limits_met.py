"""Limits that a person or a program meets, changed: the refusal, or what is kept, follows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import OperationalError
from django.test import Client, RequestFactory
from pytest_django import Settings

from banibs.core.staff import work_queues
from banibs.notifications import dispatch
from banibs.users import policy as users_policy
from banibs.users.accounts.adapter import AccountAdapter
from banibs.web import error_pages
from marketplace.api.listing_serializers import VariantRequest
from marketplace.media import image_uploads, image_urls
from marketplace.views.seller.listings import uploads as listing_uploads
from payments import incidents
from payments.api.refunds import RefundRequest
from tests import market as scene
from tests import people
from tests.marketplace.sellers import uploads
from tests.promises.helpers import Change, holds, shown
from tests.shopping import buys, file

pytestmark = pytest.mark.django_db


@holds("payments.WEBHOOK_MOST_BYTES")
def test_an_event_that_is_too_large_is_refused_with_the_limit(change: Change, settings: Settings) -> None:
    change("payments.WEBHOOK_MOST_BYTES", 1024)
    settings.STRIPE_WEBHOOK_SECRET = "whsec_x"
    path = f"/stripe/webhook/{settings.STRIPE_WEBHOOK_UUID}/"
    answer = Client().post(path, "x" * 2048, content_type="application/json")
    assert answer.status_code == 413
    assert "An event has at most 1 KB" in answer.content.decode()


@holds("users.PASSWORD_GUESS_WAIT")
def test_who_guesses_is_told_how_long_to_wait(change: Change) -> None:
    change("users.PASSWORD_GUESS_WAIT", dt.timedelta(minutes=25))
    said = AccountAdapter().error_messages["too_many_login_attempts"]
    assert str(said) == "Too many attempts. Wait 25 minutes, or choose a new password."
    assert users_policy.PASSWORD_GUESS_LIMIT == "20/h/ip,5/15m/key"


@holds("users.PREFERENCE_COOKIE_AGE")
def test_a_theme_is_remembered_as_long_as_policy_says(change: Change) -> None:
    change("users.PREFERENCE_COOKIE_AGE", dt.timedelta(days=9))
    answer = Client().post("/theme/", {"theme": "dark", "next": "/"})
    assert answer.cookies["theme"]["max-age"] == 777_600


@holds("core.QUEUE_MOST_COUNTED")
def test_a_queue_is_counted_as_far_as_policy_says(change: Change) -> None:
    for _ in range(2):
        incidents.open_incident("test", key=str(_), detail="x")
    change("core.QUEUE_MOST_COUNTED", 1)
    (found,) = [one for one in work_queues.waiting(people.ike()) if one.queue.name == "payments.incidents"]
    assert (found.shown, found.more) == (1, True)


@holds("core.AWAY_RETRY_SECONDS")
def test_who_comes_while_an_engine_is_away_is_told_when_to_come_again(change: Change) -> None:
    change("core.AWAY_RETRY_SECONDS", 44)
    request = RequestFactory().get("/")
    try:
        raise OperationalError("away")
    except OperationalError:
        assert error_pages.server_error(request).headers["Retry-After"] == "44"


@holds("marketplace.DOWNLOADS_MOST")
def test_a_file_may_be_handed_out_as_often_as_policy_says(change: Change) -> None:
    market = scene.opened()
    kept = file(market.zine)
    change("marketplace.DOWNLOADS_MOST", 7)
    request = RequestFactory().post("/", {f"limit_{kept.pk}": "8", f"days_{kept.pk}": "1"})
    assert "whole numbers from 1 to 7" in str(listing_uploads.take(request, market.zine.product))


@holds("marketplace.VARIANT_MOST_OPTIONS")
def test_a_variant_has_as_many_options_as_policy_says(change: Change) -> None:
    change("marketplace.VARIANT_MOST_OPTIONS", 1)
    asked = VariantRequest(data={"stock": 1, "options": {"size": "S", "colour": "red"}})
    assert not asked.is_valid()
    assert "at most" in str(asked.errors["options"])
    assert "one options" in str(asked.errors["options"])


@holds("marketplace.IMAGE_WIDTHS_PIXELS")
def test_a_picture_is_kept_in_the_widths_of_policy(change: Change, settings: Settings) -> None:
    change("marketplace.IMAGE_WIDTHS_PIXELS", (300, 500))
    image_urls.address.cache_clear()
    stored = image_uploads.store(uploads.picture(size=(600, 750)), folder="test")
    assert "-300." in image_urls.address(stored.path, 240)
    assert "-500." in image_urls.address(stored.path, 480)
    image_uploads.forget(stored.path)
    image_urls.address.cache_clear()


@holds("marketplace.HOME_DIGITAL", "marketplace.HOME_QUILT")
def test_the_home_page_shows_as_much_as_policy_says(change: Change) -> None:
    scene.opened()
    before = shown("/").count("Night Market issue 4")
    cache.clear()
    change("marketplace.HOME_DIGITAL", 0)
    change("marketplace.HOME_QUILT", 0)
    assert shown("/").count("Night Market issue 4") < before


@holds("notifications.TITLES_NAMED")
def test_a_sentence_names_as_many_products_as_policy_says(change: Change) -> None:
    market = scene.opened()
    order = buys(market, (market.jar, 1), (market.zine, 1)).orders.get()
    assert "+" not in dispatch._titles(order)
    change("notifications.TITLES_NAMED", 1)
    assert dispatch._titles(order).endswith(" +1")


@holds("marketplace.RETURN_DAYS_MOST")
def test_a_shop_promises_as_many_days_as_policy_says(change: Change) -> None:
    change("marketplace.RETURN_DAYS_MOST", 9)
    client = Client()
    client.force_login(people.kofi().user)
    answer = client.post("/seller/settings/", {"return_days": "10"})
    assert "At most 9 days" in answer.content.decode()


@holds("payments.REFUND_NOTE_MOST_CHARACTERS")
def test_a_word_with_a_refund_is_as_long_as_policy_says(change: Change) -> None:
    change("payments.REFUND_NOTE_MOST_CHARACTERS", 9)
    asked = RefundRequest(data={"amount": 5, "reason": "goodwill", "note": "Ten and so"})
    assert not asked.is_valid()
    assert "at most 9 characters" in str(asked.errors["note"])
