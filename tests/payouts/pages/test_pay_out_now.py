"""Kofi looks at his money and pays it out: three steps, each a page of its own."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from payouts.models import Payout, PayoutMethod
from payouts.sending import send_payout
from tests import market as scene
from tests.payouts.scenes import available, broken, earned, method

pytestmark = pytest.mark.django_db
WIZARD = "/seller/payouts/schedule/"


def kofi(market: scene.Market) -> Client:
    client = Client()
    client.force_login(market.kofi.user)
    return client


def text(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def confirm_form(response: Any) -> dict[str, str]:
    """The hidden fields of the last step."""
    return dict(
        re.findall(
            r'<input type="hidden" name="(key|shown|quote)" value="([^"]*)"', response.content.decode()
        )
    )


def test_he_pays_out_now_and_twice_pressed_is_one_payout() -> None:
    market = scene.opened()
    all_of_it = earned(market)
    to = method(market.kofi)
    client = kofi(market)

    overview = client.get("/seller/payouts/")
    assert overview.status_code == 200
    assert str(all_of_it) in text(overview)
    assert "Schedule a payout" in text(overview)

    first = client.get(WIZARD + "1/", {"currency": "GBP"})
    assert f"{all_of_it} available" in text(first)
    asked = {"currency": "GBP", "amount": "20.00", "method": str(to.pk)}
    second = client.get(WIZARD + "2/", asked)
    assert "It is sent within minutes" in text(second)
    third = client.get(WIZARD + "3/", asked | {"when": "now"})
    assert "Pay out £20.00" in text(third)
    assert f"{available(market.kofi) - Payout(amount=2000, currency='GBP').money} stays available" in text(
        third
    )

    pressed = confirm_form(third)
    url = third.request["PATH_INFO"] + "?" + third.request["QUERY_STRING"]
    once = client.post(url, pressed)
    twice = client.post(url, pressed)
    payout = Payout.objects.get()
    assert (once.status_code, once["Location"]) == (302, f"/seller/payouts/{payout.number}/")
    assert twice["Location"] == once["Location"]
    assert (payout.amount, payout.currency, payout.method, payout.requested_by) == (
        2000,
        "GBP",
        to,
        market.kofi.user,
    )

    send_payout.send_due()
    assert (
        client.post(url, pressed)["Location"] == once["Location"]
    )  # long after, when the balance is another
    assert Payout.objects.count() == 1
    page = client.get(once["Location"])
    assert "In transit" in text(page)
    assert "Payout sent" in text(page)
    assert "Asked for" in text(client.get("/seller/payouts/"))
    assert broken() == []


def test_what_is_wrong_is_said_on_its_step_and_nothing_typed_is_lost() -> None:
    market = scene.opened()
    there = earned(market)
    to = method(market.kofi)
    unready = method(market.kofi, state=PayoutMethod.State.UNVERIFIED, verified_at=None, masked="0xab…cd")
    client = kofi(market)
    for said, problem in (
        ({"amount": "99999.00", "method": str(to.pk)}, f"{there} is available."),
        ({"amount": "0.50", "method": str(to.pk)}, "The smallest payout is £10.00."),
        ({"amount": "twenty", "method": str(to.pk)}, "Enter an amount like 12.50."),
        ({"amount": "20.00", "method": str(unready.pk)}, "not verified yet"),
        ({"amount": "20.00", "method": ""}, "Choose where it goes."),
        ({"amount": "", "method": str(to.pk)}, "Enter an amount, or choose to pay out all."),
    ):
        asked = {"currency": "GBP", **said}
        led = client.get(WIZARD + "2/", asked)
        assert led.status_code == 302
        assert led["Location"].startswith(WIZARD + "1/?"), said
        page = client.get(led["Location"])
        assert page.status_code == 422
        assert problem in text(page), said
        assert f'value="{said["amount"]}"' in page.content.decode()
    waits = method(market.kofi, waits=True, masked="0xef…01")
    asked = {"currency": "GBP", "amount": "20.00", "method": str(waits.pk), "when": "now"}
    led = client.get(WIZARD + "3/", asked)
    assert led["Location"].startswith(WIZARD + "2/?")
    assert "it waits before money goes there" in text(client.get(led["Location"]))
    assert client.post(WIZARD + "3/?currency=GBP&amount=20&method=1", {"key": "k"}).status_code == 302
    assert Payout.objects.count() == 0


def test_a_balance_that_changed_meanwhile_is_shown_anew_before_all_of_it_goes() -> None:
    market = scene.opened()
    earned(market)
    to = method(market.kofi)
    client = kofi(market)
    url = f"{WIZARD}3/?currency=GBP&all=1&method={to.pk}&when=now"
    pressed = confirm_form(client.get(url))
    earned(market)
    answer = client.post(url, pressed)
    assert answer.status_code == 409
    assert "Your balance has changed meanwhile" in text(answer)
    assert Payout.objects.count() == 0
    assert client.post(url, confirm_form(answer)).status_code == 302
    assert Payout.objects.get().money == available(market.kofi)


@pytest.mark.parametrize("path", ["", "history/", "history/provider/", "schedules/", "history/payouts.csv"])
def test_a_new_shop_reads_what_will_stand_here(path: str) -> None:
    market = scene.opened()
    assert kofi(market).get("/seller/payouts/" + path).status_code == 200


def test_without_a_destination_the_first_step_leads_to_them() -> None:
    market = scene.opened()
    client = kofi(market)
    assert "Add a method" in text(client.get("/seller/payouts/"))
    assert client.get(WIZARD + "1/").status_code == 302
