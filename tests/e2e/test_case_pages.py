"""A return in a browser, with a picture, to its end; each page heard by axe in light and dark, on a phone and on a desk."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from payments.cases import answers
from payments.models import Case
from tests import people, screens
from tests.payments.cases.scenes import bought, complained, fresh, photo
from tests.servers import Servers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def well(page: Page, where: str) -> None:
    """What axe finds, and whether the page is wider than the screen."""
    found = screens.axe(page)
    assert (found, screens.scrolls_sideways(page)) == ([], False), where


def test_a_return_with_a_picture_to_its_end(each_look: Page, live: Servers, tmp_path: Path) -> None:
    market, order = bought()
    before, page = market.wallet(), each_look
    picture = tmp_path / "broken.jpg"
    picture.write_bytes(photo().read())

    screens.sign_in(page, live, market.amara)
    page.goto(reverse("marketplace:order", args=[order.checkout.number]))
    page.get_by_role("link", name="Something is wrong").click()
    well(page, "problem")
    page.get_by_label("It is damaged or not as described").check()
    page.get_by_label("What happened").fill("The lid is cracked.")
    page.get_by_label("Pictures").set_input_files(picture)
    page.get_by_role("button", name="Send to the shop").click()
    expect(page.get_by_role("img", name="Picture 1 from You")).to_be_visible()
    well(page, "case, waiting")
    case = Case.objects.get()

    screens.sign_in(page, live, market.zuri.user)
    page.goto(reverse("seller:home"))
    page.get_by_role("link", name=f"Answer {order.number}").click()
    well(page, "seller's case")
    page.get_by_label("Send it back, then all of the money").check()
    page.get_by_label("Message to the buyer").fill("To P.O. Box 7, Nairobi, please.")
    page.get_by_role("button", name="Answer the buyer").click()
    expect(page.get_by_role("heading", name="Your offer")).to_be_visible()
    page.goto(reverse("payments:seller_cases"))
    well(page, "seller's list")

    screens.sign_in(page, live, market.amara)
    page.goto(reverse("payments:case", args=[case.pk]))
    well(page, "case, offered")
    page.get_by_role("button", name="Accept the offer").click()
    page.get_by_label("Tracking number").fill("RM 123")
    page.get_by_role("button", name="I have sent it").click()
    expect(page.get_by_text("The parcel is on its way")).to_be_visible()

    screens.sign_in(page, live, market.zuri.user)
    page.goto(reverse("payments:seller_case", args=[case.pk]))
    page.get_by_role("button", name="It has come, refund it").click()
    expect(page.get_by_text("Closed: The money went back")).to_be_visible()
    well(page, "seller's case, closed")
    assert market.wallet() == before + order.total
    assert fresh(order).status == "refunded"


def test_the_desk_and_the_thread_are_whole_in_every_look(each_look: Page, live: Servers) -> None:
    market, order = bought()
    case = complained(market, order, "not_as_described", "The lid is cracked.")
    answers.decline_request(case.pk, user=market.zuri.user, text="It was whole when it left.")
    answers.ask_staff(case.pk, user=market.amara, text="It was not.")
    page = each_look
    screens.sign_in(page, live, people.ike())
    for address in (reverse("admin:cases"), reverse("admin:case", args=[case.pk])):
        page.goto(address)
        well(page, address)
    screens.sign_in(page, live, market.amara)
    for address in (
        reverse("payments:case", args=[case.pk]),
        reverse("marketplace:order_messages", args=[order.number]),
        reverse("marketplace:order", args=[order.checkout.number]),
    ):
        page.goto(address)
        well(page, address)
    screens.sign_in(page, live, market.zuri.user)
    page.goto(reverse("seller:order_messages", args=[order.number]))
    well(page, "seller's thread")
