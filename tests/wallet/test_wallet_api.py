"""`/api/v1/wallet/`: the shapes of the contract, one's own lines only, pages by key."""

import pytest
from django.test import Client

from banibs.users.models import User
from tests.wallet.books import credit, post
from wallet import movements
from wallet.movements import OrderShare

pytestmark = pytest.mark.django_db
WALLET = "/api/v1/wallet/"
STATEMENT = "/api/v1/wallet/statement/"


@pytest.fixture
def api(client: Client, amara: User) -> Client:
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


def test_balances_have_the_shape_of_the_contract(api: Client, amara: User) -> None:
    credit(1299, user=amara.pk)
    assert api.get(WALLET).json() == {
        "balances": [
            {
                "currency": "USD",
                "available": {"amount": 1299, "currency": "USD", "display": "$12.99"},
                "held": {"amount": 0, "currency": "USD", "display": "$0.00"},
            }
        ]
    }


def test_a_wallet_that_never_moved_is_an_empty_list(api: Client) -> None:
    assert api.get(WALLET).json() == {"balances": []}
    assert api.get(STATEMENT + "?currency=USD").json() == {"results": [], "next": None, "previous": None}


def test_a_line_has_the_shape_of_the_contract(api: Client, amara: User) -> None:
    credit(1000, user=amara.pk)
    pay(amara, 71840)
    line = api.get(STATEMENT + "?currency=USD").json()["results"][0]
    assert line.pop("at").startswith("20")
    assert line == {
        "kind": "order_paid",
        "text": "Order paid",
        "amount": {"amount": -100, "currency": "USD", "display": "−$1.00"},
        "balance": {"amount": 900, "currency": "USD", "display": "$9.00"},
        "reference": "B-71840",
    }


def test_pages_turn_by_their_own_links(api: Client, amara: User) -> None:
    credit(1000, user=amara.pk)
    for number in range(1, 7):
        pay(amara, number)
    first = api.get(STATEMENT + "?currency=USD&limit=3").json()
    second = api.get(first["next"]).json()
    third = api.get(second["next"]).json()
    seen = [line["reference"] for page in (first, second, third) for line in page["results"]]
    assert seen == ["B-6", "B-5", "B-4", "B-3", "B-2", "B-1", None]
    assert third["next"] is None
    assert api.get(third["previous"]).json()["results"] == second["results"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "currency_required"),
        ("?currency=usd", "currency_required"),
        ("?currency=USD&kind=x", "unknown_filter"),
        ("?currency=USD&month=2026-13", "unknown_filter"),
        ("?currency=USD&user=1", "unknown_filter"),
        ("?currency=USD&cursor=x", "invalid_cursor"),
        ("?currency=USD&cursor=older:x", "unknown_filter"),
        ("?currency=USD&limit=0", "invalid_limit"),
        ("?currency=USD&limit=1e3", "invalid_limit"),
    ],
)
def test_what_makes_no_sense_is_refused(api: Client, query: str, code: str) -> None:
    answer = api.get(STATEMENT + query)
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == code


def test_nobody_reads_another_persons_wallet(api: Client, amara: User) -> None:
    credit(9900, user=amara.pk + 1)
    assert api.get(WALLET).json() == {"balances": []}
    assert api.get(STATEMENT + "?currency=USD").json()["results"] == []


def test_a_stranger_is_refused(client: Client, db: None) -> None:
    for path in (WALLET, STATEMENT + "?currency=USD"):
        assert client.get(path).status_code in (401, 403)


def test_balances_are_read_and_never_written(api: Client, amara: User) -> None:
    for method in (api.post, api.put, api.patch, api.delete):
        assert method(WALLET).status_code == 405
        assert method(STATEMENT).status_code == 405
