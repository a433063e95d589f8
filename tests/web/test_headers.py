"""What every answer carries, and what a page may load."""

import re
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from payments.charges import purchase
from payments.models import Payment
from tests import market as scene

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db
def test_a_page_may_load_nothing_from_elsewhere(client: Client) -> None:
    policy = client.get("/accounts/login/").headers["Content-Security-Policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split(";") if rule.strip()}
    assert rules["default-src"] == ["'none'"]
    for name in ("script-src", "style-src", "font-src", "connect-src", "form-action"):
        assert rules[name] == ["'self'"], name
    assert rules["frame-ancestors"] == rules["base-uri"] == ["'none'"]
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_every_answer_carries_the_guards(client: Client) -> None:
    headers = client.get("/accounts/login/").headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_no_template_of_ours_has_an_inline_script_or_style() -> None:
    bad = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|\sstyle=|\son(?:click|change|submit|load|input|key\w+|mouse\w+|focus|blur|error|toggle)=|javascript:",
        re.I,
    )
    found = []
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("marketplace/**/*.html")]:
        if "emails" in path.parts or "pdf" in path.parts:
            continue  # drawn by mail programs and WeasyPrint, not under our policy
        found += [f"{path}: {match.group()}" for match in bad.finditer(path.read_text())]
    assert found == []


@pytest.mark.django_db
def test_a_page_that_is_not_there_says_so_in_the_readers_own_form(client: Client) -> None:
    page = client.get("/no/such/page/")
    assert page.status_code == 404
    assert b"<h1" in page.content
    answer = client.get("/api/v1/no-such-thing/")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


@pytest.mark.django_db
def test_a_page_that_takes_a_card_lets_in_what_stripe_documents_and_no_other_page_does(
    settings: Settings,
) -> None:
    settings.STRIPE_API_HOST = ""  # Stripe itself
    market = scene.opened(wallet=0)
    scene.put_in_cart(market.amara, (market.basket, 1))
    buyer = Client()
    buyer.force_login(market.amara)
    address = market.amara.addresses.get().snapshot()
    payment = purchase.buy(user=market.amara, address=address, method="card", expected_total=None).payment
    Payment.objects.filter(pk=payment.pk).update(method="stripe_checkout")  # its page asks Stripe for nothing
    headers = buyer.get(f"/checkout/pay/{payment.checkout.number}/").headers
    rules = {
        rule.split()[0]: set(rule.split()[1:]) - {"'self'"}
        for rule in headers["Content-Security-Policy"].split(";")
        if rule.strip()
    }
    js, parts = "https://js.stripe.com", "https://*.js.stripe.com"
    maps, banks = "https://maps.googleapis.com", "https://hooks.stripe.com"
    assert rules["script-src"] == {js, parts, maps}
    assert rules["frame-src"] == {js, parts, banks}
    assert rules["connect-src"] == {"https://api.stripe.com", maps}
    paying = headers["Permissions-Policy"]
    for power in ("payment", "publickey-credentials-get"):
        assert f'{power}=(self "{js}" "{banks}")' in paying
    others = buyer.get("/cart/").headers
    assert "stripe" not in others["Permissions-Policy"] + others["Content-Security-Policy"]
    assert "payment=(self)," in others["Permissions-Policy"]
