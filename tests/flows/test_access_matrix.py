"""Every address × seven actors × headers: who gets what, and who may keep it. Run with -s it prints the matrix.

Amara has bought from Zuri and has something of everything; Esi only buys, Kofi has a shop beside, Ike is staff, and a key
of Amara's reads the catalogue. No answer is a 5xx, none says anything of another, and none may be kept by others.
Everyday size is a part of the headers for each address; `make soak` asks with all.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client

from banibs.api.throttles import PerAddress, PerPerson
from banibs.core import clock
from banibs.core.page_cache.cache_page import GUESTS_MAY_KEEP
from banibs.developers import keys
from banibs.notifications.models import Notice
from banibs.users.models import User
from marketplace.catalogue import offer_index
from marketplace.messages import thread
from marketplace.models import CartItem, Download, Product
from marketplace.orders import downloads
from marketplace.sellers import tax_details
from payments.models import (
    EarlyFraudWarning,
    EvidenceFile,
    Payment,
    WebhookLog,
)
from payouts.models import Payout, PayoutSchedule
from tests import market as scene
from tests import people
from tests.payments.cases.scenes import complained, photo
from tests.payments.disputes.evidence import scenes as evidence
from tests.payouts.methods.typed import ADDRESS, CRYPTO, adds
from tests.payouts.scenes import method as destination
from tests.shopping import buys, file, tell
from tests.stripe import LocalStripe
from tests.web.addresses import Address, every_address

pytestmark = [pytest.mark.django_db, pytest.mark.soak]
SOAK = bool(os.environ.get("BANIBS_SOAK"))
ACTORS = ("nobody", "esi", "amara", "kofi", "zuri", "ike", "key")
HEADERS = (
    {},
    {"HX-Request": "true", "HX-Target": "buy"},
    {
        "Accept": "application/json",
        "Accept-Language": "fr",
        "Forwarded": "host=evil.test",
        "If-None-Match": "*",
        "Range": "bytes=0-3",
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Proto": "https",
        "X-HTTP-Method-Override": "DELETE",
        "X-Original-URL": "/admin/",
    },
)
# The answers that anybody may keep: the same for all, and their views say so.
PUBLIC = {"media", "marketplace:cloth", "marketplace:robots", "marketplace:sitemap", "admin:jsi18n"}
# What an answer would give away, and to whom it may say so.
SECRETS = {
    "Amara Okafor": {"amara", "zuri", "ike"},  # her parcel's label is written by the shop
    "14 Ashley Road": {"amara", "zuri", "ike"},
    "amara@example.com": {"amara", "ike"},
    "zuri@example.com": {"zuri", "ike"},
    "Zuri's unfinished thing": {"zuri", "ike"},
    "The neighbour took it in": {"zuri", "ike"},
    "Zuri Wanjiru Njeri": {"zuri", "ike"},
    "A009274613K": set(),  # a tax number: masked, whoever looks
    "0x5aAe…eAed": {"zuri", "ike"},  # where her money goes
    ADDRESS: set(),
}
# Addresses of one thing, and the one whose it is; everybody else's look at it fails.
OWNERS = {
    "account/": "amara",
    "checkout/": "amara",
    "developers/": "amara",
    "seller/": "zuri",
    "admin/": "ike",
}
API_OWNERS = {
    "api:cart-item": "amara", "api:address": "amara", "api:checkout": "amara", "api:checkout-pay": "amara",
    "api:download": "amara", "api:notice": "amara", "api:key": "amara", "api:seller-product": "zuri",
    "api:dispute": "zuri", "api:dispute-evidence": "zuri", "api:dispute-submit": "zuri",
    "api:payout": "zuri", "api:payout-cancel": "zuri", "api:payout-schedule": "zuri",
    "api:webhook-resend": "ike",
}  # fmt: skip
BOTH = {
    f"api:order{part}"
    for part in (
        "",
        "-timeline",
        "-fees",
        "-transitions",
        "-refunds",
        "-refunds-preview",
        "-cancellation",
        "-cases",
        "-receipt",
    )
}
METHOD = {f"api:payout-method{part}" for part in ("", "-default", "-verify", "-confirm")}
CASE = {f"api:case{part}" for part in ("", "-messages", "-propose", "-answer")}
# The doors of providers that are not set up here: they say so.
SHUT_WITHOUT_KEYS = {"payouts:paypal_webhook", "payouts:wise_webhook"}
# Named by what is asked, not by whose it is: each shop reads its own.
EACH_THEIR_OWN = {"payouts:explain", "payouts:statement_pdf"}
METHOD_PAGES = ("edit", "row", "default", "verify", "confirm", "remove")
BOTH_SIDES = BOTH | CASE | {"marketplace:message_picture"}


@dataclass
class Scene:
    """The people, and what fills the holes of addresses."""

    people: dict[str, User | None]
    key: str
    named: dict[str, dict[str, Any]]
    holes: dict[str, Any]
    looking: dict[str, Client] = field(default_factory=dict)
    seen: dict[str, dict[str, list[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    wrong: list[str] = field(default_factory=list)
    public: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))

    def client(self, actor: str) -> Client:
        """A browser of this actor's, or a program with the narrow key."""
        client = Client(raise_request_exception=False, headers={"Accept-Language": "en-GB"})
        person = self.people[actor]
        if person is not None:
            client.force_login(person)
        if actor == "key":
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.key}"
        return client

    def path(self, address: Address) -> str:
        """The address of Amara's, Zuri's or Ike's thing."""
        values = {**self.holes, **self.named.get(address.name, {})}
        model = re.match(r"admin/(\w+)/(\w+)/<path:object_id>", address.route)
        if model:
            row = apps.get_model(*model.groups()).objects.order_by("pk").first()
            values["object_id"] = row.pk if row is not None else 1
        return address.path(values)


def set_up() -> Scene:
    market = scene.opened(wallet=100_000)
    file(market.zine)
    checkout = buys(market, (market.jar, 1), (market.zine, 1))
    tell()
    scene.put_in_cart(market.amara, (market.jar, 1))
    papers = {
        "form": "sole_trader",
        "legal_name": "Zuri Wanjiru Njeri",
        "line1": "3 Ngong Road",
        "country": "KE",
    }
    papers |= {"city": "Nairobi", "postcode": "00100", "tax_id": "A009274613K", "born": "1984-02-29"}
    tax_details.save(market.zuri, papers, user=market.zuri.user)
    draft = scene.listing(market.zuri, "Zuri's unfinished thing")
    Product.objects.filter(pk=draft.product_id).update(status="draft")
    offer_index.refresh_products([draft.product_id])
    key, _text = keys.create(market.amara, name="hers", scopes=["cart:read"])
    _narrow, text = keys.create(market.amara, name="narrow", scopes=["catalogue:read"])
    log = WebhookLog.objects.create(
        provider="stripe", external_id="evt_1", type="charge.succeeded", livemode=False, payload={}
    )
    download, order = Download.objects.get(), checkout.orders.get()
    dispute = evidence.disputed_in_rows(order)
    hers = market.amara
    whole, part = {"number": checkout.number}, {"number": order.number}
    soon = clock.now() + dt.timedelta(hours=1)
    case = complained(market, order, "refund", "I ordered twice.")
    written = thread.write(order, side="buyer", author=hers, text="Look.", uploads=[photo()], case=case.pk)
    picture = {"pk": written.pictures.get().pk}
    to = destination(market.zuri)
    payout = Payout.objects.create(seller=market.zuri, method=to, currency="GBP", amount=1_000)
    weekly = PayoutSchedule.objects.create(
        seller=market.zuri, method=to, currency="GBP", cadence="weekly", weekday=4,
        next_on="2036-11-28", created_by=market.zuri.user,
    )  # fmt: skip
    notice = Notice.objects.filter(user=hers).values_list("pk", flat=True).first()
    method = {"pk": adds(market.zuri, "crypto", CRYPTO).pk}
    return Scene(
        people={
            "nobody": None,
            "esi": people.person("esi@example.com", name="Esi Boateng"),
            "amara": hers,
            "kofi": market.kofi.user,
            "zuri": market.zuri.user,
            "ike": people.ike(),
            "key": None,
        },
        key=text,
        holes={
            "id": 1, "pk": 1, "file": 1, "refund": 1, "name": "none.webp", "object_id": 1, "content_type_id": 1,
            "app_label": "marketplace", "url": "none", "key": "none", "uidb36": "a", "action": "none", "verb": "none",
            "number": checkout.number, "path": "home", "currency": "GBP", "period": "2026", "measure": "net",
            "month": "2026-10",
            "country": "gh", "slug": market.zuri.slug, "endpoint": "6f1d1f0e-58b6-4c0e-9d0f-0b7f5a3a9c01",
            "payment": Payment.objects.get().pk, "token": downloads.link(download, until=soon),
        },
        named={
            "marketplace:product": {"slug": "shea-butter", "pk": market.jar.product_id},
            "marketplace:help_article": {"slug": "wallet"},
            "marketplace:cart_item": {"pk": CartItem.objects.get().pk},
            "marketplace:download": {"pk": download.pk},
            "seller:order": part, "seller:order_post": part, "seller:order_slip": part, "payments:cancel_order": part,
            "payments:problem": part, "marketplace:order_messages": part, "seller:order_messages": part,
            "payments:case": {"pk": case.pk}, "payments:seller_case": {"pk": case.pk}, "admin:case": {"pk": case.pk},
            "marketplace:message_picture": picture, "admin:case_picture": picture,
            **{name: {"pk": case.pk} for name in CASE},
            "payments:sales_receipt_pdf": part,
            "payouts:schedule": {"step": 1}, "payouts:schedule_change": {"pk": weekly.pk},
            **{
                f"payouts:{name}": {"number": payout.number}
                for name in ("payout", "cancel", "again", "rate", "offer_answer")
            },
            "admin:payout": {"pk": payout.pk},
            **{f"api:payout{part}": {"pk": payout.pk} for part in ("", "-cancel")},
            "api:payout-schedule": {"pk": weekly.pk},
            "seller:listing_edit": {"pk": draft.product_id}, "seller:listing_quick": {"pk": draft.product_id},
            **{f"users:address_{verb}": {"pk": hers.addresses.get().pk} for verb in ("edit", "delete", "default")},
            **{f"notifications:{verb}": {"pk": notice} for verb in ("follow", "read", "delete")},
            "developers:key_revoke": {"pk": key.pk},
            "admin:webhook": {"pk": log.pk},
            **{f"payments:dispute{part}": {"pk": dispute.pk} for part in ("", "_preview", "_packet")},
            **{f"admin:dispute{part}": {"pk": dispute.pk} for part in ("", "_packet")},
            "payments:dispute_file_remove": {"pk": dispute.pk, "file": EvidenceFile.objects.get().pk},
            "admin:dispute_file_remove": {"pk": dispute.pk, "file": EvidenceFile.objects.get().pk},
            "admin:fraud_warning": {"pk": EarlyFraudWarning.objects.get().pk},
            **{f"api:dispute{part}": {"pk": dispute.pk} for part in ("", "-evidence", "-submit")},
            "api:product": {"slug": f"shea-butter-{market.jar.product_id}"},
            "api:shop": {"slug": market.zuri.slug},
            "api:cart-item": {"pk": CartItem.objects.get().pk},
            "api:address": {"pk": hers.addresses.get().pk},
            "api:checkout": whole, "api:checkout-pay": whole, "api:checkout-receipt": whole, **dict.fromkeys(BOTH, part),
            "api:download": {"pk": download.pk},
            "api:notice": {"pk": notice},
            "api:seller-product": {"pk": draft.product_id},
            "api:key": {"pk": key.pk},
            "api:webhook-resend": {"pk": log.pk},
            **dict.fromkeys(METHOD, method),
            **{f"payouts:method_{part}": method for part in METHOD_PAGES},
            "payouts:method_add": {"kind": "crypto"},
        },
    )  # fmt: skip


class TakenBack(Exception):
    """Ends an asking: what it did is undone."""


def ask(here: Scene, actor: str, address: Address, path: str, method: str, headers: dict[str, str]) -> None:
    """One request; what is wrong with its answer is noted, and what it did is taken back."""
    client = here.client(actor) if method == "POST" else here.looking[actor]
    try:
        with transaction.atomic():
            answer = client.generic(method, path, headers=headers)
            body = _body(answer)
            raise TakenBack
    except TakenBack:
        pass
    here.seen[address.name or address.route][actor].append(answer.status_code)
    asked = f"{method} {path} by {actor}"
    shut = address.name in SHUT_WITHOUT_KEYS and answer.status_code == 503
    if answer.status_code >= 500 and not shut:
        here.wrong.append(f"{asked}: {answer.status_code}")
    for secret, known_to in SECRETS.items():
        if secret.encode() in body and actor not in known_to:
            here.wrong.append(f"{asked}: says {secret}")
    owner = _owner(address)
    if owner is not None and actor not in owner and answer.status_code < 300:
        here.wrong.append(f"{asked}: {answer.status_code}, though it is {owner}'s")
    _look_at_caching(here, actor, address, answer, body, asked)


def _body(answer: HttpResponse | StreamingHttpResponse) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _owner(address: Address) -> set[str] | None:
    """Whose thing is behind the address; None where it is anybody's."""
    if address.name in BOTH_SIDES:
        return {"amara", "zuri"}
    if address.name in METHOD:
        return {"zuri"}
    if address.name == "payouts:method_add":
        return {"amara", "kofi", "zuri", "ike"}  # whoever has a shop adds to it
    if address.name in API_OWNERS:
        return {API_OWNERS[address.name]}
    if not address.holes or address.name in EACH_THEIR_OWN:
        return None
    return next(({who} for start, who in OWNERS.items() if address.route.startswith(start)), None)


def _look_at_caching(
    here: Scene, actor: str, address: Address, answer: HttpResponse, body: bytes, asked: str
) -> None:
    said = set(re.split(r",\s*", answer.headers.get("Cache-Control", "")))
    if "public" in said:
        if address.name not in PUBLIC or answer.cookies:
            here.wrong.append(f"{asked}: anybody may keep it")
        if answer.status_code == 200:
            here.public[address.name].add(body)
    elif not said >= {"private", "no-store"}:
        guests = actor in ("nobody", "key") and getattr(address.view, "is_page_cached", False)
        if not guests or answer.headers["Cache-Control"] != GUESTS_MAY_KEEP:
            here.wrong.append(f"{asked}: Cache-Control {answer.headers.get('Cache-Control')}")


def _ways(address: Address, turn: int) -> tuple[dict[str, str], ...]:
    """The headers of this asking: all in `make soak`, else none and one of the others in turn."""
    if SOAK:
        return HEADERS
    if address.route.startswith("admin/"):
        return HEADERS[:1]
    return HEADERS[0], HEADERS[1 + (len(address.route) + turn) % 2]


def _print(here: Scene) -> None:
    """A line for each address: its statuses by actor, GETs by headers and then a POST."""
    print(f"\n{'':44}" + "".join(f"{actor:18}" for actor in ACTORS))
    for name, by_actor in here.seen.items():
        print(f"{name[:43]:44}" + "".join(f"{'/'.join(map(str, by_actor[actor])):18}" for actor in ACTORS))


def test_every_address_answers_each_actor_with_their_own_and_nobody_else_keeps_it(
    monkeypatch: pytest.MonkeyPatch, local_stripe: LocalStripe
) -> None:
    for throttle in (PerPerson, PerAddress):
        monkeypatch.setattr(throttle, "rate", "1000000/min", raising=False)
    here = set_up()
    here.looking = {actor: here.client(actor) for actor in ACTORS}
    for address in every_address():
        if address.route.startswith("dev/"):
            continue  # not there outside development
        path = here.path(address)
        for turn, actor in enumerate(ACTORS):
            for headers in _ways(address, turn):
                ask(here, actor, address, path, "GET", headers)
            ask(here, actor, address, path, "POST", {})
    _print(here)
    assert here.wrong == []
    assert {name for name, bodies in here.public.items() if len(bodies) > 1} == set()
    assert len(here.seen) > 250
