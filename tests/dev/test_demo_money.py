"""Demo money is at the local Stripe too: what Amara's wallet was given, the books say is there, and it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from banibs.celery import app
from banibs.dev.demo import demo_money
from banibs.dev.demo.tasks import PAY_IN, pay_in_demo_money
from banibs.users.models import User
from payments.gateways import outcomes
from payments.gateways.stripe import balance_top_ups, stripe_balance
from tests.concurrency import at_once
from tests.stripe import LocalStripe
from tests.wallet.books import broken
from wallet import accounts, demo_credit, ledger
from wallet.models import Movement

pytestmark = pytest.mark.django_db
SETTLED = ("CAD", "EUR", "GBP", "USD")


def at_stripe() -> dict[str, int]:
    """What the local Stripe holds: currency → minor units."""
    return {currency: available + pending for currency, available, pending in stripe_balance.read_balance()}


def in_the_books() -> dict[str, int]:
    """What our books say is there."""
    return {currency: -ledger.balance(accounts.CLEARING, currency).amount for currency in SETTLED}


def agree() -> None:
    """Both say the same, to the unit, and all checks of the ledger hold."""
    assert in_the_books() == at_stripe()
    assert broken() == []


def top_ups(stripe: LocalStripe) -> int:
    return len(stripe.client.v1.topups.list({"limit": 100}).data)


def give(amara: User, *currencies: str) -> None:
    for currency in currencies:
        demo_credit.credit(user=amara.pk, currency=currency)


def test_what_a_wallet_was_given_is_at_stripe_and_owned_by_the_house(
    amara: User, local_stripe: LocalStripe
) -> None:
    give(amara, "GBP", "GBP", "USD")

    assert demo_money.pay_in() == 2

    assert at_stripe() == {"CAD": 0, "EUR": 0, "GBP": 20_000, "USD": 10_000}
    assert ledger.balance(accounts.EQUITY, "GBP").amount == 20_000
    assert ledger.balance(accounts.wallet(amara.pk), "GBP").amount == 20_000
    agree()
    movement = Movement.objects.filter(kind="treasury_moved").earliest("id")
    transaction = local_stripe.client.v1.balance_transactions.retrieve(movement.key.partition(":")[2])
    assert (transaction.type, transaction.currency, transaction.net) == ("topup", "gbp", 20_000)


def test_the_next_credit_follows(amara: User, local_stripe: LocalStripe) -> None:
    give(amara, "GBP")
    demo_money.pay_in()
    give(amara, "GBP", "EUR")
    assert in_the_books()["GBP"] == 10_000

    pay_in_demo_money()

    assert at_stripe() == {"CAD": 0, "EUR": 10_000, "GBP": 20_000, "USD": 0}
    agree()


def test_nothing_due_asks_stripe_nothing(
    amara: User, local_stripe: LocalStripe, django_assert_num_queries: Any
) -> None:
    give(amara, "GBP", "NGN")
    demo_money.pay_in()
    local_stripe.control("faults", {"do": "unavailable", "path": "/v1/*", "count": 9})
    with django_assert_num_queries(2):
        assert demo_money.pay_in() == 0
    assert local_stripe.control("state", method="GET")["faults"][0]["count"] == 9


def test_play_money_of_a_currency_that_nobody_settles_stays_where_it_is(
    amara: User, client: Client, local_stripe: LocalStripe
) -> None:
    give(amara, "NGN", "GBP")

    assert demo_money.pay_in() == 1

    assert ledger.balance(accounts.DEMO, "NGN").amount == -10_000
    assert ledger.balance(accounts.CLEARING, "NGN").amount == 0
    agree()
    client.force_login(amara)
    assert "play money, held by no provider" in client.get("/account/wallet/?currency=NGN").content.decode()
    settled = client.get("/account/wallet/?currency=GBP").content.decode()
    assert "Demo money, held at the local Stripe" in settled
    assert "play money" not in settled
    for currency, said in (("NGN", "of play money added"), ("GBP", "of demo money added")):
        answer = client.post("/account/wallet/demo-credit/", {"currency": currency}, follow=True)
        assert said in answer.content.decode()


@pytest.mark.parametrize("hours", [0, 30])
def test_a_death_after_stripes_answer_tops_up_once(
    amara: User, local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    """Between Stripe's answer and our commit; found by the key, and by looking once Stripe has forgotten the key."""
    give(amara, "GBP")
    die_before_booking(monkeypatch)
    local_stripe.control("clock", {"advance": hours * 3600, "tell_app": False})
    give(amara, "GBP")  # meanwhile more is due

    assert demo_money.pay_in() == 2

    assert top_ups(local_stripe) == 2
    assert at_stripe()["GBP"] == 20_000
    agree()


def die_before_booking(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs until Stripe has answered the call that tops up, and no further."""

    class Death(BaseException):
        """What nothing catches."""

    def die(top_ups: object) -> int:
        if top_ups:
            raise Death
        return 0

    with monkeypatch.context() as dying:
        dying.setattr(demo_money, "_book", die)
        with pytest.raises(Death):
            demo_money.pay_in()
    assert not Movement.objects.filter(kind="treasury_moved").exists()


@pytest.mark.parametrize(("hours", "held"), [(0, 10_000), (30, 20_000)])
def test_without_looking_first_a_forgotten_key_would_top_up_twice(
    amara: User, local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch, hours: int, held: int
) -> None:
    give(amara, "GBP")
    die_before_booking(monkeypatch)
    local_stripe.control("clock", {"advance": hours * 3600, "tell_app": False})
    monkeypatch.setattr(balance_top_ups, "newest_top_ups", list)

    demo_money.pay_in()

    assert (at_stripe()["GBP"], in_the_books()["GBP"]) == (held, 10_000)


def test_a_lost_answer_is_looked_up_before_anything_is_asked_again(
    amara: User, local_stripe: LocalStripe
) -> None:
    give(amara, "GBP")
    local_stripe.control(
        "faults", {"do": "api_error_after_effect", "path": "/v1/topups", "method": "POST", "count": 1}
    )
    assert demo_money.pay_in() == 0
    assert at_stripe()["GBP"] == 10_000  # it did happen
    give(amara, "GBP")

    assert demo_money.pay_in() == 2
    agree()
    assert at_stripe()["GBP"] == 20_000


def test_who_looked_too_early_is_stopped_by_the_key(amara: User, local_stripe: LocalStripe) -> None:
    give(amara, "GBP")
    early = demo_money.due()["GBP"]
    give(amara, "GBP")
    late = demo_money.due()["GBP"]
    assert demo_money._top_up("GBP", early) is not None
    with pytest.raises(outcomes.Unknown):
        demo_money._top_up("GBP", late)

    demo_money.pay_in()
    assert at_stripe()["GBP"] == 20_000
    agree()


def test_money_that_takes_its_time_is_booked_when_it_comes(amara: User, local_stripe: LocalStripe) -> None:
    local_stripe.control("settings", {"topup_seconds": 3600})
    give(amara, "GBP")
    assert demo_money.pay_in() == 0
    assert demo_money.pay_in() == 0
    assert top_ups(local_stripe) == 1
    agree()

    local_stripe.control("clock", {"advance": 3601, "tell_app": False})
    assert demo_money.pay_in() == 1
    assert at_stripe()["GBP"] == 10_000
    agree()


def test_what_stripe_refuses_holds_up_nothing_else(amara: User, local_stripe: LocalStripe) -> None:
    local_stripe.control("settings", {"settled_currencies": ["usd"]})
    give(amara, "GBP", "USD")

    assert demo_money.pay_in() == 1

    assert at_stripe() == {"USD": 10_000}
    assert in_the_books()["GBP"] == 0


def test_more_than_one_top_up_can_hold_goes_in_several(
    amara: User, local_stripe: LocalStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_money, "MOST", 4_000)
    give(amara, "GBP")
    assert demo_money.pay_in() == 3
    assert top_ups(local_stripe) == 3
    agree()
    monkeypatch.setattr(demo_money, "STEPS", 2)
    give(amara, "GBP")
    assert demo_money.pay_in() == 2
    assert demo_money.pay_in() == 1  # the next run goes on
    agree()


@pytest.mark.parametrize("host", ["", "https://api.stripe.com"])
def test_with_real_keys_there_is_no_demo_money(
    amara: User, client: Client, local_stripe: LocalStripe, settings: Any, host: str
) -> None:
    demo_credit.grant(user=amara.pk, amount=demo_credit.amount("GBP"))
    client.force_login(amara)
    assert "demo-credit" in client.get("/account/wallet/?currency=GBP").content.decode()
    settings.STRIPE_API_HOST = host

    assert "demo-credit" not in client.get("/account/wallet/?currency=GBP").content.decode()
    assert client.post("/account/wallet/demo-credit/", {"currency": "GBP"}).status_code == 404
    assert demo_credit.offer("GBP") is None
    with pytest.raises(demo_money.RealStripe):
        demo_money.pay_in()
    pay_in_demo_money()

    assert top_ups(local_stripe) == 0
    assert Movement.objects.count() == 1


def test_without_any_stripe_it_is_play_money(amara: User, client: Client, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    client.force_login(amara)
    assert "play money" in client.get("/account/wallet/?currency=USD").content.decode()
    pay_in_demo_money()
    assert Movement.objects.count() == 0


def test_it_is_done_within_seconds_on_a_development_machine() -> None:
    entry = app.conf.beat_schedule["pay_in_demo_money"]
    assert (entry["task"], entry["schedule"]) == (PAY_IN, 5)
    app.loader.import_default_modules()
    assert PAY_IN in app.tasks


@pytest.mark.django_db(transaction=True)
def test_many_at_once_top_up_once(amara: User, local_stripe: LocalStripe) -> None:
    give(amara, "GBP", "USD")

    def credit_and_pay_in() -> int:
        give(amara, "GBP")
        return demo_money.pay_in()

    answers = at_once([demo_money.pay_in, credit_and_pay_in, demo_money.pay_in, demo_money.pay_in])
    assert all(isinstance(answer, int) for answer in answers), answers
    demo_money.pay_in()

    assert at_stripe() == {"CAD": 0, "EUR": 0, "GBP": 20_000, "USD": 10_000}
    agree()
