"""The browser of the tests sees what it must see."""

import pytest
from playwright.sync_api import Page

from tests import screens

pytestmark = pytest.mark.browser


def test_the_sign_in_page_is_clean_in_all_four_looks(each_look: Page) -> None:
    each_look.goto("/accounts/login/")
    assert screens.axe(each_look) == []
    assert not screens.scrolls_sideways(each_look)


def test_axe_hears_a_button_without_a_name(page: Page) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('main').appendChild(document.createElement('button'))")
    assert any(line.startswith("button-name") for line in screens.axe(page))
