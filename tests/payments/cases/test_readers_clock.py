"""Deadlines are told by the clock of whoever reads them: Amara's browser's, Zuri's shop's."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from django.test import Client

from banibs.core import clock
from banibs.users.models import User
from marketplace import policy
from marketplace.models import Order, Seller
from payments.models import Case
from tests.payments.cases.scenes import bought, complained
from tests.promises.helpers import plain

pytestmark = pytest.mark.django_db
NAIROBI = "Africa/Nairobi"
LATE = dt.time(22, 30)  # by UTC: the next day in Nairobi


def reader(user: User, zone: str = "") -> Client:
    client = Client(headers={"Accept-Language": "en-GB"})
    client.force_login(user)
    if zone:
        client.cookies["time_zone"] = zone
    return client


def test_each_side_reads_the_deadline_by_its_own_clock() -> None:
    market, order = bought()
    Seller.objects.filter(pk=market.zuri.pk).update(timezone=NAIROBI)
    case = complained(market, order)
    until = dt.datetime.combine(clock.now().date() + dt.timedelta(days=2), LATE, dt.UTC)
    Case.objects.filter(pk=case.pk).update(respond_by=until)
    day = until.astimezone(zoneinfo.ZoneInfo(NAIROBI))
    said = f"until {day.day} {day:%B}, 01:30 EAT"
    assert said in plain(reader(market.amara, NAIROBI).get(f"/account/cases/{case.pk}/").content)
    assert said in plain(reader(market.zuri.user).get(f"/seller/cases/{case.pk}/").content)
    assert "22:30 UTC" in plain(reader(market.amara).get(f"/account/cases/{case.pk}/").content)


def test_the_days_of_an_order_are_the_readers_too() -> None:
    market, order = bought()
    Seller.objects.filter(pk=market.zuri.pk).update(timezone=NAIROBI)
    posted = dt.datetime.combine(clock.now().date(), LATE, dt.UTC)
    Order.objects.filter(pk=order.pk).update(fulfilled_at=posted)
    day = (posted + policy.COMPLETE_AFTER).astimezone(zoneinfo.ZoneInfo(NAIROBI))
    account = plain(reader(market.amara, NAIROBI).get(f"/account/orders/{order.checkout.number}/").content)
    assert f"Counts as received on {day.day} {day:%B}" in account
    desk = plain(reader(market.zuri.user).get(f"/seller/orders/{order.number}/").content)
    assert f"by {day.day} {day:%b} at the latest" in desk
