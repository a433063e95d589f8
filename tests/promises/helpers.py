"""What tests of promises look at: pages, emails and queues as people read them; and which promise a test holds."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client

from banibs.core import audit, events
from banibs.core.staff import work_queues
from banibs.users.models import User
from marketplace.models import Checkout, Order
from marketplace.orders import transitions
from payments.charges import expiry, purchase
from payments.models import Method
from tests import market as scene
from tests.shopping import buys, tell

Change = Callable[[str, object], None]


def plain(content: bytes | str) -> str:
    """The words of a page or email: no tags, one space between words."""
    text = content.decode() if isinstance(content, bytes) else content
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def page(path: str, user: User | None = None) -> str:
    """What somebody reads at an address."""
    client = Client()
    if user is not None:
        client.force_login(user)
    answer = client.get(path)
    assert answer.status_code in (200, 410), (path, answer.status_code)
    return plain(answer.content)


def sent(user: User) -> str:
    """All that a person's emails say, as text and as HTML."""
    tell()
    said = []
    for one in mail.outbox:
        if one.to == [user.email]:
            said += [one.subject, str(one.body), *(str(part[0]) for part in one.alternatives)]  # type: ignore[attr-defined]
    return plain(" ".join(said))


def posted(market: scene.Market) -> Order:
    """A basket that Amara paid and Kofi sent."""
    order = buys(market, (market.basket, 1)).orders.get()
    actor = events.Actor.person(market.kofi.user, role="seller")
    transitions.fulfil(order.pk, actor=actor, carrier="Royal Mail", tracking="RM1")
    order.refresh_from_db()
    return order


def ended(market: scene.Market) -> str:
    """The number of a checkout that nobody paid in time."""
    scene.put_in_cart(market.amara, (market.basket, 1))
    address = market.amara.addresses.get().snapshot()
    bought = purchase.buy(user=market.amara, address=address, method=Method.CARD, expected_total=None)
    scene.forward(days=1, minutes=1)
    assert expiry.expire(bought.payment.pk)
    return bought.placed.checkout.number


def desk(queue: str) -> str:
    """What staff read about a queue."""
    return " ".join(str(one.text) for one in work_queues.queues() if one.name == queue)


def confirmation_email() -> str:
    """Both bodies of the email that somebody who signs up is sent."""
    context = {"said": {"name": "Nia", "confirm_url": "https://banibs.test/confirm"}}
    return plain(
        " ".join(render_to_string(f"emails/account/confirm.{ending}", context) for ending in ("html", "txt"))
    )


def card_refund_email(market: scene.Market) -> str:
    """Both bodies of the email that tells of money on its way to a card."""
    order = buys(market, (market.basket, 1)).orders.get()
    said = {"refund": "£53.00", "card": "£53.00"}
    context = {
        "person": market.amara,
        "order": order,
        "checkout": order.checkout,
        "said": said,
        "by_card": False,
    }
    return plain(" ".join(render_to_string(f"{CANCELED}.{ending}", context) for ending in ("html", "txt")))


FEES = {"physical": 1500, "digital": 1750}


HELD: dict[str, str] = {}


def holds(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Says which policies a test changes and sees followed."""

    def noted(test: Callable[..., None]) -> Callable[..., None]:
        HELD.update(dict.fromkeys(names, test.__name__))
        return test

    return noted


def broken() -> list[str]:
    """The names of the audits that find something."""
    return [finding.check.name for finding in audit.run(audit.checks()) if not finding.holds]


def refusal(call: Callable[[], object], kind: type[Exception]) -> str:
    """What somebody is told who is refused."""
    with pytest.raises(kind) as refused:
        call()
    return str(refused.value.message)  # type: ignore[attr-defined]


MINUTE = dt.timedelta(minutes=1)


CANCELED = "emails/order/canceled"


FIVE_DAYS, THREE_WEEKS = dt.timedelta(days=5), dt.timedelta(weeks=3)


def shown(path: str, user: User | None = None) -> str:
    """What somebody in Britain reads at an address, tags and all."""
    client = Client()
    client.cookies["region"] = "GB"
    if user is not None:
        client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return b"".join(answer).decode()


def orders(text: str) -> int:
    """How many of Amara's checkouts a page names."""
    return sum(number in text for number in Checkout.objects.values_list("number", flat=True))
