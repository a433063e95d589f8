"""What rows are called on the staff's pages: as people speak of them, never by a class and a key."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from banibs.core.models import Delivery, Event
from banibs.core.money import Money
from banibs.notifications.models import Notice
from banibs.users.models import User
from marketplace.models import Coupon, CouponRedemption, DigitalFile, Download
from payments.models import Payment, Refund
from tests import market as scene
from tests.seller_scene import bought
from wallet import approvals
from wallet.models import Account, Transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def market() -> scene.Market:
    market = scene.opened(wallet=900_000)
    bought(market, (market.basket, 1), (market.zine, 1))
    return market


@pytest.fixture
def staff(ike: User) -> Client:
    client = Client()
    client.force_login(ike)
    return client


def page(staff: Client, row: Model) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return staff.get(reverse(name, args=[row.pk])).content.decode()


def test_each_model_that_staff_see_has_words_for_a_row() -> None:
    unnamed = [model._meta.label for model in admin.site._registry if model.__str__ is Model.__str__]
    assert unnamed == []


def test_a_delivery_is_called_by_its_event_and_who_hears_of_it() -> None:
    event = Event.objects.create(kind="order.paid", subject_type="order", subject_id=1)
    assert str(Delivery(event=event, subscriber="notices")) == f"event {event.pk} for notices"


def test_a_download_is_called_by_its_file_and_whose_it_is(amara: User) -> None:
    assert str(Download(file=DigitalFile(name="zine.pdf"), user=amara)) == "zine.pdf for Amara Okafor"


def test_a_redeemed_coupon_is_called_by_its_code_and_order(market: scene.Market) -> None:
    checkout = Payment.objects.get().checkout
    assert checkout is not None
    assert str(CouponRedemption(coupon=Coupon(code="HARVEST"), checkout=checkout)) == f"HARVEST on {checkout}"


def test_a_transfer_is_called_by_its_money_as_people_write_it(market: scene.Market, staff: Client) -> None:
    to = Account.objects.get(code=f"user:{market.amara.pk}:wallet")
    transfer = Transfer.objects.filter(target=to).latest("pk")
    assert str(transfer) == f"£9,000.00, platform:demo → user:{market.amara.pk}:wallet"

    shown = page(staff, transfer)

    assert "£9,000.00, platform:demo" in shown
    assert "900000 GBP" in shown  # as it is stored, said so
    assert "minor units" in shown


def test_an_account_shows_what_it_holds_and_no_bare_number(market: scene.Market, staff: Client) -> None:
    account = Account.objects.get(code=f"user:{market.amara.pk}:wallet")
    shown = page(staff, account)
    assert account.money.format() in shown
    assert f">{account.balance}<" not in shown


def test_a_payment_is_called_by_its_order_and_a_top_up_by_its_amount(market: scene.Market, ike: User) -> None:
    payment = Payment.objects.get()
    assert payment.checkout is not None
    assert str(payment) == f"payment of {payment.checkout.number}"
    assert str(Payment(user=ike, amount=500, currency="GBP")) == "top-up of £5.00"
    order = payment.checkout.orders.first()
    assert order is not None
    assert str(Refund(order=order, amount=920, currency="GBP")) == f"refund of £9.20, {order.number}"


def test_a_request_to_move_money_says_what_it_would_do(
    market: scene.Market, staff: Client, ike: User
) -> None:
    asked = approvals.request_credit(
        requester=ike, user_id=market.amara.pk, name="Amara", amount=Money(250_000, "USD"), reason="Late"
    )
    assert str(asked) == "Credit Amara with $2,500.00"
    listed = staff.get(reverse("admin:wallet_approval_changelist"))
    assertContains(listed, "Credit Amara with $2,500.00</a>")
    assertNotContains(listed, "credit_wallet")


def test_a_notice_is_called_by_its_words_and_its_reader(market: scene.Market, staff: Client) -> None:
    event = Event.objects.create(kind="order.paid", subject_type="order", subject_id=1)
    notice = Notice.objects.create(user=market.kofi.user, event=event, kind="sale_to_send", url="/")
    assert str(notice) == f"“New order to send”, told to {market.kofi.user}"
    assert "“New order to send”" in page(staff, notice)
    assertContains(staff.get(reverse("admin:notifications_notice_changelist")), "New order to send</td>")
