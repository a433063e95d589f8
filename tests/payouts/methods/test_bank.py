"""Kofi's bank at Stripe: a destination appears by itself, waits when it changes, and goes when it goes there."""

from __future__ import annotations

import dataclasses

import pytest
from django.db.models import F

from banibs.core.models import Event
from payments.gateways.stripe import connected_accounts
from payments.models import ConnectedAccount
from payouts import onboarding
from payouts.models import PayoutMethod
from payouts.providers import stripe
from payouts.sending import can_send
from tests import people
from tests.stripe import LocalStripe, tell

pytestmark = pytest.mark.django_db


def account_of(local_stripe: LocalStripe, **asked: object) -> ConnectedAccount:
    account = onboarding.ensure_account(people.kofi(), url="http://testserver/")
    local_stripe.control(f"accounts/{account.stripe_account_id}", {"complete": True, **asked})
    onboarding.refresh(account.seller)
    return account


def living(account: ConnectedAccount) -> list[PayoutMethod]:
    return list(PayoutMethod.objects.filter(seller=account.seller, removed_at=None))


def test_a_bank_account_at_stripe_is_a_destination_here_masked_verified_and_waiting(
    local_stripe: LocalStripe,
) -> None:
    account = account_of(local_stripe)
    (row,) = living(account)
    assert (row.kind, row.currency, row.country, row.state) == ("stripe_connect", "GHS", "GH", "verified")
    assert row.masked == stripe.PROVIDER.check(row).masked
    assert row.is_default
    assert can_send.method_problem(row) == "method_cooling_off"
    assert can_send.takes_currency(row, "GHS")
    assert not can_send.takes_currency(row, "GBP")
    for _ in range(2):
        onboarding.refresh(account.seller)
    assert living(account) == [row]
    assert Event.objects.filter(kind="payout_method.added").count() == 1


def test_another_account_at_stripe_is_another_destination_which_waits_again(
    local_stripe: LocalStripe,
) -> None:
    account = account_of(local_stripe)
    (first,) = living(account)
    PayoutMethod.objects.filter(pk=first.pk).update(usable_from=F("created_at"))
    name = account.stripe_account_id or ""
    local_stripe.control(f"accounts/{name}", {"account_number": "000999456781"})
    event = next(
        one.to_dict()
        for one in local_stripe.client.v1.events.list(
            {"type": "account.external_account.created", "limit": 1}, {"stripe_account": name}
        ).data
    )
    assert tell(event).status == "processed"
    (now,) = living(account)
    first.refresh_from_db()
    assert (first.removed_why, now.pk != first.pk) == ("gone_at_stripe", True)
    assert can_send.method_problem(now) == "method_cooling_off"


def test_a_shop_that_lets_go_of_stripe_has_no_bank_there_any_more(local_stripe: LocalStripe) -> None:
    account = account_of(local_stripe)
    (row,) = living(account)
    onboarding.disconnect(account.stripe_account_id or "")
    row.refresh_from_db()
    assert (row.removed_why, living(account)) == ("gone_at_stripe", [])


def test_an_account_that_stripe_looks_at_again_pays_to_no_bank_meanwhile(local_stripe: LocalStripe) -> None:
    account = account_of(local_stripe)
    (row,) = living(account)
    for payouts, state in ((False, "checking"), (True, "verified")):
        told = dataclasses.replace(
            connected_accounts.read_account(account.stripe_account_id or ""), payouts_enabled=payouts
        )
        onboarding.sync_account(told)
        row.refresh_from_db()
        assert row.state == state
        assert bool(row.problem) is not payouts
    assert living(account) == [row]
