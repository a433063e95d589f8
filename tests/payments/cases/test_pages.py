"""The pages of a case, from "Something is wrong" to its end: what each side reads and can do, and what refusals say."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.models import Message, MessagePicture
from payments.cases import answers
from payments.models import Case, Refund
from tests import people
from tests.payments.cases.scenes import bought, complained, fresh, photo
from tests.shopping import tell, warm

pytestmark = pytest.mark.django_db


def signed_in(user: object) -> Client:
    client = Client(headers={"Accept-Language": "en-GB"})
    client.force_login(user)
    return client


def test_from_something_is_wrong_to_the_money_in_the_wallet() -> None:
    market, order = bought()
    amara, zuri = signed_in(market.amara), signed_in(market.zuri.user)
    before = market.wallet()
    page = amara.get(f"/account/orders/{order.checkout.number}/").content.decode()
    assert f"/account/orders/{order.number}/problem/" in page

    form = amara.get(f"/account/orders/{order.number}/problem/").content.decode()
    assert "It has not come" in form
    said = {"kind": "not_received", "text": "Nothing came, and it is two weeks.", "pictures": [photo()]}
    answer = amara.post(f"/account/orders/{order.number}/problem/", said, follow=True)
    case = Case.objects.get()
    assert answer.redirect_chain == [(f"/account/cases/{case.pk}/", 302)]
    assert "Waiting for Zuri Sounds, until" in answer.content.decode()

    assert f"/seller/cases/{case.pk}/" in zuri.get("/seller/cases/").content.decode()
    hers = zuri.get(f"/seller/cases/{case.pk}/").content.decode()
    assert "Nothing came, and it is two weeks." in hers
    offered = zuri.post(f"/seller/cases/{case.pk}/", {"do": "offer", "kind": "refund", "words": "So sorry."})
    assert offered.status_code == 302

    page = amara.get(f"/account/cases/{case.pk}/").content.decode()
    assert "All of the money back" in page
    assert "So sorry." in page
    assert "Accept the offer" in page
    assert amara.post(f"/account/cases/{case.pk}/", {"do": "accept"}).status_code == 302
    assert market.wallet() == before + order.total
    page = amara.get(f"/account/cases/{case.pk}/").content.decode()
    assert "The money went back" in page
    assert "hx-trigger" not in page.split('id="talk"')[0].split("<h1>")[1]
    assert amara.get(f"/account/cases/{case.pk}/", headers={"HX-Request": "true"}).status_code == 286
    again = amara.post(f"/account/cases/{case.pk}/", {"do": "accept"})
    assert again.status_code == 409
    assert "changed meanwhile" in again.content.decode()
    assert Refund.objects.count() == 1


def test_a_picture_is_seen_by_the_two_sides_alone() -> None:
    market, order = bought()
    amara = signed_in(market.amara)
    amara.post(
        f"/account/orders/{order.number}/problem/",
        {"kind": "not_as_described", "text": "Cracked.", "pictures": [photo(), photo()]},
    )
    one = MessagePicture.objects.first()
    assert one is not None
    assert MessagePicture.objects.count() == 2
    url = f"/account/messages/pictures/{one.pk}/"
    for client in (amara, signed_in(market.zuri.user)):
        shown = client.get(url)
        assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/webp")
        assert b"".join(shown.streaming_content)[8:12] == b"WEBP"
    assert signed_in(market.kofi.user).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_what_is_no_picture_is_refused_beside_its_field_and_nothing_typed_is_lost() -> None:
    market, order = bought()
    amara = signed_in(market.amara)
    bad = photo()
    bad.file.seek(0)
    bad.file.truncate(20)
    bad.size = 20
    url = f"/account/orders/{order.number}/problem/"
    answer = amara.post(url, {"kind": "not_as_described", "text": "All cracked.", "pictures": [bad]})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "All cracked." in page
    assert re.search(r"picture is damaged|can be shown", page)
    too_many = amara.post(url, {"kind": "return", "text": "x", "pictures": [photo() for _ in range(5)]})
    assert "At most 4 pictures" in too_many.content.decode()
    empty = amara.post(url, {"text": ""}).content.decode()
    assert "Choose what fits best." in empty
    assert "Write a few words." in empty
    assert (Case.objects.count(), Message.objects.count(), fresh(order).case_open) == (0, 0, False)


def test_anothers_case_is_nowhere() -> None:
    market, order = bought()
    case = complained(market, order)
    esi = signed_in(people.person("esi@example.com", name="Esi Boateng"))
    kofi = signed_in(market.kofi.user)
    for client, url in (
        (esi, f"/account/cases/{case.pk}/"),
        (kofi, f"/account/cases/{case.pk}/"),
        (kofi, f"/seller/cases/{case.pk}/"),
        (signed_in(market.zuri.user), f"/account/cases/{case.pk}/"),
        (esi, f"/account/orders/{order.number}/problem/"),
        (esi, f"/account/orders/{order.number}/messages/"),
        (kofi, f"/seller/orders/{order.number}/messages/"),
    ):
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"do": "accept", "text": "x"}).status_code == 404, url


def test_a_part_needs_its_amount_and_a_refusal_its_reason() -> None:
    market, order = bought()
    case = complained(market, order, "not_as_described")
    zuri, url = signed_in(market.zuri.user), f"/seller/cases/{case.pk}/"
    assert "Say how much." in zuri.post(url, {"do": "offer", "kind": "part"}).content.decode()
    too_much = zuri.post(url, {"do": "offer", "kind": "part", "amount": "999", "words": "Half?"})
    assert "Enter at most" in too_much.content.decode()
    assert "Half?" in too_much.content.decode()
    assert "Say why." in zuri.post(url, {"do": "offer", "kind": "nothing"}).content.decode()
    assert zuri.post(url, {"do": "offer", "kind": "part", "amount": "5"}).status_code == 302
    assert "£5.00" in signed_in(market.amara).get(f"/account/cases/{case.pk}/").content.decode()


def test_writing_to_the_shop_tells_it_and_the_shop_answers() -> None:
    market, order = bought(posted=False)
    amara, zuri = signed_in(market.amara), signed_in(market.zuri.user)
    amara.post(f"/account/orders/{order.number}/messages/", {"text": "Is it scented?"})
    tell()
    assert market.zuri.user.notices.filter(kind="sale_message").count() == 1
    page = zuri.get(f"/seller/orders/{order.number}/messages/").content.decode()
    assert "Is it scented?" in page
    zuri.post(f"/seller/orders/{order.number}/messages/", {"text": "Not at all."})
    tell()
    assert market.amara.notices.filter(kind="order_message").count() == 1
    assert "Not at all." in amara.get(f"/account/orders/{order.number}/messages/").content.decode()


def test_each_step_is_told_to_the_other_side(mailoutbox: list[object]) -> None:
    market, order = bought()
    mailoutbox.clear()
    case = complained(market, order)
    tell()
    zuri = signed_in(market.zuri.user)
    zuri.post(f"/seller/cases/{case.pk}/", {"do": "offer", "kind": "refund"})
    tell()
    signed_in(market.amara).post(f"/account/cases/{case.pk}/", {"do": "accept"})
    tell()
    assert {"sale_case_opened", "sale_case_agreed", "sale_case_closed"} <= set(
        market.zuri.user.notices.values_list("kind", flat=True)
    )
    assert "case_proposed" in set(market.amara.notices.values_list("kind", flat=True))
    assert len(mailoutbox) >= 4


def test_a_long_conversation_and_a_long_list_cost_what_short_ones_do() -> None:
    market, order = bought()
    case = complained(market, order)
    readers = [
        (signed_in(market.amara), f"/account/cases/{case.pk}/"),
        (signed_in(market.amara), f"/account/orders/{order.number}/messages/"),
        (signed_in(market.zuri.user), f"/seller/cases/{case.pk}/"),
        (signed_in(market.zuri.user), "/seller/cases/"),
        (signed_in(people.ike()), f"/admin/desk/cases/{case.pk}/"),
    ]

    def statements() -> list[int]:
        counted = []
        warm()
        for client, url in readers:
            client.get(url)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            counted.append(len(asked))
        return counted

    signed_in(market.zuri.user).post(f"/seller/cases/{case.pk}/", {"do": "say", "text": "I look into it."})
    short = statements()
    for _ in range(5):
        answers.withdraw(case.pk, user=market.amara)
        newer = complained(market, fresh(order))
        for text in ("One.", "Two."):
            said = {"do": "say", "text": text, "pictures": [photo(), photo()]}
            readers[0][0].post(f"/account/cases/{newer.pk}/", said)
        case = newer
    # each page of the first case, which is closed now, reads the whole conversation of its order
    assert statements()[1:] == short[1:]
