"""The staff's desk in four looks, kept fresh by itself, and the way from the door to where work is done."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from payments import incidents
from payments.models import WebhookLog
from tests import people, screens
from tests.servers import Servers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/admin/desk/"


def given_up(number: int) -> None:
    WebhookLog.objects.create(external_id=f"evt_{number}", type="charge.updated", payload={}, status="dead")


@pytest.mark.parametrize("look", screens.LOOKS, ids=str)
def test_empty_and_burning_it_is_clean(look: screens.Look, live: Servers, browser: Browser) -> None:
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
    for happens in (
        lambda: None,
        lambda: incidents.open_incident("payment_mismatch", key="pi_1", detail="100 GBP"),
    ):
        happens()
        for path in (HOME, "/admin/"):
            page.goto(path)
            troubles += [f"{path}: {line}" for line in screens.axe(page)]
            if screens.scrolls_sideways(page):
                troubles.append(f"{path}: scrolls sideways")
    context.close()
    assert not troubles, "\n".join(troubles)


def test_ike_finds_the_monitor_by_links_and_the_desk_keeps_itself_fresh(page: Page, live: Servers) -> None:
    screens.sign_in(page, live, people.ike())
    page.clock.install()  # the desk asks again every half minute: nobody waits that long here
    page.goto("/admin/")
    page.get_by_role("link", name="Open the work queue").click()
    expect(page.get_by_role("heading", name="All clear")).to_be_visible()

    given_up(1)
    fresh = page.get_by_role("link", name="Read why Stripe's events given up")
    page.clock.fast_forward(31_000)
    expect(fresh).to_be_visible()  # by itself
    fresh.focus()
    given_up(2)
    page.clock.fast_forward(31_000)
    expect(page.locator(".desk-queues .stat-value")).to_have_text("2")
    expect(fresh).to_be_focused()

    fresh.press("Enter")
    expect(page.get_by_role("heading", name="Stripe's events", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="charge.updated")).to_have_count(2)
    page.get_by_role("navigation", name="Staff").get_by_role("link", name="Tables").click()
    expect(page.get_by_role("heading", name="Everything, table by table")).to_be_visible()
