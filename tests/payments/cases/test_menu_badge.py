"""How many problems wait for Zuri stands in the menu of every page of her desk, and costs no statement of its own."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from payments.cases import answers
from tests.payments.cases.scenes import bought, complained

pytestmark = pytest.mark.django_db


def in_the_menu(desk: Client) -> str:
    """The figure beside "Problems and returns"; empty without one."""
    page = desk.get("/seller/listings/").content.decode()
    link = re.search(r'<a[^>]*href="/seller/cases/".*?</a>', page, re.S)
    assert link is not None
    words = re.sub(r"<[^>]*>", " ", re.sub("<svg.*?</svg>", "", link[0], flags=re.S))
    return "".join(re.findall(r"\d+", words))


def test_what_waits_for_the_shop_is_counted_until_it_has_answered() -> None:
    market, order = bought()
    desk = Client(headers={"Accept-Language": "en-GB"})
    desk.force_login(market.zuri.user)
    assert in_the_menu(desk) == ""
    case = complained(market, order)
    assert in_the_menu(desk) == "1"
    answers.propose(case.pk, kind="refund", user=market.zuri.user)
    assert in_the_menu(desk) == ""
    answers.decline_offer(case.pk, user=market.amara)
    assert in_the_menu(desk) == "1"
    answers.withdraw(case.pk, user=market.amara)
    assert in_the_menu(desk) == ""
