"""Ike moved BANIBS's money from the bank to PayPal; Ada agrees, and the books follow. Nobody books it alone."""

from __future__ import annotations

import pytest
from django.test import Client

from banibs.users.models import User
from tests import people
from tests.wallet.books import balances, broken, post, usd
from wallet import approvals, ledger, movements
from wallet.approvals import move_treasury
from wallet.models import Approval, Movement

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/desk/treasury/"


def ada() -> User:
    return people.person("ada@example.com", name="Ada Lovelace", staff=True)


def signed_in(person: User) -> Client:
    person.is_superuser = True
    person.save()
    client = Client()
    client.force_login(person)
    return client


def asks(client: Client, **other: str) -> tuple[int, str]:
    page = client.get(PAGE).content.decode()
    key = page.partition('name="key" value="')[2].partition('"')[0]
    said = {
        "source": "bank",
        "target": "paypal",
        "currency": "USD",
        "amount": "30.00",
        "reason": "Ref 77",
        "key": key,
    }
    answer = client.post(PAGE, {**said, **other})
    return answer.status_code, answer.content.decode()


def test_money_moves_in_the_books_when_a_second_person_agrees() -> None:
    ike, other = people.ike(), ada()
    assert asks(signed_in(ike), source="owner", target="bank", amount="100.00")[0] == 302
    assert asks(signed_in(ike))[0] == 302
    assert balances() == {}
    with pytest.raises(approvals.NotAllowed):
        approvals.approve(Approval.objects.latest("pk").pk, decider=ike)
    signed_in(other)
    for row in Approval.objects.order_by("pk"):
        approvals.approve(row.pk, decider=User.objects.get(pk=other.pk))
    assert balances() == {"bank:clearing": -7_000, "paypal:clearing": -3_000, "platform:equity": 10_000}
    shown = signed_in(ike).get(PAGE).content.decode()
    assert "$30.00" in shown
    assert "$70.00" in shown
    assert broken() == []


def test_a_second_press_asks_once() -> None:
    client = signed_in(people.ike())
    page = client.get(PAGE).content.decode()
    key = page.partition('name="key" value="')[2].partition('"')[0]
    said = {
        "source": "bank",
        "target": "wise",
        "currency": "USD",
        "amount": "5.00",
        "reason": "Ref 78",
        "key": key,
    }
    assert [client.post(PAGE, said).status_code for _ in range(2)] == [302, 302]
    assert Approval.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("target", "bank", "It is there already"),
        ("amount", "0", "amount"),
        ("currency", "XX", "There is no such currency"),
        ("reason", "", "required"),
        ("source", "moon", "choose"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked(field: str, value: str, words: str) -> None:
    status, shown = asks(signed_in(people.ike()), **{field: value})
    assert status == 422
    assert words.lower() in shown.lower()
    assert not Approval.objects.exists()
    assert not Movement.objects.exists()


def test_places_that_are_none_are_refused_whoever_asks() -> None:
    ike = people.ike()
    signed_in(ike)
    for source, target in (("bank", "bank"), ("bank", "owner"), ("moon", "bank")):
        with pytest.raises(approvals.Tampered):
            move_treasury.request_move(
                requester=ike, source=source, target=target, amount=ledger.Money(5, "USD"), reason="Ref"
            )
    assert not Approval.objects.exists()


def test_who_may_not_ask_sees_no_page() -> None:
    ike = people.ike()
    ike.is_superuser = False
    ike.save()
    client = Client()
    client.force_login(ike)
    assert client.get(PAGE).status_code == 403


def test_money_at_paypal_that_nobody_approved_is_found() -> None:
    """Only a development machine's play money comes in there without two people, and its key says so."""

    def comes_in(mark: str) -> None:
        paid_in = movements.treasury_moved(
            source="paypal:clearing", target="platform:equity", amount=usd(3_000), balance_transaction=mark
        )
        post(paid_in)

    comes_in("paypal_demo_USD")
    assert broken() == []
    comes_in("txn_77")
    assert broken() == ["wallet.treasury"]
