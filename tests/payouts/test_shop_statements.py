"""A statement of any period adds up to the ledger: what each balance held, every movement, what it held then."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from banibs.core import clock, events
from banibs.core.money import Money
from banibs.developers import keys
from marketplace.models import Seller
from payments import policy as payments_policy
from payments.models import Document, DocumentKind
from payments.receipts import numbering, rendering, stored
from payments.receipts.months import Month
from payments.refunds import order_refunds
from payments.refunds.wanted import Wanted
from payouts import earnings_to_wallet
from payouts.statements import csv_file
from payouts.statements.months import statement_months
from tests import market as scene
from tests.payments.receipts.pdf_rules import faults
from tests.payments.receipts.scenes import said, says
from tests.payouts.scenes import broken, earned
from tests.shopping import buys
from wallet import accounts, ledger, movements, policy, shop_statement
from wallet.movements import OrderShare, RefundShare
from wallet.posting import Posting, Transfer

pytestmark = pytest.mark.django_db(transaction=True)
SHOP, OTHER = 7, 8
PAGE = "/seller/payouts/statements/"
FOREVER = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)
EPOCH = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


# Any history, any period ----------------------------------------------------------------------------------


def drawn(draw: random.Random, n: int) -> Posting:
    """A movement of one or two shops; floors are the ledger's to keep."""
    money, seller = Money(draw.randrange(1, 900), "GBP"), draw.choice((SHOP, SHOP, OTHER))
    third = money.amount // 3
    refund = RefundShare(
        order=n,
        seller=seller,
        buyer=1,
        tax_jurisdiction="GB",
        from_held=third,
        from_available=money.amount - third,
        fee=draw.randrange(40),
        tax=draw.randrange(40),
        to_wallet=0,
        fee_deferred=draw.random() < 0.5,
    )
    given = refund.from_held + refund.from_available + refund.fee + refund.tax
    kinds = (
        lambda: sale(n, draw),
        lambda: sale(n, draw),
        lambda: movements.funds_cleared(order=n, seller=seller, held=money),
        lambda: movements.order_refunded(
            RefundShare(**{**{name: getattr(refund, name) for name in refund.__slots__}, "to_wallet": given}),
            refund=n,
            reference=f"B-{n}-1",
            currency="GBP",
        ),
        lambda: movements.reserve_held(order=n, seller=seller, amount=money),
        lambda: movements.reserve_released(order=n, seller=seller, amount=money),
        lambda: movements.debt_agreed(debt=n, seller=seller, amount=money),
        lambda: movements.payout_sent(payout=n, attempt=1, seller=seller, amount=money),
        lambda: movements.payout_failed(payout=n, attempt=1, seller=seller, provider="wise", amount=money),
        lambda: movements.payout_paid(payout=n, attempt=1, seller=seller, provider="wise", amount=money),
        lambda: movements.payout_returned(payout=n, attempt=1, seller=seller, provider="wise", amount=money),
        lambda: movements.earnings_to_wallet(transfer=n, seller=seller, user=2, amount=money),
        lambda: Posting(
            f"dispute:{n}:1:opened",
            "dispute_opened",
            "GBP",
            (
                Transfer(accounts.DISPUTES, accounts.CLEARING, money.amount),
                Transfer(accounts.available(seller), accounts.disputed(seller), money.amount, f"order:{n}"),
            ),
        ),
    )
    return draw.choice(kinds)()


def sale(n: int, draw: random.Random) -> Posting:
    """One checkout of both shops, each with a fee."""
    shares = [
        OrderShare(
            tax_jurisdiction="GB",
            order=n * 10 + seller,
            seller=seller,
            wallet=net + fee + 7,
            net=net,
            fee=fee,
            tax=7,
        )
        for seller in (SHOP, OTHER)
        for net, fee in [(draw.randrange(1, 2_000), draw.randrange(0, 200))]
    ]
    return movements.order_paid(checkout=n, reference=f"B-{n}", buyer=1, currency="GBP", orders=shares)


def trade(seed: int, times: int) -> list[dt.datetime]:
    """A random history, the clock moving on; the moments between."""
    draw = random.Random(seed)
    with transaction.atomic():
        ledger.post(movements.demo_credited(user=1, number=1_000_001, amount=Money(10_000_000, "GBP")))
    moments = []
    for n in range(1, times + 1):
        try:
            with transaction.atomic():
                ledger.post(drawn(draw, n))
        except ledger.InsufficientFunds:
            continue
        if draw.random() < 0.3:
            scene.forward(hours=draw.randrange(1, 60))
            moments.append(clock.now())
    return moments


def held(currency: str, moment: dt.datetime) -> dict[str, int]:
    """By the ledger's own reading of each account."""
    before = moment - dt.timedelta(microseconds=1)
    return {
        name: ledger.balance_at(code, currency, before).amount
        for name, code in shop_statement.codes(SHOP).items()
    }


def rows(text: Iterator[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(text).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))))


def figures(row: dict[str, str]) -> dict[str, int]:
    """A row's amounts in minor units, by balance."""
    words = {str(text): name for name, text in shop_statement.BALANCES.items()}
    return {name: int(Decimal(row[text]) * 100) for text, name in words.items()}


@pytest.mark.parametrize("seed", range(8))
def test_any_period_of_any_history_adds_up_to_the_ledger(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "STATEMENT_LINES_AT_ONCE", 7)  # so that a file takes many reads
    moments = [EPOCH, *trade(seed, 120), FOREVER]
    draw = random.Random(seed)
    for _ in range(6):
        since, until = sorted(draw.sample(moments, 2))
        table = rows(csv_file.pieces(SHOP, "GBP", since=since, until=until))
        opening, closing = table[0], table[-1]
        subtotals = {row["Group"]: figures(row) for row in table if row["What"] == "Subtotal"}
        lines = [row for row in table[1:-1] if row["What"] != "Subtotal"]
        assert figures(opening) == held("GBP", since)
        assert figures(closing) == held("GBP", until)
        for name in shop_statement.BALANCES:
            moved = sum(figures(row)[name] for row in lines)
            assert figures(opening)[name] + moved == figures(closing)[name]
            assert sum(one[name] for one in subtotals.values()) == moved
        for group, amounts in subtotals.items():
            of_it = [figures(row) for row in lines if row["Group"] == group]
            assert amounts == {name: sum(one[name] for one in of_it) for name in amounts}
        if "Between your balances" in subtotals:
            assert sum(subtotals["Between your balances"].values()) == 0
        assert all(int(Decimal(row["In all"]) * 100) == sum(figures(row).values()) for row in table)
        times = [row["Date (UTC)"] for row in lines]
        assert times == sorted(times)


def test_two_periods_that_touch_are_one() -> None:
    first, *_rest, last = trade(3, 80)
    halves = [
        figures(row)
        for since, until in ((EPOCH, last), (last, FOREVER))
        for row in rows(csv_file.pieces(SHOP, "GBP", since=since, until=until))
        if row["What"] == "Subtotal"
    ]
    whole = [
        figures(row)
        for row in rows(csv_file.pieces(SHOP, "GBP", since=EPOCH, until=FOREVER))
        if row["What"] == "Subtotal"
    ]
    for name in shop_statement.BALANCES:
        assert sum(one[name] for one in halves) == sum(one[name] for one in whole)
    assert first < last


def test_a_sale_is_what_came_in_before_the_fees_and_the_fees_are_the_fees() -> None:
    """Of two shops in one checkout each sees its own."""
    share = {"tax_jurisdiction": "GB", "tax": 7}
    with transaction.atomic():
        ledger.post(movements.demo_credited(user=1, number=1_000_001, amount=Money(10_000, "GBP")))
        ledger.post(
            movements.order_paid(
                checkout=1,
                reference="B-1",
                buyer=1,
                currency="GBP",
                orders=[
                    OrderShare(order=1, seller=SHOP, wallet=1_007, net=900, fee=100, **share),  # type: ignore[arg-type]
                    OrderShare(order=2, seller=OTHER, wallet=2_007, net=1_760, fee=240, **share),  # type: ignore[arg-type]
                ],
            )
        )
    (line,) = shop_statement.lines(SHOP, "GBP", since=EPOCH, until=FOREVER)
    assert [(part.group, part.amounts) for part in line.parts] == [
        ("sales", {"pending": 1_000}),
        ("fees", {"pending": -100}),
    ]
    (line,) = shop_statement.lines(OTHER, "GBP", since=EPOCH, until=FOREVER)
    assert [part.total for part in line.parts] == [2_000, -240]


def test_every_kind_that_moves_a_shops_money_has_its_group() -> None:
    """One that is new is "other" until somebody decides; those that are written today are decided."""
    left = {kind for kind in shop_statement.KINDS if shop_statement.group_of(kind) == "other"}
    assert not {
        kind for kind in left if kind.startswith(("payout_s", "payout_p", "payout_f", "payout_r", "dispute_"))
    }
    assert {"reversed", "adjusted", "debt_repaid", "written_off"} <= left
    assert set(shop_statement.GROUPS) >= {shop_statement.group_of(kind) for kind in shop_statement.KINDS}


# A month as a document -----------------------------------------------------------------------------------


@pytest.fixture
def market() -> scene.Market:
    return scene.opened(wallet=100_000)


def next_month(minutes: int = 11) -> Month:
    month = Month(clock.now().strftime("%Y-%m"))
    left = month.until - clock.now()
    scene.forward(seconds=left.total_seconds() + minutes * 60)
    return month


def a_month_of(market: scene.Market) -> Month:
    """Kofi sells twice, gives some back, moves some to his wallet; a third sale is of the next month."""
    there = earned(market, times=2)
    earnings_to_wallet.move_to_wallet(
        seller_id=market.kofi.pk,
        amount=Money(there.amount // 2, "GBP"),
        actor=events.Actor.person(market.kofi.user, role="seller"),
    )
    order = market.kofi.orders.earliest("pk")
    order_refunds.refund_order(
        order.pk, Wanted(amount=1_000), actor=events.SYSTEM, reason="goodwill", note="", user_id=None
    )
    month = next_month()
    buys(market, (market.basket, 1))
    return month


def made(shop: Seller, month: Month) -> Document:
    assert stored.of_shop(shop.pk, "GBP", month) is None
    numbering.issue_due()
    rendering.render_due()
    document = stored.of_shop(shop.pk, "GBP", month)
    assert document is not None
    return document


def test_a_months_statement_says_what_the_ledger_says(market: scene.Market) -> None:
    month = a_month_of(market)
    document = made(market.kofi, month)

    told = document.snapshot
    at_end = {
        name: ledger.balance_at(code, "GBP", month.until - dt.timedelta(microseconds=1)).amount
        for name, code in shop_statement.codes(market.kofi.pk).items()
    }
    assert {one["name"]: one["closing"] for one in told["balances"]} == {
        name: at_end[name] for name in ("pending", "available")
    }
    assert told["opening"] == 0
    assert told["closing"] == sum(at_end.values())
    assert told["opening"] + sum(one["amount"] for one in told["groups"]) == told["closing"]
    assert told["opening"] + sum(line["amount"] for line in told["lines"]) == told["closing"]
    assert [one["name"] for one in told["groups"]] == ["sales", "fees", "refunds", "to_wallet"]
    read = said(document)
    assert says(Money(told["closing"], "GBP").format(), read)
    assert says("Earnings moved to the wallet", read)
    assert says("Statement", read)
    assert faults(stored.read(document)) == []
    assert broken() == []


def test_the_next_months_statement_begins_where_the_last_one_ended(market: scene.Market) -> None:
    first = made(market.kofi, a_month_of(market)).snapshot
    second = made(market.kofi, next_month()).snapshot
    assert (second["opening"], len(second["lines"])) == (first["closing"], 1)
    quiet = made(market.kofi, next_month()).snapshot
    assert (quiet["opening"], quiet["lines"], quiet["closing"]) == (second["closing"], [], second["closing"])


def test_right_after_midnight_it_waits_for_what_may_still_be_written(market: scene.Market) -> None:
    earned(market)
    month = next_month(minutes=1)
    assert stored.of_shop(market.kofi.pk, "GBP", month) is None
    assert numbering.issue_due() == 0
    scene.forward(minutes=15)
    assert numbering.issue_due() == 1


def test_more_lines_than_a_page_takes_are_said_together(
    market: scene.Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = a_month_of(market)
    monkeypatch.setattr(payments_policy, "DOCUMENT_MOST_LINES", 5)
    told = made(market.kofi, month).snapshot
    assert 0 < len(told["lines"]) <= 5
    assert ("order_paid", 2) in [(line["kind"], line["quantity"]) for line in told["lines"]]
    assert told["opening"] + sum(line["amount"] for line in told["lines"]) == told["closing"]


# Pages and programs --------------------------------------------------------------------------------------


def desk(shop: Seller) -> Client:
    client = Client()
    client.force_login(shop.user)
    return client


def test_kofi_finds_his_months_and_fetches_them(market: scene.Market) -> None:
    kofi = desk(market.kofi)
    assert "No statements yet" in kofi.get(PAGE).content.decode()
    month = a_month_of(market)
    page = kofi.get(PAGE).content.decode()
    pdf, lines = f"{PAGE}GBP/{month.name}.pdf", f"{PAGE}lines.csv?currency=GBP&amp;month={month.name}"
    assert pdf in page
    assert lines in page
    assert "Not over yet" in page

    waits = kofi.get(pdf)
    assert (waits.status_code, waits.headers["Retry-After"]) == (202, "2")
    numbering.issue_due()
    rendering.render_due()
    assert kofi.get(pdf).content.startswith(b"%PDF")
    assert Document.objects.get(kind=DocumentKind.SHOP_STATEMENT).name in kofi.get(PAGE).content.decode()
    answer = kofi.get(lines.replace("&amp;", "&"))
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert f"banibs-{market.kofi.slug}-gbp-{month.name}-01-" in answer.headers["Content-Disposition"]
    table = rows(part.decode() for part in answer.streaming_content)  # type: ignore[attr-defined]
    assert (table[0]["What"], table[-1]["What"]) == ("Held before", "Held after")


def test_of_another_shop_and_of_no_month_there_is_nothing(market: scene.Market) -> None:
    month = a_month_of(market)
    zuri = desk(market.zuri)
    assert zuri.get(f"{PAGE}GBP/{month.name}.pdf").status_code == 302  # her own: nothing moved
    for name in ("GBP/2999-01.pdf", "GBP/2026-13.pdf", "gbp/2026-11.pdf", "GBP/last.pdf"):
        assert desk(market.kofi).get(PAGE + name).status_code == 404
    assert Client().get(PAGE).status_code == 302


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("currency=GBP&from=2026-11-30&to=2026-11-01", "to"),
        ("currency=GBP&from=&to=2026-11-01", "from"),
        ("currency=GBP&from=2026-02-30&to=2026-11-01", "from"),
        ("currency=GBP&from=2026-11-01&to=9999-12-31", "to"),
        ("currency=&month=2026-11", ""),
        ("currency=GBP&month=2026-13", ""),
    ],
)
def test_a_period_that_is_none_is_said_beside_its_field(market: scene.Market, query: str, field: str) -> None:
    earned(market)
    answer = desk(market.kofi).get(f"{PAGE}lines.csv?{query}")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "error-text" in page
    if field:
        assert f'id="{field}-error"' in page
        for value in re.findall(r"=([0-9-]{10})", query):
            assert f'value="{value}"' in page


def test_the_list_takes_the_same_statements_however_many_months(market: scene.Market) -> None:
    earned(market)
    with CaptureQueriesContext(connection) as few:
        statement_months(market.kofi.pk)
    for _ in range(3):
        next_month()
        buys(market, (market.basket, 1))
    with CaptureQueriesContext(connection) as more:
        found = statement_months(market.kofi.pk)
    assert len(found["GBP"]) == 4
    assert len(more) == len(few)


def test_a_program_lists_fetches_and_waits(market: scene.Market) -> None:
    month = a_month_of(market)
    _, text = keys.create(market.kofi.user, name="books", scopes=("payouts:read",))
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    newest, last = caller.get("/api/v1/seller/statements/").json()["results"]
    assert (newest["pdf"], last["month"], last["number"]) == (None, month.name, None)
    waits = caller.get(last["pdf"])
    assert (waits.status_code, waits.json(), waits["Retry-After"]) == (202, {"status": "preparing"}, "2")
    numbering.issue_due()
    rendering.render_due()
    assert caller.get(last["pdf"]).content.startswith(b"%PDF")
    table = rows(part.decode() for part in caller.get(last["csv"]).streaming_content)
    assert table[-1]["What"] == "Held after"

    def code(address: str) -> tuple[int, str]:
        answer = caller.get(f"/api/v1/seller/statements/{address}")
        return answer.status_code, answer.json()["error"]["code"]

    assert code("pdf/?currency=GBP&month=2999-01") == (400, "invalid_month")
    assert code(f"pdf/?currency=USD&month={month.name}") == (404, "no_statement")
    assert code("csv/?currency=GBP") == (400, "invalid_period")
    assert code("csv/?month=2026-11") == (400, "currency_required")
    _, text = keys.create(market.kofi.user, name="wallet", scopes=("wallet:read",))
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    assert code("") == (403, "insufficient_scope")
