"""Amara looks at her wallet: what she holds, what moved and why, and takes a file of it home."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from banibs.users.models import User
from tests.wallet.books import balances, broken, counts, credit, post, usd
from wallet import ledger, movements
from wallet.movements import OrderShare

pytestmark = pytest.mark.django_db
PAGE = "/account/wallet/"


@pytest.fixture
def visit(client: Client, amara: User) -> Client:
    client.force_login(amara)
    return client


def pay(amara: User, number: int, amount: int = 100) -> None:
    share = OrderShare(tax_jurisdiction="US", order=number, seller=7, wallet=amount, net=amount, fee=0, tax=0)
    post(
        movements.order_paid(
            checkout=number,
            reference=f"B-{number}",
            buyer=amara.pk,
            currency="USD",
            orders=[share],
        )
    )


def rows(visit: Client, query: str = "") -> list[list[str]]:
    """The lines of the file of the same statement."""
    answer = visit.get(reverse("wallet:statement_csv") + query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_a_stranger_is_asked_to_sign_in(client: Client, db: None) -> None:
    for name in ("wallet", "statement_csv"):
        answer = client.get(reverse(f"wallet:{name}"))
        assert answer.status_code == 302
        assert answer.url.startswith(reverse("account_login"))


def test_an_empty_wallet_says_what_it_is_for(visit: Client) -> None:
    page = visit.get(PAGE + "?currency=USD").content.decode()
    assert "No transactions yet" in page
    assert "$0.00" in page
    assert "<table" not in page


def test_the_statement_shows_what_moved_and_what_was_left(visit: Client, amara: User) -> None:
    credit(10_000, user=amara.pk)
    pay(amara, 71840, 5196)
    page = visit.get(PAGE + "?currency=USD").content.decode()
    assert "$48.04" in page
    assert "−$51.96" in page
    assert "+$100.00" in page
    assert "B-71840" in page


def test_each_currency_is_its_own_balance(visit: Client, amara: User) -> None:
    credit(10_000, user=amara.pk)
    credit(700, user=amara.pk, currency="GBP")
    page = visit.get(PAGE + "?currency=USD").content.decode()
    assert "£7.00" in page
    assert "Money is never converted" in page
    assert [row[4:] for row in rows(visit, "?currency=GBP")[1:]] == [["GBP", "7.00", "7.00"]]


def test_nobody_sees_another_persons_lines(visit: Client, amara: User) -> None:
    credit(9_900, user=amara.pk + 1)
    assert "$99.00" not in visit.get(PAGE + "?currency=USD").content.decode()
    assert len(rows(visit, "?currency=USD")) == 1


def test_pages_turn_both_ways_and_miss_nothing(visit: Client, amara: User) -> None:
    credit(10_000, user=amara.pk)
    for number in range(1, 61):
        pay(amara, number)
    seen: list[str] = []
    url = PAGE + "?currency=USD"
    pages = []
    while url:
        answer = visit.get(url)
        page = answer.context["page"]
        pages.append([line.movement_id for line in page.lines])
        seen += [line.reference for line in page.lines]
        url = answer.context["older_url"] and PAGE + answer.context["older_url"]
    assert [len(page) for page in pages] == [25, 25, 11]
    assert seen == [f"B-{number}" for number in range(60, 0, -1)] + [""]
    back = visit.get(PAGE + answer.context["newer_url"])
    assert [line.movement_id for line in back.context["page"].lines] == pages[1]
    first = visit.get(PAGE + back.context["newer_url"])
    assert [line.movement_id for line in first.context["page"].lines] == pages[0]
    assert first.context["newer_url"] is None


def test_filters_narrow_the_page_and_the_file_alike(visit: Client, amara: User) -> None:
    credit(10_000, user=amara.pk)
    pay(amara, 1)
    page = visit.get(PAGE + "?currency=USD&kind=credits").content.decode()
    assert "Demo credit" in page
    assert "B-1<" not in page
    assert [row[1] for row in rows(visit, "?currency=USD&kind=orders")[1:]] == ["Order paid"]
    assert "No transactions found" in visit.get(PAGE + "?currency=USD&month=2001-01").content.decode()
    assert len(rows(visit, "?currency=USD&month=2001-01")) == 1


def test_htmx_gets_the_lines_alone(visit: Client, amara: User) -> None:
    credit(10_000, user=amara.pk)
    answer = visit.get(PAGE + "?currency=USD&kind=credits", headers={"HX-Request": "true"})
    assert "<h1" not in answer.content.decode()
    assert "Demo credit" in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize(
    "query",
    ["kind=nothing", "month=2026-13", "month=x", "currency=XXX", "currency=US", "older=1", "older=1-1-1",
     "older=999999999999999999-1", "newer=%00", "older=' OR 1=1--"],
)  # fmt: skip
def test_an_address_that_makes_no_sense_is_no_page(visit: Client, query: str) -> None:
    assert visit.get(f"{PAGE}?{query}").status_code == 404
    assert visit.get(f"{reverse('wallet:statement_csv')}?{query}").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_statement(visit: Client, amara: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            visit.get(PAGE + "?currency=USD")
        return len(captured)

    credit(10_000, user=amara.pk)
    few = queries()
    for number in range(1, 40):
        pay(amara, number)
    credit(100, user=amara.pk, currency="EUR")
    assert queries() == few


def test_a_note_that_looks_like_a_formula_is_only_text_in_the_file(visit: Client, amara: User) -> None:
    from wallet.posting import Posting, Transfer

    transfer = Transfer("platform:demo", f"user:{amara.pk}:wallet", 100)
    post(Posting("lesson:1", "demo_credited", "USD", (transfer,), memo="=HYPERLINK(0)"))
    assert rows(visit, "?currency=USD")[1][3] == "'=HYPERLINK(0)"


def test_the_file_reads_from_the_first_line_to_the_last(visit: Client, amara: User) -> None:
    credit(10_000, user=amara.pk)
    pay(amara, 1, 2550)
    assert [row[5:] for row in rows(visit, "?currency=USD")[1:]] == [
        ["100.00", "100.00"],
        ["-25.50", "74.50"],
    ]


def test_demo_credit_comes_from_the_platform_and_returns_to_the_till(visit: Client, amara: User) -> None:
    answer = visit.post("/account/wallet/demo-credit/", {"currency": "USD", "next": "/checkout/payment/"})
    assert (answer.status_code, answer.url) == (302, "/checkout/payment/")
    assert balances() == {"platform:demo": -10_000, f"user:{amara.pk}:wallet": 10_000}
    assert broken() == []


def test_demo_credit_follows_no_link_to_elsewhere(visit: Client) -> None:
    answer = visit.post("/account/wallet/demo-credit/", {"currency": "USD", "next": "https://evil.example/"})
    assert answer.url == "/account/wallet/?currency=USD"


def test_demo_credit_ends_for_the_day(visit: Client, amara: User) -> None:
    for _ in range(10):
        visit.post("/account/wallet/demo-credit/", {"currency": "USD"})
    before = counts()
    visit.post("/account/wallet/demo-credit/", {"currency": "USD"})
    assert counts() == before
    assert ledger.balance(f"user:{amara.pk}:wallet", "USD") == usd(100_000)


def test_there_is_no_demo_credit_in_production(visit: Client, settings: object) -> None:
    settings.DEVELOPMENT = False  # type: ignore[attr-defined]
    assert "play money" not in visit.get(PAGE + "?currency=USD").content.decode()
    assert visit.post("/account/wallet/demo-credit/", {"currency": "USD"}).status_code == 404
    assert counts() == (0, 0, 0)


def test_demo_credit_is_asked_for_by_a_form(visit: Client) -> None:
    assert visit.get("/account/wallet/demo-credit/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get())
    assert strict.post("/account/wallet/demo-credit/", {"currency": "USD"}).status_code == 403
    assert counts() == (0, 0, 0)
