"""Kofi is paid in a browser: by keyboard alone, without a script, and every screen in four looks."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from banibs.core.money import Money
from marketplace.models import Seller
from payouts.models import Payout, PayoutHold, PayoutMethod, PayoutSchedule, ScheduleRun
from payouts.providers.interface import Progress
from payouts.schedules.due_dates import Rule
from payouts.schedules.rules import today_of
from payouts.sending import send_payout
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests import people, screens
from tests.payouts.scenes import asks, broken, earned, method
from tests.payouts.schedules.test_run import sets
from tests.servers import Servers
from tests.shopping import buys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("BANIBS_SHOTS", "")  # a folder for pictures, for whoever wants to look
STEP = "/seller/payouts/schedule/"


def in_dollars(market: scene.Market) -> PayoutMethod:
    """Where Kofi is paid: a crypto address of his own."""
    return method(
        market.kofi, asset="USDC", network="polygon", name="Savings", masked="0x5290…9EE7", is_default=True
    )


def test_he_pays_out_and_sets_a_schedule_by_keyboard_alone(page: Page, live: Servers) -> None:
    market = scene.opened()
    there = earned(market)
    in_dollars(market)
    screens.sign_in(page, live, market.kofi.user)
    page.goto("/seller/payouts/")
    page.get_by_role("link", name="Schedule a payout").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/schedule/1/**")
    page.get_by_label("Amount, GBP").focus()
    page.keyboard.type("99999")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_text(f"{there} is available.").last).to_be_visible()
    amount = page.get_by_label("Amount, GBP")
    expect(amount).to_have_value("99999")
    amount.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("20.00")
    page.keyboard.press("Enter")
    page.wait_for_url("**/schedule/2/**")
    page.get_by_role("radio", name="Now").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/schedule/3/**")
    expect(page.get_by_text("stays available")).to_be_visible()
    page.get_by_role("button", name="Pay out £20.00").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Payout PO-")).to_be_visible()

    page.goto(f"{STEP}1/")
    page.get_by_role("checkbox", name="Pay out all").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/schedule/2/**")
    page.get_by_role("radio", name="Now").focus()
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Every month")).to_be_checked()
    expect(page.get_by_label("Weekday", exact=True)).to_be_hidden()
    page.get_by_label("Day of the month").focus()
    page.keyboard.type("15")
    page.get_by_role("button", name="Next: confirm").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("On day 15 of every month")).to_be_visible()
    page.get_by_role("button", name="Set this schedule").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Everything that is available on day 15 of every month")).to_be_visible()
    assert PayoutSchedule.objects.get().month_day == 15
    assert Payout.objects.get().amount == 2_000
    assert broken() == []


def test_without_a_script_it_works_as_well(browser: Browser, live: Servers) -> None:
    market = scene.opened()
    earned(market)
    in_dollars(market)
    context = browser.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    screens.sign_in(page, live, market.kofi.user)
    page.goto("/seller/payouts/history/")
    page.get_by_role("link", name="Ask the provider").click()
    expect(page.get_by_text("Nothing is listed there.")).to_be_visible()
    page.goto(f"{STEP}1/")
    page.get_by_label("Amount, GBP").fill("20")
    page.get_by_role("button", name="Next: when").click()
    page.get_by_role("button", name="Next: confirm").click()
    page.get_by_role("button", name="Pay out £20.00").click()
    expect(page.get_by_role("heading", name="Payout PO-")).to_be_visible()
    assert Payout.objects.get().amount == 2_000
    context.close()


def filled(market: scene.Market) -> dict[str, str]:
    """Kofi's payouts in each state, and his pages by name."""
    to = in_dollars(market)
    earned(market, times=3)
    method(market.kofi, PayoutMethod.Kind.PAYPAL, masked="k…@example.com", waits=True)
    part = Money(2_500, "GBP")
    paid, failed, returned, moving = (asks(market.kofi, to, part) for _ in range(4))
    send_payout.send_due()
    for payout, said in (
        (paid, [Progress("paid", external_id="0xa")]),
        (
            failed,
            [Progress("failed", code="wrong_network", words="The address does not take USDC on Polygon.")],
        ),
        (
            returned,
            [
                Progress("paid", external_id="0xb"),
                Progress("returned", words="The bank sent it back.", returned=Money(2_400, "GBP")),
            ],
        ),
    ):
        for one in said:
            sync_payout(payout.attempts.get().pk, one)
    Payout.objects.filter(pk=moving.pk).update(arrives_on=today_of(market.kofi) + dt.timedelta(days=3))
    weekly = sets(market.kofi, to, Rule("weekly", weekday=4))
    sets(market.kofi, to, Rule("once", on=today_of(market.kofi) + dt.timedelta(days=9)), amount=5_000)
    ScheduleRun.objects.create(
        schedule=weekly, due_date=today_of(market.kofi), available=200, skipped="below_minimum"
    )
    buys(market, (market.basket, 1))
    asked = f"?currency=GBP&amount=20.00&method={to.pk}"
    return {
        "overview": "/seller/payouts/",
        "history": "/seller/payouts/history/?since=2026-02-31",
        "movements": "/seller/payouts/history/?show=movements",
        "in-transit": f"/seller/payouts/{moving.number}/",
        "failed": f"/seller/payouts/{failed.number}/",
        "returned": f"/seller/payouts/{returned.number}/",
        "schedules": "/seller/payouts/schedules/",
        "step-1-wrong": f"{STEP}1/{asked}&amount=99999&method=",
        "step-2-wrong": f"{STEP}2/{asked}&when=date&date=2020-01-01",
        "step-3": f"{STEP}3/{asked}&when=monthly&month_day=31&minimum=50",
    }


def looked_at(
    browser: Browser, live: Servers, look: screens.Look, shop: Seller, pages: dict[str, str]
) -> list[str]:
    """What is wrong with these pages in one look."""
    context = browser.new_context(
        base_url=live.url,
        bypass_csp=True,  # axe itself styles elements while it measures them
        color_scheme="dark" if look.theme == "dark" else "light",
        viewport={"width": look.width, "height": 900},
        reduced_motion="reduce",
    )
    page, troubles = context.new_page(), []
    screens.sign_in(page, live, shop.user)
    for name, path in pages.items():
        page.goto(path, wait_until="load")
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{look}.png", full_page=True)
        troubles += [f"{look} {path}: {line}" for line in screens.axe(page)]
        if screens.scrolls_sideways(page):
            troubles.append(f"{look} {path}: scrolls sideways")
    context.close()
    return troubles


def test_every_page_of_payouts_in_four_looks(browser: Browser, live: Servers) -> None:
    market = scene.opened(wallet=60_000)
    pages = filled(market)
    PayoutHold.objects.create(
        seller=market.zuri,
        reason="We check a change of the owner.",
        review_on=today_of(market.zuri) + dt.timedelta(days=5),
        placed_by=people.ike(),
    )
    troubles: list[str] = []
    for look in screens.LOOKS:
        troubles += looked_at(browser, live, look, market.kofi, pages)
        troubles += looked_at(
            browser,
            live,
            look,
            market.zuri,
            {"empty": "/seller/payouts/", "no-schedule": "/seller/payouts/schedules/"},
        )
    assert troubles == []
