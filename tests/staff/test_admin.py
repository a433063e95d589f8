"""Ike looks at everything, mends what may be mended, and changes no history."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import connection, models
from django.db.models import Model
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats

from banibs.core.models import Delivery, Event
from banibs.core.ui.forms import LineField, TextField
from banibs.users.models import User
from marketplace.models import Category, Offer, Order, Product, Region, Seller
from tests import market as scene
from tests import people
from tests.seller_scene import bought

pytestmark = pytest.mark.django_db
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def market() -> scene.Market:
    market = scene.opened(wallet=900_000)
    bought(market, (market.basket, 2), (market.jar, 1), (market.zine, 1))
    return market


@pytest.fixture
def staff(ike: User) -> Client:
    client = Client()
    client.force_login(ike)
    return client


def url(model: type[Model] | Model, page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
class TestEveryTable:
    def test_is_listed_searched_and_opened(
        self, model: type[Model], market: scene.Market, staff: Client
    ) -> None:
        listed = staff.get(url(model, "changelist"))
        assert listed.status_code == 200
        if admin.site._registry[model].search_fields:
            assert staff.get(url(model, "changelist"), {"q": "B-71840"}).status_code == 200
        row = model._default_manager.order_by("-pk").first()
        if row is not None:
            assert staff.get(url(model, "change", row.pk)).status_code == 200

    def test_deletes_nothing(self, model: type[Model], market: scene.Market, staff: Client) -> None:
        row = model._default_manager.order_by("pk").first()
        if model._meta.app_label == "auth" or row is None:
            return  # a group is a set of permissions, nobody's history
        assert staff.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        actions = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        staff.post(url(model, "changelist"), actions)
        assert model._default_manager.filter(pk=row.pk).exists()

    def test_is_closed_to_others(self, model: type[Model], market: scene.Market) -> None:
        for client in (Client(), _signed_in(market.kofi.user)):
            answer = client.get(url(model, "changelist"))
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith(reverse("admin:login"))
            assert not answer.content


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


HISTORY = [
    *(
        "core.event",
        "core.delivery",
        "marketplace.checkout",
        "marketplace.order",
        "marketplace.download",
    ),
    *("marketplace.couponredemption", "marketplace.cart", "payments.payment", "payments.refund"),
    *("wallet.account", "wallet.movement", "wallet.transfer"),
]


@pytest.mark.parametrize("label", HISTORY)
def test_history_is_neither_added_to_nor_changed(label: str, market: scene.Market, staff: Client) -> None:
    (model,) = [one for one in MODELS if one._meta.label_lower == label]
    assert staff.get(url(model, "add")).status_code == 403
    row = model._default_manager.order_by("pk").first()
    if row is None:
        return
    before = model._default_manager.filter(pk=row.pk).values().get()

    assert staff.post(url(model, "change", row.pk), {"status": "completed", "total": "1"}).status_code == 403
    assert model._default_manager.filter(pk=row.pk).values().get() == before


def test_keys_and_secrets_are_no_tables() -> None:
    labels = {model._meta.app_label for model in MODELS}
    assert not labels & {"mfa", "usersessions", "sessions"}
    assert {model.__name__ for model in MODELS if model._meta.app_label == "djstripe"} == {
        "BalanceTransaction", "Charge", "Customer", "Dispute", "Payout",
    }  # fmt: skip
    assert not any(model._meta.model_name == "idempotencykey" for model in MODELS)


@pytest.mark.parametrize("model", [Order, Product, Seller], ids=lambda model: model._meta.label)
def test_a_list_costs_the_same_with_few_rows_and_many(
    model: type[Model], market: scene.Market, staff: Client
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as statements:
            assert staff.get(url(model, "changelist")).status_code == 200
        return len(statements)

    cost()
    once = cost()
    for n in range(5):
        bought(market, (scene.listing(market.kofi, f"Piece {n}"), 1))
        people.shop(
            people.person(f"p{n}@example.com", name=f"P {n}"),
            slug=f"p-{n}",
            name=f"P {n}",
            country="GH",
            city="",
        )

    staff.get("/admin/")  # categories were forgotten
    assert cost() == once <= 9


def test_every_moment_is_on_a_clock_of_24_hours(market: scene.Market, staff: Client) -> None:
    afternoon = dt.datetime(2026, 11, 21, 14, 5, tzinfo=dt.UTC)
    order = Order.objects.filter(seller=market.kofi).latest("pk")
    Order.objects.filter(pk=order.pk).update(fulfilled_at=afternoon)

    assert "21 Nov 2026, 14:05" in staff.get(url(order, "change", order.pk)).content.decode()
    for model in MODELS:
        listed = staff.get(url(model, "changelist")).content.decode()
        assert not re.search(r"\d [ap]\.m\.|\bnoon\b|\bmidnight\b", listed), model._meta.label
    with override_settings(FORMAT_MODULE_PATH=None):  # what Django would write by itself
        formats.reset_format_cache()
        assert "2:05 p.m." in staff.get(url(order, "change", order.pk)).content.decode()
    formats.reset_format_cache()


class TestShops:
    def test_suspending_asks_for_a_reason_and_takes_the_goods_off_sale(
        self, market: scene.Market, staff: Client
    ) -> None:
        page = url(Seller, "move", market.kofi.pk, "suspend")
        assert staff.post(page, {"reason": " "}).status_code == 400
        assert Seller.objects.get(pk=market.kofi.pk).status == "active"

        staff.post(page, {"reason": "Parcels never arrived. Write to us."})

        assert Seller.objects.get(pk=market.kofi.pk).status == "suspended"
        assert not Offer.objects.filter(seller=market.kofi, lead=True).exists()
        event = Event.objects.get(kind="shop.suspended")
        assert (event.actor_type, event.actor_name, event.reason) == (
            "staff",
            "Ike Adeyemi",
            "Parcels never arrived. Write to us.",
        )
        assert staff.post(page, {"reason": "again"}).status_code == 302
        assert Event.objects.filter(kind="shop.suspended").count() == 1

        staff.post(url(Seller, "move", market.kofi.pk, "reinstate"), {"reason": "They did."})
        assert Offer.objects.filter(seller=market.kofi, lead=True).exists()

    def test_a_shop_is_moved_by_those_alone_who_may_change_shops(self, market: scene.Market) -> None:
        looker = people.person("looker@example.com", name="Looker")
        User.objects.filter(pk=looker.pk).update(is_staff=True)
        looker.user_permissions.add(*_permissions("view_seller"))

        answer = _signed_in(User.objects.get(pk=looker.pk)).post(
            url(Seller, "move", market.kofi.pk, "suspend"), {"reason": "x"}
        )

        assert answer.status_code == 403
        assert Seller.objects.get(pk=market.kofi.pk).status == "active"

    def test_mended_text_goes_through_the_same_allowlist(self, market: scene.Market, staff: Client) -> None:
        form = {
            "name": "Kofi Weaves",
            "country": "KE",
            "city": "Accra",
            "story_html": "<p>x</p><script>1</script>",
        }

        answer = staff.post(url(Seller, "change", market.kofi.pk), {**form, **_formset("shipping_rates", 2)})

        assert answer.status_code == 302
        shop = Seller.objects.get(pk=market.kofi.pk)
        assert shop.story_html == "<p>x</p>"
        assert set(Offer.objects.filter(seller=shop).values_list("country", flat=True)) == {"KE"}


def _permissions(*codenames: str) -> Any:
    return Permission.objects.filter(codename__in=codenames)


def _formset(prefix: str, count: int) -> dict[str, str]:
    return {f"{prefix}-TOTAL_FORMS": str(count), f"{prefix}-INITIAL_FORMS": str(count)}


class TestListings:
    def test_a_listing_moved_to_another_category_is_found_there(
        self, market: scene.Market, staff: Client
    ) -> None:
        other = scene.category("Art")
        form = {
            "title": "Basket",
            "category": other.pk,
            "tax_class": "standard",
            "description_html": "<p>a</p>",
        }
        sets = {
            **_formset("variants", 1),
            **_formset("offers", 2),
            **_formset("images", 0),
            **_formset("files", 0),
        }

        answer = staff.post(url(Product, "change", market.basket.product_id), {**form, **sets})

        assert answer.status_code == 302
        assert set(
            Offer.objects.filter(product=market.basket.product).values_list("category", flat=True)
        ) == {other.pk}

    def test_taking_down_asks_for_a_reason(self, market: scene.Market, staff: Client) -> None:
        staff.post(
            url(Product, "move", market.basket.product_id, "archive"), {"reason": "Not their own work"}
        )

        assert Product.objects.get(pk=market.basket.product_id).status == "archived"
        assert Event.objects.get(kind="listing.archived").reason == "Not their own work"
        assert not Offer.objects.filter(product=market.basket.product, lead=True).exists()


class TestDeliveries:
    def test_what_was_given_up_is_sent_again_and_nothing_else(
        self, market: scene.Market, staff: Client
    ) -> None:
        dead, waiting = Delivery.objects.order_by("pk")[:2]
        Delivery.objects.filter(pk=dead.pk).update(status="dead", attempts=10, error="boom")
        Delivery.objects.filter(pk=waiting.pk).update(attempts=3)

        staff.post(
            url(Delivery, "changelist"), {"action": "send_again", "_selected_action": [dead.pk, waiting.pk]}
        )

        dead.refresh_from_db()
        waiting.refresh_from_db()
        assert (dead.status, dead.attempts) == ("pending", 0)
        assert waiting.attempts == 3


class TestPeople:
    def test_staff_who_are_no_superusers_cannot_make_themselves_one(self, market: scene.Market) -> None:
        helper = people.person("helper@example.com", name="Helper")
        User.objects.filter(pk=helper.pk).update(is_staff=True)
        helper.user_permissions.add(*_permissions("view_user", "change_user"))
        client = _signed_in(User.objects.get(pk=helper.pk))
        form = {
            "email": "helper@example.com",
            "name": "Helper",
            "is_staff": "on",
            "is_superuser": "on",
            "is_active": "on",
        }

        client.post(url(User, "change", helper.pk), {**form, **_formset("addresses", 0)})

        assert not User.objects.get(pk=helper.pk).is_superuser
        assert client.get(f"/admin/users/user/{market.amara.pk}/password/").status_code == 404

    def test_an_account_made_by_staff_has_no_password_anybody_knows(
        self, market: scene.Market, staff: Client
    ) -> None:
        staff.post(url(User, "add"), {"email": "New@Example.com", "name": "New", **_formset("addresses", 0)})

        made = User.objects.get(email="new@example.com")
        assert not made.has_usable_password()
        assert not made.is_staff


def test_a_regions_currency_and_a_categorys_address_stand(market: scene.Market, staff: Client) -> None:
    shown = staff.get(url(Region, "change", "GB")).content.decode()
    assert 'name="currency"' not in shown
    category = Category.objects.first()
    assert category is not None
    assert 'name="path"' not in staff.get(url(Category, "change", category.pk)).content.decode()


def test_what_staff_write_is_cleaned_as_what_anybody_writes(staff: Client, ike: User) -> None:
    """Every form of every table: a text is one of our fields."""
    request = RequestFactory().get("/")
    request.user = ike
    texts = 0
    for model, page in admin.site._registry.items():
        if not (page.has_add_permission(request) or page.has_change_permission(request)):
            continue
        for field in model._meta.get_fields():
            if type(field) in (models.CharField, models.TextField) and not field.choices and field.editable:
                made = page.formfield_for_dbfield(field, request)
                assert isinstance(made, LineField | TextField), (model, field)
                texts += 1
    assert texts > 8

    add = url(Category, "add")
    refused = staff.post(
        add, {"name": "Bas\u202ekets", "slug": "basketry", "path": "basketry", "position": "1"}
    )
    assert "A sign that turns the direction of writing (U+202E) cannot stand here" in refused.content.decode()
    assert not Category.objects.filter(slug="basketry").exists()
    good = {"name": "Bas\u200bketry\u00a0and more", "slug": "basketry", "path": "basketry", "position": "1"}
    assert staff.post(add, good).status_code == 302
    assert Category.objects.get(slug="basketry").name == "Basketry and more"
