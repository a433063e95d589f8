"""Both sides hear what happens to an order: once each, on the page and by letter."""

import pytest
from django.core import mail
from django.db import connection

from banibs.core import events
from banibs.core import mail as post
from banibs.core.jobs import event_delivery
from banibs.core.models import Delivery
from banibs.notifications import emails, inbox, text
from banibs.notifications.models import Choice, Notice
from banibs.users.models import User
from marketplace.orders import transitions
from payments.refunds import order_refunds
from tests import market as scene
from tests.shopping import buys, file, tell

pytestmark = pytest.mark.django_db


def told(user: User) -> list[str]:
    """What the person reads, oldest first."""
    return [text.text(notice) for notice in inbox.for_user(user.pk).order_by("pk")]


def subjects(user: User) -> list[str]:
    """The letters that this person got."""
    return [letter.subject for letter in mail.outbox if letter.to == [user.email]]


def test_a_purchase_from_two_shops_is_told_once_to_its_buyer_and_to_each_shop() -> None:
    market = scene.opened()
    checkout = buys(market, (market.basket, 2), (market.jar, 1), (market.zine, 1))

    tell()

    assert told(market.amara) == [f"Order {checkout.number} confirmed, £128.00."]
    assert subjects(market.amara) == [f"Order {checkout.number} confirmed, £128.00"]
    assert told(market.kofi.user) == [
        f"Payment received, funds in escrow: £77.00 of order {checkout.number}-1.",
        f"Order confirmed, awaiting shipment: {checkout.number}-1, 2 × Bolga market basket.",
    ]
    assert subjects(market.kofi.user) == [f"New order {checkout.number}-1, £77.00: awaiting shipment"]
    assert len(subjects(market.zuri.user)) == 1


def test_the_letter_lists_every_shop_and_every_figure_in_both_its_parts() -> None:
    market = scene.opened()
    buys(market, (market.basket, 2), (market.jar, 1))
    tell()

    (letter,) = [one for one in mail.outbox if one.to == [market.amara.email]]
    html = letter.alternatives[0][0]
    for part in (str(letter.body), html):
        for said in (
            "Kofi Weaves",
            "Zuri Sounds",
            "Bolga market basket",
            "Shea butter",
            "£121.00",
            "14 Ashley Road",
        ):
            assert said in part
    assert "Dear Amara," in letter.body


def test_files_alone_are_ready_at_once_and_their_shop_has_nothing_to_send() -> None:
    market = scene.opened()
    file(market.zine)
    checkout = buys(market, (market.zine, 1))

    tell()

    assert told(market.amara) == [
        f"Order {checkout.number} confirmed, £7.00.",
        "Ready to download: 1 × Night Market issue 4.",
    ]
    assert told(market.zuri.user) == [
        f"Payment received, funds in escrow: £5.13 of order {checkout.number}-1."
    ]
    assert subjects(market.zuri.user) == [
        f"Payment received, funds in escrow: £5.13, order {checkout.number}-1"
    ]
    ready = next(one for one in mail.outbox if one.subject.startswith("Ready"))
    assert "Night Market.pdf" in ready.body


def test_a_posted_parcel_carries_its_tracking_number() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    tell()
    mail.outbox.clear()

    actor = events.Actor.person(market.kofi.user, role="seller")
    transitions.fulfil(order.pk, actor=actor, carrier="Royal Mail", tracking="RM 4471 0902 GB")
    tell()

    (letter,) = mail.outbox
    assert letter.subject == f"Posted: your parcel from Kofi Weaves, order {order.checkout.number}"
    assert "Royal Mail, tracking number RM 4471 0902 GB" in letter.body


def test_a_cancelled_order_says_why_and_that_the_money_is_back() -> None:
    market = scene.opened()
    order = buys(market, (market.basket, 1)).orders.get()
    tell()
    mail.outbox.clear()

    actor = events.Actor.person(market.kofi.user, role="seller")
    order_refunds.cancel_order(
        order.pk, actor=actor, reason="The kiln <b>broke</b>", user_id=market.kofi.user_id
    )
    tell()

    number = order.checkout.number
    assert (
        told(market.amara)[-1]
        == f"Kofi Weaves cancelled its part of order {number}. £53.00 goes back the way you paid."
    )
    assert told(market.kofi.user)[-1] == f"Order {number}-1 is cancelled. The buyer gets £53.00 back."
    letter = next(one for one in mail.outbox if one.to == [market.amara.email])
    assert "The kiln <b>broke</b>" in letter.body
    assert "£53.00 is in your wallet now." in letter.body
    assert "card" not in letter.body
    assert "The kiln &lt;b&gt;broke&lt;/b&gt;" in letter.alternatives[0][0]


def test_the_job_may_run_again_and_tells_nobody_twice() -> None:
    market = scene.opened()
    buys(market, (market.basket, 1), (market.zine, 1))
    tell()
    notices, sent = Notice.objects.count(), len(mail.outbox)
    assert notices
    assert sent

    Delivery.objects.update(status="pending")
    tell()

    assert (Notice.objects.count(), len(mail.outbox)) == (notices, sent)


def test_without_the_unique_key_it_would_tell_twice() -> None:
    market = scene.opened()
    buys(market, (market.basket, 1))
    tell()
    before = Notice.objects.count()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE notifications_notice DROP CONSTRAINT notice_once")
    Delivery.objects.update(status="pending")
    tell()

    assert Notice.objects.count() == 2 * before


def test_a_letter_that_was_switched_off_is_not_sent_and_the_notice_stays() -> None:
    market = scene.opened()
    Choice.objects.create(user=market.amara, kind="order_confirmed")
    buys(market, (market.basket, 1))

    tell()

    assert len(told(market.amara)) == 1
    assert subjects(market.amara) == []


def test_one_refused_letter_repeats_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    market = scene.opened()
    buys(market, (market.basket, 1))
    event_delivery.deliver_due()
    really = post.send

    def refuses_kofi(**letter: object) -> None:
        if letter["to"] == [market.kofi.user.email]:
            raise OSError("550 mailbox full")
        really(**letter)  # type: ignore[arg-type]

    monkeypatch.setattr(post, "send", refuses_kofi)
    emails.send_due()
    emails.send_due()

    assert len(subjects(market.amara)) == 1
    (waiting,) = Notice.objects.filter(letter="due")
    assert (waiting.user, waiting.letter_attempts) == (market.kofi.user, 1)
