"""Amara makes a key on its page, sees it once, and tries the API in the explorer."""

import re

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from banibs.developers import keys
from banibs.developers.models import ApiKey
from banibs.users.models import User
from tests import people, screens
from tests.servers import Servers

PAGE = "/developers/keys/"
NONE = {f"scope_{name}": "none" for name in ("cart", "orders", "wallet", "seller", "refunds", "developer")}


def made(client: Client) -> tuple[str, ApiKey]:
    body = {**NONE, "name": "Till", "lasts": "90", "scope_orders": "read", "scope_cart": "write"}
    shown = client.post(PAGE, body).content.decode()
    found = re.search(r'value="(bnb_[^"]+)"', shown)
    assert found
    return found[1], ApiKey.objects.get()


def test_a_key_is_shown_once_and_works(client: Client, amara: User) -> None:
    client.force_login(amara)
    text, row = made(client)
    assert row.scopes == ["cart:read", "cart:write", "orders:read"]
    assert row.expires_at is not None
    assert text not in client.get(PAGE).content.decode()
    assert keys.find(text) == row


def test_it_is_revoked_at_once_and_by_its_owner_alone(client: Client, amara: User) -> None:
    client.force_login(amara)
    text, row = made(client)
    other = Client()
    other.force_login(people.person("esi@example.com", name="Esi Boateng"))
    assert other.post(f"{PAGE}{row.pk}/revoke/").status_code == 404
    assert keys.find(text) is not None
    assert "Every program that uses it stops" in client.post(f"{PAGE}{row.pk}/revoke/").content.decode()
    row.refresh_from_db()
    assert row.revoked_at is None
    assert client.post(f"{PAGE}{row.pk}/revoke/", {"sure": "1"}).status_code == 302
    assert keys.find(text) is None
    assert client.post(f"{PAGE}{row.pk}/revoke/").status_code == 404


def test_a_key_without_a_scope_is_refused_and_nothing_typed_is_lost(client: Client, amara: User) -> None:
    client.force_login(amara)
    answer = client.post(PAGE, {**NONE, "name": "Till of Bristol", "lasts": "30"})
    assert answer.status_code == 400
    assert "Choose at least one thing" in answer.content.decode()
    assert 'value="Till of Bristol"' in answer.content.decode()
    assert not ApiKey.objects.exists()


def test_staffs_scope_is_staffs(client: Client, amara: User, ike: User) -> None:
    client.force_login(amara)
    assert "scope_staff" not in client.get(PAGE).content.decode()
    client.post(PAGE, {**NONE, "name": "x", "lasts": "30", "scope_staff": "read", "scope_cart": "read"})
    assert ApiKey.objects.get().scopes == ["cart:read"]
    client.force_login(ike)
    assert "scope_staff" in client.get(PAGE).content.decode()


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    assert client.get(PAGE).status_code == 302


def test_the_explorer_has_its_own_policy_and_no_script_in_it(client: Client, db: None) -> None:
    answer = client.get("/developers/explorer/")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy + ";"
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert not re.findall(r"<script(?![^>]*src=)|\son\w+=|style=", answer.content.decode())
    assert "'unsafe-inline'" not in client.get("/").headers["Content-Security-Policy"]


@pytest.mark.browser
def test_a_call_is_tried_in_the_explorer(page: Page, live: Servers) -> None:
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    elsewhere: list[str] = []
    page.on(
        "request",
        lambda asked: (
            elsewhere.append(asked.url) if not asked.url.startswith((live.url, "data:", "blob:")) else None
        ),
    )
    page.goto(f"{live.url}/developers/explorer/")
    operation = page.locator("#operations-regions-get_regions")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table")).to_contain_text('"currency": "USD"')
    assert problems == []
    assert elsewhere == []


@pytest.mark.browser
def test_the_explorer_looks_like_every_page(each_look: Page, live: Servers) -> None:
    each_look.goto(f"{live.url}/developers/explorer/")
    expect(each_look.locator("#operations-regions-get_regions")).to_be_visible()
    assert not screens.scrolls_sideways(each_look)
    dark = each_look.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    ground = "rgb(24, 27, 53)" if dark else "rgb(255, 255, 255)"
    expect(each_look.locator("#operations-regions-get_regions")).to_have_css("background-color", ground)
    expect(each_look.get_by_role("contentinfo")).to_be_visible()
    assert [one for one in screens.axe(each_look) if one.startswith("color-contrast")] == []


@pytest.mark.browser
def test_the_page_of_keys_is_clean_in_all_four_looks(each_look: Page, live: Servers, amara: User) -> None:
    screens.sign_in(each_look, live, amara)
    keys.create(amara, name="Stock counter", scopes=["seller:read", "seller:write"])
    each_look.goto(PAGE)
    assert screens.axe(each_look) == []
    assert not screens.scrolls_sideways(each_look)
    each_look.get_by_label("Name").fill("Till")
    each_look.get_by_label("Orders, addresses").select_option("read")
    each_look.get_by_role("button", name="Make key").click()
    expect(each_look.locator("#new-key")).to_have_value(re.compile("bnb_"))
    assert screens.axe(each_look) == []
    assert not screens.scrolls_sideways(each_look)
