"""Amara's wallet in a real browser: four looks, filters that swap, a page that fits and that can be heard."""

import pytest
from playwright.sync_api import Page, expect

from banibs.users.models import User
from tests import screens
from tests.servers import Servers
from tests.wallet.books import credit, post, usd
from wallet import movements
from wallet.movements import OrderShare, RefundShare

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_busy_wallet(amara: User) -> None:
    """Two currencies, thirty orders, a refund and something set aside."""
    credit(100_000, user=amara.pk)
    credit(2_500, user=amara.pk, currency="GBP")
    for number in range(71801, 71831):
        share = OrderShare(
            tax_jurisdiction="US", order=number, seller=7, wallet=1299, net=1169, fee=130, tax=0
        )
        post(
            movements.order_paid(
                checkout=number,
                reference=f"B-{number}",
                buyer=amara.pk,
                currency="USD",
                orders=[share],
            )
        )
    refund = movements.order_refunded(
        RefundShare(
            order=71830,
            seller=7,
            buyer=amara.pk,
            tax_jurisdiction="US",
            from_held=1169,
            fee=130,
            to_wallet=1299,
            fee_deferred=True,
        ),
        refund=1,
        reference="B-71830-1",
        currency="USD",
        memo="The last one had a chip in its rim",
    )
    post(refund)
    post(movements.wallet_reserved(payment=9, attempt=1, buyer=amara.pk, amount=usd(500)))


def test_the_wallet_fits_and_is_heard(each_look: Page, live: Servers, amara: User) -> None:
    a_busy_wallet(amara)
    screens.sign_in(each_look, live, amara)
    each_look.goto("/account/wallet/?currency=USD")
    expect(each_look.get_by_role("heading", level=1)).to_have_text("Wallet")
    assert not screens.scrolls_sideways(each_look)


def test_a_filter_swaps_the_lines_and_keeps_the_page(each_look: Page, live: Servers, amara: User) -> None:
    a_busy_wallet(amara)
    screens.sign_in(each_look, live, amara)
    each_look.goto("/account/wallet/?currency=USD")
    each_look.get_by_label("Type").select_option("refunds")
    rows = each_look.locator("#lines tbody tr")
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("The last one had a chip in its rim")
    assert "kind=refunds" in each_look.url
    each_look.get_by_label("Type").select_option("")
    expect(rows).to_have_count(25)
    each_look.get_by_role("link", name="Next").click()
    expect(rows).to_have_count(8)
