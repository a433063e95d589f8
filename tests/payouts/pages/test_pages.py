"""What Kofi reads of his payouts: in each state, with each thing that holds them back, however many there are."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from banibs.core import events
from banibs.core.money import Money
from marketplace.models import Cart, Order
from payments.charges import purchase
from payments.gateways import outcomes
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted
from payouts.models import Payout, PayoutHold, PayoutMethod
from payouts.providers.interface import Progress, Seen
from payouts.schedules.rules import today_of
from payouts.sending import send_payout
from payouts.sending.request_payout import hold_payout
from payouts.sending.sync_payout import sync_payout
from tests import market as scene
from tests import people
from tests.payouts.pages.test_pay_out_now import confirm_form, kofi, text
from tests.payouts.provider_by_hand import by_hand
from tests.payouts.scenes import asks, available, broken, earned, method
from tests.shopping import buys
from wallet.models import Movement
from wallet.payout_pause import pause_payouts

pytestmark = pytest.mark.django_db
OVERVIEW, HISTORY = "/seller/payouts/", "/seller/payouts/history/"
TEN = Money(1_000, "GBP")


def statements(client: object, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200  # type: ignore[attr-defined]
    return len(asked)


@pytest.mark.parametrize(
    "path", [OVERVIEW, HISTORY, HISTORY + "?show=movements", "/seller/payouts/schedules/"]
)
def test_a_page_costs_the_same_statements_however_many_payouts(path: str) -> None:
    market = scene.opened(wallet=90_000)
    earned(market, times=2)
    to = method(market.kofi)
    asks(market.kofi, to, TEN)
    client = kofi(market)
    statements(client, path)
    few = statements(client, path)
    Payout.objects.bulk_create(
        Payout(seller=market.kofi, method=to, currency="GBP", amount=1_000 + n) for n in range(300)
    )
    buys(market, (market.basket, 1))
    assert statements(client, path) == few


def test_a_page_of_one_payout_costs_the_same_statements_however_many_tries() -> None:
    market = scene.opened()
    earned(market)
    payout = asks(market.kofi, method(market.kofi), TEN)
    path = f"{OVERVIEW}{payout.number}/"
    client = kofi(market)
    counts = set()
    for _ in range(3):
        attempt = send_payout.begin(payout.pk)
        assert attempt is not None
        counts.add(statements(client, path))
        send_payout.give_back(
            attempt, outcomes.Refused("balance_insufficient", "Too little."), waits_for="provider_short"
        )
    assert max(counts) - min(counts) <= 1  # from the second try on their list is read as well
    assert "Waited for the card money to reach BANIBS" in text(client.get(path))
    assert broken() == []


def test_what_holds_payouts_back_is_said_with_its_reason_and_date() -> None:
    market = scene.opened()
    earned(market)
    to = method(market.kofi)
    PayoutHold.objects.create(
        seller=market.kofi,
        reason="The owner has changed.",
        review_on=today_of(market.kofi),
        placed_by=people.ike(),
    )
    pause_payouts("The books are checked", key="books")
    client = kofi(market)
    for path in (OVERVIEW, f"{OVERVIEW}schedule/1/?currency=GBP", "/seller/payouts/schedules/"):
        said = text(client.get(path))
        assert "The owner has changed." in said
        assert f"We look at it again on {today_of(market.kofi):%-d %B %Y}." in said
        assert "All payouts wait while we check our books." in said
    second = text(client.get(f"{OVERVIEW}schedule/2/?currency=GBP&amount=20&method={to.pk}"))
    assert "Not possible now:" in second


def test_a_balance_below_zero_says_what_fills_it() -> None:
    market = scene.opened()
    there = earned(market)
    payout = asks(market.kofi, method(market.kofi), there)
    send_payout.send_due()
    sync_payout(payout.attempts.get().pk, Progress("paid", external_id="0xa"))
    order_refunds.refund_order(
        Order.objects.get().pk,
        Wanted(amount=1_200),
        actor=events.SYSTEM,
        reason="other",
        note="",
        user_id=None,
    )
    assert available(market.kofi).amount < 0
    said = text(kofi(market).get(OVERVIEW))
    assert "Owed from coming sales" in said
    assert str(available(market.kofi)) in said
    assert "New sales fill it first" in said


def test_two_currencies_stand_side_by_side_and_are_never_added() -> None:
    market = scene.opened()
    pounds = earned(market)
    client = kofi(market)
    assert "?currency=USD" not in client.get(OVERVIEW).content.decode()
    scene.credit(market.amara, 90_000, "USD")
    Cart.objects.update(region_id="US")
    scene.put_in_cart(market.amara, (market.basket, 1), region="US")
    address = market.amara.addresses.get().snapshot() | {"country": "US", "region": "GA", "postcode": "30301"}
    order = purchase.buy(
        user=market.amara, address=address, method="wallet", expected_total=None
    ).placed.checkout.orders.get()
    assert order.currency == "USD"
    page = client.get(OVERVIEW)
    assert "?currency=USD" in page.content.decode()
    assert str(pounds) in text(page)
    dollars = text(client.get(OVERVIEW + "?currency=USD"))
    assert str(order.money(order.held)) in dollars
    assert "Available to pay out $0.00" in dollars


def test_what_the_provider_lists_stands_beside_ours_and_its_silence_is_said(tmp_path: Path) -> None:
    market = scene.opened()
    earned(market)
    payout = asks(market.kofi, method(market.kofi), TEN)
    client = kofi(market)
    with by_hand(tmp_path / "asked", "crypto") as hands:
        hands["crypto"].lists = lambda: [
            Seen("po_1", TEN, "in_transit", today_of(market.kofi), ours=payout.number),
            Seen("po_0", Money(7_777, "GBP"), "paid"),
        ]
        said = text(client.get(HISTORY + "provider/"))
        assert payout.number in said
        assert "po_0" in said
        assert "£77.77" in said
        hands["crypto"].lists = silent
        part = client.get(HISTORY + "provider/", headers={"HX-Request": "true"})
        assert part.status_code == 200
        assert "crypto does not answer just now. Look again in a few minutes." in text(part)


def test_a_rate_that_became_worse_is_shown_anew_and_taken_by_its_seller(tmp_path: Path) -> None:
    market = scene.opened()
    there = earned(market)
    client = kofi(market)
    with by_hand(tmp_path / "asked", "wise"):
        payout = asks(market.kofi, method(market.kofi, PayoutMethod.Kind.WISE, currency="GBP"), TEN)
        Payout.objects.filter(pk=payout.pk).update(waits_for="quote_worse")
        path = f"{OVERVIEW}{payout.number}/"
        assert "See the new rate" in text(client.get(path))
        page = client.get(path + "rate/")
        assert "Take this rate" in text(page)
        signed = confirm_form(page)["quote"]
        refused = client.post(path + "rate/", {"quote": signed[:-3] + "abc"}, follow=True)
        assert "Ask for a new quote." in text(refused)
        assert send_payout.send_due() == 0
        assert "Taken. It is sent within minutes." in text(
            client.post(path + "rate/", {"quote": signed}, follow=True)
        )
        payout.refresh_from_db()
        assert (payout.waits_for, payout.quote["arrives"]) == ("", TEN.amount)
        assert send_payout.send_due() == 1
        assert available(market.kofi) == there - TEN
        assert client.get(path + "rate/").status_code == 302


def silent() -> list[Seen]:
    raise outcomes.Unknown("no answer within 10 seconds")


def test_a_payout_that_failed_says_why_where_the_money_is_and_can_be_tried_again() -> None:
    market = scene.opened()
    there = earned(market)
    payout = asks(market.kofi, method(market.kofi), there)
    send_payout.send_due()
    sync_payout(payout.attempts.get().pk, Progress("failed", code="closed", words="The account is closed."))
    client = kofi(market)
    said = text(client.get(f"{OVERVIEW}{payout.number}/"))
    for words in (
        "Returned to your balance",
        "The account is closed.",
        "The money is in your available balance.",
        "Try again",
        "Payout not sent, available again",
    ):
        assert words in said
    client.post(f"{OVERVIEW}{payout.number}/again/")
    payout.refresh_from_db()
    assert payout.status == Payout.Status.REQUESTED
    assert "To be tried again" in text(client.get(f"{OVERVIEW}{payout.number}/"))
    again = client.post(f"{OVERVIEW}{payout.number}/again/", follow=True)
    assert "Only a payout that was not sent can be tried again." in text(again)


def test_what_came_back_with_less_says_what_was_lost() -> None:
    market = scene.opened()
    earned(market)
    payout = asks(market.kofi, method(market.kofi), TEN)
    send_payout.send_due()
    attempt = payout.attempts.get().pk
    sync_payout(attempt, Progress("paid", external_id="0xa"))
    sync_payout(attempt, Progress("returned", words="The bank sent it back.", returned=Money(990, "GBP")))
    said = text(kofi(market).get(f"{OVERVIEW}{payout.number}/"))
    assert "£9.90 came back; £0.10 were lost in conversion on the way." in said
    assert "Payout returned" in said


def test_he_cancels_what_was_not_sent_and_nothing_after() -> None:
    market = scene.opened()
    there = earned(market)
    payout = asks(market.kofi, method(market.kofi), TEN)
    client = kofi(market)
    said = text(client.post(f"{OVERVIEW}{payout.number}/cancel/", follow=True))
    assert "Cancelled. £10.00 stays in your balance." in said
    assert "Nothing has moved" in said
    sent = asks(market.kofi, payout.method, TEN)
    send_payout.send_due()
    moved = Movement.objects.count()
    said = text(client.post(f"{OVERVIEW}{sent.number}/cancel/", follow=True))
    assert "cannot be cancelled any more" in said
    assert (Movement.objects.count(), available(market.kofi)) == (moved, there - TEN)


def test_staffs_reason_for_holding_one_is_read() -> None:
    market = scene.opened()
    earned(market)
    payout = asks(market.kofi, method(market.kofi), TEN)
    hold_payout(payout.pk, actor=events.Actor.person(people.ike(), role="staff"), reason="A new destination.")
    said = text(kofi(market).get(f"{OVERVIEW}{payout.number}/"))
    assert "Being checked" in said
    assert "“A new destination.”" in said
    assert "Ike" not in said


def test_what_is_under_way_asks_again_every_minute_and_what_is_over_does_not() -> None:
    market = scene.opened()
    earned(market)
    payout = asks(market.kofi, method(market.kofi), TEN)
    client = kofi(market)
    path = f"{OVERVIEW}{payout.number}/"
    asks_again = f'hx-get="{path}" hx-trigger="every 60s"'
    assert asks_again in client.get(path).content.decode()
    part = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "Waiting to be sent" in part
    assert "<html" not in part
    client.post(f"{path}cancel/")
    assert asks_again not in client.get(path).content.decode()


def test_the_history_is_searched_by_number_state_method_and_days() -> None:
    market = scene.opened(wallet=90_000)
    earned(market, times=2)
    one, two = method(market.kofi), method(market.kofi, masked="0xab…cd")
    first, second = asks(market.kofi, one, TEN), asks(market.kofi, two, TEN)
    client = kofi(market)
    client.post(f"{OVERVIEW}{second.number}/cancel/")
    today = today_of(market.kofi).isoformat()
    for query, found in (
        ("", {first, second}),
        (f"q={first.number}", {first}),
        (f"q={first.number.lower()}", {first}),
        (f"q={first.number.removeprefix('PO-')}", {first}),
        ("q=nothing", set()),
        ("status=canceled", {second}),
        ("status=waiting", {first}),
        (f"method={two.pk}", {second}),
        (f"since={today}&until={today}", {first, second}),
        ("since=2050-01-01", set()),
        ("until=2020-01-01", set()),
        ("currency=USD", set()),
    ):
        page = client.get(f"{HISTORY}?{query}").content.decode()
        shown = {payout for payout in (first, second) if f"/seller/payouts/{payout.number}/" in page}
        assert shown == found, query
    wrong = client.get(HISTORY + "?since=2026-02-31&status=waiting")
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.content.decode()
    turned = client.get(f"{HISTORY}?since=2026-02-02&until=2026-02-01")
    assert "Choose a day that is not before the first." in text(turned)
    assert client.get(HISTORY + "?before=x&after=%00&q=%00&older=9&currency=<b>").status_code in (200, 422)


def test_every_movement_is_listed_with_what_was_left_and_as_a_file() -> None:
    market = scene.opened(wallet=90_000)
    there = earned(market)
    payout = asks(market.kofi, method(market.kofi), TEN)
    send_payout.send_due()
    client = kofi(market)
    said = text(client.get(HISTORY + "?show=movements&currency=GBP"))
    for words in ("Cleared", f"+{there}", "Payout sent", "−£10.00", str(there - TEN)):
        assert words in said
    only = text(client.get(f"{HISTORY}?show=movements&currency=GBP&q={payout.number}"))
    assert "Payout sent" in only
    assert f"+{there}" not in only
    file = client.get(f"{HISTORY}payouts.csv?show=movements&currency=GBP")
    rows = list(csv.reader(io.StringIO(b"".join(file).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert [row[4] for row in rows[1:]] == [there.plain, "-10.00"]
    assert rows[-1][5] == (there - TEN).plain
    file = client.get(f"{HISTORY}payouts.csv")
    rows = list(csv.reader(io.StringIO(b"".join(file).decode("utf-8-sig"))))  # type: ignore[arg-type]
    assert (rows[1][0], rows[1][-1]) == (payout.number, "10.00")


def test_anothers_payout_is_not_there() -> None:
    market = scene.opened()
    earned(market)
    payout = asks(market.kofi, method(market.kofi), TEN)
    client = kofi(market)
    client.force_login(market.zuri.user)
    for path in ("", "cancel/", "again/"):
        ask = client.post if path else client.get
        assert ask(f"{OVERVIEW}{payout.number}/{path}").status_code == 404
    client.force_login(market.amara)
    assert client.get(f"{OVERVIEW}{payout.number}/").status_code == 302
    assert client.get(f"{OVERVIEW}PO-1/").status_code in (302, 404)
    payout.refresh_from_db()
    assert payout.status == Payout.Status.REQUESTED


def test_home_asks_how_he_is_paid_until_he_has_said_it() -> None:
    market = scene.opened()
    client = kofi(market)
    assert "Say how you are paid" in text(client.get("/seller/"))
    row = method(market.kofi, state=PayoutMethod.State.CHECKING, verified_at=None)
    assert "Your destination is being checked." in text(client.get("/seller/"))
    PayoutMethod.objects.filter(pk=row.pk).delete()
    method(market.kofi)
    assert "Say how you are paid" not in text(client.get("/seller/"))
    market.kofi.status = "draft"
    market.kofi.save()
    assert "Getting paid Done" in text(client.get("/seller/"))
