"""Esi and Zuri try Amara's addresses on the pages: 404 each time, and the audit trail knows who asked for what."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from banibs.core.models import Event
from banibs.core.security import access_audit
from marketplace.models import Checkout, Download, Order
from payments.models import Payment
from tests import market as scene
from tests import people
from tests.shopping import buys, file

pytestmark = pytest.mark.django_db


class Scene:
    """Amara bought Kofi's basket and Zuri's zine; Esi only buys."""

    def __init__(self) -> None:
        self.market = scene.opened()
        file(self.market.zine)
        self.checkout = buys(self.market, (self.market.basket, 1), (self.market.zine, 1))
        self.kofis = Order.objects.get(seller=self.market.kofi)
        self.download = Download.objects.get()
        self.address = self.market.amara.addresses.get()
        self.esi = people.person("esi@example.com", name="Esi Boateng")


def refusals() -> list[tuple[str, int, str, str]]:
    """The rows of the trail."""
    rows = Event.objects.filter(kind="access.refused").order_by("pk")
    return [(row.subject_type, row.subject_id, row.actor_type, row.actor_name) for row in rows]


LOOKS: list[tuple[str, Callable[[Scene], str], Callable[[Scene], tuple[str, int]]]] = [
    ("get", lambda s: f"/account/orders/{s.checkout.number}/", lambda s: ("checkout", s.checkout.pk)),
    ("get", lambda s: f"/account/orders/{s.checkout.number}/receipt/", lambda s: ("checkout", s.checkout.pk)),
    (
        "get",
        lambda s: f"/account/orders/{s.checkout.number}/breakdown/",
        lambda s: ("checkout", s.checkout.pk),
    ),
    ("post", lambda s: f"/account/orders/{s.kofis.number}/received/", lambda s: ("order", s.kofis.pk)),
    ("post", lambda s: f"/account/downloads/{s.download.pk}/", lambda s: ("download", s.download.pk)),
    ("get", lambda s: f"/checkout/done/{s.checkout.number}/", lambda s: ("checkout", s.checkout.pk)),
    (
        "get",
        lambda s: f"/checkout/pay/{s.checkout.number}/",
        lambda s: ("payment", Payment.objects.get(checkout=s.checkout).pk),
    ),
    ("get", lambda s: f"/account/addresses/{s.address.pk}/", lambda s: ("address", s.address.pk)),
    ("post", lambda s: f"/account/addresses/{s.address.pk}/delete/", lambda s: ("address", s.address.pk)),
]


@pytest.mark.parametrize(("verb", "path", "thing"), LOOKS)
def test_a_refused_look_leaves_a_row(
    client: Client, verb: str, path: Callable[[Scene], str], thing: Callable[[Scene], tuple[str, int]]
) -> None:
    here = Scene()
    client.force_login(here.esi)
    assert getattr(client, verb)(path(here)).status_code == 404
    assert refusals() == [(*thing(here), "buyer", "Esi Boateng")]


@pytest.mark.parametrize("page", ["", "slip/", "cancel/"])
def test_a_sellers_look_at_anothers_sale_leaves_a_row(client: Client, page: str) -> None:
    here = Scene()
    client.force_login(here.market.zuri.user)
    assert client.get(f"/seller/orders/{here.kofis.number}/{page}").status_code == 404
    assert refusals() == [("order", here.kofis.pk, "seller", here.market.zuri.user.name)]


def test_what_is_ones_own_or_nowhere_leaves_none(client: Client) -> None:
    here = Scene()
    client.force_login(here.market.amara)
    assert client.get(f"/account/orders/{here.checkout.number}/").status_code == 200
    assert client.get("/account/orders/B-1/").status_code == 404
    Order.objects.filter(pk=here.kofis.pk).update(
        paid_at=None
    )  # his own, and not his to see before it is paid
    client.force_login(here.market.kofi.user)
    assert client.get(f"/seller/orders/{here.kofis.number}/").status_code == 404
    assert refusals() == []


def test_asking_in_a_loop_is_one_row_an_hour_for_each_thing_and_person(client: Client) -> None:
    here = Scene()
    for person in (here.esi, here.market.zuri.user):
        client.force_login(person)
        for _ in range(3):
            client.get(f"/account/orders/{here.checkout.number}/")
    assert len(refusals()) == 2
    scene.forward(minutes=61)
    client.get(f"/account/orders/{here.checkout.number}/")
    assert len(refusals()) == 3


def test_the_buyer_reads_nothing_of_it_on_the_order(client: Client) -> None:
    here = Scene()
    client.force_login(here.esi)
    client.post(f"/account/orders/{here.kofis.number}/received/")
    client.force_login(here.market.amara)
    page = client.get(f"/account/orders/{here.checkout.number}/")
    assert page.status_code == 200
    assert "Esi" not in page.content.decode()


def test_without_it_nobody_would_know(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    here = Scene()
    monkeypatch.setattr(access_audit, "record_refusal", lambda *_given, **_named: None)
    client.force_login(here.esi)
    assert client.get(f"/account/orders/{here.checkout.number}/").status_code == 404
    assert refusals() == []
    assert Checkout.objects.exists()
