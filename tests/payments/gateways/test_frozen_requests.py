"""One key, one set of parameters: what was sent before an answer was lost is sent again as it was."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from banibs.core.audit import checks, run
from banibs.jobs import clear_old_rows
from banibs.users.models import User
from payments.charges import purchase, stripe_checkout
from payments.charges.open_intent import open_intent
from payments.gateways import frozen_requests, outcomes
from payments.gateways.stripe import customers
from payments.models import Intent, Method, Payment, StripeRequest
from payouts import onboarding
from tests import market as scene
from tests.stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)


def loses_answers(local_stripe: LocalStripe, path: str) -> None:
    """Stripe does what it is asked at this address, and its answers are lost: the first, and its repetition."""
    rule = {"do": "timeout_after_effect", "method": "POST", "path": path, "count": 2, "seconds": 0.1}
    local_stripe.control("faults", rule)


def placed(market: scene.Market, method: str = Method.CARD) -> Payment:
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    return purchase.buy(user=market.amara, address=address, method=method, expected_total=None).payment


def opened(payment: Payment) -> Intent:
    return open_intent(payment.pk, kind=Intent.Kind.PAYMENT_INTENT)


def renamed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(name="Amara Okafor-Bello", email="amara@elsewhere.test")


def test_amara_changes_her_name_after_a_lost_answer_and_pays(local_stripe: LocalStripe) -> None:
    market = scene.opened(wallet=0)
    payment = placed(market)
    loses_answers(local_stripe, "/v1/customers")
    with pytest.raises(outcomes.Unknown):
        opened(payment)
    renamed(market.amara)

    row = opened(payment)

    local_stripe.pay(row.stripe_id or "")
    local_stripe.deliver()
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    (customer,) = local_stripe.client.v1.customers.list({"limit": 10}).data
    market.amara.refresh_from_db()
    assert market.amara.stripe_customer_id == customer.id
    assert [finding.check.name for finding in run(checks()) if not finding.holds] == []


def test_a_session_is_asked_for_as_it_was(local_stripe: LocalStripe, settings: Settings) -> None:
    payment = placed(scene.opened(wallet=0), Method.STRIPE_CHECKOUT)
    loses_answers(local_stripe, "/v1/checkout/sessions")
    with pytest.raises(outcomes.Unknown):
        stripe_checkout.begin(payment)
    settings.SITE_URL = "https://moved.example"  # and what else a deploy changes
    settings.STRIPE_CHECKOUT_METHODS = ["card"]
    settings.STRIPE_RECEIPT_EMAIL = True

    row = stripe_checkout.begin(payment)

    (session,) = local_stripe.client.v1.checkout.sessions.list({"limit": 10}).data
    assert (row.session_id, session.payment_method_types) == (session.id, ["card", "link"])


def test_an_intent_is_asked_for_as_it_was(local_stripe: LocalStripe, settings: Settings) -> None:
    payment = placed(scene.opened(wallet=0))
    loses_answers(local_stripe, "/v1/payment_intents")
    with pytest.raises(outcomes.Unknown):
        opened(payment)
    settings.STRIPE_RECEIPT_EMAIL = True
    row = opened(payment)
    (made,) = local_stripe.client.v1.payment_intents.list({"limit": 10}).data
    assert (row.stripe_id, made.receipt_email) == (made.id, None)


def test_a_shop_that_moved_gets_the_account_that_it_asked_for(local_stripe: LocalStripe) -> None:
    kofi = scene.opened(wallet=0).kofi
    loses_answers(local_stripe, "/v1/accounts")
    with pytest.raises(outcomes.Unknown):
        onboarding.ensure_account(kofi, url="https://banibs.example/shops/old/")
    renamed(kofi.user)
    kofi.user.refresh_from_db()

    account = onboarding.ensure_account(kofi, url="https://banibs.example/shops/new/")

    (made,) = local_stripe.client.v1.accounts.list({"limit": 10}).data
    assert account.stripe_account_id == made.id


def test_without_the_frozen_row_the_key_is_of_no_use_and_that_is_an_outcome_of_its_own(
    local_stripe: LocalStripe,
) -> None:
    payment = placed(scene.opened(wallet=0))
    loses_answers(local_stripe, "/v1/payment_intents")
    with pytest.raises(outcomes.Unknown):
        opened(payment)
    row = StripeRequest.objects.get(name=f"intent:{Intent.objects.get().pk}:create")
    row.params["about"]["description"] = "something else"  # as if it had not been frozen
    row.save()

    with pytest.raises(outcomes.KeyConflict):
        opened(payment)

    again = opened(payment)  # the next try has a row and a key of its own
    local_stripe.pay(again.stripe_id or "")
    local_stripe.deliver()
    payment.refresh_from_db()
    assert payment.status == "succeeded"
    (first,) = [one for one in Intent.objects.all() if one.pk != again.pk]
    assert first.status == "canceled"
    assert [finding.check.name for finding in run(checks()) if not finding.holds] == []


def test_a_customers_key_that_is_of_no_use_is_followed_by_the_next(local_stripe: LocalStripe) -> None:
    amara = scene.opened(wallet=0).amara
    loses_answers(local_stripe, "/v1/customers")
    with pytest.raises(outcomes.Unknown):
        customers.ensure(amara)
    StripeRequest.objects.all().delete()
    renamed(amara)
    amara.refresh_from_db()
    assert customers.ensure(amara).startswith("cus_")


def test_whoever_renews_second_finds_what_the_first_made(local_stripe: LocalStripe) -> None:
    sent = frozen_requests.freeze("one", {"name": "Amara"})
    first = frozen_requests.renew(sent, {"name": "Amara B"})
    second = frozen_requests.renew(sent, {"name": "Amara C"})
    assert first == second
    assert first.key == f"{sent.key}:2"
    assert frozen_requests.freeze("one", {"name": "another"}).params == {"name": "Amara B"}


def test_they_are_forgotten_when_no_key_is_remembered_any_more(local_stripe: LocalStripe) -> None:
    customers.ensure(scene.opened(wallet=0).amara)
    scene.forward(days=29)
    clear_old_rows()
    assert StripeRequest.objects.count() == 1
    scene.forward(days=2)
    clear_old_rows()
    assert not StripeRequest.objects.exists()
