"""Kofi hears that staff closed his shop, why, and what to do; and that it is open again. Once each."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.test import Client

from banibs.core import events
from banibs.core.models import Delivery
from banibs.notifications import inbox, text
from banibs.notifications.models import Choice, Notice
from marketplace.sellers import shops
from tests import market as scene
from tests import people
from tests.shopping import tell

pytestmark = pytest.mark.django_db
REASON = "Parcels never arrived. <b>Three</b> buyers wrote, 100% of March."


def suspended() -> scene.Market:
    market = scene.opened()
    ike = events.Actor.person(people.ike(), role="staff")
    shops.move(market.kofi.pk, to="suspended", actor=ike, reason=REASON)
    tell()
    return market


def test_a_suspended_seller_hears_why_and_what_to_do_on_the_page_and_by_letter(client: Client) -> None:
    market = suspended()

    (notice,) = inbox.for_user(market.kofi.user_id)
    said = text.text(notice)
    assert said.startswith("Kofi Weaves is suspended, and nothing of it is on sale.")
    assert REASON in said
    assert "reply to the email that we sent you" in said
    (letter,) = mail.outbox
    assert letter.to == [market.kofi.user.email]
    assert letter.subject == "Kofi Weaves is suspended"
    assert REASON in letter.body
    assert "reply to this email" in letter.body
    html = letter.alternatives[0][0]
    assert "&lt;b&gt;Three&lt;/b&gt;" in html
    assert "<b>Three" not in html
    assert not Notice.objects.exclude(user=market.kofi.user).exists()

    client.force_login(market.kofi.user)
    assert "Kofi Weaves is suspended" in client.get("/account/notifications/").content.decode()
    assert client.post(f"/account/notifications/{notice.pk}/").headers["Location"] == "/seller/"


def test_the_job_may_run_again_and_tells_him_once() -> None:
    market = suspended()
    Delivery.objects.update(status="pending")
    tell()
    assert inbox.for_user(market.kofi.user_id).count() == len(mail.outbox) == 1


def test_the_end_of_a_suspension_is_told_too() -> None:
    market = suspended()
    mail.outbox.clear()

    ike = events.Actor(type="staff", name="Ike")
    shops.move(market.kofi.pk, to="active", actor=ike, reason="The parcels are there.")
    tell()

    newest = inbox.for_user(market.kofi.user_id).order_by("-pk").first()
    assert newest is not None
    assert text.text(newest) == "Kofi Weaves is open again, and what you had on sale is on sale."
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == ([market.kofi.user.email], "Kofi Weaves is open again")
    assert "The parcels are there." in letter.body


def test_a_seller_who_pauses_and_reopens_is_told_nothing() -> None:
    market = scene.opened()
    kofi = events.Actor.person(market.kofi.user, role="seller")
    shops.move(market.kofi.pk, to="paused", actor=kofi, until=dt.date(2030, 1, 1))
    shops.move(market.kofi.pk, to="active", actor=kofi)
    tell()
    assert not Notice.objects.exists()
    assert not mail.outbox


def test_this_letter_is_no_choice(client: Client) -> None:
    kofi = people.kofi()
    client.force_login(kofi.user)
    form = client.get("/account/notifications/settings/").context["form"]
    assert "sale_paid" in form.fields
    assert "shop_suspended" not in form.fields
    client.post("/account/notifications/settings/", {})  # no letters, please
    Choice.objects.create(user=kofi.user, kind="shop_suspended")  # not even so

    shops.move(kofi.pk, to="suspended", actor=events.Actor(type="staff", name="Ike"), reason=REASON)
    tell()

    assert [letter.subject for letter in mail.outbox] == ["Kofi Weaves is suspended"]
