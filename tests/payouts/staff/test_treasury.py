"""A payout in crypto: Ike names what Kofi would get, Kofi accepts, two people name the transaction."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from banibs.core.money import Money
from banibs.users.models import User
from payouts.models import CryptoOffer, Payout
from payouts.sending import send_payout, treasury
from payouts.sending.refusals import PayoutRefused
from tests import market as scene
from tests import people
from tests.payouts.scenes import asks, available, broken, earned, method, purse
from wallet import ledger
from wallet.models import Approval

pytestmark = pytest.mark.django_db
S = Payout.Status
HASH = "0x" + "ab" * 32
ADDRESS = "0x52908400098527886E0F7030069857D2E4169EE7"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def market() -> scene.Market:
    market = scene.opened(wallet=100_000)
    earned(market, times=2)
    return market


@pytest.fixture
def payout(market: scene.Market) -> Payout:
    """In the treasury's queue."""
    to = method(market.kofi, asset="USDC", network="polygon")
    made = asks(market.kofi, to, Money(5_000, "GBP"))
    send_payout.send_due()
    return made


@pytest.fixture
def desk(ike: User) -> Client:
    return signed_in(ike)


@pytest.fixture
def ada() -> Client:
    return signed_in(people.person("ada@example.com", name="Ada Bello", staff=True))


def page(payout: Payout) -> str:
    return f"/admin/desk/payouts/{payout.pk}/"


def accept_url(payout: Payout) -> str:
    return f"/seller/payouts/{payout.number}/accept/"


def status(payout: Payout) -> str:
    payout.refresh_from_db()
    return payout.status


def offered(desk: Client, payout: Payout, quantity: str = "63.25") -> CryptoOffer:
    assert desk.post(page(payout), {"do": "offer", "quantity": quantity}).status_code == 302
    return CryptoOffer.objects.get(state="open")


def settle(desk: Client, payout: Payout, **said: str) -> Approval:
    answer = desk.post(page(payout), {"do": "settle", "settle_reason": "As agreed.", **said})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    return Approval.objects.order_by("-pk")[0]


def test_named_accepted_sent_and_named_by_its_transaction(
    market: scene.Market, payout: Payout, desk: Client, ada: Client
) -> None:
    kofi = signed_in(market.kofi.user)
    assertContains(desk.get("/admin/desk/payouts/", {"show": "crypto"}), payout.number)
    assertContains(desk.get("/admin/desk/"), "Payouts in crypto")
    offer = offered(desk, payout)
    assert (offer.quantity, offer.rate) == (Decimal("63.25"), Decimal("1.265"))
    assertNotContains(desk.get(page(payout)), ADDRESS)  # not before it is accepted
    shown = kofi.get(f"/seller/payouts/{payout.number}/")
    assertContains(shown, "You would get 63.25 USDC for £50.00.")
    assertContains(shown, "1.265 USDC for 1 GBP")
    too_soon = desk.post(
        page(payout), {"do": "settle", "outcome": "sent", "transaction": HASH, "settle_reason": "x"}
    )
    assertContains(too_soon, "has not accepted", status_code=409)

    kofi.post(accept_url(payout), {"offer": offer.pk, "do": "accept"})
    offer.refresh_from_db()
    assert (offer.state, status(payout)) == ("accepted", S.IN_TRANSIT)
    assertContains(desk.get(page(payout)), ADDRESS)

    wrong = desk.post(
        page(payout), {"do": "settle", "outcome": "sent", "transaction": "0xab", "settle_reason": "x"}
    )
    assertContains(wrong, "no hash of a transaction on Polygon", status_code=422)
    asked = settle(desk, payout, outcome="sent", transaction=HASH.upper().replace("0X", "0x"))
    assert (asked.action, status(payout)) == ("settle_crypto", S.IN_TRANSIT)
    ada.post(f"/admin/wallet/approval/{asked.pk}/approve/", {"note": ""})
    assert status(payout) == S.PAID
    assert ledger.balance("crypto:clearing", "GBP") == Money(5_000, "GBP")
    assertContains(kofi.get(f"/seller/payouts/{payout.number}/"), f"https://polygonscan.com/tx/{HASH}")
    assert broken() == []

    asked = settle(desk, payout, outcome="returned", came="48.00", transaction="0x" + "cd" * 32)
    ada.post(f"/admin/wallet/approval/{asked.pk}/approve/", {"note": ""})
    assert (status(payout), payout.returned_amount, payout.lost_in_conversion) == (S.RETURNED, 4_800, 200)
    assert broken() == []


def test_nobody_accepts_in_time_and_it_is_cancelled(
    market: scene.Market, payout: Payout, desk: Client
) -> None:
    before = available(market.kofi)
    offer = offered(desk, payout)
    assert treasury.lapse_due() == 0
    scene.forward(hours=24, minutes=1)
    kofi = signed_in(market.kofi.user)
    kofi.post(accept_url(payout), {"offer": offer.pk, "do": "accept"})
    assert CryptoOffer.objects.get().state == "open"  # too late is too late, even before the job has come
    assert (treasury.lapse_due(), treasury.lapse_due()) == (1, 0)
    assert (status(payout), available(market.kofi)) == (S.CANCELED, before + Money(5_000, "GBP"))
    assert (purse(market.kofi, "in_transit").amount, broken()) == (0, [])


def test_declined_the_money_is_there_at_once(market: scene.Market, payout: Payout, desk: Client) -> None:
    offer = offered(desk, payout)
    kofi = signed_in(market.kofi.user)
    for _ in range(2):
        kofi.post(accept_url(payout), {"offer": offer.pk, "do": "decline"})
    assert (status(payout), purse(market.kofi, "in_transit").amount, broken()) == (S.CANCELED, 0, [])


def test_an_offer_is_the_shops_alone_and_only_the_one_that_was_shown(
    market: scene.Market, payout: Payout, desk: Client
) -> None:
    offer = offered(desk, payout)
    zuri, kofi = signed_in(market.zuri.user), signed_in(market.kofi.user)
    assert zuri.post(accept_url(payout), {"offer": offer.pk}).status_code == 404
    assert Client().post(accept_url(payout), {"offer": offer.pk}).status_code == 302
    for odd in ("", "x", "9" * 30):
        assert kofi.post(accept_url(payout), {"offer": odd}).status_code == 404
    kofi.post(accept_url(payout), {"offer": offer.pk + 1})
    assert kofi.get(accept_url(payout)).status_code == 405
    assert CryptoOffer.objects.get().state == "open"
    again = desk.post(page(payout), {"do": "offer", "quantity": "1"})
    assert (again.status_code, CryptoOffer.objects.count()) == (409, 1)
    for odd in ("", "0", "-1", "many"):
        assert desk.post(page(payout), {"do": "offer", "quantity": odd}).status_code in (409, 422)


def test_one_transaction_stands_for_one_payout(
    market: scene.Market, payout: Payout, desk: Client, ada: Client
) -> None:
    kofi = signed_in(market.kofi.user)
    second = asks(market.kofi, payout.method, Money(2_000, "GBP"))
    send_payout.send_due()
    for one in (payout, second):
        kofi.post(accept_url(one), {"offer": offered(desk, one).pk, "do": "accept"})
    asked = settle(desk, payout, outcome="sent", transaction=HASH)
    ada.post(f"/admin/wallet/approval/{asked.pk}/approve/", {"note": ""})
    said = {"do": "settle", "outcome": "sent", "transaction": HASH, "settle_reason": "x"}
    assertContains(desk.post(page(second), said), "stands for another payout", status_code=409)
    assert (status(payout), status(second), broken()) == (S.PAID, S.IN_TRANSIT, [])


def test_what_was_accepted_and_never_sent_is_given_back_by_two(
    market: scene.Market, payout: Payout, desk: Client, ada: Client
) -> None:
    offer = offered(desk, payout)
    signed_in(market.kofi.user).post(accept_url(payout), {"offer": offer.pk, "do": "accept"})
    asked = settle(desk, payout, outcome="not_sent")
    ada.post(f"/admin/wallet/approval/{asked.pk}/approve/", {"note": ""})
    assert (status(payout), CryptoOffer.objects.get().state, broken()) == (S.CANCELED, "over", [])


@pytest.mark.parametrize(
    ("network", "typed"),
    [
        ("polygon", "ab" * 32),
        ("polygon", "0x" + "zz" * 32),
        ("solana", HASH),
        ("solana", "0" * 88),
        ("bitcoin", "ab" * 32),
    ],
)
def test_what_cannot_be_a_hash_is_refused(network: str, typed: str) -> None:
    with pytest.raises(PayoutRefused) as refused:
        treasury.clean_hash(network, typed)
    assert refused.value.field == "transaction"
