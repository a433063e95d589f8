"""`manage.py demo_data`: the whole market from nothing, once, with books that are true."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from banibs.core import clock
from banibs.core.models import ClockOffset, Delivery, Event
from banibs.dev.demo import loading, people
from banibs.dev.demo.bulk import plain_catalogue
from banibs.dev.demo.goods import prices, reading
from banibs.notifications.models import Notice
from banibs.users.models import User
from marketplace.models import Checkout, Download, Offer, Order, Product, Region, Seller, Variant
from payments.gateways.stripe import stripe_balance
from payments.models import Refund
from tests.market import category, listing
from tests.people import kofi
from tests.stripe import LocalStripe
from wallet import accounts, ledger
from wallet.models import Approval, Movement

pytestmark = pytest.mark.django_db
Status = Order.Status


def load(**sizes: int) -> str:
    out = io.StringIO()
    call_command("demo_data", stdout=out, **sizes)
    return out.getvalue()


def counts() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (User, Seller, Product, Variant, Offer, Order, Event, Movement, Notice)
    }


@pytest.fixture
def media(settings, tmp_path):
    """Pictures and files of this test alone."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "public", "base_url": "/media/"},
        },
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "private"},
        },
    }


@pytest.mark.usefixtures("media")
def test_a_newcomer_finds_half_a_year_of_a_market_and_true_books(local_stripe: LocalStripe) -> None:
    load()

    now = clock.now()
    assert Seller.objects.filter(status="active").count() == len(reading.shops())
    assert Offer.objects.filter(region="GB", lead=True).count() >= 150
    # orders: every state that can be reached, over six months, none from the future
    states = set(Order.objects.values_list("status", flat=True))
    assert states == {Status.PAID, Status.FULFILLED, Status.COMPLETED, Status.CANCELED}
    first, last = Order.objects.order_by("placed_at").first(), Order.objects.order_by("placed_at").last()
    assert first is not None
    assert last is not None
    assert now - first.placed_at > timedelta(days=150)
    assert last.placed_at < now
    assert Event.objects.order_by("at").last().at <= now
    for email in people.SELLERS:
        assert Order.objects.filter(seller__user__email=email, status=Status.PAID).exists()
    # what happened is told by what happened
    assert Order.objects.filter(status=Status.FULFILLED).exclude(tracking="").exists()
    assert Refund.objects.count() == Order.objects.filter(status=Status.CANCELED).count() > 0
    assert Download.objects.filter(count__gt=0).exists()
    assert not Delivery.objects.exclude(status=Delivery.Status.DONE).exists()
    assert 0 < Notice.objects.filter(letter=Notice.Letter.DUE).count() < 30
    # money: the buyers hold three currencies, and every posting is in its place
    for email in people.BUYERS:
        buyer = User.objects.get(email=email)
        assert {"USD", "GBP", "EUR"} <= {
            c for c, held in ledger.wallet_balances(buyer.pk).items() if held["available"] > 0
        }
        assert buyer.addresses.count() == 10
    call_command("verify_ledger", stdout=io.StringIO())
    # what the wallets were given is at the local Stripe, to the unit; play money is nowhere
    for currency, available, pending in stripe_balance.read_balance():
        assert available + pending == -ledger.balance(accounts.CLEARING, currency).amount
        assert available + pending == -ledger.balance(accounts.DEMO, currency).amount > 0
    assert ledger.balance(accounts.CLEARING, "NGN").amount == 0
    assert set(Approval.objects.values_list("status", flat=True)) == {"approved", "refused", "requested"}
    # the clock is where it was, and a second run changes nothing
    assert not ClockOffset.objects.exists()
    before = counts()
    assert "already" in load()
    assert counts() == before


def test_prices_know_every_market() -> None:
    assert dict(Region.objects.values_list("code", "currency")) == prices.CURRENCIES


def plain(products: int) -> None:
    sizes = plain_catalogue.Sizes(sellers=5, products=products, buyers=3)
    loading.load_plain(sizes, checkouts=4, say=lambda line: None)


def test_plain_listings_are_live_counted_and_never_written_twice() -> None:
    category("Baskets", parent=category("Home"))

    plain(120)

    listings = Product.objects.filter(seller__slug__startswith="plain-")
    assert listings.count() == 120
    assert Offer.objects.filter(product__in=listings, region="US", lead=True).count() == 120
    assert Checkout.objects.filter(user__email__startswith="plain-buyer-").count() == 4
    titles = list(listings.order_by("pk").values_list("title", flat=True))
    before = counts()
    plain(120)
    assert counts() == before
    plain(150)
    assert list(listings.order_by("pk").values_list("title", flat=True)[:120]) == titles
    assert listings.count() == 150
    listing(listings[0].seller, "The next one", in_category=listings[0].category)  # its id is free
    call_command("verify_ledger", stdout=io.StringIO())


def test_a_great_many_leave_every_index_and_key_as_it_was(monkeypatch) -> None:
    category("Baskets", parent=category("Home"))
    monkeypatch.setattr(plain_catalogue, "MANY", 50)
    before = schema()

    plain(60)

    assert schema() == before
    assert Product.objects.count() == 60
    with pytest.raises(IntegrityError):  # the keys put back do their work
        lose_the_category()


@transaction.atomic
def lose_the_category() -> None:
    """Offers that point nowhere."""
    Offer.objects.filter(region="US").update(category_id=999_999)
    connection.check_constraints()


def schema() -> list[tuple[str, str]]:
    """Every index and foreign key of the tables that are copied into."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'marketplace%' "
            "UNION ALL SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'f' ORDER BY 1, 2"
        )
        return cursor.fetchall()


def test_somebodys_own_market_is_left_alone() -> None:
    kofi()

    with pytest.raises(CommandError, match="shops of its own"):
        load()

    assert Seller.objects.count() == 1
    assert not Product.objects.exists()


def test_orders_without_buyers_are_refused_before_anything_is_written() -> None:
    with pytest.raises(CommandError, match="needs"):
        load(orders=5)

    assert not Seller.objects.exists()
