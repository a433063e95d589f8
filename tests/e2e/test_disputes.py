"""Kofi answers the bank in a browser: a dispute won and one lost, an inquiry closed. Every screen in four looks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from banibs.users.models import User
from payments.charges.open_intent import open_intent
from payments.disputes.find_disputes import look_up_dispute
from payments.models import Dispute, EarlyFraudWarning, Intent
from tests import market as scene
from tests import people, screens
from tests.payments.disputes.evidence.scenes import disputed, photo, seller, upload
from tests.payments.disputes.scenes import at_stripe, books, broken, orders, paid, placed, sends, two_shops
from tests.servers import Servers, eventually
from tests.stripe import LocalStripe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("BANIBS_SHOTS", "")  # a folder for pictures, for whoever wants to look


def by_card_0259(local_stripe: LocalStripe, market: scene.Market) -> tuple[Intent, Dispute]:
    """Amara pays with the card whose bank disputes at once."""
    row = open_intent(placed(market, jar=False).pk, kind=Intent.Kind.PAYMENT_INTENT)
    local_stripe.pay(row.stripe_id or "", "pm_card_createDispute")
    local_stripe.control("clock", {"advance": 3, "tell_app": False})
    local_stripe.deliver()
    eventually(lambda: Dispute.objects.filter(intent=row, round=1).exists())
    return row, Dispute.objects.get(intent=row)


def answers(page: Page, dispute: Dispute, words: str, door: Path) -> None:
    page.goto(f"/seller/disputes/{dispute.pk}/")
    page.get_by_label("What the bank should know").fill(words)
    page.get_by_label("Add a file").set_input_files(door)
    page.get_by_label("What it shows").select_option("delivery")
    page.get_by_role("button", name="Keep the draft").click()
    expect(page.get_by_text("door.jpg").first).to_be_visible()
    page.get_by_role("link", name="Preview and send").click()
    expect(page.get_by_text(words).first).to_be_visible()
    page.get_by_role("button", name="Send evidence").click()
    expect(page.get_by_text("The evidence is with the bank.").first).to_be_visible()


def decides(local_stripe: LocalStripe, dispute: Dispute, state: str) -> None:
    """The bank has read it."""
    local_stripe.control("clock", {"advance": 6, "tell_app": False})
    local_stripe.control("wait", {"seconds": 10})
    look_up_dispute(dispute.pk)
    dispute.refresh_from_db()
    assert dispute.state == state


def test_kofi_answers_wins_one_and_loses_one(
    page: Page, live: Servers, local_stripe: LocalStripe, tmp_path: Path
) -> None:
    door = tmp_path / "door.jpg"
    door.write_bytes(photo())
    market = two_shops()
    screens.sign_in(page, live, market.kofi.user)
    for words, state, said in (
        ("The neighbour took it in. winning_evidence", "won", "Your share, yours again"),
        ("I cannot find the slip. losing_evidence", "lost", "Your share, gone"),
    ):
        row, dispute = by_card_0259(local_stripe, market)
        sends(orders(row)[0])
        page.goto("/seller/")
        page.get_by_role("link", name="Answer the bank").first.click()
        expect(page.get_by_text("The card's owner says that they did not make this payment.")).to_be_visible()
        answers(page, dispute, words, door)
        decides(local_stripe, dispute, state)
        page.reload()
        expect(page.get_by_text(said)).to_be_visible()
        assert orders(row)[0].dispute == state
    inquiry = disputed(local_stripe, paid(local_stripe, market, jar=False), inquiry=True)
    answers(page, inquiry, "It came on Monday", door)
    local_stripe.control(f"disputes/{inquiry.stripe_id}/close")
    decides(local_stripe, inquiry, "closed")
    page.reload()
    expect(page.get_by_text("The bank asks no more").first).to_be_visible()
    local_stripe.deliver()
    assert (broken(), -books("stripe:clearing")) == ([], at_stripe())


def looked_at(
    browser: Browser, live: Servers, look: screens.Look, person: User, pages: dict[str, str]
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
    screens.sign_in(page, live, person)
    for name, path in pages.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{look}.png", full_page=True)
        troubles += [f"{look} {path}: {line}" for line in screens.axe(page)]
        if screens.scrolls_sideways(page):
            troubles.append(f"{look} {path}: scrolls sideways")
    context.close()
    return troubles


def test_every_screen_is_clean(live: Servers, local_stripe: LocalStripe, browser: Browser) -> None:
    market = two_shops()
    row = paid(local_stripe, market)
    dispute = disputed(local_stripe, row)
    inquiry = disputed(local_stripe, paid(local_stripe, market, jar=False), inquiry=True)
    over = disputed(local_stripe, paid(local_stripe, market, jar=False))
    local_stripe.control(f"disputes/{over.stripe_id}/lose")
    warned = paid(local_stripe, market, jar=False)
    local_stripe.control("warnings", {"charge": warned.charge_id})
    local_stripe.deliver()
    eventually(lambda: EarlyFraudWarning.objects.exists())
    own = f"/seller/disputes/{dispute.pk}/"
    words = {"notes": "The neighbour took it in on Monday, and signed for it.", "shows": "delivery"}
    seller(market.kofi.user).post(own, {**words, "file": upload(photo(), "door.jpg")})
    warning = EarlyFraudWarning.objects.get()
    pages = {
        market.kofi.user: {
            "home": "/seller/",
            "disputes": "/seller/disputes/",
            "dispute": own,
            "preview": f"{own}preview/",
            "inquiry": f"/seller/disputes/{inquiry.pk}/",
            "lost": f"/seller/disputes/{over.pk}/",
            "order": f"/seller/orders/{orders(row)[0].number}/",
        },
        people.ike(): {
            "staff-disputes": "/admin/desk/disputes/",
            "staff-dispute": f"/admin/desk/disputes/{dispute.pk}/",
            "staff-warnings": "/admin/desk/fraud-warnings/",
            "staff-warning": f"/admin/desk/fraud-warnings/{warning.pk}/",
        },
        market.amara: {"buyer-order": f"/account/orders/{orders(row)[0].checkout.number}/"},
    }
    troubles: list[str] = []
    for look in screens.LOOKS:
        for person, asked in pages.items():
            troubles += looked_at(browser, live, look, person, asked)
    assert not troubles, "\n".join(troubles)
