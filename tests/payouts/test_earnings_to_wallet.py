"""Kofi moves what he has earned to his own wallet, to spend it here: at once, once, and never more than there is."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.test import Client
from rest_framework.test import APIClient

from banibs.core import events
from banibs.core.models import Event
from banibs.core.money import Money
from banibs.developers import keys
from banibs.users.models import User
from marketplace.models import Order, Seller
from marketplace.sellers import shops
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted
from payouts import earnings_to_wallet
from payouts.models import EarningsTransfer, PayoutHold
from payouts.sending import can_send
from payouts.sending.refusals import PayoutRefused
from tests import market as scene
from tests import people
from tests.concurrency import at_once
from tests.payouts.scenes import available, broken, earned, purse
from tests.promises.helpers import plain
from tests.shopping import buys
from wallet import ledger, payout_pause
from wallet.models import Movement

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/seller/payouts/to-wallet/"
API = "/api/v1/wallet/from-earnings/"


@pytest.fixture
def market() -> scene.Market:
    return scene.opened(wallet=100_000)


def moves(shop: Seller, amount: int, currency: str = "GBP") -> EarningsTransfer:
    actor = events.Actor.person(shop.user, role="seller")
    return earnings_to_wallet.move_to_wallet(seller_id=shop.pk, amount=Money(amount, currency), actor=actor)


def spendable(shop: Seller) -> int:
    return ledger.balance(f"user:{shop.user_id}:wallet", "GBP").amount


def books(shop: Seller) -> tuple[Any, ...]:
    """All that a refusal must leave as it was."""
    kinds = ("earnings.to_wallet",)
    return (
        dict(ledger.seller_balances(shop.pk)),
        dict(ledger.wallet_balances(shop.user_id)),
        Movement.objects.count(),
        EarningsTransfer.objects.count(),
        Event.objects.filter(kind__in=kinds).count(),
    )


def refused(shop: Seller, amount: int, currency: str = "GBP") -> tuple[int, str]:
    before = books(shop)
    with pytest.raises(PayoutRefused) as refusal:
        moves(shop, amount, currency)
    assert books(shop) == before
    return refusal.value.status, refusal.value.code


def desk(shop: Seller) -> Client:
    client = Client()
    client.force_login(shop.user)
    return client


def test_it_is_in_the_owners_wallet_at_once_and_can_be_spent(market: scene.Market) -> None:
    there = earned(market)
    moved = moves(market.kofi, 1_000)
    assert (available(market.kofi).amount, spendable(market.kofi)) == (there.amount - 1_000, 1_000)
    movement = Movement.objects.get(kind="earnings_to_wallet")
    assert (movement.key, movement.actor) == (
        f"earnings:{moved.pk}:to_wallet",
        f"user:{market.kofi.user_id}",
    )
    told = Event.objects.get(kind="earnings.to_wallet")
    assert (told.subject_id, told.data["amount"]) == (moved.pk, 1_000)
    moves(market.kofi, there.amount - 1_000)
    assert available(market.kofi).amount == 0
    assert broken() == []


def test_no_more_than_there_is_and_of_what_is_not_there_nothing(market: scene.Market) -> None:
    there = earned(market)
    assert refused(market.kofi, there.amount + 1) == (402, "insufficient_available")
    assert refused(market.kofi, 1, "USD") == (402, "insufficient_available")
    assert refused(market.zuri, 1) == (402, "insufficient_available")
    for nothing in (0, -100):
        assert refused(market.kofi, nothing) == (400, "invalid_amount")


def test_what_has_not_cleared_is_not_moved(market: scene.Market) -> None:
    earned(market)
    moves(market.kofi, available(market.kofi).amount)
    buys(market, (market.basket, 1))
    assert purse(market.kofi, "pending").amount > 0
    assert refused(market.kofi, 1) == (402, "insufficient_available")


def test_while_payouts_are_paused_nothing_is_moved(market: scene.Market) -> None:
    earned(market)
    pause = payout_pause.pause_payouts("The books are checked", key="audit")
    assert refused(market.kofi, 100) == (503, "payouts_paused")
    with transaction.atomic():
        payout_pause.lift(pause.pk, actor="user:1", note="All is well")
    moves(market.kofi, 100)


def test_a_hold_of_staff_holds_it_too_and_the_seller_reads_why(market: scene.Market) -> None:
    earned(market)
    hold = PayoutHold.objects.create(
        seller=market.kofi,
        reason="We wait for a paper of yours.",
        review_on="2026-12-24",
        placed_by=people.ike(),
    )
    assert refused(market.kofi, 100) == (409, "on_hold")
    said = plain(desk(market.kofi).get(PAGE).content)
    assert "“We wait for a paper of yours.” We look at it again on 24 December 2026." in said
    PayoutHold.objects.filter(pk=hold.pk).update(lifted_at="2026-12-01T00:00Z")
    moves(market.kofi, 100)


def test_a_suspended_shop_moves_nothing(market: scene.Market) -> None:
    earned(market)
    shops.move(market.kofi.pk, to="suspended", actor=events.SYSTEM, reason="Fakes")
    assert refused(market.kofi, 100) == (409, "account_suspended")


# The page ------------------------------------------------------------------------------------------------


def form(client: Client, **typed: str) -> dict[str, str]:
    page = client.get(PAGE).content.decode()
    return dict(re.findall(r'type="hidden" name="(key|currency)" value="([^"]*)"', page)) | typed


def test_kofi_moves_it_on_the_page_and_a_second_press_moves_nothing_more(market: scene.Market) -> None:
    there = earned(market)
    kofi = desk(market.kofi)
    asked = form(kofi, amount=there.plain)
    answers = [kofi.post(PAGE, asked) for _ in range(2)]
    assert [(one.status_code, one.headers["Location"]) for one in answers] == [
        (302, "/account/wallet/?currency=GBP")
    ] * 2
    assert spendable(market.kofi) == there.amount
    assert f"{there.format()} of your earnings is in your wallet." in plain(
        kofi.get("/account/wallet/").content
    )
    assert "Nothing is available yet" in kofi.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Enter an amount such as 25"), ("0", "Say how much"), ("-5", "Enter an amount"), ("1e3", "Enter an amount"),
     ("1.005", "Enter an amount"), ("9999", "is available."), ("<b>", "Enter an amount")],
)  # fmt: skip
def test_a_wrong_amount_is_said_beside_its_field_and_what_was_typed_stays(
    market: scene.Market, typed: str, said: str
) -> None:
    earned(market)
    before = books(market.kofi)
    kofi = desk(market.kofi)
    answer = kofi.post(PAGE, form(kofi, amount=typed))
    assert answer.status_code in (400, 402, 422)
    page = answer.content.decode()
    assert said in plain(re.search(r'id="amount-error".*?</p>', page, re.DOTALL)[0])  # type: ignore[index]
    assert typed.replace("<b>", "&lt;b&gt;") in page
    assert books(market.kofi) == before


def test_a_currency_that_is_not_there_and_a_form_without_a_key_move_nothing(market: scene.Market) -> None:
    earned(market)
    before = books(market.kofi)
    kofi = desk(market.kofi)
    assert kofi.post(PAGE, form(kofi, amount="1", currency="USD")).status_code == 422
    assert kofi.post(PAGE, {"amount": "1", "currency": "GBP"}).status_code == 409
    assert Client().post(PAGE, {"amount": "1", "currency": "GBP"}).status_code == 302
    amara = Client()
    amara.force_login(market.amara)
    assert amara.get(PAGE).headers["Location"] == "/seller/start/"
    assert books(market.kofi) == before


# The API -------------------------------------------------------------------------------------------------


def program(owner: Seller | User, *scopes: str) -> APIClient:
    user = owner.user if isinstance(owner, Seller) else owner
    _, text = keys.create(user, name="test", scopes=scopes)
    caller = APIClient()
    caller.default_format = "json"
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return caller


def test_a_program_moves_it_once_per_key(market: scene.Market) -> None:
    there = earned(market)
    caller = program(market.kofi, "payouts:write")
    wanted, key = {"amount": 500, "currency": "GBP"}, {"Idempotency-Key": "a"}
    first = caller.post(API, wanted, headers=key)
    assert (first.status_code, first.json()["amount"]["amount"], first.json()["wallet"]["amount"]) == (
        201,
        500,
        500,
    )
    assert first.json()["available"]["amount"] == there.amount - 500
    again = caller.post(API, wanted, headers=key)
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    assert spendable(market.kofi) == 500


def test_what_a_program_is_refused_and_nothing_moves(market: scene.Market) -> None:
    there = earned(market)
    caller, key = program(market.kofi, "payouts:write"), {"Idempotency-Key": "a"}
    before = books(market.kofi)

    def code(wanted: dict[str, object], headers: dict[str, str], by: APIClient = caller) -> tuple[int, str]:
        answer = by.post(API, wanted, headers=headers)
        return answer.status_code, answer.json()["error"]["code"]

    wanted = {"amount": 500, "currency": "GBP"}
    assert code(wanted, {}) == (400, "idempotency_key_required")
    assert code(wanted | {"amount": there.amount + 1}, key) == (402, "insufficient_available")
    assert code(wanted | {"amount": 0}, key)[0] == 400
    assert code(wanted, key, program(market.kofi, "payouts:read", "wallet:write")) == (
        403,
        "insufficient_scope",
    )
    assert code(wanted, key, program(market.zuri, "payouts:write")) == (402, "insufficient_available")
    assert code(wanted, key, program(market.amara, "payouts:write")) == (404, "not_found")
    payout_pause.pause_payouts("The books are checked", key="audit")
    assert code(wanted, key) == (503, "payouts_paused")
    assert books(market.kofi) == before


# At the same moment --------------------------------------------------------------------------------------


def gives_back(order: Order) -> None:
    order_refunds.refund_order(
        order.pk, Wanted(everything=True), actor=events.SYSTEM, reason="goodwill", note="", user_id=None
    )


def test_two_tabs_move_the_same_money_once(market: scene.Market) -> None:
    there = earned(market).amount
    answers = at_once([lambda: moves(market.kofi, there - 10)] * 4)
    assert sum(isinstance(one, EarningsTransfer) for one in answers) == 1
    assert {one.code for one in answers if isinstance(one, PayoutRefused)} == {"insufficient_available"}
    assert (available(market.kofi).amount, spendable(market.kofi)) == (10, there - 10)
    assert broken() == []


@pytest.mark.parametrize("guarded", [True, False])
def test_a_refund_between_the_look_and_the_deed_leaves_nothing_below_zero_by_it(
    market: scene.Market, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """A refund does not hold the shop. Without the look under the ledger's lock its money is moved all the same."""
    there = earned(market).amount
    order = Order.objects.get()
    looks, look = iter(range(9)), can_send.available
    has_looked, is_given = threading.Event(), threading.Event()

    def available_then(seller_id: int, currency: str) -> Money:
        number, found = next(looks), look(seller_id, currency)
        if number == 0:
            has_looked.set()
            is_given.wait(5)
        return found if guarded or number == 0 else Money(there, currency)

    def between() -> None:
        has_looked.wait(5)
        gives_back(order)
        is_given.set()

    monkeypatch.setattr(can_send, "available", available_then)
    moved, given = at_once([lambda: moves(market.kofi, there), between])
    monkeypatch.undo()
    assert given is None
    assert isinstance(moved, PayoutRefused) is guarded
    assert spendable(market.kofi) == (0 if guarded else there)
    assert (available(market.kofi).amount < 0) is not guarded
    assert broken() == []


@pytest.mark.parametrize("locked", [True, False])
def test_a_hold_that_begins_meanwhile_waits_or_is_seen(
    market: scene.Market, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    """Staff hold the shop under its lock: after it nothing leaves. Without the lock it leaves after the hold."""
    earned(market)
    ike = people.ike()
    if not locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, *_args, **_options: self.all())
    problem, has_looked, is_held = can_send.seller_problem, threading.Event(), threading.Event()
    order: list[str] = []

    def slowly(shop: Seller) -> str:
        found = problem(shop)
        has_looked.set()
        is_held.wait(1)
        return found

    def holds() -> None:
        has_looked.wait(5)
        with transaction.atomic():
            Seller.objects.select_for_update(of=("self",)).get(pk=market.kofi.pk)
            PayoutHold.objects.create(
                seller=market.kofi, reason="A paper", review_on="2026-12-24", placed_by=ike
            )
        order.append("held")
        is_held.set()

    def moved() -> None:
        moves(market.kofi, 100)
        order.append("moved")

    monkeypatch.setattr(can_send, "seller_problem", slowly)
    assert at_once([moved, holds]) == [None, None]
    assert order == (["moved", "held"] if locked else ["held", "moved"])
