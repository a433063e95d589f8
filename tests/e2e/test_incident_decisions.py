"""The pages on which staff decide about stuck money, in four looks, and asked for with the keyboard and the mouse."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from marketplace.models import Order
from payments.models import Incident
from payments.refunds import send_refund
from tests import market as scene
from tests import people, screens
from tests.payments.refunds.scenes import canceled, paid
from tests.servers import Servers, eventually
from tests.stripe import LocalStripe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def refused(local_stripe: LocalStripe) -> tuple[Incident, Incident, str]:
    """Given back by hand at Stripe, then the shop cancels: the incident of both. The worker works on events too."""
    row = paid(local_stripe, scene.opened(wallet=0))
    eventually(lambda: Order.objects.get().status == "paid")
    made = local_stripe.client.v1.refunds.create({"payment_intent": row.stripe_id or ""})
    local_stripe.deliver()
    eventually(lambda: Incident.objects.filter(kind="foreign_refund").exists())
    send_refund.send_refund(canceled(Order.objects.get()).pk)
    return Incident.objects.get(kind="refund_refused"), Incident.objects.get(kind="foreign_refund"), made.id


@pytest.mark.parametrize("look", screens.LOOKS, ids=str)
def test_every_screen_is_clean(
    look: screens.Look, live: Servers, local_stripe: LocalStripe, browser: Browser
) -> None:
    stuck, foreign, _made = refused(local_stripe)
    context = browser.new_context(
        base_url=live.url,
        bypass_csp=True,  # axe itself styles elements while it measures them
        color_scheme="dark" if look.theme == "dark" else "light",
        viewport={"width": look.width, "height": 900},
        reduced_motion="reduce",
    )
    page = context.new_page()
    screens.sign_in(page, live, people.ike())
    troubles = []
    for path in (
        reverse("admin:incident", args=[stuck.pk]),
        reverse("admin:incident_decide", args=[stuck.pk, "refund_to_wallet"]),
        reverse("admin:incident_decide", args=[stuck.pk, "refund_given_back"]),
        reverse("admin:incident_decide", args=[foreign.pk, "foreign_refund_booked"]),
        reverse("admin:incident_at_stripe", args=[stuck.pk]),
    ):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        troubles += [f"{path}: {line}" for line in screens.axe(page)]
        if screens.scrolls_sideways(page):
            troubles.append(f"{path}: scrolls sideways")
    context.close()
    assert not troubles, "\n".join(troubles)


def test_ike_asks_for_a_decision(page: Page, live: Servers, local_stripe: LocalStripe) -> None:
    stuck, _foreign, made = refused(local_stripe)
    screens.sign_in(page, live, people.ike())
    page.goto(reverse("admin:incident", args=[stuck.pk]))
    expect(page.get_by_text("By hand, not booked")).to_be_visible()
    page.get_by_role("link", name="It was given back by hand").click()
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Please fill this in.").first).to_be_visible()
    page.get_by_label("The refund at Stripe").fill(made)
    page.get_by_label("Why").fill("Seen at Stripe")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_text("Somebody else must agree before anything moves.").first).to_be_visible()
    expect(page.get_by_text("What changes")).to_be_visible()
    page.goto(reverse("admin:incident", args=[stuck.pk]))
    expect(page.get_by_role("heading", name="Asked for, and waiting for a second person")).to_be_visible()
