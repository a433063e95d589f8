"""Kofi connects his bank account through Stripe's own form."""

import pytest
from django.test import Client

from marketplace.models import Seller
from payments.models import ConnectedAccount
from payouts import onboarding
from tests import people
from tests.stripe import LocalStripe, tell

pytestmark = pytest.mark.django_db


def test_kofi_gets_an_account_a_link_and_words_for_what_is_missing(local_stripe: LocalStripe) -> None:
    kofi = people.kofi()
    assert onboarding.readiness(kofi).status == "none"

    link = onboarding.link(
        kofi, url="http://testserver/", return_url="http://testserver/r", refresh_url="http://testserver/f"
    )

    assert link.startswith(local_stripe.url)
    account = ConnectedAccount.objects.get(seller=kofi)
    state = onboarding.readiness(kofi)
    assert (state.status, state.can_be_paid) == ("started", False)
    assert "A bank account for your payouts" in state.missing
    assert state.reason == "Finish the form at Stripe first."
    onboarding.link(
        kofi, url="http://testserver/", return_url="http://testserver/r", refresh_url="http://testserver/f"
    )
    assert len(local_stripe.client.v1.accounts.list({"limit": 5}).data) == 1

    local_stripe.control(f"accounts/{account.stripe_account_id}", {"complete": True})
    onboarding.refresh(kofi)
    assert onboarding.readiness(kofi).can_be_paid


def test_stripe_asks_for_more_later(local_stripe: LocalStripe) -> None:
    kofi = people.kofi()
    account = onboarding.ensure_account(kofi, url="http://testserver/")
    local_stripe.control(f"accounts/{account.stripe_account_id}", {"complete": True})
    due = {"due": ["individual.verification.document"], "disabled_reason": "requirements.past_due"}
    local_stripe.control(f"accounts/{account.stripe_account_id}", due)
    event = {
        "id": "evt_account",
        "object": "event",
        "type": "account.updated",
        "livemode": False,
        "account": account.stripe_account_id,
        "data": {"object": {"id": account.stripe_account_id, "object": "account"}},
    }
    assert tell(event).status == "processed"
    state = onboarding.readiness(kofi)
    assert (state.status, state.missing) == ("restricted", ("A photo of an identity document",))


def test_an_account_that_stripe_refused_says_so_and_whom_to_write_to(local_stripe: LocalStripe) -> None:
    kofi = people.kofi()
    account = onboarding.ensure_account(kofi, url="http://testserver/")
    local_stripe.control(f"accounts/{account.stripe_account_id}", {"complete": True})
    local_stripe.client.v1.accounts.reject(account.stripe_account_id or "", {"reason": "terms_of_service"})
    onboarding.refresh(kofi)
    state = onboarding.readiness(kofi)
    assert (state.status, state.can_be_paid) == ("rejected", False)

    desk = Client()
    desk.force_login(kofi.user)
    page = desk.get("/seller/bank/").content.decode()
    assert "Stripe has refused this account: it goes against Stripe’s terms." in page
    assert "Could not verify" in page
    assert "mailto:" in page
    assert "Continue at Stripe" not in page


def _asked(kofi: Seller) -> str:
    return onboarding.link(
        kofi, url="http://testserver/", return_url="http://testserver/r", refresh_url="http://testserver/f"
    )


@pytest.mark.parametrize(("country", "agreement"), [("GH", "recipient"), ("NG", "recipient"), ("GB", None)])
def test_stripe_is_asked_under_the_agreement_of_the_country(
    local_stripe: LocalStripe, country: str, agreement: str | None
) -> None:
    kofi = people.kofi()
    Seller.objects.filter(pk=kofi.pk).update(country=country)
    kofi.refresh_from_db()
    _asked(kofi)
    account = local_stripe.client.v1.accounts.list({}).data[0].to_dict()
    assert account["tos_acceptance"].get("service_agreement") == agreement
    assert (account["country"], list(account["capabilities"])) == (country, ["transfers"])


def test_kofi_reads_in_which_money_he_is_paid_across_the_border(local_stripe: LocalStripe) -> None:
    desk = Client()
    desk.force_login(people.kofi().user)
    page = desk.get("/seller/bank/").content.decode()
    assert "Your payouts arrive in GHS" in page
    assert "The least that Stripe sends there is GH₵1.00." in page
    assert "Connect with Stripe" in page


def test_where_stripe_pays_nobody_out_kofi_reads_what_he_can_do_instead(local_stripe: LocalStripe) -> None:
    kofi = people.kofi()
    Seller.objects.filter(pk=kofi.pk).update(country="ZW")
    kofi.refresh_from_db()
    desk = Client()
    desk.force_login(kofi.user)
    page = desk.get("/seller/bank/").content.decode()
    assert "Stripe does not pay out to banks in Zimbabwe." in page
    assert "change your shop’s country" in page
    assert "Connect with Stripe" not in page

    assert "does not pay out to banks in Zimbabwe" in desk.post("/seller/bank/", follow=True).content.decode()
    with pytest.raises(onboarding.NotOffered):
        _asked(kofi)
    assert not ConnectedAccount.objects.exists()
    assert local_stripe.client.v1.accounts.list({}).data == []


def test_a_country_that_stripe_has_not_allowed_us_is_said_in_words(local_stripe: LocalStripe) -> None:
    local_stripe.control("settings", {"recipients_allowed": False})
    with pytest.raises(onboarding.NotOffered) as refused:
        _asked(people.kofi())
    assert "Stripe has not allowed BANIBS to pay out to Ghana yet." in refused.value.message
    assert not ConnectedAccount.objects.exclude(stripe_account_id=None).exists()


def test_while_stripe_checks_kofi_reads_that_it_takes_time(local_stripe: LocalStripe) -> None:
    kofi = people.kofi()
    account = onboarding.ensure_account(kofi, url="https://banibs.example/shop/kofi")
    local_stripe.control(f"accounts/{account.stripe_account_id}", {"complete": True, "verifying": True})
    onboarding.refresh(kofi)
    state = onboarding.readiness(kofi)
    assert (state.status, state.missing, state.can_be_paid) == ("checking", (), False)
    local_stripe.control(f"accounts/{account.stripe_account_id}", {"verifying": False})
    onboarding.refresh(kofi)
    assert onboarding.readiness(kofi).can_be_paid


def test_stripe_is_told_a_shops_page_only_where_it_can_open_it(local_stripe: LocalStripe) -> None:
    zuri, kofi = people.zuri(), people.kofi()
    onboarding.ensure_account(zuri, url="http://localhost:8000/shop/zuri/")
    onboarding.ensure_account(kofi, url="https://banibs.example/shop/kofi/")
    newest, first = local_stripe.client.v1.accounts.list({}).data
    assert newest.business_profile.url == "https://banibs.example/shop/kofi/"
    assert first.business_profile.url is None
    assert "BANIBS marketplace" in first.business_profile.product_description
