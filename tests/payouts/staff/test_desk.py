"""Ike works on payouts at the desk: what waits and why, held ones released by two, shops held with a reason and a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from banibs.core import clock, events
from banibs.core.money import Money
from banibs.users.models import User
from payouts import policy
from payouts.models import Payout, PayoutHold
from payouts.providers.interface import Progress
from payouts.sending import look_up, request_payout, send_payout
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests import people
from tests.payouts.provider_by_hand import ByHand, by_hand, is_short, refuses, says, standing
from tests.payouts.scenes import asks, available, broken, earned, method, purse
from wallet import policy as wallet_policy
from wallet.models import Approval

pytestmark = pytest.mark.django_db
DESK = "/admin/desk/payouts/"
S = Payout.Status


@pytest.fixture
def paypal(tmp_path: Path) -> Iterator[ByHand]:
    with by_hand(tmp_path / "book", "paypal", "stripe") as hands:
        yield hands["paypal"]


@pytest.fixture
def market() -> scene.Market:
    market = scene.opened(wallet=100_000)
    earned(market, times=2)
    return market


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def ike(ike: User) -> Client:
    return signed_in(ike)


@pytest.fixture
def ada() -> Client:
    return signed_in(people.person("ada@example.com", name="Ada Bello", staff=True))


def some(market: scene.Market, amount: int = 2_000, kind: str = "paypal") -> Payout:
    old = market.kofi.payout_methods.filter(kind=kind).first()
    to = old or method(market.kofi, kind, currency="GBP")
    return asks(market.kofi, to, Money(amount, "GBP"))


def page(payout: Payout) -> str:
    return f"{DESK}{payout.pk}/"


def status(payout: Payout) -> str:
    payout.refresh_from_db()
    return payout.status


def small_limit(monkeypatch: pytest.MonkeyPatch, amount: int = 3_000) -> None:
    monkeypatch.setitem(policy.PAYOUT_CHECKED_ABOVE, "GBP", amount)


def test_a_large_payout_is_held_until_two_people_have_released_it(
    paypal: ByHand, market: scene.Market, ike: Client, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_limit(monkeypatch)
    monkeypatch.setitem(wallet_policy.TWO_PERSON_LIMIT, "GBP", 3_000)
    payout = some(market, 3_001)
    assert (payout.status, payout.held_reason) == (
        S.HELD,
        "BANIBS checks it within one day. There is nothing you need to do.",
    )
    assert send_payout.send_due() == 0
    shown = ike.get(DESK, {"show": "held"})
    assertContains(shown, payout.number)
    assertContains(shown, "promised by")
    assertContains(shown, "First payout of this shop")

    ike.post(page(payout), {"do": "release", "reason": "The shop is known."})
    asked = Approval.objects.get()
    assert (status(payout), asked.status, asked.action) == (S.HELD, "requested", "release_payout")
    assertContains(ike.get(page(payout)), "Asked for, and waiting for a second person")
    assert ike.post(page(payout), {"do": "release", "reason": "Again."}).status_code == 409
    ike.post(f"/admin/wallet/approval/{asked.pk}/approve/", {"note": ""})
    assert status(payout) == S.HELD  # nobody agrees with themselves
    ada.post(f"/admin/wallet/approval/{asked.pk}/approve/", {"note": ""})
    assert status(payout) == S.REQUESTED
    assert send_payout.send_due() == 1
    assert (status(payout), broken()) == (S.IN_TRANSIT, [])


def test_what_a_shop_asks_for_in_a_day_counts_not_the_single_payout(
    paypal: ByHand, market: scene.Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_limit(monkeypatch)
    first, second, third = some(market, 2_000), some(market, 1_000), some(market, 1_000)
    assert [one.status for one in (first, second, third)] == [S.REQUESTED, S.REQUESTED, S.HELD]
    scene.forward(hours=25)
    assert some(market, 1_000).status == S.REQUESTED
    monkeypatch.delitem(policy.PAYOUT_CHECKED_ABOVE, "GBP")
    assert some(market, 1_000).status == S.HELD


def test_ike_holds_releases_cancels_and_tries_again(
    paypal: ByHand, market: scene.Market, ike: Client
) -> None:
    payout = some(market)
    assert ike.post(page(payout), {"do": "hold", "reason": ""}).status_code == 422
    assert status(payout) == S.REQUESTED
    ike.post(page(payout), {"do": "hold", "reason": "A new phone number."})
    assert (status(payout), payout.held_reason) == (S.HELD, "A new phone number.")
    ike.post(page(payout), {"do": "release", "reason": "It is theirs."})  # within what one may do alone
    assert status(payout) == S.REQUESTED
    paypal.answer = refuses
    send_payout.send_due()
    assert status(payout) == S.FAILED
    ike.post(page(payout), {"do": "retry", "reason": "The account is open again."})
    assert status(payout) == S.REQUESTED
    ike.post(page(payout), {"do": "cancel", "reason": "Asked for by the shop."})
    assert status(payout) == S.CANCELED
    assert ike.post(page(payout), {"do": "cancel", "reason": "Twice."}).status_code == 409
    assert (available(market.kofi) > Money(2_000, "GBP"), broken()) == (True, [])


def test_the_sum_that_a_provider_lacks_is_shown_by_currency(
    paypal: ByHand, market: scene.Market, ike: Client
) -> None:
    paypal.answer = is_short
    for amount in (2_000, 1_500):
        some(market, amount)
    send_payout.send_due()
    shown = ike.get(DESK, {"show": "short"})
    assertContains(shown, "PayPal: £35.00")
    assertContains(shown, "2 payouts wait")
    assertContains(shown, "Waiting for the card money to reach BANIBS.")
    assertContains(ike.get("/admin/desk/"), "Payouts for which a provider lacks money")


def test_refreshed_from_the_provider(paypal: ByHand, market: scene.Market, ike: Client) -> None:
    payout = some(market)
    assert ike.post(page(payout), {"do": "refresh"}).status_code == 409
    send_payout.send_due()
    paypal.later = says("paid", external_id="item_1")
    assert ike.post(page(payout), {"do": "refresh"}).status_code == 302
    assert (status(payout), broken()) == (S.PAID, [])


def test_what_is_stuck_is_asked_for_again_by_two(
    paypal: ByHand, market: scene.Market, ike: Client, ada: Client
) -> None:
    payout = some(market, kind="stripe_connect")
    send_payout.send_due()
    attempt = payout.attempts.get()
    sync_payout(attempt.pk, Progress("failed", handed="txn_1", words="No such account."))
    standing("stripe").back = refuses
    look_up.look_up(attempt.pk)
    assert status(payout) == S.STUCK
    assertContains(ike.get(DESK, {"show": "stuck"}), "does not give it back")
    ike.post(page(payout), {"do": "again", "reason": "The shop paid in at Stripe."})
    asked = Approval.objects.get()
    assert (asked.action, status(payout)) == ("retry_stuck_payout", S.STUCK)
    ada.post(f"/admin/wallet/approval/{asked.pk}/approve/", {"note": ""})
    assert status(payout) == S.IN_TRANSIT
    standing("stripe").back = says("failed", taken_back="txn_2")
    look_up.look_up(attempt.pk)
    assert (status(payout), purse(market.kofi, "in_transit").amount, broken()) == (S.FAILED, 0, [])


def test_all_payouts_of_a_shop_are_held_with_a_reason_and_a_day_and_go_on_by_two(
    paypal: ByHand, market: scene.Market, ike: Client, ada: Client
) -> None:
    payout = some(market)
    day = clock.now().date() + dt.timedelta(days=7)
    late = clock.now().date() + dt.timedelta(days=90)
    said = {"do": "hold_shop", "hold_reason": "Complaints.", "review_on": late.isoformat()}
    refused = ike.post(page(payout), said)
    assertContains(refused, "at most 30 days from now", status_code=409)
    assertContains(refused, "Complaints.", status_code=409)
    assert PayoutHold.objects.count() == 0
    ike.post(page(payout), {**said, "review_on": day.isoformat()})
    hold = PayoutHold.objects.get()
    assert (hold.reason, hold.review_on, send_payout.send_due()) == ("Complaints.", day, 0)
    payout.refresh_from_db()
    assert payout.waits_for == "on_hold"
    assertContains(ike.get(DESK), "Complaints.")

    scene.forward(days=8)
    assertContains(ike.get("/admin/desk/"), "Held shops to look at again")
    ike.post(page(payout), {"do": "lift_hold", "reason": "They were answered."})
    asked = Approval.objects.get()
    assert (asked.action, PayoutHold.objects.filter(lifted_at=None).count()) == ("lift_payout_hold", 1)
    ada.post(f"/admin/wallet/approval/{asked.pk}/approve/", {"note": ""})
    assert (PayoutHold.objects.filter(lifted_at=None).count(), send_payout.send_due()) == (0, 1)


def test_nobody_decides_about_their_own_shop(paypal: ByHand, market: scene.Market) -> None:
    payout = some(market)
    User.objects.filter(pk=market.kofi.user_id).update(is_staff=True, is_superuser=True)
    kofi = signed_in(User.objects.get(pk=market.kofi.user_id))
    for do in ("hold", "cancel", "release", "refresh", "hold_shop"):
        said = {"do": do, "reason": "Mine.", "hold_reason": "x", "review_on": "2099-01-01"}
        assert kofi.post(page(payout), said).status_code == 409
    assert status(payout) == S.REQUESTED


def test_who_may_see_and_who_may_act(paypal: ByHand, market: scene.Market) -> None:
    payout = some(market)
    clerk = people.person("clerk@example.com", name="Clerk")
    User.objects.filter(pk=clerk.pk).update(is_staff=True)

    def answers() -> tuple[int, int, int]:
        client = signed_in(User.objects.get(pk=clerk.pk))
        did = client.post(page(payout), {"do": "hold", "reason": "Why."}).status_code
        return client.get(DESK).status_code, client.get(page(payout)).status_code, did

    assert answers() == (403, 403, 403)
    clerk.user_permissions.add(
        Permission.objects.get(codename="view_payout", content_type__app_label="payouts")
    )
    assert answers() == (200, 200, 403)
    assertNotContains(signed_in(User.objects.get(pk=clerk.pk)).get(page(payout)), 'name="do"')
    assert status(payout) == S.REQUESTED
    for stranger in (Client(), signed_in(market.amara), signed_in(market.kofi.user)):
        assert stranger.get(DESK).status_code == 302
        assert stranger.post(page(payout), {"do": "cancel", "reason": "x"}).status_code == 302
    assert status(payout) == S.REQUESTED


def test_a_long_queue_costs_what_a_short_one_does(paypal: ByHand, market: scene.Market, ike: Client) -> None:
    def statements() -> int:
        ike.get(DESK)
        with CaptureQueriesContext(connection) as asked:
            assert ike.get(DESK).status_code == 200
        return len(asked)

    actor = events.Actor.person(market.kofi.user, role="staff")
    request_payout.hold_payout(some(market, 1_000).pk, actor=actor, reason="Why.")
    short = statements()
    for _ in range(6):
        request_payout.hold_payout(some(market, 1_000).pk, actor=actor, reason="Why.")
    assert statements() == short


def test_a_payout_is_found_by_its_number_and_by_the_providers(
    paypal: ByHand, market: scene.Market, ike: Client
) -> None:
    payout = some(market)
    send_payout.send_due()
    sync_payout(payout.attempts.get().pk, Progress("accepted", external_id="ITEM9"))
    there = f"/admin/payouts/payout/{payout.pk}/change/"
    for wanted in (payout.number, payout.number.lower(), "ITEM9"):
        assert ike.get("/admin/search/", {"q": wanted}).headers["Location"] == there
    assertContains(ike.get(there), page(payout))
