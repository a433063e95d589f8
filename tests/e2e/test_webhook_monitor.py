"""The staff's monitor of Stripe's events in four looks, with the keyboard, and kept fresh."""

from __future__ import annotations

import json
import uuid

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from payments import incidents
from payments.models import WebhookLog
from tests import people, screens
from tests.servers import Servers, eventually
from tests.stripe import LocalStripe, knock, tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def event(kind: str) -> dict[str, object]:
    told = {"id": f"evt_{uuid.uuid4().hex}", "object": "event", "type": kind, "livemode": False}
    return {**told, "data": {"object": {"id": "pi_none", "object": "payment_intent"}}}


def happened() -> int:
    """An event that is not for us, one that fails, and an incident."""
    tell(event("plan.created"))
    row = tell(event("payment_intent.succeeded"))
    incidents.open_incident(
        "payment_mismatch", key="pi_1", detail="Stripe has 1.00 GBP, we asked for 53.00 GBP"
    )
    return row.pk


@pytest.mark.parametrize("look", screens.LOOKS, ids=str)
def test_every_screen_is_clean(look: screens.Look, live_cards: Servers, browser: Browser) -> None:
    failed = happened()
    incident = incidents.open_incident("payment_mismatch", key="pi_1", detail="")
    context = browser.new_context(
        base_url=live_cards.url,
        bypass_csp=True,  # axe itself styles elements while it measures them
        color_scheme="dark" if look.theme == "dark" else "light",
        viewport={"width": look.width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    screens.sign_in(page, live_cards, people.ike())
    troubles = []
    for path in (
        reverse("admin:webhooks"),
        reverse("admin:webhook", args=[failed]),
        reverse("admin:incident", args=[incident.pk]),
        reverse("admin:webhooks_balance"),
    ):
        page.goto(path)
        troubles += [f"{path}: {line}" for line in screens.axe(page)]
        if screens.scrolls_sideways(page):
            troubles.append(f"{path}: scrolls sideways")
    context.close()
    assert not troubles, "\n".join(troubles)


def test_ike_finds_the_failure_and_has_it_worked_on_again(page: Page, live_cards: Servers) -> None:
    failed = happened()
    screens.sign_in(page, live_cards, people.ike())
    page.goto(reverse("admin:webhooks"))
    expect(page.get_by_text("available").or_(page.get_by_text("Nothing yet.")).first).to_be_visible()
    page.get_by_role("link", name="payment_intent.succeeded", exact=True).click()
    expect(page.get_by_role("heading", name="Traceback")).to_be_visible()
    page.get_by_role("button", name="Process it again").click()
    expect(page.get_by_text("1 event is processed again.")).to_be_visible()
    eventually(lambda: WebhookLog.objects.get(pk=failed).status == "failed")

    page.goto(reverse("admin:webhooks"))
    box = page.locator(f"#log-{failed}")
    box.check()
    knock(json.dumps(event("price.created")).encode())
    expect(page.get_by_role("link", name="price.created")).to_be_visible(timeout=15_000)  # by itself
    expect(box).to_be_checked()


def test_ike_closes_an_incident(page: Page, live_cards: Servers, local_stripe: LocalStripe) -> None:
    happened()
    screens.sign_in(page, live_cards, people.ike())
    page.goto(reverse("admin:webhooks"))
    page.get_by_role("link", name="payment_mismatch").click()
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("Say what you found or did.")).to_be_visible()
    page.get_by_label("What you found, and what was done").fill("Asked the buyer")
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_text("Closed recently")).to_be_visible()
