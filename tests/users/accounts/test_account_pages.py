"""The pages of an account, the mailbox and the clock: clean to axe and no wider than the screen, in all four looks."""

import pytest
from playwright.sync_api import Page

from banibs.core import mail
from banibs.users.models import User
from tests import screens
from tests.people import PASSWORD
from tests.users import mailbox

pytestmark = pytest.mark.browser
OPEN = [
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
]
GUARDED = [
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/2fa/recovery-codes/generate/",
]
OWN = [
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/2fa/",
    "/accounts/sessions/",
    "/accounts/logout/",
]


def _is_clean(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    assert screens.axe(page) == [], path
    assert not screens.scrolls_sideways(page), path


def test_open_pages(each_look: Page) -> None:
    for path in OPEN:
        _is_clean(each_look, path)


def test_own_and_guarded_pages(each_look: Page, amara: User) -> None:
    each_look.goto("/accounts/login/")
    each_look.fill("input[name=login]", amara.email)
    each_look.fill("input[name=password]", PASSWORD)
    each_look.press("input[name=password]", "Enter")
    each_look.wait_for_url("**/account/")
    for path in OWN:
        _is_clean(each_look, path)
    each_look.goto(GUARDED[0])
    assert screens.axe(each_look) == []
    each_look.fill("input[name=password]", PASSWORD)
    each_look.press("input[name=password]", "Enter")
    each_look.wait_for_url("**/totp/activate/")
    for path in GUARDED[:2]:
        _is_clean(each_look, path)


def test_mailbox_and_clock(each_look: Page) -> None:
    facts = {"email": "amara@example.com", "confirm_url": "http://testserver/x/", "name": "Amara"}
    letter = mail.message(template="account_confirm", to=["amara@example.com"], context=facts)
    mailbox.mailbox.Backend().send_messages([letter])
    for path in ("/dev/mailbox/", f"/dev/mailbox/{mailbox.mailbox.names()[0]}/", "/dev/clock/"):
        _is_clean(each_look, path)


def test_a_sign_up_with_errors_keeps_what_was_typed_and_moves_to_the_summary(page: Page) -> None:
    page.goto("/accounts/signup/")
    page.fill("input[name=name]", "Nia Kamau")
    page.fill("input[name=email]", "nia at example")
    page.fill("input[name=password1]", "12345")
    page.press("input[name=password1]", "Enter")
    page.wait_for_selector("[aria-invalid=true]")
    assert page.input_value("input[name=name]") == "Nia Kamau"
    assert page.input_value("input[name=email]") == "nia at example"
    assert screens.axe(page) == []
    assert page.locator("[role=alert] a").count() >= 2
