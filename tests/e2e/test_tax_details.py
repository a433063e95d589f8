"""Tax details of a shop and the company of a buyer in a browser: whole in every look, heard by axe, with their script."""

import pytest
from playwright.sync_api import Page, expect

from tests import market as scene
from tests import people, screens
from tests.servers import Servers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def troubles(page: Page) -> list[str]:
    return [*screens.axe(page), *(["wider than the screen"] if screens.scrolls_sideways(page) else [])]


def test_kofi_shows_who_he_is_chooses_a_form_and_reads_what_is_wrong(each_look: Page, live: Servers) -> None:
    market, page = scene.opened(), each_look
    page.goto(
        "/accounts/login/?next=/seller/settings/tax/"
    )  # by the form: the servers hash his password their own way
    page.get_by_label("Email").fill(market.kofi.user.email)
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    page.get_by_label("Password").fill(people.PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_label("Date of birth")).to_be_visible()
    assert troubles(page) == []
    page.get_by_label("Street and number").fill("12 Oxford Street")
    page.get_by_label("You sell as").select_option("company")
    expect(page.get_by_label("Number in the register of companies")).to_be_visible()
    expect(page.get_by_label("Street and number")).to_have_value("12 Oxford Street")
    page.locator("summary", has_text="Fixed places of business").click()
    page.get_by_label("Ireland", exact=True).check()
    page.get_by_role("button", name="Save the tax details").click()
    expect(page.get_by_role("alert")).to_contain_text("need your attention")
    expect(page.get_by_label("Ireland", exact=True)).to_be_checked()
    assert troubles(page) == []


def test_amara_names_her_company_on_the_way_to_the_payment(each_look: Page, live: Servers) -> None:
    market, page = scene.opened(), each_look
    scene.put_in_cart(market.amara, (market.basket, 1))
    screens.sign_in(page, live, market.amara)
    page.goto("/checkout/address/")
    page.get_by_text("Buying for a company?").click()
    page.get_by_label("VAT number").fill("GB 980 7806 85")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("alert")).to_contain_text("VAT number")
    assert troubles(page) == []
    page.get_by_label("VAT number").fill("GB 980 7806 84")
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.locator(".recap")).to_contain_text("GB980780684")
    assert troubles(page) == []
