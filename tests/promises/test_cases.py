"""Deadlines of cases and limits of messages, changed: what is kept, refused and said follows."""

from __future__ import annotations

import datetime as dt

import pytest
from PIL import Image

from banibs.core import clock
from marketplace.messages import thread
from marketplace.models import MessagePicture, Order
from marketplace.orders import transitions
from payments.cases import answers, opening, parcels
from payments.models import Case
from tests.payments.cases.scenes import ZURI, bought, complained, fresh, photo
from tests.promises.helpers import Change, holds, page

pytestmark = pytest.mark.django_db
NINE_DAYS = dt.timedelta(days=9)


def deadline(case: Case) -> dt.timedelta:
    """From now until it must be answered, to the hour."""
    case.refresh_from_db()
    left = (case.respond_by or clock.now()) - clock.now()
    return dt.timedelta(hours=round(left.total_seconds() / 3600))


@holds("payments.CASE_SELLER_ANSWERS_WITHIN")
def test_a_shop_has_as_long_as_policy_says(change: Change) -> None:
    change("payments.CASE_SELLER_ANSWERS_WITHIN", NINE_DAYS)
    market, order = bought()
    assert "has nine days to answer" in page(f"/account/orders/{order.number}/problem/", market.amara)
    assert deadline(complained(market, order)) == NINE_DAYS


@holds(
    "payments.CASE_BUYER_ANSWERS_WITHIN",
    "payments.CASE_PARCEL_SENT_WITHIN",
    "payments.CASE_PARCEL_ARRIVES_WITHIN",
)
def test_each_step_of_a_return_has_its_deadline_of_policy(change: Change) -> None:
    change("payments.CASE_BUYER_ANSWERS_WITHIN", NINE_DAYS)
    change("payments.CASE_PARCEL_SENT_WITHIN", dt.timedelta(days=10))
    change("payments.CASE_PARCEL_ARRIVES_WITHIN", dt.timedelta(days=11))
    market, order = bought()
    case = complained(market, order, "return")
    answers.propose(case.pk, kind="return", user=market.zuri.user)
    assert deadline(case) == NINE_DAYS
    answers.accept(case.pk, user=market.amara)
    assert deadline(case) == dt.timedelta(days=10)
    parcels.parcel_sent(case.pk, side="buyer", user=market.amara)
    assert deadline(case) == dt.timedelta(days=11)


@holds("payments.CASE_NOT_RECEIVED_WITHIN", "payments.CASE_WRONG_THING_TOLD_WITHIN")
def test_what_is_wrong_can_be_told_as_long_as_policy_says(change: Change) -> None:
    _market, order = bought(max_days=None, return_days=0)
    transitions.complete(order.pk, actor=ZURI)
    order = fresh(order)
    came, posted = order.completed_at, order.fulfilled_at
    assert came is not None
    assert posted is not None
    change("payments.CASE_NOT_RECEIVED_WITHIN", NINE_DAYS)
    change("payments.CASE_WRONG_THING_TOLD_WITHIN", dt.timedelta(days=3))
    assert opening.told_until(order, "not_received") == posted + NINE_DAYS
    assert opening.told_until(order, "not_as_described") == came + dt.timedelta(days=3)
    assert opening.told_until(order, "return") == came


def write(order: Order, text: str = "Hello.", *, pictures: int = 0) -> None:
    thread.write(
        order, side="buyer", author=order.buyer, text=text, uploads=[photo() for _ in range(pictures)]
    )


@holds("marketplace.MESSAGE_MOST_CHARACTERS", "marketplace.MESSAGES_MOST_PER_DAY")
def test_a_message_is_as_long_and_as_many_as_policy_says(change: Change) -> None:
    change("marketplace.MESSAGE_MOST_CHARACTERS", 10)
    change("marketplace.MESSAGES_MOST_PER_DAY", 2)
    _market, order = bought()
    with pytest.raises(thread.MessageRefused, match="at most 10 characters"):
        write(order, "Much too long.")
    write(order)
    write(order)
    with pytest.raises(thread.MessageRefused) as refusal:
        write(order)
    assert (refusal.value.status, order.messages.count()) == (429, 2)


@holds("marketplace.MESSAGE_MOST_PICTURES", "marketplace.MESSAGE_PICTURE_PIXELS")
def test_pictures_are_as_many_and_as_wide_as_policy_says(change: Change) -> None:
    change("marketplace.MESSAGE_MOST_PICTURES", 3)
    change("marketplace.MESSAGE_PICTURE_PIXELS", 200)
    market, order = bought()
    assert "Up to 3, JPEG" in page(f"/account/orders/{order.number}/messages/", market.amara)
    write(order, pictures=3)
    kept = MessagePicture.objects.all()
    assert [Image.open(one.file).width for one in kept] == [200, 200, 200]
