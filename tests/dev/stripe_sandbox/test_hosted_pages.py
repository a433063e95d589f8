"""The hosted pages without a script: the bank, the payment page, the seller's onboarding."""

import html
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.dev.stripe_sandbox.local import LocalStripe, Receiver

LINE = {
    "quantity": 1,
    "price_data": {"currency": "gbp", "unit_amount": 4800, "product_data": {"name": "Basket"}},
}
CARD = {
    "number": "4242 4242 4242 4242",
    "expiry": "12 / 34",
    "cvc": "123",
    "name": "Amara O",
    "email": "a@example.com",
}


def _asked(local: LocalStripe, card: str = "pm_card_authenticationRequired") -> Any:
    return local.client.payment_intents.create(
        {"amount": 900, "currency": "gbp", "payment_method": card, "payment_method_types": ["card"],
         "confirm": True, "return_url": "http://shop.test/return?order=7"}
    )  # fmt: skip


def _answer(url: str, answer: str) -> dict[str, list[str]]:
    gone = requests.post(url, data={"answer": answer}, allow_redirects=False, timeout=5)
    assert gone.status_code == 302
    return parse_qs(urlsplit(gone.headers["Location"]).query)


def test_amara_confirms_with_her_bank(local: LocalStripe) -> None:
    intent = _asked(local)
    page = requests.get(intent.next_action.redirect_to_url.url, timeout=5)
    assert "£9.00" in page.text
    assert "•••• 3184" in page.text
    query = _answer(intent.next_action.redirect_to_url.url, "complete")
    assert query == {
        "order": ["7"], "payment_intent": [intent.id], "payment_intent_client_secret": [intent.client_secret],
        "redirect_status": ["succeeded"],
    }  # fmt: skip
    paid = local.client.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert (paid.status, paid.latest_charge.payment_method_details.card.three_d_secure.result) == (
        "succeeded",
        "authenticated",
    )
    assert _answer(intent.next_action.redirect_to_url.url, "fail")["redirect_status"] == ["succeeded"]
    assert local.client.payment_intents.retrieve(intent.id).status == "succeeded"


def test_amara_does_not_confirm(local: LocalStripe) -> None:
    intent = _asked(local)
    assert _answer(intent.next_action.redirect_to_url.url, "fail")["redirect_status"] == ["failed"]
    after = local.client.payment_intents.retrieve(intent.id)
    assert (after.status, after.latest_charge) == ("requires_payment_method", None)
    assert after.last_payment_error.code == "payment_intent_authentication_failure"


def test_confirmed_and_still_too_little_money(local: LocalStripe) -> None:
    intent = _asked(local, "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds")
    assert _answer(intent.next_action.redirect_to_url.url, "complete")["redirect_status"] == ["failed"]
    after = local.client.payment_intents.retrieve(intent.id)
    assert (after.status, after.last_payment_error.decline_code) == (
        "requires_payment_method",
        "insufficient_funds",
    )


@pytest.fixture
def session(local: LocalStripe) -> Any:
    return local.client.checkout.sessions.create(
        {"mode": "payment", "line_items": [LINE], "success_url": "http://shop.test/ok?s={CHECKOUT_SESSION_ID}",
         "cancel_url": "http://shop.test/no", "customer_creation": "always",
         "payment_intent_data": {"metadata": {"checkout": "B-1"}, "transfer_group": "B-1"}}
    )  # fmt: skip


def test_the_payment_page_takes_a_card(local: LocalStripe, session: Any, receiver: Receiver) -> None:
    local.control("endpoints", url=receiver.url, secret="whsec_" + "p" * 32)
    page = requests.get(session.url, timeout=5)
    assert "Basket" in page.text
    assert 'href="http://shop.test/no"' in page.text
    gone = requests.post(session.url, data=CARD, allow_redirects=False, timeout=5)
    assert gone.headers["Location"] == f"http://shop.test/ok?s={session.id}"
    done = local.client.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent", "customer"]})
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    assert (done.payment_intent.metadata["checkout"], done.payment_intent.transfer_group) == ("B-1", "B-1")
    assert (done.customer.email, done.customer_details.name) == ("a@example.com", "Amara O")
    local.quiet()
    assert "checkout.session.completed" in receiver.types
    again = requests.post(session.url, data=CARD, allow_redirects=False, timeout=5)
    assert again.status_code == 302
    assert len(local.client.charges.list({}).data) == 1


def test_a_declined_card_stays_on_the_page_and_nothing_typed_is_lost(
    local: LocalStripe, session: Any
) -> None:
    declined = {**CARD, "number": "4000000000000002"}
    page = requests.post(session.url, data=declined, timeout=5)
    assert page.status_code == 402
    assert "Your card was declined." in page.text
    assert 'value="Amara O"' in page.text
    assert 'value="4000' not in page.text
    told = requests.post(
        session.url, data={**CARD, "email": ""}, headers={"Accept": "application/json"}, timeout=5
    )
    assert told.json() == {"message": "Enter your email address, for the receipt.", "field": "email"}
    gone = requests.post(session.url, data=CARD, allow_redirects=False, timeout=5)
    assert gone.status_code == 302
    assert len(local.client.payment_intents.list({}).data) == 1, "one intent, however many cards were tried"


def test_the_payment_page_asks_the_bank(local: LocalStripe, session: Any) -> None:
    asks = {**CARD, "number": "4000002500003155"}
    for answer, ends in (("fail", f"/c/pay/{session.id}/after-bank"), ("complete", "/ok")):
        bank = requests.post(session.url, data=asks, allow_redirects=False, timeout=5).headers["Location"]
        back = requests.post(bank, data={"answer": answer}, allow_redirects=False, timeout=5).headers[
            "Location"
        ]
        page = requests.get(back, allow_redirects=False, timeout=5)
        assert ends in (page.headers.get("Location") or back)
    assert local.client.checkout.sessions.retrieve(session.id).status == "complete"


def test_an_expired_page_says_so(local: LocalStripe, session: Any) -> None:
    url = session.url
    local.client.checkout.sessions.expire(session.id)
    page = requests.get(url, timeout=5)
    assert page.status_code == 410
    assert "Nothing was charged" in page.text
    assert requests.post(url, data=CARD, timeout=5).status_code == 410
    assert local.client.charges.list({}).data == []


# ---- the seller: onboarding step by step
def _link(local: LocalStripe, country: str = "US") -> tuple[str, str]:
    seller = local.client.accounts.create(
        {"type": "express", "country": country, "capabilities": {"transfers": {"requested": True}},
         "tos_acceptance": {"service_agreement": "recipient" if country == "GH" else "full"}}
    )  # fmt: skip
    link = local.client.account_links.create(
        {"account": seller.id, "type": "account_onboarding", "refresh_url": "http://shop.test/again",
         "return_url": "http://shop.test/back"}
    )  # fmt: skip
    return seller.id, link.url


def _fill(visit: requests.Session, url: str, step: str, **changes: str) -> requests.Response:
    """Take the page's own test details, change some, and send the step."""
    shown = visit.post(url, data={"step": step, "fill": "1"}, timeout=5).text
    pattern = r'name="([\w.]+)" type="(?:text|email|tel|url)"[^>]*? value="([^"]*)"'
    fields = {name: html.unescape(value) for name, value in re.findall(pattern, shown)}
    chosen = {"business_type": "individual", "business_profile.mcc": "5699", "individual.dob.month": "1"}
    return visit.post(
        url, data={**chosen, **fields, **changes, "step": step}, allow_redirects=False, timeout=5
    )


@pytest.mark.parametrize("country", ["US", "GH", "GB"])
def test_kofi_tells_everything_and_is_ready(local: LocalStripe, country: str) -> None:
    seller, url = _link(local, country)
    visit = requests.Session()
    assert visit.get(url, timeout=5).status_code == 200
    for step, following in (("business", "person"), ("person", "bank"), ("bank", "review")):
        assert _fill(visit, url, step).headers["Location"].endswith(f"?step={following}")
    assert visit.post(url, data={"step": "review"}, allow_redirects=False, timeout=5).headers["Location"] == (
        "http://shop.test/back"
    )
    ready = local.client.accounts.retrieve(seller)
    assert (ready.details_submitted, ready.payouts_enabled, ready.requirements.currently_due) == (
        True,
        True,
        [],
    )
    assert ready.capabilities["transfers"] == "active"
    assert ready.external_accounts.data[0].last4 == "6789"


def test_kofi_chooses_the_currency_and_the_number_of_his_bank_account(local: LocalStripe) -> None:
    seller, url = _link(local, "GB")
    visit = requests.Session()
    visit.get(url, timeout=5)
    assert "comes back (no account)" in visit.get(f"{url}?step=bank", timeout=5).text
    other = _fill(visit, url, "bank", **{"bank.currency": "kes", "bank.number": "000111111116"})
    assert (other.status_code, "Please choose one of these." in other.text) == (422, True)
    _fill(visit, url, "bank", **{"bank.currency": "eur", "bank.number": "000111111116"})
    (bank,) = local.client.accounts.retrieve(seller).external_accounts.data
    assert (bank.currency, bank.last4, bank.country) == ("eur", "1116", "GB")
    _, recipients = _link(local, "GH")
    other_visit = requests.Session()
    other_visit.get(recipients, timeout=5)
    assert "Currency of the account" not in other_visit.get(f"{recipients}?step=bank", timeout=5).text


def test_stripe_takes_its_time_to_look_at_kofi(local: LocalStripe) -> None:
    local.control("settings", verification_seconds=3600)
    seller, url = _link(local, "GH")
    visit = requests.Session()
    for step in ("business", "person", "bank"):
        _fill(visit, url, step)
    visit.post(url, data={"step": "review"}, allow_redirects=False, timeout=5)
    waiting = local.client.accounts.retrieve(seller)
    assert (waiting.details_submitted, waiting.payouts_enabled) == (True, False)
    assert (waiting.capabilities["transfers"], waiting.requirements.currently_due) == ("pending", [])
    assert waiting.requirements.pending_verification == ["individual.verification.document"]
    assert waiting.requirements.disabled_reason == "requirements.pending_verification"
    local.forward(3601)
    ready = local.client.accounts.retrieve(seller)
    assert (ready.capabilities["transfers"], ready.payouts_enabled) == ("active", True)


def test_a_wrong_answer_is_marked_and_the_rest_is_kept(local: LocalStripe) -> None:
    _, url = _link(local)
    visit = requests.Session()
    page = _fill(visit, url, "person", **{"individual.email": "kofi", "individual.first_name": "Kofi"})
    assert page.status_code == 422
    assert "Please give an email address" in page.text
    assert 'value="kofi"' in page.text
    assert 'value="Mensah"' in page.text


def test_an_identity_that_does_not_match_keeps_the_seller_waiting(local: LocalStripe) -> None:
    seller, url = _link(local, "GH")
    visit = requests.Session()
    _fill(visit, url, "business")
    _fill(visit, url, "person", **{"individual.id_number": "111111111"})
    _fill(visit, url, "bank")
    visit.post(url, data={"step": "review"}, allow_redirects=False, timeout=5)
    waiting = local.client.accounts.retrieve(seller)
    assert (waiting.details_submitted, waiting.payouts_enabled) == (True, False)
    assert waiting.requirements.currently_due == ["individual.id_number"]
    assert waiting.requirements.errors[0].code == "verification_failed_keyed_identity"


def test_a_link_opens_once_and_not_for_long(local: LocalStripe) -> None:
    _, url = _link(local)
    assert requests.get(url, timeout=5, allow_redirects=False).status_code == 200
    assert requests.get(url, timeout=5, allow_redirects=False).headers["Location"] == "http://shop.test/again"
    _, later = _link(local)
    local.forward(301)
    assert (
        requests.get(later, timeout=5, allow_redirects=False).headers["Location"] == "http://shop.test/again"
    )
